"""No sequence of events breaks an order: whatever happens, in whatever order, it stays true."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

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
    DraftFound,
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
from tests.domain.standings import NOW, STANDINGS, TWICE

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


@dataclass(frozen=True, slots=True)
class Told:
    """Whatever an event may carry."""

    by: PersonId
    number: str | None
    span: timedelta
    passing: Failure
    lasting: Failure
    flag: bool
    mine: bool


TOLD = st.builds(
    Told,
    PEOPLE,
    NUMBERS,
    SPANS,
    PASSING,
    LASTING,
    st.booleans(),
    st.sampled_from([True, True, False]),
)


class Life(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.now: datetime = NOW
        self.order = Standing(next_at=NOW)
        self.claims = 0

    @initialize(state=st.sampled_from(State))
    def somewhere(self, state: State) -> None:
        """Anywhere in its life, so that what is far from the beginning is reached as well."""
        self.order = STANDINGS[state]

    # --- what happens ---

    @rule(span=SPANS)
    def time_passes(self, span: timedelta) -> None:
        self.now += span

    @rule()
    def until_it_is_due(self) -> None:
        self.now = max(self.now, self.order.next_at or self.now)

    @rule(which=st.integers(0, 59), told=TOLD)
    def something_possible(self, which: int, told: Told) -> None:
        """Most events change nothing most of the time: one of those that do."""
        events = self._events(told)
        possible = [one for one in events if isinstance(on(self.order, one, self.now), Standing)]
        if possible:
            self._on(possible[which % len(possible)])

    @rule(which=st.integers(0, 59), told=TOLD)
    def anything(self, which: int, told: Told) -> None:
        events = self._events(told)
        self._on(events[which % len(events)])

    def _events(self, told: Told) -> list[Event]:
        """One of each kind."""
        self.claims += 1
        at, by = self.now + told.span, told.by
        attempt = (self.order.attempt or "a0") if told.mine else "other"
        return [
            RetryAsked(by),
            Marked(by, told.number),
            HoldAsked(by, at),
            ReleaseAsked(by, told.flag),
            ReopenAsked(by),
            ContentChanged(at),
            Claimed(f"a{self.claims}", at),
            Accepted(attempt, told.number, told.flag, at),
            Refused(attempt, told.lasting),
            Deferred(attempt, told.passing, at, timedelta(seconds=30), told.flag),
            OutcomeUnknown(attempt, Failure(Code.TIMEOUT), at),
            LeaseRanOut(at),
            Found(told.number, told.flag, at),
            DraftFound(told.number, told.flag),
            Doubted(TWICE),
            Absent(at, told.flag),
            LookupFailed(at),
            Confirmed(told.number),
            LateAnswer("a0", told.number, told.flag, at),
            ConfirmationOverdue(at),
            PatienceEnded(),
        ]

    # --- what is true ---

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
            assert (order.synced, order.settled_at) == (None, None)
            # Of a reopened order it stays known, until it is sent again.
            assert order.settled_by is None or order.state is State.FAILED

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
    assert after.left or not before.left
    if before.state is State.SENDING and after.state in {State.QUEUED, State.SENDING}:
        assert isinstance(event, Deferred | LateAnswer)
    if before.state in IN_DOUBT and after.state is State.QUEUED:
        assert isinstance(event, Absent | DraftFound)
        assert not before.accepted
    if before.state is State.SYNCED and after.state is not State.SYNCED:
        assert isinstance(event, ReopenAsked | Confirmed | LateAnswer | Found | Doubted)
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


Life.TestCase.settings = settings(max_examples=300, stateful_step_count=50, deadline=None)
TestLife = Life.TestCase
