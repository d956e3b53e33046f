"""Two hundred seeds on each database: nothing is lost, nothing goes in twice, every state is true.

Each seed is a schedule of faults for the real engine, adapter and store against the simulated ERP,
in virtual time; the judge is the ERP's own list. What a failing seed prints replays it.
"""

from typing import Any, Final

import pytest

from tests.faults.grounds import SQLITE, Ground, PostgresGround
from tests.faults.soaking import judged

SEEDS: Final = 200
PARTS: Final = 8
"""Several workers share the seeds of one database."""


def _seeds(ground: str) -> list[Any]:
    return [
        pytest.param(seed, marks=pytest.mark.xdist_group(f"{ground}, part {seed % PARTS}"))
        for seed in range(SEEDS)
    ]


@pytest.mark.parametrize("seed", _seeds("sqlite"))
def test_nothing_is_lost_and_nothing_goes_in_twice(seed: int) -> None:
    _right(seed, SQLITE)


@pytest.mark.parametrize("seed", _seeds("postgres"))
def test_nothing_is_lost_and_nothing_goes_in_twice_on_postgres(
    seed: int, postgres_ground: PostgresGround
) -> None:
    _right(seed, postgres_ground)


def _right(seed: int, ground: Ground) -> None:
    found = judged(seed, ground)
    assert not found, found
