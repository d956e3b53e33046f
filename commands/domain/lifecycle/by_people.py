"""The rules for what people and the shop ask for."""

from dataclasses import replace
from datetime import datetime

from commands.domain.failures import Code, Failure
from commands.domain.lifecycle.events import (
    ContentChanged,
    Event,
    HoldAsked,
    Marked,
    ReleaseAsked,
    ReopenAsked,
    RetryAsked,
)
from commands.domain.lifecycle.moves import (
    Outcome,
    Reason,
    Refusal,
    fail,
    held_by,
    move,
    sync,
    touch,
)
from commands.domain.lifecycle.standing import Hold, Standing, State, Synced


def retry_waiting(standing: Standing, event: Event, now: datetime) -> Outcome:
    """Queued, or failed: due now. Where a request ever left, the claim looks up before it sends."""
    assert isinstance(event, RetryAsked)
    if refusal := held_by(standing, event.by):
        return refusal
    return move(standing, State.QUEUED, next_at=now, asked=True, settled_by=None)


def retry_lookup(standing: Standing, event: Event, now: datetime) -> Outcome:
    """Verified now; the settle delay holds."""
    assert isinstance(event, RetryAsked)
    look_at = max(now, standing.look_after or now)
    return touch(standing, next_at=look_at, asked=True)


def retry_unconfirmed(standing: Standing, event: Event, now: datetime) -> Outcome:
    """A person doubts what the ERP once said: from here on only the look-ups count."""
    outcome = retry_lookup(standing, event, now)
    assert isinstance(outcome, Standing)
    return replace(outcome, accepted=False, absences=0)


def mark(standing: Standing, event: Event, now: datetime) -> Outcome:
    assert isinstance(event, Marked)
    if standing.hold and standing.hold.by != event.by:
        return Refusal(Reason.HELD_BY_OTHER, standing)
    # The failure stays: a reopened order goes back to its old code.
    return sync(
        standing,
        Synced.MANUAL,
        now,
        settled_by=event.by,
        reference=event.reference or standing.reference,
        accepted=standing.accepted,
        failure=standing.failure,
    )


def hold(standing: Standing, event: Event, now: datetime) -> Outcome:
    assert isinstance(event, HoldAsked)
    if standing.hold and standing.hold.by != event.by:
        return Refusal(Reason.HELD_BY_OTHER, standing)
    return touch(standing, hold=Hold(event.by, now, event.until), asked=False)


def release(standing: Standing, event: Event, _now: datetime) -> Outcome:
    assert isinstance(event, ReleaseAsked)
    if standing.hold is None:
        return Refusal(Reason.NOT_HELD, standing)
    if standing.hold.by != event.by and not event.as_admin:
        return Refusal(Reason.HELD_BY_OTHER, standing)
    return touch(standing, hold=None)


def reopen(standing: Standing, event: Event, _now: datetime) -> Outcome:
    assert isinstance(event, ReopenAsked)
    if standing.synced is not Synced.MANUAL:
        return Refusal(Reason.NOT_MANUAL, standing)
    old = standing.failure or Failure(Code.REJECTED, "Marked as synced by hand, then reopened")
    # Somebody may have keyed it in: whoever retries it is to look first, and nobody else sends it.
    draft = old.code is Code.PARTIAL
    return fail(standing, old, left=True, draft=draft, settled_by=standing.settled_by)


def content_queued(standing: Standing, event: Event, _now: datetime) -> Outcome:
    assert isinstance(event, ContentChanged)
    if standing.hold:
        return Refusal(Reason.HELD_BY_OTHER, standing)
    if in_doubt(standing):
        return Refusal(Reason.IN_DOUBT, standing)
    return touch(standing)


def in_doubt(standing: Standing) -> bool:
    """Whether the ERP holds something of it, with the content of before."""
    code = standing.failure.code if standing.failure else None
    return standing.draft or code in {Code.PARTIAL, Code.DUPLICATE}


def content_failed(standing: Standing, event: Event, _now: datetime) -> Outcome:
    assert isinstance(event, ContentChanged)
    if standing.hold:
        return Refusal(Reason.HELD_BY_OTHER, standing)
    if in_doubt(standing) or standing.accepted:
        return Refusal(Reason.IN_DOUBT, standing)
    if standing.settled_by is not None:
        # Reopened: a person sends it again, or nobody does.
        return touch(standing)
    return move(standing, State.QUEUED, next_at=event.due_at, failure=None, waiting_since=None)
