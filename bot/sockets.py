"""Socket Mode: Slack's payloads over a WebSocket that the bot opens. Run by `bot.slack`.

The SDK reconnects by itself, with two gaps that are closed here: it repeats a used-up address for
ever, and it treats a dead app token as bad weather.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from time import time
from typing import Final

from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app, send_async_response
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.webapi import DEAD, OnDead, WebApi, is_loopback
from commands.ports import Clock

log = logging.getLogger("orderwatch.slack")

GLANCE: Final = timedelta(seconds=1)
NEW_ADDRESS_AFTER: Final = timedelta(seconds=10)
GIVE_UP_AFTER: Final = timedelta(minutes=5)
PING_SECONDS: Final = 5
NOT_FOR_SOCKETS: Final = frozenset(
    {*DEAD, "not_allowed_token_type", "missing_scope", "app_not_enabled", "forbidden_team"}
)


class Socket(SocketModeClient):
    """The SDK's client that says so when the app token is no good."""

    on_dead: OnDead

    async def issue_new_wss_url(self) -> str:
        try:
            return await super().issue_new_wss_url()
        except SlackApiError as error:
            code = str(error.response.get("error", "")) if error.response else ""
            if code in NOT_FOR_SOCKETS:
                self.closed = True
                self.on_dead(code)
            raise


def socket_for(
    app: AsyncApp, web: WebApi, app_token: str, logger: logging.Logger, on_dead: OnDead
) -> Socket:
    """A socket that hands every envelope to `app`. Made inside the running loop."""

    async def handle(client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        answer = await run_async_bolt_app(app, request)
        await send_async_response(client, request, answer, time())

    socket = Socket(app_token, logger, web.client, ping_interval=PING_SECONDS)
    socket.on_dead = on_dead
    socket.socket_mode_request_listeners.append(handle)
    if is_loopback(web.client.base_url):
        socket.proxy = None
    return socket


async def watch(socket: Socket, clock: Clock, lost: Callable[[], None]) -> None:
    """Look after the connection until cancelled; `lost` is called when it stays away too long."""
    since: datetime | None = None
    while True:
        await clock.sleep(GLANCE)
        if await socket.is_connected():
            _tell_back(since, clock)
            since = None
            continue
        now = clock.now()
        since = since or now
        if now - since > NEW_ADDRESS_AFTER:
            # An address works once: one that failed would be tried again for ever.
            socket.wss_uri = None
        if now - since > GIVE_UP_AFTER:
            lost()
            return


def _tell_back(since: datetime | None, clock: Clock) -> None:
    if since is not None:
        away = int((clock.now() - since).total_seconds())
        log.info("connected to Slack again after %d s", away)


async def connect(socket: Socket) -> None:
    """Open the connection, however often it takes; returns at once where the token is dead."""
    await socket.connect()  # type: ignore[no-untyped-call]
