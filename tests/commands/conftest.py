from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.commands.works import Works, works


@pytest.fixture
async def shop(tmp_path: Path, database: str) -> AsyncIterator[Works]:
    async with works(tmp_path, database=database) as found:
        yield found
