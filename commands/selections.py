"""Selections of orders, and what is done with one at once: what the verbs for many need.

`store/` implements Batches. A selection is its maker's alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from commands.domain.batches import Asked, Batch, Ticked
from commands.domain.ids import DistributorKey
from commands.domain.lifecycle import Reason
from commands.domain.people import PersonId
from commands.ports import Order


@dataclass(frozen=True, slots=True)
class Moved:
    """What comes of asking many orders at once. `left`: how many are left alone, by reason.
    `alerts`: how many of each alert move. A large batch is not finished yet.
    """

    batch: Batch
    orders: int
    left: Mapping[Reason, int]
    alerts: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Undone:
    """Marked orders that are reopened, and how many of each alert. A large batch is not finished
    yet.
    """

    batch: Batch
    orders: int
    alerts: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class NoSuchSelection:
    """Unknown, or not the asker's: nobody is told which."""


class Batches(Protocol):
    """The first transaction makes the intention durable and reaches the first orders; what is left
    of a large batch is reached by `go_on`, whoever calls it. Each order gets its event.
    """

    async def ticked(
        self, distributor: DistributorKey, person: PersonId, selection: int
    ) -> Ticked | Batch | NoSuchSelection:
        """A selection as it is; the batch, where something was done with it."""
        ...

    async def act(
        self, distributor: DistributorKey, selection: int, turn: int, asked: Asked, now: datetime
    ) -> Moved | Ticked | Batch | NoSuchSelection:
        """Ask this of every order of the selection. Ticked: other orders are ticked than at `turn`,
        and nothing changes. Batch: something was done with it already.
        """
        ...

    async def note_refusal(
        self,
        distributor: DistributorKey,
        person: PersonId,
        selection: int,
        what: str,
        reason: str,
        now: datetime,
    ) -> None:
        """Write down, for each order of the selection, that its maker was refused."""
        ...

    async def undo(self, distributor: DistributorKey, batch: Batch, now: datetime) -> Undone:
        """Reopen what this batch marked and nobody else has touched since."""
        ...

    async def go_on(self, distributor: DistributorKey, batch: Batch, now: datetime) -> bool:
        """Reach more of its orders, by one statement. False: all are reached."""
        ...

    async def unfinished(self, distributor: DistributorKey, before: datetime) -> list[Batch]:
        """Batches begun before then whose process may have died over them."""
        ...

    async def unasked(
        self, distributor: DistributorKey, batch: Batch, after: int, limit: int
    ) -> tuple[list[Order], int | None]:
        """Of the next `limit` ticks after a place, the orders which the ERP is to be asked for; and
        the place to go on from. None: there are no more, or it was undone.
        """
        ...

    async def answered(self, batch: Batch, order: Order, *, there: bool) -> None:
        """Whether the ERP has it, as it said just now."""
        ...
