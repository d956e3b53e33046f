"""The four guards of the engine, taken out one at a time: the suite must see each of them missing.

Called by `test_the_suite_sees` and by `python -m tests.faults --without GUARD`. Nothing else in the
tests replaces a part of the product.
"""

import contextlib
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Final
from unittest import mock

from commands import sync
from commands.desk import Desk
from commands.domain.failures import Failure
from commands.domain.lifecycle import Absent, Event, Standing, State, by_engine, table
from commands.domain.lifecycle.moves import Outcome
from commands.ports import Order
from store import settling
from store.carry import Cargo
from store.rows import Row

Patches = Callable[[], list[contextlib.AbstractContextManager[object]]]


def _settle_delay() -> list[contextlib.AbstractContextManager[object]]:
    """An unknown outcome is looked up at once."""
    real = by_engine.lost

    def lost(standing: Standing, failure: Failure, _look_at: datetime) -> Standing:
        assert standing.last_sent_at is not None
        return real(standing, failure, standing.last_sent_at)

    return [mock.patch.object(by_engine, "lost", lost)]


def _second_look_up() -> list[contextlib.AbstractContextManager[object]]:
    """Absent once is proof enough."""

    def absent(standing: Standing, event: Event, now: datetime) -> Outcome:
        assert isinstance(event, Absent)
        if standing.accepted:
            return by_engine.absent(standing, event, now)
        return by_engine.proved_absent(standing, event, now)

    doubtful = (State.UNKNOWN, State.PENDING_VERIFICATION)
    return [mock.patch.dict(table.TABLE, {(state, Absent): absent for state in doubtful})]


def _attempt_in_the_settle() -> list[contextlib.AbstractContextManager[object]]:
    """Whatever answer comes is taken for the answer to the attempt that is out now."""

    def late(row: Row, before: Standing, event: Event, cargo: Cargo) -> settling.Verdict:
        return settling._decide(row, before, event, cargo)

    def mine(_standing: Standing, _attempt: str) -> bool:
        return True

    return [mock.patch.object(settling, "_late", late), mock.patch.object(by_engine, "mine", mine)]


def _lease_check() -> list[contextlib.AbstractContextManager[object]]:
    """What was claimed is sent, however long ago that was."""

    def holds(_desk: Desk, _order: Order) -> bool:
        return True

    return [mock.patch.object(sync, "lease_holds", holds)]


GUARDS: Final[dict[str, Patches]] = {
    "settle-delay": _settle_delay,
    "second-look-up": _second_look_up,
    "attempt-in-the-settle": _attempt_in_the_settle,
    "lease-check": _lease_check,
}


@contextlib.contextmanager
def without(guard: str) -> Iterator[None]:
    """The product without one of its guards, while the block runs."""
    with contextlib.ExitStack() as taken_out:
        for patch in GUARDS[guard]():
            taken_out.enter_context(patch)
        yield
