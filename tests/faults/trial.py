"""One seed from drawing to judgement. Called by the tests and by `python -m tests.faults`."""

import contextlib
import logging
from collections.abc import Iterator
from dataclasses import dataclass

from tests.faults import virtual_time
from tests.faults.drawing import draw
from tests.faults.grounds import SQLITE, Ground
from tests.faults.judging import wrongs
from tests.faults.play import Outcome, play


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is wrong with a run; nothing: it was right. `outcome` None: it broke off."""

    seed: int
    wrongs: tuple[str, ...]
    outcome: Outcome | None
    flag: str = ""

    def __str__(self) -> str:
        lines = [f"seed {self.seed}: {wrong}" for wrong in self.wrongs]
        return "\n".join([*lines, replaying(self.seed, self.flag)])


def replaying(seed: int, flag: str) -> str:
    """The one command that runs a seed again. `flag`: of its ground."""
    return f"replay: .venv/bin/python -m tests.faults {seed}{flag}"


@contextlib.contextmanager
def hushed() -> Iterator[None]:
    """What fails on purpose is logged by the product each time: it would only hide the verdict."""
    logger = logging.getLogger("orderwatch")
    before = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(before)


def trial(seed: int, ground: Ground = SQLITE) -> Verdict:
    """Run a seed in virtual time and judge it."""
    course = draw(seed)
    with hushed():
        outcome = virtual_time.run(lambda loop: play(course, loop, ground))
    assert isinstance(outcome, Outcome)
    return Verdict(seed, tuple(wrongs(outcome)), outcome, ground.flag)
