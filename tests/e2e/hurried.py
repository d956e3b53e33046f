"""`orderwatch` in a hurry: the demo's command, whose cadence ticks each second and not each minute.

`at_work.py` starts it as a child, as `python -m tests.e2e.hurried run --migrate`.
"""

from datetime import datetime, timedelta

from bot import cli
from bot.cadence import Cadence
from bot.world import World
from demo.led import LedClock

SECOND = timedelta(seconds=1)


class EverySecond(Cadence):
    """A crontab's smallest step is a minute: too long for a test that waits for each tick."""

    def after(self, moment: datetime) -> datetime:
        return moment + SECOND

    def before(self, moment: datetime) -> datetime:
        return moment


if __name__ == "__main__":
    cli.main(World(LedClock.by_stdin(), EverySecond))
