"""What the peers that plan their own SQL need besides the models, for reading: relationships for who is in a team now,
the teams of a person and the teams of a subtree, and the views of `setup.sql` as classes."""

from sqlalchemy import ForeignKey, and_
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models import Base, Division, DivisionLevel, Membership, MembershipStatus, Person, Team, TeamType
from models.base import Key, coded

Team.members = relationship(  # type: ignore[attr-defined]
    Membership,
    primaryjoin=and_(Team.id == Membership.team_id, Membership.status == MembershipStatus.ACTIVE),
    viewonly=True,
    lazy="raise",
)
Person.memberships = relationship(Membership, viewonly=True, lazy="raise")  # type: ignore[attr-defined]
Division.teams_below = relationship(  # type: ignore[attr-defined]
    Team,
    primaryjoin=Team.division_id.between(Division.id, Division.last_id),
    foreign_keys=Team.division_id,
    viewonly=True,
    lazy="raise",
)


class TownshipTeam(Base):
    __tablename__ = "township_team"
    __table_args__ = {"schema": "bench"}  # noqa: RUF012

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    code: Mapped[str]
    name: Mapped[str]
    pinyin: Mapped[str]
    type: Mapped[TeamType] = mapped_column(coded(TeamType))
    township_id: Mapped[int] = mapped_column(ForeignKey(Division.id))


class TeamStat(Base):
    __tablename__ = "team_stat"
    __table_args__ = {"schema": "bench"}  # noqa: RUF012

    level: Mapped[DivisionLevel] = mapped_column(coded(DivisionLevel), primary_key=True)
    type: Mapped[TeamType] = mapped_column(coded(TeamType), primary_key=True)
    township_id: Mapped[int] = mapped_column(ForeignKey(Division.id), primary_key=True)
    team_count: Mapped[int]
    member_count: Mapped[int]

    township: Mapped[Division | None] = relationship(lazy="raise")
