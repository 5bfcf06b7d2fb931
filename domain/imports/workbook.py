"""The import of one workbook: read the file, judge each row, store what it says. The transaction is the caller's."""

import asyncio
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from domain.counters import recount
from domain.imports.headers import find_header
from domain.imports.judging import Judge, Progress, judge_members, judge_skills, judge_teams
from domain.imports.planning import Planner
from domain.imports.reading import read_book
from domain.imports.refusals import FileRefused
from domain.imports.registry import load_registry
from domain.imports.report import Report
from domain.imports.roster import Roster
from domain.imports.storing import store, touched_teams
from domain.imports.teams import number_teams, skill_values
from domain.imports.within import Importer
from domain.viewers import Viewer
from models import Skill
from models.sealed import Keyring


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

    What the registry knows already gets the values in which a row differs; what no row names stays as it is. Rows of
    places that the `viewer` does not decide about are refused; without one the importer is the operator, who decides
    about all. `county` is the folder whose prefix new codes bear, by default the one that comes with the software.
    `dry_run` writes nothing, so the session may be one that only reads.
    """
    book = await asyncio.to_thread(read_book, path)
    report, importer = Report(book.file, book.sha256), Importer(viewer)
    tables = [(sheet, find_header(sheet)) for sheet in book.sheets]
    for sheet, header in tables:
        report.add_sheet(sheet.name, header)
    if not report.counts:
        raise FileRefused("nothing_recognized")
    known, judge = await load_registry(session), Judge(tables, report, progress)

    new_skills, skills = skill_values(judge_skills(judge, known, importer), known.skills, known.skill_codes)
    reached = [team for team in known.teams if importer.covers(team.division_id) and not team.has_ended]
    roster = Roster(reached)
    teams = judge_teams(judge, roster, known, importer)
    numbered = number_teams(teams, known.teams, {team.id for team in reached}, report, county)
    for team, (key, _) in zip(teams, numbered, strict=True):
        roster.add(team.code, team.name, key)
    members = judge_members(judge, roster, skills)
    list(judge.each("activities", lambda row: row))  # counted; stored when the registry has activities

    planner = Planner(session, keyring, importer, known, report)
    planner.plan.add({Skill: new_skills})
    plan = await planner.take([(row, *found) for row, found in zip(teams, numbered, strict=True)], members)
    if dry_run:
        return report
    await store(session, plan, importer.actor, progress)
    await recount(session, await touched_teams(session, plan))
    return report
