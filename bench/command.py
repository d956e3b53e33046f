"""The command `orderwatch` as an operator runs it, for benchmarks: a process of its own."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx

from bench.orders import KEY
from sandbox.product import environment
from sandbox.serve import Box

ROOT: Final = Path(__file__).parents[1]
PATIENCE: Final = 300.0
SHOP: Final = "bench-shop-token-long-enough"
NEVER: Final = "0 0 1 1 *"
"""A cadence: nothing that comes in is due while it is measured."""

ALWAYS: Final = "* * * * *"
SETTINGS: Final = f"""\
[distributors.{KEY}]
name = "Bench"
timezone = "UTC"
slack_team = "T000000001"
alert_channel = "C000000002"
api_token = "env:SHOP"
cadence = "CADENCE"

[distributors.{KEY}.erp]
kind = "rest"
url = "ERP_URL"
token = "env:ERP_KEY"
concurrency = 16
"""


@dataclass(frozen=True, slots=True)
class Serving:
    """A running bot: its address and the number of its process."""

    url: str
    pid: int

    def shop(self) -> httpx.AsyncClient:
        headers = {"Authorization": f"Bearer {SHOP}", "Content-Type": "application/json"}
        return httpx.AsyncClient(
            base_url=self.url, headers=headers, trust_env=False, timeout=PATIENCE
        )


@dataclass(frozen=True, slots=True)
class Operator:
    """Somebody at a shell in a folder, with settings and a database. `over_http`: Slack knocks, and
    no socket is held.
    """

    folder: Path
    database: str
    box: Box
    over_http: bool = False

    def write(self, cadence: str, erp_url: str) -> None:
        text = SETTINGS.replace("CADENCE", cadence).replace("ERP_URL", erp_url)
        (self.folder / "orderwatch.toml").write_text(text)

    async def _starts(self, *arguments: str) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", *arguments),
            cwd=self.folder,
            env=environment(os.environ) | self._own(),
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )

    async def does(self, *arguments: str) -> None:
        process = await self._starts(*arguments)
        _, told = await process.communicate()
        if process.returncode:
            raise RuntimeError(told.decode())

    @asynccontextmanager
    async def runs(self) -> AsyncIterator[Serving]:
        """`orderwatch run --migrate`, until the block ends."""
        process = await self._starts("run", "--migrate")
        assert process.stderr is not None
        try:
            url = await _listening(process.stderr)
            reading = asyncio.create_task(_drain(process.stderr))
            yield Serving(url, process.pid)
            process.terminate()
            await reading
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()

    def _own(self) -> dict[str, str]:
        return {
            "PYTHONPATH": str(ROOT),
            "NO_PROXY": "127.0.0.1",
            "DATABASE_URL": self.database,
            "LISTEN": "127.0.0.1:0",
            "SHOP": SHOP,
            "ERP_KEY": self.box.erp_token,
            "SLACK_API_URL": self.box.slack_api_url,
            "SLACK_BOT_TOKEN": self.box.bot_token,
            **self._ear(),
        }

    def _ear(self) -> dict[str, str]:
        if self.over_http:
            return {"SLACK_SIGNING_SECRET": self.box.signing_secret}
        return {"SLACK_APP_TOKEN": self.box.app_token}


async def _listening(log: asyncio.StreamReader) -> str:
    """Wait until it says where. Raises RuntimeError with what it said when it ends before."""
    lines = []
    async for line in log:
        lines.append(line.decode())
        _, found, url = lines[-1].partition("listening on ")
        if found:
            return url.strip()
    raise RuntimeError("".join(lines))


async def _drain(log: asyncio.StreamReader) -> None:
    while await log.read(1 << 16):
        pass
