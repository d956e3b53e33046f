"""Every trap of the simulated ERP, seen from the wire and in the judge's list."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from itertools import repeat

import httpx
import pytest

from sandbox.erp import faults
from sandbox.erp.faults import Fault, from_json
from sandbox.erp.setup import CallbackTarget
from sandbox.erp.state import ErpState
from tests.sandbox.erp_gateway import TOKEN, Gateway, gateway, make_order, new_state

HELD = {"1001": ["SO-1"]}
NOT_HELD: dict[str, list[str]] = {}


@pytest.fixture
async def erp() -> AsyncIterator[Gateway]:
    async with gateway() as running:
        yield running


@pytest.mark.parametrize(
    ("fault", "held"),
    [(faults.lost_request(), NOT_HELD), (faults.lost_answer(), HELD), (faults.replica(), HELD)],
)
async def test_a_cut_connection_tells_nothing(
    erp: Gateway, fault: Fault, held: dict[str, list[str]]
) -> None:
    erp.state.faults = [fault]
    with pytest.raises(httpx.TransportError):
        await erp.post()
    assert erp.state.holdings() == held
    assert (erp.state.requests[-1].fault, erp.state.requests[-1].status) == (fault.kind, 0)


async def test_a_late_commit_is_absent_at_first_and_there_later() -> None:
    now = datetime(2026, 3, 1, tzinfo=UTC)
    state = ErpState(token=TOKEN, clock=lambda: now)
    async with gateway(state) as erp:
        state.faults = [faults.late_commit(60)]
        with pytest.raises(httpx.TransportError):
            await erp.post()
        assert await erp.look_up() == []
        now += timedelta(seconds=60)
        assert [found["reference"] for found in await erp.look_up()] == ["SO-1"]


async def test_a_late_commit_and_the_same_order_again_make_two_without_the_key() -> None:
    for honour_key, references in ((True, ["SO-1"]), (False, ["SO-1", "SO-2"])):
        now = datetime(2026, 3, 1, tzinfo=UTC)
        state = ErpState(token=TOKEN, clock=lambda: now)  # noqa: B023  # read at once
        state.options.honour_key = honour_key
        async with gateway(state) as erp:
            state.faults = [faults.late_commit(0)]
            with pytest.raises(httpx.TransportError):
                await erp.post()
            await erp.post()
            assert state.holdings() == {"1001": references}


@pytest.mark.parametrize(
    ("fault", "status", "held"),
    [
        (faults.html(500), 500, NOT_HELD),
        (faults.html(200), 200, NOT_HELD),
        (faults.html(200, commit=True), 200, HELD),
        (faults.empty(), 200, NOT_HELD),
        (faults.empty(201, commit=True), 201, HELD),
        (faults.server_error(503), 503, NOT_HELD),
        (faults.server_error(502, commit=True), 502, HELD),
        (faults.request_timeout(), 408, NOT_HELD),
        (faults.request_timeout(commit=True), 408, HELD),
        (faults.redirect("http://127.0.0.1:9/x"), 307, NOT_HELD),
        (faults.error_in_200("credit_hold", account="BEAUR"), 200, NOT_HELD),
        (faults.refuse("out_of_stock", item="A-1", line=1), 422, NOT_HELD),
        (faults.refuse("conflict"), 409, NOT_HELD),
        (faults.slow(0.01), 201, HELD),
        (faults.late_answer(0.01), 201, HELD),
        (faults.drip(0.001), 201, HELD),
        (faults.unconfirmed(), 201, HELD),
    ],
    ids=lambda value: f"{value.kind}_{value.does}" if isinstance(value, Fault) else repr(value),
)
async def test_an_answer_and_what_is_held_after_it(
    erp: Gateway, fault: Fault, status: int, held: dict[str, list[str]]
) -> None:
    erp.state.faults = [fault]
    answer = await erp.post()
    assert answer.status_code == status
    assert erp.state.holdings() == held
    assert (await erp.post()).status_code in {200, 201}, "the fault was for one request"
    assert len(erp.state.holdings()["1001"]) == 1


async def test_pages_and_errors_inside_200_look_as_they_do_in_life(erp: Gateway) -> None:
    erp.state.faults = [
        faults.html(200), faults.empty(), faults.error_in_200("credit_hold", account="B"),
        faults.redirect("http://127.0.0.1:9/x"),
    ]  # fmt: skip
    page, nothing, inside, elsewhere = [await erp.post() for _ in range(4)]
    assert page.headers["content-type"].startswith("text/html")
    assert nothing.content == b""
    assert inside.json()["code"] == "credit_hold"
    assert inside.json()["account"] == "B"
    assert elsewhere.headers["location"] == "http://127.0.0.1:9/x"


async def test_retry_after_in_its_three_forms(erp: Gateway) -> None:
    erp.state.faults = [
        faults.throttle("seconds", 7), faults.throttle("date", 7), faults.throttle("none")
    ]  # fmt: skip
    answers = [await erp.post() for _ in range(3)]
    assert [answer.status_code for answer in answers] == [429, 429, 429]
    assert answers[0].headers["retry-after"] == "7"
    until = parsedate_to_datetime(answers[1].headers["retry-after"]) - datetime.now(UTC)
    assert timedelta(0) < until <= timedelta(seconds=7)
    assert "retry-after" not in answers[2].headers
    assert erp.state.holdings() == {}


async def test_a_lagging_copy_answers_absent_for_so_many_look_ups(erp: Gateway) -> None:
    erp.state.faults = [faults.replica(2)]
    with pytest.raises(httpx.TransportError):
        await erp.post()
    assert [len(await erp.look_up()) for _ in range(3)] == [0, 0, 1]


async def test_a_draft_is_refused_as_partial_and_resumed_by_the_next_post(erp: Gateway) -> None:
    erp.state.faults = [faults.partial("credit limit reached at confirmation")]
    refused = await erp.post()
    assert (refused.status_code, refused.json()["code"]) == (422, "partial")
    assert refused.json()["reference"] == "SO-1"
    assert [found["status"] for found in await erp.look_up()] == ["received"]
    erp.state.options.honour_key = False
    assert (await erp.post()).json() == {"reference": "SO-1", "confirmed": True}
    assert erp.state.holdings() == HELD


async def test_two_documents_of_one_order(erp: Gateway) -> None:
    erp.state.faults = [faults.twice()]
    assert (await erp.post()).status_code == 201
    assert [found["reference"] for found in await erp.look_up()] == ["SO-1", "SO-2"]


async def test_an_endless_body_ends_only_with_the_connection(erp: Gateway) -> None:
    erp.state.faults = [faults.endless()]
    got = 0
    headers = {"Idempotency-Key": "lakeside/1001"}
    async with erp.client.stream("POST", "/orders", json=make_order(), headers=headers) as answer:
        async for piece in answer.aiter_raw():
            got += len(piece)
            if got > 4 << 20:
                break
    assert (await erp.post()).status_code == 200


async def test_an_order_once_read_is_processed_though_its_sender_gave_up(erp: Gateway) -> None:
    entered = asyncio.Event()
    erp.state.on_change = entered.set
    erp.state.faults = [faults.slow(0.2)]
    with pytest.raises(httpx.ReadTimeout):
        await erp.client.post(
            "/orders",
            json=make_order(),
            headers={"Idempotency-Key": "lakeside/1001"},
            timeout=httpx.Timeout(30, read=0.05),
        )
    await asyncio.wait_for(entered.wait(), 30)
    assert erp.state.holdings() == HELD


async def test_faults_may_come_without_end_and_for_one_order(erp: Gateway) -> None:
    erp.state.faults = repeat(faults.server_error())
    erp.state.schedules.by_order["1002"] = [faults.none()]
    assert [(await erp.post()).status_code for _ in range(3)] == [503, 503, 503]
    assert (await erp.post(make_order("1002"))).status_code == 201
    assert (await erp.post(make_order("1002"))).status_code == 503


async def test_look_ups_and_health_have_faults_of_their_own(erp: Gateway) -> None:
    erp.state.schedules.load("look_up", [faults.server_error(), faults.lost_request()])
    erp.state.schedules.load("health", [faults.html(502)])
    assert (await erp.post()).status_code == 201
    assert (await erp.client.get("/orders?external_id=1001")).status_code == 503
    with pytest.raises(httpx.TransportError):
        await erp.client.get("/orders?external_id=1001")
    assert (await erp.client.get("/health")).status_code == 502
    assert len(await erp.look_up()) == 1


async def test_wrong_tokens_get_a_page_and_lock_even_the_right_one_out() -> None:
    state = new_state(lockout=True)
    async with gateway(state, token="wrong") as wrong, gateway(state) as right:
        answers = [await wrong.post() for _ in range(6)]
        assert {answer.status_code for answer in answers} == {401}
        assert answers[0].headers["content-type"].startswith("text/html")
        assert (await wrong.post()).status_code == 429
        assert (await right.post()).status_code == 429
        assert state.holdings() == {}
        await right.control(unlock=True)
        assert (await right.post()).status_code == 201


async def test_without_lockout_wrong_tokens_stay_401() -> None:
    async with gateway(token="wrong") as erp:
        assert [(await erp.post()).status_code for _ in range(8)] == [401] * 8
        assert (await erp.client.get("/health")).status_code == 401


async def test_confirmations_are_called_back_more_than_once(erp: Gateway) -> None:
    got: asyncio.Queue[bytes] = asyncio.Queue()

    async def shop(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        size = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
        await got.put(await reader.readexactly(size))
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(shop, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        erp.state.callback = CallbackTarget(f"http://127.0.0.1:{port}/c", "token")
        erp.state.faults = [faults.duplicate_callbacks()]
        assert (await erp.post()).json() == {"reference": "SO-1", "confirmed": False}
        bodies = [await asyncio.wait_for(got.get(), 30) for _ in range(2)]
    assert bodies[0] == bodies[1] == b'{"order_id":"1001","erp_reference":"SO-1"}'


@pytest.mark.parametrize(
    "raw",
    [{}, {"kind": "nonsense"}, {"kind": "slow", "weight": 1}, {"kind": "slow", "times": 0},
     {"kind": ["slow"]}, {"kind": "slow", "wait": "1"}, {"kind": "slow", "wait": -1},
     {"kind": "html", "status": 999}, {"kind": "html", "commit": 1},
     {"kind": "throttle", "retry_after": "never"}, {"kind": "replica", "look_ups": True},
     {"kind": "refuse", "code": 7}],
)  # fmt: skip
def test_a_fault_that_is_none_is_refused(raw: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"fault|times|slow|cannot be"):
        from_json(raw)


def test_every_kind_of_fault_can_be_ordered_by_name() -> None:
    needed = {"refuse": {"code": "rejected"}, "error_in_200": {"code": "rejected"}}
    for kind in faults.KINDS:
        made = from_json({"kind": kind, "times": 2} | needed.get(kind, {}))
        assert [fault.kind for fault in made] == [kind, kind]
