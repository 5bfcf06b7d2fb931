"""A county's files become rows; a second time nothing changes; a file that contradicts itself is refused."""

import csv
import enum
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

import models
from domain.county import DATA, County, default_folder, fixed_key, load_county, read_county
from models import (
    AliasConfidence,
    Base,
    Connectivity,
    Division,
    DivisionAlias,
    DivisionKind,
    DivisionLevel,
    EnumLabel,
    Organization,
    Skill,
    Unit,
    new_key,
)

ENUMS = {name: kind for name, kind in vars(models).items() if isinstance(kind, enum.EnumMeta)}


async def everything(session: AsyncSession) -> dict[str, Any]:
    """Return all rows of all tables but the stamps, which move with every write."""
    tables = [table for table in Base.metadata.sorted_tables if table.name != "change_stamp"]
    return {table.name: sorted(map(repr, await session.execute(select(table)))) for table in tables}


async def count_by(session: AsyncSession, column: Any) -> dict[Any, int]:
    rows = await session.execute(select(column, func.count()).group_by(column))
    return dict(rows.all())


async def test_the_real_divisions_are_all_there(session: AsyncSession) -> None:
    county = await load_county(session, default_folder())
    assert county == County(DATA / "counties" / "152222", "科右中旗", "KYZQ", 534)
    assert await count_by(session, Division.kind) == {
        DivisionKind.BANNER: 1,
        DivisionKind.TOWN: 6,
        DivisionKind.SUMU: 6,
        DivisionKind.STATE_FARM: 2,
        DivisionKind.MINING_AREA: 2,
        DivisionKind.GACHA: 173,
        DivisionKind.COMMUNITY: 33,
        DivisionKind.LIVING_AREA: 10,
    }
    assert await count_by(session, Division.level) == {
        DivisionLevel.BANNER: 1,
        DivisionLevel.TOWNSHIP: 16,
        DivisionLevel.VILLAGE: 216,
    }
    assert await count_by(session, Division.connectivity) == {Connectivity.UNKNOWN: 233}


async def test_a_village_hangs_below_its_township(session: AsyncSession) -> None:
    await load_county(session, default_folder())
    village = (await session.scalars(select(Division).where(Division.name == "老公司嘎查"))).one()
    township = await session.get_one(Division, village.township_id)
    assert (village.code, village.id, village.last_id) == ("152222104213", 152222104213, 152222104213)
    assert (township.code, township.id, township.last_id) == ("152222104", 152222104000, 152222104999)
    assert (village.parent_id, township.parent_id, township.township_id) == (township.id, 152222000000, None)
    assert (township.pinyin, township.search) == ("gao li ban zhen", "高力板镇 gaolibanzhen glbz")


async def test_every_spelling_leads_to_its_place(session: AsyncSession) -> None:
    await load_county(session, default_folder())
    assert await count_by(session, DivisionAlias.source) == {
        "official": 233,
        "snapshot-2019": 46,
        "article": 2,
        "older-name": 2,
        "snapshot-2021": 2,
        "short-name": 1,
    }
    found = select(Division.code, DivisionAlias.confidence).join(DivisionAlias.division).order_by(Division.code)
    assert (await session.execute(found.where(DivisionAlias.alias == "老公嘎查"))).all() == [
        ("152222104213", AliasConfidence.MEDIUM)
    ]
    assert (await session.execute(found.where(DivisionAlias.alias == "新艾里嘎查"))).all() == [
        ("152222102228", AliasConfidence.HIGH),
        ("152222105200", AliasConfidence.HIGH),
    ]


async def test_every_code_of_every_enum_has_its_words_in_order(session: AsyncSession) -> None:
    await load_county(session, default_folder())
    labels = (await session.scalars(select(EnumLabel).order_by(EnumLabel.enum_name, EnumLabel.position))).all()
    codes = [(name, code, at) for name in sorted(ENUMS) for at, code in enumerate(ENUMS[name].__members__)]
    assert [(label.enum_name, label.code, label.position) for label in labels] == codes
    assert [label.code for label in labels if label.zh.isascii() or not label.en.isascii()] == []
    words = {(label.enum_name, label.code): label.zh for label in labels}
    assert words["HalfDay", "WED_AM"] == "周三上午"
    assert words["TeamType", "PARTY_CADRE"] == "党员干部"
    assert words["Platform", "GOVERNANCE"] == "基层治理"


async def test_skills_and_leading_bodies_are_those_of_the_glossary_and_the_article(session: AsyncSession) -> None:
    await load_county(session, default_folder())
    with (DATA / "glossary.csv").open(encoding="utf-8") as file:
        terms = {row["code_term"]: row["term"] for row in csv.DictReader(file) if row["category"] == "skill"}
    skills = (await session.scalars(select(Skill))).all()
    assert {skill.code: skill.name for skill in skills} == terms
    assert sum(skill.requires_certificate for skill in skills) == 8
    bodies = select(Organization.name, Organization.director_office, Organization.role).order_by(Organization.kind)
    assert (await session.execute(bodies)).all() == [
        ("科右中旗新时代文明实践指挥中心", "旗委副书记", "总调度"),
        ("科右中旗新时代文明实践中心", "旗委书记", "把方向"),
        ("科右中旗志愿服务总队", None, "聚力量"),
    ]
    assert set(await session.scalars(select(Unit.name))) == {"百吉纳工业循环经济园区党工委", "兴安盟移动通讯公司"}


async def test_loading_again_changes_nothing(session: AsyncSession) -> None:
    await load_county(session, default_folder())
    before = await everything(session)
    await load_county(session, default_folder())
    assert await everything(session) == before


async def test_what_only_the_database_knows_stays_and_what_the_files_say_comes_in(
    session: AsyncSession, county: Path
) -> None:
    await load_county(session, county)
    await session.execute(update(Division).values(connectivity=Connectivity.WEAK))
    rows = (county / "divisions.csv").read_text().replace("西嘎查", "新西嘎查")
    (county / "divisions.csv").write_text(rows)
    (county / "labels.csv").write_text("enum_name,code,zh,en,position\nDivisionLevel,BANNER,旗县级,county,0\n")
    await load_county(session, county)
    village = await session.get_one(Division, 150599201200)
    assert (village.name, village.pinyin, village.connectivity) == ("新西嘎查", "xin xi ga cha", Connectivity.WEAK)
    spellings = select(DivisionAlias.alias).where(DivisionAlias.division_id == village.id)
    assert set(await session.scalars(spellings)) == {"西嘎查", "新西嘎查", "西艾勒嘎查"}
    word = await session.get_one(EnumLabel, ("DivisionLevel", "BANNER"))
    assert (word.zh, word.en) == ("旗县级", "county")


async def test_another_county_runs_with_its_own_folder(session: AsyncSession, county: Path) -> None:
    assert await load_county(session, county) == County(county, "试验旗", "SYQ", 20)
    places = (await session.execute(select(Division.code, Division.parent_id).order_by(Division.code))).all()
    assert places == [
        ("150599", None),
        ("150599101", 150599000000),
        ("150599101001", 150599101000),
        ("150599201", 150599000000),
        ("150599201200", 150599201000),
        ("150599201201", 150599201000),
    ]
    with pytest.raises(ValueError, match="belongs to 150599, not to 152222"):
        await load_county(session, default_folder())


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        ("150599202200,150599202,village,南嘎查,gacha", "above 150599202200 is missing"),
        ("150599202,150599,village,南嘎查,gacha", "150599202 is not the code of a village"),
        ("1505,15,banner,南盟,banner", "1505 is not the code of a banner"),
        ("150598,1505,banner,南旗,banner", "not exactly one banner"),
    ],
)
async def test_divisions_that_contradict_themselves_are_refused(
    session: AsyncSession, county: Path, row: str, complaint: str
) -> None:
    with (county / "divisions.csv").open("a") as file:
        file.write(f"{row}\n")
    with pytest.raises(ValueError, match=complaint):
        await load_county(session, county)
    assert await session.scalar(select(func.count()).select_from(Division)) == 0


def test_a_folder_without_settings_is_refused(county: Path) -> None:
    (county / "county.toml").write_text('short_name = "试验旗"\n')
    with pytest.raises(ValueError, match=r"county.toml has no 'team_prefix'"):
        read_county(county)
    (county / "county.toml").unlink()
    with pytest.raises(FileNotFoundError):
        read_county(county)


def test_a_fixed_key_depends_on_its_parts_only_and_lies_below_made_ones() -> None:
    assert fixed_key("skill", "veterinarian") == fixed_key("skill", "veterinarian")
    assert len({fixed_key("a", "bc"), fixed_key("ab", "c"), fixed_key("abc")}) == 3
    assert fixed_key("skill", "veterinarian") < 1 << 48 < new_key()
