"""From the cells of one row to a team, a member or a skill, with what was wrong on the way."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from domain import texts
from domain.imports import repairs, rules, words
from domain.imports.headers import Header, plain
from domain.imports.layout import ERROR
from domain.imports.places import Place, Places
from domain.imports.reading import Cell, Sheet
from domain.imports.report import Report
from domain.imports.rules import Fault, Repaired
from models import DivisionLevel, Gender, HalfDay, Platform, PoliticalStatus, SpokenLanguage, TeamType

T = TypeVar("T")


class Rejected(Exception):
    """The row is not taken. `about` is the field at fault."""

    def __init__(self, about: str, fault: Fault) -> None:
        super().__init__(fault.code)
        self.about, self.fault = about, fault


@dataclass
class Row:
    """One row below the header. Its corrections and warnings count only if the row is accepted (R18)."""

    sheet: Sheet
    number: int
    cells: tuple[Cell, ...]
    columns: Mapping[str, int]
    warnings: list[Fault] = field(default_factory=list)
    corrections: list[tuple[str, Cell, Repaired[Any]]] = field(default_factory=list)
    """Field, what stood there, and what became of it."""

    @property
    def is_hidden(self) -> bool:
        return self.number in self.sheet.hidden_rows

    def cell(self, column: str) -> Cell:
        """Return what stands in a column; None where the sheet has no such column."""
        return self.cells[self.columns[column]] if column in self.columns else None

    def must(self, column: str, rule: Callable[[Cell], T | Repaired[T] | Fault], about: str | None = None) -> T:
        """Return a required value. Raises Rejected."""
        value = self._calculated(column) or rule(self.cell(column))
        if isinstance(value, Fault):
            raise Rejected(about or column, value)
        return self._kept(about or column, column, value)

    def may(self, column: str, rule: Callable[[Cell], T | Repaired[T] | Fault | None]) -> T | None:
        """Return an optional value: a faulty one becomes None, with a warning (R10, R11)."""
        value = (self._calculated(column) or rule(self.cell(column))) if column in self.columns else None
        if isinstance(value, Fault):
            self.warnings.append(value)
            return None
        return None if value is None else self._kept(column, column, value)

    def _calculated(self, column: str) -> Fault | None:
        """R15: what is wrong with a cell that holds a formula or an error. A stored result is used, with a warning."""
        kind = self.sheet.noted.get((self.number, self.columns[column])) if column in self.columns else None
        if kind is None:
            return None
        if kind == ERROR:
            return Fault("cell_error")
        if self.cell(column) is None:
            return Fault("formula_no_value")
        self.warnings.append(rules.fault("formula_cached_value", self.cell(column)))
        return None

    def _kept(self, about: str, column: str, value: T | Repaired[T]) -> T:
        if isinstance(value, Repaired):
            self.corrections.append((about, self.cell(column), value))
            return value.value
        return value

    def several(self, column: str, known: Mapping[str, T], code: str = "word_unknown") -> tuple[list[T], list[str]]:
        """Return the known values of a list, and its other words that may be kept; each of those has a warning."""
        if missing := self._calculated(column):
            self.warnings.append(missing)
        values, others = rules.listed(self.cell(column), known)
        kept = []
        for word in others:
            if texts.is_clean(word):
                kept.append(word)
                self.warnings.append(rules.fault(code, word))
                if texts.is_formula_like(word):
                    self.warnings.append(rules.fault("formula_like_text", word))
            else:
                self.warnings.append(rules.fault("unsafe_text", word))
        return values, kept


@dataclass(frozen=True)
class TeamRow:
    sheet: str
    number: int
    code: str | None
    name: str
    level: DivisionLevel
    type: TeamType
    place: Place
    leader: str | None
    phone: str | None
    founded_on: dt.date | None
    platforms: list[Platform]


@dataclass(frozen=True)
class MemberRow:
    team_id: int
    name: str
    phone: str | None
    gender: Gender | None
    ethnicity: str | None
    political_status: PoliticalStatus | None
    joined_on: dt.date | None
    skill_ids: list[int]
    other_skills: list[str]
    languages: list[SpokenLanguage]
    half_days: list[HalfDay]
    masked: str | None = None
    """A phone of which the file holds the mask only: the one that is stored stays."""
    sheet: str = ""
    number: int = 0


@dataclass(frozen=True)
class SkillRow:
    code: str | None
    name: str


def body(sheet: Sheet, header: Header, report: Report) -> Iterator[Row]:
    """Give the rows below the header; blank ones, totals and footers are reported as skipped (R5). Where blank rows end
    blocks of entries, the one below the last block does so too: the samples count it, though no file holds it."""
    rows, first = _without_result(sheet, header), header.row or 0
    last = max((number for number, cells in enumerate(rows, 1) if any(cell is not None for cell in cells)), default=0)
    has_blocks, reason = False, None
    for number, cells in enumerate(rows[first:last], start=first + 1):
        reason = _no_entry(cells)
        has_blocks |= reason == "blank"
        if reason:
            report.skip(sheet.name, number, reason)
        else:
            yield Row(sheet, number, cells, header.columns or {})
    if has_blocks and reason is None:
        report.skip(sheet.name, last + 1, "blank")


def _without_result(sheet: Sheet, header: Header) -> list[tuple[Cell, ...]]:
    """Return the rows without what an annotated copy said about them."""
    at = (header.columns or {}).get("result")
    return sheet.rows if at is None else [(*cells[:at], None, *cells[at + 1 :]) for cells in sheet.rows]


def _no_entry(cells: tuple[Cell, ...]) -> str | None:
    """R5: why a row is no entry."""
    first = next((cell for cell in cells if cell is not None), None)
    if first is None:
        return "blank"
    said = plain(first) if isinstance(first, str) else ""
    return "total_row" if said.startswith(words.TOTALS) else "footer" if said.startswith(words.FOOTERS) else None


def read_team(row: Row, places: Places) -> TeamRow:
    """R7: a team has a name, a level, a type, and the division that its level asks for. Raises Rejected."""
    name = row.must("team_name", rules.name, "name")
    level = row.must("level", rules.level)
    return TeamRow(
        sheet=row.sheet.name,
        number=row.number,
        code=row.may("team_code", rules.optional_name),
        name=name,
        level=level,
        type=row.must("type", rules.team_type),
        place=_place(row, level, places),
        leader=None if repairs.is_masked_name(row.cell("leader")) else row.may("leader", rules.optional_name),
        phone=_phone(row)[0],
        founded_on=row.may("founded_on", repairs.day_in(row.sheet.is_1904)),
        platforms=row.several("platforms", words.PLATFORMS)[0],
    )


def _phone(row: Row) -> tuple[str | None, str | None]:
    """Return the phone, or the mask that stands in its place. A mask says: leave it as it is."""
    masked = repairs.masked_phone(row.cell("phone"))
    return (None, masked) if masked else (row.may("phone", repairs.phone), None)


def _place(row: Row, level: DivisionLevel, places: Places) -> Place:
    if level is DivisionLevel.BANNER:
        return row.must("township", places.banner)
    named_by_sheet = None if "township" in row.columns else places.township_called(row.sheet.name)
    if level is DivisionLevel.TOWNSHIP:
        return named_by_sheet or row.must("township", places.township)
    township = named_by_sheet if row.cell("township") is None else row.must("township", places.township)
    return row.must("village", lambda cell: places.village(cell, township))


def read_member(row: Row, team_id: int | None, skills: Mapping[str, int]) -> MemberRow:
    """R7, R13: a member has a name, and a team that was found. Raises Rejected."""
    if team_id is None:
        said = row.cell("team_code")
        raise Rejected("team", rules.fault("team_unknown", row.cell("team_name") if said is None else said))
    name = row.must("person_name", rules.name, "name")
    skill_ids, other_skills = row.several("skills", skills, "skill_unknown")
    phone, masked = _phone(row)
    return MemberRow(
        team_id=team_id,
        name=name,
        phone=phone,
        gender=row.may("gender", rules.word_in(words.GENDERS)),
        ethnicity=row.may("ethnicity", rules.ethnicity),
        political_status=row.may("political_status", rules.political_status),
        joined_on=row.may("joined_on", repairs.day_in(row.sheet.is_1904)),
        skill_ids=skill_ids,
        other_skills=other_skills,
        languages=row.several("languages", words.LANGUAGES)[0],
        half_days=row.several("half_days", words.HALF_DAYS)[0],
        masked=masked,
        sheet=row.sheet.name,
        number=row.number,
    )


def read_skill(row: Row) -> SkillRow:
    """R7 for an entry of the catalog. Raises Rejected."""
    return SkillRow(row.may("skill_code", rules.optional_name), row.must("skill_name", rules.name, "name"))
