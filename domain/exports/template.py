"""An empty workbook to fill in, for who has no list yet: drop-downs, and an example above the head of each table."""

import datetime as dt
from typing import IO

from domain.exports.layout import TO_FILL_IN
from domain.exports.lines import Line
from domain.exports.notes import LAYOUT

TEAM = "某某嘎查党员先锋志愿服务队"

EXAMPLES: dict[str, Line] = {
    "teams": {
        "team_code": "可不填",
        "team_name": TEAM,
        "level": "嘎查级",
        "type": "党员干部",
        "township": "某某镇",
        "village": "某某嘎查",
        "leader": "那顺",
        "phone": "12500000001",
        "founded_on": dt.date(2019, 3, 5),
        "platforms": "理论宣讲、文化服务",
    },
    "members": {
        "team_code": "可不填",
        "team_name": TEAM,
        "person_name": "其木格",
        "gender": "女",
        "political_status": "中共党员",
        "phone": "12500000002",
        "joined_on": dt.date(2020, 7, 1),
        "skills": "兽医、照料老人",
        "languages": "蒙语、汉语",
        "half_days": "周三上午、周六下午",
        "ethnicity": "蒙古族",
    },
}
"""Invented; numbers that begin with 125 are not issued to mobile users."""

NOTES = (
    "志愿服务队台账模板 | a workbook to fill in with teams and members",
    "队伍必填：名称、级别、类别；队员必填：姓名，以及队伍编号或队伍名称 | "
    "a team needs a name, a level and a type; a member a name, and the code or the name of the team",
    "队伍编号留空，导入时自动编号；已登记的队伍请填编号 | leave a new team's code empty: it gets one",
    "电话按文字填写，11 位；日期如 2019-03-05 | phones of 11 digits as text, days such as 2019-03-05",
    *LAYOUT,
)


def write_template(file: IO[bytes]) -> None:
    """Write the workbook to a file, which stays open."""
    from domain.exports.workbook import WorkbookWriter  # where it is used: see `writing.py`

    with WorkbookWriter(file, NOTES, TO_FILL_IN, EXAMPLES):
        pass
