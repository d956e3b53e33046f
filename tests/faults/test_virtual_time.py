"""The loop's time: it jumps when all is quiet, and stands still while bytes travel."""

import asyncio

import pytest

from tests.faults.drawing import draw
from tests.faults.plots import LAST_CHECK_TO_FIRST_BYTE
from tests.faults.virtual_time import START, StuckError, VirtualLoop, run


def test_an_hour_passes_at_once_and_to_the_second() -> None:
    async def main(loop: VirtualLoop) -> float:
        await asyncio.sleep(3600)
        return loop.time()

    assert run(main) == pytest.approx(START + 3600)


def test_a_time_out_ends_what_takes_longer() -> None:
    async def main(loop: VirtualLoop) -> float:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(2):
                await asyncio.sleep(3)
        return loop.time()

    assert run(main) == pytest.approx(START + 2)


def test_no_time_passes_while_bytes_travel() -> None:
    async def main(loop: VirtualLoop) -> float:
        async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(await reader.readline())
            writer.close()

        server = await asyncio.start_server(echo, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        loop.talking += 1
        for _ in range(20):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"hello\n")
            async with asyncio.timeout(0.5):
                assert await reader.readline() == b"hello\n"
            writer.close()
        server.close()
        return loop.time()

    assert run(main) == START


def test_what_can_never_end_is_called_stuck(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.faults.virtual_time.STUCK", 0.05)

    async def main(_loop: VirtualLoop) -> None:
        await asyncio.Event().wait()

    with pytest.raises(StuckError):
        run(main)


def test_a_seed_is_the_same_course_each_time() -> None:
    assert draw(7) == draw(7)
    assert draw(7) != draw(8)


def test_what_is_frozen_before_the_first_byte_commits_at_once() -> None:
    """The bounds of the drawing, held for many seeds."""
    for seed in range(300):
        for plot in draw(seed).plots.values():
            late = any(fault.does == "later" or fault.wait for fault in plot.faults)
            assert not (late and any(stall.before for stall in plot.stalls))
            assert not any(stall.before > LAST_CHECK_TO_FIRST_BYTE for stall in plot.stalls)
