"""What can happen to an order: by people, by the shop, by the engine, by the ERP, by time."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from commands.domain.failures import Failure
from commands.domain.people import PersonId


@dataclass(frozen=True, slots=True)
class RetryAsked:
    by: PersonId


class Why(StrEnum):
    """Why a person marks an order as synced."""

    KEYED_IN = "keyed_in"
    WAS_THERE = "was_there"
    NOT_NEEDED = "not_needed"


@dataclass(frozen=True, slots=True)
class Marked:
    """Mark as synced. `reference`: the ERP's order number, where given; `checked`: seen there."""

    by: PersonId
    reference: str | None = None
    why: Why = Why.KEYED_IN
    checked: bool = False


@dataclass(frozen=True, slots=True)
class HoldAsked:
    by: PersonId
    until: datetime


@dataclass(frozen=True, slots=True)
class ReleaseAsked:
    by: PersonId
    as_admin: bool = False


@dataclass(frozen=True, slots=True)
class ReopenAsked:
    by: PersonId


@dataclass(frozen=True, slots=True)
class ContentChanged:
    """The shop sent other content; `due_at` is the cadence's next tick."""

    due_at: datetime


@dataclass(frozen=True, slots=True)
class Claimed:
    attempt: str
    lease_until: datetime


@dataclass(frozen=True, slots=True)
class Accepted:
    """The ERP answered that it has the order. `look_at`: when to ask for its confirmation.

    `alone`: a look-up just before found nothing, so that a number known from earlier (a draft that
    somebody deleted) names nothing any more.
    """

    attempt: str
    reference: str | None
    confirmed: bool
    look_at: datetime
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """A readable refusal: the ERP does not hold the order, a person must mend something."""

    attempt: str
    failure: Failure


@dataclass(frozen=True, slots=True)
class Deferred:
    """A transient trouble with a certain outcome: the ERP does not hold the order.

    `tried` is False where the request was not even begun (the breaker opened first): that costs no
    attempt.
    """

    attempt: str
    failure: Failure
    again_at: datetime
    patience: timedelta
    tried: bool = True


@dataclass(frozen=True, slots=True)
class OutcomeUnknown:
    """Sent, and then silence, a cut, or an answer nobody can read."""

    attempt: str
    failure: Failure
    look_at: datetime


@dataclass(frozen=True, slots=True)
class LeaseRanOut:
    """The worker that claimed it has not come back in time."""

    look_at: datetime


@dataclass(frozen=True, slots=True)
class Found:
    """A look-up found exactly this order. `confirmed` is False while the ERP only received it."""

    reference: str | None
    confirmed: bool
    look_at: datetime


@dataclass(frozen=True, slots=True)
class DraftFound:
    """A look-up found exactly this order, begun by a call of ours and not finished.

    `others_pass`: as in Absent.
    """

    reference: str | None
    others_pass: bool = False


@dataclass(frozen=True, slots=True)
class Doubted:
    """A look-up found something that a person must judge: several documents, or another order's."""

    failure: Failure


@dataclass(frozen=True, slots=True)
class Absent:
    """A look-up found nothing. `others_pass`: meanwhile other orders of the connection go through.

    `again_at`: when to look again, where one absence is not enough.
    """

    again_at: datetime
    others_pass: bool = False


@dataclass(frozen=True, slots=True)
class LookupFailed:
    """A look-up that failed proves nothing."""

    again_at: datetime


@dataclass(frozen=True, slots=True)
class Confirmed:
    """The ERP's own word that it has the order."""

    reference: str | None


@dataclass(frozen=True, slots=True)
class LateAnswer:
    """The answer to an attempt whose lease had run out: evidence, not noise."""

    attempt: str
    reference: str | None
    confirmed: bool
    look_at: datetime


@dataclass(frozen=True, slots=True)
class ConfirmationOverdue:
    """Unconfirmed for longer than `confirm_within`."""

    look_at: datetime


@dataclass(frozen=True, slots=True)
class HoldRanOut:
    """The time of a hold is over: its holder is asked, and again at `ask_again`; it stays held."""

    ask_again: datetime


@dataclass(frozen=True, slots=True)
class PatienceEnded:
    """A transient trouble has lasted longer than `patience`."""


Event = (
    RetryAsked
    | Marked
    | HoldAsked
    | ReleaseAsked
    | ReopenAsked
    | ContentChanged
    | Claimed
    | Accepted
    | Refused
    | Deferred
    | OutcomeUnknown
    | LeaseRanOut
    | Found
    | DraftFound
    | Doubted
    | Absent
    | LookupFailed
    | Confirmed
    | LateAnswer
    | ConfirmationOverdue
    | HoldRanOut
    | PatienceEnded
)

EVENTS: Final[tuple[type[Event], ...]] = Event.__args__
