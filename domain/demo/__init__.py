"""Demo data: the real divisions with invented teams and people, the same rows each time, into an empty registry."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from domain.counters import recount
from domain.county import Row, default_folder, load_county
from domain.demo.members import fill_teams
from domain.demo.people import DemoPeople
from domain.demo.places import invent_network, invent_signal, invent_units
from domain.demo.teams import invent_teams, platform_rows
from models import (
    Availability,
    Division,
    DivisionLevel,
    Membership,
    NetworkNode,
    Person,
    PersonLanguage,
    PersonSkill,
    Skill,
    Team,
    TeamPlatform,
    Unit,
)
from models.sealed import Keyring

AT_ONCE = 5_000
NOTE = (
    "演示数据：区划是真实的，队伍、人员、电话、阵地、单位和通信信号均为虚构；各级各类队伍的数量分布也是虚构的，"
    "原文只给出总数1354 | demo data: the divisions are real, everything else is invented, also how "
    "the teams split over levels and types"
)
KEPT = "数据库已有队伍或人员，没有改动 | there are teams or people already, nothing was changed"


class Progress(Protocol):
    """Told how far the work is; called with names, so that the order does not matter."""

    def __call__(self, done: int, total: int, what: str) -> None: ...


@dataclass(frozen=True)
class Demo:
    """What was loaded; `note` is what a person should be told about it."""

    is_loaded: bool
    rows: dict[str, int]
    note: str


async def is_empty(session: AsyncSession) -> bool:
    """Return whether there is neither a team nor a person: only then demo data come in, never beside real ones."""
    found = await session.scalar(select(or_(select(Team.id).exists(), select(Person.id).exists())))
    return not found


async def load_demo(
    session: AsyncSession,
    keyring: Keyring,
    county_folder: Path | None = None,
    *,
    people: int = 20_000,
    teams: int = 1354,
    progress: Progress | None = None,
) -> Demo:
    """Fill an empty registry; one that is not empty stays as it is, so a second call changes nothing.

    Source: 1354 teams. Assumed: their split over levels and types, and everything else about them. No village is
    said to have one of the four weaknesses: the villages are real. Sealed values differ each time, nothing else does.
    """
    if not await is_empty(session):
        return Demo(False, {}, KEPT)
    county = await load_county(session, county_folder or default_folder())
    divisions = list(await session.scalars(select(Division).order_by(Division.id)))
    banner = next(division for division in divisions if division.level is DivisionLevel.BANNER)
    hosts = invent_units(county, banner)
    made_teams = invent_teams(county, divisions, hosts, teams)
    made = DemoPeople(keyring, list(await session.scalars(select(Skill).order_by(Skill.code))))
    memberships = fill_teams(made_teams, divisions, made, people)
    rows: dict[Any, list[Row]] = {
        Unit: hosts,
        NetworkNode: invent_network(county, divisions),
        Person: made.people,
        PersonLanguage: made.languages,
        PersonSkill: made.abilities,
        Availability: made.half_days,
        Team: [team.row for team in made_teams],
        TeamPlatform: platform_rows(made_teams),
        Membership: memberships,
    }
    await _store(session, rows, progress)
    for quality, villages in invent_signal(divisions).items():
        await session.execute(update(Division).where(Division.id.in_(villages)).values(connectivity=quality))
    await recount(session)
    return Demo(True, {model.__tablename__: len(found) for model, found in rows.items()}, NOTE)


async def _store(session: AsyncSession, rows: dict[Any, list[Row]], progress: Progress | None) -> None:
    done, total = 0, sum(map(len, rows.values()))
    for model, found in rows.items():
        for start in range(0, len(found), AT_ONCE):
            some = found[start : start + AT_ONCE]
            await session.execute(insert(model.__table__), some)
            done += len(some)
            if progress:
                progress(done=done, total=total, what="演示数据 demo data")
