"""The engine with a real database and an ERP that loses, cuts, lies and refuses."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import cast

import pytest

from commands.desk import Denied, Impossible
from commands.domain.alerts import MentionKind
from commands.domain.answers import Lookup
from commands.domain.connection import Line
from commands.domain.failures import Code
from commands.domain.ids import OrderId
from commands.domain.lifecycle import Reason, State, Synced, Why
from commands.domain.people import Actor, LacksPermission
from commands.key_in import Held, Released, key_in, release
from commands.mark_synced import (
    ElsewhereInErp,
    MarkedSynced,
    MarkRequest,
    NotThere,
    OtherOrders,
    mark_synced,
)
from commands.ports import Erp
from commands.retry import Asked, RefusedAgain, Through, echo, retry
from sandbox.erp import answers, faults
from tests.commands.works import DANA, KEY, Works, distributor, order, works


class Waiting:
    """The real adapter, whose look-ups answer when the test says so."""

    def __init__(self, erp: Erp) -> None:
        self._erp = erp
        self.asked, self.go_on = asyncio.Event(), asyncio.Event()

    async def find(self, order_id: OrderId) -> Lookup:
        self.asked.set()
        answer = await self._erp.find(order_id)
        await self.go_on.wait()
        return answer

    def __getattr__(self, name: str) -> object:
        return getattr(self._erp, name)


def _name(fault: faults.Fault) -> str:
    status = fault.instead.status if fault.instead else ""
    return f"{fault.kind}{status}"


async def test_an_order_goes_into_the_erp_once(shop: Works) -> None:
    await shop.send(order(1))
    async with shop.at_work():
        synced = await shop.until(1, State.SYNCED)
    assert synced.standing.synced is Synced.AUTO
    assert shop.gateway.holdings() == {"1": [synced.standing.reference]}
    assert synced.standing.attempts == 1


async def test_a_refusal_names_its_subject_and_is_never_sent_again_by_itself(shop: Works) -> None:
    shop.gateway.catalogue.set_item("NW-024", active=False)
    await shop.send(order(1, sku="NW-024"), order(2))
    async with shop.at_work():
        failed = await shop.until(1, State.FAILED)
        await shop.until(2, State.SYNCED)
        failure = failed.standing.failure
        assert failure is not None
        assert (failure.code, failure.subject and failure.subject.value) == (
            Code.INACTIVE_ITEM,
            "NW-024",
        )
        await shop.send(order(3))
        await shop.until(3, State.SYNCED)
    assert shop.posts(1) == 1


async def test_a_retry_after_the_mend_goes_through_and_says_so(shop: Works) -> None:
    shop.gateway.catalogue.set_item("NW-024", active=False)
    await shop.send(order(1, sku="NW-024"))
    async with shop.at_work():
        await shop.until(1, State.FAILED)
        asked = await retry(shop.desk, shop.actor, OrderId("1"))
        assert isinstance(asked, Asked)
        again = await echo(shop.desk, asked)
        assert isinstance(again, RefusedAgain)
        assert again.same
        shop.gateway.catalogue.set_item("NW-024", active=True)
        asked = await retry(shop.desk, shop.actor, OrderId("1"))
        assert isinstance(asked, Asked)
        through = await echo(shop.desk, asked)
        assert isinstance(through, Through)
    assert [len(documents) for documents in shop.gateway.holdings().values()] == [1]


@pytest.mark.parametrize(
    "fault",
    [
        faults.lost_answer(),
        faults.late_commit(0.06),
        faults.html(500, commit=True),
        faults.html(200, commit=True),
        faults.empty(200, commit=True),
        faults.server_error(503, commit=True),
        faults.request_timeout(commit=True),
    ],
    ids=_name,
)
async def test_what_may_have_arrived_is_looked_up_and_not_sent_twice(
    shop: Works, fault: faults.Fault
) -> None:
    await is_looked_up_and_not_sent_twice(shop, fault)


@pytest.mark.parametrize("fault", [faults.late_answer(5), faults.drip(0.5)], ids=_name)
async def test_what_is_not_answered_in_time_is_looked_up_and_not_sent_twice(
    tmp_path: Path, database: str, fault: faults.Fault
) -> None:
    pace = replace(distributor().erp, timeout=timedelta(seconds=2))
    async with works(tmp_path, database=database, erp=pace) as hasty:
        await is_looked_up_and_not_sent_twice(hasty, fault)


async def is_looked_up_and_not_sent_twice(shop: Works, fault: faults.Fault) -> None:
    shop.gateway.options.honour_key = False
    shop.gateway.faults = [fault]
    await shop.send(order(1))
    async with shop.at_work():
        found = await shop.until(1, State.SYNCED)
    assert found.standing.synced is Synced.FOUND
    assert shop.posts(1) == 1
    assert len(shop.gateway.holdings()["1"]) == 1


@pytest.mark.parametrize(
    "fault",
    [faults.lost_request(), faults.html(502), faults.empty(500), faults.server_error(503)],
    ids=_name,
)
async def test_what_did_not_arrive_is_sent_again_after_two_look_ups(
    shop: Works, fault: faults.Fault
) -> None:
    shop.gateway.options.honour_key = False
    shop.gateway.faults = [fault]
    await shop.send(order(1))
    async with shop.at_work():
        await shop.until(1, State.SYNCED)
    met = [seen.method for seen in shop.gateway.requests if seen.external_id == "1"]
    # One look more where a busy machine let the proof grow old.
    assert met in (["POST", "GET", "GET", "POST"], ["POST", "GET", "GET", "GET", "POST"])
    assert len(shop.gateway.holdings()["1"]) == 1


async def test_a_proof_of_absence_does_not_hold_while_an_order_waits(shop: Works) -> None:
    """Absent twice, then told to wait: meanwhile the first request arrives after all."""
    shop.gateway.options.honour_key = False
    shop.gateway.faults = [faults.late_commit(1.0), faults.throttle(seconds=1)]
    await shop.send(order(1))
    async with shop.at_work():
        synced = await shop.until(1, State.SYNCED, State.FAILED)
    assert (synced.standing.state, synced.standing.synced) == (State.SYNCED, Synced.FOUND)
    assert len(shop.gateway.holdings()["1"]) == 1


async def test_a_document_that_somebody_deleted_is_no_second_one(shop: Works) -> None:
    shop.gateway.switch({"unconfirmed": True})
    await shop.send(order(1))
    async with shop.at_work():
        first = await shop.until(1, State.SENT)
        shop.gateway.delete("1")
        shop.clock.ahead += timedelta(minutes=31)
        await shop.until(1, State.PENDING_VERIFICATION)
        shop.gateway.switch({"unconfirmed": False})
        assert isinstance(await retry(shop.desk, shop.actor, OrderId("1")), Asked)
        synced = await shop.until(1, State.SYNCED, State.FAILED)
    assert synced.standing.state is State.SYNCED
    assert synced.standing.reference != first.standing.reference
    assert shop.gateway.holdings()["1"] == [synced.standing.reference]


async def test_an_order_killed_on_its_way_is_looked_up_after_its_lease(shop: Works) -> None:
    shop.gateway.options.honour_key = False
    shop.gateway.faults = [faults.late_answer(10)]
    await shop.send(order(1))
    async with shop.killed_after(lambda: bool(shop.gateway.holdings())):
        assert (await shop.order(1)).standing.state is State.SENDING
    shop.clock.ahead = shop.desk.distributor.erp.lease
    async with shop.at_work():
        found = await shop.until(1, State.SYNCED)
    assert found.standing.synced is Synced.FOUND
    assert len(shop.gateway.holdings()["1"]) == 1


async def test_a_held_order_is_sent_by_nobody_until_it_is_released(shop: Works) -> None:
    await shop.send(order(1), order(2))
    held = await key_in(shop.desk, shop.actor, OrderId("1"))
    assert isinstance(held, Held)
    async with shop.at_work():
        await shop.until(2, State.SYNCED)
        assert shop.posts(1) == 0
        refused = await retry(shop.desk, shop.actor, OrderId("1"))
        assert isinstance(refused, Impossible)
        assert refused.reason is Reason.HELD_BY_YOU
        released = await release(shop.desk, shop.actor, OrderId("1"))
        assert released == Released(OrderId("1"), DANA, goes_by_itself=True)
        await shop.until(1, State.SYNCED)


async def test_an_erp_that_is_down_is_probed_and_the_backlog_goes_by_itself(shop: Works) -> None:
    shop.gateway.switch({"down": True})
    await shop.send(*(order(number) for number in range(1, 9)))
    async with shop.at_work() as engine:
        await shop.until_that(1, lambda _: engine.line.line is Line.DOWN)
        sent = sum(seen.method == "POST" for seen in shop.gateway.requests)
        shop.clock.ahead += timedelta(minutes=5)
        shop.gateway.switch({"down": False})
        for number in range(1, 9):
            await shop.until(number, State.SYNCED)
    assert sent < 8, "while it was down, not every order was thrown at it"
    assert all(len(documents) == 1 for documents in shop.gateway.holdings().values())


async def test_a_refused_login_stops_the_connection(shop: Works) -> None:
    shop.gateway.switch({"forbidden": True})
    await shop.send(*(order(number) for number in range(1, 7)))
    async with shop.at_work() as engine:
        # The first in line is the first to meet it: same delivery, so the first that came.
        await shop.until(1, State.FAILED)
        assert engine.line.line is Line.STOPPED
        failed = [n for n in range(1, 7) if (await shop.order(n)).standing.state is State.FAILED]
        assert len(failed) == 1
        shop.gateway.switch({"forbidden": False})
        asked = await retry(shop.desk, shop.actor, OrderId(str(failed[0])))
        assert isinstance(asked, Asked)
        for number in range(1, 7):
            await shop.until(number, State.SYNCED)


async def test_an_unconfirmed_order_waits_for_its_confirmation(shop: Works) -> None:
    shop.gateway.switch({"unconfirmed": True})
    await shop.send(order(1))
    async with shop.at_work():
        sent = await shop.until(1, State.SENT)
        assert sent.standing.reference
        shop.gateway.switch({"unconfirmed": False})
        shop.clock.ahead += timedelta(minutes=1)
        await shop.until(1, State.SYNCED)
    assert shop.posts(1) == 1


async def test_one_without_the_permission_changes_nothing_and_leaves_a_trace(shop: Works) -> None:
    await shop.send(order(1))
    nobody = Actor(DANA, KEY)
    for verb in (retry, key_in, release):
        denied = await verb(shop.desk, nobody, OrderId("1"))
        assert isinstance(denied, Denied)
        assert isinstance(denied.lack, LacksPermission)
    marked = await mark_synced(shop.desk, nobody, MarkRequest(OrderId("1"), Why.KEYED_IN))
    assert isinstance(marked, Denied)
    assert (await shop.order(1)).standing.state is State.QUEUED


async def test_marking_looks_in_the_erp_first(shop: Works) -> None:
    shop.gateway.catalogue.set_item("NW-024", active=False)
    await shop.send(order(1, sku="NW-024"), order(2), order(3, sku="NW-024"))
    async with shop.at_work():
        await shop.until(1, State.FAILED)
        await shop.until(3, State.FAILED)
        other = (await shop.until(2, State.SYNCED)).standing.reference
    assert other is not None
    typo = MarkRequest(OrderId("1"), Why.KEYED_IN, "SO-77777")
    assert isinstance(await mark_synced(shop.desk, shop.actor, typo), NotThere)
    theirs = MarkRequest(OrderId("1"), Why.KEYED_IN, other)
    assert await mark_synced(shop.desk, shop.actor, theirs) == OtherOrders(
        OrderId("1"), other, OrderId("2")
    )
    anyway = MarkRequest(OrderId("1"), Why.KEYED_IN, "SO-77777", anyway=True)
    marked = await mark_synced(shop.desk, shop.actor, anyway)
    assert isinstance(marked, MarkedSynced)
    assert not marked.checked
    shop.gateway.switch({"sell_discontinued": True})
    assert isinstance(await mark_synced(shop.desk, shop.actor, typo), Impossible)


async def test_the_number_that_the_erp_once_told_counts_while_it_cannot_be_asked(
    shop: Works,
) -> None:
    shop.gateway.switch({"unconfirmed": True})
    await shop.send(order(1))
    async with shop.at_work():
        told = (await shop.until(1, State.SENT)).standing.reference
    assert told is not None
    shop.gateway.switch({"down": True})
    request = MarkRequest(OrderId("1"), Why.KEYED_IN, "SO-90000")
    outcome = await mark_synced(shop.desk, shop.actor, request)
    assert outcome == ElsewhereInErp(OrderId("1"), "SO-90000", told)
    standing = (await shop.order(1)).standing
    assert standing.failure is not None
    assert (standing.failure.code, standing.reference) == (Code.DUPLICATE, told)


async def test_found_under_another_number_is_a_duplicate_in_waiting(shop: Works) -> None:
    shop.gateway.faults = [faults.late_commit(0.05)]
    await shop.send(order(1))
    async with shop.killed_after(lambda: bool(shop.gateway.holdings())):
        pass
    shop.clock.ahead = shop.desk.distributor.erp.lease + timedelta(hours=1)
    await shop.sweep()
    wrong = MarkRequest(OrderId("1"), Why.KEYED_IN, "SO-99999")
    outcome = await mark_synced(shop.desk, shop.actor, wrong)
    assert isinstance(outcome, ElsewhereInErp)
    failure = (await shop.order(1)).standing.failure
    assert failure is not None
    assert failure.code is Code.DUPLICATE


async def test_a_draft_is_resumed_and_makes_no_second_document(shop: Works) -> None:
    shop.gateway.options.honour_key = True
    shop.gateway.faults = [faults.partial()]
    await shop.send(order(1))
    async with shop.at_work():
        failed = await shop.until(1, State.FAILED)
        assert failed.standing.failure is not None
        assert failed.standing.failure.code is Code.PARTIAL
        draft = failed.standing.reference
        shop.gateway.faults = [faults.throttle(), faults.none()]
        assert isinstance(await retry(shop.desk, shop.actor, OrderId("1")), Asked)
        shop.clock.ahead += timedelta(minutes=1)
        synced = await shop.until(1, State.SYNCED)
    assert synced.standing.reference == draft
    assert shop.gateway.holdings() == {"1": [draft]}


async def test_a_draft_whose_resuming_was_never_answered_is_resumed_again(shop: Works) -> None:
    shop.gateway.options.honour_key = True
    shop.gateway.faults = [faults.partial()]
    await shop.send(order(1))
    async with shop.at_work():
        draft = (await shop.until(1, State.FAILED)).standing.reference
        shop.gateway.faults = [faults.lost_request()]
        assert isinstance(await retry(shop.desk, shop.actor, OrderId("1")), Asked)
        synced = await shop.until(1, State.SYNCED)
    assert shop.posts(1) == 3
    assert synced.standing.reference == draft
    assert shop.gateway.holdings() == {"1": [draft]}


async def test_a_draft_that_somebody_deleted_is_made_anew(shop: Works) -> None:
    shop.gateway.faults = [faults.partial()]
    await shop.send(order(1))
    async with shop.at_work():
        await shop.until(1, State.FAILED)
        shop.gateway.schedules.load("look_up", [faults.instead("empty", answers.document([]))])
        shop.gateway.options.honour_key = False
        assert isinstance(await retry(shop.desk, shop.actor, OrderId("1")), Asked)
        synced = await shop.until(1, State.SYNCED, State.FAILED)
    assert synced.standing.state is State.SYNCED


async def test_what_the_erp_once_showed_is_not_sent_again_for_one_absence(shop: Works) -> None:
    shop.gateway.options.honour_key = False
    shop.gateway.faults = [faults.partial()]
    await shop.send(order(1))
    async with shop.at_work():
        failed = await shop.until(1, State.FAILED)
        nothing = faults.instead("replica", answers.document([]))
        shop.gateway.schedules.load("look_up", [nothing])
        assert isinstance(await retry(shop.desk, shop.actor, OrderId("1")), Asked)
        await shop.until_that(1, lambda one: one.standing.version > failed.standing.version + 2)
    assert len(shop.gateway.holdings()["1"]) == 1


async def test_whoever_holds_an_order_for_too_long_is_asked_once_and_it_stays_held(
    shop: Works,
) -> None:
    await shop.send(order(1))
    assert isinstance(await key_in(shop.desk, shop.actor, OrderId("1")), Held)
    shop.clock.ahead += timedelta(minutes=31)
    async with shop.at_work():
        await shop.until_that(
            1, lambda one: one.standing.hold is not None and one.standing.version == 2
        )
        await shop.send(order(2))
        await shop.until(2, State.SYNCED)
    asked = await shop.desk.alerts.mentions(KEY, shop.clock.now())
    assert [(one.kind, one.to, one.facts) for one in asked] == [
        (MentionKind.HOLD_RUN_OUT, DANA, {"order": "1"})
    ]
    assert shop.posts(1) == 0


async def test_marking_a_just_cut_order_wants_the_settle_delay_or_a_tick(shop: Works) -> None:
    shop.gateway.faults = [faults.lost_request()]
    await shop.send(order(1))
    async with shop.killed_after(lambda: bool(shop.gateway.requests)):
        pass
    shop.clock.ahead += shop.desk.distributor.erp.lease
    await shop.sweep()
    keyed = MarkRequest(OrderId("1"), Why.KEYED_IN)
    assert isinstance(await mark_synced(shop.desk, shop.actor, keyed), NotThere)
    anyway = replace(keyed, anyway=True)
    assert isinstance(await mark_synced(shop.desk, shop.actor, anyway), MarkedSynced)


async def test_marking_without_a_number_what_may_be_there_and_is_not_wants_a_tick(
    shop: Works,
) -> None:
    shop.gateway.faults = [faults.lost_request()]
    await shop.send(order(1))
    async with shop.killed_after(lambda: bool(shop.gateway.requests)):
        pass
    shop.clock.ahead += shop.desk.distributor.erp.lease
    await shop.sweep()
    shop.clock.ahead += timedelta(hours=1)
    assert (await shop.order(1)).standing.state is State.UNKNOWN
    bare = MarkRequest(OrderId("1"), Why.WAS_THERE)
    told = await mark_synced(shop.desk, shop.actor, bare)
    assert isinstance(told, NotThere)
    assert "nothing under this order's id" in told.words
    ticked = await mark_synced(shop.desk, shop.actor, replace(bare, anyway=True))
    assert isinstance(ticked, MarkedSynced)
    assert not ticked.checked


async def test_a_mark_counts_only_for_the_order_as_it_was_looked_up(shop: Works) -> None:
    """Whoever sends it while the ERP is asked makes the look-up worthless."""
    erp = Waiting(shop.desk.erp)
    shop.gateway.catalogue.set_item("NW-024", active=False)
    await shop.send(order(1, sku="NW-024"))
    async with shop.at_work():
        await shop.until(1, State.FAILED)
        shop.gateway.catalogue.set_item("NW-024", active=True)
        keyed = MarkRequest(OrderId("1"), Why.KEYED_IN)
        desk = replace(shop.desk, erp=cast("Erp", erp))
        marking = asyncio.create_task(mark_synced(desk, shop.actor, keyed))
        await erp.asked.wait()
        assert isinstance(await retry(shop.desk, shop.actor, OrderId("1")), Asked)
        erp.go_on.set()
        marked = await marking
        synced = await shop.until(1, State.SYNCED)
    if isinstance(marked, MarkedSynced):
        # Looked up anew: it was found, or not yet sent, and then it never is.
        assert marked.reference == synced.standing.reference
    else:
        assert isinstance(marked, Impossible)
    reference = synced.standing.reference
    assert shop.gateway.holdings().get("1", []) == ([reference] if reference else [])
