"""What the tests of imports share: a way to write workbooks, the clean sample, and a registry with its county."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from domain.county import default_folder, load_county
from tests.domain.imports.books import Rows, parts_of

SAMPLES = Path(__file__).parents[2] / "samples"

WriteBook = Callable[..., Path]


@pytest.fixture
def write_book(tmp_path: Path) -> WriteBook:
    """Write a workbook of these sheets; `parts` replace or add files in it."""

    def write(
        sheets: dict[str, Rows], hidden: tuple[str, ...] = (), parts: dict[str, str | bytes] | None = None
    ) -> Path:
        path = tmp_path / "book.xlsx"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in (parts_of(sheets, hidden) | (parts or {})).items():
                archive.writestr(name, content)
        return path

    return write


@pytest.fixture
def clean() -> Path:
    """The clean sample: 60 teams, 600 members."""
    return SAMPLES / "01_clean.xlsx"


@pytest.fixture
async def registry(session: AsyncSession) -> AsyncSession:
    """A session on a registry that knows its county, and nothing else."""
    await load_county(session, default_folder())
    return session
