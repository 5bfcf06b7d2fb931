"""The messy samples: the report is exactly the expected one, on both databases, and a second import changes nothing."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.imports import import_workbook
from models import Division, Membership, Person, Team
from models.sealed import Keyring
from tests.domain.imports.books import counted

SAMPLES = Path(__file__).parents[2] / "samples"
MESSY = ["02_merged_titles.xlsx", "03_mixed_words.xlsx"]
LISTS = ("rejected", "corrected", "warnings", "skipped_rows")


def in_any_order(report: dict[str, Any]) -> dict[str, Any]:
    """Return the report with its lists sorted: the order of entries does not matter (R18)."""
    return report | {name: sorted(report[name], key=lambda entry: json.dumps(entry, sort_keys=True)) for name in LISTS}


@pytest.mark.parametrize("kind", ["xls", "ods"])
@pytest.mark.parametrize("name", MESSY)
async def test_another_format_of_a_sample_gives_the_same_report(
    registry: AsyncSession, keyring: Keyring, name: str, kind: str
) -> None:
    path = (SAMPLES / name).with_suffix(f".{kind}")
    expected = json.loads(path.with_suffix(".expected.json").read_text(encoding="utf-8"))
    expected.pop("checks", None)
    expected |= {"file": path.name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
    before = await counted(registry)
    report = await import_workbook(registry, keyring, path, dry_run=True)
    assert in_any_order(report.as_json()) == in_any_order(expected)
    assert await counted(registry) == before


@pytest.mark.parametrize("name", MESSY)
async def test_a_messy_sample_gives_its_expected_report(registry: AsyncSession, keyring: Keyring, name: str) -> None:
    path = SAMPLES / name
    expected = json.loads(path.with_suffix(".expected.json").read_text(encoding="utf-8"))
    checks = expected.pop("checks", {})
    report = in_any_order((await import_workbook(registry, keyring, path)).as_json())
    expected = in_any_order(expected)
    for part in expected:
        assert report[part] == expected[part], part
    assert report == expected

    stored = await counted(registry)
    assert stored["team"] == expected["counts"]["teams"]["accepted"]
    assert stored["membership"] == expected["counts"]["members"]["accepted"]
    teams_of = select(func.count(Membership.team_id).label("n")).group_by(Membership.person_id).subquery()
    in_two = await registry.scalar(select(func.count()).select_from(teams_of).where(teams_of.c.n == 2))
    assert in_two == checks.get("persons_in_two_teams", 0)

    again = in_any_order((await import_workbook(registry, keyring, path)).as_json())
    known = {
        kind: {"created": 0, "updated": 0, "unchanged": found["accepted"]} for kind, found in report["counts"].items()
    }
    assert again == report | {"changes": known, "updated": []}
    assert await counted(registry) == stored


async def test_what_was_mended_is_what_is_stored(registry: AsyncSession, keyring: Keyring) -> None:
    for name in MESSY:
        await import_workbook(registry, keyring, SAMPLES / name)
    statement = select(Division.name).join(Team, Team.division_id == Division.id)
    aliased = statement.where(Team.name.like("老公嘎查%") | Team.name.like("老公司嘎查%"))
    assert set(await registry.scalars(aliased)) == {"老公司嘎查"}
    joined = (await registry.scalars(select(Person).where(Person.name == "满都拉图雅"))).all()
    assert {person.phone_masked for person in joined} >= {"125****4679"}
    assert await registry.scalar(select(func.count()).where(Person.name.like("% %"))) == 0
