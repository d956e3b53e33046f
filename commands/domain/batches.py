"""Many orders acted on at once: what was asked of them, how far it is, and until when it is undone.

A person ticks orders, the ticks are a selection; once something was done with it, it is a batch.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from commands.domain.ids import OrderId
from commands.domain.lifecycle import (
    Hold,
    Marked,
    Reason,
    Refusal,
    RetryAsked,
    Standing,
    State,
    Status,
    Why,
    on,
)
from commands.domain.people import PersonId

UNDO_FOR: Final = timedelta(minutes=10)
"""How long many marks can be undone at once; after that each is reopened by itself."""

IN_DOUBT: Final = frozenset({State.UNKNOWN, State.PENDING_VERIFICATION})
"""Marked only after a look-up of each: the ERP may have these."""

Asked = RetryAsked | Marked
"""What can be asked of many orders at once."""


class Holder(StrEnum):
    """Who keys an order in by hand, seen from the person who asks."""

    NOBODY = "nobody"
    ASKER = "asker"
    ANOTHER = "another"


@dataclass(frozen=True, slots=True)
class Kind:
    """What of an order decides whether many of its like may be acted on at once."""

    state: State
    holder: Holder


class Work(StrEnum):
    """What was done with a selection, as the column `selections.work` has it."""

    RETRY = "retry"
    MARK = "mark"


def work_of(asked: Asked) -> Work:
    match asked:
        case RetryAsked():
            return Work.RETRY
        case Marked():
            return Work.MARK


def event_of(work: Work, by: PersonId, why: Why = Why.KEYED_IN) -> Asked:
    match work:
        case Work.RETRY:
            return RetryAsked(by)
        case Work.MARK:
            return Marked(by, why=why)


_ASKER, _ANOTHER = PersonId("asker"), PersonId("another")
"""Anybody, and anybody else: the table only asks whether they are the same."""


def refusal(kind: Kind, work: Work, now: datetime) -> Reason | None:
    """Why orders of this kind are left alone, by the one table of transitions; None: they move."""
    if work is Work.MARK and kind.state in IN_DOUBT:
        return Reason.OUTCOME_UNKNOWN
    standing = Standing(kind.state, hold=_hold(kind.holder, now))
    outcome = on(standing, event_of(work, _ASKER), now)
    return outcome.reason if isinstance(outcome, Refusal) else None


def _hold(holder: Holder, now: datetime) -> Hold | None:
    match holder:
        case Holder.NOBODY:
            return None
        case Holder.ASKER:
            return Hold(_ASKER, now, now)
        case Holder.ANOTHER:
            return Hold(_ANOTHER, now, now)


def movable(work: Work, now: datetime) -> tuple[Kind, ...]:
    """The kinds of orders that move when this is asked of many."""
    kinds = (Kind(state, holder) for state in State for holder in Holder)
    return tuple(kind for kind in kinds if refusal(kind, work, now) is None)


@dataclass(frozen=True, slots=True)
class Ticked:
    """A selection before anything is done with it.

    `turn`: counts its changes. `kinds`: how many orders of each kind. `some`: a few of them by
    name, the first that came in first.
    """

    id: int
    turn: int
    kinds: Mapping[Kind, int]
    some: tuple[OrderId, ...] = ()

    @property
    def total(self) -> int:
        return sum(self.kinds.values())


def left_alone(kinds: Mapping[Kind, int], work: Work, now: datetime) -> dict[Reason, int]:
    """How many of these are left alone, and why; most first."""
    found: Counter[Reason] = Counter()
    for kind, orders in kinds.items():
        if reason := refusal(kind, work, now):
            found[reason] += orders
    return dict(found.most_common())


@dataclass(frozen=True, slots=True)
class Batch:
    """A selection that something was done with. `undone_at`: when that was taken back. `finished`:
    every order of it was reached, be it by the work or by its undoing.
    """

    id: int
    work: Work
    by: PersonId
    at: datetime
    why: Why | None = None
    undone_at: datetime | None = None
    finished: bool = False

    @property
    def asked(self) -> Asked:
        """What each of its orders is asked for."""
        return event_of(self.work, self.by, self.why or Why.KEYED_IN)

    def undo_until(self) -> datetime:
        return self.at + UNDO_FOR


class NoUndo(StrEnum):
    """Why a batch cannot be undone."""

    NOT_MARKED = "not_marked"
    UNDONE_ALREADY = "undone_already"
    TOO_LATE = "too_late"


def no_undo(batch: Batch, now: datetime) -> NoUndo | None:
    """None: it can be."""
    if batch.work is not Work.MARK:
        return NoUndo.NOT_MARKED
    if batch.undone_at is not None:
        return NoUndo.UNDONE_ALREADY
    return NoUndo.TOO_LATE if now > batch.undo_until() else None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a batch is, counted from its orders as they are.

    `failed`: retried and failed again; of marked ones, what a look-up found to be a person's
    business. `there`, `absent`: of those marked, what the ERP said when it was asked for them;
    `missing`: some of the absent by name.
    """

    batch: Batch
    as_of: datetime
    statuses: Mapping[Status, int] = field(default_factory=dict)
    there: int = 0
    absent: int = 0
    missing: tuple[OrderId, ...] = ()

    @property
    def total(self) -> int:
        return sum(self.statuses.values())

    @property
    def done(self) -> int:
        return self.statuses.get(Status.SUCCESSFUL, 0)

    @property
    def failed(self) -> int:
        return self.statuses.get(Status.FAILED, 0)

    @property
    def left(self) -> int:
        return self.statuses.get(Status.PENDING, 0)

    @property
    def unasked(self) -> int:
        """Of those marked, what the ERP was not asked for."""
        return max(0, self.done - self.there - self.absent)

    @property
    def over(self) -> bool:
        return self.left == 0
