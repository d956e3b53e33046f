"""The adapter against the simulated ERP: over a real connection, through every trap it knows."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from commands.domain.answers import (
    Answer,
    CannotTell,
    Declined,
    Documents,
    DocumentStatus,
    ErpDocument,
    Healthy,
    LookupTrouble,
    Postponed,
    Silence,
    Taken,
    Unhealthy,
)
from commands.domain.documents import Line
from commands.domain.failures import Code, Subject, SubjectKind
from commands.domain.ids import OrderId
from commands.ports import Erp
from sandbox.erp import faults
from sandbox.erp.faults import Fault
from sandbox.erp.server import running
from sandbox.erp.setup import Options
from sandbox.erp.state import ErpState
from tests.erp.world import NOW, TOKEN, adapter, order

pytestmark = pytest.mark.usefixtures("carrier")


@contextlib.asynccontextmanager
async def gateway(seconds: float = 60, **options: Any) -> AsyncIterator[tuple[ErpState, Erp]]:
    state = ErpState(token=TOKEN, clock=lambda: NOW, options=Options(**options))
    async with running(state) as url, adapter(url, seconds=seconds) as erp:
        yield state, erp


def name_of(value: object) -> str:
    if not isinstance(value, Fault):
        return str(value)
    status = value.instead.status if value.instead else value.says
    return f"{value.kind}-{value.does}-{status}"


async def sent(fault: Fault, *, seconds: float = 5) -> Answer:
    async with gateway(seconds) as (state, erp):
        state.faults = [fault]
        return await erp.send(order())


# --- taken ---------------------------------------------------------------------------------------


async def test_an_order_is_taken_and_found() -> None:
    async with gateway() as (state, erp):
        assert await erp.send(order()) == Taken("SO-1", confirmed=True)
        assert await erp.send(order()) == Taken("SO-1", confirmed=True)
        found = (ErpDocument("SO-1", DocumentStatus.CONFIRMED, "1001", "BEAUR", order().total),)
        assert await erp.find(OrderId("1001")) == Documents(found)
        assert await erp.find_number("SO-1") == Documents(found)
        assert await erp.find(OrderId("1002")) == Documents(())
        assert await erp.find_number("SO-2") == Documents(())
        assert state.holdings() == {"1001": ["SO-1"]}


async def test_unconfirmed_then_confirmed() -> None:
    async with gateway() as (state, erp):
        state.faults = [faults.unconfirmed()]
        assert await erp.send(order()) == Taken("SO-1", confirmed=False)
        state.confirm("1001")
        found = await erp.find(OrderId("1001"))
        assert isinstance(found, Documents)
        assert [one.status for one in found.found] == [DocumentStatus.CONFIRMED]


async def test_what_a_gateway_does_not_tell_is_none() -> None:
    async with gateway(tells=frozenset()) as (_, erp):
        await erp.send(order())
        found = (ErpDocument("SO-1", DocumentStatus.CONFIRMED),)
        assert await erp.find(OrderId("1001")) == Documents(found)


async def test_two_documents_of_one_order_are_both_told() -> None:
    async with gateway() as (state, erp):
        state.faults = [faults.twice()]
        await erp.send(order())
        found = await erp.find(OrderId("1001"))
        assert isinstance(found, Documents)
        assert [one.reference for one in found.found] == ["SO-1", "SO-2"]


async def test_health() -> None:
    async with gateway() as (state, erp):
        assert await erp.health() == Healthy()
        state.switch({"down": True})
        health = await erp.health()
        assert isinstance(health, Unhealthy)
        assert health.failure.code is Code.ERP_DOWN


async def test_a_gateway_without_look_ups_by_number() -> None:
    async with gateway(by_number=False) as (_, erp):
        assert await erp.find_number("SO-1") == CannotTell()


# --- refused, postponed, silent ------------------------------------------------------------------


@pytest.mark.parametrize("make", [faults.refuse, faults.error_in_200])
async def test_a_refusal_names_its_subject(make: Any) -> None:
    answer = await sent(make("inactive_item", "A-2 is no longer sold", item="A-2", line=2))
    assert isinstance(answer, Declined)
    assert answer.failure.code is Code.INACTIVE_ITEM
    assert answer.failure.message == "A-2 is no longer sold"
    assert answer.failure.subject == Subject(SubjectKind.ITEM, "A-2")


async def test_the_catalogue_refuses() -> None:
    async with gateway() as (state, erp):
        answer = await erp.send(order(lines=(Line("A-1", Decimal(1), Decimal(-1)),)))
        assert isinstance(answer, Declined)
        assert answer.failure.code is Code.PRICE_INVALID
        assert answer.failure.subject == Subject(SubjectKind.ITEM, "A-1")
        assert state.holdings() == {}


@pytest.mark.parametrize(
    "fault",
    [
        faults.lost_request(),
        faults.lost_answer(),
        faults.late_commit(),
        faults.html(500),
        faults.html(200, commit=True),
        faults.empty(200),
        faults.empty(201, commit=True),
        faults.empty(500),
        faults.server_error(503),
        faults.server_error(500, commit=True),
        faults.request_timeout(),
        faults.endless(),
    ],
    ids=name_of,
)
async def test_silence(fault: Fault) -> None:
    answer = await sent(fault)
    assert isinstance(answer, Silence)
    assert answer.failure.code is Code.TIMEOUT


@pytest.mark.parametrize("fault", [faults.slow(60), faults.late_answer(60), faults.drip(0.5)])
async def test_too_late_is_silence(fault: Fault) -> None:
    async with asyncio.timeout(30):
        answer = await sent(fault, seconds=2)
    assert isinstance(answer, Silence)
    assert answer.failure.code is Code.TIMEOUT


@pytest.mark.parametrize(
    ("form", "wait"),
    [("seconds", timedelta(seconds=20)), ("date", timedelta(seconds=20)), ("none", None)],
)
async def test_rate_limited(form: Any, wait: timedelta | None) -> None:
    answer = await sent(faults.throttle(form, 20))
    assert isinstance(answer, Postponed)
    assert (answer.failure.code, answer.retry_after) == (Code.RATE_LIMITED, wait)


async def test_a_redirect_is_misconfigured() -> None:
    answer = await sent(faults.redirect())
    assert isinstance(answer, Declined)
    assert answer.failure.code is Code.MISCONFIGURED


async def test_a_wrong_key_and_then_the_lock() -> None:
    state = ErpState(token=TOKEN, clock=lambda: NOW, options=Options(lockout=True))
    async with running(state) as url:
        async with adapter(url, token="wrong") as erp:
            codes = [await erp.send(order(str(n))) for n in range(7)]
        told = [one.failure.code for one in codes if not isinstance(one, Taken)]
        assert told == [Code.AUTH] * 6 + [Code.RATE_LIMITED]
        assert isinstance(codes[-1], Postponed)
        async with adapter(url) as erp:
            locked = await erp.send(order())
            assert isinstance(locked, Postponed)
            trouble = await erp.find(OrderId("1001"))
            assert isinstance(trouble, LookupTrouble)
            assert trouble.failure.code is Code.RATE_LIMITED
    assert state.holdings() == {}


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (faults.lost_request(), Code.ERP_DOWN),
        (faults.html(200), Code.ERP_DOWN),
        (faults.empty(200), Code.ERP_DOWN),
        (faults.server_error(503), Code.ERP_DOWN),
        (faults.empty(404), Code.MISCONFIGURED),
        (faults.redirect(), Code.MISCONFIGURED),
        (faults.throttle(), Code.RATE_LIMITED),
        (faults.html(401), Code.AUTH),
        (faults.html(403), Code.FORBIDDEN),
    ],
    ids=name_of,
)
async def test_a_lookup_in_trouble_is_not_absence(fault: Fault, code: Code) -> None:
    async with gateway() as (state, erp):
        state.schedules.load("look_up", [fault])
        trouble = await erp.find(OrderId("1001"))
        assert isinstance(trouble, LookupTrouble)
        assert trouble.failure.code is code


# --- a draft -------------------------------------------------------------------------------------


async def begun(state: ErpState, erp: Erp) -> None:
    state.faults = [faults.partial("over the limit")]
    answer = await erp.send(order())
    assert isinstance(answer, Declined)
    assert (answer.failure.code, answer.failure.references) == (Code.PARTIAL, ("SO-1",))


async def test_a_draft_is_gone_on_with() -> None:
    async with gateway() as (state, erp):
        await begun(state, erp)
        assert await erp.resume(order(), "SO-1") == Taken("SO-1", confirmed=True)
        assert state.holdings() == {"1001": ["SO-1"]}


async def test_a_draft_that_somebody_finished_is_not_sent_again() -> None:
    async with gateway() as (state, erp):
        await begun(state, erp)
        state.confirm("1001")
        posts = len(state.requests)
        assert await erp.resume(order(), "SO-1") == Taken("SO-1", confirmed=True)
        assert [seen.method for seen in state.requests[posts:]] == ["GET"]


async def test_a_draft_refused_again_is_still_that_draft() -> None:
    async with gateway() as (state, erp):
        await begun(state, erp)
        state.faults = [faults.refuse("partial", "still over the limit", reference="SO-1")]
        answer = await erp.resume(order(), "SO-1")
        assert isinstance(answer, Declined)
        assert answer.failure.references == ("SO-1",)
        assert answer.failure.message == "still over the limit"


async def test_a_cancelled_draft_and_a_strange_one_are_for_a_person() -> None:
    async with gateway() as (state, erp):
        await begun(state, erp)
        posts = len(state.requests)
        strange = await erp.resume(order(), "SO-9")
        assert isinstance(strange, Taken)
        assert strange == Taken("SO-1", confirmed=False)
        assert isinstance(await erp.resume(replace(order(), account_id="OTHER"), "SO-1"), Declined)
        state.cancel("1001")
        cancelled = await erp.resume(order(), "SO-1")
        assert isinstance(cancelled, Declined)
        assert cancelled.failure.code is Code.DUPLICATE
        assert {seen.method for seen in state.requests[posts:]} == {"GET"}


async def test_a_draft_that_is_gone_is_not_made_anew() -> None:
    async with gateway() as (state, erp):
        answer = await erp.resume(order(), "SO-1")
        assert isinstance(answer, Declined)
        assert (answer.failure.code, answer.failure.references) == (Code.PARTIAL, ("SO-1",))
        assert state.holdings() == {}


async def test_a_draft_without_a_number_is_left_alone() -> None:
    """A second document would not show: there is no number to hold its own against."""
    async with gateway() as (state, erp):
        await begun(state, erp)
        posts = len(state.requests)
        assert await erp.resume(order(), None) == Taken("SO-1", confirmed=False)
        assert {seen.method for seen in state.requests[posts:]} == {"GET"}


@pytest.mark.parametrize(
    ("fault", "kind", "code"),
    [
        (faults.server_error(503), Postponed, Code.ERP_DOWN),
        (faults.lost_request(), Postponed, Code.ERP_DOWN),
        (faults.throttle(), Postponed, Code.RATE_LIMITED),
        (faults.refuse("weather"), Declined, Code.REJECTED),
        (faults.html(401), Declined, Code.AUTH),
        (faults.empty(404), Declined, Code.MISCONFIGURED),
    ],
    ids=name_of,
)
async def test_a_draft_that_cannot_be_looked_up_is_left_alone(
    fault: Fault, kind: type, code: Code
) -> None:
    async with gateway() as (state, erp):
        await begun(state, erp)
        state.schedules.load("look_up", [fault])
        answer = await erp.resume(order(), "SO-1")
        assert isinstance(answer, kind)
        assert not isinstance(answer, Taken)
        assert answer.failure.code is code
        assert [seen.method for seen in state.requests] == ["POST", "GET"]
