"""A county's own data: its divisions, their spellings, words, skills, leading bodies and units, read from a folder."""

import csv
import hashlib
import tomllib
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from models import (
    AliasConfidence,
    Base,
    Division,
    DivisionAlias,
    DivisionKind,
    DivisionLevel,
    EnumLabel,
    Organization,
    OrganizationKind,
    Skill,
    SkillCategory,
    Unit,
    UnitKind,
    division_key,
    last_key_below,
)
from models.text import pinyin, search_text

DATA = Path(str(files("domain") / "data"))
LEVELS = {6: DivisionLevel.BANNER, 9: DivisionLevel.TOWNSHIP, 12: DivisionLevel.VILLAGE}

Row = dict[str, Any]


@dataclass(frozen=True)
class County:
    """What a county calls itself, how it numbers teams, and how many points its demo gets."""

    folder: Path
    short_name: str
    team_prefix: str
    demo_points: int


def default_folder() -> Path:
    """Return the folder of the county that comes with the software. Raises ValueError unless there is exactly one."""
    folders = sorted(path.parent for path in DATA.glob("counties/*/county.toml"))
    if len(folders) != 1:
        raise ValueError(f"{len(folders)} counties come with the software: say which one")
    return folders[0]


def read_county(folder: Path) -> County:
    """Return a county's settings. Raises OSError, and ValueError for a file that cannot be understood."""
    settings = tomllib.loads((folder / "county.toml").read_text(encoding="utf-8"))
    try:
        points = int(settings.get("demo", {}).get("points", 0))
        return County(folder, str(settings["short_name"]), str(settings["team_prefix"]), points)
    except KeyError as missing:
        raise ValueError(f"{folder / 'county.toml'} has no {missing}") from None


def fixed_key(*parts: str) -> int:
    """Return a key of 48 bits that depends on nothing but `parts`; keys made by `new_key` lie far above."""
    return int.from_bytes(hashlib.sha256("\0".join(parts).encode()).digest()[:6])


def read_rows(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV file, without blanks around values. A file that is not there has none."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [{key: (value or "").strip() for key, value in row.items()} for row in csv.DictReader(file)]


def named(name: str) -> Row:
    """Return a name with the columns that it is sorted and found by."""
    return {"name": name, "pinyin": pinyin(name), "search": search_text(name)}


def _divisions(folder: Path) -> list[Row]:
    rows = []
    for row in read_rows(folder / "divisions.csv"):
        code, level = row["code"], LEVELS.get(len(row["code"]))
        if level is None or row["level"].upper() != level.name:
            raise ValueError(f"divisions.csv: {code} is not the code of a {row['level']}")
        above = division_key(code[:-3]) if level is not DivisionLevel.BANNER else None
        rows.append(
            {
                "id": division_key(code),
                "last_id": last_key_below(code),
                "code": code,
                "parent_id": above,
                "township_id": above if level is DivisionLevel.VILLAGE else None,
                "level": level,
                "kind": DivisionKind[row["kind"].upper()],
                **named(row["name"]),
                "name_mn": row.get("name_mn") or None,
            }
        )
    keys = {row["id"] for row in rows} | {None}
    if stray := [row["code"] for row in rows if row["parent_id"] not in keys]:
        raise ValueError(f"divisions.csv: the place above {stray[0]} is missing")
    if sum(row["level"] is DivisionLevel.BANNER for row in rows) != 1:
        raise ValueError("divisions.csv: there is not exactly one banner")
    return sorted(rows, key=lambda row: len(row["code"]))  # a place after the one above it


def _aliases(folder: Path, divisions: list[Row]) -> list[Row]:
    """Return every spelling once for each place; the official names come first."""
    official = [(row["name"], row["code"], "official", "high") for row in divisions]
    known = [
        (row["alias"], row["code"], row["source"], row["confidence"])
        for row in read_rows(folder / "aliases.csv")
        if row["code"]  # a spelling without a counterpart today is kept in the file for people
    ]
    rows: dict[int, Row] = {}
    for alias, code, source, confidence in official + known:
        key = fixed_key("alias", alias, code)
        row = {"id": key, "alias": alias, "division_id": division_key(code), "source": source}
        rows.setdefault(key, row | {"confidence": AliasConfidence[confidence.upper()]})
    return list(rows.values())


def _words(folder: Path) -> list[Row]:
    rows = read_rows(DATA / "labels.csv") + read_rows(folder / "labels.csv")  # the county's own words win
    chosen = {(row["enum_name"], row["code"]): row | {"position": int(row["position"])} for row in rows}
    return list(chosen.values())


def _skills(folder: Path) -> list[Row]:
    rows = {row["code"]: row for row in read_rows(DATA / "skills.csv") + read_rows(folder / "skills.csv")}
    return [
        {
            "id": fixed_key("skill", code),
            "code": code,
            **named(row["name"]),
            "category": SkillCategory[row["category"]],
            "requires_certificate": row["requires_certificate"] == "yes",
        }
        for code, row in rows.items()
    ]


def _organizations(folder: Path) -> list[Row]:
    return [
        {
            "id": fixed_key("organization", row["kind"]),
            "kind": OrganizationKind[row["kind"]],
            "name": row["name"],
            "pinyin": pinyin(row["name"]),
            "director_office": row["director_office"] or None,
            "role": row["role"] or None,
            "division_id": division_key(row["division"]),
        }
        for row in read_rows(folder / "organizations.csv")
    ]


def _units(folder: Path) -> list[Row]:
    return [
        {
            "id": fixed_key("unit", row["name"], row["division"]),
            "kind": UnitKind[row["kind"]],
            **named(row["name"]),
            "division_id": division_key(row["division"]),
        }
        for row in read_rows(folder / "units.csv")
    ]


async def _store(session: AsyncSession, model: type[Base], rows: list[Row], *natural: str) -> None:
    """Insert rows; of one that is there by its `natural` key, change what the file says and leave the rest."""
    if rows:
        dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
        statement = dialect.insert(model.__table__)
        said = {name: statement.excluded[name] for name in rows[0] if name not in (*natural, "id")}
        await session.execute(statement.on_conflict_do_update(index_elements=natural, set_=said), rows)


async def load_county(session: AsyncSession, folder: Path) -> County:
    """Bring the database to what the county's files say (domain/data/README.md lists them); what only the database
    knows stays. Raises OSError, ValueError and KeyError for files that are missing or cannot be understood."""
    county, divisions = read_county(folder), _divisions(folder)
    banner = await session.scalar(select(Division.code).where(Division.level == DivisionLevel.BANNER))
    if banner not in (None, divisions[0]["code"]):
        raise ValueError(f"The database belongs to {banner}, not to {divisions[0]['code']}: one county, one database")
    await _store(session, Division, divisions, "id")
    await _store(session, DivisionAlias, _aliases(folder, divisions), "alias", "division_id")
    await _store(session, EnumLabel, _words(folder), "enum_name", "code")
    await _store(session, Skill, _skills(folder), "code")
    await _store(session, Organization, _organizations(folder), "kind")
    await _store(session, Unit, _units(folder), "division_id", "name")
    return county
