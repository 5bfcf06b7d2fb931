"""The import of one workbook: read the file, judge each row, store what is new. The transaction is the caller's."""

import asyncio
from collections import defaultdict
from pathlib import Path

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from domain.counters import recount
from domain.imports.headers import find_header
from domain.imports.judging import Judge, Progress, judge_members, judge_teams
from domain.imports.people import Rows, identify, membership_rows, person_rows
from domain.imports.reading import read_book
from domain.imports.refusals import FileRefused
from domain.imports.registry import Registry, find_members, find_people, load_registry
from domain.imports.report import Report
from domain.imports.roster import Roster
from domain.imports.rows import MemberRow, TeamRow, read_skill
from domain.imports.teams import find_leader, number_teams, skill_values, team_values
from domain.imports.words import STEPS
from domain.viewers import Viewer
from models import Skill, Team, TeamPlatform
from models.sealed import Keyring

AT_ONCE = 5_000
"""Rows in one statement."""


async def import_workbook(
    session: AsyncSession,
    keyring: Keyring,
    path: Path,
    *,
    viewer: Viewer | None = None,
    dry_run: bool = False,
    progress: Progress | None = None,
    county: Path | None = None,
) -> Report:
    """Take the rows of a workbook that are right, and tell what was done with each. Raises FileRefused.

    What the registry knows already stays as it is, so a second import of the same file stores nothing. `county` is the
    folder whose prefix new codes bear, by default the one that comes with the software. `dry_run` writes nothing, so
    the session may be one that only reads. The `viewer` imports; None is the operator. Who may import decides about
    every place (`domain.permissions.IMPORTERS`).
    """
    book = await asyncio.to_thread(read_book, path)
    report = Report(book.file, book.sha256)
    tables = [(sheet, find_header(sheet)) for sheet in book.sheets]
    for sheet, header in tables:
        report.add_sheet(sheet.name, header)
    if not report.counts:
        raise FileRefused("nothing_recognized")
    known, judge = await load_registry(session), Judge(tables, report, progress)

    new_skills, skills = skill_values(list(judge.each("skills", read_skill)), known.skills, known.skill_codes)
    roster = Roster(known.teams)
    teams = judge_teams(judge, roster, known.places)
    numbered = number_teams(teams, known.teams, report, county)
    for team, (key, _) in zip(teams, numbered, strict=True):
        roster.add(team.code, team.name, key)
    members = judge_members(judge, roster, skills)
    list(judge.each("activities", lambda row: row))  # counted; stored when the registry has activities

    rows: Rows = {Skill: new_skills}
    rows |= await _plan(session, keyring, known, list(zip(teams, numbered, strict=True)), members)
    if dry_run:
        return report
    await _store(session, rows, progress)
    await recount(session, {key for key, _ in numbered} | {member.team_id for member in members})
    return report


async def _plan(
    session: AsyncSession,
    keyring: Keyring,
    known: Registry,
    teams: list[tuple[TeamRow, tuple[int, str | None]]],
    members: list[MemberRow],
) -> Rows:
    """Return the rows that the registry lacks, in the order in which they point to each other."""
    hashes = {phone: keyring.lookup_hash(phone) for phone in {row.phone for row in members if row.phone}}
    there = await find_members(session, {row.team_id for row in members})
    people = await find_people(session, hashes.values())
    persons = identify(members, hashes, people, there)

    old = set(people.values()) | {member.person_id for member in there}
    entries: dict[int, list[MemberRow]] = defaultdict(list)
    in_team: dict[int, list[tuple[str, str | None, int]]] = defaultdict(list)
    for member, person in zip(members, persons, strict=True):
        in_team[member.team_id].append((member.name, member.phone, person))
        if person not in old:
            entries[person].append(member)

    new = [(team, key, code) for team, (key, code) in teams if code is not None]
    leaders = {key: find_leader(team, in_team[key]) for team, key, _ in new}
    homes = {team.id: team.division_id for team in known.teams} | {key: team.place.id for team, key, _ in new}
    rows = person_rows(entries, hashes, homes, keyring)
    rows[Team] = [team_values(team, key, code, leaders[key], keyring) for team, key, code in new]
    rows[TeamPlatform] = [{"team_id": key, "platform": name} for team, key, _ in new for name in team.platforms]
    return rows | membership_rows(members, persons, there, leaders)


async def _store(session: AsyncSession, rows: Rows, progress: Progress | None) -> None:
    done, total = 0, sum(map(len, rows.values()))
    for model, found in rows.items():
        for start in range(0, len(found), AT_ONCE):
            some = found[start : start + AT_ONCE]
            await session.execute(insert(model.__table__), some)
            done += len(some)
            if progress:
                progress(done=done, total=total, what=STEPS["storing"])
