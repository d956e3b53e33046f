"""`python -m tests.faults SEED` replays one seed and tells all that happened;
`python -m tests.faults --soak COUNT [--from SEED]` runs many and tells only of those that fail.
"""

import argparse
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import nullcontext
from functools import partial

from tests.faults.breakages import GUARDS, without
from tests.faults.telling import tell
from tests.faults.trial import trial


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("seed", nargs="?", type=int, help="the seed to replay")
    parser.add_argument("--soak", type=int, default=0, metavar="COUNT", help="run so many seeds")
    parser.add_argument("--from", type=int, default=0, dest="first", help="the first of them")
    parser.add_argument("--processes", type=int, default=2, help="how many at once")
    parser.add_argument("--without", choices=GUARDS, help="take a guard out of the product")
    asked = parser.parse_args()
    if asked.seed is None:
        seeds = range(asked.first, asked.first + asked.soak)
        return soak(seeds, asked.processes, asked.without)
    with without(asked.without) if asked.without else nullcontext():
        return replay(asked.seed)


def replay(seed: int) -> int:
    """Tell the whole story of a seed; 1 when it is wrong."""
    verdict = trial(seed)
    sys.stdout.write(f"{tell(verdict)}\n")
    return 1 if verdict.wrongs else 0


def soak(seeds: range, processes: int, guard: str | None = None) -> int:
    """Run the seeds, tell of each that is wrong, then of all; 1 when any is."""
    began, failed = time.monotonic(), 0
    with ProcessPoolExecutor(processes) as pool:
        for words in pool.map(partial(judged, guard=guard), seeds, chunksize=5):
            if words:
                failed += 1
                sys.stdout.write(f"{words}\n")
                sys.stdout.flush()
    spent = time.monotonic() - began
    sys.stdout.write(f"{len(seeds)} seeds, {failed} wrong, {spent:.0f} s\n")
    return 1 if failed else 0


def judged(seed: int, guard: str | None = None) -> str:
    """What is wrong with a seed, in words; empty: nothing."""
    try:
        with without(guard) if guard else nullcontext():
            verdict = trial(seed)
    except Exception as trouble:  # noqa: BLE001  # one broken run must not end the others
        return f"seed {seed}: {trouble!r}\nreplay: .venv/bin/python -m tests.faults {seed}"
    return str(verdict) if verdict.wrongs else ""


if __name__ == "__main__":
    sys.exit(main())
