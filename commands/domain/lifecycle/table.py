"""The one table: every state with every event. `on()` is the only truth about transitions."""

from datetime import datetime
from typing import Final

from commands.domain.lifecycle import by_engine, by_people
from commands.domain.lifecycle.events import (
    Absent,
    Accepted,
    Claimed,
    ConfirmationOverdue,
    Confirmed,
    ContentChanged,
    Deferred,
    Doubted,
    DraftFound,
    Event,
    Found,
    HoldAsked,
    HoldRanOut,
    LateAnswer,
    LeaseRanOut,
    LookupFailed,
    Marked,
    OutcomeUnknown,
    PatienceEnded,
    Refused,
    ReleaseAsked,
    ReopenAsked,
    RetryAsked,
)
from commands.domain.lifecycle.moves import Outcome, Reason, Rule, refuse
from commands.domain.lifecycle.standing import Standing, State


def on(standing: Standing, event: Event, now: datetime) -> Outcome:
    """Where an order stands after `event`, or the refusal that leaves it where it is."""
    return TABLE[standing.state, type(event)](standing, event, now)


Q, SG, ST, U, PV, F, SY = (
    State.QUEUED,
    State.SENDING,
    State.SENT,
    State.UNKNOWN,
    State.PENDING_VERIFICATION,
    State.FAILED,
    State.SYNCED,
)
no = refuse


def _row(event: type[Event], rules: dict[State, Rule]) -> dict[tuple[State, type[Event]], Rule]:
    return {(state, event): rules[state] for state in State}


TABLE: Final[dict[tuple[State, type[Event]], Rule]] = {
    **_row(
        RetryAsked,
        {
            Q: by_people.retry_waiting,
            SG: no(Reason.ON_ITS_WAY),
            ST: by_people.retry_lookup,
            U: by_people.retry_lookup,
            PV: by_people.retry_unconfirmed,
            F: by_people.retry_waiting,
            SY: no(Reason.ALREADY_SYNCED),
        },
    ),
    **_row(
        Marked,
        {
            Q: by_people.mark,
            SG: no(Reason.BEING_SENT),
            ST: by_people.mark,
            U: by_people.mark,
            PV: by_people.mark,
            F: by_people.mark,
            SY: no(Reason.ALREADY_SYNCED),
        },
    ),
    **_row(
        HoldAsked,
        {
            Q: by_people.hold,
            SG: no(Reason.BEING_SENT),
            ST: no(Reason.ERP_HAS_IT),
            U: no(Reason.OUTCOME_UNKNOWN),
            PV: no(Reason.OUTCOME_UNKNOWN),
            F: by_people.hold,
            SY: no(Reason.ALREADY_SYNCED),
        },
    ),
    **_row(
        ReleaseAsked,
        {
            Q: by_people.release,
            SG: no(Reason.NOT_HELD),
            ST: no(Reason.NOT_HELD),
            U: no(Reason.NOT_HELD),
            PV: no(Reason.NOT_HELD),
            F: by_people.release,
            SY: no(Reason.ALREADY_SYNCED),
        },
    ),
    **_row(
        ReopenAsked,
        {**dict.fromkeys(State, no(Reason.NOT_MANUAL)), SY: by_people.reopen},
    ),
    **_row(
        ContentChanged,
        {
            Q: by_people.content_queued,
            SG: no(Reason.BEING_SENT),
            ST: no(Reason.ERP_HAS_IT),
            U: no(Reason.OUTCOME_UNKNOWN),
            PV: no(Reason.OUTCOME_UNKNOWN),
            F: by_people.content_failed,
            SY: no(Reason.ALREADY_SYNCED),
        },
    ),
    **_row(
        Claimed,
        {**dict.fromkeys(State, no(Reason.NOT_DUE)), Q: by_engine.claim, F: by_engine.claim},
    ),
    **_row(Accepted, {**dict.fromkeys(State, no(Reason.OTHER_ATTEMPT)), SG: by_engine.accepted}),
    **_row(Refused, {**dict.fromkeys(State, no(Reason.OTHER_ATTEMPT)), SG: by_engine.refused}),
    **_row(Deferred, {**dict.fromkeys(State, no(Reason.OTHER_ATTEMPT)), SG: by_engine.deferred}),
    **_row(
        OutcomeUnknown,
        {**dict.fromkeys(State, no(Reason.OTHER_ATTEMPT)), SG: by_engine.outcome_unknown},
    ),
    **_row(LeaseRanOut, {**dict.fromkeys(State, no(Reason.NOT_DUE)), SG: by_engine.lease_ran_out}),
    **_row(
        Found,
        {
            Q: by_engine.found,
            SG: by_engine.found,
            ST: by_engine.found,
            U: by_engine.found,
            PV: by_engine.found,
            F: by_engine.found_failed,
            SY: by_engine.confirmed_synced,
        },
    ),
    **_row(
        DraftFound,
        {
            **dict.fromkeys(State, no(Reason.NOTHING_NEW)),
            ST: by_engine.draft_found,
            U: by_engine.draft_found,
            PV: by_engine.draft_found,
        },
    ),
    **_row(
        Doubted,
        {
            Q: by_engine.doubted,
            SG: by_engine.doubted,
            ST: by_engine.doubted,
            U: by_engine.doubted,
            PV: by_engine.doubted,
            F: by_engine.doubted_failed,
            SY: by_engine.doubted_synced,
        },
    ),
    **_row(
        Absent,
        {
            **dict.fromkeys(State, no(Reason.NOTHING_NEW)),
            ST: by_engine.absent,
            U: by_engine.absent,
            PV: by_engine.absent,
        },
    ),
    **_row(
        LookupFailed,
        {
            **dict.fromkeys(State, no(Reason.NOTHING_NEW)),
            ST: by_engine.lookup_failed,
            U: by_engine.lookup_failed,
            PV: by_engine.lookup_failed,
        },
    ),
    **_row(
        Confirmed,
        {
            **dict.fromkeys(State, by_engine.confirmed),
            F: by_engine.confirmed_failed,
            SY: by_engine.confirmed_synced,
        },
    ),
    **_row(
        LateAnswer,
        {
            Q: by_engine.late,
            SG: by_engine.late_sending,
            ST: by_engine.late,
            U: by_engine.late,
            PV: by_engine.late,
            F: by_engine.late_failed,
            SY: by_engine.confirmed_synced,
        },
    ),
    **_row(
        ConfirmationOverdue,
        {
            **dict.fromkeys(State, no(Reason.NOT_WAITING)),
            ST: by_engine.overdue,
            U: by_engine.overdue,
        },
    ),
    **_row(
        HoldRanOut,
        {
            **dict.fromkeys(State, no(Reason.NOT_HELD)),
            Q: by_engine.hold_ran_out,
            F: by_engine.hold_ran_out,
        },
    ),
    **_row(
        PatienceEnded, {**dict.fromkeys(State, no(Reason.NOT_WAITING)), Q: by_engine.patience_ended}
    ),
}
"""Every state with every event. A rule that refuses always says why."""
