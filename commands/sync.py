"""One attempt at one order: what is asked of the ERP, and what its answer means for the order.

Called by the engine with an order it has claimed. Nothing here stores anything: the outcome is a
value, which the engine settles.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from commands.desk import Desk
from commands.domain.answers import (
    Answer,
    Answered,
    Declined,
    Documents,
    DocumentStatus,
    ErpDocument,
    LookupTrouble,
    Postponed,
    Sign,
    Silence,
    Taken,
)
from commands.domain.failures import Code, Failure, Kind
from commands.domain.lifecycle import (
    Accepted,
    Deferred,
    Doubted,
    Event,
    Found,
    OutcomeUnknown,
    Refused,
)
from commands.domain.retries import backoff
from commands.domain.verification import Believed, Nothing, Questioned, Verdict, judge
from commands.ports import Order

Trouble = Declined | Postponed | Silence

FIRST_LOOK: Final = timedelta(seconds=10)
RARELY: Final = timedelta(minutes=5)
SHORT: Final = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Heard:
    """What came of a call: the event for the order, and what it tells of the connection.

    `sign` is None where the ERP was not asked.
    """

    event: Event
    sign: Sign | None


async def attempt(desk: Desk, order: Order) -> Heard:
    """Send a claimed order, or look for it first where a request of it may have arrived."""
    if not lease_holds(desk, order):
        return Heard(not_begun(desk, order), None)
    if order.standing.left and not _just_proved_absent(desk, order):
        return await _look_first(desk, order)
    return await _send(desk, order, alone=_was_there(order))


def _just_proved_absent(desk: Desk, order: Order) -> bool:
    """Two look-ups found nothing. That holds for a moment: a request may arrive at any time."""
    until = order.standing.look_after
    return until is not None and desk.clock.now() < until


def lease_holds(desk: Desk, order: Order) -> bool:
    """Whether the whole call still fits into the lease: looked at before the first byte."""
    lease_until = order.standing.next_at
    return lease_until is not None and desk.clock.now() + desk.distributor.erp.timeout < lease_until


def not_begun(desk: Desk, order: Order, until: datetime | None = None) -> Deferred:
    """The order goes back untried; that costs no attempt."""
    return Deferred(
        _attempt_of(order),
        Failure(Code.ERP_DOWN),
        until or desk.clock.now(),
        desk.distributor.patience,
        tried=False,
    )


async def _send(desk: Desk, order: Order, *, alone: bool = False) -> Heard:
    answer = await desk.erp.send(order.document)
    return Heard(event_of(desk, order, answer, alone=alone), answer)


async def _look_first(desk: Desk, order: Order) -> Heard:
    lookup = await desk.erp.find(order.id)
    if _was_there(order) and lookup == Documents():
        # The ERP once showed a document of it: one absence may be a copy that lags behind.
        await desk.clock.sleep(desk.distributor.erp.lookup_gap)
        lookup = await desk.erp.find(order.id)
    if isinstance(lookup, LookupTrouble):
        trouble = trouble_of(lookup)
        return Heard(_nothing_sent(desk, order, trouble), trouble)
    verdict = judge(order.document, lookup.found)
    if draft := own_draft(order, lookup, verdict):
        return await _resume(desk, order, draft)
    passed = Answered()
    match verdict:
        case Believed(reference, confirmed):
            look_at = desk.clock.now() + FIRST_LOOK
            return Heard(Found(reference, confirmed, look_at), passed)
        case Questioned(failure):
            return Heard(Doubted(failure), passed)
        case Nothing() if _said_to_be_there(order):
            words = "The ERP said that it has it, and does not show it now"
            look_at = desk.clock.now() + desk.distributor.erp.settle
            doubt = OutcomeUnknown(_attempt_of(order), Failure(Code.TIMEOUT, words), look_at)
            return Heard(doubt, passed)
        case Nothing():
            if not lease_holds(desk, order):
                return Heard(not_begun(desk, order), passed)
            return await _send(desk, order, alone=_was_there(order))


def _was_there(order: Order) -> bool:
    """Whether the ERP once showed something of it, as its own or as part of a doubt."""
    standing = order.standing
    doubted = standing.failure and standing.failure.references
    return bool(standing.reference or standing.draft or doubted)


def _said_to_be_there(order: Order) -> bool:
    """Marked and reopened since, it is still the ERP's to show: that it does not may be a copy that
    lags behind. Of a duplicate a person has judged what is there.
    """
    failure = order.standing.failure
    judged = failure is not None and failure.code is Code.DUPLICATE
    return order.standing.accepted and not judged


def own_draft(order: Order, lookup: Documents, verdict: Verdict) -> ErpDocument | None:
    """The draft that an earlier call left behind, if it still stands alone: the one whose number a
    refusal told, or one that the ERP itself calls a draft of ours. What the ERP said that it has is
    its own to confirm.
    """
    if len(lookup.found) != 1 or order.standing.accepted:
        return None
    found, known = lookup.found[0], order.standing.reference
    if known is not None and found.reference != known:
        return None
    told = order.standing.draft and known is not None and found.status is DocumentStatus.RECEIVED
    ours = isinstance(verdict, Believed) and verdict.draft
    return found if told or ours else None


async def _resume(desk: Desk, order: Order, draft: ErpDocument) -> Heard:
    if not lease_holds(desk, order):
        return Heard(not_begun(desk, order), None)
    answer = await desk.erp.resume(order.document, draft.reference)
    return Heard(event_of(desk, order, answer), answer)


def event_of(desk: Desk, order: Order, answer: Answer, *, alone: bool = False) -> Event:
    """What the answer to a sent order means for the order. `alone`: looked up just before."""
    attempt_id, now = _attempt_of(order), desk.clock.now()
    match answer:
        case Taken(reference, confirmed):
            return Accepted(attempt_id, reference, confirmed, now + FIRST_LOOK, alone)
        case Declined(failure):
            return Refused(attempt_id, failure)
        case Postponed(failure, retry_after):
            again = again_at(desk, order, failure, retry_after)
            return Deferred(attempt_id, failure, again, _patience(desk))
        case Silence(failure):
            return OutcomeUnknown(attempt_id, failure, now + desk.distributor.erp.settle)


def _nothing_sent(desk: Desk, order: Order, trouble: Trouble) -> Event:
    """A look-up before sending that failed: certain is only that nothing was sent this time."""
    failure = trouble.failure
    if isinstance(trouble, Declined):
        return Refused(_attempt_of(order), failure)
    waits = failure if failure.kind is Kind.TRANSIENT else Failure(Code.ERP_DOWN, failure.message)
    return Deferred(_attempt_of(order), waits, again_at(desk, order, waits), _patience(desk))


def again_at(
    desk: Desk, order: Order, failure: Failure, retry_after: timedelta | None = None
) -> datetime:
    """When a deferred order is due again.

    What concerns the whole connection is the breaker's to time: its orders stay due, so that they
    all go, the next delivery first, when it closes.
    """
    now, tries = desk.clock.now(), order.standing.attempts
    if failure.code is Code.CONFLICT:
        wait = backoff(tries, desk.chance)
        return now + max(wait, retry_after or wait)
    return now + backoff(0, desk.chance, SHORT)


def sign_of(lookup: Documents | LookupTrouble) -> Sign:
    """A look-up's outcome as the breaker hears it."""
    return trouble_of(lookup) if isinstance(lookup, LookupTrouble) else Answered()


def trouble_of(lookup: LookupTrouble) -> Trouble:
    """A look-up that failed, as if an order had met the same."""
    failure, retry_after = lookup.failure, lookup.retry_after
    if failure.kind is Kind.NEEDS_FIX:
        # It answered: that one order cannot be looked up says nothing about the line.
        return Declined(failure)
    if failure.code is Code.RATE_LIMITED:
        return Postponed(failure, retry_after)
    return Silence(failure, retry_after)


def next_look(order: Order, now: datetime) -> datetime:
    """When to ask again for a confirmation: soon at first, then every five minutes."""
    sent = order.standing.last_sent_at or now
    return now + min(max(FIRST_LOOK, (now - sent) / 2), RARELY)


def _attempt_of(order: Order) -> str:
    assert order.standing.attempt is not None, "only a claimed order is sent"
    return order.standing.attempt


def _patience(desk: Desk) -> timedelta:
    return desk.distributor.patience
