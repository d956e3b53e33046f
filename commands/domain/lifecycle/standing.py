"""Where an order stands: its states, what staff see of them, and all that goes with them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from commands.domain.failures import Failure
from commands.domain.people import PersonId


class State(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    UNKNOWN = "unknown"
    PENDING_VERIFICATION = "pending_verification"
    FAILED = "failed"
    SYNCED = "synced"


class Status(StrEnum):
    """What staff see."""

    SUCCESSFUL = "successful"
    PENDING = "pending"
    FAILED = "failed"


STATUS: Final[dict[State, Status]] = {
    State.QUEUED: Status.PENDING,
    State.SENDING: Status.PENDING,
    State.SENT: Status.PENDING,
    State.UNKNOWN: Status.PENDING,
    State.PENDING_VERIFICATION: Status.PENDING,
    State.FAILED: Status.FAILED,
    State.SYNCED: Status.SUCCESSFUL,
}


class Synced(StrEnum):
    """How an order came to be synced."""

    AUTO = "auto"
    FOUND = "found"
    MANUAL = "manual"


@dataclass(frozen=True, slots=True)
class Hold:
    """A clerk keys the order in by hand: nobody sends it meanwhile, not even after `until`."""

    by: PersonId
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one order stands.

    `next_at`: when the engine is to touch it next: to send it (queued, failed and transient), to
    look it up (sent, unknown, pending verification), or to call its lease over (sending); None:
    never by itself. `look_after`: no look-up before this; of an order that was just proved absent,
    how long that proof holds. `left`: a request of it once left for the ERP, which may enter it at
    any time: it is looked up before it is sent, unless it was just proved absent. `absences`:
    look-ups in a row that called it absent. `proofs`: times in a row that a look-up showed a call
    to have come to nothing, while others were taken. `accepted`: the ERP said that it has it.
    `draft`: what `reference` names, or what has no number yet, was begun and not finished.
    `waiting_since`: since when a transient trouble keeps it. `asked`: a person is waiting for it.
    `settled_by`: who marked it as synced, still known when it was reopened.
    """

    state: State = State.QUEUED
    version: int = 0
    next_at: datetime | None = None
    look_after: datetime | None = None
    attempt: str | None = None
    attempts: int = 0
    left: bool = False
    accepted: bool = False
    draft: bool = False
    absences: int = 0
    proofs: int = 0
    asked: bool = False
    failure: Failure | None = None
    reference: str | None = None
    synced: Synced | None = None
    settled_by: PersonId | None = None
    settled_at: datetime | None = None
    waiting_since: datetime | None = None
    last_sent_at: datetime | None = None
    hold: Hold | None = None

    @property
    def status(self) -> Status:
        return STATUS[self.state]
