"""Drawing something again and again, of which only the latest counts. Used by Homes and listeners.

A clerk ticks ten boxes in three seconds: each may change what a view shows, and none may be shown
after a later one. So one is drawn at a time, and those that are asked for meanwhile are one.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field


@dataclass(slots=True)
class _Turn:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    asked: int = 0
    drawn: int = 0
    waiting: int = 0


class Latest:
    """Each thing that is drawn has a name of its own."""

    def __init__(self) -> None:
        self._turns: dict[str, _Turn] = {}

    async def draw(self, name: str, work: Callable[[], Awaitable[object]]) -> None:
        """Do `work`, unless somebody begins it after this call anyway."""
        turn = self._turns.setdefault(name, _Turn())
        turn.asked += 1
        turn.waiting += 1
        mine = turn.asked
        try:
            async with turn.lock:
                if turn.drawn < mine:
                    number = turn.asked
                    await work()
                    turn.drawn = number
        finally:
            turn.waiting -= 1
            if not turn.waiting:
                self._turns.pop(name, None)
