"""Each of the four guards, taken out, makes a run go wrong that is right with it."""

import pytest

from tests.faults.breakages import GUARDS, without
from tests.faults.test_seeds import SEEDS
from tests.faults.trial import trial

EXPOSE = {
    "settle-delay": (3, 9),
    "second-look-up": (4, 5, 8),
    "attempt-in-the-settle": (9, 16, 17, 74),
    "lease-check": (17, 35, 112),
}
"""Seeds that go wrong without a guard. After a change to the drawing, find new ones:
`.venv/bin/python -m tests.faults --soak 200 --without settle-delay`."""


@pytest.mark.parametrize("guard", GUARDS)
def test_the_suite_fails_without(guard: str) -> None:
    with without(guard):
        wrongs = [wrong for seed in EXPOSE[guard] for wrong in trial(seed).wrongs]
    assert any("in the ERP" in wrong for wrong in wrongs), "no seed that is pinned saw it"


@pytest.mark.parametrize("seed", sorted({seed for seeds in EXPOSE.values() for seed in seeds}))
def test_the_pinned_seeds_are_of_the_suite(seed: int) -> None:
    assert 0 <= seed < SEEDS
