"""Small workbooks written by hand, row by row, and a look at what became of them."""

import datetime as dt
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import pytest
from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.imports import FileRefused
from domain.imports.reading import read_book
from models import (
    Availability,
    Membership,
    Person,
    PersonLanguage,
    PersonSkill,
    Skill,
    Team,
    TeamPlatform,
    TeamSkill,
)

TABLES = (Team, TeamPlatform, TeamSkill, Person, PersonLanguage, PersonSkill, Availability, Membership, Skill)
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
RELATIONSHIPS = f'<Relationships xmlns="{PACKAGE}/relationships">{{}}</Relationships>'
BOOK = f'<Relationship Id="rId1" Type="{LINKS}/officeDocument" Target="xl/workbook.xml"/>'
STYLES = f'<styleSheet {MAIN}><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>'

Rows = list[list[Any]]


def _letters(index: int) -> str:
    return (_letters(index // 26 - 1) if index >= 26 else "") + chr(65 + index % 26)


def _cell(place: str, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return f'<c r="{place}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, dt.date):
        return f'<c r="{place}" s="1"><v>{(value - dt.date(1899, 12, 30)).days}</v></c>'
    if isinstance(value, int | float):
        return f'<c r="{place}"><v>{value!r}</v></c>'
    return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'


def _sheet(rows: Rows) -> str:
    lines = []
    for number, cells in enumerate(rows, start=1):
        line = "".join(_cell(f"{_letters(index)}{number}", value) for index, value in enumerate(cells))
        lines.append(f'<row r="{number}">{line}</row>')
    return f"<worksheet {MAIN}><sheetData>{''.join(lines)}</sheetData></worksheet>"


def parts_of(sheets: dict[str, Rows], hidden: tuple[str, ...] = ()) -> dict[str, str]:
    """Return the files inside a workbook of these sheets."""
    numbered = list(enumerate(sheets, start=1))
    tags, links = [], []
    for number, name in numbered:
        state = ' state="hidden"' if name in hidden else ""
        tags.append(f'<sheet name={quoteattr(name)} sheetId="{number}"{state} r:id="rId{number}"/>')
        links.append(f'<Relationship Id="rId{number}" Type="{LINKS}/worksheet" Target="worksheets/sheet{number}.xml"/>')
    return {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"/>',
        "_rels/.rels": RELATIONSHIPS.format(BOOK),
        "xl/workbook.xml": f'<workbook {MAIN} xmlns:r="{LINKS}"><sheets>{"".join(tags)}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": RELATIONSHIPS.format("".join(links)),
        "xl/styles.xml": STYLES,
    } | {f"xl/worksheets/sheet{number}.xml": _sheet(sheets[name]) for number, name in numbered}


TEAM_HEAD = ["队伍编号", "队伍名称", "级别", "类别", "苏木镇", "嘎查", "负责人", "联系电话", "成立日期", "服务平台"]
MEMBER_HEAD = ["队伍编号", "姓名", "联系电话", "技能", "语言", "空闲时段", "政治面貌", "加入日期", "民族"]
TEAM = ["N-1", "试验志愿服务队", "旗级", "专业队伍", None, None, None, "12511000001", None, "理论宣讲、文化服务"]
MEMBER = ["N-1", "那顺", "12511000002", None, None, None, None, None, None]


def book(teams: list[list[Any]], members: list[list[Any]] | None = None, **more: list[list[Any]]) -> dict[str, Any]:
    return {"队伍": [TEAM_HEAD, *teams], "队员": [MEMBER_HEAD, *(members or [])], **more}


def changed(row: list[Any], **values: Any) -> list[Any]:
    """Return the row with other values in the columns of these Chinese names."""
    head = TEAM_HEAD if len(row) == len(TEAM_HEAD) else MEMBER_HEAD
    return [values.get(name, value) for name, value in zip(head, row, strict=True)]


def refusal(path: Path) -> str:
    """Return the code with which a file is refused, in a sentence of Chinese and one of English."""
    with pytest.raises(FileRefused) as refused:
        read_book(path)
    chinese, _, english = str(refused.value).partition(" | ")
    assert any("\u4e00" <= character <= "\u9fff" for character in chinese)
    assert english.isascii()
    return refused.value.code


async def counted(session: AsyncSession) -> dict[str, int]:
    return {
        table.__tablename__: (await session.execute(select(func.count()).select_from(table))).scalar_one()
        for table in TABLES
    }


async def pairs(session: AsyncSession, statement: Select[Any, Any]) -> dict[Any, Any]:
    return {row[0]: row[1] for row in await session.execute(statement)}
