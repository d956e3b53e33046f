"""What all who act in a run share: the plant, who holds what, and what is still under way."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy.exc import DBAPIError, OperationalError

from commands.desk import Desk
from commands.domain.documents import Document
from commands.domain.people import Actor
from tests.faults.course import Course
from tests.faults.plant import Plant

AGAIN: Final = 2.0
"""Seconds after which a shop, an ERP or a person whose call failed tries again."""


@dataclass(slots=True)
class Scene:
    """One run as it goes.

    `content`: each order as the shop last had it taken. `holding`: who holds it, and how many
    requests of it had left before. `releasing`: somebody is giving it back just now.
    """

    plant: Plant
    content: dict[int, Document]
    began: float = 0.0
    arrived: set[int] = field(default_factory=set)
    typed: set[int] = field(default_factory=set)
    holding: dict[int, tuple[Actor, int]] = field(default_factory=dict)
    releasing: set[int] = field(default_factory=set)
    sent_while_held: set[int] = field(default_factory=set)
    called_back: set[int] = field(default_factory=set)
    tasks: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def course(self) -> Course:
        return self.plant.course

    def begin(self, work: Coroutine[Any, Any, None]) -> None:
        self.tasks.add(asyncio.create_task(work))

    async def all_done(self) -> None:
        """What was begun has ended. Raises what it raised."""
        while self.tasks:
            await self.tasks.pop()

    async def desk(self, index: int | None = None) -> Desk:
        """The desk of a process that lives; waits for one."""
        while True:
            chosen = self.plant.processes[index] if index is not None else None
            if process := chosen or self.plant.alive():
                return process.desk
            await asyncio.sleep(AGAIN)

    async def until_answered(self, ask: Callable[[Desk], Awaitable[Any]]) -> Any:
        """As an HTTP client would: again until it is answered."""
        while True:
            try:
                return await ask(await self.desk())
            except Exception as trouble:
                if not passing(trouble):
                    raise
                await asyncio.sleep(AGAIN)


def passing(trouble: BaseException) -> bool:
    """Whether it is the database that was not there: the caller only sees an error and returns."""
    if isinstance(trouble, DBAPIError):
        return isinstance(trouble, OperationalError) or trouble.connection_invalidated
    return isinstance(trouble, ConnectionError | TimeoutError)
