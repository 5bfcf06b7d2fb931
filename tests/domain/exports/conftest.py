"""A registry that knows its county."""

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from domain.county import default_folder, load_county


@pytest.fixture
async def registry(session: AsyncSession) -> AsyncSession:
    await load_county(session, default_folder())
    return session
