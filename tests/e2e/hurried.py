"""`orderwatch` in a hurry: the real command, whose cadence ticks each second and not each minute.

`at_work.py` starts it as a child, as `python -m tests.e2e.hurried --ahead FILE run --migrate`. The
file says by how many seconds its clock is moved, and may say something else later.
"""

import sys
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot import cli, desks, service
from bot.cadence import Cadence
from bot.clock import SystemClock

SECOND = timedelta(seconds=1)


class EverySecond(Cadence):
    """A crontab's smallest step is a minute: too long for a test that waits for each tick."""

    def after(self, moment: datetime) -> datetime:
        return moment + SECOND

    def before(self, moment: datetime) -> datetime:
        return moment


class ClockAhead(SystemClock):
    """This machine's clock, moved as a file says."""

    file = Path()
    _ahead = timedelta(0)

    def now(self) -> datetime:
        # While it is written it may be empty.
        with suppress(OSError, ValueError):
            self._ahead = timedelta(seconds=float(self.file.read_text()))
        return datetime.now(UTC) + self._ahead


def main() -> None:
    """The command, with these two in their places."""
    assert sys.argv[1] == "--ahead"
    ClockAhead.file = Path(sys.argv[2])
    del sys.argv[1:3]
    # Composed here, not by a switch of the product, which no operator could use well.
    for module, name, mine in (
        (service, "Cadence", EverySecond),
        (desks, "Cadence", EverySecond),
        (service, "SystemClock", ClockAhead),
    ):
        assert name in vars(module), f"{module.__name__} has no {name} any more"
        vars(module)[name] = mine
    cli.main()


if __name__ == "__main__":
    main()
