from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.commands.works import Works, works


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Works]:
    async with works(tmp_path) as found:
        yield found
