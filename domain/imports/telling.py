"""The report of an import in words: what was refused row by row, what was mended and noticed in sums."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from domain.imports.report import Entry, Report
from models.text import mask_phone

CODES = {
    "name_missing": "没有名称 no name",
    "unsafe_text": "文字含有不能保存的字符，或以 = + - @ 开头 unsafe text",
    "type_missing": "没有类别 no type",
    "type_unknown": "类别不在“三类”之中 unknown type",
    "level_unknown": "级别没有填写，或不在“三级”之中 unknown level",
    "division_missing": "没有填写苏木镇或嘎查 no place",
    "division_unknown": "找不到这个苏木镇或嘎查 unknown place",
    "division_ambiguous": "有几处同名，请填写苏木镇 several places of this name",
    "team_unknown": "找不到这支队伍，或它被拒收 unknown or refused team",
    "team_ended": "这支队伍已撤销或未获批准 a team that was dissolved or rejected",
    "division_outside": "不在您负责的范围内 outside the places that you decide about",
    "catalog_closed": "技能表由旗级维护 the catalog of skills is the banner's",
    "duplicate_team": "同一地方已有同名队伍 the same team again",
    "duplicate_member": "同一队里姓名和电话都相同 the same member again",
    "cell_error": "单元格是错误值 an error instead of a value",
    "formula_no_value": "公式没有保存结果 a formula without a stored result",
    "formula_cached_value": "公式，取用保存的结果 a formula, its stored result was taken",
    "formula_like_text": "文字像公式，照原样保留 text like a formula, kept word for word",
    "hidden_row": "隐藏的行也已导入 a hidden row",
    "phone_missing": "没有电话 no phone",
    "phone_masked": "只有带星号的电话，没有存 a masked phone of somebody new, not stored",
    "leader_unknown": "负责人不在队里，原负责人不变 the named leader is no member, the leader stays",
    "phone_invalid": "电话不是 11 位手机号，已留空 no phone number, left empty",
    "date_invalid": "日期无效，已留空 no date, left empty",
    "skill_unknown": "技能表里没有，作为文字保留 unknown skill, kept as text",
    "word_unknown": "不认识的词，已留空 unknown word, left empty",
    "person_in_other_team": "同一个人也在别的队里 somebody who is in another team too",
    "inner_space": "姓名中间的空格 a blank inside a name",
    "fullwidth_digits": "全角数字 full-width digits",
    "phone_float": "电话存成了数字 a phone kept as a number",
    "phone_separators": "电话里的分隔符 separators in a phone",
    "phone_excel_text": "电话前的撇号或公式 a phone behind an apostrophe",
    "date_text": "文字写的日期 a date in words",
    "date_serial": "日期存成了数字 a date kept as a number",
    "type_synonym": "类别的别称 another word for a type",
    "level_synonym": "级别的别称 another word for a level",
    "status_synonym": "政治面貌的别称 another word for a political status",
    "ethnicity_synonym": "民族的简称 a short name of an ethnicity",
    "division_suffix": "地名后缀 another ending of a place's name",
    "division_alias": "地名的其他写法 another spelling of a place",
    "division_typo": "地名错一个字，请核对 a place with one wrong letter: please check",
    "total_row": "合计行 a row of totals",
    "footer": "表尾 a footer",
    "blank": "空行 a blank row",
}
"""Every code of the rules, in Chinese, a blank, and English."""

MOST = 20
"""Refused rows that are told one by one; the others stand in the report."""


def told(report: Report) -> Iterator[str]:
    """Give the lines. Phones are masked: what a terminal shows is kept in many places."""
    for entry in report.rejected[:MOST]:
        value = "（空）" if entry["value"] is None else f"“{entry['value']}”"
        yield f"拒收 refused: {entry['sheet']} 第 {entry['row']} 行 {value} {CODES[entry['reason']]}"
    if len(report.rejected) > MOST:
        yield f"……还有 {len(report.rejected) - MOST} 行被拒收，见 --report | more refused rows, see --report"
    for code, entries in _by_code(report.corrected):
        first = entries[0]
        example = mask_phone(first["to"]) if first["field"] == "phone" else f"{_plain(first['from'])} → {first['to']}"
        yield f"修正 mended: {len(entries)} × {CODES[code]}，如 e.g. 第 {first['row']} 行 {example}"
    for code, entries in _by_code(report.warnings):
        is_shown = entries[0]["value"] is not None and code != "phone_invalid"
        value = f" “{entries[0]['value']}”" if is_shown else ""
        yield f"留意 noticed: {len(entries)} × {CODES[code]}，如 e.g. 第 {entries[0]['row']} 行{value}"


def _by_code(entries: list[Entry]) -> Iterator[tuple[str, list[Entry]]]:
    found: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        found[entry["code"]].append(entry)
    return iter(found.items())


def _plain(value: Any) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
