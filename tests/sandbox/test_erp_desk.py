"""The ERP's switches for the page, its control for tests, and the command that runs it alone."""

import asyncio
import sys
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from sandbox.erp.server import running
from tests.sandbox.erp_gateway import CONTROL, TOKEN, Gateway, gateway, make_order, new_state


@pytest.fixture
async def erp() -> AsyncIterator[Gateway]:
    async with gateway(new_state(slow_by=0.01, late_commit_by=0.01)) as running:
        yield running


async def _switch(erp: Gateway, **switches: Any) -> httpx.Response:
    origin = str(erp.client.base_url).rstrip("/")
    return await erp.client.post("/switches", json=switches, headers={"Origin": origin})


async def _status(erp: Gateway, order_id: str) -> int:
    """The answer's status, 0 where the connection was cut."""
    try:
        return (await erp.post(make_order(order_id))).status_code
    except httpx.TransportError:
        return 0


@pytest.mark.parametrize(
    ("name", "status", "references"),
    [
        ("down", 0, 0), ("slow", 201, 1), ("rate_limited", 429, 0), ("forbidden", 403, 0),
        ("cut_connection", 0, 1), ("unconfirmed", 201, 1),
    ],
)  # fmt: skip
async def test_each_switch_has_its_effect_and_can_be_turned_back(
    erp: Gateway, name: str, status: int, references: int
) -> None:
    assert (await _switch(erp, **{name: True})).json() == {"ok": True}
    assert await _status(erp, "1") == status
    assert len(erp.state.holdings().get("1", [])) == references
    assert (await erp.client.get("/view")).json()["switches"][name] is True
    await _switch(erp, **{name: False})
    assert await _status(erp, "2") == 201


async def test_late_commit_lands_by_itself(erp: Gateway) -> None:
    landed = asyncio.Event()
    await _switch(erp, late_commit=True)
    erp.state.on_change = landed.set
    assert await _status(erp, "1") == 0
    await asyncio.wait_for(landed.wait(), 30)
    assert list(erp.state.books.by_external) == ["1"]


async def test_down_cuts_look_ups_and_health_but_not_the_page(erp: Gateway) -> None:
    await _switch(erp, down=True)
    for path in ("/orders?external_id=1", "/health"):
        with pytest.raises(httpx.TransportError):
            await erp.client.get(path)
    assert (await erp.client.get("/view")).status_code == 200


async def test_a_gateway_that_refuses_is_not_reachable_while_down() -> None:
    state = new_state()
    async with running(state, refuses=True) as url:

        async def status() -> int:
            headers = {"Authorization": f"Bearer {TOKEN}"}
            async with httpx.AsyncClient(headers=headers, trust_env=False) as client:
                return (await client.get(f"{url}/health")).status_code

        assert await status() == 200
        for _ in range(3):
            state.switch({"down": True})
            with pytest.raises(httpx.ConnectError):
                await status()
            state.switch({"down": False})
            await asyncio.sleep(0)
            assert await status() == 200
        for down in (True, False, True, False, True):
            state.switch({"down": down})
        for _ in range(10):
            await asyncio.sleep(0)
        with pytest.raises(httpx.ConnectError):
            await status()


async def test_rate_limited_takes_its_three_forms_in_turn(erp: Gateway) -> None:
    await _switch(erp, rate_limited=True)
    answers = [await erp.post() for _ in range(4)]
    forms = [answer.headers.get("retry-after", "") for answer in answers]
    assert forms[0] == forms[3] == "2"
    assert forms[1].endswith("GMT")
    assert not forms[2]


async def test_unconfirmed_orders_are_confirmed_when_the_switch_goes_off(erp: Gateway) -> None:
    await _switch(erp, unconfirmed=True)
    assert (await erp.post()).json()["confirmed"] is False
    assert [found["status"] for found in await erp.look_up()] == ["received"]
    await _switch(erp, unconfirmed=False)
    assert [found["status"] for found in await erp.look_up()] == ["confirmed"]


async def test_discontinued_items_are_sold_while_the_switch_is_on(erp: Gateway) -> None:
    erp.state.catalogue.set_item("A-2", active=False)
    assert (await erp.post()).json()["code"] == "inactive_item"
    await _switch(erp, sell_discontinued=True)
    assert (await erp.post()).status_code == 201


async def test_the_view_shows_the_newest_order_first(erp: Gateway) -> None:
    for order_id in ("1", "2"):
        await erp.post(make_order(order_id))
    view = (await erp.client.get("/view")).json()
    assert [order["external_id"] for order in view["orders"]] == ["2", "1"]
    assert view["orders"][0]["total"] == "24.23"
    assert (view["count"], view["requests"]) == (2, 2)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Host": "evil.example", "Origin": "http://evil.example"},
    ],
)
async def test_another_origin_turns_no_switch(erp: Gateway, headers: dict[str, str]) -> None:
    answer = await erp.client.post("/switches", json={"down": True}, headers=headers)
    assert answer.status_code == 403
    assert erp.state.switches.down is False


@pytest.mark.parametrize("switches", [{"nonsense": True}, {"down": 1}, {"down": "yes"}])
async def test_a_wrong_switch_is_refused_whole(erp: Gateway, switches: dict[str, Any]) -> None:
    answer = await _switch(erp, slow=True, **switches)
    assert answer.status_code == 422
    assert erp.state.switches.slow is False


async def test_another_process_orders_faults_and_reads_the_holdings(erp: Gateway) -> None:
    await erp.control(
        faults=[{"kind": "lost_answer", "times": 2}],
        faults_by_order={"3": [{"kind": "refuse", "code": "conflict"}]},
        look_up_faults=[{"kind": "server_error"}],
        items={"A-9": False},
        customers={"LATE": {"credit_hold": True}},
        options={"honour_key": False, "slow_by": 1},
    )
    assert [await _status(erp, number) for number in "123"] == [0, 0, 409]
    assert (await erp.client.get("/orders?external_id=1")).status_code == 503
    assert (await erp.post(make_order("4", account_id="LATE"))).json()["code"] == "credit_hold"
    headers = {"X-Sandbox-Control": CONTROL}
    report = (await erp.client.get("/control?since=1", headers=headers)).json()
    assert report["holdings"] == {"1": ["SO-1"], "2": ["SO-2"]}
    assert report["count"] == 5
    seen = [
        (entry["method"], entry["external_id"], entry["status"]) for entry in report["requests"]
    ]
    assert seen == [("POST", "2", 0), ("POST", "3", 409), ("GET", "1", 503), ("POST", "4", 422)]
    assert report["requests"][0]["key"] == "lakeside/2"


async def test_control_confirms_and_cancels(erp: Gateway) -> None:
    await _switch(erp, unconfirmed=True)
    await erp.post()
    assert (await erp.control(confirm=["1001"])).status_code == 200
    assert [found["status"] for found in await erp.look_up()] == ["confirmed"]
    await erp.control(cancel=["1001"])
    assert [found["status"] for found in await erp.look_up()] == ["cancelled"]
    assert erp.state.holdings() == {}
    assert (await erp.control(confirm=["unknown"])).status_code == 422


@pytest.mark.parametrize(
    "orders",
    [{"nonsense": 1}, {"faults": {}}, {"faults": [{"kind": "x"}]}, {"items": {"A": 1}},
     {"customers": {"A": {"x": True}}}, {"options": {"token": 1}},
     {"options": {"lockout": 1}}, {"options": {"slow_by": "1"}}, {"callback": {"url": 1}}],
)  # fmt: skip
async def test_a_wrong_control_order_is_refused(erp: Gateway, orders: dict[str, Any]) -> None:
    assert (await erp.control(**orders)).status_code == 422


async def test_control_wants_its_token(erp: Gateway) -> None:
    for headers in ({}, {"X-Sandbox-Control": "wrong"}):
        for method in ("GET", "POST"):
            answer = await erp.client.request(method, "/control", json={}, headers=headers)
            assert answer.status_code == 403
    erp.state.control_token = ""
    answer = await erp.client.get("/control", headers={"X-Sandbox-Control": ""})
    assert answer.status_code == 403


async def test_it_runs_alone_and_tells_where() -> None:
    command = [sys.executable, "-m", "sandbox.erp", "--port", "0", "--token", TOKEN]
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    try:
        assert process.stdout is not None
        line = (await asyncio.wait_for(process.stdout.readline(), 20)).decode()
        name, _, url = line.strip().partition(" ")
        assert name == "ERP:"
        assert url.startswith("http://127.0.0.1:")
        async with httpx.AsyncClient(trust_env=False) as client:
            answer = await client.get(f"{url}/health", headers={"Authorization": f"Bearer {TOKEN}"})
        assert answer.status_code == 200
    finally:
        process.terminate()
        assert await asyncio.wait_for(process.wait(), 10) == 0


async def test_a_taken_port_is_one_clear_line(erp: Gateway) -> None:
    port = str(erp.client.base_url.port)
    command = [sys.executable, "-m", "sandbox.erp", "--port", port, "--token", TOKEN]
    process = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.PIPE)
    _, told = await asyncio.wait_for(process.communicate(), 20)
    assert process.returncode == 1
    assert told.decode().count("\n") == 1
    assert port in told.decode()
