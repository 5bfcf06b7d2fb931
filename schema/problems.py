"""Refusals as the user reads them: each is a member of the result of the mutations that may refuse so."""

import enum
from typing import Any

import strawberry

from domain import refusals
from models import WorkbookImportState
from schema.enums import word


class ProblemCode(enum.Enum):
    NOT_FOUND = "NOT_FOUND"
    WRONG_STATE = "WRONG_STATE"
    CONFLICT = "CONFLICT"
    INVALID_INPUT = "INVALID_INPUT"
    NOT_ALLOWED = "NOT_ALLOWED"
    LIMIT_REACHED = "LIMIT_REACHED"


strawberry.enum(ProblemCode, description="拒绝的种类 kinds of refusals.")
for _value, _words in zip(
    ProblemCode.__strawberry_definition__.values,  # type: ignore[attr-defined]
    (
        "没有这个对象 there is no such thing",
        "当前状态不允许 not in this state",
        "别人已先修改 somebody else changed it first",
        "填写有误 a value cannot be taken",
        "这一项您不能做 not by you",
        "已达上限 as many as there may be",
    ),
    strict=True,
):
    _value.description = _words

STATES = {
    "FILE_GONE": "文件已删除，请重新上传 gone with its file, which has to be sent again",
    "REVOKED": "已收回 taken back",
    "SECOND_FACTOR_SET": "已启用动态口令 protected by a second factor",
    **{state.value: word(state) for state in WorkbookImportState},
}
"""States that are no column's."""

ENTITIES = {
    "team": "队伍 team",
    "membership": "队员关系 membership",
    "person": "人员 person",
    "person_skill": "人员的技能 skill of a person",
    "skill": "技能 skill",
    "division": "区划 place",
    "account": "账号 account",
    "role_grant": "授权 grant",
    "session": "会话 session",
    "api_token": "接口令牌 token",
    "unit": "单位 unit",
    "workbook_import": "导入 import",
    "row": "对象 thing",
}

REASONS = {
    "ahead": "时间比现在晚 5 分钟以上，请检查手机时间 | more than 5 minutes ahead: check the device's clock",
    "too_late": "超过 30 天，不能再补交 | more than 30 days ago",
    "choose_person": "这部手机登记了几个人，请选择一个 | several people share this phone: choose one",
    "future": "日期不能在今天以后 | not after today",
    "name_missing": "请填写名称 | a name is needed",
    "name_taken": "这个地方已有同名的队伍 | there is a team of this name at this place",
    "unsafe_text": "文字太长，或有不能显示的字符 | too long, or with characters that cannot be shown",
    "birth_date_missing": "请填写出生日期 | a day of birth is needed",
    "birth_date": "出生日期不对 | this cannot be a day of birth",
    "too_young": "未满 14 岁不能在网上登记 | under 14: not online",
    "guardian_missing": "未满 18 岁需要监护人同意，请填写监护人 | under 18 a guardian has to consent",
    "person_known": "已用这个电话登记过同名的人 | somebody of this name is registered under this phone",
    "own_phone": "本人的电话由协调员核实后更改 | a coordinator changes one's own phone",
    "level": "熟练程度是 1 到 4 | a level is 1 to 4",
    "expires_first": "到期日期早于发证日期 | it expires before it was issued",
    "skills_twice": "技能重复，或超过 30 项 | a skill twice, or more than 30",
    "own_certificate": "不能核实自己的证书 | nobody certifies oneself",
    "certificate_missing": "还没有填写证书编号 | there is no certificate number",
    "role_not_granted": "这个角色不能授予 | this role is not granted",
    "role_for_division": "这个角色只需要区划 | this role needs a place, and nothing else",
    "role_for_platform": "这个角色只需要平台 | this role needs a platform, and nothing else",
    "role_for_team": "这个角色只需要队伍 | this role needs a team, and nothing else",
    "role_for_unit": "这个角色只需要单位 | this role needs a unit, and nothing else",
    "role_for_all": "这个角色不需要范围 | this role takes no place, platform, team or unit",
    "role_at_village": "站协调员的范围是嘎查村 | a station coordinator's place is a village",
    "role_at_township": "所协调员的范围是苏木镇 | an office coordinator's place is a township",
    "role_held": "已有这个角色 | the account holds this role already",
    "role_of_admin": "这个角色由管理员授予 | the administrator grants this role",
    "own_role": "不能改变自己的角色 | nobody changes one's own roles",
    "past": "时间已过 | this is in the past",
    "no_session": "只有登录的设备可以选择 | only a signed-in device can choose",
    "phone": "请填写 11 位手机号 | a phone of 11 digits",
    "code": "验证码不对或已失效，请重新获取 | the code is wrong or no longer good: ask for a new one",
    "sign_in_again": "请重新用验证码登录后马上设置 | sign in again by a code, and set it at once",
    "credentials": "手机号或密码不对 | the phone or the password is wrong",
    "account_locked": "账号已停用，请联系管理员 | the account is locked: ask the administrator",
    "password_short": "密码至少 10 个字符，并且不能只有几个字符重复 | at least 10 characters, not a few repeated",
    "password_common": "这个密码太常见 | this password is known to everybody",
    "name": "请填写名称，最多 60 个字 | a name of at most 60 characters",
    "token_life": "失效时间应在一年以内 | it must end within a year",
    "wechat_away": "暂时连不上微信，请用手机号登录 | WeChat cannot be reached: sign in by phone",
    "wechat_refused": "微信没有确认，请再试一次 | WeChat did not confirm it: try again",
    "wechat_virtual": "请在微信里点“使用完整服务”后再登录 | choose the full service in WeChat, then sign in",
    "not_sent": "短信没有发出去，请稍后再试 | the message could not be sent: try again later",
    "import_role": "您的角色不能导入台账 | importing workbooks is not for your role",
    "nothing_said": "请至少说明一项 | say something about one of them at least",
    "reveal_role": "只有本人、隐私专员和调度员可以查看 | for the person itself, privacy officers and dispatchers",
    "reviewer_is_applicant": "申请人不能自己审核 | who applied cannot be the one who decides",
    "leader_is_named_by_coordinator": "队长由协调员指定 | a coordinator names the leader",
}
"""What a user is told for the reasons that the rules give."""

LATER = "次数太多，请过一会儿再试 | too many times: try again later"

LIMITS = {
    "teams": "每人最多同时参加 {bound} 支队伍 | at most {bound} active teams a person",
    "open_imports": "已有 {bound} 个文件待确认，请先确认或放弃 | {bound} files wait for you: confirm or discard them",
    "export_day": "今天已导出 {bound} 次，请明天再试 | {bound} copies a day",
    "reveal_day": "今天已查看 {bound} 次，请明天再试 | {bound} values a day",
    "code_minute": "一分钟只能发一次，请稍等 | one message a minute",
    "code_day": "今天已发 {bound} 次，请明天再试或联系工作人员 | {bound} messages a day",
    **dict.fromkeys(("code_address", "code_all", "try_address", "try_phone", "try_account"), LATER),
}


@strawberry.interface(description="拒绝及其原因 a refusal and why.")
class Problem:
    message: str = strawberry.field(description="给用户看的话 what the user reads")
    problem_code: ProblemCode = strawberry.field(description="种类 what kind of refusal")


@strawberry.type(description="没有这个对象，或您看不到 it does not exist, for you.")
class NotFound(Problem): ...


@strawberry.type(description="当前状态不允许这样做 the act does not fit the state.")
class WrongState(Problem):
    state: str = strawberry.field(description="当前状态 the state now")
    allowed: list[str] = strawberry.field(description="现在可以做的 what is possible now")


@strawberry.type(description="别人已先修改 somebody else changed it first.")
class Conflict(Problem):
    version: int = strawberry.field(description="当前版本 the version now")
    changed: list[str] = strawberry.field(description="其间发生的事 types of the events since")


@strawberry.type(description="填写有误 a value cannot be taken.")
class InvalidInput(Problem):
    field: str = strawberry.field(description="哪一项 which one")


@strawberry.type(description="角色允许，但这一项您不能做 your role may, but not here.")
class NotAllowed(Problem): ...


@strawberry.type(description="已达上限 as many as there may be.")
class LimitReached(Problem):
    bound: int = strawberry.field(description="上限 the bound")


def problem(refused: refusals.Refused) -> Any:
    """Return the refusal in words. Raises KeyError for a reason that has none: a test asks for each."""
    match refused:
        case refusals.NotFound():
            zh, _, en = ENTITIES[refused.entity].partition(" ")
            return NotFound(message=f"没有找到这个{zh} | no such {en}", problem_code=ProblemCode.NOT_FOUND)
        case refusals.WrongState():
            state = refused.state
            zh, _, en = (word(state) if isinstance(state, enum.Enum) else STATES[state]).partition(" ")
            return WrongState(
                message=f"现在是“{zh}”，不能这样做 | not possible while {en}",
                problem_code=ProblemCode.WRONG_STATE,
                state=str(refused),
                allowed=list(refused.allowed),
            )
        case refusals.Conflict():
            message = "别人刚刚改过，请看过新内容再改 | it was changed meanwhile: look again, then change"
            return Conflict(
                message=message,
                problem_code=ProblemCode.CONFLICT,
                version=refused.version,
                changed=list(refused.changed),
            )
        case refusals.InvalidInput():
            message = REASONS[refused.reason]
            return InvalidInput(message=message, problem_code=ProblemCode.INVALID_INPUT, field=refused.field)
        case refusals.NotAllowed():
            return NotAllowed(message=REASONS[refused.reason], problem_code=ProblemCode.NOT_ALLOWED)
        case refusals.LimitReached():
            message = LIMITS[refused.limit].format(bound=refused.bound)
            return LimitReached(message=message, problem_code=ProblemCode.LIMIT_REACHED, bound=refused.bound)
    raise TypeError(f"{type(refused).__name__} has no words")
