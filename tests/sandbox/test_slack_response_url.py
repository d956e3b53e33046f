"""A response URL: five uses within 30 minutes, then 404; what it may change."""

from urllib.parse import urlsplit

import httpx

from tests.sandbox.slack_world import (
    DANA,
    ELI,
    ORDERS,
    App,
    Json,
    World,
    actions,
    button,
    connected,
    world,
)


async def _pressed(w: World, app: App) -> Json:
    await w.api("chat.postMessage", channel=ORDERS, text="card", blocks=[actions(button())])
    ts = (await w.messages(DANA))[-1]["ts"]
    assert (await w.press(DANA, ts, "a"))["ok"]
    payload: Json = app.of("interactive")[-1]
    return payload


async def _answer(w: World, payload: Json, **body: object) -> httpx.Response:
    return await w.http.post(urlsplit(payload["response_url"]).path, json=body)


async def test_five_uses_then_404() -> None:
    async with world() as w, connected(w) as app:
        payload = await _pressed(w, app)
        codes = [(await _answer(w, payload, text=str(n))).status_code for n in range(6)]
        assert codes == [200] * 5 + [404]


async def test_thirty_minutes_then_404() -> None:
    async with world() as w, connected(w) as app:
        payload = await _pressed(w, app)
        w.box.clock.advance(29 * 60)
        assert (await _answer(w, payload, text="in time")).status_code == 200
        w.box.clock.advance(61)
        assert (await _answer(w, payload, text="late")).status_code == 404


async def test_an_answer_is_private_unless_it_says_otherwise() -> None:
    async with world() as w, connected(w) as app:
        payload = await _pressed(w, app)
        await _answer(w, payload, text="private")
        await _answer(w, payload, text="public", response_type="in_channel")
        assert [m["text"] for m in await w.messages(DANA)] == ["card", "private", "public"]
        assert [m["text"] for m in await w.messages(ELI)] == ["card", "public"]


async def test_replace_and_delete_the_original() -> None:
    async with world() as w, connected(w) as app:
        payload = await _pressed(w, app)
        await _answer(w, payload, text="done", replace_original=True, blocks=[])
        (message,) = await w.messages(ELI)
        assert (message["text"], message["blocks"], message["edited"]) == ("done", [], True)
        await _answer(w, payload, delete_original=True)
        assert await w.messages(ELI) == []


async def test_an_ephemeral_is_changed_here_alone() -> None:
    async with world() as w, connected(w) as app:
        sent = await w.api(
            "chat.postEphemeral", channel=ORDERS, user=DANA, text="x", blocks=[actions(button())]
        )
        ts = sent["message_ts"]
        refused = await w.api("chat.update", channel=ORDERS, ts=ts, text="y")
        assert refused["error"] == "message_not_found"
        assert (await w.press(DANA, ts, "a"))["ok"]
        payload = app.of("interactive")[0]
        assert payload["container"]["is_ephemeral"] is True
        assert "message" not in payload
        await _answer(w, payload, text="replaced", replace_original=True)
        assert [m["text"] for m in await w.messages(DANA)] == ["replaced"]


async def test_what_is_wrong_is_refused_and_counts() -> None:
    async with world() as w, connected(w) as app:
        payload = await _pressed(w, app)
        answer = await _answer(w, payload, blocks=[{"type": "lever"}])
        assert answer.status_code == 400
        assert answer.json()["error"] == "invalid_blocks"


async def test_an_unknown_address() -> None:
    async with world() as w:
        answer = await w.http.post("/slack/response/guess", json={"text": "x"})
        assert answer.status_code == 404
