"""The eight traps that real ERPs set, each seen live; every adapter goes through all of them."""

import asyncio
import random
from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime

import pytest

from commands.domain.answers import (
    Answer,
    Declined,
    Documents,
    DocumentStatus,
    LookupTrouble,
    Postponed,
    Silence,
    Taken,
)
from commands.domain.connection import Connection, Line, after
from commands.domain.documents import Document
from commands.domain.documents import Line as Row
from commands.domain.failures import Code, Subject, SubjectKind
from commands.domain.lifecycle import Accepted, Found, Standing, State, on
from commands.domain.verification import Believed, Questioned, judge
from commands.ports import Erp
from erp import connect
from sandbox.wire import CUT_AFTER, Wire, cut_during, instead, page
from tests.adapters.harness import GONE, SHAKY, Harness, now, order
from tests.adapters.planning import at_looks, documents, once

pytestmark = pytest.mark.xdist_group("adapters")


# --- 1: cut right after sending, a look-up at once says absent -----------------------------------


async def test_1_absent_at_once_and_there_a_moment_later(
    erp: Erp, harness: Harness, wire: Wire
) -> None:
    mine, arrived = order(), asyncio.Event()
    wire.plan = once(harness, cut_during(until=arrived))
    answer = await erp.send(mine)
    assert isinstance(answer, Silence), "nobody can know"
    assert await documents(erp, mine) == Documents(())
    arrived.set()
    await wire.settled()
    [found] = (await documents(erp, mine)).found
    assert isinstance(judge(mine, (found,)), Believed)


async def test_1_the_answer_alone_is_lost(erp: Erp, harness: Harness, wire: Wire) -> None:
    mine = order()
    wire.plan = once(harness, CUT_AFTER)
    assert isinstance(await erp.send(mine), Silence)
    [found] = (await documents(erp, mine)).found
    assert isinstance(judge(mine, (found,)), Believed)


# --- 2: the same reference is accepted twice -----------------------------------------------------


async def test_2_two_documents_of_one_order_are_never_chosen_between(
    erp: Erp, harness: Harness
) -> None:
    mine = order()
    assert isinstance(await erp.send(mine), Taken)
    assert isinstance(await erp.send(mine), Taken), "uniqueness is ours to make"
    held = await harness.held(mine.id)
    found = await documents(erp, mine)
    assert len(found.found) == len(held) == 2
    verdict = judge(mine, found.found)
    assert isinstance(verdict, Questioned)
    assert verdict.failure.code is Code.DUPLICATE
    assert set(verdict.failure.references) == {one.number for one in held}


# --- 3: errors inside a 200, and as pages --------------------------------------------------------


async def test_3_an_error_inside_a_200_is_no_success(
    erp: Erp, harness: Harness, wire: Wire
) -> None:
    mine = order()
    wire.plan = once(harness, instead(200, harness.error_in_200, content_type="application/json"))
    assert isinstance(await erp.send(mine), Declined | Silence)
    assert await documents(erp, mine) == Documents(())


@pytest.mark.parametrize("status", [200, 201, 400, 500, 502, 503, 504])
@pytest.mark.parametrize("forward", [False, True], ids=["lost", "entered"])
async def test_3_a_page_says_nothing(
    erp: Erp, harness: Harness, wire: Wire, status: int, *, forward: bool
) -> None:
    mine = order()
    wire.plan = once(harness, page(status, forward=forward))
    answer = await erp.send(mine)
    assert isinstance(answer, Silence)
    assert answer.failure.code is Code.TIMEOUT
    found = await documents(erp, mine)
    assert len(found.found) == len(await harness.held(mine.id)) == forward


@pytest.mark.parametrize("status", [200, 404, 500, 503])
async def test_3_a_page_is_not_an_absence(
    erp: Erp, harness: Harness, wire: Wire, status: int
) -> None:
    mine = order()
    await erp.send(mine)
    wire.plan = at_looks(harness, page(status))
    assert isinstance(await erp.find(mine.id), LookupTrouble)


# --- 4: a refused login that turns into a lock ---------------------------------------------------


async def test_4_a_wrong_key_is_never_taken_for_a_busy_erp(harness: Harness, wire: Wire) -> None:
    """Whatever comes after it: the connection stays stopped, and a person's Retry is the probe."""
    wrong = replace(harness.settings(wire.url), token="k" * 40)
    connection, source = Connection(), random.Random(1)
    erp = connect(wrong, now)
    try:
        for _ in range(8):
            answer = await erp.send(order())
            assert isinstance(answer, Declined | Postponed)
            assert answer.failure.code in {Code.AUTH, Code.RATE_LIMITED}
            connection = after(connection, answer, 4, now(), source)
            assert connection.line is Line.STOPPED
    finally:
        await erp.close()
        await harness.unlock()


async def test_4_the_first_refusal_is_the_login(harness: Harness, wire: Wire) -> None:
    wire.plan = lambda _request: page(401)
    erp = connect(harness.settings(wire.url), now)
    try:
        answer = await erp.send(order())
        assert isinstance(answer, Declined)
        assert answer.failure.code is Code.AUTH
    finally:
        await erp.close()


# --- 5: refused at the confirmation, the draft is there already ----------------------------------


async def test_5_a_draft_that_was_refused_is_gone_on_with(erp: Erp, harness: Harness) -> None:
    mine = order(account_id=SHAKY)
    await harness.block(mine)
    first = await erp.send(mine)
    assert isinstance(first, Declined)
    assert first.failure.code is Code.PARTIAL
    assert first.failure.message
    [draft] = await harness.held(mine.id)
    assert not draft.confirmed
    number = next(iter(first.failure.references), None)
    assert number == draft.number
    assert is_partial(await erp.resume(mine, number), number)
    await harness.unblock(mine)
    assert await erp.resume(mine, number) == Taken(draft.number, confirmed=True)
    assert [one.confirmed for one in await harness.held(mine.id)] == [True]


def is_partial(answer: Answer, number: str | None) -> bool:
    assert isinstance(answer, Declined)
    assert answer.failure.references == ((number,) if number else ())
    return answer.failure.code is Code.PARTIAL


# --- 6: what is inactive would be accepted -------------------------------------------------------


async def test_6_an_inactive_item_is_found_first_and_its_return_at_once(
    erp: Erp, harness: Harness
) -> None:
    mine = order(lines=(*order().lines, Row(GONE, order().lines[0].quantity, order().freight)))
    await harness.set_item(GONE, active=False)
    await refused(erp, mine, Code.INACTIVE_ITEM, Subject(SubjectKind.ITEM, GONE))
    assert await harness.held(mine.id) == []
    await harness.set_item(GONE, active=True)
    assert isinstance(await erp.send(mine), Taken)
    assert len(await harness.held(mine.id)) == 1


async def test_6_an_inactive_customer(erp: Erp, harness: Harness) -> None:
    mine = order(account_id=SHAKY)
    await harness.set_customer(SHAKY, active=False)
    await refused(erp, mine, Code.INACTIVE_CUSTOMER, Subject(SubjectKind.ACCOUNT, SHAKY))
    assert await harness.held(mine.id) == []
    await harness.set_customer(SHAKY, active=True)
    assert isinstance(await erp.send(mine), Taken)


async def refused(erp: Erp, document: Document, code: Code, subject: Subject) -> None:
    answer = await erp.send(document)
    assert isinstance(answer, Declined), answer
    assert (answer.failure.code, answer.failure.subject) == (code, subject)


# --- 7: the number comes later -------------------------------------------------------------------


async def test_7_a_number_that_comes_later_is_no_second_document(
    drafting: Erp, harness: Harness
) -> None:
    mine = order()
    answer = await drafting.send(mine)
    assert isinstance(answer, Taken)
    assert not answer.confirmed
    [found] = (await documents(drafting, mine)).found
    assert (found.reference, found.status) == (answer.reference, DocumentStatus.RECEIVED)
    await harness.confirm(mine)
    [later] = (await documents(drafting, mine)).found
    assert later.status is DocumentStatus.CONFIRMED
    assert later.reference
    assert lived(answer, Found(later.reference, confirmed=True, look_at=now())) == later.reference


def lived(answer: Taken, found: Found) -> str | None:
    """The number of an order that was sent and then found."""
    sending = Standing(State.SENDING, attempt="a1", next_at=now())
    accepted = Accepted("a1", answer.reference, answer.confirmed, now())
    sent = on(sending, accepted, now())
    assert isinstance(sent, Standing)
    synced = on(sent, found, now())
    assert isinstance(synced, Standing)
    assert synced.state is State.SYNCED
    return synced.reference


# --- 8: Retry-After in seconds, as a date, or not at all -----------------------------------------

LATER = timedelta(seconds=20)


@pytest.mark.parametrize(
    ("told", "wait"),
    [("20", LATER), (format_datetime(now() + LATER, usegmt=True), LATER), (None, None)],
    ids=["seconds", "date", "none"],
)
async def test_8_retry_after(
    erp: Erp, harness: Harness, wire: Wire, told: str | None, wait: timedelta | None
) -> None:
    mine = order()
    busy = instead(429, b"", retry_after=told) if told else instead(429)
    wire.plan = once(harness, busy)
    answer = await erp.send(mine)
    assert isinstance(answer, Postponed)
    assert (answer.failure.code, answer.retry_after) == (Code.RATE_LIMITED, wait)
    wire.plan = lambda _request: busy
    trouble = await erp.find(mine.id)
    assert isinstance(trouble, LookupTrouble)
    assert (trouble.failure.code, trouble.retry_after) == (Code.RATE_LIMITED, wait)
    assert await harness.held(mine.id) == []
