"""What the rules are made of: refusals, and the few ways an order moves."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from commands.domain.failures import Code, Failure
from commands.domain.lifecycle.events import Accepted, Event, Found, LateAnswer
from commands.domain.lifecycle.standing import Standing, State, Synced
from commands.domain.people import PersonId


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


def move(standing: Standing, state: State, **changes: object) -> Standing:
    """The next standing; whatever belonged to the call that just ended is put down."""
    ended: dict[str, object] = {"attempt": None, "look_after": None, "absences": 0}
    return replace(
        standing,
        state=state,
        version=standing.version + 1,
        **{**ended, **changes},  # type: ignore[arg-type]
    )


def touch(standing: Standing, **changes: object) -> Standing:
    """The same state, something beside it changed."""
    return replace(standing, version=standing.version + 1, **changes)  # type: ignore[arg-type]


def refuse(reason: Reason) -> Rule:
    def rule(standing: Standing, _event: Event, _now: datetime) -> Outcome:
        return Refusal(reason, standing)

    return rule


def sync(standing: Standing, how: Synced, now: datetime, **changes: object) -> Standing:
    return move(
        standing,
        State.SYNCED,
        **{
            "synced": how,
            "settled_by": None,
            "settled_at": now,
            "next_at": None,
            "asked": False,
            "hold": None,
            "accepted": True,
            "draft": False,
            "waiting_since": None,
            "proofs": 0,
            "failure": None,
            **changes,
        },
    )


def fail(standing: Standing, failure: Failure, **changes: object) -> Standing:
    return move(
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


def held_by(standing: Standing, person: PersonId) -> Refusal | None:
    if standing.hold is None:
        return None
    mine = standing.hold.by == person
    return Refusal(Reason.HELD_BY_YOU if mine else Reason.HELD_BY_OTHER, standing)


def has_it(
    standing: Standing,
    reference: str | None,
    how: Synced | None,
    event: Accepted | Found | LateAnswer,
    now: datetime,
) -> Standing:
    """The ERP has it: under the number known so far, or else it has it twice."""
    if second(standing, reference):
        return twice(standing, reference)
    known = reference or standing.reference
    if how is not None:
        return sync(standing, how, now, reference=known)
    return move(
        standing,
        State.SENT,
        reference=known,
        accepted=True,
        draft=False,
        left=True,
        asked=False,
        proofs=0,
        failure=None,
        waiting_since=None,
        hold=None,
        settled_by=None,
        next_at=event.look_at,
    )


def second(standing: Standing, reference: str | None) -> bool:
    return bool(reference and standing.reference and reference != standing.reference)


def twice(standing: Standing, reference: str | None) -> Standing:
    both = tuple(number for number in (standing.reference, reference) if number)
    words = f"The ERP has named {' and '.join(both)} for this order"
    return fail(standing, Failure(Code.DUPLICATE, words, references=both), left=True, hold=None)
