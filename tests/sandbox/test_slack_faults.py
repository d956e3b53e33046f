"""Faults on order: down, slow, throttled, broken, cut after the message was stored."""

import httpx
import pytest

from tests.sandbox.slack_world import DANA, ORDERS, connected, world

POST = {"channel": ORDERS, "text": "x"}


async def test_down_cuts_before_anything_is_done() -> None:
    async with world() as w:
        await w.control("POST", "faults", kind="down", method="chat.*")
        with pytest.raises(httpx.TransportError):
            await w.call("chat.postMessage", **POST)
        assert await w.messages(DANA) == []
        assert (await w.api("chat.postMessage", **POST))["ok"]


async def test_cut_after_the_message_was_stored() -> None:
    async with world() as w:
        await w.control("POST", "faults", kind="cut_after", method="chat.postMessage")
        with pytest.raises(httpx.TransportError):
            await w.call("chat.postMessage", **POST)
        assert [m["text"] for m in await w.messages(DANA)] == ["x"]


@pytest.mark.parametrize(
    ("kind", "status"), [("unavailable", 503), ("broken", 500), ("ratelimited", 429)]
)
async def test_status_codes(kind: str, status: int) -> None:
    async with world() as w:
        await w.control("POST", "faults", kind=kind, retry_after=7)
        answer = await w.call("auth.test")
        assert answer.status_code == status
        assert answer.headers.get("retry-after") == ("7" if status == 429 else None)


async def test_a_named_error_and_how_long_it_lasts() -> None:
    async with world() as w:
        await w.control("POST", "faults", kind="refused", error="fatal_error", count=None)
        for _ in range(3):
            assert (await w.api("auth.test"))["error"] == "fatal_error"
        await w.control("DELETE", "faults")
        assert (await w.api("auth.test"))["ok"]


async def test_slow_waits_and_then_does_it() -> None:
    async with world() as w:
        await w.control("POST", "faults", kind="slow", seconds=0.3)
        with pytest.raises(httpx.ReadTimeout):
            await w.http.get("/slack/api/auth.test", timeout=0.1)


async def test_several_faults_come_one_after_the_other() -> None:
    async with world() as w:
        await w.control("POST", "faults", kind="broken", count=2)
        await w.control("POST", "faults", kind="unavailable")
        codes = [(await w.call("auth.test")).status_code for _ in range(4)]
        assert codes == [500, 500, 503, 200]


async def test_response_urls_meet_faults_too() -> None:
    async with world() as w, connected(w) as app:
        await w.do("send", DANA, channel=ORDERS, text="/orders")
        await w.control("POST", "faults", kind="broken", method="response_url")
        url = app.of("slash_commands")[0]["response_url"]
        assert (await w.http.post(url, json={"text": "x"})).status_code == 500
        assert (await w.http.post(url, json={"text": "x"})).status_code == 200


async def test_an_unknown_fault_is_refused() -> None:
    async with world() as w:
        answer = await w.http.post(
            "/control/faults", json={"kind": "odd"}, headers=dict(w.box.control_headers)
        )
        assert answer.status_code == 400
