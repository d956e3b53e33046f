"""What the service takes from the world around it: the time, and what a cadence's crontab means.

`bot.cli.main` is given one by whoever composes the command in another way, as the demo does to lead
its clock; as it is installed it has this machine's.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from bot.cadence import Cadence
from bot.clock import SystemClock
from commands.ports import Clock


@dataclass(frozen=True, slots=True)
class World:
    clock: Clock = field(default_factory=SystemClock)
    cadence: Callable[[str, ZoneInfo], Cadence] = Cadence
