"""The report in words: every code has some, and nothing that was refused goes untold."""

import re
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

import domain.imports
from domain.imports import import_workbook, told
from domain.imports.telling import CODES, MOST
from models.sealed import Keyring

SAMPLES = Path(__file__).parents[2] / "samples"
ROOM = Path(domain.imports.__file__).parent
SAID = re.compile(
    r'(?:ault|epaired)\([^()]*?"([a-z]+_[a-z_]+)"|"([a-z]+_[a-z_]+)": _from_|, "([a-z]+_(?:synonym|suffix|alias|typo))"'
)
"""How the rules name a code."""


async def test_the_messy_sample_is_told_in_words(registry: AsyncSession, keyring: Keyring) -> None:
    lines = list(told(await import_workbook(registry, keyring, SAMPLES / "03_mixed_words.xlsx")))
    assert lines[0] == (
        "拒收 refused: Sheet1 第 18 行 “莫勒黑哈达嘎查党员先锋志愿服务队” 同一地方已有同名队伍 the same team again"
    )
    assert lines[MOST] == "……还有 21 行被拒收，见 --report | more refused rows, see --report"
    mended = "修正 mended: 177 × 电话存成了数字 a phone kept as a number，如 e.g. 第 2 行 125****7919"
    assert mended in lines
    assert "留意 noticed: 6 × 日期无效，已留空 no date, left empty，如 e.g. 第 24 行 “2019年13月5日”" in lines
    assert len(lines) == MOST + 1 + 9 + 3
    assert not re.search(r"1253[0-9]{6}", "".join(lines))


def test_every_code_of_the_rules_has_words() -> None:
    text = "".join(path.read_text() for path in ROOM.glob("*.py") if path.name != "telling.py")
    found = {next(filter(None, groups)) for groups in SAID.findall(text)}
    assert len(found) > 25
    assert found <= CODES.keys()
