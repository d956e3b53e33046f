"""One order in each state, and one event of each kind, for the tests of the life of an order."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from commands.domain.failures import Code, Failure
from commands.domain.lifecycle import Hold, Outcome, Refusal, Standing, State, Synced, on
from commands.domain.people import PersonId

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=5)
EARLIER = NOW - timedelta(minutes=5)
HOUR = timedelta(hours=1)
DANA, ERIK = PersonId("U000000001"), PersonId("U000000002")
REFUSAL = Failure(Code.UNKNOWN_CUSTOMER, "no customer VINET")
DOWN = Failure(Code.ERP_DOWN, "no connection")
TWICE = Failure(Code.DUPLICATE, "two documents", references=("SO-1", "SO-2"))
SILENT = Failure(Code.TIMEOUT, "no answer in time")
HELD = Hold(ERIK, EARLIER, LATER)

STANDINGS: dict[State, Standing] = {
    State.QUEUED: Standing(State.QUEUED, version=1, next_at=NOW),
    State.SENDING: Standing(State.SENDING, version=2, attempt="a1", attempts=1, next_at=LATER),
    State.SENT: Standing(
        State.SENT, version=3, attempts=1, next_at=LATER, left=True, accepted=True, reference="SO-1"
    ),
    State.UNKNOWN: Standing(
        State.UNKNOWN,
        version=3,
        attempts=1,
        next_at=LATER,
        look_after=LATER,
        left=True,
        failure=SILENT,
    ),
    State.PENDING_VERIFICATION: Standing(
        State.PENDING_VERIFICATION, version=4, attempts=1, next_at=LATER, left=True, failure=SILENT
    ),
    State.FAILED: Standing(State.FAILED, version=3, attempts=1, left=True, failure=REFUSAL),
    State.SYNCED: Standing(
        State.SYNCED,
        version=4,
        attempts=1,
        left=True,
        synced=Synced.MANUAL,
        settled_by=ERIK,
        settled_at=EARLIER,
        failure=REFUSAL,
    ),
}


def standing(state: State, **changes: Any) -> Standing:
    return replace(STANDINGS[state], **changes)


def moved(outcome: Outcome) -> Standing:
    assert isinstance(outcome, Standing), outcome
    return outcome


def refused(outcome: Outcome) -> str:
    assert isinstance(outcome, Refusal), outcome
    return outcome.reason.value


def after(before: Standing, *events: Any, now: datetime = NOW) -> Standing:
    """The standing after all of these."""
    for event in events:
        before = moved(on(before, event, now))
    return before
