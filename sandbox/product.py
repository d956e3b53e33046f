"""Orderwatch as the demo runs it: a child process with settings, a database and a log of its own.

The sandbox imports nothing of the product. It starts the command an operator would start, hands it
the environment an operator would set, and speaks to it over HTTP.
"""

import asyncio
import contextlib
import os
import random
import secrets
import socket
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import httpx

from sandbox.data import DISTRIBUTOR, ZONE
from sandbox.slack.clock import Clock

ROOT: Final = Path(__file__).resolve().parent.parent
LAST_LINES: Final = 15
START_SECONDS: Final = 60.0
STOP_SECONDS: Final = 10.0
# What belongs to somebody's real installation must not reach the demo; a proxy would take its
# loopback traffic elsewhere.
NOT_HANDED_ON: Final = (
    "ORDERWATCH_", "SLACK_", "DATABASE_URL", "SMTP_URL", "MAIL_FROM", "LISTEN",
    "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY",
)  # fmt: skip

SETTINGS: Final = f"""\
[distributors.{DISTRIBUTOR}]
name = "Northwind Traders"
timezone = "{ZONE.key}"
slack_team = "T000000001"
alert_channel = "C000000002"
admins = ["U000000001"]
api_token = "env:DEMO_API_TOKEN"
erp_api_token = "env:DEMO_ERP_API_TOKEN"
cadence = "* * * * *"
confirm_within = "2m"
cutoff = "07:30"
support_email = "support@orderwatch.example"
it_contact = "IT desk 312-555-0100"

[distributors.{DISTRIBUTOR}.alerts]
group_wait = "2s"
update_interval = "2s"

[distributors.{DISTRIBUTOR}.erp]
kind = "rest"
url = "ERP_URL"
token = "env:DEMO_ERP_TOKEN"
settle = "2s"
lookup_gap = "1s"
"""


class ProductError(Exception):
    """The product did not start, died or refused; the message is for a person."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where the product finds the stand-ins; the Slack secrets are the workspace's."""

    slack_api_url: str
    slack_bot_token: str
    slack_app_token: str
    slack_signing_secret: str
    erp_url: str
    erp_token: str
    smtp_url: str


def _token() -> str:
    return secrets.token_urlsafe(24)


def product_command() -> list[str]:
    """`orderwatch run --migrate`, composed so that it goes by the clock of the sandbox."""
    return [sys.executable, "-m", "demo", "run", "--migrate"]


def free_port() -> int:
    """A loopback port that was free a moment ago, of those that systems do not hand out by default:
    it may be long until somebody listens there.
    """
    while True:
        port = random.randrange(15_000, 30_000)  # noqa: S311  # no secret
        with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port


@dataclass(slots=True)
class Product:
    """One run of the product in `folder`, reachable under `url` once it is `ready`.

    `settings`: the settings file, with ERP_URL where the ERP's address belongs.
    """

    folder: Path
    around: Surroundings
    command: Sequence[str] = field(default_factory=product_command)
    api_token: str = field(default_factory=_token)
    erp_api_token: str = field(default_factory=_token)
    settings: str = SETTINGS
    clock: Clock = field(default_factory=Clock)
    port: int = field(default_factory=free_port)
    process: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        return self.folder / "orderwatch.log"

    async def launch(self) -> None:
        """Starts the process; `ready` tells when it can be used. Raises ProductError."""
        settings = self.settings.replace("ERP_URL", self.around.erp_url)
        (self.folder / "orderwatch.toml").write_text(settings, encoding="utf-8")
        try:
            await self._spawn()
        except OSError as error:
            raise ProductError(f"{self.command[0]} cannot be started: {error.strerror}") from None

    async def ready(self) -> None:
        """Waits until it answers that it is ready. Raises ProductError after a minute."""
        try:
            async with (
                asyncio.timeout(START_SECONDS),
                httpx.AsyncClient(trust_env=False, timeout=5) as client,
            ):
                # Another process: there is nothing to wait on but its answer.
                while not await _answers(client, f"{self.url}/readyz"):  # noqa: ASYNC110
                    await asyncio.sleep(0.1)
        except TimeoutError:
            raise ProductError(f"Orderwatch is not ready. Its last lines:\n{self.tail()}") from None

    async def ended(self) -> None:
        """Returns never; raises ProductError with the last lines of the log when it ends."""
        assert self.process is not None
        code = await self.process.wait()
        raise ProductError(f"Orderwatch has ended with code {code}. Its last lines:\n{self.tail()}")

    async def stop(self) -> None:
        """Ends it, by force if it does not go by itself."""
        if self.process is None or self.process.returncode is not None:
            return
        self.process.terminate()
        try:
            await asyncio.wait_for(self.process.wait(), STOP_SECONDS)
        except TimeoutError:
            self.process.kill()
            await self.process.wait()

    async def send(self, orders: list[dict[str, Any]]) -> None:
        """Sends orders as the shop does. Raises ProductError when one is not taken."""
        headers = {"Authorization": f"Bearer {self.api_token}"}
        async with httpx.AsyncClient(headers=headers, trust_env=False, timeout=30) as shop:
            try:
                answer = await shop.post(f"{self.url}/api/v1/orders", json=orders)
            except httpx.HTTPError as error:
                raise ProductError(f"Orderwatch took no orders: {error!r}") from None
        if answer.status_code != httpx.codes.OK:
            raise ProductError(f"Orderwatch took no orders: {answer.status_code} {answer.text}")
        refused = [one for one in answer.json()["results"] if one["outcome"] == "refused"]
        if refused:
            raise ProductError(f"Orderwatch refused {len(refused)} orders: {refused[0]}")

    def tail(self) -> str:
        """The last lines it wrote."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        return "\n".join(lines[-LAST_LINES:])

    async def _spawn(self) -> None:
        with self.log.open("ab") as log:
            # A session of its own: Ctrl-C reaches the demo alone, which then ends the product.
            self.process = await asyncio.create_subprocess_exec(
                *self.command,
                env=environment(os.environ) | self._own_environment(),
                cwd=ROOT,
                stdin=asyncio.subprocess.PIPE,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._tell_the_time()
        self.clock.on_travel.append(self._tell_the_time)

    def _tell_the_time(self) -> None:
        """A line for whoever goes by this clock; one that does not never reads it."""
        assert self.process is not None
        assert self.process.stdin is not None
        if not self.process.stdin.is_closing():
            self.process.stdin.write(f"{self.clock.ahead():.3f}\n".encode())

    def _own_environment(self) -> dict[str, str]:
        return {
            "ORDERWATCH_CONFIG": str(self.folder / "orderwatch.toml"),
            "DATABASE_URL": f"sqlite:///{self.folder / 'orderwatch.db'}",
            "SLACK_API_URL": self.around.slack_api_url,
            "SLACK_BOT_TOKEN": self.around.slack_bot_token,
            "SLACK_APP_TOKEN": self.around.slack_app_token,
            "SLACK_SIGNING_SECRET": self.around.slack_signing_secret,
            "SMTP_URL": self.around.smtp_url,
            "MAIL_FROM": "orderwatch@northwind.example",
            "LISTEN": f"127.0.0.1:{self.port}",
            "DEMO_API_TOKEN": self.api_token,
            "DEMO_ERP_API_TOKEN": self.erp_api_token,
            "DEMO_ERP_TOKEN": self.around.erp_token,
            "NO_PROXY": "127.0.0.1,localhost",
        }


def environment(outer: Mapping[str, str]) -> dict[str, str]:
    """What of the caller's environment the product may see."""
    return {
        name: value for name, value in outer.items() if not name.upper().startswith(NOT_HANDED_ON)
    }


async def _answers(client: httpx.AsyncClient, url: str) -> bool:
    try:
        return (await client.get(url)).status_code == httpx.codes.OK
    except httpx.TransportError:
        return False
