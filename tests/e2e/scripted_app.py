"""A tiny Slack app for the tests of the page: it answers presses, submissions and commands by a
script and remembers what came, so that the page is tested without the product behind it."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.serve import Box
from tests.e2e.every_block import card, mrkdwn
from tests.e2e.every_view import details, form, home


@dataclass(slots=True)
class ScriptedApp:
    """`seen` holds every interactive payload; `silent` makes it acknowledge nothing."""

    web: AsyncWebClient
    seen: list[dict[str, Any]] = field(default_factory=list)
    silent: bool = False

    async def hear(self, client: Any, request: SocketModeRequest) -> None:
        """Called by slack_sdk for each envelope."""
        payload = request.payload
        if request.type == "interactive":
            self.seen.append(payload)
        if self.silent and request.type != "events_api":
            return
        answer = _errors(payload) if payload.get("type") == "view_submission" else None
        await client.send_socket_mode_response(SocketModeResponse(request.envelope_id, answer))
        if request.type == "slash_commands":
            await self._command(payload)
        elif payload.get("type") == "block_actions":
            await self._pressed(payload)
        elif payload.get("event", {}).get("type") == "app_home_opened":
            await self.web.views_publish(user_id=payload["event"]["user"], view=home())

    async def _command(self, payload: dict[str, Any]) -> None:
        await self.web.chat_postEphemeral(
            channel=payload["channel_id"],
            user=payload["user_id"],
            text=f"You typed: {payload['text']}",
        )

    async def _pressed(self, payload: dict[str, Any]) -> None:
        match payload["actions"][0]["action_id"]:
            case "mark":
                await self.web.views_open(trigger_id=payload["trigger_id"], view=form())
            case "push":
                await self.web.views_push(trigger_id=payload["trigger_id"], view=details("Look-up"))
            case "details":
                await self.web.views_open(trigger_id=payload["trigger_id"], view=details())
            case "have_it":
                await self._taken(payload)
            case "remove":
                await self.web.chat_postEphemeral(
                    channel=payload["channel"]["id"],
                    user=payload["user"]["id"],
                    text="You lack *Order Sync Actions*. Ada Admin grants it.",
                )
            case _:
                pass

    async def _taken(self, payload: dict[str, Any]) -> None:
        blocks = card()
        blocks[3]["elements"] = [mrkdwn(f"<@{payload['user']['id']}> has it")]
        await self.web.chat_update(
            channel=payload["channel"]["id"],
            ts=payload["container"]["message_ts"],
            text="Failed: 267 orders are not in the ERP",
            blocks=blocks,
        )


def _errors(payload: dict[str, Any]) -> dict[str, Any] | None:
    values = payload["view"]["state"]["values"]
    if values.get("number", {}).get("number", {}).get("value") == "SO-404":
        errors = {"number": "The ERP has no order SO-404."}
        return {"response_action": "errors", "errors": errors}
    return None


@contextlib.asynccontextmanager
async def scripted(box: Box) -> AsyncIterator[ScriptedApp]:
    """The app, connected while the block runs."""
    web = AsyncWebClient(token=box.bot_token, base_url=box.slack_api_url)
    socket = SocketModeClient(app_token=box.app_token, web_client=web)
    app = ScriptedApp(web)
    socket.socket_mode_request_listeners.append(app.hear)
    await socket.connect()  # type: ignore[no-untyped-call]
    try:
        yield app
    finally:
        await socket.close()  # type: ignore[no-untyped-call]
