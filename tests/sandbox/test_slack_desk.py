"""The page's API: what it tells, what it pushes, and whom it lets in."""

import aiohttp
import pytest

from tests.sandbox.slack_world import ADA, BOT, DANA, ORDERS, connected, modal, world


async def test_state_names_team_people_channels_and_commands() -> None:
    async with world() as w:
        state = await w.see("state", DANA)
        assert state["team"] == {"id": w.box.team_id, "name": "Northwind Traders"}
        labels = {person["id"]: person["label"] for person in state["people"]}
        assert (labels[ADA], labels[DANA], labels[BOT]) == ("Admin", "Employee", "App")
        assert [c["name"] for c in state["channels"]] == ["general", "orders", "tastings"]
        assert [dm["user"] for dm in state["dms"]] == [BOT]
        assert state["apps"][0]["bot_user"] == BOT
        assert state["commands"][0]["command"] == "/orders"


@pytest.mark.parametrize("origin", [None, "http://evil.example", "http://127.0.0.1:1", "null"])
async def test_a_foreign_origin_changes_nothing(origin: str | None) -> None:
    async with world() as w:
        headers = {"Origin": origin} if origin else {}
        body = {"as": DANA, "channel": ORDERS, "text": "x"}
        for path in ("/desk/send", "/erp/switches"):
            answer = await w.http.post(path, json=body, headers=headers)
            assert answer.status_code == 403
        assert await w.messages(DANA) == []


async def test_a_foreign_host_sees_nothing() -> None:
    async with world() as w:
        answer = await w.http.get("/desk/state?as=U000000001", headers={"Host": "evil.example"})
        assert answer.status_code == 403


async def test_live_tells_what_changed_and_to_whom() -> None:
    async with world() as w, aiohttp.ClientSession() as session, connected(w) as app:
        url, headers = f"{w.box.url}/desk/live", dict(w.box.page_headers)
        async with (
            session.ws_connect(f"{url}?as={DANA}", headers=headers) as danas,
            session.ws_connect(f"{url}?as={ADA}", headers=headers) as adas,
        ):
            assert (await danas.receive_json())["type"] == "hello"
            assert (await adas.receive_json())["type"] == "hello"
            await w.api("views.open", trigger_id=await w.trigger(app), view=modal())
            assert await danas.receive_json() == {"type": "changed", "what": "views"}
            await w.api("chat.postMessage", channel=ORDERS, text="x")
            assert await adas.receive_json() == {"type": "changed", "what": "state"}
            assert (await adas.receive_json())["what"] == f"channel:{ORDERS}"


async def test_live_is_closed_to_foreign_pages() -> None:
    async with world() as w, aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(
                f"{w.box.url}/desk/live?as={DANA}", headers={"Origin": "http://evil.example"}
            )


async def test_the_erp_and_the_mailbox_live_at_the_same_address() -> None:
    async with world() as w:
        assert (await w.http.get("/erp/view")).json()["count"] == 0
        assert (await w.http.get("/mailbox/messages")).json() == {"messages": []}
        switched = await w.http.post(
            "/erp/switches", json={"down": True}, headers=dict(w.box.page_headers)
        )
        assert switched.json()["ok"]
        page = await w.http.get("/")
        assert "default-src 'self'" in page.headers["content-security-policy"]


async def test_nobody_acts_as_the_bot_or_as_nobody() -> None:
    async with world() as w:
        assert (await w.do("send", BOT, channel=ORDERS, text="x"))["error"] == "account_inactive"
        assert (await w.do("send", "U9", channel=ORDERS, text="x"))["error"] == "user_not_found"
        assert (await w.do("action", DANA, state=[]))["error"] == "invalid_json"


async def test_it_listens_on_the_loopback_interface_alone() -> None:
    async with world() as w:
        assert w.box.url.startswith("http://127.0.0.1:")
        assert w.box.smtp_url.startswith("smtp://127.0.0.1:")
