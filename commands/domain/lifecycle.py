"""The life of an order: every state, every event, and what each does to the other.

`on()` is the only truth about transitions. It does no I/O: it takes where an order stands and what
happened, and returns where it stands next, or why not. The store carries the answer out as one
conditional UPDATE; the bulk statements in the store are held to this table by tests.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from commands.domain.failures import Code, Failure, Kind
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
    never by itself. `look_after`: no look-up before this. `left`: a request of it may have reached
    the ERP and nothing since proved that it holds no document. `absences`: look-ups in a row that
    called it absent. `proofs`: times it was proved absent in a row. `accepted`: the ERP said that
    it has it. `waiting_since`: since when a transient trouble keeps it. `asked`: a person is
    waiting for it.
    """

    state: State = State.QUEUED
    version: int = 0
    next_at: datetime | None = None
    look_after: datetime | None = None
    attempt: str | None = None
    attempts: int = 0
    left: bool = False
    accepted: bool = False
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


# --- what can happen -----------------------------------------------------------------------------


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
    """The ERP answered that it has the order. `look_at`: when to ask for its confirmation."""

    attempt: str
    reference: str | None
    confirmed: bool
    look_at: datetime


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
    | Doubted
    | Absent
    | LookupFailed
    | Confirmed
    | LateAnswer
    | ConfirmationOverdue
    | PatienceEnded
)

EVENTS: Final[tuple[type[Event], ...]] = Event.__args__


class Reason(StrEnum):
    """Why an event changes nothing. Each has its sentence in `bot.blocks.replies`."""

    ON_ITS_WAY = "on_its_way"
    BEING_SENT = "being_sent"
    ALREADY_SYNCED = "already_synced"
    HELD_BY_OTHER = "held_by_other"
    HELD_BY_YOU = "held_by_you"
    NOT_HELD = "not_held"
    OUTCOME_UNKNOWN = "outcome_unknown"
    ERP_HAS_IT = "erp_has_it"
    IN_DOUBT = "in_doubt"
    NOT_MANUAL = "not_manual"
    NOT_DUE = "not_due"
    OTHER_ATTEMPT = "other_attempt"
    NOT_WAITING = "not_waiting"
    NOTHING_NEW = "nothing_new"


@dataclass(frozen=True, slots=True)
class Refusal:
    """An event that changes nothing, with its reason and the standing that gave it."""

    reason: Reason
    standing: Standing


Outcome = Standing | Refusal
Rule = Callable[[Standing, Event, datetime], Outcome]

PROOFS_UNTIL_REJECTED: Final = 3


def on(standing: Standing, event: Event, now: datetime) -> Outcome:
    """Where an order stands after `event`, or the refusal that leaves it where it is."""
    return TABLE[standing.state, type(event)](standing, event, now)


def _move(standing: Standing, state: State, **changes: object) -> Standing:
    """The next standing; whatever belonged to the call that just ended is put down."""
    ended: dict[str, object] = {"attempt": None, "look_after": None, "absences": 0}
    return replace(
        standing,
        state=state,
        version=standing.version + 1,
        **{**ended, **changes},  # type: ignore[arg-type]
    )


def _touch(standing: Standing, **changes: object) -> Standing:
    """The same state, something beside it changed."""
    return replace(standing, version=standing.version + 1, **changes)  # type: ignore[arg-type]


def _refuse(reason: Reason) -> Rule:
    def rule(standing: Standing, _event: Event, _now: datetime) -> Outcome:
        return Refusal(reason, standing)

    return rule


def _sync(standing: Standing, how: Synced, now: datetime, **changes: object) -> Standing:
    return _move(
        standing,
        State.SYNCED,
        **{
            "synced": how,
            "settled_at": now,
            "next_at": None,
            "asked": False,
            "hold": None,
            "accepted": True,
            "waiting_since": None,
            "proofs": 0,
            "failure": None,
            **changes,
        },
    )


def _fail(standing: Standing, failure: Failure, **changes: object) -> Standing:
    return _move(
        standing,
        State.FAILED,
        **{
            "failure": failure,
            "next_at": None,
            "asked": False,
            "waiting_since": None,
            "synced": None,
            "settled_by": None,
            "settled_at": None,
            **changes,
        },
    )


def _held_by(standing: Standing, person: PersonId) -> Refusal | None:
    if standing.hold is None:
        return None
    mine = standing.hold.by == person
    return Refusal(Reason.HELD_BY_YOU if mine else Reason.HELD_BY_OTHER, standing)


# --- people --------------------------------------------------------------------------------------


def _retry_waiting(standing: Standing, event: Event, now: datetime) -> Outcome:
    """Queued, or failed: due now. Where a request ever left, the claim looks up before it sends."""
    assert isinstance(event, RetryAsked)
    if refusal := _held_by(standing, event.by):
        return refusal
    return _move(standing, State.QUEUED, next_at=now, asked=True)


def _retry_lookup(standing: Standing, event: Event, now: datetime) -> Outcome:
    """Verified now; the settle delay holds."""
    assert isinstance(event, RetryAsked)
    look_at = max(now, standing.look_after or now)
    return _touch(standing, next_at=look_at, asked=True)


def _retry_unconfirmed(standing: Standing, event: Event, now: datetime) -> Outcome:
    """A person doubts what the ERP once said: from here on only the look-ups count."""
    outcome = _retry_lookup(standing, event, now)
    assert isinstance(outcome, Standing)
    return replace(outcome, accepted=False, absences=0)


def _mark(standing: Standing, event: Event, now: datetime) -> Outcome:
    assert isinstance(event, Marked)
    if standing.hold and standing.hold.by != event.by:
        return Refusal(Reason.HELD_BY_OTHER, standing)
    # The failure stays: a reopened order goes back to its old code.
    return _sync(
        standing,
        Synced.MANUAL,
        now,
        settled_by=event.by,
        reference=event.reference or standing.reference,
        accepted=standing.accepted,
        failure=standing.failure,
    )


def _hold(standing: Standing, event: Event, now: datetime) -> Outcome:
    assert isinstance(event, HoldAsked)
    if standing.hold and standing.hold.by != event.by:
        return Refusal(Reason.HELD_BY_OTHER, standing)
    return _touch(standing, hold=Hold(event.by, now, event.until), asked=False)


def _release(standing: Standing, event: Event, _now: datetime) -> Outcome:
    assert isinstance(event, ReleaseAsked)
    if standing.hold is None:
        return Refusal(Reason.NOT_HELD, standing)
    if standing.hold.by != event.by and not event.as_admin:
        return Refusal(Reason.HELD_BY_OTHER, standing)
    return _touch(standing, hold=None)


def _reopen(standing: Standing, event: Event, _now: datetime) -> Outcome:
    assert isinstance(event, ReopenAsked)
    if standing.synced is not Synced.MANUAL:
        return Refusal(Reason.NOT_MANUAL, standing)
    old = standing.failure or Failure(Code.REJECTED, "Marked as synced by hand, then reopened")
    # Somebody may have keyed it in: whoever retries it is to look first.
    return _fail(standing, old, left=True)


# --- the shop ------------------------------------------------------------------------------------


def _content_queued(standing: Standing, event: Event, _now: datetime) -> Outcome:
    assert isinstance(event, ContentChanged)
    if standing.hold:
        return Refusal(Reason.HELD_BY_OTHER, standing)
    return _touch(standing)


def _content_failed(standing: Standing, event: Event, _now: datetime) -> Outcome:
    assert isinstance(event, ContentChanged)
    if standing.hold:
        return Refusal(Reason.HELD_BY_OTHER, standing)
    if standing.failure and standing.failure.code in {Code.PARTIAL, Code.DUPLICATE}:
        return Refusal(Reason.IN_DOUBT, standing)
    return _move(standing, State.QUEUED, next_at=event.due_at, failure=None, waiting_since=None)


# --- the engine ----------------------------------------------------------------------------------


def _claim(standing: Standing, event: Event, now: datetime) -> Outcome:
    assert isinstance(event, Claimed)
    if standing.hold or standing.next_at is None or standing.next_at > now:
        return Refusal(Reason.NOT_DUE, standing)
    return _move(
        standing,
        State.SENDING,
        attempt=event.attempt,
        attempts=standing.attempts + 1,
        next_at=event.lease_until,
        last_sent_at=now,
    )


def _mine(standing: Standing, attempt: str) -> bool:
    return standing.attempt == attempt


def _accepted(standing: Standing, event: Event, now: datetime) -> Outcome:
    assert isinstance(event, Accepted)
    if not _mine(standing, event.attempt):
        return Refusal(Reason.OTHER_ATTEMPT, standing)
    return _has_it(standing, event.reference, Synced.AUTO if event.confirmed else None, event, now)


def _has_it(
    standing: Standing,
    reference: str | None,
    how: Synced | None,
    event: Accepted | Found | LateAnswer,
    now: datetime,
) -> Standing:
    """The ERP has it: under the number known so far, or else it has it twice."""
    if _second(standing, reference):
        return _twice(standing, reference)
    known = reference or standing.reference
    if how is not None:
        return _sync(standing, how, now, reference=known)
    return _move(
        standing,
        State.SENT,
        reference=known,
        accepted=True,
        left=True,
        asked=False,
        proofs=0,
        failure=None,
        waiting_since=None,
        hold=None,
        next_at=event.look_at,
    )


def _second(standing: Standing, reference: str | None) -> bool:
    return bool(reference and standing.reference and reference != standing.reference)


def _twice(standing: Standing, reference: str | None) -> Standing:
    both = tuple(number for number in (standing.reference, reference) if number)
    words = f"The ERP holds {' and '.join(both)} for this order"
    return _fail(standing, Failure(Code.DUPLICATE, words, references=both), left=True, hold=None)


def _refused(standing: Standing, event: Event, _now: datetime) -> Outcome:
    assert isinstance(event, Refused)
    if not _mine(standing, event.attempt):
        return Refusal(Reason.OTHER_ATTEMPT, standing)
    drafts = event.failure.references if event.failure.code is Code.PARTIAL else ()
    draft = drafts[0] if drafts else None
    if _second(standing, draft):
        return _twice(standing, draft)
    known = draft or standing.reference
    return _fail(standing, event.failure, left=True, proofs=0, reference=known)


def _deferred(standing: Standing, event: Event, now: datetime) -> Outcome:
    assert isinstance(event, Deferred)
    if not _mine(standing, event.attempt):
        return Refusal(Reason.OTHER_ATTEMPT, standing)
    since = standing.waiting_since or (now if event.tried else None)
    # An order seen as failed stays so while it goes on by itself: no flapping at each try.
    over = since is not None and now - since >= event.patience
    return _move(
        standing,
        State.FAILED if over else State.QUEUED,
        next_at=event.again_at,
        attempts=standing.attempts if event.tried else standing.attempts - 1,
        failure=event.failure if event.tried else standing.failure,
        asked=standing.asked and not event.tried,
        waiting_since=since,
        left=standing.left or (event.tried and event.failure.code is Code.CONFLICT),
    )


def _outcome_unknown(standing: Standing, event: Event, _now: datetime) -> Outcome:
    assert isinstance(event, OutcomeUnknown)
    if not _mine(standing, event.attempt):
        return Refusal(Reason.OTHER_ATTEMPT, standing)
    return _lost(standing, event.failure, event.look_at)


def _lost(standing: Standing, failure: Failure, look_at: datetime) -> Standing:
    return _move(
        standing,
        State.UNKNOWN,
        failure=failure,
        next_at=look_at,
        look_after=look_at,
        left=True,
        waiting_since=None,
    )


def _lease_ran_out(standing: Standing, event: Event, now: datetime) -> Outcome:
    assert isinstance(event, LeaseRanOut)
    if standing.next_at is None or standing.next_at > now:
        return Refusal(Reason.NOT_DUE, standing)
    words = "The worker that was sending it stopped before the answer was stored"
    return _lost(standing, Failure(Code.TIMEOUT, words), event.look_at)


def _found(standing: Standing, event: Event, now: datetime) -> Outcome:
    """A look-up's document. `sent` was the ERP's own answer before: its confirmation is `auto`."""
    assert isinstance(event, Found)
    how = Synced.AUTO if standing.accepted else Synced.FOUND
    second = _second(standing, event.reference)
    if standing.state is State.PENDING_VERIFICATION and not (event.confirmed or second):
        return _touch(
            standing,
            accepted=True,
            reference=event.reference or standing.reference,
            next_at=event.look_at,
            asked=False,
        )
    return _has_it(standing, event.reference, how if event.confirmed else None, event, now)


def _found_failed(standing: Standing, event: Event, now: datetime) -> Outcome:
    if standing.failure and standing.failure.code is Code.DUPLICATE:
        return Refusal(Reason.IN_DOUBT, standing)
    return _found(standing, event, now)


def _doubted(standing: Standing, event: Event, _now: datetime) -> Outcome:
    assert isinstance(event, Doubted)
    return _fail(standing, event.failure, left=True, hold=None)


def _doubted_failed(standing: Standing, event: Event, now: datetime) -> Outcome:
    if standing.failure and standing.failure.code is Code.DUPLICATE:
        return Refusal(Reason.NOTHING_NEW, standing)
    return _doubted(standing, event, now)


def _absent(standing: Standing, event: Event, now: datetime) -> Outcome:
    """Absent twice is proof; what the ERP once accepted is never sent again by itself."""
    assert isinstance(event, Absent)
    if standing.accepted:
        return _touch(standing, next_at=event.again_at, asked=False)
    if standing.absences == 0:
        return _touch(standing, absences=1, next_at=event.again_at, look_after=event.again_at)
    return _proved_absent(standing, others_pass=event.others_pass, now=now)


def _proved_absent(standing: Standing, *, others_pass: bool, now: datetime) -> Standing:
    proofs = standing.proofs + 1
    if proofs >= PROOFS_UNTIL_REJECTED and others_pass:
        words = f"Sent {proofs} times without an answer, and never in the ERP, while others pass"
        return _fail(standing, Failure(Code.REJECTED, words), left=False, proofs=0)
    return _move(
        standing,
        State.QUEUED,
        next_at=now,
        left=False,
        proofs=proofs,
        failure=None,
        waiting_since=None,
    )


def _lookup_failed(standing: Standing, event: Event, _now: datetime) -> Outcome:
    assert isinstance(event, LookupFailed)
    return _touch(standing, next_at=event.again_at)


def _confirmed(standing: Standing, event: Event, now: datetime) -> Outcome:
    assert isinstance(event, Confirmed)
    if _second(standing, event.reference):
        return _twice(standing, event.reference)
    how = Synced.AUTO if standing.accepted or standing.state is State.SENDING else Synced.FOUND
    return _sync(standing, how, now, reference=event.reference or standing.reference)


def _confirmed_failed(standing: Standing, event: Event, now: datetime) -> Outcome:
    assert isinstance(event, Confirmed)
    if standing.failure and standing.failure.code is Code.DUPLICATE:
        return Refusal(Reason.IN_DOUBT, standing)
    return _confirmed(standing, event, now)


def _confirmed_synced(standing: Standing, event: Event, _now: datetime) -> Outcome:
    assert isinstance(event, Confirmed | LateAnswer)
    if _second(standing, event.reference):
        return _twice(standing, event.reference)
    if event.reference and not standing.reference:
        return _touch(standing, reference=event.reference)
    return Refusal(Reason.NOTHING_NEW, standing)


def _late(standing: Standing, event: Event, now: datetime) -> Outcome:
    assert isinstance(event, LateAnswer)
    return _has_it(standing, event.reference, Synced.FOUND if event.confirmed else None, event, now)


def _late_sending(standing: Standing, event: Event, _now: datetime) -> Outcome:
    """Another call is out already: its answer will meet this number."""
    assert isinstance(event, LateAnswer)
    if _second(standing, event.reference):
        # The call in flight can add nothing that a person would not have to judge anyway.
        return _twice(standing, event.reference)
    return _touch(standing, reference=event.reference or standing.reference)


def _late_failed(standing: Standing, event: Event, now: datetime) -> Outcome:
    assert isinstance(event, LateAnswer)
    if standing.failure and standing.failure.code is Code.DUPLICATE:
        return Refusal(Reason.IN_DOUBT, standing)
    return _late(standing, event, now)


def _overdue(standing: Standing, event: Event, _now: datetime) -> Outcome:
    assert isinstance(event, ConfirmationOverdue)
    next_at = min(standing.next_at or event.look_at, event.look_at)
    return replace(
        standing,
        state=State.PENDING_VERIFICATION,
        version=standing.version + 1,
        next_at=next_at,
    )


def _patience_ended(standing: Standing, _event: Event, _now: datetime) -> Outcome:
    """Seen and reported as failed, and still sent by itself: `next_at` stays."""
    failure = standing.failure
    waiting = standing.waiting_since is not None and not standing.asked
    if not waiting or failure is None or failure.kind is not Kind.TRANSIENT:
        return Refusal(Reason.NOT_WAITING, standing)
    return _touch(standing, state=State.FAILED)


# --- the table -----------------------------------------------------------------------------------

Q, SG, ST, U, PV, F, SY = (
    State.QUEUED,
    State.SENDING,
    State.SENT,
    State.UNKNOWN,
    State.PENDING_VERIFICATION,
    State.FAILED,
    State.SYNCED,
)
_no = _refuse


def _row(event: type[Event], rules: dict[State, Rule]) -> dict[tuple[State, type[Event]], Rule]:
    return {(state, event): rules[state] for state in State}


TABLE: Final[dict[tuple[State, type[Event]], Rule]] = {
    **_row(
        RetryAsked,
        {
            Q: _retry_waiting,
            SG: _no(Reason.ON_ITS_WAY),
            ST: _retry_lookup,
            U: _retry_lookup,
            PV: _retry_unconfirmed,
            F: _retry_waiting,
            SY: _no(Reason.ALREADY_SYNCED),
        },
    ),
    **_row(
        Marked,
        {
            Q: _mark,
            SG: _no(Reason.BEING_SENT),
            ST: _mark,
            U: _mark,
            PV: _mark,
            F: _mark,
            SY: _no(Reason.ALREADY_SYNCED),
        },
    ),
    **_row(
        HoldAsked,
        {
            Q: _hold,
            SG: _no(Reason.BEING_SENT),
            ST: _no(Reason.ERP_HAS_IT),
            U: _no(Reason.OUTCOME_UNKNOWN),
            PV: _no(Reason.OUTCOME_UNKNOWN),
            F: _hold,
            SY: _no(Reason.ALREADY_SYNCED),
        },
    ),
    **_row(
        ReleaseAsked,
        {
            Q: _release,
            SG: _no(Reason.NOT_HELD),
            ST: _no(Reason.NOT_HELD),
            U: _no(Reason.NOT_HELD),
            PV: _no(Reason.NOT_HELD),
            F: _release,
            SY: _no(Reason.ALREADY_SYNCED),
        },
    ),
    **_row(
        ReopenAsked,
        {**dict.fromkeys(State, _no(Reason.NOT_MANUAL)), SY: _reopen},
    ),
    **_row(
        ContentChanged,
        {
            Q: _content_queued,
            SG: _no(Reason.BEING_SENT),
            ST: _no(Reason.ERP_HAS_IT),
            U: _no(Reason.OUTCOME_UNKNOWN),
            PV: _no(Reason.OUTCOME_UNKNOWN),
            F: _content_failed,
            SY: _no(Reason.ALREADY_SYNCED),
        },
    ),
    **_row(Claimed, {**dict.fromkeys(State, _no(Reason.NOT_DUE)), Q: _claim, F: _claim}),
    **_row(Accepted, {**dict.fromkeys(State, _no(Reason.OTHER_ATTEMPT)), SG: _accepted}),
    **_row(Refused, {**dict.fromkeys(State, _no(Reason.OTHER_ATTEMPT)), SG: _refused}),
    **_row(Deferred, {**dict.fromkeys(State, _no(Reason.OTHER_ATTEMPT)), SG: _deferred}),
    **_row(
        OutcomeUnknown, {**dict.fromkeys(State, _no(Reason.OTHER_ATTEMPT)), SG: _outcome_unknown}
    ),
    **_row(LeaseRanOut, {**dict.fromkeys(State, _no(Reason.NOT_DUE)), SG: _lease_ran_out}),
    **_row(
        Found,
        {
            Q: _found,
            SG: _found,
            ST: _found,
            U: _found,
            PV: _found,
            F: _found_failed,
            SY: _no(Reason.NOTHING_NEW),
        },
    ),
    **_row(
        Doubted,
        {
            Q: _doubted,
            SG: _doubted,
            ST: _doubted,
            U: _doubted,
            PV: _doubted,
            F: _doubted_failed,
            SY: _no(Reason.NOTHING_NEW),
        },
    ),
    **_row(
        Absent,
        {**dict.fromkeys(State, _no(Reason.NOTHING_NEW)), ST: _absent, U: _absent, PV: _absent},
    ),
    **_row(
        LookupFailed,
        {
            **dict.fromkeys(State, _no(Reason.NOTHING_NEW)),
            ST: _lookup_failed,
            U: _lookup_failed,
            PV: _lookup_failed,
        },
    ),
    **_row(
        Confirmed,
        {**dict.fromkeys(State, _confirmed), F: _confirmed_failed, SY: _confirmed_synced},
    ),
    **_row(
        LateAnswer,
        {
            Q: _late,
            SG: _late_sending,
            ST: _late,
            U: _late,
            PV: _late,
            F: _late_failed,
            SY: _confirmed_synced,
        },
    ),
    **_row(
        ConfirmationOverdue,
        {**dict.fromkeys(State, _no(Reason.NOT_WAITING)), ST: _overdue, U: _overdue},
    ),
    **_row(PatienceEnded, {**dict.fromkeys(State, _no(Reason.NOT_WAITING)), Q: _patience_ended}),
}
"""Every state with every event. A rule that refuses always says why."""
