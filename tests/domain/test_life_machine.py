"""No sequence of events breaks an order: whatever happens, in whatever order, it stays true."""

from datetime import datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from commands.domain.failures import Code, Failure, Kind
from commands.domain.lifecycle import (
    Absent,
    Accepted,
    Claimed,
    ConfirmationOverdue,
    Confirmed,
    ContentChanged,
    Deferred,
    Doubted,
    Event,
    Found,
    HoldAsked,
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
    Standing,
    State,
    Synced,
    on,
)
from commands.domain.people import PersonId
from tests.domain.standings import NOW, TWICE

PEOPLE = st.sampled_from([PersonId("U1"), PersonId("U2")])
NUMBERS = st.sampled_from([None, "SO-1", "SO-2"])
SPANS = st.sampled_from([0, 1, 30, 600]).map(lambda seconds: timedelta(seconds=seconds))
PASSING = st.sampled_from([Code.ERP_DOWN, Code.RATE_LIMITED, Code.CONFLICT]).map(Failure)
LASTING = st.sampled_from(
    [
        Failure(Code.CREDIT_HOLD),
        Failure(Code.AUTH),
        Failure(Code.REJECTED),
        Failure(Code.PARTIAL, references=("SO-1",)),
        Failure(Code.PARTIAL, references=("SO-2",)),
        TWICE,
    ]
)
IN_DOUBT = {State.SENT, State.UNKNOWN, State.PENDING_VERIFICATION}


class Life(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.now: datetime = NOW
        self.order = Standing(next_at=NOW)
        self.claims = 0

    # --- what happens ---

    @rule(span=SPANS)
    def time_passes(self, span: timedelta) -> None:
        self.now += span

    @rule(by=PEOPLE)
    def retry(self, by: PersonId) -> None:
        self._on(RetryAsked(by))

    @rule(by=PEOPLE, number=NUMBERS)
    def mark(self, by: PersonId, number: str | None) -> None:
        self._on(Marked(by, number))

    @rule(by=PEOPLE, span=SPANS)
    def hold(self, by: PersonId, span: timedelta) -> None:
        self._on(HoldAsked(by, self.now + span))

    @rule(by=PEOPLE, as_admin=st.booleans())
    def release(self, by: PersonId, as_admin: bool) -> None:  # noqa: FBT001
        self._on(ReleaseAsked(by, as_admin))

    @rule(by=PEOPLE)
    def reopen(self, by: PersonId) -> None:
        self._on(ReopenAsked(by))

    @rule(span=SPANS)
    def content(self, span: timedelta) -> None:
        self._on(ContentChanged(self.now + span))

    @rule(span=SPANS)
    def claim(self, span: timedelta) -> None:
        self.claims += 1
        self._on(Claimed(f"a{self.claims}", self.now + span))

    @rule(number=NUMBERS, confirmed=st.booleans(), mine=st.booleans(), span=SPANS)
    def accepted(self, number: str | None, confirmed: bool, mine: bool, span: timedelta) -> None:  # noqa: FBT001
        self._on(Accepted(self._attempt(mine=mine), number, confirmed, self.now + span))

    @rule(failure=LASTING)
    def refused(self, failure: Failure) -> None:
        self._on(Refused(self._attempt(), failure))

    @rule(failure=PASSING, span=SPANS, patience=SPANS, tried=st.booleans())
    def deferred(
        self,
        failure: Failure,
        span: timedelta,
        patience: timedelta,
        tried: bool,  # noqa: FBT001
    ) -> None:
        self._on(Deferred(self._attempt(), failure, self.now + span, patience, tried))

    @rule(span=SPANS)
    def silence(self, span: timedelta) -> None:
        self._on(OutcomeUnknown(self._attempt(), Failure(Code.TIMEOUT), self.now + span))

    @rule(span=SPANS)
    def lease(self, span: timedelta) -> None:
        self._on(LeaseRanOut(self.now + span))

    @rule(number=NUMBERS, confirmed=st.booleans(), span=SPANS)
    def found(self, number: str | None, confirmed: bool, span: timedelta) -> None:  # noqa: FBT001
        self._on(Found(number, confirmed, self.now + span))

    @rule()
    def doubted(self) -> None:
        self._on(Doubted(TWICE))

    @rule(span=SPANS, others=st.booleans())
    def absent(self, span: timedelta, others: bool) -> None:  # noqa: FBT001
        self._on(Absent(self.now + span, others))

    @rule(span=SPANS)
    def look_failed(self, span: timedelta) -> None:
        self._on(LookupFailed(self.now + span))

    @rule(number=NUMBERS)
    def confirmed(self, number: str | None) -> None:
        self._on(Confirmed(number))

    @rule(number=NUMBERS, confirmed=st.booleans(), span=SPANS)
    def late(self, number: str | None, confirmed: bool, span: timedelta) -> None:  # noqa: FBT001
        self._on(LateAnswer("a0", number, confirmed, self.now + span))

    @rule(span=SPANS)
    def overdue(self, span: timedelta) -> None:
        self._on(ConfirmationOverdue(self.now + span))

    @rule()
    def patience(self) -> None:
        self._on(PatienceEnded())

    # --- what is true ---

    def _attempt(self, *, mine: bool = True) -> str:
        return self.order.attempt or "a0" if mine else "other"

    def _on(self, event: Event) -> None:
        before = self.order
        outcome = on(before, event, self.now)
        if isinstance(outcome, Refusal):
            assert outcome.standing is before
            return
        assert outcome.version == before.version + 1
        _one_step(before, event, outcome, self.now)
        self.order = outcome

    @invariant()
    def only_a_call_that_is_out_has_an_attempt_and_it_has_a_lease(self) -> None:
        assert (self.order.attempt is not None) == (self.order.state is State.SENDING)

    @invariant()
    def somebody_comes_back_to_what_is_not_settled(self) -> None:
        if self.order.state not in {State.FAILED, State.SYNCED}:
            assert self.order.next_at is not None

    @invariant()
    def what_needs_a_person_is_never_touched_by_the_clock(self) -> None:
        failure = self.order.failure
        if self.order.state is State.FAILED:
            assert failure is not None
            assert failure.kind is Kind.TRANSIENT or self.order.next_at is None

    @invariant()
    def what_is_synced_is_at_rest(self) -> None:
        order = self.order
        if order.state is State.SYNCED:
            assert (order.next_at, order.hold, order.asked) == (None, None, False)
            assert order.settled_at is not None
            assert (order.settled_by is not None) == (order.synced is Synced.MANUAL)
            assert order.failure is None or order.synced is Synced.MANUAL
        else:
            assert (order.synced, order.settled_by, order.settled_at) == (None, None, None)

    @invariant()
    def only_what_waits_or_failed_is_held(self) -> None:
        if self.order.hold is not None:
            assert self.order.state in {State.QUEUED, State.FAILED}

    @invariant()
    def counts_are_counts(self) -> None:
        assert self.order.attempts >= 0
        assert self.order.absences in {0, 1}
        assert self.order.absences == 0 or self.order.state in IN_DOUBT

    @invariant()
    def what_may_be_in_the_erp_is_known_to_have_left(self) -> None:
        if self.order.state in IN_DOUBT or self.order.accepted:
            assert self.order.left or self.order.state is State.SYNCED


def _one_step(before: Standing, event: Event, after: Standing, now: datetime) -> None:
    _sent_only_when_allowed(before, event, after, now)
    if before.left and not after.left:
        assert isinstance(event, Absent)
        assert before.absences == 1
        assert not before.accepted
    if before.state in IN_DOUBT and after.state is State.QUEUED:
        assert isinstance(event, Absent)
        assert not before.accepted
    if before.state is State.SYNCED and after.state is not State.SYNCED:
        assert isinstance(event, ReopenAsked | Confirmed | LateAnswer)
        assert (after.state, after.next_at) == (State.FAILED, None)
    if before.reference and after.reference != before.reference:
        assert isinstance(event, Marked)
    if before.hold and after.hold is None:
        assert not isinstance(event, Claimed | RetryAsked | PatienceEnded)


def _sent_only_when_allowed(before: Standing, event: Event, after: Standing, now: datetime) -> None:
    if after.state is State.SENDING and before.state is not State.SENDING:
        assert isinstance(event, Claimed)
        assert before.hold is None
        assert before.next_at is not None
        assert before.next_at <= now
        assert before.state in {State.QUEUED, State.FAILED}
        assert after.left == before.left


Life.TestCase.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
TestLife = Life.TestCase
