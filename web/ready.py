"""Whether the database can be asked, and has the shape that this code expects."""

import asyncio
import re
from functools import cache
from pathlib import Path

from models.reading import Reader

PATIENCE = 3.0


HERE = Path(__file__).parent
VERSIONS = (HERE / "migrations" if (HERE / "migrations").exists() else HERE.parent / "alembic") / "versions"


@cache
def expected_revision() -> str:
    """Return the newest migration that came with this code. Reads the files: Alembic would stay in the memory of
    every process that serves, 13 MB for one word."""
    texts = [path.read_text(encoding="utf-8") for path in VERSIONS.glob("*.py")]
    revisions, earlier = (
        {name for text in texts for name in re.findall(rf'^{field}\b[^=\n]*= *"(\w+)"', text, re.MULTILINE)}
        for field in ("revision", "down_revision")
    )
    return str(max(revisions - earlier))


async def unreadiness(reader: Reader) -> str | None:
    """Return why requests cannot be answered now, None when they can. Names no address: anybody may ask."""
    try:
        async with asyncio.timeout(PATIENCE):
            found = await reader.fetch("select version_num from alembic_version", [])
    except Exception as error:  # each driver has its own family, and readiness is the question itself
        return f"数据库无法读取 | the database cannot be read ({type(error).__name__})"
    if found != (expected := await asyncio.to_thread(expected_revision)):
        return (
            f"数据库版本 {found}，需要 {expected}，请运行 horqin migrate | revision {found}, this code needs {expected}"
        )
    return None
