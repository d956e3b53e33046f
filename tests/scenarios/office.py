"""An operator's office: the real command in processes of its own, beside the sandbox.

`ticks_pass` is the only liberty: orders are due at the next tick of a cadence of whole minutes, and
a scenario lets that tick be past instead of waiting for it.
"""

import asyncio
import contextlib
import os
import sqlite3
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import httpx

from sandbox.serve import Box
from sandbox.serve import running as sandbox
from sandbox.slack.messages import Message
from tests.bot.running import Operator, Running, shop, slack_of
from tests.patience import patient
from tests.scenarios.northwind import Orders

Json = dict[str, Any]
COMMAND: Final = Path(sys.executable).parent / "orderwatch"
CHANNEL: Final = "C000000002"
PATIENCE: Final = 240
SHOP: Final = "shop-token-of-the-scenarios"
CONFIG: Final = f"""
[distributors.northwind]
name = "Northwind Traders"
timezone = "America/Chicago"
slack_team = "T000000001"
alert_channel = "{CHANNEL}"
admins = ["U000000001"]
api_token = "env:SHOP"
cadence = "* * * * *"
[distributors.northwind.alerts]
group_wait = "1s"
update_interval = "4s"
"""
SIMULATED: Final = """
[distributors.northwind.erp]
kind = "rest"
url = "ERP_URL"
token = "env:ERP_KEY"
timeout = "3s"
settle = "1s"
lookup_gap = "1s"
"""
TICKS: Final = "UPDATE orders SET next_at = received_at WHERE state = 'queued' AND attempts = 0"


@dataclass
class Office(Operator):
    """Runs `orderwatch` as it is installed."""

    box: Box = field(kw_only=True)
    logs: list[list[str]] = field(default_factory=list)

    @property
    def database(self) -> Path:
        return self.folder / "orderwatch.db"

    async def _spawn(self, *arguments: str) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            COMMAND,
            *arguments,
            cwd=self.folder,
            env=self._env(),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )

    @contextlib.asynccontextmanager
    async def importing_from_a_pipe(self) -> AsyncIterator["Pipe"]:
        """`orderwatch import` of a pipe: how far it comes is in the scenario's hands."""
        path = self.folder / "piped.jsonl"
        path.unlink(missing_ok=True)
        os.mkfifo(path)
        process = await self._spawn("import", path.name)
        pipe = Pipe(process, await asyncio.to_thread(os.open, path, os.O_WRONLY))
        try:
            yield pipe
        finally:
            pipe.close()
            if process.returncode is None:
                process.kill()
            await process.communicate()

    @contextlib.asynccontextmanager
    async def ticks_pass(self) -> AsyncIterator[None]:
        """Whatever waits for the first tick after it came in has had it."""
        passing = asyncio.create_task(self._pass_ticks())
        try:
            yield
        finally:
            passing.cancel()
            await asyncio.gather(passing, return_exceptions=True)

    async def _pass_ticks(self) -> None:
        while True:
            await asyncio.to_thread(self._tick)
            await asyncio.sleep(0.2)

    def _tick(self) -> None:
        with contextlib.closing(sqlite3.connect(self.database, timeout=15)) as database, database:
            database.execute(TICKS)

    @contextlib.asynccontextmanager
    async def at_work(self) -> AsyncIterator[tuple[Running, "Door"]]:
        """`orderwatch run`, and its API."""
        async with self.running("--migrate") as bot, shop(await bot.url(), SHOP) as client:
            self.logs.append(bot.log)
            yield bot, Door(client)

    @contextlib.contextmanager
    def killing(self, bot: Running, told: Callable[[], bool]) -> Iterator[None]:
        """kill -9 at the moment `told` comes true in the ERP or in Slack.

        It is noticed within the call that makes it true, so the bot dies before its answer.
        """

        def look(*_: object) -> None:
            if bot.process.returncode is None and told():
                bot.process.kill()

        erp, workspace = self.box.erp, self.box.slack.workspace
        erp.on_request = look
        workspace.on_change.append(look)
        try:
            yield
        finally:
            workspace.on_change.remove(look)
            erp.on_request = None

    def complaints(self) -> list[str]:
        """What a bot of any of its runs wrote of trouble."""
        signs = ("Traceback", "ERROR", "CRITICAL")
        return [line for log in self.logs for line in log if any(sign in line for sign in signs)]

    # --- what the world holds --------------------------------------------------------------------

    def alerts(self) -> list[Message]:
        """The messages of alerts in the channel, oldest first."""
        channel = self.box.slack.workspace.conversations[CHANNEL]
        return [one for one in channel.timeline() if _about(one) == "orderwatch_alert"]

    async def alert_says(self, words: str) -> Message:
        """The newest alert, as soon as its notice begins so."""
        await until(lambda: any(one.text.startswith(words) for one in self.alerts()[-1:]))
        return self.alerts()[-1]

    async def press(self, card: Message, label: str, who: str) -> None:
        """A button of a message, by its words."""
        block, button = next(
            (block, one)
            for block in card.blocks
            for one in block.get("elements", ())
            if one.get("text", {}).get("text") == label
        )
        container = {"type": "message", "channel": CHANNEL, "ts": card.ts}
        at = {"block_id": block["block_id"], "action_id": button["action_id"]}
        slack = self.box.slack
        await slack.desk.act(slack.workspace.person(who), {"container": container, **at})

    async def say(self, text: str, who: str) -> None:
        """In the channel, or a slash command there."""
        slack = self.box.slack
        await slack.desk.send(slack.workspace.person(who), {"channel": CHANNEL, "text": text})

    def spoken(self, method: str) -> list[Json]:
        """The calls of this method about the channel."""
        log = self.box.slack.api.log
        return [
            one for one in log if one["method"] == method and one["args"].get("channel") == CHANNEL
        ]

    def posted(self) -> list[Json]:
        """The posts in the channel, without the lines of threads."""
        return [one for one in self.spoken("chat.postMessage") if not one["args"].get("thread_ts")]

    def rate_limited(self) -> list[Json]:
        return [one for one in self.box.slack.api.log if one["error"] == "ratelimited"]

    def doubled(self) -> dict[str, list[str]]:
        """Orders that the ERP holds more than once."""
        return {key: held for key, held in self.box.erp.holdings().items() if len(held) > 1}


@dataclass
class Pipe:
    """An import under way."""

    process: asyncio.subprocess.Process
    descriptor: int
    ended: bool = False

    async def feed(self, lines: list[str]) -> None:
        await asyncio.to_thread(self._write, "".join(lines).encode())

    def _write(self, data: bytes) -> None:
        while data:
            data = data[os.write(self.descriptor, data) :]

    def close(self) -> None:
        """The end of the file."""
        if not self.ended:
            os.close(self.descriptor)
        self.ended = True

    async def result(self) -> str:
        """Ends the file; what the command says in the end."""
        self.close()
        out, err = await self.process.communicate()
        assert (self.process.returncode, err) == (0, b"")
        return out.decode()

    async def kill(self) -> None:
        self.process.kill()
        await self.process.wait()


@dataclass
class Door:
    """The HTTP API, as the shop uses it."""

    client: httpx.AsyncClient

    async def order(self, number: str) -> Json:
        answer = await self.client.get(f"/api/v1/orders/{number}")
        assert answer.status_code == 200, answer.text
        shown: Json = answer.json()
        return shown

    async def orders(self) -> list[Json]:
        """All of them, page by page."""
        found: list[Json] = []
        query: dict[str, str] = {"limit": "500"}
        while True:
            page = (await self.client.get("/api/v1/orders", params=query)).json()
            found += page["orders"]
            if page["next_cursor"] is None:
                return found
            query["cursor"] = page["next_cursor"]

    async def counts(self) -> Counter[str]:
        return Counter(one["status"] for one in await self.orders())

    async def has(self, number: int) -> None:
        """Returns once so many orders came in."""
        async with asyncio.timeout(PATIENCE):
            while len(await self.orders()) < number:
                await asyncio.sleep(0.1)

    async def settled(self, number: int) -> Counter[str]:
        """How the orders stand as soon as so many came in and none is pending."""
        async with asyncio.timeout(PATIENCE):
            while (counts := await self.counts()).total() < number or counts["pending"]:
                await asyncio.sleep(0.3)
        return counts


async def until(told: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not told():
            await asyncio.sleep(0.02)


def _about(message: Message) -> str | None:
    return (message.metadata or {}).get("event_type")


@contextlib.asynccontextmanager
async def office(folder: Path, data: Orders) -> AsyncIterator[Office]:
    """The sandbox runs; its ERP refuses what is discontinued and knows no idempotency key."""
    async with before() as (box, secrets):
        box.erp.options.honour_key = False
        for sku in data.discontinued:
            box.erp.catalogue.set_item(sku, active=False)
        one = Office(folder, {**secrets, "ERP_KEY": box.erp_token}, box=box)
        one.write(CONFIG + SIMULATED.replace("ERP_URL", box.erp_url))
        yield one


@contextlib.asynccontextmanager
async def before() -> AsyncIterator[tuple[Box, dict[str, str]]]:
    """The sandbox, and what an operator puts into the environment for its Slack and the shop."""
    async with sandbox(patient()) as box:
        secrets = {
            "SHOP": SHOP,
            **slack_of(box),
        }
        yield box, secrets
