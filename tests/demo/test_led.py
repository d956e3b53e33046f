"""The demo's clock goes where it is led, and wakes whoever sleeps by it."""

import asyncio
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from demo.led import LedClock

HOUR, SLACK = timedelta(hours=1), timedelta(minutes=1)
ROOT = Path(__file__).resolve().parents[2]


def ahead(clock: LedClock) -> timedelta:
    return clock.now() - datetime.now(UTC)


def test_it_goes_where_the_lines_say() -> None:
    clock = LedClock()
    assert ahead(clock) < SLACK
    clock.follow(["3600\n", "7200.5\n", "nonsense\n", "\n"])
    assert timedelta(0) <= ahead(clock) - 2 * HOUR < SLACK


async def test_whoever_sleeps_is_woken_when_the_time_has_come() -> None:
    clock = LedClock()
    long, longer = (asyncio.create_task(clock.sleep(span * HOUR)) for span in (3, 30))
    await asyncio.sleep(0)
    await asyncio.to_thread(clock.follow, ["3600"])
    await asyncio.wait({long, longer}, timeout=0.2)
    assert not long.done()
    await asyncio.to_thread(clock.follow, [str(4 * 3600)])
    await asyncio.wait_for(long, 20)
    assert not longer.done()
    longer.cancel()


async def test_what_is_short_passes_by_itself() -> None:
    await asyncio.wait_for(LedClock().sleep(timedelta(milliseconds=1)), 20)


def test_the_demos_command_is_the_whole_command() -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "demo", "check"],
        cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
        env={"ORDERWATCH_CONFIG": "/nowhere/orderwatch.toml", "PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    assert ended.returncode == 1
    assert "there is no such file" in ended.stdout
