"""Which fault the next request meets: by order id, by kind of request, else by the switches."""

import itertools
from collections.abc import Iterable, Iterator
from typing import Final, Literal, TypeAlias

from sandbox.erp import faults
from sandbox.erp.answers import RetryAfter, problem
from sandbox.erp.faults import Fault
from sandbox.erp.setup import Options, Switches

Door: TypeAlias = Literal["post", "look_up", "health"]

DOORS: Final[tuple[Door, ...]] = ("post", "look_up", "health")
FORMS: Final[tuple[RetryAfter, ...]] = ("seconds", "date", "none")
FINE: Final = faults.none()
DOWN: Final = faults.lost_request()


class Schedules:
    """Faults still to be met, one for each request; a generator without end is allowed."""

    def __init__(self) -> None:
        self._lines: dict[Door, Iterator[Fault]] = {door: iter(()) for door in DOORS}
        self.by_order: dict[str, list[Fault]] = {}

    def load(self, door: Door, line: Iterable[Fault]) -> None:
        self._lines[door] = iter(line)

    def add(self, door: Door, more: Iterable[Fault]) -> None:
        self._lines[door] = itertools.chain(self._lines[door], more)

    def line(self, door: Door) -> Iterator[Fault]:
        return self._lines[door]

    def next(self, door: Door, external_id: str) -> Fault | None:
        mine = self.by_order.get(external_id) if door == "post" else None
        return mine.pop(0) if mine else next(self._lines[door], None)


class SwitchBoard:
    """The switches of the page as faults, strongest first; 429 takes its three forms in turn."""

    def __init__(self, switches: Switches, options: Options) -> None:
        self._switches = switches
        self._options = options
        self._forms = itertools.cycle(FORMS)

    def fault(self, door: Door) -> Fault:
        """What the switches alone make of a request."""
        if self._switches.down:
            return DOWN
        if door != "health" and self._switches.rate_limited:
            return faults.throttle(next(self._forms), self._options.retry_after)
        if door != "health" and self._switches.forbidden:
            return faults.instead("forbidden", problem("", "this account may not do that", 403))
        return self._cutting() if door == "post" and self._cuts else self._slowed()

    @property
    def _cuts(self) -> bool:
        return self._switches.late_commit or self._switches.cut_connection

    def _cutting(self) -> Fault:
        if self._switches.late_commit:
            return faults.late_commit(self._options.late_commit_by)
        return faults.lost_answer()

    def _slowed(self) -> Fault:
        return faults.slow(self._options.slow_by) if self._switches.slow else FINE
