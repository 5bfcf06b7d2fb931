"""What the report says of faulty rows and cells, and that nothing faulty is stored."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.imports import import_workbook
from models import (
    Availability,
    HalfDay,
    Person,
    Team,
)
from models.sealed import Keyring
from tests.domain.imports.books import MEMBER, TEAM, TEAM_HEAD, book, changed, counted, pairs

WriteBook = Callable[..., Path]


REJECTED_TEAMS: list[tuple[dict[str, str | None], str, str, str | None]] = [
    ({"队伍名称": None}, "name_missing", "name", None),
    ({"队伍名称": "=HYPERLINK(1)"}, "unsafe_text", "name", "=HYPERLINK(1)"),
    ({"级别": "省级"}, "level_unknown", "level", "省级"),
    ({"类别": None}, "type_missing", "type", None),
    ({"类别": "其他"}, "type_unknown", "type", "其他"),
    ({"级别": "苏木镇级"}, "division_missing", "township", None),
    ({"级别": "苏木镇级", "苏木镇": "无此镇"}, "division_unknown", "township", "无此镇"),
    ({"级别": "嘎查级", "苏木镇": "巴彦呼舒镇"}, "division_missing", "village", None),
    ({"级别": "嘎查级", "苏木镇": "无此镇", "嘎查": "新发嘎查"}, "division_unknown", "township", "无此镇"),
    ({"级别": "嘎查级", "嘎查": "不存在嘎查"}, "division_unknown", "village", "不存在嘎查"),
    ({"级别": "嘎查级", "嘎查": "新发嘎查"}, "division_ambiguous", "village", "新发嘎查"),
]


async def test_faulty_rows_are_rejected_with_one_reason_and_their_members_with_them(
    registry: AsyncSession, keyring: Keyring, write_book: WriteBook
) -> None:
    bad = [changed(TEAM, 队伍编号=f"X-{n}", 联系电话=None, **row[0]) for n, row in enumerate(REJECTED_TEAMS)]
    duplicate = changed(TEAM, 队伍编号="N-9")
    members = [
        MEMBER,
        MEMBER,
        changed(MEMBER, 姓名=None),
        changed(MEMBER, 姓名="@甲"),
        changed(MEMBER, 队伍编号="X-0"),
        changed(MEMBER, 队伍编号=None),
        changed(MEMBER, 队伍编号="N-9"),
    ]
    report = await import_workbook(registry, keyring, write_book(book([TEAM, *bad, duplicate], members)))
    assert [(entry["reason"], entry["field"], entry["value"]) for entry in report.rejected] == [
        *[row[1:] for row in REJECTED_TEAMS],
        ("duplicate_team", "name", "试验志愿服务队"),
        ("duplicate_member", "name", "那顺"),
        ("name_missing", "name", None),
        ("unsafe_text", "name", "@甲"),
        ("team_unknown", "team", "X-0"),
        ("team_unknown", "team", None),
        ("team_unknown", "team", "N-9"),
    ]
    assert [entry["row"] for entry in report.rejected if entry["sheet"] == "队员"] == [3, 4, 5, 6, 7, 8]
    assert report.warnings == []
    assert report.counts == {"teams": {"accepted": 1, "rejected": 12}, "members": {"accepted": 1, "rejected": 6}}
    assert report.as_json()["file_outcome"] == "accepted_with_issues"
    stored = await counted(registry)
    assert (stored["team"], stored["person"]) == (1, 1)


async def test_faults_in_optional_cells_become_nothing_with_a_warning(
    registry: AsyncSession, keyring: Keyring, write_book: WriteBook
) -> None:
    team = changed(TEAM, 负责人="=1", 联系电话="1251", 成立日期="2019年13月5日", 服务平台="理论宣讲、跑步")
    member = changed(MEMBER, 联系电话="1252", 政治面貌="群众甲", 空闲时段="周三上午;周八", 加入日期=True, 民族="蒙\x01")
    path = write_book(book([team], [changed(member, 民族="@蒙", 技能="=唱歌")]))
    report = await import_workbook(registry, keyring, path)
    assert [(entry["code"], entry["value"]) for entry in report.warnings] == [
        ("unsafe_text", "=1"),
        ("phone_invalid", "1251"),
        ("date_invalid", "2019年13月5日"),
        ("word_unknown", "跑步"),
        ("skill_unknown", "=唱歌"),
        ("formula_like_text", "=唱歌"),
        ("phone_invalid", "1252"),
        ("unsafe_text", "@蒙"),
        ("word_unknown", "群众甲"),
        ("date_invalid", "True"),
        ("word_unknown", "周八"),
    ]
    assert (await counted(registry))["membership"] == 1
    assert list(await registry.scalars(select(Availability.half_day))) == [HalfDay.WED_AM]


async def test_one_person_in_two_teams_of_the_file_is_one_person_and_a_warning(
    registry: AsyncSession, keyring: Keyring, write_book: WriteBook
) -> None:
    teams = [TEAM, changed(TEAM, 队伍编号="N-2", 队伍名称="另一支志愿服务队")]
    members = [
        changed(MEMBER, 技能="兽医", 语言="汉语"),
        changed(MEMBER, 队伍编号="N-2", 技能="电工", 语言="汉语、蒙语"),
    ]
    report = await import_workbook(registry, keyring, write_book(book(teams, members)))
    assert report.warnings == [{"sheet": "队员", "row": 3, "code": "person_in_other_team", "value": "那顺"}]
    stored = await counted(registry)
    assert (stored["person"], stored["membership"], stored["person_skill"], stored["person_language"]) == (1, 2, 2, 2)


async def test_a_character_that_would_break_the_database_is_kept_out(
    registry: AsyncSession, keyring: Keyring, write_book: WriteBook
) -> None:
    members = [
        changed(MEMBER, 姓名="那_x0000_顺"),
        changed(MEMBER, 技能="会_x0000_唱", 民族="蒙_x0000_族"),
        changed(MEMBER, 队伍编号="_x0000_"),
    ]
    team = changed(TEAM, 队伍编号="N-1", 负责人="那_x0000_顺")
    report = await import_workbook(registry, keyring, write_book(book([team], members)))
    assert Counter(entry["reason"] for entry in report.rejected) == {"unsafe_text": 1, "team_unknown": 1}
    assert Counter(entry["code"] for entry in report.warnings) == {"unsafe_text": 3}
    assert list(await registry.scalars(select(Person.skill_note))) == [None]


async def test_blank_rows_end_blocks_and_more_of_them_at_the_end_are_no_rows(
    registry: AsyncSession, keyring: Keyring, write_book: WriteBook
) -> None:
    sheets = {"队伍": [["登记表"], TEAM_HEAD, TEAM, ["　"], changed(TEAM, 队伍名称="乙队", 队伍编号=None), [" "]]}
    report = await import_workbook(registry, keyring, write_book(sheets))
    assert [(entry["row"], entry["reason"]) for entry in report.skipped_rows] == [(4, "blank"), (6, "blank")]
    assert report.as_json()["file_outcome"] == "accepted"
    assert set(await registry.scalars(select(Team.code))) == {"N-1", "KYZQ-0001"}


async def test_members_of_a_rejected_team_do_not_land_in_a_known_one_of_the_same_code_or_name(
    registry: AsyncSession, keyring: Keyring, write_book: WriteBook
) -> None:
    known = [changed(TEAM, 队伍编号=code, 队伍名称=f"{code}队") for code in ("K-1", "K-2")]
    await import_workbook(registry, keyring, write_book(book(known)))
    bad, duplicate = changed(TEAM, 队伍编号="K-1", 类别=None), changed(TEAM, 队伍编号="K-2")
    members = [changed(MEMBER, 队伍编号=code) for code in ("K-1", "K-2", "N-1")]
    report = await import_workbook(registry, keyring, write_book(book([TEAM, bad, duplicate], members)))
    assert [(entry["reason"], entry["value"]) for entry in report.rejected] == [
        ("type_missing", None),
        ("duplicate_team", "试验志愿服务队"),
        ("team_unknown", "K-1"),
        ("team_unknown", "K-2"),
    ]
    sizes = await pairs(registry, select(Team.code, Team.member_count))
    assert sizes == {"K-1": 0, "K-2": 0, "N-1": 1}


async def test_members_may_join_a_team_that_only_the_registry_knows(
    registry: AsyncSession, keyring: Keyring, write_book: WriteBook
) -> None:
    await import_workbook(registry, keyring, write_book(book([TEAM])))
    head = ["队伍名称", "姓名", "联系电话"]
    rows = [head, ["试验志愿服务队", "那顺", "12511000002"], ["别的队", "其木格", "12511000003"]]
    report = await import_workbook(registry, keyring, write_book({"队员": rows}))
    assert report.counts == {"members": {"accepted": 1, "rejected": 1}}
    assert [(entry["reason"], entry["value"]) for entry in report.rejected] == [("team_unknown", "别的队")]
    assert await registry.scalar(select(Team.member_count)) == 1
