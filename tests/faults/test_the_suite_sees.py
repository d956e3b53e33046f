"""Each of the four guards, taken out, makes a run go wrong that is right with it, on each database.

The same courses are no easier on PostgreSQL, but its processes share the places of the connection
and the duties: other seeds expose a guard there.
"""

from typing import Final

import pytest

from tests.faults.breakages import GUARDS, without
from tests.faults.grounds import SQLITE, Ground, PostgresGround
from tests.faults.test_seeds import SEEDS
from tests.faults.trial import trial

EXPOSE: Final = {
    "settle-delay": (4, 17, 22),
    "second-look-up": (0, 4, 7),
    "attempt-in-the-settle": (16, 112, 117, 76),
    "lease-check": (32, 54, 88, 124),
}
"""Seeds that go wrong without a guard on SQLite: tried first, others after them, for processes
that share a database do not meet twice in quite the same way.
After a change to the drawing or to the engine's timing, find new ones, so that it stays quick:
`.venv/bin/python -m tests.faults --soak 200 --without settle-delay`."""

EXPOSE_ON_POSTGRES: Final = {
    "settle-delay": (4, 8, 9),
    "second-look-up": (0, 4, 7),
    "attempt-in-the-settle": (76, 88, 112, 168),
    "lease-check": (8, 34, 60, 45),
}
"""The same with `--postgres`."""


@pytest.mark.timeout(900)
@pytest.mark.parametrize("guard", GUARDS)
def test_the_suite_fails_without(guard: str) -> None:
    _fails(guard, EXPOSE[guard], SQLITE)


@pytest.mark.timeout(900)
@pytest.mark.parametrize("guard", GUARDS)
def test_the_suite_fails_on_postgres_without(guard: str, postgres_ground: PostgresGround) -> None:
    _fails(guard, EXPOSE_ON_POSTGRES[guard], postgres_ground)


def _fails(guard: str, seeds: tuple[int, ...], ground: Ground) -> None:
    tried = (*seeds, *(seed for seed in range(2 * SEEDS) if seed not in seeds))
    with without(guard):
        seen = any("in the ERP" in wrong for seed in tried for wrong in trial(seed, ground).wrongs)
    assert seen, "no seed saw it"


def test_the_pinned_seeds_are_of_the_suite() -> None:
    pinned = (*EXPOSE.values(), *EXPOSE_ON_POSTGRES.values())
    assert all(0 <= seed < SEEDS for seeds in pinned for seed in seeds)
