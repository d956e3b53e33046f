"""The bot's side of one Slack workspace: token, Bolt app, and the two doors that payloads come by.

The composition root makes one `Slack`, awaits `start`, registers the listeners on `app`, and then
either mounts `door` (signed HTTP) or lets `run` hold a socket. Both doors lead to the same
listeners.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from slack_bolt.adapter.starlette.async_handler import to_starlette_response
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request.async_request import AsyncBoltRequest
from starlette.requests import Request
from starlette.responses import Response

from bot import sockets
from bot.settings_environment import SlackSettings
from bot.signed import Payload, SignedDoor, no_such_door
from bot.webapi import Busy, Declined, Said, Unheard, WebApi, quiet_logger
from commands.ports import Clock

log = logging.getLogger("orderwatch.slack")

AGAIN: Final = timedelta(seconds=5)
Seated = Callable[[Callable[[], Awaitable[None]]], Awaitable[None]]
BOT_TOKEN: Final = "SLACK_BOT_TOKEN"  # noqa: S105  # the variable's name
APP_TOKEN: Final = "SLACK_APP_TOKEN"  # noqa: S105
WHY: Final = {
    "invalid_auth": "is not one Slack knows; copy it again from the app's pages",
    "not_authed": "is empty; copy it from the app's pages",
    "account_inactive": "belongs to an app that was removed; install the app again",
    "token_revoked": "was revoked; install the app again and take its new token",
    "token_expired": "has expired; install the app again and take its new token",
    "not_allowed_token_type": "is of the wrong kind: it must begin with xapp-",
    "missing_scope": "lacks the scope connections:write",
}


class SlackEndedError(Exception):
    """Slack cannot be used any more; the message says to an operator why, and what to do."""


async def _at_once(hold: Callable[[], Awaitable[None]]) -> None:
    await hold()


@dataclass(frozen=True, slots=True)
class Workspace:
    """Who we are: the workspace of the token and the bot's own account in it."""

    team: str
    bot_user: str
    bot_id: str


class Slack:
    """One workspace. Nothing is opened before `start`."""

    def __init__(self, settings: SlackSettings, clock: Clock) -> None:
        assert settings.bot_token, "the settings have been checked"
        self._settings = settings
        self._clock = clock
        self._logger = quiet_logger("orderwatch.libraries.slack")
        self._why: str | None = None
        self._ended = asyncio.Event()
        self.workspace: Workspace | None = None
        self.web = WebApi(settings.bot_token, settings.api_url, self._logger, self._bot_token_dead)
        self.app = self._bolt()
        self.door = self._door()

    async def start(self) -> Workspace:
        """Learn whose token it is, as soon as Slack answers. Raises SlackEndedError."""
        await self.web.open()
        while True:
            match await self.web.ask(self.web.client.auth_test()):
                case Said(data):
                    self.workspace = _workspace(data)
                    return self.workspace
                case Declined(error):
                    raise SlackEndedError(_words(BOT_TOKEN, error))
                case Busy() if self._why is not None:
                    raise SlackEndedError(self._why)
                case Busy(wait) | Unheard(wait):
                    log.warning("Slack does not answer yet; trying again in %s", wait)
                    await self._clock.sleep(wait)

    async def run(self, seated: Seated = _at_once) -> None:
        """Hold a socket, in Socket Mode, until cancelled. Raises SlackEndedError.

        `seated` lets it be held while this process has one of the app's few sockets.
        """
        holding = None
        if self._settings.socket_mode:
            holding = asyncio.ensure_future(seated(self._hold_socket))
        try:
            await self._ended.wait()
            raise SlackEndedError(self._why or "Slack has ended")
        finally:
            if holding is not None:
                holding.cancel()
                await asyncio.gather(holding, return_exceptions=True)

    async def _hold_socket(self) -> None:
        socket = self._socket()
        tasks = (
            asyncio.create_task(sockets.connect(socket)),
            asyncio.create_task(sockets.watch(socket, self._clock, self._lost)),
        )
        try:
            await asyncio.gather(*tasks, return_exceptions=True)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await socket.close()  # type: ignore[no-untyped-call]

    async def close(self) -> None:
        await self.web.close()

    # --- what ends it ----------------------------------------------------------------------------

    def _bot_token_dead(self, error: str) -> None:
        self._end(_words(BOT_TOKEN, error))

    def _app_token_dead(self, error: str) -> None:
        self._end(_words(APP_TOKEN, error))

    def _lost(self) -> None:
        away = sockets.GIVE_UP_AFTER
        self._end(f"no connection to Slack for {away}; ending, so that a new process can try")

    def _end(self, why: str) -> None:
        if self._why is None:
            self._why = why
            log.error("%s", why)
        self._ended.set()

    # --- Bolt ------------------------------------------------------------------------------------

    def _bolt(self) -> AsyncApp:
        # Bolt warns of tokens in the environment that it does not use; they are ours.
        level = self._logger.level

        async def authorize() -> AuthorizeResult:
            """Known since `start`: Bolt's own way would ask Slack before it acknowledges."""
            # Not a method: Bolt would want to be told what `self` is.
            return self._us()

        self._logger.setLevel(logging.ERROR)
        app = AsyncApp(
            name="orderwatch",
            logger=self._logger,
            client=self.web.client,
            authorize=authorize,
            signing_secret="",
            process_before_response=False,
            # `bot.signed` verifies before Bolt sees anything; a socket is opened by us.
            request_verification_enabled=False,
            attaching_function_token_enabled=False,
            attaching_conversation_kwargs_enabled=False,
        )
        self._logger.setLevel(level)
        return app

    def _us(self) -> AuthorizeResult:
        assert self.workspace is not None, "listeners are registered after the start"
        return AuthorizeResult(
            enterprise_id=None,
            team_id=self.workspace.team,
            bot_user_id=self.workspace.bot_user,
            bot_id=self.workspace.bot_id,
            bot_token=self._settings.bot_token,
        )

    def _socket(self) -> sockets.Socket:
        assert self._settings.app_token
        return sockets.socket_for(
            self.app, self.web, self._settings.app_token, self._logger, self._app_token_dead
        )

    def _door(self) -> SignedDoor | None:
        if self._settings.socket_mode:
            return None
        return SignedDoor(self._settings.signing_secret or "", self._dispatch, self._clock)

    async def knock(self, request: Request) -> Response:
        """The endpoint of POST /slack/events: 404 in Socket Mode."""
        return await self.door(request) if self.door else no_such_door()

    async def _dispatch(self, payload: Payload, headers: dict[str, str]) -> Response:
        # As over a socket: Bolt then takes the payload as we have read it.
        request = AsyncBoltRequest(mode="socket_mode", body=payload, headers=dict(headers))
        return to_starlette_response(await self.app.async_dispatch(request))


def _workspace(data: Mapping[str, Any]) -> Workspace:
    return Workspace(
        str(data.get("team_id", "")), str(data.get("user_id", "")), str(data.get("bot_id", ""))
    )


def _words(variable: str, error: str) -> str:
    return f"{variable} {WHY.get(error, 'was refused by Slack')} ({error})"
