"""What is written down about each change: who, when, why. Never changed afterwards."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Final

from commands.domain.failures import Code
from commands.domain.lifecycle import (
    Absent,
    Deferred,
    Doubted,
    Event,
    Found,
    LookupFailed,
    Marked,
    OutcomeUnknown,
    Refused,
    Standing,
    State,
    Why,
)
from commands.domain.people import PersonId


class Source(StrEnum):
    """Who gave the command."""

    PERSON = "person"
    CADENCE = "cadence"
    BOT = "bot"
    ERP = "erp"
    SHOP = "shop"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class By:
    """The author of a change."""

    source: Source
    person: PersonId | None = None


BOT = By(Source.BOT)
CADENCE = By(Source.CADENCE)
ERP = By(Source.ERP)
SHOP = By(Source.SHOP)


def person(who: PersonId) -> By:
    return By(Source.PERSON, who)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of an order's history.

    `what` is the event's name in snake case (`retry_asked`); `refused` the reason, where the event
    changed nothing.
    """

    at: datetime
    what: str
    by: By
    before: State | None
    after: State
    attempt: str | None = None
    code: Code | None = None
    message: str | None = None
    reference: str | None = None
    refused: str | None = None


@dataclass(frozen=True, slots=True)
class PeopleEntry:
    """A line of the history of permissions: `what` is granted, revoked, role_set, asked, refused or
    withdrawn; `detail` the permission, the role or the reason.
    """

    at: datetime
    person: PersonId
    what: str
    detail: str
    by: By


@dataclass(frozen=True, slots=True)
class Note:
    """What an event has to say for the history beside its name."""

    attempt: str | None = None
    code: Code | None = None
    message: str | None = None
    reference: str | None = None


_WHY: Final = {
    Why.KEYED_IN: "keyed in by hand",
    Why.WAS_THERE: "was already there",
    Why.NOT_NEEDED: "not needed",
}


def marked_words(why: Why) -> str:
    """What the history says of an order that was marked as synced begins so."""
    return _WHY[why]


def note(event: Event) -> Note:
    """The particulars of an event, whichever it is."""
    attempt = getattr(event, "attempt", None)
    match event:
        case Refused(failure=failure) | Deferred(failure=failure) | OutcomeUnknown(failure=failure):
            return Note(attempt, failure.code, failure.message)
        case Doubted(failure):
            return Note(None, failure.code, failure.message)
        case Marked(reference=reference, why=why, checked=checked):
            seen = "" if reference is None else ", checked" if checked else ", not checked"
            return Note(message=f"{marked_words(why)}{seen}", reference=reference)
        case _:
            return Note(attempt, reference=getattr(event, "reference", None))


def what(event: Event | type[Event]) -> str:
    """An event's name in the history: RetryAsked gives `retry_asked`."""
    kind = event if isinstance(event, type) else type(event)
    return _named(kind.__name__)


@cache
def _named(kind: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", kind).lower()


def worth_telling(event: Event, before: Standing, after: Standing) -> bool:
    """Whether a change belongs into the history: a look-up that says what is known does not."""
    if isinstance(event, Found | LookupFailed):
        return (before.state, before.reference) != (after.state, after.reference)
    if isinstance(event, Absent):
        # What the ERP once accepted stays where it is, however often a look-up misses it.
        return not before.accepted
    return True
