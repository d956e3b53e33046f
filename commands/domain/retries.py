"""How long to wait before trying again."""

import random
from datetime import timedelta
from typing import Final

FIRST: Final = timedelta(seconds=5)
LONGEST: Final = timedelta(minutes=15)


def backoff(tries: int, source: random.Random, first: timedelta = FIRST) -> timedelta:
    """Full jitter: anything from nothing to `first` doubled `tries` times, at most 15 minutes.

    `tries` counts from 0. The source is seeded by whoever wants to replay a run.
    """
    # Beyond 20 doublings the cap has long been reached; 2**huge would only cost.
    ceiling: timedelta = min(first * 2.0 ** min(tries, 20), LONGEST)
    return ceiling * source.random()


def after(asked: timedelta | None, tries: int, source: random.Random) -> timedelta:
    """The wait the ERP asked for, where it did, with a little spread; else the backoff.

    Obeying to the second would bring every waiting order back in the same instant.
    """
    if asked is None:
        return backoff(tries, source)
    return asked + timedelta(seconds=source.random())
