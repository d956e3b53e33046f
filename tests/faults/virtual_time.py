"""Time that passes only when there is nothing to do. Every run of the fault suite lives in it.

The loop's clock stands still while callbacks run and bytes travel, and jumps to the next timer when
all is quiet: an hour of time-outs, leases and settle delays costs what their callbacks cost, and
each is met to the microsecond.
"""

import asyncio
import contextlib
import gc
import selectors
import warnings
from collections.abc import Callable, Iterator
from queue import Empty
from typing import Any, Final, TypeVar
from unittest import mock

from tests.faults.wires import Wires

T = TypeVar("T")

START: Final = 1_000.0
GRACE: Final = 0.001
"""Real seconds that bytes on their way through the loopback interface are waited for."""

STUCK: Final = 20.0
"""Real seconds without a timer and without a byte after which a run can only be called stuck."""


class StuckError(RuntimeError):
    """Nothing is scheduled and nothing arrives: this run would never end."""


class VirtualLoop(asyncio.SelectorEventLoop):
    """A real event loop over real sockets, whose time is virtual.

    `talking`: calls over sockets that are under way; only then bytes can be on their way, and they
    are waited for in real time before the clock jumps. `outside`: whether somebody beyond this
    process is at work for us (a database server): until it has answered, no time passes. `wires`:
    what is dialled through to get there.
    """

    def __init__(self) -> None:
        self.instant = START
        self.talking = 0
        self.outside: Callable[[], bool] = lambda: False
        self.wires: Wires | None = None
        super().__init__(_Jumping(self))

    def time(self) -> float:
        return self.instant

    async def create_unix_connection(  # type: ignore[override]
        self, factory: Callable[[], Any], path: str
    ) -> tuple[Any, Any]:
        """As it is called by the driver of the database."""
        dial = super().create_unix_connection
        return await (self.wires.dial(dial, factory, path) if self.wires else dial(factory, path))


class _Jumping(selectors.DefaultSelector):
    """Waits for bytes in real time and for timers not at all."""

    def __init__(self, loop: VirtualLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        events = super().select(0)
        if events or (timeout is not None and timeout <= 0):
            return events
        if self._loop.talking and (events := super().select(GRACE)):
            return events
        while self._loop.outside():
            if events := super().select(GRACE):
                return events
        return self._wait() if timeout is None else self._jump(timeout)

    def _jump(self, span: float) -> list[tuple[selectors.SelectorKey, int]]:
        self._loop.instant += span
        return []

    def _wait(self) -> list[tuple[selectors.SelectorKey, int]]:
        if events := super().select(STUCK):
            return events
        raise StuckError("no timer, no byte, nobody at work: this would never end")


# --- SQLite without threads ----------------------------------------------------------------------


class _NoThread:
    """Stands where the driver keeps its thread."""

    daemon = True

    def __init__(self, **_: object) -> None:
        pass

    def start(self) -> None:
        pass


class _AtOnce:
    """Stands where the driver queues work for its thread: the work is done in the caller's."""

    def put_nowait(self, item: tuple[asyncio.Future[Any] | None, Callable[[], Any]]) -> None:
        future, work = item
        try:
            result = work()
        except Exception as error:  # noqa: BLE001  # it belongs to whoever awaits
            if future is not None:
                future.set_exception(error)
        else:
            if future is not None:
                future.set_result(result)

    def get(self) -> None:
        raise Empty


@contextlib.contextmanager
def sqlite_at_once() -> Iterator[None]:
    """SQLite's own calls in the loop's thread: no time can pass while the database works, and the
    same seed meets the same order of events.

    A transaction is then one step of the loop. It loses nothing: SQLite lets one writer in at a
    time and shows readers a snapshot; what comes between transactions is drawn by the seed.
    """
    with (
        mock.patch("aiosqlite.core.Thread", _NoThread),
        mock.patch("aiosqlite.core.SimpleQueue", _AtOnce),
    ):
        yield


def run(main: Callable[[VirtualLoop], Any]) -> Any:
    """Run the coroutine that `main` makes, in virtual time, to its end."""
    with buried(), sqlite_at_once(), asyncio.Runner(loop_factory=VirtualLoop) as runner:
        loop = runner.get_loop()
        assert isinstance(loop, VirtualLoop)
        return runner.run(main(loop))


@contextlib.contextmanager
def buried() -> Iterator[None]:
    """A process that is killed closes nothing, and its machine does: nobody is to warn of that, nor
    is it to be found by whatever runs next.
    """
    gc.freeze()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        yield
        gc.collect()
    gc.unfreeze()
