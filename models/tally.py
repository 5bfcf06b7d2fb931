"""Sums over teams that are kept ready, so that counting a county costs the same however many teams it has."""

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Key, coded
from models.division import DivisionLevel
from models.team import TeamStatus, TeamType


class TeamTally(Base):
    """A part of how many teams of a type and state there are at a place, and how many active members they have: the
    sum of its rows counts. Triggers add to one row in the transaction that writes to teams, whoever writes. On
    PostgreSQL it is a row that nobody else holds, made when there is none, so that writers never wait for each
    other."""

    __tablename__ = "team_tally"
    __table_args__ = (Index(None, "division_id", "type", "status"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    division_id: Mapped[int] = mapped_column(Key)
    level: Mapped[DivisionLevel] = mapped_column(coded(DivisionLevel))
    type: Mapped[TeamType] = mapped_column(coded(TeamType))
    status: Mapped[TeamStatus] = mapped_column(coded(TeamStatus))
    team_count: Mapped[int]
    member_count: Mapped[int]
