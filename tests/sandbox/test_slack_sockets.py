"""Socket Mode: ten sockets, each envelope to one, three seconds, refreshes, retries of events."""

import asyncio
from contextlib import AsyncExitStack

import aiohttp
import pytest

from tests.sandbox.slack_world import (
    ADA,
    DANA,
    ORDERS,
    SILENT,
    Json,
    actions,
    button,
    connected,
    world,
)


def _silent(_envelope: Json) -> object:
    return SILENT


async def test_hello_comes_first() -> None:
    async with world() as w, connected(w) as app:
        hello = app.words[0]
        assert hello["type"] == "hello"
        assert hello["num_connections"] == 1
        assert hello["connection_info"]["app_id"] == w.box.app_id


async def test_an_address_works_once_and_not_for_long() -> None:
    async with world() as w, aiohttp.ClientSession() as session:
        url = (await w.api("apps.connections.open", w.box.app_token))["url"]
        async with session.ws_connect(url):
            with pytest.raises(aiohttp.WSServerHandshakeError):
                await session.ws_connect(url)
        late = (await w.api("apps.connections.open", w.box.app_token))["url"]
        w.box.clock.advance(31)
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(late)


async def test_ten_sockets_and_no_more() -> None:
    async with world() as w, AsyncExitStack() as stack:
        for _ in range(10):
            await stack.enter_async_context(connected(w))
        eleventh = await stack.enter_async_context(connected(w))
        assert eleventh.words[0] == {"type": "disconnect", "reason": "too_many_websockets"}
        assert len((await w.control("GET", "sockets"))["sockets"]) == 10


async def test_each_envelope_goes_to_exactly_one_socket() -> None:
    async with world() as w, AsyncExitStack() as stack:
        apps = [await stack.enter_async_context(connected(w)) for _ in range(3)]
        for number in range(9):
            assert (await w.do("send", DANA, channel=ORDERS, text=f"/orders {number}"))["ok"]
        seen = [p["text"] for app in apps for p in app.of("slash_commands")]
        assert sorted(seen) == [str(number) for number in range(9)]
        assert all(app.of("slash_commands") for app in apps)


async def test_no_acknowledgement_in_time_is_told_to_the_person() -> None:
    async with world(ack_seconds=0.2) as w, connected(w, _silent) as app:
        posted = await w.api(
            "chat.postMessage", channel=ORDERS, text="x", blocks=[actions(button())]
        )
        for answer in (
            await w.press(DANA, posted["ts"], "a"),
            await w.do("send", DANA, channel=ORDERS, text="/orders"),
        ):
            assert answer["error"] == "operation_timeout"
            assert "did not answer in time" in answer["message"]
        # Neither is sent again.
        assert len(app.of("interactive")) == len(app.of("slash_commands")) == 1


async def test_the_time_to_acknowledge_is_three_seconds() -> None:
    async with world() as w:
        assert w.box.slack.workspace.options.ack_seconds == 3.0


async def test_without_a_socket_nobody_answers() -> None:
    async with world() as w:
        answer = await w.do("send", DANA, channel=ORDERS, text="/orders")
        assert answer["error"] == "operation_timeout"


async def test_an_event_not_acknowledged_is_sent_again_three_times() -> None:
    delays = (0.0, 0.01, 0.02)
    async with world(ack_seconds=0.1, retry_delays=delays) as w, connected(w, _silent) as app:
        await w.do("open_home", ADA, app=w.box.app_id)
        await app.wait(lambda: len(app.received) == 4)
        assert [e["retry_attempt"] for e in app.received] == [0, 1, 2, 3]
        assert len({e["payload"]["event_id"] for e in app.received}) == 1
        assert len({e["envelope_id"] for e in app.received}) == 4


async def test_an_acknowledged_event_is_not_sent_again() -> None:
    async with world(retry_delays=(0.0, 0.0, 0.0)) as w, connected(w) as app:
        await w.do("open_home", ADA, app=w.box.app_id)
        await app.wait(lambda: app.received)
        await w.do("open_home", DANA, app=w.box.app_id)
        await app.wait(lambda: len(app.received) == 2)
        assert [e["payload"]["event"]["user"] for e in app.received] == [ADA, DANA]


async def test_default_waits_before_retries() -> None:
    async with world() as w:
        assert w.box.slack.workspace.options.retry_delays == (0.0, 60.0, 300.0)


async def test_a_refresh_is_announced_and_the_next_socket_takes_over() -> None:
    async with world() as w, connected(w) as old:
        async with connected(w) as new:
            del new
            await w.control("POST", "sockets/refresh", reason="refresh_requested")
            await old.wait(lambda: len(old.words) == 2)
            assert old.words[1] == {"type": "disconnect", "reason": "refresh_requested"}
            message = await asyncio.wait_for(old.link.receive(), 30) if old.link.closed else None
            assert message is None or message.type is aiohttp.WSMsgType.CLOSED
        async with connected(w) as fresh:
            assert (await w.do("send", DANA, channel=ORDERS, text="/orders"))["ok"]
            assert fresh.of("slash_commands")


async def test_a_warned_socket_still_works() -> None:
    async with world() as w, connected(w) as app:
        refreshing = asyncio.create_task(w.box.slack.sockets.refresh("warning", close_after=60))
        await app.wait(lambda: len(app.words) == 2)
        assert (await w.do("send", DANA, channel=ORDERS, text="/orders"))["ok"]
        refreshing.cancel()
        await asyncio.gather(refreshing, return_exceptions=True)
        await w.control("POST", "sockets/refresh", reason="warning", close_after=0)
        assert (await w.control("GET", "sockets"))["sockets"] == []


async def test_cut_sockets_are_gone() -> None:
    async with world() as w, connected(w) as app:
        await w.control("POST", "sockets/cut")
        assert (await w.control("GET", "sockets"))["sockets"] == []
        assert len(app.words) == 1


async def test_forged_payloads_can_be_sent_over_the_real_way() -> None:
    async with world() as w, connected(w) as app:
        sent = await w.control("POST", "deliver", type="interactive", payload={"type": "forged"})
        assert sent["acknowledged"] is True
        assert app.of("interactive") == [{"type": "forged"}]
