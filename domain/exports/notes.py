"""What a clerk has to know about an exported workbook, on a sheet of its own."""

from domain.exports.layout import TEAMS
from domain.imports import words
from domain.times import CHINA
from models import now


def notes(where: str | None) -> list[str]:
    """Return the lines, for an export under this filter as JSON."""
    return [
        f"志愿服务队登记系统导出，{now().astimezone(CHINA):%Y-%m-%d %H:%M} | exported from the registry",
        *([f"筛选条件 filter: {where}"] if where else []),
        *LAYOUT,
        "带星号的电话表示没有查看权限或本人不公开；再导入时，登记的电话保持不变 | "
        "a masked phone: the one that is stored stays as it is",
        "“状态”“队内角色”“特长备注”只供查看，导入时不读 | for reading only, the import does not look at them",
        "表中有个人信息，请妥善保管，用完删除 | personal data: keep it safe, delete it after use",
    ]


LAYOUT = (
    "改好后可以原样导入：按队伍编号认队伍，按姓名和电话认队员；空单元格不改变任何内容，没有列出的也不会删除 | "
    "mend it and import it again: an empty cell changes nothing, and what is not listed stays",
    f"级别只能是：{'、'.join(words.LEVELS)} | levels",
    f"类别只能是：{'、'.join(words.TYPES)} | types",
    f"苏木镇级队伍要填{TEAMS.columns[4].head}；嘎查级队伍还要填{TEAMS.columns[5].head} | "
    "a township's team needs its township, a village's also its village",
    f"服务平台：{'、'.join(words.PLATFORMS)} | platforms",
    "多项之间用“、”隔开 | several words are separated by 、",
)
