"""Who may sign in, with what, and what was granted to them. Codes, tokens and passwords are stored as hashes only."""

import datetime as dt
import enum

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Binary, Key, Keyed, Moment, Mutable, coded, now
from models.division import Division
from models.organization import Unit
from models.person import Person
from models.team import Platform, Team


class Role(enum.Enum):
    """PUBLIC, RESIDENT and VOLUNTEER follow from signing in and registering; the others are granted, TEAM_LEADER and
    RECORDER also by a role in a team."""

    PUBLIC = "PUBLIC"
    RESIDENT = "RESIDENT"
    VOLUNTEER = "VOLUNTEER"
    TEAM_LEADER = "TEAM_LEADER"
    RECORDER = "RECORDER"
    UNIT_CONTACT = "UNIT_CONTACT"
    STATION_COORDINATOR = "STATION_COORDINATOR"
    OFFICE_COORDINATOR = "OFFICE_COORDINATOR"
    PLATFORM_LEAD = "PLATFORM_LEAD"
    DISPATCHER = "DISPATCHER"
    SUPERVISOR = "SUPERVISOR"
    DIRECTOR = "DIRECTOR"
    AUDITOR = "AUDITOR"
    PRIVACY_OFFICER = "PRIVACY_OFFICER"
    ADMIN = "ADMIN"
    API_CLIENT = "API_CLIENT"


class AccountStatus(enum.Enum):
    ACTIVE = "ACTIVE"
    LOCKED = "LOCKED"
    ERASED = "ERASED"


class TokenScope(enum.Enum):
    """What a dashboard's token reads beyond public data."""

    AGGREGATES = "AGGREGATES"
    """Counts of people over the whole county, in groups of five and more."""
    TEAMS = "TEAMS"
    """Teams in every state."""


class Account(Base, Mutable):
    """账号: one phone. It acts for the people who are registered under that phone; families share one."""

    __tablename__ = "account"

    phone_sealed: Mapped[str | None] = mapped_column(Text)
    phone_masked: Mapped[str | None] = mapped_column(Text)
    phone_hash: Mapped[str | None] = mapped_column(Text, unique=True)
    password_hash: Mapped[str | None] = mapped_column(Text)
    totp_sealed: Mapped[str | None] = mapped_column(Text)
    totp_confirmed_at: Mapped[dt.datetime | None] = mapped_column(Moment)
    totp_last_step: Mapped[int | None] = mapped_column(Key)
    """The time step of the last code that was taken: no code is taken twice."""
    status: Mapped[AccountStatus] = mapped_column(coded(AccountStatus), default=AccountStatus.ACTIVE)
    signed_in_at: Mapped[dt.datetime | None] = mapped_column(Moment)

    grants: Mapped[list["Grant"]] = relationship(
        back_populates="account", foreign_keys="Grant.account_id", lazy="raise"
    )
    sessions: Mapped[list["Session"]] = relationship(back_populates="account", lazy="raise")
    tokens: Mapped[list["ApiToken"]] = relationship(back_populates="account", lazy="raise")


class Grant(Base, Mutable):
    """授权: a role and where it holds: a place with all below it, a platform, a team or a unit; one of them or none."""

    __tablename__ = "role_grant"
    __table_args__ = (
        CheckConstraint(
            "CASE WHEN division_id IS NULL THEN 0 ELSE 1 END + CASE WHEN platform IS NULL THEN 0 ELSE 1 END"
            " + CASE WHEN team_id IS NULL THEN 0 ELSE 1 END + CASE WHEN unit_id IS NULL THEN 0 ELSE 1 END <= 1",
            name="one_scope",
        ),
        Index(None, "account_id", "role"),
    )

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    role: Mapped[Role] = mapped_column(coded(Role))
    division_id: Mapped[int | None] = mapped_column(ForeignKey("division.id"), index=True)
    platform: Mapped[Platform | None] = mapped_column(coded(Platform))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    valid_from: Mapped[dt.datetime] = mapped_column(Moment, default=now)
    valid_until: Mapped[dt.datetime | None] = mapped_column(Moment)
    granted_by_id: Mapped[int | None] = mapped_column(Key)
    revoked_at: Mapped[dt.datetime | None] = mapped_column(Moment)
    revoked_by_id: Mapped[int | None] = mapped_column(Key)

    account: Mapped[Account] = relationship(back_populates="grants", foreign_keys=[account_id], lazy="raise")
    division: Mapped[Division | None] = relationship(lazy="raise")
    team: Mapped[Team | None] = relationship(lazy="raise")
    unit: Mapped[Unit | None] = relationship(lazy="raise")


class Session(Base, Keyed):
    """会话: one device that is signed in, until `expires_at`, or sooner when it was not seen for long."""

    __tablename__ = "session"
    __table_args__ = (Index(None, "account_id", "created_at"),)

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """For whom the account acts in this session."""
    token_hash: Mapped[str] = mapped_column(Text, unique=True)
    channel: Mapped[str] = mapped_column(Text)
    device: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[dt.datetime] = mapped_column(Moment, default=now)
    seen_at: Mapped[dt.datetime] = mapped_column(Moment, default=now)
    expires_at: Mapped[dt.datetime] = mapped_column(Moment)
    second_factor_at: Mapped[dt.datetime | None] = mapped_column(Moment)
    revoked_at: Mapped[dt.datetime | None] = mapped_column(Moment)

    account: Mapped[Account] = relationship(back_populates="sessions", lazy="raise")
    person: Mapped[Person | None] = relationship(lazy="raise")


class ApiToken(Base, Keyed):
    """接口令牌 of a dashboard: `prefix` is shown, the token itself only once."""

    __tablename__ = "api_token"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    name: Mapped[str] = mapped_column(Text)
    prefix: Mapped[str] = mapped_column(Binary, unique=True)
    token_hash: Mapped[str] = mapped_column(Text, unique=True)
    created_at: Mapped[dt.datetime] = mapped_column(Moment, default=now)
    expires_at: Mapped[dt.datetime] = mapped_column(Moment)
    last_used_at: Mapped[dt.datetime | None] = mapped_column(Moment)
    revoked_at: Mapped[dt.datetime | None] = mapped_column(Moment)

    account: Mapped[Account] = relationship(back_populates="tokens", lazy="raise")
    scopes: Mapped[list["ApiTokenScope"]] = relationship(lazy="raise")


class ApiTokenScope(Base):
    """Something that a token reads beyond public data."""

    __tablename__ = "api_token_scope"

    token_id: Mapped[int] = mapped_column(ForeignKey("api_token.id"), primary_key=True)
    scope: Mapped[TokenScope] = mapped_column(coded(TokenScope), primary_key=True)


class WechatIdentity(Base):
    """The account behind a WeChat user; the openid is kept as a keyed hash."""

    __tablename__ = "wechat_identity"

    openid_hash: Mapped[str] = mapped_column(Text, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    created_at: Mapped[dt.datetime] = mapped_column(Moment, default=now)


class SignInCode(Base, Keyed):
    """A one-time code that was sent to a phone, whether or not the phone has an account."""

    __tablename__ = "sign_in_code"
    __table_args__ = (Index(None, "phone_hash", "created_at"),)

    phone_hash: Mapped[str] = mapped_column(Text)
    code_hash: Mapped[str] = mapped_column(Text)
    created_at: Mapped[dt.datetime] = mapped_column(Moment, default=now)
    expires_at: Mapped[dt.datetime] = mapped_column(Moment)
    tries: Mapped[int] = mapped_column(default=0)
    used_at: Mapped[dt.datetime | None] = mapped_column(Moment)


class Attempt(Base):
    """How often something bounded was tried in the window that began at `began_at`: sign-ins, codes, reveals."""

    __tablename__ = "attempt"

    subject: Mapped[str] = mapped_column(Binary, primary_key=True)
    """What is bounded and for whom, such as `code:phone:` and a keyed hash."""
    began_at: Mapped[dt.datetime] = mapped_column(Moment)
    count: Mapped[int] = mapped_column(default=0)


class Operation(Base):
    """What came of a mutation that a client may send again: kept 30 days, without any value of its payload."""

    __tablename__ = "operation"
    __table_args__ = (Index(None, "created_at"),)

    account_id: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=False)
    operation_id: Mapped[str] = mapped_column(Text, primary_key=True)
    input_hash: Mapped[str] = mapped_column(Text)
    member: Mapped[str | None] = mapped_column(Text)
    """The type that came out."""
    key: Mapped[int | None] = mapped_column(Key)
    created_at: Mapped[dt.datetime] = mapped_column(Moment, default=now)
