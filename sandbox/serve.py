"""The sandbox in one process on one port: local Slack, simulated ERP, mailbox and their page.

`python -m sandbox.serve --port 8700` for people; tests and the demo enter `running`.
"""

import argparse
import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from sandbox import mailbox as post_office
from sandbox.erp.app import routes as erp_routes
from sandbox.erp.state import ErpState
from sandbox.listening import end, listening, quiet_server
from sandbox.mailbox import Mailbox
from sandbox.origin import guarded
from sandbox.slack.app import LocalSlack, local_slack
from sandbox.slack.clock import Clock
from sandbox.slack.options import SlackOptions, from_manifest
from sandbox.slack.people import TEAM
from sandbox.slack.state import APP_ID, BOT_ID, BOT_USER

ROOT = Path(__file__).resolve().parent.parent
PAGE = Path(__file__).resolve().parent / "page"
POLICY = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: https:; "
    "object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def slack_options(**changes: Any) -> SlackOptions:  # noqa: ANN401  # the fields of SlackOptions
    """As the repository's manifest says, where there is one, with these fields changed."""
    return SlackOptions(**{**from_manifest(ROOT / "manifest.yml"), **changes})


@dataclass(frozen=True, slots=True)
class SandboxOptions:
    """`port` 0 takes a free one. Tokens are new at each start unless given. `erp_routes`: what the
    page shows as the ERP, in place of the simulated one.
    """

    port: int = 0
    slack: SlackOptions = field(default_factory=slack_options)
    erp_token: str = field(default_factory=lambda: token_hex(16))
    clock: Clock = field(default_factory=Clock)
    erp_routes: Sequence[BaseRoute] = ()


@dataclass(frozen=True, slots=True)
class Box:
    """A running sandbox: addresses and secrets for the product, and the parts for tests.

    `people` and `channels` map names (`ada`, `orders`) to ids.
    """

    url: str
    bot_token: str
    app_token: str
    signing_secret: str
    control_token: str
    erp_token: str
    smtp_url: str
    slack: LocalSlack
    erp: ErpState
    mailbox: Mailbox
    clock: Clock
    team_id: str = TEAM
    app_id: str = APP_ID
    bot_id: str = BOT_ID
    bot_user: str = BOT_USER

    @property
    def slack_api_url(self) -> str:
        return f"{self.url}/slack/api/"

    @property
    def erp_url(self) -> str:
        return f"{self.url}/erp"

    @property
    def control_headers(self) -> Mapping[str, str]:
        return {"X-Sandbox-Control": self.control_token}

    @property
    def page_headers(self) -> Mapping[str, str]:
        """What the page's own requests carry."""
        return {"Origin": self.url}

    @property
    def people(self) -> dict[str, str]:
        return {person.name: person.id for person in self.slack.workspace.people.values()}

    @property
    def channels(self) -> dict[str, str]:
        found = self.slack.workspace.conversations.values()
        return {channel.name: channel.id for channel in found if channel.kind != "im"}


@contextlib.asynccontextmanager
async def running(options: SandboxOptions | None = None) -> AsyncIterator[Box]:
    """Serves everything on the loopback interface while the block runs.

    Raises OSError when the port is taken.
    """
    options = options or SandboxOptions()
    slack = local_slack(options.slack, options.clock)
    erp, mailbox = _erp(options), Mailbox(clock=_moved(options.clock))
    erp.on_change = lambda: slack.live.tell("erp")
    mailbox.on_change = lambda: slack.live.tell("mailbox")
    with listening(options.port) as listener:
        url = slack.workspace.base = f"http://127.0.0.1:{listener.getsockname()[1]}"
        routes = options.erp_routes or erp_routes(erp)
        server = quiet_server(guarded(_app(slack, routes, mailbox)), ws="websockets-sansio")
        async with mailbox:
            await server.startup(sockets=[listener])
            try:
                yield _box(url, options, slack, erp, mailbox)
            finally:
                await slack.delivery.stop()
                await end(server)


def _wall(clock: Clock) -> Callable[[], datetime]:
    return lambda: datetime.fromtimestamp(clock.wall(), UTC)


def _moved(clock: Clock) -> Callable[[], datetime]:
    """For people, who see time pass as the bot does."""
    return lambda: datetime.fromtimestamp(clock.now(), UTC)


def _erp(options: SandboxOptions) -> ErpState:
    return ErpState(
        token=options.erp_token,
        clock=_wall(options.clock),
        control_token=options.slack.control_token,
    )


def _box(
    url: str, options: SandboxOptions, slack: LocalSlack, erp: ErpState, mailbox: Mailbox
) -> Box:
    return Box(
        url=url,
        bot_token=options.slack.bot_token,
        app_token=options.slack.app_token,
        signing_secret=options.slack.signing_secret,
        control_token=options.slack.control_token,
        erp_token=options.erp_token,
        smtp_url=mailbox.smtp_url,
        slack=slack,
        erp=erp,
        mailbox=mailbox,
        clock=options.clock,
    )


def _app(slack: LocalSlack, erp: Sequence[BaseRoute], mailbox: Mailbox) -> Starlette:
    routes: list[BaseRoute] = [
        *slack.routes(),
        Mount("/erp", routes=list(erp)),
        Mount("/mailbox", routes=post_office.routes(mailbox)),
        Route("/", _page, methods=["GET"]),
        Route("/archives/{channel}/{message}", _page, methods=["GET"]),
        Mount("/page", app=_fresh(StaticFiles(directory=PAGE))),
    ]
    return Starlette(routes=routes)


async def _page(_request: Request) -> Response:
    headers = {"Content-Security-Policy": POLICY, "Cache-Control": "no-cache"}
    return FileResponse(PAGE / "index.html", headers=headers)


def _fresh(app: ASGIApp) -> ASGIApp:
    """Browsers ask again each time, or a changed page would meet an old script."""

    async def call(scope: Scope, receive: Receive, send: Send) -> None:
        async def sending(message: Any) -> None:  # noqa: ANN401  # an ASGI message
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (b"cache-control", b"no-cache")]
            await send(message)

        await app(scope, receive, sending)

    return call


async def _serve(port: int, show: Callable[[Box], Awaitable[None]]) -> None:
    async with running(SandboxOptions(port=port)) as box:
        await show(box)


async def _show(box: Box) -> None:
    settings = {
        "SLACK_API_URL": box.slack_api_url,
        "SLACK_BOT_TOKEN": box.bot_token,
        "SLACK_APP_TOKEN": box.app_token,
        "SLACK_SIGNING_SECRET": box.signing_secret,
        "SMTP_URL": box.smtp_url,
        "NORTHWIND_ERP_TOKEN": box.erp_token,
    }
    for name, value in settings.items():
        print(f"export {name}={value}")  # noqa: T201
    print(f"Sandbox: {box.url}", flush=True)  # noqa: T201
    await asyncio.Event().wait()


def main() -> int:
    """Serves until interrupted; 1 when the port is taken."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.serve", description=__doc__)
    parser.add_argument("--port", type=int, default=8700, help="0 takes a free one")
    port = parser.parse_args().port
    try:
        asyncio.run(_serve(port, _show))
    except OSError as error:
        print(f"Sandbox: port {port} cannot be used: {error.strerror}", file=sys.stderr)  # noqa: T201
        return 1
    except KeyboardInterrupt:
        return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
