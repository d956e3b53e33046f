"""HTTP mode: signed requests, forms for interactivity and commands, retries of events alone."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web
from slack_sdk.signature import SignatureVerifier

from tests.sandbox.slack_world import (
    ADA,
    DANA,
    ORDERS,
    Json,
    World,
    actions,
    button,
    modal,
    world,
)

EVENTS = frozenset({"app_home_opened"})


@dataclass(slots=True)
class Request:
    headers: dict[str, str]
    body: bytes

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))


@dataclass(slots=True)
class Endpoint:
    """A request URL: keeps what comes and answers with what `answer` gives."""

    answer: Callable[[Request], web.Response]
    url: str = ""
    requests: list[Request] = field(default_factory=list)
    news: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def take(self, request: web.Request) -> web.Response:
        kept = Request({k.lower(): v for k, v in request.headers.items()}, await request.read())
        self.requests.append(kept)
        async with self.news:
            self.news.notify_all()
        return self.answer(kept)

    async def wait(self, count: int) -> None:
        async with asyncio.timeout(30), self.news:
            await self.news.wait_for(lambda: len(self.requests) >= count)


def _ok(_request: Request) -> web.Response:
    return web.Response()


@contextlib.asynccontextmanager
async def endpoint(
    w: World, answer: Callable[[Request], web.Response] = _ok
) -> AsyncIterator[Endpoint]:
    own = Endpoint(answer)
    app = web.Application()
    app.router.add_post("/slack/events", own.take)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    own.url = f"http://127.0.0.1:{port}/slack/events"
    await w.control("POST", "events_url", url=own.url)
    try:
        yield own
    finally:
        await runner.cleanup()


async def test_every_request_is_signed() -> None:
    async with world(events=EVENTS) as w, endpoint(w) as own:
        verifier = SignatureVerifier(w.box.signing_secret)
        await w.do("open_home", ADA, app=w.box.app_id)
        await own.wait(1)
        await w.do("send", DANA, channel=ORDERS, text="/orders show 10248")
        event, command = own.requests
        for request in (event, command):
            assert verifier.is_valid_request(request.body, request.headers)
        assert not verifier.is_valid_request(event.body + b" ", event.headers)
        assert not SignatureVerifier("other").is_valid_request(event.body, event.headers)
        body = json.loads(event.body)
        assert (body["type"], body["event"]["type"]) == ("event_callback", "app_home_opened")
        assert body["event_id"].startswith("Ev")


async def test_a_command_is_a_form_and_its_answer_a_message() -> None:
    def answer(_request: Request) -> web.Response:
        return web.json_response({"response_type": "in_channel", "text": "for all"})

    async with world(events=EVENTS) as w, endpoint(w, answer) as own:
        assert (await w.do("send", DANA, channel=ORDERS, text="/orders status"))["ok"]
        form = own.requests[0].form
        assert (form["command"], form["text"], form["user_id"]) == ("/orders", "status", DANA)
        assert form["team_id"] == w.box.team_id
        assert [m["text"] for m in await w.messages(ADA)] == ["for all"]


async def test_plain_text_answers_a_command_privately() -> None:
    async with world(events=EVENTS) as w, endpoint(w, lambda _: web.Response(text="just you")):
        await w.do("send", DANA, channel=ORDERS, text="/orders")
        assert [m["ephemeral"] for m in await w.messages(DANA)] == [True]
        assert await w.messages(ADA) == []


async def test_interactivity_is_a_payload_in_a_form() -> None:
    async with world(events=EVENTS) as w, endpoint(w) as own:
        posted = await w.api(
            "chat.postMessage", channel=ORDERS, text="x", blocks=[actions(button())]
        )
        assert await w.press(DANA, posted["ts"], "a") == {"ok": True}
        payload: Json = json.loads(own.requests[0].form["payload"])
        assert payload["type"] == "block_actions"
        opened = await w.api("views.open", trigger_id=payload["trigger_id"], view=modal())
        assert (await w.do("submit", DANA, view_id=opened["view"]["id"])) == {"ok": True}
        submitted = json.loads(own.requests[1].form["payload"])
        assert submitted["type"] == "view_submission"


async def test_events_are_retried_with_their_number_and_reason() -> None:
    def fail(_request: Request) -> web.Response:
        return web.Response(status=500)

    options: dict[str, Any] = {"events": EVENTS, "retry_delays": (0.0, 0.01, 0.02)}
    async with world(**options) as w, endpoint(w, fail) as own:
        await w.do("open_home", ADA, app=w.box.app_id)
        await own.wait(4)
        numbers = [request.headers.get("x-slack-retry-num") for request in own.requests]
        assert numbers == [None, "1", "2", "3"]
        assert own.requests[1].headers["x-slack-retry-reason"] == "http_error"
        assert len({json.loads(request.body)["event_id"] for request in own.requests}) == 1


async def test_commands_and_presses_are_not_retried() -> None:
    def fail(_request: Request) -> web.Response:
        return web.Response(status=500)

    options: dict[str, Any] = {"events": EVENTS, "retry_delays": (0.0, 0.0, 0.0)}
    async with world(**options) as w, endpoint(w, fail) as own:
        sent = await w.do("send", DANA, channel=ORDERS, text="/orders")
        assert sent["error"] == "operation_timeout"
        again = await w.do("send", DANA, channel=ORDERS, text="/orders")
        assert again["error"] == "operation_timeout"
        assert len(own.requests) == 2


async def test_nobody_at_the_address() -> None:
    async with world(events=EVENTS) as w:
        await w.control("POST", "events_url", url="http://127.0.0.1:1/slack/events")
        sent = await w.do("send", DANA, channel=ORDERS, text="/orders")
        assert sent["error"] == "operation_timeout"


async def test_the_address_is_challenged() -> None:
    def answer(request: Request) -> web.Response:
        return web.json_response({"challenge": json.loads(request.body)["challenge"]})

    async with world() as w:
        async with endpoint(w, answer) as own:
            assert (await w.control("POST", "events_url", url=own.url, verify=True))["verified"]
        async with endpoint(w) as own:
            told = await w.control("POST", "events_url", url=own.url, verify=True)
            assert told["verified"] is False
