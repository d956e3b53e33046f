"""One seed from drawing to judgement. Called by the tests and by `python -m tests.faults`."""

import logging
from dataclasses import dataclass

from tests.faults import virtual_time
from tests.faults.drawing import draw
from tests.faults.judging import wrongs
from tests.faults.play import Outcome, play


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is wrong with a run; nothing: it was right. `outcome` None: it broke off."""

    seed: int
    wrongs: tuple[str, ...]
    outcome: Outcome | None

    def __str__(self) -> str:
        lines = [f"seed {self.seed}: {wrong}" for wrong in self.wrongs]
        return "\n".join([*lines, f"replay: .venv/bin/python -m tests.faults {self.seed}"])


def trial(seed: int) -> Verdict:
    """Run a seed in virtual time and judge it."""
    # What fails on purpose is logged by the product each time: here it would only hide the verdict.
    logging.getLogger("orderwatch").setLevel(logging.CRITICAL)
    course = draw(seed)
    outcome = virtual_time.run(lambda loop: play(course, loop))
    assert isinstance(outcome, Outcome)
    return Verdict(seed, tuple(wrongs(outcome)), outcome)
