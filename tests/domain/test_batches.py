"""What may be asked of many orders at once, and until when it can be taken back."""

from datetime import timedelta

import pytest

from commands.domain.batches import (
    IN_DOUBT,
    UNDO_FOR,
    Batch,
    Holder,
    Kind,
    NoUndo,
    Progress,
    Work,
    left_alone,
    movable,
    no_undo,
    refusal,
    work_of,
)
from commands.domain.lifecycle import Marked, Reason, RetryAsked, State, Status, Why
from tests.domain.standings import DANA, NOW

RETRY, MARK = Work.RETRY, Work.MARK


def states(work: Work, holder: Holder) -> set[State]:
    return {kind.state for kind in movable(work, NOW) if kind.holder is holder}


def test_what_is_done_or_on_its_way_is_not_retried() -> None:
    every = set(State) - {State.SENDING, State.SYNCED}
    assert states(RETRY, Holder.NOBODY) == every
    # A hold stands only beside these two, and is released first, by whomever.
    for holder in (Holder.ASKER, Holder.ANOTHER):
        assert not states(RETRY, holder) & {State.QUEUED, State.FAILED}


def test_what_may_be_in_the_erp_is_not_marked_unseen() -> None:
    every = set(State) - {State.SENDING, State.SYNCED} - IN_DOUBT
    assert states(MARK, Holder.NOBODY) == states(MARK, Holder.ASKER) == every
    assert not states(MARK, Holder.ANOTHER)


@pytest.mark.parametrize(
    ("kind", "work", "reason"),
    [
        (Kind(State.FAILED, Holder.ANOTHER), RETRY, Reason.HELD_BY_OTHER),
        (Kind(State.FAILED, Holder.ASKER), RETRY, Reason.HELD_BY_YOU),
        (Kind(State.SYNCED, Holder.NOBODY), RETRY, Reason.ALREADY_SYNCED),
        (Kind(State.SENDING, Holder.NOBODY), RETRY, Reason.ON_ITS_WAY),
        (Kind(State.SENDING, Holder.NOBODY), MARK, Reason.BEING_SENT),
        (Kind(State.UNKNOWN, Holder.NOBODY), MARK, Reason.OUTCOME_UNKNOWN),
        (Kind(State.FAILED, Holder.ANOTHER), MARK, Reason.HELD_BY_OTHER),
        (Kind(State.FAILED, Holder.ASKER), MARK, None),
    ],
)
def test_each_refusal_has_its_reason(kind: Kind, work: Work, reason: Reason | None) -> None:
    assert refusal(kind, work, NOW) is reason


def test_the_commonest_reason_comes_first() -> None:
    kinds = {
        Kind(State.FAILED, Holder.NOBODY): 40,
        Kind(State.SYNCED, Holder.NOBODY): 2,
        Kind(State.FAILED, Holder.ANOTHER): 3,
    }
    assert list(left_alone(kinds, RETRY, NOW).items()) == [
        (Reason.HELD_BY_OTHER, 3),
        (Reason.ALREADY_SYNCED, 2),
    ]


def test_marks_are_undone_for_ten_minutes_and_once() -> None:
    batch = Batch(1, Work.MARK, DANA, NOW)
    assert timedelta(minutes=10) == UNDO_FOR
    assert no_undo(batch, NOW + UNDO_FOR) is None
    assert no_undo(batch, NOW + UNDO_FOR + timedelta(seconds=1)) is NoUndo.TOO_LATE
    undone = Batch(1, Work.MARK, DANA, NOW, undone_at=NOW)
    assert no_undo(undone, NOW) is NoUndo.UNDONE_ALREADY
    assert no_undo(Batch(1, Work.RETRY, DANA, NOW), NOW) is NoUndo.NOT_MARKED


@pytest.mark.parametrize("asked", [RetryAsked(DANA), Marked(DANA, why=Why.NOT_NEEDED)])
def test_a_batch_knows_what_its_orders_are_asked_for(asked: RetryAsked | Marked) -> None:
    why = asked.why if isinstance(asked, Marked) else None
    assert Batch(1, work_of(asked), DANA, NOW, why).asked == asked


def test_progress_adds_up() -> None:
    counted = {Status.SUCCESSFUL: 31, Status.FAILED: 2, Status.PENDING: 7}
    progress = Progress(Batch(1, Work.RETRY, DANA, NOW), NOW, counted, there=30, absent=1)
    parts = (progress.done, progress.failed, progress.left)
    assert parts == (31, 2, 7)
    assert (progress.total, progress.unasked, progress.over) == (40, 0, False)
