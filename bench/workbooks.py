"""What a full registry costs to import: `python bench/workbooks.py` writes a workbook, imports it, and prints that.

1354 teams and 20,000 members, with what makes offices' workbooks slow to read: phones as numbers, dates in words, other
words for types and levels.
"""

import argparse
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import xlsxwriter

from domain.county import default_folder, read_rows
from web.keys import new_keys

TEAM_HEAD = ["队伍名称", "级别", "类别", "苏木镇", "嘎查", "负责人", "联系电话", "成立日期"]
MEMBER_HEAD = ["队伍名称", "姓名", "性别", "民族", "政治面貌", "联系电话", "加入日期", "特长", "空闲时段"]
TYPES = ["党员干部", "专业", "社会组织", "党员"]
SKILLS = ["兽医", "电工", "急救", "会唱歌"]
NAMES = "满都拉图雅那顺乌云其木格巴根白音塔娜青格乐布和"


def write(path: Path, teams: int, members: int) -> None:
    """Write a workbook of teams in all villages, and of their members."""
    chance, rows = random.Random(3), read_rows(default_folder() / "divisions.csv")
    townships = {row["code"]: row["name"] for row in rows if len(row["code"]) == 9}
    villages = [(row["name"], townships[row["code"][:9]]) for row in rows if len(row["code"]) == 12]
    book = xlsxwriter.Workbook(path, {"constant_memory": True})
    sheet, names = book.add_worksheet("队伍"), list[str]()
    sheet.write_row(0, 0, TEAM_HEAD)
    for number in range(teams):
        village, township = villages[number % len(villages)]
        names.append(f"{village}第{number}志愿服务队")
        kind, phone = TYPES[number % len(TYPES)], 12_500_000_000 + number
        sheet.write_row(number + 1, 0, [names[-1], "村级", kind, township, village, "那顺", phone, "2019年7月4日"])
    sheet = book.add_worksheet("队员")
    sheet.write_row(0, 0, MEMBER_HEAD)
    for number in range(members):
        name, phone = "".join(chance.sample(NAMES, 4)), 12_510_000_000 + number
        skills = "、".join(chance.sample(SKILLS, 2))
        row = [names[number % teams], name, "女", "蒙", "党员", phone, "2020.5.6", skills, "周三上午"]
        sheet.write_row(number + 1, 0, row)
    book.close()


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--teams", type=int, default=1354)
    asked.add_argument("--members", type=int, default=20_000)
    asked.add_argument("--database", metavar="URL", help="an empty one; else a SQLite file that is deleted afterwards")
    options = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        book = Path(folder) / "registry.xlsx"
        write(book, options.teams, options.members)
        address = options.database or f"sqlite:///{folder}/registry.db"
        environment = (
            os.environ | {name.upper(): value for name, value in new_keys().items()} | {"DATABASE_URL": address}
        )
        horqin = str(Path(sys.executable).with_name("horqin"))
        subprocess.run([horqin, "migrate"], env=environment, check=True, capture_output=True)
        for turn in ("first", "again"):
            started = time.perf_counter()
            command = [horqin, "import", "--again", str(book)]
            subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
            print(f"{turn}: {time.perf_counter() - started:.1f} s")
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        size = book.stat().st_size / 2**20
        print(f"{options.teams} teams, {options.members} members, {size:.1f} MB of workbook; at most {peak:.0f} MB")


if __name__ == "__main__":
    main()
