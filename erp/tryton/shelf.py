"""Records of Tryton by their codes: asked for many at once, kept for a short time while they are
well. Used by `masterdata`.
"""

import asyncio
import unicodedata
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Final, Generic, Protocol, TypeVar

from commands.domain.answers import LookupTrouble
from erp.client import Now
from erp.tryton.calls import Json, batches
from erp.tryton.classify import told, trouble
from erp.wire import Outcome

KEPT: Final = 30.0
"""Seconds for which something well is believed."""

MOST: Final = 50_000
"""Entries, beyond which a shelf is emptied."""


class Known(Protocol):
    """An entry. `well`: it can be ordered with, and so may be kept."""

    @property
    def code(self) -> str: ...

    @property
    def well(self) -> bool: ...


T = TypeVar("T", bound=Known)
Fetch = Callable[[list[str], float], Awaitable[Outcome]]


class Shelf(Generic[T]):
    """Entries of one model. What is unknown or not well is asked for each time, so that whoever has
    just mended it and retries is not told the old story.
    """

    def __init__(self, fetch: Fetch, read: Callable[[Json], T | None], now: Now) -> None:
        self._fetch = fetch
        self._read = read
        self._now = now
        self._kept: dict[str, tuple[float, T]] = {}

    async def find(self, codes: Iterable[str], until: float) -> Mapping[str, T] | LookupTrouble:
        """Those there are, by their codes."""
        wanted = dict.fromkeys(codes)
        found = {code: one for code in wanted if (one := self._at_hand(code)) is not None}
        for batch in batches(code for code in wanted if code not in found and _can_be(code)):
            outcome = await self._fetch(batch, until)
            entries = self._entries(outcome)
            if entries is None:
                return trouble(outcome, self._now())
            self._keep(entries.values())
            found |= {code: one for code, one in entries.items() if code in wanted}
        return found

    def forget(self, codes: Iterable[str]) -> None:
        for code in codes:
            self._kept.pop(code, None)

    def _at_hand(self, code: str) -> T | None:
        until, one = self._kept.get(code, (0.0, None))
        return one if until > _clock() else None

    def _entries(self, outcome: Outcome) -> dict[str, T] | None:
        """By code; of several with one code, the one that is well. None: not the promised list."""
        answer = told(outcome)
        if answer is None or not isinstance(answer.value, list):
            return None
        read = [self._read(entry) for entry in answer.value]
        known = [one for one in read if one is not None]
        if len(known) < len(read):
            return None
        return {one.code: one for one in sorted(known, key=lambda one: one.well)}

    def _keep(self, found: Iterable[T]) -> None:
        if len(self._kept) > MOST:
            self._kept.clear()
        until = _clock() + KEPT
        self._kept.update((one.code, (until, one)) for one in found if one.well)


def _clock() -> float:
    return asyncio.get_running_loop().time()


def _can_be(code: str) -> bool:
    """Whether a database could hold such a code; some cannot even be asked for one that is not."""
    return not any(unicodedata.category(char) in {"Cc", "Cs"} for char in code)
