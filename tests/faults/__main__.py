"""`python -m tests.faults SEED` replays one seed and tells all that happened;
`python -m tests.faults --soak COUNT [--from SEED]` runs many and tells only of those that fail.
With `--postgres` on a PostgreSQL of its own, else on SQLite.
"""

import argparse
import contextlib
import sys
from collections.abc import Iterator

from tests.databases import PostgresDatabases
from tests.faults.breakages import GUARDS, without
from tests.faults.grounds import SQLITE, Ground, on_postgres
from tests.faults.soaking import soak, workers
from tests.faults.telling import tell
from tests.faults.trial import trial
from tests.postgres import serving


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("seed", nargs="?", type=int, help="the seed to replay")
    parser.add_argument("--soak", type=int, default=0, metavar="COUNT", help="run so many seeds")
    parser.add_argument("--from", type=int, default=0, dest="first", help="the first of them")
    parser.add_argument("--processes", type=int, default=2, help="how many at once")
    parser.add_argument("--postgres", action="store_true", help="on PostgreSQL, not on SQLite")
    parser.add_argument("--without", choices=GUARDS, help="take a guard out of the product")
    asked = parser.parse_args()
    if asked.seed is None:
        seeds = range(asked.first, asked.first + asked.soak)
        with workers(asked.processes, postgres=asked.postgres) as pool:
            return soak(pool, seeds, asked.without)
    with _ground(postgres=asked.postgres) as ground:
        return replay(asked.seed, ground, asked.without)


def replay(seed: int, ground: Ground, guard: str | None = None) -> int:
    """Tell the whole story of a seed; 1 when it is wrong."""
    with without(guard) if guard else contextlib.nullcontext():
        verdict = trial(seed, ground)
    sys.stdout.write(f"{tell(verdict)}\n")
    return 1 if verdict.wrongs else 0


@contextlib.contextmanager
def _ground(*, postgres: bool) -> Iterator[Ground]:
    if not postgres:
        yield SQLITE
        return
    with (
        serving() as server,
        PostgresDatabases(server).ready() as url,
        on_postgres(url) as ground,
    ):
        yield ground


if __name__ == "__main__":
    sys.exit(main())
