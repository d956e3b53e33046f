"""What the table of states cannot show: the conditions beside the state, in the spec's words."""

from datetime import timedelta

import pytest

from commands.domain.failures import Code, Failure
from commands.domain.lifecycle import (
    Absent,
    Accepted,
    Claimed,
    ConfirmationOverdue,
    Confirmed,
    ContentChanged,
    Deferred,
    Doubted,
    DraftFound,
    Found,
    Hold,
    HoldAsked,
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
    State,
    Status,
    Synced,
    on,
)
from tests.domain.standings import (
    DANA,
    DOWN,
    EARLIER,
    ERIK,
    HELD,
    HOUR,
    LATER,
    NOW,
    REFUSAL,
    SILENT,
    TWICE,
    after,
    moved,
    refused,
    standing,
)

QUEUED, SENDING, SENT, UNKNOWN = State.QUEUED, State.SENDING, State.SENT, State.UNKNOWN
PENDING, FAILED, SYNCED = State.PENDING_VERIFICATION, State.FAILED, State.SYNCED
PARTIAL = Failure(Code.PARTIAL, "the draft stands", references=("SO-7",))
ABSENT_ALONE, ABSENT_WHILE_OTHERS_PASS = Absent(LATER), Absent(LATER, others_pass=True)


# --- what staff see ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "status"),
    [
        (QUEUED, Status.PENDING),
        (SENDING, Status.PENDING),
        (SENT, Status.PENDING),
        (UNKNOWN, Status.PENDING),
        (PENDING, Status.PENDING),
        (FAILED, Status.FAILED),
        (SYNCED, Status.SUCCESSFUL),
    ],
)
def test_what_staff_see(state: State, status: Status) -> None:
    assert standing(state).status is status


# --- retry ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", [QUEUED, FAILED])
def test_a_retry_is_due_at_once_and_asked_for(state: State) -> None:
    retried = moved(on(standing(state, next_at=LATER), RetryAsked(DANA), NOW))
    assert (retried.state, retried.next_at, retried.asked) == (QUEUED, NOW, True)


def test_a_retry_keeps_that_a_request_of_it_left() -> None:
    assert moved(on(standing(FAILED, left=True), RetryAsked(DANA), NOW)).left is True


@pytest.mark.parametrize("state", [SENT, UNKNOWN, PENDING])
def test_a_retry_in_doubt_is_verified_now_and_the_settle_delay_holds(state: State) -> None:
    early = moved(on(standing(state, look_after=LATER), RetryAsked(DANA), NOW))
    assert (early.state, early.next_at, early.asked) == (state, LATER, True)
    settled = moved(on(standing(state, look_after=EARLIER), RetryAsked(DANA), NOW))
    assert settled.next_at == NOW


@pytest.mark.parametrize("state", [QUEUED, FAILED])
def test_a_held_order_is_not_retried(state: State) -> None:
    held = standing(state, hold=HELD)
    assert refused(on(held, RetryAsked(DANA), NOW)) == "held_by_other"
    assert refused(on(held, RetryAsked(ERIK), NOW)) == "held_by_you"


# --- key in by hand ------------------------------------------------------------------------------


@pytest.mark.parametrize("state", [QUEUED, FAILED])
def test_held_and_released(state: State) -> None:
    held = moved(on(standing(state, next_at=NOW), HoldAsked(ERIK, LATER), NOW))
    assert held.hold == Hold(ERIK, NOW, LATER)
    assert (held.state, held.next_at) == (state, NOW)
    assert refused(on(held, ReleaseAsked(DANA), NOW)) == "held_by_other"
    assert moved(on(held, ReleaseAsked(DANA, as_admin=True), NOW)).hold is None
    assert moved(on(held, ReleaseAsked(ERIK), NOW)).hold is None
    assert refused(on(held, HoldAsked(DANA, LATER), NOW)) == "held_by_other"
    assert moved(on(held, HoldAsked(ERIK, LATER + HOUR), NOW)).hold == Hold(ERIK, NOW, LATER + HOUR)


@pytest.mark.parametrize("state", [QUEUED, FAILED])
def test_a_held_order_is_sent_by_nobody_not_even_when_its_time_ran_out(state: State) -> None:
    held = standing(state, next_at=EARLIER, hold=HELD, failure=DOWN)
    for now in (NOW, LATER + HOUR):
        assert refused(on(held, Claimed("a2", now + HOUR), now)) == "not_due"


@pytest.mark.parametrize("state", [QUEUED, FAILED])
def test_a_held_order_is_marked_by_its_holder_alone(state: State) -> None:
    held = standing(state, hold=HELD)
    assert refused(on(held, Marked(DANA), NOW)) == "held_by_other"
    marked = moved(on(held, Marked(ERIK, "SO-5"), NOW))
    assert (marked.synced, marked.settled_by, marked.hold) == (Synced.MANUAL, ERIK, None)


@pytest.mark.parametrize("state", [QUEUED, FAILED])
def test_a_held_order_keeps_its_content(state: State) -> None:
    assert refused(on(standing(state, hold=HELD), ContentChanged(LATER), NOW)) == "held_by_other"


@pytest.mark.parametrize("state", [QUEUED, FAILED])
def test_what_the_erp_says_ends_a_hold(state: State) -> None:
    held = standing(state, hold=HELD)
    for said in (
        Confirmed("SO-1"),
        Found("SO-1", confirmed=True, look_at=LATER),
        Found("SO-1", confirmed=False, look_at=LATER),
        LateAnswer("a0", "SO-1", confirmed=False, look_at=LATER),
        Doubted(TWICE),
    ):
        assert moved(on(held, said, NOW)).hold is None


# --- mark as synced, reopen ----------------------------------------------------------------------


def test_marked_with_a_number_without_one_and_over_one() -> None:
    assert moved(on(standing(FAILED), Marked(DANA, "SO-5"), NOW)).reference == "SO-5"
    assert moved(on(standing(FAILED, reference="SO-1"), Marked(DANA), NOW)).reference == "SO-1"
    marked = moved(on(standing(FAILED), Marked(DANA), NOW))
    assert (marked.synced, marked.settled_by, marked.settled_at) == (Synced.MANUAL, DANA, NOW)
    assert marked.next_at is None


def test_reopened_it_has_its_old_code_and_is_never_sent_by_itself() -> None:
    marked = moved(on(standing(FAILED, failure=DOWN, next_at=LATER), Marked(DANA), NOW))
    again = moved(on(marked, ReopenAsked(DANA), NOW))
    assert (again.state, again.failure, again.next_at) == (FAILED, DOWN, None)
    assert (again.synced, again.settled_by, again.settled_at) == (None, DANA, None)
    assert refused(on(again, Claimed("a2", LATER), NOW)) == "not_due"
    assert again.left is True
    changed = moved(on(again, ContentChanged(LATER), NOW))
    assert (changed.state, changed.next_at, changed.failure) == (FAILED, None, DOWN)
    sent_again = moved(on(changed, RetryAsked(ERIK), NOW))
    assert (sent_again.state, sent_again.settled_by) == (QUEUED, None)
    assert moved(on(sent_again, ContentChanged(LATER), NOW)).state is QUEUED


def test_what_the_erp_said_it_has_keeps_its_content_when_it_is_reopened() -> None:
    sent = standing(SENT, accepted=True, reference="SO-1")
    again = after(sent, Marked(DANA), ReopenAsked(DANA))
    assert (again.state, again.accepted) == (FAILED, True)
    assert refused(on(again, ContentChanged(LATER), NOW)) == "in_doubt"
    claimed = after(again, RetryAsked(DANA), Claimed("a2", LATER))
    answered = after(claimed, Accepted("a2", "SO-2", True, LATER, alone=True))
    assert answered.failure is not None
    assert answered.failure.code is Code.DUPLICATE


def test_a_draft_is_still_one_when_it_was_marked_and_reopened() -> None:
    partial = Failure(Code.PARTIAL, "over the limit", references=("SO-1",))
    begun = standing(FAILED, failure=partial, draft=True, reference="SO-1")
    again = after(begun, Marked(DANA), ReopenAsked(DANA))
    assert (again.state, again.draft, again.reference) == (FAILED, True, "SO-1")


@pytest.mark.parametrize("how", [Synced.AUTO, Synced.FOUND])
def test_only_what_a_person_marked_is_reopened(how: Synced) -> None:
    assert refused(on(standing(SYNCED, synced=how), ReopenAsked(DANA), NOW)) == "not_manual"


# --- changed content -----------------------------------------------------------------------------


def test_changed_content_of_a_failed_order_goes_at_the_next_tick() -> None:
    changed = moved(on(standing(FAILED), ContentChanged(LATER), NOW))
    assert (changed.state, changed.next_at, changed.failure) == (QUEUED, LATER, None)
    assert changed.left is True


@pytest.mark.parametrize("code", [Code.PARTIAL, Code.DUPLICATE])
def test_changed_content_of_what_the_erp_may_hold_is_refused(code: Code) -> None:
    failed = standing(FAILED, failure=Failure(code))
    assert refused(on(failed, ContentChanged(LATER), NOW)) == "in_doubt"


# --- claiming and settling -----------------------------------------------------------------------


def test_a_claim_counts_an_attempt_and_is_a_lease() -> None:
    claimed = moved(on(standing(QUEUED), Claimed("a2", LATER), NOW))
    assert (claimed.attempt, claimed.attempts, claimed.next_at) == ("a2", 1, LATER)
    assert claimed.last_sent_at == NOW


def test_what_is_not_due_is_not_claimed() -> None:
    assert refused(on(standing(QUEUED, next_at=LATER), Claimed("a2", LATER), NOW)) == "not_due"


def test_a_failed_order_with_a_passing_trouble_goes_by_itself() -> None:
    failed = standing(FAILED, failure=DOWN, next_at=NOW)
    assert moved(on(failed, Claimed("a2", LATER), NOW)).state is SENDING


@pytest.mark.parametrize(
    "settled",
    [
        Accepted("a0", "SO-1", confirmed=True, look_at=LATER),
        Refused("a0", REFUSAL),
        Deferred("a0", DOWN, LATER, HOUR),
        OutcomeUnknown("a0", SILENT, LATER),
    ],
)
def test_the_answer_to_another_attempt_settles_nothing(settled: Refused) -> None:
    assert refused(on(standing(SENDING), settled, NOW)) == "other_attempt"


def test_accepted_and_confirmed_is_auto() -> None:
    done = moved(on(standing(SENDING), Accepted("a1", "SO-1", confirmed=True, look_at=LATER), NOW))
    assert (done.synced, done.reference, done.settled_at) == (Synced.AUTO, "SO-1", NOW)


def test_accepted_unconfirmed_waits_and_its_confirmation_is_auto() -> None:
    sent = moved(on(standing(SENDING), Accepted("a1", None, confirmed=False, look_at=LATER), NOW))
    assert (sent.state, sent.accepted, sent.next_at) == (SENT, True, LATER)
    found = moved(on(sent, Found("SO-1", confirmed=True, look_at=LATER), NOW))
    assert (found.synced, found.reference) == (Synced.AUTO, "SO-1")
    assert moved(on(sent, Confirmed("SO-1"), NOW)).synced is Synced.AUTO


def test_a_refusal_needs_a_person_and_is_looked_up_before_it_is_sent_again() -> None:
    failed = moved(on(standing(SENDING), Refused("a1", REFUSAL), NOW))
    assert (failed.failure, failed.next_at, failed.left) == (REFUSAL, None, True)


def test_a_draft_is_kept_by_its_number() -> None:
    failed = moved(on(standing(SENDING), Refused("a1", PARTIAL), NOW))
    assert (failed.failure, failed.reference) == (PARTIAL, "SO-7")


def test_a_second_draft_is_a_duplicate() -> None:
    before = standing(SENDING, reference="SO-1")
    failed = moved(on(before, Refused("a1", PARTIAL), NOW))
    assert failed.failure is not None
    assert failed.failure.code is Code.DUPLICATE
    assert failed.failure.references == ("SO-1", "SO-7")


@pytest.mark.parametrize("code", [Code.ERP_DOWN, Code.RATE_LIMITED])
def test_a_passing_trouble_goes_on_by_itself(code: Code) -> None:
    waiting = moved(on(standing(SENDING), Deferred("a1", Failure(code), LATER, HOUR), NOW))
    assert (waiting.state, waiting.next_at, waiting.waiting_since) == (QUEUED, LATER, NOW)
    assert (waiting.left, waiting.attempts) == (False, 1)


def test_a_conflict_is_looked_up_before_it_is_sent_again() -> None:
    conflict = Deferred("a1", Failure(Code.CONFLICT), LATER, HOUR)
    assert moved(on(standing(SENDING), conflict, NOW)).left is True


def test_what_was_not_even_begun_costs_no_attempt() -> None:
    asked = standing(SENDING, asked=True)
    back = moved(on(asked, Deferred("a1", DOWN, NOW, HOUR, tried=False), NOW))
    assert (back.state, back.attempts, back.asked) == (QUEUED, 0, True)
    assert (back.failure, back.waiting_since) == (None, None)


def test_patience_runs_from_the_first_try_and_the_order_still_goes_by_itself() -> None:
    since = NOW - HOUR
    before = standing(SENDING, waiting_since=since)
    failed = moved(on(before, Deferred("a1", DOWN, LATER, HOUR), NOW))
    assert (failed.state, failed.failure, failed.next_at) == (FAILED, DOWN, LATER)
    patient = moved(on(before, Deferred("a1", DOWN, LATER, HOUR * 2), NOW))
    assert (patient.state, patient.waiting_since) == (QUEUED, since)


def test_patience_that_ends_between_two_tries() -> None:
    waiting = standing(QUEUED, failure=DOWN, waiting_since=EARLIER, next_at=LATER)
    failed = moved(on(waiting, PatienceEnded(), NOW))
    assert (failed.state, failed.failure, failed.next_at) == (FAILED, DOWN, LATER)
    for not_waiting in (
        standing(QUEUED, failure=REFUSAL, waiting_since=EARLIER),
        standing(QUEUED, failure=DOWN),
        standing(QUEUED, failure=DOWN, waiting_since=EARLIER, asked=True),
        standing(QUEUED, waiting_since=EARLIER),
    ):
        assert refused(on(not_waiting, PatienceEnded(), NOW)) == "not_waiting"


def test_a_lease_that_ran_out_is_unknown_and_never_queued() -> None:
    lost = moved(on(standing(SENDING), LeaseRanOut(LATER + HOUR), LATER))
    assert (lost.state, lost.next_at, lost.left) == (UNKNOWN, LATER + HOUR, True)
    assert lost.look_after == LATER + HOUR
    assert lost.failure is not None
    assert lost.failure.code is Code.TIMEOUT


# --- look-ups ------------------------------------------------------------------------------------


def test_absent_twice_is_sent_again_and_once_is_not() -> None:
    once = moved(on(standing(UNKNOWN), ABSENT_ALONE, NOW))
    assert (once.state, once.absences, once.next_at) == (UNKNOWN, 1, LATER)
    assert once.look_after == LATER
    twice = moved(on(once, ABSENT_ALONE, LATER))
    assert (twice.state, twice.next_at, twice.proofs) == (QUEUED, LATER, 0)


def test_what_once_left_is_known_to_have_left_for_good() -> None:
    """A request may arrive at any time; the proof of its absence holds for a moment."""
    proved = after(standing(UNKNOWN), ABSENT_ALONE, ABSENT_ALONE)
    assert (proved.left, proved.look_after) == (True, ABSENT_ALONE.again_at)
    claimed = after(proved, Claimed("a2", LATER + HOUR))
    assert (claimed.left, claimed.look_after) == (True, ABSENT_ALONE.again_at)
    waits = Deferred("a2", Failure(Code.RATE_LIMITED), LATER, HOUR)
    assert after(claimed, waits).look_after is None


def test_a_lookup_that_fails_between_them_proves_nothing() -> None:
    once = after(standing(UNKNOWN), ABSENT_ALONE, LookupFailed(LATER))
    assert (once.state, once.absences) == (UNKNOWN, 1)


@pytest.mark.parametrize("state", [SENT, PENDING])
def test_what_the_erp_accepted_is_not_sent_again_by_itself(state: State) -> None:
    order = standing(state, accepted=True)
    for _ in range(5):
        order = moved(on(order, ABSENT_WHILE_OTHERS_PASS, NOW))
        assert (order.state, order.next_at) == (state, LATER)


def test_a_person_who_doubts_an_unconfirmed_order_makes_the_lookups_count() -> None:
    doubted = moved(on(standing(PENDING, accepted=True), RetryAsked(DANA), NOW))
    assert doubted.state is PENDING
    assert after(doubted, ABSENT_ALONE, ABSENT_ALONE).state is QUEUED


@pytest.mark.parametrize("state", [SENT, UNKNOWN, PENDING])
def test_a_draft_of_ours_is_gone_on_with(state: State) -> None:
    order = after(standing(state, accepted=False, reference=None), DraftFound(None))
    assert (order.state, order.next_at, order.left, order.draft) == (QUEUED, NOW, True, True)
    assert (order.failure, order.reference) == (None, None)
    named = after(standing(state, accepted=False, reference=None), DraftFound("SO-1"))
    assert named.reference == "SO-1"


def test_a_draft_under_another_number_is_a_second_document() -> None:
    order = moved(on(standing(UNKNOWN, reference="SO-1"), DraftFound("SO-2"), NOW))
    assert order.failure is not None
    assert (order.state, order.failure.code) == (FAILED, Code.DUPLICATE)


def test_a_draft_that_is_never_answered_for_is_shown_to_a_person() -> None:
    order = standing(UNKNOWN)
    for proof in range(1, 4):
        order = after(order, DraftFound("SO-1", others_pass=True))
        if proof < 3:
            assert (order.state, order.proofs) == (QUEUED, proof)
            order = after(order, Claimed(f"b{proof}", LATER))
            order = after(order, OutcomeUnknown(f"b{proof}", SILENT, LATER))
    assert order.failure is not None
    assert (order.state, order.next_at, order.left, order.draft) == (FAILED, None, True, True)
    assert (order.failure.code, order.failure.references) == (Code.PARTIAL, ("SO-1",))


def test_while_nothing_else_passes_a_draft_is_gone_on_with_without_end() -> None:
    order = standing(UNKNOWN, proofs=7)
    assert after(order, DraftFound("SO-1")).state is QUEUED


@pytest.mark.parametrize("state", [QUEUED, FAILED])
def test_what_was_begun_keeps_its_content(state: State) -> None:
    assert refused(on(standing(state, draft=True), ContentChanged(LATER), NOW)) == "in_doubt"
    partial = Failure(Code.PARTIAL, "over the limit")
    begun = standing(state, failure=partial)
    assert refused(on(begun, ContentChanged(LATER), NOW)) == "in_doubt"


def test_finding_no_more_than_the_draft_of_a_refusal_changes_nothing() -> None:
    partial = Failure(Code.PARTIAL, "over the limit", references=("SO-1",))
    begun = standing(FAILED, failure=partial, draft=True, reference="SO-1")
    assert refused(on(begun, Found("SO-1", False, LATER), NOW)) == "nothing_new"
    assert moved(on(begun, Found("SO-1", True, LATER), NOW)).state is State.SYNCED
    twice = moved(on(begun, Found("SO-2", False, LATER), NOW))
    assert twice.failure is not None
    assert twice.failure.code is Code.DUPLICATE


def test_proved_absent_three_times_while_others_pass_is_rejected() -> None:
    order = standing(UNKNOWN)
    for proof in range(1, 4):
        order = after(order, ABSENT_WHILE_OTHERS_PASS, ABSENT_WHILE_OTHERS_PASS)
        assert order.state is (QUEUED if proof < 3 else FAILED)
        if proof < 3:
            order = after(order, Claimed(f"b{proof}", LATER))
            order = after(order, OutcomeUnknown(f"b{proof}", SILENT, LATER))
    assert order.failure is not None
    assert order.failure.code is Code.REJECTED
    assert order.next_at is None


def test_an_erp_that_loses_everything_is_no_reason_to_reject() -> None:
    order = standing(UNKNOWN, proofs=7)
    assert after(order, ABSENT_ALONE, ABSENT_ALONE).state is QUEUED


def test_found_after_silence_is_found() -> None:
    found = moved(on(standing(UNKNOWN), Found("SO-1", confirmed=True, look_at=LATER), NOW))
    assert (found.synced, found.failure) == (Synced.FOUND, None)


def test_found_unconfirmed_while_pending_stays_pending() -> None:
    found = moved(on(standing(PENDING), Found("SO-1", confirmed=False, look_at=LATER), NOW))
    assert (found.state, found.reference, found.accepted) == (PENDING, "SO-1", True)
    assert moved(on(found, Confirmed(None), NOW)).synced is Synced.AUTO


@pytest.mark.parametrize("state", [QUEUED, SENDING, SENT, UNKNOWN, PENDING, FAILED])
@pytest.mark.parametrize(
    "said",
    [
        Found("SO-2", confirmed=True, look_at=LATER),
        Found("SO-2", confirmed=False, look_at=LATER),
        Confirmed("SO-2"),
        LateAnswer("a0", "SO-2", confirmed=True, look_at=LATER),
        LateAnswer("a0", "SO-2", confirmed=False, look_at=LATER),
    ],
)
def test_a_second_number_is_a_duplicate_with_both(state: State, said: Confirmed) -> None:
    failed = moved(on(standing(state, reference="SO-1"), said, NOW))
    assert failed.state is FAILED
    assert failed.failure is not None
    assert failed.failure.code is Code.DUPLICATE
    assert failed.failure.references == ("SO-1", "SO-2")
    assert (failed.next_at, failed.left) == (None, True)


@pytest.mark.parametrize("how", list(Synced))
def test_a_second_number_even_after_it_was_synced(how: Synced) -> None:
    done = standing(SYNCED, synced=how, reference="SO-1")
    for said in (
        Confirmed("SO-2"),
        LateAnswer("a0", "SO-2", confirmed=False, look_at=LATER),
    ):
        failed = moved(on(done, said, NOW))
        assert failed.failure is not None
        assert failed.failure.references == ("SO-1", "SO-2")
    assert refused(on(done, Confirmed("SO-1"), NOW)) == "nothing_new"
    unnumbered = standing(SYNCED, synced=how, reference=None)
    assert moved(on(unnumbered, Confirmed("SO-1"), NOW)).reference == "SO-1"


@pytest.mark.parametrize(
    "said",
    [
        Found("SO-1", confirmed=True, look_at=LATER),
        Confirmed("SO-1"),
        LateAnswer("a0", "SO-1", confirmed=True, look_at=LATER),
    ],
)
def test_a_duplicate_waits_for_a_person(said: Confirmed) -> None:
    assert refused(on(standing(FAILED, failure=TWICE), said, NOW)) == "in_doubt"


def test_the_same_doubt_again_is_nothing_new() -> None:
    assert refused(on(standing(FAILED, failure=TWICE), Doubted(TWICE), NOW)) == "nothing_new"


# --- late, overdue -------------------------------------------------------------------------------


def test_a_late_answer_is_evidence() -> None:
    late = LateAnswer("a1", "SO-1", confirmed=True, look_at=LATER)
    assert moved(on(standing(UNKNOWN), late, NOW)).synced is Synced.FOUND
    sending = moved(on(standing(SENDING), late, NOW))
    assert (sending.state, sending.attempt, sending.reference) == (SENDING, "a1", "SO-1")


def test_a_confirmation_may_come_before_the_answer() -> None:
    done = moved(on(standing(SENDING), Confirmed("SO-1"), NOW))
    assert (done.synced, done.attempt) == (Synced.AUTO, None)
    answer = Accepted("a1", "SO-1", confirmed=True, look_at=LATER)
    assert refused(on(done, answer, NOW)) == "other_attempt"


def test_overdue_is_looked_up_no_later_than_it_would_have_been() -> None:
    soon = NOW + timedelta(seconds=3)
    pending = moved(on(standing(SENT, next_at=LATER), ConfirmationOverdue(soon), NOW))
    assert (pending.state, pending.next_at, pending.accepted) == (PENDING, soon, True)
    sooner = moved(on(standing(SENT, next_at=EARLIER), ConfirmationOverdue(soon), NOW))
    assert sooner.next_at == EARLIER


def test_overdue_forgets_no_absence() -> None:
    pending = after(standing(UNKNOWN), ABSENT_ALONE, ConfirmationOverdue(LATER), ABSENT_ALONE)
    assert pending.state is QUEUED
