"""The rules for what the engine does and hears: claims, answers, look-ups, and time passing."""

from dataclasses import replace
from datetime import datetime
from typing import Final

from commands.domain.failures import Code, Failure, Kind
from commands.domain.lifecycle.events import (
    Absent,
    Accepted,
    Claimed,
    ConfirmationOverdue,
    Confirmed,
    Deferred,
    Doubted,
    DraftFound,
    Event,
    Found,
    HoldRanOut,
    LateAnswer,
    LeaseRanOut,
    LookupFailed,
    OutcomeUnknown,
    Refused,
)
from commands.domain.lifecycle.moves import (
    Outcome,
    Reason,
    Refusal,
    fail,
    has_it,
    move,
    second,
    sync,
    touch,
    twice,
)
from commands.domain.lifecycle.standing import Standing, State, Synced

PROOFS_UNTIL_REJECTED: Final = 3


def claim(standing: Standing, event: Event, now: datetime) -> Outcome:
    assert isinstance(event, Claimed)
    if standing.hold or standing.next_at is None or standing.next_at > now:
        return Refusal(Reason.NOT_DUE, standing)
    return move(
        standing,
        State.SENDING,
        attempt=event.attempt,
        attempts=standing.attempts + 1,
        next_at=event.lease_until,
        last_sent_at=now,
        look_after=standing.look_after,
    )


def mine(standing: Standing, attempt: str) -> bool:
    return standing.attempt == attempt


def accepted(standing: Standing, event: Event, now: datetime) -> Outcome:
    assert isinstance(event, Accepted)
    if not mine(standing, event.attempt):
        return Refusal(Reason.OTHER_ATTEMPT, standing)
    gone = event.alone and event.reference and not standing.accepted
    known = replace(standing, reference=None) if gone else standing
    return has_it(known, event.reference, Synced.AUTO if event.confirmed else None, event, now)


def refused(standing: Standing, event: Event, _now: datetime) -> Outcome:
    assert isinstance(event, Refused)
    if not mine(standing, event.attempt):
        return Refusal(Reason.OTHER_ATTEMPT, standing)
    drafts = event.failure.references if event.failure.code is Code.PARTIAL else ()
    draft = drafts[0] if drafts else None
    if second(standing, draft):
        return twice(standing, draft)
    known = draft or standing.reference
    begun = draft is not None or standing.draft
    return fail(standing, event.failure, left=True, proofs=0, reference=known, draft=begun)


def deferred(standing: Standing, event: Event, now: datetime) -> Outcome:
    assert isinstance(event, Deferred)
    if not mine(standing, event.attempt):
        return Refusal(Reason.OTHER_ATTEMPT, standing)
    since = standing.waiting_since or (now if event.tried else None)
    # An order seen as failed stays so while it goes on by itself: no flapping at each try.
    over = since is not None and now - since >= event.patience
    return move(
        standing,
        State.FAILED if over else State.QUEUED,
        next_at=event.again_at,
        attempts=standing.attempts if event.tried else standing.attempts - 1,
        failure=event.failure if event.tried else standing.failure,
        asked=standing.asked and not event.tried,
        waiting_since=since,
        left=standing.left or (event.tried and event.failure.code is Code.CONFLICT),
    )


def outcome_unknown(standing: Standing, event: Event, _now: datetime) -> Outcome:
    assert isinstance(event, OutcomeUnknown)
    if not mine(standing, event.attempt):
        return Refusal(Reason.OTHER_ATTEMPT, standing)
    return lost(standing, event.failure, event.look_at)


def lost(standing: Standing, failure: Failure, look_at: datetime) -> Standing:
    return move(
        standing,
        State.UNKNOWN,
        failure=failure,
        next_at=look_at,
        look_after=look_at,
        left=True,
        waiting_since=None,
    )


def lease_ran_out(standing: Standing, event: Event, now: datetime) -> Outcome:
    assert isinstance(event, LeaseRanOut)
    if standing.next_at is None or standing.next_at > now:
        return Refusal(Reason.NOT_DUE, standing)
    words = "The worker that was sending it stopped before the answer was stored"
    return lost(standing, Failure(Code.TIMEOUT, words), event.look_at)


def found(standing: Standing, event: Event, now: datetime) -> Outcome:
    """A look-up's document. `sent` was the ERP's own answer before: its confirmation is `auto`."""
    assert isinstance(event, Found)
    how = Synced.AUTO if standing.accepted else Synced.FOUND
    other = second(standing, event.reference)
    if standing.state is State.PENDING_VERIFICATION and not (event.confirmed or other):
        return touch(
            standing,
            accepted=True,
            reference=event.reference or standing.reference,
            next_at=event.look_at,
            asked=False,
        )
    return has_it(standing, event.reference, how if event.confirmed else None, event, now)


def found_failed(standing: Standing, event: Event, now: datetime) -> Outcome:
    assert isinstance(event, Found)
    if standing.failure and standing.failure.code is Code.DUPLICATE:
        return Refusal(Reason.IN_DOUBT, standing)
    if standing.draft and not event.confirmed and not second(standing, event.reference):
        # What was begun is all that is there: it still needs a person.
        return Refusal(Reason.NOTHING_NEW, standing)
    return found(standing, event, now)


def draft_found(standing: Standing, event: Event, now: datetime) -> Outcome:
    """Ours, and nobody but us goes on with it: queued, and the claim resumes it."""
    assert isinstance(event, DraftFound)
    if second(standing, event.reference):
        return twice(standing, event.reference)
    if standing.accepted:
        return Refusal(Reason.ERP_HAS_IT, standing)
    known = event.reference or standing.reference
    proofs = standing.proofs + 1 if event.others_pass else 0
    if proofs >= PROOFS_UNTIL_REJECTED:
        words = f"Begun, and gone on with {proofs} times without an answer, while others pass"
        failure = Failure(Code.PARTIAL, words, references=(known,) if known else ())
        return fail(standing, failure, reference=known, draft=True, proofs=0)
    return move(
        standing,
        State.QUEUED,
        next_at=now,
        reference=known,
        draft=True,
        proofs=proofs,
        failure=None,
        waiting_since=None,
    )


def doubted(standing: Standing, event: Event, _now: datetime) -> Outcome:
    assert isinstance(event, Doubted)
    return fail(standing, event.failure, left=True, hold=None)


def doubted_synced(standing: Standing, event: Event, now: datetime) -> Outcome:
    """More than its own number in the ERP: whoever settled it could not know."""
    assert isinstance(event, Doubted)
    if set(event.failure.references) <= {standing.reference}:
        return Refusal(Reason.NOTHING_NEW, standing)
    return doubted(standing, event, now)


def doubted_failed(standing: Standing, event: Event, now: datetime) -> Outcome:
    if standing.failure and standing.failure.code is Code.DUPLICATE:
        return Refusal(Reason.NOTHING_NEW, standing)
    return doubted(standing, event, now)


def absent(standing: Standing, event: Event, now: datetime) -> Outcome:
    """Absent twice is proof; what the ERP once accepted is never sent again by itself."""
    assert isinstance(event, Absent)
    if standing.accepted:
        return touch(standing, next_at=event.again_at, asked=False)
    if standing.absences == 0:
        return touch(standing, absences=1, next_at=event.again_at, look_after=event.again_at)
    return proved_absent(standing, event, now)


def proved_absent(standing: Standing, event: Absent, now: datetime) -> Standing:
    # While no order is taken at all, that this one was not says nothing about it.
    proofs = standing.proofs + 1 if event.others_pass else 0
    if proofs >= PROOFS_UNTIL_REJECTED:
        words = f"Sent {proofs} times without an answer, and never in the ERP, while others pass"
        return fail(standing, Failure(Code.REJECTED, words), draft=False, proofs=0)
    return move(
        standing,
        State.QUEUED,
        next_at=now,
        look_after=event.again_at,
        draft=False,
        proofs=proofs,
        failure=None,
        waiting_since=None,
    )


def lookup_failed(standing: Standing, event: Event, _now: datetime) -> Outcome:
    assert isinstance(event, LookupFailed)
    return touch(standing, next_at=event.again_at)


def confirmed(standing: Standing, event: Event, now: datetime) -> Outcome:
    assert isinstance(event, Confirmed)
    if second(standing, event.reference):
        return twice(standing, event.reference)
    how = Synced.AUTO if standing.accepted or standing.state is State.SENDING else Synced.FOUND
    return sync(standing, how, now, reference=event.reference or standing.reference)


def confirmed_failed(standing: Standing, event: Event, now: datetime) -> Outcome:
    assert isinstance(event, Confirmed)
    if standing.failure and standing.failure.code is Code.DUPLICATE:
        return Refusal(Reason.IN_DOUBT, standing)
    return confirmed(standing, event, now)


def confirmed_synced(standing: Standing, event: Event, _now: datetime) -> Outcome:
    assert isinstance(event, Confirmed | LateAnswer | Found)
    if second(standing, event.reference):
        return twice(standing, event.reference)
    if event.reference and not standing.reference:
        return touch(standing, reference=event.reference)
    return Refusal(Reason.NOTHING_NEW, standing)


def late(standing: Standing, event: Event, now: datetime) -> Outcome:
    assert isinstance(event, LateAnswer)
    return has_it(standing, event.reference, Synced.FOUND if event.confirmed else None, event, now)


def late_sending(standing: Standing, event: Event, _now: datetime) -> Outcome:
    """Another call is out already: its answer will meet this number."""
    assert isinstance(event, LateAnswer)
    if second(standing, event.reference):
        # The call in flight can add nothing that a person would not have to judge anyway.
        return twice(standing, event.reference)
    return touch(standing, reference=event.reference or standing.reference)


def late_failed(standing: Standing, event: Event, now: datetime) -> Outcome:
    assert isinstance(event, LateAnswer)
    if standing.failure and standing.failure.code is Code.DUPLICATE:
        return Refusal(Reason.IN_DOUBT, standing)
    return late(standing, event, now)


def overdue(standing: Standing, event: Event, _now: datetime) -> Outcome:
    assert isinstance(event, ConfirmationOverdue)
    next_at = min(standing.next_at or event.look_at, event.look_at)
    return replace(
        standing,
        state=State.PENDING_VERIFICATION,
        version=standing.version + 1,
        next_at=next_at,
    )


def hold_ran_out(standing: Standing, event: Event, now: datetime) -> Outcome:
    """Asking is all that time does to a hold: nobody sends the order."""
    assert isinstance(event, HoldRanOut)
    if standing.hold is None:
        return Refusal(Reason.NOT_HELD, standing)
    if standing.hold.until > now:
        return Refusal(Reason.NOT_DUE, standing)
    return touch(standing, hold=replace(standing.hold, until=event.ask_again))


def patience_ended(standing: Standing, _event: Event, _now: datetime) -> Outcome:
    """Seen and reported as failed, and still sent by itself: `next_at` stays."""
    failure = standing.failure
    waiting = standing.waiting_since is not None and not standing.asked
    if not waiting or failure is None or failure.kind is not Kind.TRANSIENT:
        return Refusal(Reason.NOT_WAITING, standing)
    return touch(standing, state=State.FAILED)
