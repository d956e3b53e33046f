"""The whole way once: message, press, modal, command, ephemeral; and with Slack's own SDK."""

from typing import Any

from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from tests.sandbox.slack_world import (
    ADA,
    DANA,
    ELI,
    ORDERS,
    actions,
    button,
    connected,
    modal,
    text_input,
    world,
)


async def test_post_press_modal_submit() -> None:
    async with world() as w, connected(w) as app:
        posted = await w.api(
            "chat.postMessage", channel=ORDERS, text="Order 1", blocks=[actions(button(value="1"))]
        )
        assert (await w.messages(DANA))[-1]["text"] == "Order 1"

        assert await w.press(DANA, posted["ts"], "a") == {"ok": True}
        pressed = app.of("interactive")[-1]
        assert pressed["actions"][0]["value"] == "1"
        assert pressed["user"]["id"] == DANA
        assert pressed["message"]["ts"] == posted["ts"]

        view = modal(text_input())
        opened = await w.api("views.open", trigger_id=pressed["trigger_id"], view=view)
        assert opened["ok"], opened
        (shown,) = (await w.see("views", DANA))["views"]
        assert shown["title"]["text"] == "Title"

        entered = {"b": {"a": "SO-1"}}
        answer = await w.do("submit", DANA, view_id=shown["id"], state=entered)
        assert answer == {"ok": True}
        values = app.of("interactive")[-1]["view"]["state"]["values"]
        assert values == {"b": {"a": {"type": "plain_text_input", "value": "SO-1"}}}
        assert (await w.see("views", DANA))["views"] == []


async def test_command_and_ephemeral() -> None:
    def answer(envelope: dict[str, Any]) -> object:
        return {"text": "3 orders"} if envelope["type"] == "slash_commands" else None

    async with world() as w, connected(w, answer) as app:
        sent = await w.do("send", DANA, channel=ORDERS, text="/orders failed item:NW-1")
        assert sent["ok"]
        command = app.of("slash_commands")[0]
        assert (command["command"], command["text"]) == ("/orders", "failed item:NW-1")
        assert [m["text"] for m in await w.messages(DANA)] == ["3 orders"]
        assert await w.messages(ELI) == []

        await w.api("chat.postEphemeral", channel=ORDERS, user=ELI, text="for you")
        assert (await w.messages(ELI))[-1]["ephemeral"] is True
        assert len(await w.messages(DANA)) == 1


async def test_with_slacks_own_sdk() -> None:
    async with world() as w:
        web = AsyncWebClient(token=w.box.bot_token, base_url=w.box.slack_api_url)
        assert (await web.auth_test())["user_id"] == w.box.bot_user
        socket = SocketModeClient(app_token=w.box.app_token, web_client=web)
        seen: list[str] = []

        async def take(client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
            seen.append(request.type)
            await client.send_socket_mode_response(SocketModeResponse(request.envelope_id))

        socket.socket_mode_request_listeners.append(take)
        await socket.connect()  # type: ignore[no-untyped-call]
        try:
            await web.chat_postMessage(channel=ORDERS, text="hello")
            assert (await w.do("send", ADA, channel=ORDERS, text="/orders"))["ok"]
            assert "slash_commands" in seen
        finally:
            await socket.close()  # type: ignore[no-untyped-call]
