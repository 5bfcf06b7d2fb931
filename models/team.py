"""The three-level, three-type volunteer teams and who belongs to them."""

import datetime as dt
import enum

from sqlalchemy import CheckConstraint, Date, ForeignKey, ForeignKeyConstraint, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Binary, Key, Mutable, coded
from models.division import Division, DivisionLevel, by_place
from models.organization import NetworkNode, Unit
from models.person import Person
from models.skill import Skill


class TeamType(enum.Enum):
    """Source: "三类"."""

    PARTY_CADRE = "PARTY_CADRE"
    PROFESSIONAL = "PROFESSIONAL"
    SOCIAL_ORG = "SOCIAL_ORG"


class TeamStatus(enum.Enum):
    DRAFT = "DRAFT"
    SUBMITTED = "SUBMITTED"
    ACTIVE = "ACTIVE"
    RETURNED = "RETURNED"
    REJECTED = "REJECTED"
    SUSPENDED = "SUSPENDED"
    DORMANT = "DORMANT"
    DISSOLVED = "DISSOLVED"


PUBLISHED = (TeamStatus.ACTIVE, TeamStatus.SUSPENDED, TeamStatus.DORMANT)
"""The states in which a team has been approved and has not ended."""

UNPUBLISHED = text(" AND ".join(f"status != '{status.value}'" for status in PUBLISHED))


class Platform(enum.Enum):
    """Source: "五大平台" and "两大平台"."""

    THEORY = "THEORY"
    EDUCATION = "EDUCATION"
    SCIENCE = "SCIENCE"
    CULTURE = "CULTURE"
    SPORTS = "SPORTS"
    MEDIA = "MEDIA"
    GOVERNANCE = "GOVERNANCE"


class MembershipRole(enum.Enum):
    LEADER = "LEADER"
    DEPUTY = "DEPUTY"
    CONTACT = "CONTACT"
    RECORDER = "RECORDER"
    MEMBER = "MEMBER"


class MembershipStatus(enum.Enum):
    INVITED = "INVITED"
    APPLIED = "APPLIED"
    ACTIVE = "ACTIVE"
    DECLINED = "DECLINED"
    LEFT = "LEFT"
    REMOVED = "REMOVED"


class Team(Base, Mutable):
    """支. Its level is its division's level. `member_count` and `party_member_count` count active memberships and
    change in the transaction that changes those; the same holds for `skills`."""

    __tablename__ = "team"
    __table_args__ = (
        ForeignKeyConstraint(
            ["division_id", "level"], ["division.id", "division.level"], name="fk_team_division_level"
        ),
        UniqueConstraint("division_id", "name"),
        CheckConstraint("party_member_count BETWEEN 0 AND member_count", name="counts_fit"),
        Index(None, "pinyin", "name", "id"),
        Index(None, "level", "type", "pinyin", "name", "id"),
        Index(None, "member_count", "pinyin", "name", "id"),
        *by_place("team", "type", "status"),
        Index("ix_team_unpublished", "applicant_id", sqlite_where=UNPUBLISHED, postgresql_where=UNPUBLISHED),
    )

    code: Mapped[str] = mapped_column(Binary, unique=True)
    name: Mapped[str] = mapped_column(Binary)
    name_mn: Mapped[str | None] = mapped_column(Text)
    pinyin: Mapped[str] = mapped_column(Binary)
    search: Mapped[str] = mapped_column(Text)
    level: Mapped[DivisionLevel] = mapped_column(coded(DivisionLevel))
    type: Mapped[TeamType] = mapped_column(coded(TeamType))
    status: Mapped[TeamStatus] = mapped_column(coded(TeamStatus), default=TeamStatus.DRAFT)
    division_id: Mapped[int] = mapped_column(ForeignKey("division.id"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"), index=True)
    node_id: Mapped[int | None] = mapped_column(ForeignKey("network_node.id"), index=True)
    host_unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    leader_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    leader_name: Mapped[str | None] = mapped_column(Text)
    leader_name_masked: Mapped[str | None] = mapped_column(Text)
    contact_phone_sealed: Mapped[str | None] = mapped_column(Text)
    contact_phone_masked: Mapped[str | None] = mapped_column(Text)
    contact_phone_hash: Mapped[str | None] = mapped_column(Text)
    founded_on: Mapped[dt.date | None] = mapped_column(Date)
    intro: Mapped[str | None] = mapped_column(Text)
    applicant_id: Mapped[int | None] = mapped_column(Key)
    """The account that asks for the team; who approves it is another."""
    review_note: Mapped[str | None] = mapped_column(Text)
    """What the last reviewer wrote, for the applicant."""
    member_count: Mapped[int] = mapped_column(default=0)
    party_member_count: Mapped[int] = mapped_column(default=0)

    division: Mapped[Division] = relationship(foreign_keys=[division_id], lazy="raise")
    parent: Mapped["Team | None"] = relationship(remote_side="Team.id", back_populates="children", lazy="raise")
    children: Mapped[list["Team"]] = relationship(back_populates="parent", lazy="raise")
    node: Mapped[NetworkNode | None] = relationship(lazy="raise")
    host_unit: Mapped[Unit | None] = relationship(lazy="raise")
    leader: Mapped[Person | None] = relationship(lazy="raise")
    memberships: Mapped[list["Membership"]] = relationship(back_populates="team", lazy="raise")
    platforms: Mapped[list["TeamPlatform"]] = relationship(lazy="raise")
    skills: Mapped[list["TeamSkill"]] = relationship(lazy="raise")


class TeamPlatform(Base):
    """One of the 5 + 2 service platforms on which a team serves."""

    __tablename__ = "team_platform"
    __table_args__ = (Index(None, "platform", "team_id"),)

    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"), primary_key=True)
    platform: Mapped[Platform] = mapped_column(coded(Platform), primary_key=True)


class TeamSkill(Base):
    """How many active members of a team have a skill; kept in the writing transaction."""

    __tablename__ = "team_skill"
    __table_args__ = (
        CheckConstraint("people_count > 0", name="somebody_has_it"),
        Index(None, "skill_id", "team_id"),
    )

    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"), primary_key=True)
    skill_id: Mapped[int] = mapped_column(ForeignKey("skill.id"), primary_key=True)
    people_count: Mapped[int]

    skill: Mapped[Skill] = relationship(lazy="raise")


class Membership(Base, Mutable):
    """队员关系: a person in a team. One active row for a team and person."""

    __tablename__ = "membership"
    __table_args__ = (
        Index(
            "uq_membership_one_active",
            "team_id",
            "person_id",
            unique=True,
            sqlite_where=text("status = 'ACTIVE'"),
            postgresql_where=text("status = 'ACTIVE'"),
        ),
        Index(None, "team_id", "status", "id"),
        Index(None, "person_id", "status", "id", postgresql_include=["team_id"]),
    )

    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    role: Mapped[MembershipRole] = mapped_column(coded(MembershipRole), default=MembershipRole.MEMBER)
    status: Mapped[MembershipStatus] = mapped_column(coded(MembershipStatus), default=MembershipStatus.APPLIED)
    proposed_by_id: Mapped[int | None] = mapped_column(Key)
    """The account that applied or invited; who approves or accepts is another."""
    joined_on: Mapped[dt.date | None] = mapped_column(Date)
    left_on: Mapped[dt.date | None] = mapped_column(Date)

    team: Mapped[Team] = relationship(back_populates="memberships", lazy="raise")
    person: Mapped[Person] = relationship(lazy="raise")
