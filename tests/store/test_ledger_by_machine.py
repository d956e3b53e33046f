"""Random events through the real ledger: every row must stand where `lifecycle.on()` puts it.

The statements that move many rows (claims, settlements, sweeps, what was ticked) are held to the
table order by order, and so are the alerts and counts that are written beside.
"""

import asyncio
from collections import Counter
from collections.abc import Coroutine
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

import hypothesis.strategies as st
import sqlalchemy as sa
from hypothesis import settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

import store as stores
from commands.domain.batches import IN_DOUBT, Asked, Batch
from commands.domain.grouping import cause
from commands.domain.history import BOT, person
from commands.domain.ids import OrderId
from commands.domain.lifecycle import (
    Absent,
    Accepted,
    Claimed,
    ConfirmationOverdue,
    Confirmed,
    ContentChanged,
    DraftFound,
    Event,
    HoldAsked,
    HoldRanOut,
    LateAnswer,
    LeaseRanOut,
    LookupFailed,
    Marked,
    PatienceEnded,
    Reason,
    Refusal,
    ReleaseAsked,
    ReopenAsked,
    RetryAsked,
    Standing,
    State,
    Synced,
    on,
)
from commands.ports import Applied, LostRace, Order, Settlement
from commands.selections import Moved
from store.rows import STANDING, Row, standing_of
from store.sweeps import ASK_HOLDER_EVERY
from store.tables import alerts, orders
from tests.databases import Made
from tests.store.answering import NUMBERS, answers
from tests.store.making import (
    DANA,
    EMIL,
    LEASE,
    MINUTE,
    NORTH,
    NOW,
    PACE,
    SECOND,
    document,
    incoming,
    shown,
)

T = TypeVar("T")
IDS = [OrderId(str(n)) for n in range(1, 5)]
PEOPLE = st.sampled_from([DANA, EMIL])
SPANS = st.sampled_from([0, 1, 20, 100, 1000, 2000]).map(lambda n: n * SECOND)
ONE_ID = st.sampled_from(IDS)
INITIAL = {id_: NOW + timedelta(hours=(n * 7) % 5) for n, id_ in enumerate(IDS)}


@dataclass
class Held:
    """A claim or a look-up whose answer has not been stored yet."""

    order: Order
    looking: bool


class LedgerMachine(RuleBasedStateMachine):
    """The ledger beside a model that knows nothing but the table."""

    databases: Made

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.closing = ExitStack()
        self.now: datetime = NOW
        self.model: dict[OrderId, Standing] = {}
        self.out: list[Held] = []
        self.marked: list[tuple[Batch, set[OrderId]]] = []
        self.edition = 0
        url = self.closing.enter_context(self.databases.ready())
        self.opening = stores.open(url)
        self.store = self.run(self.opening.__aenter__())

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    def teardown(self) -> None:
        self.run(self.opening.__aexit__(None, None, None))
        self.runner.close()
        self.closing.close()

    @initialize()
    def orders_come_in(self) -> None:
        fresh = [incoming(document(id_), self.now, INITIAL[id_]) for id_ in IDS]
        self.run(self.store.ledger.take_in(fresh, self.now))
        self.model = {id_: Standing(next_at=self.now) for id_ in IDS}

    @rule(span=SPANS)
    def time_passes(self, span: timedelta) -> None:
        self.now += span

    # --- one order -------------------------------------------------------------------------------

    def apply(self, id_: OrderId, event: Event) -> None:
        by = person(event.by) if hasattr(event, "by") else BOT
        expected = on(self.model[id_], event, self.now)
        got = self.run(self.store.ledger.apply(NORTH, id_, event, by, self.now))
        if isinstance(expected, Refusal):
            assert got == expected
        else:
            assert got == Applied(self.model[id_], expected)
            self.model[id_] = expected

    @rule(id_=ONE_ID, who=PEOPLE)
    def someone_retries(self, id_: OrderId, who: Any) -> None:
        self.apply(id_, RetryAsked(who))

    @rule(id_=ONE_ID, who=PEOPLE, number=NUMBERS)
    def someone_marks(self, id_: OrderId, who: Any, number: str | None) -> None:
        self.apply(id_, Marked(who, number))

    @rule(id_=ONE_ID, who=PEOPLE)
    def someone_keys_in(self, id_: OrderId, who: Any) -> None:
        self.apply(id_, HoldAsked(who, self.now + MINUTE))

    @rule(id_=ONE_ID, who=PEOPLE, admin=st.booleans())
    def someone_releases(self, id_: OrderId, who: Any, *, admin: bool) -> None:
        self.apply(id_, ReleaseAsked(who, as_admin=admin))

    @rule(id_=ONE_ID, who=PEOPLE)
    def someone_reopens(self, id_: OrderId, who: Any) -> None:
        self.apply(id_, ReopenAsked(who))

    @rule(id_=ONE_ID, number=NUMBERS)
    def the_erp_confirms(self, id_: OrderId, number: str | None) -> None:
        self.apply(id_, Confirmed(number))

    @rule(id_=ONE_ID)
    def the_shop_sends_other_content(self, id_: OrderId) -> None:
        self.edition += 1
        content = document(id_, notes=f"edition {self.edition}")
        event = ContentChanged(self.now)
        expected = on(self.model[id_], event, self.now)
        self.run(self.store.ledger.take_in([incoming(content, self.now, INITIAL[id_])], self.now))
        if isinstance(expected, Standing):
            self.model[id_] = expected

    # --- the engine ------------------------------------------------------------------------------

    @rule(limit=st.integers(1, 5))
    def the_engine_claims(self, limit: int) -> None:
        due = [
            id_
            for id_, standing in self.model.items()
            if isinstance(on(standing, Claimed("x", self.now), self.now), Standing)
        ]
        due.sort(key=lambda id_: (not self.model[id_].asked, INITIAL[id_], id_))
        claimed = self.run(self.store.ledger.claim(NORTH, limit, LEASE, self.now))
        assert [one.id for one in claimed] == due[:limit]
        for one in claimed:
            attempt = one.standing.attempt
            assert attempt
            after = on(self.model[one.id], Claimed(attempt, self.now + LEASE), self.now)
            assert one.standing == after
            self.model[one.id] = after
            self.out.append(Held(one, looking=False))

    @rule(limit=st.integers(1, 5))
    def the_engine_looks_up(self, limit: int) -> None:
        for one in self.run(self.store.ledger.claim_lookups(NORTH, limit, LEASE, self.now)):
            before = self.model[one.id]
            assert before.next_at
            assert max(before.next_at, before.look_after or self.now) <= self.now
            put_off = replace(before, next_at=self.now + LEASE, version=before.version + 1)
            assert one.standing == put_off
            self.model[one.id] = put_off
            self.out.append(Held(one, looking=True))

    @precondition(lambda self: self.out)
    @rule(data=st.data())
    def answers_are_stored(self, data: st.DataObject) -> None:
        chosen = data.draw(st.lists(st.sampled_from(range(len(self.out))), min_size=1, unique=True))
        taken: list[Held] = []
        for index in sorted(chosen, reverse=True):
            if self.out[index].order.id not in {one.order.id for one in taken}:
                taken.append(self.out.pop(index))
        batch = [
            Settlement(one.order, data.draw(answers(one.order, self.now, looking=one.looking)))
            for one in taken
        ]
        expected = [self.settled(one) for one in batch]
        assert self.run(self.store.ledger.settle(NORTH, batch, BOT, self.now)) == expected

    def settled(self, one: Settlement) -> Applied | Refusal | LostRace:
        present, event = self.model[one.order.id], one.event
        if present.version != one.order.standing.version:
            if isinstance(event, Absent | DraftFound | LookupFailed):
                return LostRace(present)
            lost = getattr(event, "attempt", present.attempt) != present.attempt
            if lost and not isinstance(event, Accepted):
                return Refusal(Reason.OTHER_ATTEMPT, present)
            if lost and isinstance(event, Accepted):
                event = LateAnswer(event.attempt, event.reference, event.confirmed, event.look_at)
        after = on(present, event, self.now)
        if isinstance(after, Refusal):
            return after
        self.model[one.order.id] = after
        return Applied(present, after)

    @rule()
    def the_clock_sweeps(self) -> None:
        self.run(self.store.ledger.sweep(NORTH, PACE, self.now))
        look_at = self.now + PACE.settle
        for id_ in IDS:
            self.swept(id_, LeaseRanOut(look_at), since=None, span=timedelta(0))
            sent = self.model[id_].last_sent_at or NOW
            self.swept(id_, ConfirmationOverdue(look_at), sent, PACE.confirm_within)
            if (since := self.model[id_].waiting_since) is not None:
                self.swept(id_, PatienceEnded(), since, PACE.patience)
            again = HoldRanOut(self.now + ASK_HOLDER_EVERY)
            self.swept(id_, again, since=None, span=timedelta(0))

    def swept(self, id_: OrderId, event: Event, since: datetime | None, span: timedelta) -> None:
        after = on(self.model[id_], event, self.now)
        if isinstance(after, Standing) and (since is None or self.now - since >= span):
            self.model[id_] = after

    # --- alerts ----------------------------------------------------------------------------------

    @rule(show=st.booleans(), who=PEOPLE)
    def someone_retries_all(self, *, show: bool, who: Any) -> None:
        for alert in self.run(self.store.alerts.open(NORTH)):
            if show:
                seen = self.run(self.store.alerts.picture(NORTH, alert, self.now)).seen
                self.run(self.store.alerts.shown(alert, shown(seen, self.now)))
            failed = {
                id_
                for id_, standing in self.model.items()
                if standing.state is State.FAILED and cause(standing) == alert.cause
            }
            held = {id_ for id_ in failed if self.model[id_].hold}
            retry = self.store.ledger.retry_alert(NORTH, alert.id, person(who), self.now)
            done = self.run(retry)
            assert done.held == len(held)
            assert done.queued + done.held + done.later == len(failed)
            assert not (show and done.later)
            for id_ in failed - held:
                self.follow_bulk(id_, RetryAsked(who))

    def follow_bulk(self, id_: OrderId, event: Event) -> None:
        """Either exactly what the table says, or left alone as a later arrival."""
        stored = self.run(self.store.ledger.load(NORTH, id_))
        assert stored
        expected = on(self.model[id_], event, self.now)
        assert isinstance(expected, Standing)
        assert stored.standing in {expected, self.model[id_]}
        self.model[id_] = stored.standing

    # --- what was ticked -------------------------------------------------------------------------

    @rule(chosen=st.sets(ONE_ID, min_size=1), who=PEOPLE, mark=st.booleans())
    def someone_acts_on_several(self, chosen: set[OrderId], who: Any, *, mark: bool) -> None:
        asked: Asked = Marked(who) if mark else RetryAsked(who)
        gather = self.store.batches.gather(NORTH, who, sorted(chosen), self.now)
        ticked = self.run(gather)
        act = self.store.batches.act(NORTH, ticked.id, ticked.turn, asked, self.now)
        moved = self.run(act)
        assert isinstance(moved, Moved)
        reached = {id_ for id_ in chosen if self.asked_of_many(id_, asked)}
        assert moved.orders == len(reached)
        if mark:
            self.marked.append((moved.batch, reached))

    def asked_of_many(self, id_: OrderId, asked: Asked) -> bool:
        """Whether it moved."""
        doubtful = isinstance(asked, Marked) and self.model[id_].state in IN_DOUBT
        after = on(self.model[id_], asked, self.now)
        if isinstance(after, Refusal) or doubtful:
            return False
        self.model[id_] = after
        return True

    @precondition(lambda self: self.marked)
    @rule(data=st.data())
    def someone_undoes_it(self, data: st.DataObject) -> None:
        batch, reached = self.marked.pop(data.draw(st.sampled_from(range(len(self.marked)))))
        self.run(self.store.batches.undo(NORTH, batch, self.now))
        for id_ in reached:
            present = self.model[id_]
            same = (present.state, present.synced, present.settled_by, present.settled_at)
            if same == (State.SYNCED, Synced.MANUAL, batch.by, batch.at):
                self.model[id_] = self.reopened(present, batch.by)

    def reopened(self, present: Standing, who: Any) -> Standing:
        after = on(present, ReopenAsked(who), self.now)
        assert isinstance(after, Standing)
        return after

    # --- always ----------------------------------------------------------------------------------

    @invariant()
    def the_rows_stand_where_the_table_puts_them(self) -> None:
        stored = self.run(self.everything())
        assert {row.id: standing_of(row) for row in stored} == self.model
        wanted = {row.id: cause(self.model[OrderId(row.id)]) for row in stored}
        for row in stored:
            one = wanted[row.id]
            assert one is None or row.cause_key == one.key

    @invariant()
    def what_is_counted_is_there(self) -> None:
        counted = self.run(self.store.queries.summary(NORTH, self.now))
        all_ = list(self.model.values())
        failures = [one.failure for one in all_ if one.state is State.FAILED and one.failure]
        assert {state: n for state, n in counted.states.items() if n} == Counter(
            one.state for one in all_
        )
        assert counted.codes == Counter(failure.code for failure in failures)
        assert counted.week == Counter(one.status for one in all_)
        assert counted.week_by_hand == sum(one.synced is Synced.MANUAL for one in all_)

    async def everything(self) -> list[Row]:
        joined = sa.select(orders.c.id, alerts.c.cause_key, *STANDING).join(
            alerts, orders.c.alert_id == alerts.c.id, isouter=True
        )
        async with self.store.database.reading() as connection:
            return list((await connection.execute(joined)).all())


def test_the_ledger_keeps_to_the_table(databases: Made) -> None:
    LedgerMachine.databases = databases
    assert settings.default
    few = max(settings.default.max_examples // 10, 1)
    run_state_machine_as_test(
        LedgerMachine, settings=settings(max_examples=few, stateful_step_count=25, deadline=None)
    )
