"""A running sandbox as the tests of the local Slack see it: from outside, over its wire alone."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Any

import aiohttp
import httpx

from sandbox.serve import Box, SandboxOptions, running
from sandbox.slack.clock import Clock
from sandbox.slack.options import SlackOptions

Json = dict[str, Any]
SILENT = object()  # what an app answers that does not acknowledge

ADA, DANA, ELI, GUS, BOT = (f"U{number:09d}" for number in range(1, 6))
GENERAL, ORDERS, TASTINGS = (f"C{number:09d}" for number in range(1, 4))


class World:
    def __init__(self, box: Box, http: httpx.AsyncClient) -> None:
        self.box = box
        self.http = http

    async def call(self, method: str, /, token: str | None = None, **args: Any) -> httpx.Response:
        bearer = {"Authorization": f"Bearer {token or self.box.bot_token}"}
        return await self.http.post(f"/slack/api/{method}", json=args, headers=bearer)

    async def api(self, method: str, /, token: str | None = None, **args: Any) -> Json:
        body: Json = (await self.call(method, token, **args)).json()
        return body

    async def control(self, verb: str, path: str, **body: Any) -> Json:
        response = await self.http.request(
            verb, f"/control/{path}", json=body, headers=dict(self.box.control_headers)
        )
        assert response.status_code == 200, response.text
        answer: Json = response.json()
        return answer

    async def see(self, what: str, who: str, **query: str) -> Json:
        response = await self.http.get(f"/desk/{what}", params={"as": who, **query})
        answer: Json = response.json()
        return answer

    async def messages(self, who: str, channel: str = ORDERS) -> list[Json]:
        shown: list[Json] = (await self.see("messages", who, channel=channel))["messages"]
        return shown

    async def do(self, what: str, who: str, **body: Any) -> Json:
        headers = dict(self.box.page_headers)
        response = await self.http.post(f"/desk/{what}", json={"as": who, **body}, headers=headers)
        answer: Json = response.json()
        return answer

    async def press(
        self, who: str, ts: str, action_id: str, *, block_id: str = "b", **more: Any
    ) -> Json:
        container = {"type": "message", "channel": more.pop("channel", ORDERS), "ts": ts}
        given = {"container": container, "block_id": block_id, "action_id": action_id}
        return await self.do("action", who, **given, **more)

    async def trigger(self, app: "App", who: str = DANA) -> str:
        """A fresh trigger id, as a slash command brings one."""
        await self.do("send", who, channel=ORDERS, text="/orders")
        trigger: str = app.of("slash_commands")[-1]["trigger_id"]
        return trigger


@contextlib.asynccontextmanager
async def world(*, frozen: bool = False, **slack: Any) -> AsyncIterator[World]:
    """A sandbox with these Slack options; `frozen` time passes only when the test advances it."""
    clock = Clock(lambda: 1_764_000_000.0) if frozen else Clock()
    options = SandboxOptions(slack=SlackOptions(**slack), clock=clock)
    async with (
        running(options) as box,
        httpx.AsyncClient(base_url=box.url, trust_env=False, timeout=30) as http,
    ):
        yield World(box, http)


Answer = Callable[[Json], object]


class App:
    """A bare Socket Mode app: acknowledges what it gets, with the payload that `answer` gives."""

    def __init__(self, link: aiohttp.ClientWebSocketResponse, answer: Answer) -> None:
        self.link = link
        self.answer = answer
        self.received: list[Json] = []
        self.words: list[Json] = []
        self.news = asyncio.Condition()

    async def listen(self) -> None:
        async for message in self.link:
            await self._take(message.json())

    async def _take(self, message: Json) -> None:
        kept = self.received if "envelope_id" in message else self.words
        kept.append(message)
        if "envelope_id" in message:
            payload = self.answer(message)
            if payload is not SILENT:
                answer = {"envelope_id": message["envelope_id"]}
                await self.link.send_json(answer | ({"payload": payload} if payload else {}))
        async with self.news:
            self.news.notify_all()

    async def wait(self, until: Callable[[], object]) -> None:
        """Until the condition on what was received holds."""
        async with asyncio.timeout(30), self.news:
            await self.news.wait_for(lambda: bool(until()))

    def of(self, kind: str) -> list[Json]:
        return [e["payload"] for e in self.received if e["type"] == kind]

    def events(self, kind: str) -> list[Json]:
        return [p["event"] for p in self.of("events_api") if p["event"]["type"] == kind]


def _nothing(_envelope: Json) -> object:
    return None


@contextlib.asynccontextmanager
async def connected(world: World, answer: Answer = _nothing) -> AsyncIterator[App]:
    opened = await world.api("apps.connections.open", world.box.app_token)
    async with aiohttp.ClientSession() as session, session.ws_connect(opened["url"]) as link:
        app = App(link, answer)
        listening = asyncio.create_task(app.listen())
        await app.wait(lambda: app.words)
        try:
            yield app
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)


def button(action_id: str = "a", **more: Any) -> Json:
    label = {"type": "plain_text", "text": "Press"}
    return {"type": "button", "action_id": action_id, "text": label, **more}


def actions(*elements: Json, block_id: str = "b") -> Json:
    return {"type": "actions", "block_id": block_id, "elements": list(elements)}


def section(text: str = "words", **more: Any) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **more}


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def text_input(block_id: str = "b", action_id: str = "a", **more: Any) -> Json:
    element = {"type": "plain_text_input", "action_id": action_id, **more}
    return {"type": "input", "block_id": block_id, "label": plain("Name"), "element": element}


def modal(*blocks: Json, **more: Any) -> Json:
    shown = list(blocks) or [section()]
    given = {"type": "modal", "title": plain("Title"), "submit": plain("Save"), "blocks": shown}
    return given | more
