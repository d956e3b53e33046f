"""What each kind of trouble is taken for: certain or not, passing or not, and about what."""

import random
from typing import Any

import pytest

from commands.domain.answers import (
    CannotTell,
    Declined,
    Documents,
    Healthy,
    LookupTrouble,
    Postponed,
    Silence,
    Taken,
    Unhealthy,
)
from commands.domain.connection import FAILURES_UNTIL_DOWN, Connection, Line, after
from commands.domain.documents import Line as Row
from commands.domain.failures import Code, Subject, SubjectKind
from commands.ports import Erp
from sandbox.wire import CUT_AFTER, CUT_BEFORE, CUT_WITHIN, Mishap, Wire, instead, page
from tests.adapters.harness import NEVER, Harness, now, order
from tests.adapters.planning import at_looks, documents, once

pytestmark = pytest.mark.xdist_group("adapters")


async def test_well(erp: Erp) -> None:
    assert await erp.health() == Healthy()
    assert await erp.examine() == ()


# --- what the ERP does not know ------------------------------------------------------------------


async def test_an_unknown_customer(erp: Erp, harness: Harness) -> None:
    mine = order(account_id=NEVER)
    answer = await erp.send(mine)
    assert isinstance(answer, Declined)
    assert answer.failure.code is Code.UNKNOWN_CUSTOMER
    assert answer.failure.subject == Subject(SubjectKind.ACCOUNT, NEVER)
    assert await harness.held(mine.id) == []


async def test_an_unknown_item_among_known_ones(erp: Erp, harness: Harness) -> None:
    known = order().lines
    mine = order(lines=(*known, Row(NEVER, known[0].quantity, known[0].unit_price), *known))
    answer = await erp.send(mine)
    assert isinstance(answer, Declined)
    assert answer.failure.code is Code.UNKNOWN_ITEM
    assert answer.failure.subject == Subject(SubjectKind.ITEM, NEVER)
    assert await harness.held(mine.id) == []


# --- what comes back in the place of an answer ---------------------------------------------------

CERTAIN: list[Any] = [
    (page(401), Declined, Code.AUTH),
    (page(403), Declined, Code.FORBIDDEN),
    (page(404), Declined, Code.MISCONFIGURED),
    (page(405), Declined, Code.MISCONFIGURED),
    (instead(302, location="https://elsewhere.example.com"), Declined, Code.MISCONFIGURED),
    (page(413), Declined, Code.TOO_LARGE),
    (instead(429), Postponed, Code.RATE_LIMITED),
]
DOUBTFUL = [
    CUT_BEFORE,
    CUT_AFTER,
    CUT_WITHIN,
    instead(200),
    instead(200, b"{", content_type="application/json"),
    instead(200, b"[]", content_type="application/json"),
    instead(201, forward=True),
    instead(204),
    page(408),
    instead(500, b'{"detail": "an error of no kind"}', content_type="application/json"),
    page(502),
    page(503, forward=True),
    page(504, forward=True),
]


@pytest.mark.parametrize(("mishap", "kind", "code"), CERTAIN, ids=range(len(CERTAIN)))
async def test_certain_the_erp_holds_nothing(
    erp: Erp, harness: Harness, wire: Wire, mishap: Mishap, kind: type, code: Code
) -> None:
    mine = order()
    wire.plan = once(harness, mishap)
    answer = await erp.send(mine)
    assert isinstance(answer, kind)
    assert isinstance(answer, Declined | Postponed)
    assert answer.failure.code is code
    assert await harness.held(mine.id) == []


@pytest.mark.parametrize("mishap", DOUBTFUL, ids=range(len(DOUBTFUL)))
async def test_doubtful_whether_the_erp_holds_it(
    erp: Erp, harness: Harness, wire: Wire, mishap: Mishap
) -> None:
    mine = order()
    wire.plan = once(harness, mishap)
    answer = await erp.send(mine)
    assert isinstance(answer, Silence)
    assert answer.failure.code is Code.TIMEOUT
    assert len((await documents(erp, mine)).found) == len(await harness.held(mine.id))


async def test_no_connection_is_certain(erp: Erp, wire: Wire, harness: Harness) -> None:
    wire.disconnect()
    mine = order()
    answer = await erp.send(mine)
    assert isinstance(answer, Postponed)
    assert (answer.failure.code, answer.reached) == (Code.ERP_DOWN, False)
    assert isinstance(await erp.find(mine.id), LookupTrouble)
    health = await erp.health()
    assert isinstance(health, Unhealthy)
    assert health.failure.code is Code.ERP_DOWN
    await wire.connect()
    assert isinstance(await erp.send(mine), Taken)
    assert len(await harness.held(mine.id)) == 1


@pytest.mark.parametrize("mishap", [CUT_BEFORE, page(503)], ids=["cut", "page"])
async def test_an_erp_that_does_not_answer_opens_the_breaker(
    erp: Erp, wire: Wire, mishap: Mishap
) -> None:
    """Else its orders would be tried again and again."""
    wire.plan = lambda _request: mishap
    connection, source = Connection(), random.Random(1)
    for _ in range(FAILURES_UNTIL_DOWN):
        connection = after(connection, await erp.send(order()), 4, now(), source)
    assert connection.line is Line.DOWN
    health = await erp.health()
    assert isinstance(health, Unhealthy)
    assert health.failure.code is Code.ERP_DOWN


# --- look-ups ------------------------------------------------------------------------------------

TROUBLES: list[Any] = [
    (CUT_BEFORE, Code.ERP_DOWN),
    (CUT_AFTER, Code.ERP_DOWN),
    (CUT_WITHIN, Code.ERP_DOWN),
    (instead(200), Code.ERP_DOWN),
    (instead(200, b"{}", content_type="application/json"), Code.ERP_DOWN),
    (instead(200, b'[{"id": "x"}]', content_type="application/json"), Code.ERP_DOWN),
    (instead(204), Code.ERP_DOWN),
    (page(503), Code.ERP_DOWN),
    (page(401), Code.AUTH),
    (page(403), Code.FORBIDDEN),
    (page(404), Code.MISCONFIGURED),
    (instead(429), Code.RATE_LIMITED),
]


@pytest.mark.parametrize(("mishap", "code"), TROUBLES, ids=range(len(TROUBLES)))
async def test_a_look_up_that_fails_proves_nothing(
    erp: Erp, harness: Harness, wire: Wire, mishap: Mishap, code: Code
) -> None:
    mine = order()
    assert await erp.find(mine.id) == Documents(())
    wire.plan = at_looks(harness, mishap)
    trouble = await erp.find(mine.id)
    assert isinstance(trouble, LookupTrouble)
    assert trouble.failure.code is code
    answer = await erp.resume(mine, None)
    assert isinstance(answer, Declined | Postponed), "nothing was sent"
    if isinstance(answer, Postponed):
        assert answer.reached is (code is Code.RATE_LIMITED)


async def test_a_look_up_changes_nothing(erp: Erp, harness: Harness) -> None:
    mine = order()
    await erp.send(mine)
    held = await harness.held(mine.id)
    looks = [await erp.find(mine.id) for _ in range(3)]
    assert looks[0] == looks[1] == looks[2]
    assert await harness.held(mine.id) == held


async def test_found_by_its_number(erp: Erp) -> None:
    mine = order()
    answer = await erp.send(mine)
    assert isinstance(answer, Taken)
    assert answer.reference
    found = await erp.find_number(answer.reference)
    assert found == await erp.find(mine.id) or isinstance(found, CannotTell)
    assert await erp.find_number(NEVER) in {Documents(()), CannotTell()}


async def test_a_cancelled_document_is_told_as_one(drafting: Erp, harness: Harness) -> None:
    mine = order()
    await drafting.send(mine)
    await harness.cancel(mine)
    [found] = (await documents(drafting, mine)).found
    assert found.status.value == "cancelled"


# --- drafts --------------------------------------------------------------------------------------


async def test_a_draft_that_is_gone_is_never_made_anew(erp: Erp, harness: Harness) -> None:
    mine = order()
    answer = await erp.resume(mine, None)
    assert isinstance(answer, Declined)
    assert answer.failure.code is Code.PARTIAL
    assert await harness.held(mine.id) == []


async def test_what_was_finished_meanwhile_is_taken(erp: Erp, harness: Harness) -> None:
    mine = order()
    sent = await erp.send(mine)
    assert isinstance(sent, Taken)
    assert await erp.resume(mine, sent.reference) == sent
    assert len(await harness.held(mine.id)) == 1


async def test_a_draft_of_another_total_is_for_a_person(drafting: Erp, harness: Harness) -> None:
    mine = order()
    await drafting.send(mine)
    changed = order(id=mine.id, freight=mine.freight + 1)
    answer = await drafting.resume(changed, None)
    assert isinstance(answer, Declined)
    assert answer.failure.code is Code.DUPLICATE
    assert [one.confirmed for one in await harness.held(mine.id)] == [False]
