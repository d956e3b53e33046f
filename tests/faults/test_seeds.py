"""Two hundred seeds, each a schedule of faults: nothing lost, nothing twice, every state true.

Each runs the real engine, adapter and store against the simulated ERP, in virtual time; the judge
is the ERP's own list. What a failing seed prints replays it.
"""

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor

import pytest

from tests.faults.__main__ import judged

SEEDS = 200
AT_ONCE = 20


@pytest.fixture(scope="module")
def pool() -> Iterator[Executor]:
    # Started anew and not forked: a fork would inherit the threads of other tests half-alive.
    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as made:
        yield made


@pytest.mark.parametrize("first", range(0, SEEDS, AT_ONCE))
def test_nothing_is_lost_and_nothing_goes_in_twice(pool: Executor, first: int) -> None:
    found = [words for words in pool.map(judged, range(first, first + AT_ONCE)) if words]
    assert not found, "\n".join(found)
