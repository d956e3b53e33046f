"""The picture of the last days, drawn off the event loop: in a process that ends with it.

Called by `bot.reports.writer`. Without a picture a report still says everything in words.
"""

import asyncio
import json
import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from bot.blocks.report_words import day_name
from commands.domain.digests import DayOutcome

log = logging.getLogger("orderwatch.reports")

PATIENCE: Final = 60.0
"""Seconds. The first picture on a machine takes some, for its fonts are looked through."""

PNG: Final = b"\x89PNG\r\n\x1a\n"
PLOT: Final = Path(__file__).with_name("plot.py")


async def picture(days: Sequence[DayOutcome]) -> bytes | None:
    """A PNG of them; None where it could not be drawn, which is written down."""
    try:
        async with asyncio.timeout(PATIENCE):
            drawn = await _drawn(json.dumps([_told(day) for day in days]).encode())
    except (OSError, TimeoutError) as trouble:
        log.warning("no picture in the report: %s", type(trouble).__name__)
        return None
    if not drawn.startswith(PNG):
        log.warning("no picture in the report: its process drew none")
        return None
    return drawn


def _told(day: DayOutcome) -> dict[str, object]:
    return {
        "label": day_name(day.day),
        "successful": day.successful,
        "pending": day.pending,
        "failed": day.failed,
    }


async def _drawn(told: bytes) -> bytes:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-I", str(PLOT)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        # Nothing of ours: our environment holds tokens and passwords.
        env={name: os.environ[name] for name in ("HOME", "PATH", "TMPDIR") if name in os.environ},
    )
    try:
        drawn, _ = await process.communicate(told)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return drawn
