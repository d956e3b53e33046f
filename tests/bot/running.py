"""The command `orderwatch` as an operator runs it: a process of its own."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx

from sandbox.product import environment
from sandbox.serve import Box

ROOT = Path(__file__).parents[2]


@dataclass
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.err.splitlines()


def slack_of(box: Box) -> dict[str, str]:
    """What an operator puts into the environment for the Slack of a sandbox, over its sockets."""
    return {
        "SLACK_API_URL": box.slack_api_url,
        "SLACK_BOT_TOKEN": box.bot_token,
        "SLACK_APP_TOKEN": box.app_token,
    }


def far_from_now() -> time:
    """A time of the day in Chicago at which no report becomes due while a test runs."""
    then = datetime.now(ZoneInfo("America/Chicago")) + timedelta(hours=12)
    return then.time().replace(second=0, microsecond=0)


@dataclass
class Operator:
    """Somebody at a shell, in a folder, with an environment."""

    folder: Path
    environ: dict[str, str] = field(default_factory=dict)

    def _env(self) -> dict[str, str]:
        return {
            **environment(os.environ),
            "PYTHONPATH": str(ROOT),
            "NO_PROXY": "127.0.0.1",
            "DATABASE_URL": f"sqlite:///{self.folder}/orderwatch.db",
            "LISTEN": "127.0.0.1:0",
            **self.environ,
        }

    def write(self, text: str) -> None:
        (self.folder / "orderwatch.toml").write_text(text, encoding="utf-8")

    async def _spawn(self, *arguments: str) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot",
            *arguments,
            cwd=self.folder,
            env=self._env(),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )

    async def does(self, *arguments: str) -> Ended:
        """Run a command to its end."""
        process = await self._spawn(*arguments)
        out, err = await process.communicate()
        assert process.returncode is not None
        return Ended(process.returncode, out.decode(), err.decode())

    @contextlib.asynccontextmanager
    async def running(self, *arguments: str) -> AsyncIterator["Running"]:
        """`orderwatch run`, killed at the end if it still runs."""
        process = await self._spawn("run", *arguments)
        one = Running(process)
        reading = asyncio.create_task(one.read())
        try:
            yield one
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()
            await reading


@dataclass
class Running:
    """A running bot and what it has written so far."""

    process: asyncio.subprocess.Process
    log: list[str] = field(default_factory=list)
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def read(self) -> None:
        assert self.process.stderr
        async for line in self.process.stderr:
            self.log.append(line.decode())
            self.changed.set()
        self.changed.set()

    async def says(self, words: str) -> str:
        """Wait for a line of the log."""
        async with asyncio.timeout(60):
            while not (found := [line for line in self.log if words in line]):
                self.changed.clear()
                assert self.process.returncode is None, "".join(self.log)
                await self.changed.wait()
        return found[0]

    async def url(self) -> str:
        return (await self.says("listening on ")).split("listening on ")[1].strip()

    async def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return await self.process.wait()


def shop(url: str, token: str) -> httpx.AsyncClient:
    headers: Mapping[str, str] = {"Authorization": f"Bearer {token}"}
    return httpx.AsyncClient(base_url=url, headers=headers, timeout=20)
