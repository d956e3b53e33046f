"""Every state with every event: the table of the specification, spelled out a second time.

A cell is the state that follows, or `!` and the reason why nothing does.
"""

import pytest

from commands.domain.lifecycle import (
    EVENTS,
    TABLE,
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
    Refusal,
    Refused,
    ReleaseAsked,
    ReopenAsked,
    RetryAsked,
    State,
    on,
)
from tests.domain.standings import (
    DANA,
    DOWN,
    HOUR,
    LATER,
    NOW,
    REFUSAL,
    SILENT,
    STANDINGS,
    TWICE,
)

ORDER = tuple(State)
HAPPENS: dict[str, Event] = {
    "retry": RetryAsked(DANA),
    "mark": Marked(DANA),
    "hold": HoldAsked(DANA, LATER),
    "release": ReleaseAsked(DANA),
    "reopen": ReopenAsked(DANA),
    "content": ContentChanged(LATER),
    "claim": Claimed("a2", LATER),
    "accepted": Accepted("a1", "SO-1", confirmed=True, look_at=LATER),
    "received": Accepted("a1", "SO-1", confirmed=False, look_at=LATER),
    "refused": Refused("a1", REFUSAL),
    "deferred": Deferred("a1", DOWN, LATER, HOUR),
    "silence": OutcomeUnknown("a1", SILENT, LATER),
    "lease": LeaseRanOut(LATER),
    "found": Found("SO-1", confirmed=True, look_at=LATER),
    "found-received": Found("SO-1", confirmed=False, look_at=LATER),
    "draft-found": DraftFound("SO-1"),
    "doubted": Doubted(TWICE),
    "absent": Absent(LATER),
    "look-failed": LookupFailed(LATER),
    "confirmed": Confirmed("SO-1"),
    "late": LateAnswer("a0", "SO-1", confirmed=True, look_at=LATER),
    "late-received": LateAnswer("a0", "SO-1", confirmed=False, look_at=LATER),
    "overdue": ConfirmationOverdue(LATER),
    "hold-over": HoldRanOut(LATER),
    "patience": PatienceEnded(),
}

# The order of each row: queued sending sent unknown pending_verification failed synced.
WRITTEN = """
retry           queued  !on_its_way sent  unknown pending_verification queued !already_synced
mark            synced  !being_sent synced synced synced synced !already_synced
hold            queued  !being_sent !erp_has_it !outcome_unknown !outcome_unknown failed !already_synced
release         !not_held !not_held !not_held !not_held !not_held !not_held !already_synced
reopen          !not_manual !not_manual !not_manual !not_manual !not_manual !not_manual failed
content         queued  !being_sent !erp_has_it !outcome_unknown !outcome_unknown queued !already_synced
claim           sending !not_due !not_due !not_due !not_due !not_due !not_due
accepted        !other_attempt synced !other_attempt !other_attempt !other_attempt !other_attempt !other_attempt
received        !other_attempt sent !other_attempt !other_attempt !other_attempt !other_attempt !other_attempt
refused         !other_attempt failed !other_attempt !other_attempt !other_attempt !other_attempt !other_attempt
deferred        !other_attempt queued !other_attempt !other_attempt !other_attempt !other_attempt !other_attempt
silence         !other_attempt unknown !other_attempt !other_attempt !other_attempt !other_attempt !other_attempt
lease           !not_due !not_due !not_due !not_due !not_due !not_due !not_due
found           synced  synced synced synced synced synced synced
found-received  sent    sent   sent   sent   pending_verification sent synced
draft-found     !nothing_new !nothing_new !erp_has_it queued queued !nothing_new !nothing_new
doubted         failed  failed failed failed failed failed failed
absent          !nothing_new !nothing_new sent unknown pending_verification !nothing_new !nothing_new
look-failed     !nothing_new !nothing_new sent unknown pending_verification !nothing_new !nothing_new
confirmed       synced  synced synced synced synced synced synced
late            synced  sending synced synced synced synced synced
late-received   sent    sending sent   sent   sent   sent   synced
overdue         !not_waiting !not_waiting pending_verification pending_verification !not_waiting !not_waiting !not_waiting
hold-over       !not_held !not_held !not_held !not_held !not_held !not_held !not_held
patience        !not_waiting !not_waiting !not_waiting !not_waiting !not_waiting !not_waiting !not_waiting
"""  # noqa: E501
CELLS = [
    (name, state, cell)
    for name, *cells in (line.split() for line in WRITTEN.strip().splitlines())
    for state, cell in zip(ORDER, cells, strict=True)
]


@pytest.mark.parametrize(("name", "state", "cell"), CELLS)
def test_every_state_with_every_event(name: str, state: State, cell: str) -> None:
    before = STANDINGS[state]
    outcome = on(before, HAPPENS[name], NOW)
    if isinstance(outcome, Refusal):
        assert f"!{outcome.reason}" == cell
        assert outcome.standing is before
    else:
        assert outcome.state.value == cell
        assert outcome.version == before.version + 1


def test_no_event_and_no_state_is_left_out() -> None:
    assert {type(event) for event in HAPPENS.values()} == set(EVENTS)
    assert {name for name, _, _ in CELLS} == set(HAPPENS)
    assert set(TABLE) == {(state, event) for state in State for event in EVENTS}
