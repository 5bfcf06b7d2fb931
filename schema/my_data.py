"""The copy of one's own data as it is handed out: JSON for machines, a page in Chinese for people."""

import datetime as dt
import re
from collections.abc import Mapping
from html import escape
from typing import Any

import orjson
from strawberry.utils.str_converters import to_camel_case

from domain.times import CHINA

MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z")

TITLES: Mapping[str, str] = {
    "account": "账号",
    "grants": "授权",
    "sessions": "登录的设备",
    "api_tokens": "接口令牌",
    "token_scopes": "令牌范围",
    "wechat": "绑定的微信",
    "sign_in_codes": "发送过的验证码",
    "people": "登记的人员",
    "languages": "语言",
    "skills": "技能",
    "availabilities": "有空的时间",
    "memberships": "队员关系",
    "contact_of": "作为队长或联系人",
    "verified_skills": "核实过的证书",
    "imports": "导入的台账",
    "events": "记录",
    "membership_events": "队员关系的记录",
}
"""Words for lists and objects. What is empty is not shown."""

WORDS: Mapping[str, str] = {
    "exported_at": "导出时间",
    "id": "编号",
    "name": "姓名或名称",
    "name_masked": "对外显示的姓名",
    "gender": "性别",
    "birth_year": "出生年份",
    "birth_date": "出生日期",
    "ethnicity": "民族",
    "phone": "电话",
    "phone_masked": "电话（部分隐去）",
    "political_status": "政治面貌",
    "division": "地方",
    "skill_note": "特长备注",
    "guardian_consent_at": "监护人同意的时间",
    "guardian": "监护人",
    "shares_phone": "同意公开电话",
    "shares_birth_year": "同意公开出生年份",
    "shares_political_status": "同意公开政治面貌",
    "status": "状态",
    "created_at": "建立时间",
    "updated_at": "更新时间",
    "signed_in_at": "最近登录",
    "totp_confirmed_at": "启用动态口令的时间",
    "role": "角色",
    "actor_role": "行为人的角色",
    "platform": "平台",
    "team": "队伍",
    "unit": "单位",
    "valid_from": "生效时间",
    "valid_until": "失效时间",
    "revoked_at": "收回或退出的时间",
    "channel": "渠道",
    "device": "设备",
    "seen_at": "最近使用",
    "expires_at": "到期时间",
    "second_factor_at": "通过动态口令的时间",
    "prefix": "前缀",
    "last_used_at": "最近使用",
    "file_name": "文件名",
    "state": "进展",
    "received_at": "收到时间",
    "scope": "范围",
    "tries": "试过几次",
    "used_at": "使用时间",
    "language": "语言",
    "skill": "技能",
    "level": "熟练程度",
    "certificate_number": "证书编号",
    "issued_on": "发证日期",
    "expires_on": "到期日期",
    "verified_at": "核实时间",
    "half_day": "半天",
    "season": "季节",
    "note": "备注",
    "joined_on": "加入日期",
    "left_on": "离开日期",
    "code": "编号",
    "leader_name": "队长姓名",
    "contact_phone_masked": "联系电话（部分隐去）",
    "type": "事件种类",
    "occurred_at": "发生时间",
}
"""Words for values. Keys of other rows (`..._id`) are in the JSON only."""

STYLE = """body{font:16px/1.6 system-ui,sans-serif;max-width:52rem;margin:2rem auto;padding:0 1rem;color:#222}
table{border-collapse:collapse;width:100%;margin:.5rem 0 1rem}td,th{border:1px solid #ccc;padding:.3rem .6rem;
text-align:left;vertical-align:top;font-weight:400}th{width:14rem;color:#555}section{margin-left:1rem}"""


def as_json(copied: Mapping[str, Any]) -> str:
    """Return the copy with names as the API writes them."""
    return orjson.dumps(_camel(copied), option=orjson.OPT_INDENT_2).decode()


def as_page(copied: Mapping[str, Any]) -> str:
    """Return a page that needs nothing else and runs nothing."""
    return (
        '<!doctype html><html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>我的资料</title><style>{STYLE}</style><h1>我的资料</h1>"
        f"<p>系统中保存的与您有关的全部内容。</p>{_object(copied, 2)}</html>"
    )


def _object(item: Mapping[str, Any], depth: int) -> str:
    rows = [f"<tr><th>{word}</th><td>{_value(shown)}</td></tr>" for word, shown in _values(item)]
    parts = [f"<table>{''.join(rows)}</table>" if rows else ""]
    for name, title in TITLES.items():
        if found := item.get(name):
            inner = [_object(one, depth + 1) for one in (found if isinstance(found, list) else [found])]
            parts.append(f"<section><h{depth}>{title}</h{depth}>{''.join(inner)}</section>")
    return "".join(parts)


def _values(item: Mapping[str, Any]) -> list[tuple[str, Any]]:
    return [
        (WORDS[name], item.get(f"{name}_label", value))
        for name, value in item.items()
        if name in WORDS and value is not None
    ]


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Mapping):
        return "，".join(escape(str(part)) for part in value.values())
    text = str(value)
    if MOMENT.fullmatch(text):
        text = f"{dt.datetime.fromisoformat(text).astimezone(CHINA):%Y-%m-%d %H:%M}"
    return escape(text)


def _camel(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {to_camel_case(name): _camel(item) for name, item in value.items()}
    return [_camel(item) for item in value] if isinstance(value, list) else value
