"""What is written down about each change: who, when, why. Never changed afterwards."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from commands.domain.failures import Code
from commands.domain.lifecycle import (
    Event,
    Found,
    LookupFailed,
    Standing,
    State,
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


def worth_telling(event: Event, before: Standing, after: Standing) -> bool:
    """Whether a change belongs into the history: a look-up that says what is known does not."""
    if isinstance(event, Found | LookupFailed):
        return (before.state, before.reference) != (after.state, after.reference)
    return True
