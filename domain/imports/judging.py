"""Row after row of a workbook is accepted or rejected; here are the rules that look at other rows (R12, R13)."""

from collections.abc import Callable, Iterator, Mapping
from typing import Protocol, TypeVar

from domain.imports.headers import Header
from domain.imports.reading import Sheet
from domain.imports.registry import Registry
from domain.imports.report import Report
from domain.imports.roster import Roster
from domain.imports.rows import MemberRow, Rejected, Row, SkillRow, TeamRow, body, read_member, read_skill, read_team
from domain.imports.rules import Fault, as_text
from domain.imports.within import Importer
from domain.imports.words import STEPS

T = TypeVar("T")

TOLD_EVERY = 200
"""Rows between two words on progress."""


class Progress(Protocol):
    """Told how far the work is; called with names."""

    def __call__(self, done: int, total: int, what: str) -> None: ...


class Judge:
    """Goes through the sheets of one kind after those of another, and keeps the report."""

    def __init__(self, tables: list[tuple[Sheet, Header]], report: Report, progress: Progress | None) -> None:
        self._tables, self._report, self._progress = tables, report, progress
        self._done, self._total = 0, sum(len(sheet.rows) for sheet, header in tables if header.role != "ignored")

    def each(self, role: str, read: Callable[[Row], T]) -> Iterator[T]:
        """Give what `read` makes of the rows of a kind; those for which it raises Rejected are reported."""
        for sheet, header in self._tables:
            if header.role == role:
                for row in body(sheet, header, self._report):
                    if row.number % TOLD_EVERY == 0:
                        self._tell(self._done + row.number)
                    if row.is_hidden:
                        self._report.warn(sheet.name, row.number, Fault("hidden_row"))
                    try:
                        value = read(row)
                    except Rejected as reason:
                        self._report.reject(role, sheet.name, row.number, reason.about, reason.fault)
                        continue
                    self._report.accept(role)
                    for about, cell, repaired in row.corrections:
                        self._report.correct(sheet.name, row.number, about, cell, repaired)
                    for warning in row.warnings:
                        self._report.warn(sheet.name, row.number, warning)
                    yield value
                self._done += len(sheet.rows)
                self._tell(self._done)

    def _tell(self, done: int) -> None:
        if self._progress:
            self._progress(done=done, total=self._total, what=STEPS["reading"])


def judge_teams(judge: Judge, roster: Roster, known: Registry, importer: Importer) -> list[TeamRow]:
    """Return the teams that are right; the roster learns of the others. R12 `duplicate_team`; ours are `team_ended`,
    `division_outside`."""
    seen: dict[tuple[int, str], TeamRow] = {}
    ended = {(team.division_id, team.name) for team in known.teams if team.has_ended}

    def read(row: Row) -> TeamRow:
        try:
            team = read_team(row, known.places)
            if not importer.covers(team.place.id):
                raise Rejected("division", Fault("division_outside", team.place.name))
            if (team.place.id, team.name) in ended:
                raise Rejected("name", Fault("team_ended", team.name))
        except Rejected:
            roster.add(as_text(row.cell("team_code")), as_text(row.cell("team_name")), None)
            raise
        first = seen.setdefault((team.place.id, team.name), team)
        if first is not team:
            if team.code != first.code:
                roster.add(team.code, None, None)
            raise Rejected("name", Fault("duplicate_team", team.name))
        return team

    return list(judge.each("teams", read))


def judge_skills(judge: Judge, known: Registry, importer: Importer) -> list[SkillRow]:
    """Return the skills that are right. `catalog_closed` (ours): who decides about some places adds none."""

    def read(row: Row) -> SkillRow:
        skill = read_skill(row)
        if importer.is_bounded and skill.name not in known.skills and skill.code not in known.skill_codes:
            raise Rejected("name", Fault("catalog_closed", skill.name))
        return skill

    return list(judge.each("skills", read))


def judge_members(judge: Judge, roster: Roster, skills: Mapping[str, int]) -> list[MemberRow]:
    """Return the members that are right. R12 `duplicate_member`, `person_in_other_team`; R13 `team_unknown`."""
    here: set[tuple[int, str, str | None]] = set()
    anywhere: set[tuple[str, str]] = set()

    def read(row: Row) -> MemberRow:
        team_id = roster.find(as_text(row.cell("team_code")), as_text(row.cell("team_name")))
        member = read_member(row, team_id, skills)
        who = (member.team_id, member.name, member.phone or member.masked)
        if who in here:
            raise Rejected("name", Fault("duplicate_member", member.name))
        here.add(who)
        if member.phone:
            if (member.name, member.phone) in anywhere:
                row.warnings.append(Fault("person_in_other_team", member.name))
            anywhere.add((member.name, member.phone))
        return member

    return list(judge.each("members", read))
