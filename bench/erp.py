"""The simulated ERP in a process of its own, so that it does not share the measured one's time."""

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator

TOKEN = "bench-token-of-some-length"


@contextlib.asynccontextmanager
async def null_erp() -> AsyncIterator[str]:
    """Its address; it takes whatever it is sent."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "sandbox.erp", "--token", TOKEN, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        line = (await process.stdout.readline()).decode()
        yield line.removeprefix("ERP: ").strip()
    finally:
        process.terminate()
        await process.wait()
