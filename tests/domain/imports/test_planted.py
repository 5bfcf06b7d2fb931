"""Rows made by chance, some with a fault planted into them: the report names exactly what was planted."""

import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from domain.imports import import_workbook
from models.sealed import Keyring
from tests.domain.imports.books import MEMBER, TEAM, book, changed, counted

Row = list[Any]
Said = tuple[str, str] | None
"""A list of the report, and the code in it."""


def phone(row: Row) -> str:
    found = row[7] if len(row) == len(TEAM) else row[2]
    assert isinstance(found, str)
    return found


def wide(text: str) -> str:
    return "".join(chr(ord(digit) + 0xFEE0) for digit in text)


OF_TEAMS: list[tuple[Said, Callable[[Row], Row]]] = [
    (None, lambda row: row),
    (("rejected", "name_missing"), lambda row: changed(row, 队伍名称=None)),
    (("rejected", "unsafe_text"), lambda row: changed(row, 队伍名称="坏\u202e名")),
    (("rejected", "type_missing"), lambda row: changed(row, 类别=None)),
    (("rejected", "type_unknown"), lambda row: changed(row, 类别="第四类")),
    (("rejected", "level_unknown"), lambda row: changed(row, 级别="盟级")),
    (("rejected", "division_missing"), lambda row: changed(row, 级别="苏木镇级")),
    (("rejected", "division_unknown"), lambda row: changed(row, 级别="苏木镇级", 苏木镇="天上镇")),
    (("corrected", "type_synonym"), lambda row: changed(row, 类别="社会团体")),
    (("corrected", "level_synonym"), lambda row: changed(row, 级别="镇级", 苏木镇="高力板镇")),
    (("corrected", "date_text"), lambda row: changed(row, 成立日期="2019年5月4日")),
    (("warnings", "date_invalid"), lambda row: changed(row, 成立日期="2019年13月4日")),
]
OF_MEMBERS: list[tuple[Said, Callable[[Row], Row]]] = [
    (None, lambda row: row),
    (("rejected", "name_missing"), lambda row: changed(row, 姓名=None)),
    (("rejected", "team_unknown"), lambda row: changed(row, 队伍编号="没有")),
    (("corrected", "phone_float"), lambda row: changed(row, 联系电话=float(phone(row)))),
    (("corrected", "phone_separators"), lambda row: changed(row, 联系电话=f"{phone(row)[:3]}-{phone(row)[3:]}")),
    (("corrected", "fullwidth_digits"), lambda row: changed(row, 联系电话=wide(phone(row)))),
    (("warnings", "phone_invalid"), lambda row: changed(row, 联系电话=phone(row)[:-1])),
    (("corrected", "inner_space"), lambda row: changed(row, 姓名=f"{row[1][0]} {row[1][1:]}")),
    (("corrected", "status_synonym"), lambda row: changed(row, 政治面貌="党员")),
    (("corrected", "ethnicity_synonym"), lambda row: changed(row, 民族="蒙")),
    (("corrected", "date_text"), lambda row: changed(row, 加入日期="2021.3.5")),
    (("warnings", "date_invalid"), lambda row: changed(row, 加入日期="二月三十")),
    (("warnings", "skill_unknown"), lambda row: changed(row, 技能="驯龙")),
    (("warnings", "word_unknown"), lambda row: changed(row, 语言="火星语")),
]


def planted(
    chance: random.Random, sound: Callable[[int], Row], faults: list[tuple[Said, Callable[[Row], Row]]], sheet: str
) -> tuple[list[Row], Counter[tuple[str, str, int, str]]]:
    rows, said = list[Row](), Counter[tuple[str, str, int, str]]()
    for number in range(2, 62):
        fault, plant = chance.choice(faults)
        rows.append(plant(sound(number)))
        said.update([(fault[0], sheet, number, fault[1])] if fault else [])
    return rows, said


@pytest.mark.parametrize("seed", range(4))
async def test_the_report_names_exactly_what_was_planted(
    registry: AsyncSession, keyring: Keyring, write_book: Callable[..., Path], seed: int
) -> None:
    chance = random.Random(seed)
    teams, of_teams = planted(
        chance, lambda n: changed(TEAM, 队伍编号=f"N-{n}", 队伍名称=f"第{n}志愿服务队"), OF_TEAMS, "队伍"
    )
    home = changed(TEAM, 队伍编号="HOME")
    members, of_members = planted(
        chance,
        lambda n: changed(MEMBER, 队伍编号="HOME", 姓名=f"那{chr(0x4E00 + n)}", 联系电话=f"1251100{n:04}"),
        OF_MEMBERS,
        "队员",
    )
    before = await counted(registry)
    report = (await import_workbook(registry, keyring, write_book(book([*teams, home], members)))).as_json()
    found = Counter(
        (part, entry["sheet"], entry["row"], entry.get("reason") or entry["code"])
        for part in ("rejected", "corrected", "warnings", "skipped_rows")
        for entry in report[part]
    )
    assert found == of_teams + of_members
    refused = {
        sheet: sum(count for (part, where, *_), count in found.items() if (part, where) == ("rejected", sheet))
        for sheet in ("队伍", "队员")
    }
    after = await counted(registry)
    assert after["team"] - before["team"] == len(teams) + 1 - refused["队伍"] == report["counts"]["teams"]["accepted"]
    assert after["membership"] == len(members) - refused["队员"] == report["counts"]["members"]["accepted"]
