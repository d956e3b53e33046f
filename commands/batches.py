"""A person asks something of many orders at once, and takes it back.

Doors: the Orders page, an alert's details, `/orders retry` of several. What was shown is what is
acted on: where other orders are ticked by then, the person is asked again.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from commands.desk import Denied, Desk, denied, tell_thread
from commands.domain.answers import LookupTrouble
from commands.domain.batches import IN_DOUBT, Asked, Batch, NoUndo, Ticked, no_undo
from commands.domain.connection import Connection
from commands.domain.failures import Failure
from commands.domain.history import ERP, person
from commands.domain.ids import OrderId
from commands.domain.lifecycle import Doubted, Found, Marked, RetryAsked, Why
from commands.domain.people import Actor, Deed
from commands.domain.verification import Believed, Nothing, Questioned, Verdict, judge
from commands.ports import Order
from commands.retry import bring_forward
from commands.selections import Moved, NoSuchSelection, Undone

CHUNK: Final = 20
AT_ONCE: Final = 2
"""Look-ups in flight for a batch: fewer than a connection has, which is needed for sending."""

ABANDONED: Final = timedelta(seconds=30)
"""Since when a batch is begun that is not finished, and nobody may be at it any more."""


async def weigh(
    desk: Desk, actor: Actor, deed: Deed, selection: int
) -> Ticked | Batch | NoSuchSelection | Denied:
    """What is ticked, for someone who may do `deed`: before they are asked whether they mean it."""
    if no := await _denied(desk, actor, deed, selection):
        return no
    return await desk.batches.ticked(desk.distributor.key, actor.person, selection)


async def may_not_retry(desk: Desk, actor: Actor, named: Sequence[OrderId]) -> Denied | None:
    """Before anything is selected. A refusal stands in the history of each order that was named."""
    no = await denied(desk, actor, Deed.RETRY)
    for order in named if no else ():
        await denied(desk, actor, Deed.RETRY, order)
    return no


@dataclass(frozen=True, slots=True)
class ManyRetried:
    """Due now; what the ERP may already have is looked up before it is sent."""

    moved: Moved
    connection: Connection


async def retry_many(
    desk: Desk, actor: Actor, selection: int, turn: int
) -> ManyRetried | Ticked | Batch | NoSuchSelection | Denied:
    """Make all ticked orders due now that can be."""
    if no := await _denied(desk, actor, Deed.RETRY, selection):
        return no
    outcome = await _act(desk, actor, selection, turn, RetryAsked(actor.person), "retry_all")
    if not isinstance(outcome, Moved):
        return outcome
    if outcome.orders:
        return ManyRetried(outcome, await bring_forward(desk))
    return ManyRetried(outcome, await desk.connections.load(desk.distributor.key))


async def mark_many(
    desk: Desk, actor: Actor, selection: int, turn: int, why: Why
) -> Moved | Ticked | Batch | NoSuchSelection | Denied:
    """Mark all ticked orders as synced that can be. Those whose outcome is not known are left to
    `ask_erp`.
    """
    if no := await _denied(desk, actor, Deed.MARK_SYNCED, selection):
        return no
    return await _act(desk, actor, selection, turn, Marked(actor.person, why=why), "mark_synced")


async def undo(
    desk: Desk, actor: Actor, selection: int
) -> Undone | NoUndo | NoSuchSelection | Denied:
    """Reopen what a batch marked, within ten minutes. Nothing is sent by itself afterwards."""
    if no := await _denied(desk, actor, Deed.REOPEN, selection):
        return no
    key, now = desk.distributor.key, desk.clock.now()
    batch = await desk.batches.ticked(key, actor.person, selection)
    if not isinstance(batch, Batch):
        return NoSuchSelection()
    if refused := no_undo(batch, now):
        return refused
    undone = await desk.batches.undo(key, batch, now)
    await _tell(desk, actor, "reopen", undone.alerts)
    return undone


async def ask_erp(desk: Desk, batch: Batch) -> Failure | None:
    """Ask the ERP for each order of a batch of marks: what it has gets its number, what speaks
    against it goes to a person, and what was in doubt is marked once it is found. None: all were
    asked for; else why the ERP cannot be asked.
    """
    after: int | None = 0
    while after is not None:
        orders, after = await desk.batches.unasked(desk.distributor.key, batch, after, CHUNK)
        for at in range(0, len(orders), AT_ONCE):
            few = orders[at : at + AT_ONCE]
            asked = await asyncio.gather(*(_ask(desk, batch, one) for one in few))
            if trouble := next((one for one in asked if one is not None), None):
                return trouble
    return None


async def finish(desk: Desk, batch: Batch) -> None:
    """Reach what is left of a large batch. Anybody may, at any time: no order is reached twice."""
    while await desk.batches.go_on(desk.distributor.key, batch, desk.clock.now()):
        desk.wake()
    desk.wake()


async def take_up(desk: Desk) -> None:
    """Finish what processes that died left behind."""
    before = desk.clock.now() - ABANDONED
    for batch in await desk.batches.unfinished(desk.distributor.key, before):
        await finish(desk, batch)


# --- how -----------------------------------------------------------------------------------------


async def _denied(desk: Desk, actor: Actor, deed: Deed, selection: int) -> Denied | None:
    """As `desk.denied`, written into the history of every ticked order."""
    no = await denied(desk, actor, deed)
    if no is not None:
        key, reason = desk.distributor.key, type(no.lack).__name__
        now = desk.clock.now()
        await desk.batches.note_refusal(key, actor.person, selection, str(deed), reason, now)
    return no


async def _act(
    desk: Desk, actor: Actor, selection: int, turn: int, asked: Asked, deed: str
) -> Moved | Ticked | Batch | NoSuchSelection:
    key, now = desk.distributor.key, desk.clock.now()
    outcome = await desk.batches.act(key, selection, turn, asked, now)
    if isinstance(outcome, Moved):
        await _tell(desk, actor, deed, outcome.alerts)
    return outcome


async def _tell(desk: Desk, actor: Actor, deed: str, alerts: Mapping[int, int]) -> None:
    """One line in the thread of each alert that had orders of it."""
    for alert, orders in sorted(alerts.items()):
        await tell_thread(desk, actor, alert, deed, orders=orders)
    desk.wake()


async def _ask(desk: Desk, batch: Batch, order: Order) -> Failure | None:
    lookup = await desk.erp.find(order.id)
    if isinstance(lookup, LookupTrouble):
        return lookup.failure
    verdict = judge(order.document, lookup.found)
    if order.standing.state in IN_DOUBT:
        await _mark(desk, batch, order, verdict)
    else:
        await _note(desk, order, verdict)
    await desk.batches.answered(batch, order, there=isinstance(verdict, Believed))
    return None


async def _mark(desk: Desk, batch: Batch, order: Order, verdict: Verdict) -> None:
    """What may have been in the ERP is there: marked with its number. Else a person decides."""
    if isinstance(verdict, Believed):
        why = batch.why or Why.WAS_THERE
        event = Marked(batch.by, verdict.reference, why, checked=True)
        key, seen = desk.distributor.key, order.standing.version
        await desk.ledger.apply(key, order.id, event, person(batch.by), batch.at, seen=seen)


async def _note(desk: Desk, order: Order, verdict: Verdict) -> None:
    """What was seen counts for the order as it was looked up: undone, it may have other content."""
    key, now, seen = desk.distributor.key, desk.clock.now(), order.standing.version
    match verdict:
        case Believed(reference, confirmed):
            found = Found(reference, confirmed, now)
            await desk.ledger.apply(key, order.id, found, ERP, now, seen=seen)
        case Questioned(failure):
            await desk.ledger.apply(key, order.id, Doubted(failure), ERP, now, seen=seen)
        case Nothing():
            pass
