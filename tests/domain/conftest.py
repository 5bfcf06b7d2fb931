"""What the tests of the rules share: a session in one transaction, a ring of keys, and a county of their own."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from models.sealed import Keyring


@pytest.fixture
def keyring() -> Keyring:
    return Keyring("k1", {"k1": b"a secret of the tests' own, 32 bytes"}, b"another secret of the tests' own.")


@pytest.fixture
async def session(engine: AsyncEngine) -> AsyncIterator[AsyncSession]:
    """A session whose transaction is rolled back at the end."""
    async with AsyncSession(engine) as session:
        yield session


@pytest.fixture
def county(tmp_path: Path) -> Path:
    """The folder of another county: one town, one sumu, three villages."""
    folder = tmp_path / "150599"
    folder.mkdir()
    (folder / "county.toml").write_text('short_name = "试验旗"\nteam_prefix = "SYQ"\n[demo]\npoints = 20\n')
    (folder / "divisions.csv").write_text(
        "code,parent_code,level,name,kind\n"
        "150599101,150599,township,东镇,town\n"
        "150599101001,150599101,village,东街居民委员会,community\n"
        "150599,1505,banner,试验旗,banner\n"
        "150599201,150599,township,西苏木,sumu\n"
        "150599201200,150599201,village,西嘎查,gacha\n"
        "150599201201,150599201,village,北嘎查,gacha\n"
    )
    (folder / "aliases.csv").write_text(
        "alias,township,code,canonical_name,source,confidence\n"
        "西艾勒嘎查,西苏木,150599201200,西嘎查,list,low\n"
        "无处嘎查,西苏木,,,list,unmatched\n"
    )
    return folder
