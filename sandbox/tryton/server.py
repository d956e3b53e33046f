"""A real Tryton on a loopback port, as a process of its own. For the tests and `make demo`.

Its database is one file in the caller's folder, beside its log and its settings. It ends with the
block, and with this process however that dies.
"""

import asyncio
import contextlib
import json
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import httpx

from sandbox.product import free_port
from sandbox.tryton.hand import CONTEXT, Hand
from sandbox.tryton.masterdata import MasterData
from sandbox.tryton.names import ADMIN, CLERK, DATABASE, OUTSIDER
from sandbox.tryton.template import (
    CACHE,
    LAST_WORDS,
    TrytonError,
    configuration,
    copied,
    environment,
    run,
)

START_SECONDS: Final = 120.0
STOP_SECONDS: Final = 10.0
LOOK_SECONDS: Final = 0.05


@dataclass(slots=True)
class Tryton(Hand):
    """`key` is the bot's; `outsider` the key of a user without any right. All are validated."""

    folder: Path
    key: str = field(repr=False)
    outsider: str = field(repr=False)
    port: int
    database: str = DATABASE
    _process: asyncio.subprocess.Process | None = None

    @property
    def log(self) -> Path:
        return self.folder / "trytond.log"

    async def start(self) -> None:
        """On the same port each time; returns once it answers. Raises TrytonError."""
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "sandbox.tryton.serving"),
                *("-c", str(self.folder / "trytond.conf"), "-d", self.database),
                cwd=self.folder, env=environment(self.folder), start_new_session=True,
                stdin=asyncio.subprocess.PIPE, stdout=log, stderr=log,
            )  # fmt: skip
        try:
            async with asyncio.timeout(START_SECONDS):
                # Another process: there is nothing to wait on but its answer.
                while not await self._answers():  # noqa: ASYNC110
                    await asyncio.sleep(LOOK_SECONDS)
        except TimeoutError:
            raise TrytonError(f"Tryton does not answer:\n{self._last_words()}") from None

    async def stop(self) -> None:
        """Ends the process: its port refuses, and what was under way is cut."""
        process, self._process = self._process, None
        if process is None or process.returncode is not None:
            return
        process.terminate()
        try:
            await asyncio.wait_for(process.wait(), STOP_SECONDS)
        except TimeoutError:
            process.kill()
            await process.wait()

    async def _answers(self) -> bool:
        if self._process is None or self._process.returncode is not None:
            raise TrytonError(f"Tryton has ended:\n{self._last_words()}")
        try:
            await self.party_count()
        except httpx.TransportError:
            return False
        return True

    def _last_words(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")[-LAST_WORDS:]


@contextlib.asynccontextmanager
async def running(folder: Path, data: MasterData, cache: Path = CACHE) -> AsyncIterator[Tryton]:
    """A Tryton that knows this master data while the block runs. Raises TrytonError."""
    port = free_port()
    keys = await _founded(folder, data, cache, port)
    url = f"http://127.0.0.1:{port}"
    async with httpx.AsyncClient(
        base_url=f"{url}/{DATABASE}/rest/model/",
        headers={"Authorization": f"bearer {keys[ADMIN]}", **CONTEXT},
        trust_env=False,
        timeout=60,
    ) as client:
        tryton = Tryton(
            client, url=url, folder=folder, key=keys[CLERK], outsider=keys[OUTSIDER], port=port
        )
        try:
            await tryton.start()
            yield tryton
        finally:
            await tryton.stop()


async def _founded(folder: Path, data: MasterData, cache: Path, port: int) -> dict[str, str]:
    """A database with this master data, ready to be served; the keys by their users."""
    _make(folder)
    await copied(folder, cache)
    config = str(configuration(folder, port))
    keys: dict[str, str] = json.loads(
        await run(folder, "sandbox.tryton.filling", config, said=data.text)
    )
    return keys


def _make(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
