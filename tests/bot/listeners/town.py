"""The whole of a workspace: the local Slack with its people, the bot beside it, an ERP, a database.

People act by the page's own calls (press, submit, type); what they see is read the same way.
Nothing of ours is replaced.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from unittest import mock
from urllib.parse import urlsplit

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.routing import Route

from bot import listeners
from bot.audience import Audience
from bot.homes import Homes
from bot.identity import Identity
from bot.listeners import submissions
from bot.listeners.answers import Answers
from bot.listeners.front import Front
from bot.mail.smtp import SmtpMailer
from bot.messenger import SlackMessenger
from bot.onlookers import Onlookers
from bot.reports.channels import SlackChannels
from bot.reports.poster import Poster
from bot.reports.writer import PlainWriter
from bot.screens import Screens
from bot.sender import Sender
from bot.settings_environment import SlackSettings, Smtp
from bot.slack import Slack
from commands.alert import Crier
from commands.beside import Beside
from commands.domain.digests import DayOutcome
from commands.domain.history import By, Source
from commands.domain.people import Permission, PersonId, Role
from commands.engine import Engine
from commands.mailing import Mailman
from commands.outbox import Office
from commands.ports import Erp
from commands.report import Reporter
from sandbox.listening import listening
from sandbox.serve import Box, running
from store.batches import SqlBatches
from store.engine import Database
from store.files import Files
from store.looks import Looks
from store.mails import SqlMails
from store.postings import Postings
from store.profiles import Profiles
from store.queries import Queries
from store.reports import SqlReports
from store.seen import Seen
from store.signs import Signs
from tests.commands.works import KEY, Works, works
from tests.patience import SECONDS, patient
from tests.pixel import PIXEL

Json = dict[str, Any]
ADA, DANA, ELI, GUS = (PersonId(f"U{number:09d}") for number in range(1, 5))
ORDERS, TASTINGS = "C000000002", "C000000003"
OPERATOR = By(Source.OPERATOR)


@dataclass(frozen=True, slots=True)
class Paperwork:
    """Reports and mail at work."""

    office: Office
    reporter: Reporter
    mailman: Mailman
    poster: Poster

    def wake(self) -> None:
        self.reporter.wake()
        self.mailman.wake()
        self.poster.wake()


_triggers = count(1)


def trigger() -> str:
    """Of a payload that a test makes up: each deed of a person has its own."""
    return f"{next(_triggers)}.2.3"


@dataclass(frozen=True, slots=True)
class Hurried:
    """The sender's waits for its turn, over at once: for us and for Slack, who counts our calls."""

    shop: Works
    box: Box

    def now(self) -> datetime:
        return self.shop.clock.now()

    async def sleep(self, span: timedelta) -> None:
        self.shop.clock.ahead += span
        self.box.clock.advance(span.total_seconds())
        await asyncio.sleep(0)


@dataclass(slots=True)
class Town:
    box: Box
    shop: Works
    slack: Slack
    front: Front
    messenger: SlackMessenger
    engine: Engine
    crier: Crier
    onlookers: Onlookers
    http: httpx.AsyncClient
    erp: Erp
    """As the engine has it: it enters orders."""
    signs: Signs
    paperwork: Paperwork
    url: str = ""
    """Where Slack knocks, in HTTP mode."""

    def another_messenger(self, audience: Audience | None = None) -> SlackMessenger:
        """As another process before the same database makes it."""
        desk = replace(self.shop.desk, clock=Hurried(self.shop, self.box))
        sender = Sender(self.slack.web, self.box.bot_id, desk.clock, self.signs, KEY)
        return SlackMessenger(desk, audience or self.front.audience, sender)

    # --- what people do --------------------------------------------------------------------------

    async def do(self, what: str, who: str, **body: Any) -> Json:
        headers = dict(self.box.page_headers)
        answer = await self.http.post(f"/desk/{what}", json={"as": who, **body}, headers=headers)
        done: Json = answer.json()
        return done

    async def type(self, who: str, text: str, channel: str = ORDERS) -> Json:
        return await self.do("send", who, channel=channel, text=text)

    async def press(self, who: str, label: str, channel: str = ORDERS) -> Json:
        """The latest button of that name in what `who` sees of the channel."""
        for message in reversed(await self.messages(who, channel)):
            for block, element in controls(message["blocks"]):
                if element.get("text", {}).get("text") == label:
                    container = {"type": "message", "channel": channel, "ts": message["ts"]}
                    return await self._act(who, container, block, element)
        raise AssertionError(f"{who} sees no {label!r} in {channel}")

    async def press_in_view(self, who: str, label: str, state: Json | None = None) -> Json:
        """A button of the uppermost modal."""
        view = (await self.views(who))[-1]
        return await self._press_on(who, view, label, state)

    async def press_at_home(self, who: str, label: str, state: Json | None = None) -> Json:
        return await self._press_on(who, await self.home(who), label, state)

    async def _press_on(self, who: str, view: Json, label: str, state: Json | None) -> Json:
        for block, element in controls(view["blocks"]):
            if element.get("text", {}).get("text") == label:
                container = {"type": "view", "view_id": view["id"]}
                return await self._act(who, container, block, element, state)
        raise AssertionError(f"no {label!r} in the view")

    async def _act(
        self,
        who: str,
        container: Json,
        block: Json,
        element: Json,
        state: Json | None = None,
        **value: Any,
    ) -> Json:
        at = {"block_id": block["block_id"], "action_id": element["action_id"]}
        more = {"state": state} if state else {}
        return await self.do("action", who, container=container, **at, **more, **value)

    async def in_list(self, who: str) -> Json:
        """The list with boxes that `who` looks at: the uppermost modal's, else the Home's."""
        open_ = await self.views(who)
        return open_[-1] if open_ else await self.home(who)

    async def tick(self, who: str, *orders: str, on: bool = True) -> None:
        """Tick the boxes of these orders, which the page shows."""
        for order in orders:
            # It may be drawn anew between a look and the press: then the box has another id.
            await self.until(lambda one=order: self._ticked(who, one, on=on))  # type: ignore[misc]

    async def _ticked(self, who: str, order: str, *, on: bool) -> bool:
        shown = await self.in_list(who)
        container = {"type": "view", "view_id": shown["id"]}
        for block, element in controls(shown["blocks"]):
            if element["type"] == "checkboxes" and block["block_id"].endswith(f".{order}"):
                value = ["ticked"] if on else []
                done = await self._act(who, container, block, element, value=value)
                return bool(done["ok"])
        return False

    async def choose(self, who: str, label: str, option: str) -> None:
        """An option of the select with this placeholder."""
        shown = await self.in_list(who)
        for block, element in controls(shown["blocks"]):
            if element.get("placeholder", {}).get("text") == label:
                offered = [one for group in element.get("option_groups", [element])
                           for one in group["options"]]  # fmt: skip
                [value] = [one["value"] for one in offered if option in one["text"]["text"]]
                container = {"type": "view", "view_id": shown["id"]}
                done = await self._act(who, container, block, element, value=value)
                assert done["ok"], done
                return
        raise AssertionError(f"no {label!r} in the view")

    async def search(self, who: str, words: str) -> None:
        """Enter in the search of the Orders page."""
        shown = await self.home(who)
        for block, element in controls(shown["blocks"]):
            if element["action_id"] == "search":
                container = {"type": "view", "view_id": shown["id"]}
                await self._act(who, container, block, element, value=words)
                return
        raise AssertionError("no search")

    async def until_home(self, who: str, words: str, *, gone: bool = False) -> Json:
        """The Home as soon as it says so, or no more."""

        async def told() -> Json | None:
            shown = await self.home(who)
            return shown if shown and (words in said(shown)) is not gone else None

        view: Json = await self.until(told)
        return view

    async def open_home(self, who: str) -> Json:
        await self.do("open_home", who)
        return await self.until_home(who, "Orders of")

    async def submit(self, who: str, **entered: Any) -> Json:
        """Submit the uppermost modal; `entered` by block id, which is the action's id as well."""
        view = (await self.views(who))[-1]
        state = {name: {name: value} for name, value in entered.items()}
        return await self.do("submit", who, view_id=view["id"], state=state)

    async def forge(self, payload: Json, kind: str = "interactive") -> Json:
        """A payload as Slack would sign and send it, whatever it says."""
        body = {"type": kind, "payload": payload}
        headers = dict(self.box.control_headers)
        answer = await self.http.post("/control/deliver", json=body, headers=headers)
        assert answer.status_code == 200, answer.text
        done: Json = answer.json()
        return done

    async def control(self, verb: str, path: str, **body: Any) -> Json:
        headers = dict(self.box.control_headers)
        answer = await self.http.request(verb, f"/control/{path}", json=body, headers=headers)
        assert answer.status_code == 200, answer.text
        done: Json = answer.json()
        return done

    # --- what people see -------------------------------------------------------------------------

    async def _see(self, what: str, who: str, **query: str) -> Json:
        seen: Json = (await self.http.get(f"/desk/{what}", params={"as": who, **query})).json()
        return seen

    async def messages(self, who: str, channel: str = ORDERS) -> list[Json]:
        shown: list[Json] = (await self._see("messages", who, channel=channel)).get("messages", [])
        return shown

    async def views(self, who: str) -> list[Json]:
        shown: list[Json] = (await self._see("views", who))["views"]
        return shown

    async def home(self, who: str) -> Json:
        shown: Json = (await self._see("home", who))["view"]
        return shown

    async def dms(self, who: str) -> list[Json]:
        found = (await self._see("state", who))["dms"]
        listed = [await self.messages(who, one["id"]) for one in found]
        return [message for messages in listed for message in messages]

    async def dm(self, who: str) -> str:
        """The id of the conversation between `who` and the app."""
        found = (await self._see("state", who))["dms"]
        ours: str = found[0]["id"]
        return ours

    async def private(self, who: str, channel: str = ORDERS) -> list[str]:
        """What only `who` sees of the channel, as text."""
        listed = await self.messages(who, channel)
        return [said(one) for one in listed if hidden(one)]

    async def until(self, told: Callable[[], Awaitable[object]]) -> Any:
        """Wait for a condition on what is seen; returns what it found."""
        async with asyncio.timeout(2 * SECONDS):
            while not (found := await told()):
                await asyncio.sleep(0.03)
        return found

    async def until_private(self, who: str, words: str, channel: str = ORDERS) -> str:
        async def told() -> list[str]:
            return [one for one in await self.private(who, channel) if words in one]

        found: list[str] = await self.until(told)
        return found[-1]

    async def until_view(self, who: str, words: str) -> Json:
        async def told() -> Json | None:
            shown = await self.views(who)
            return shown[-1] if shown and words in said(shown[-1]) else None

        view: Json = await self.until(told)
        return view

    async def until_card(self, words: str, who: str = ADA, channel: str = ORDERS) -> Json:
        """The message of the channel that says so."""

        async def told() -> Json | None:
            listed = [one for one in await self.messages(who, channel) if not hidden(one)]
            return next((one for one in listed if words in said(one)), None)

        card: Json = await self.until(told)
        return card

    def calls(self, method: str) -> list[Json]:
        """What the bot asked of the Web API."""
        return [one for one in self.box.slack.api.log if one["method"] == method]

    # --- rights ----------------------------------------------------------------------------------

    async def grant(self, who: PersonId, permission: Permission = Permission.ACTIONS) -> None:
        now = self.shop.clock.now()
        people = self.shop.desk.people
        await people.set_permission(KEY, who, permission, OPERATOR, now, granted=True)


def hidden(message: Json) -> bool:
    """Whether it is an ephemeral message."""
    return bool(message["ephemeral"])


def controls(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    """Every control with its block."""
    for block in blocks:
        listed = [*block.get("elements", ()), block.get("accessory"), block.get("element")]
        for element in listed:
            if isinstance(element, dict) and "action_id" in element:
                yield block, element


def said(shown: Json) -> str:
    """All text of a message or view."""
    return " ".join([str(shown.get("text", "")), *_texts(shown.get("blocks", []))])


def _texts(node: object) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("text"), str):
            yield node["text"]
        if isinstance(node.get("user_id"), str):
            yield node["user_id"]
        for value in node.values():
            yield from _texts(value)
    elif isinstance(node, list):
        for value in node:
            yield from _texts(value)


def buttons(shown: Json) -> list[str]:
    """The names of its buttons."""
    return [
        element["text"]["text"]
        for _, element in controls(shown.get("blocks", []))
        if element["type"] == "button"
    ]


@contextlib.asynccontextmanager
async def town(
    folder: Path,
    *,
    http: bool = False,
    crying: bool = True,
    paced: bool = True,
    mail_off: str | None = None,
    **changes: Any,
) -> AsyncIterator[Town]:
    """Everything up and running, Ada the admin, nobody with a permission."""
    async with contextlib.AsyncExitStack() as stack:
        # As with the limits of Slack: a busy machine is not to decide what a form is answered with.
        stack.enter_context(mock.patch.object(submissions, "ACK_WITHIN", SECONDS))
        listener = stack.enter_context(listening(0)) if http else None
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/slack/events" if listener else ""
        box = await stack.enter_async_context(running(patient(paced=paced)))
        shop = await stack.enter_async_context(works(folder, **changes))
        found = await _settle_in(stack, box, shop, http=http, mail_off=mail_off)
        if listener is not None:
            found.url = url
            await _serve(stack, found, listener)
            await found.control("POST", "events_url", url=url)
        else:
            await found.until(lambda: _connected(found))
        await _at_work(stack, found, crying=crying)
        stack.push_async_callback(found.front.drain)
        yield found


async def _settle_in(
    stack: contextlib.AsyncExitStack, box: Box, shop: Works, *, http: bool, mail_off: str | None
) -> Town:
    settings = SlackSettings(
        bot_token=box.bot_token,
        app_token=None if http else box.app_token,
        signing_secret=box.signing_secret if http else None,
        api_url=box.slack_api_url,
    )
    slack = Slack(settings, shop.clock)
    stack.push_async_callback(slack.close)
    workspace = await slack.start()
    database = shop.desk.ledger._database  # type: ignore[attr-defined]
    identity = Identity(slack.web, Profiles(database), shop.clock, workspace.team)
    audience = Audience(slack.web, identity, shop.clock)
    shop.desk = replace(shop.desk, standings=identity)
    signs = Signs(database)
    speaking = replace(shop.desk, clock=Hurried(shop, box))
    sender = Sender(slack.web, workspace.bot_id, speaking.clock, signs, KEY)
    messenger = SlackMessenger(speaking, audience, sender)
    crier = Crier(shop.desk, messenger)
    engine = Engine(shop.desk, told=crier.wake)

    woken: list[Callable[[], None]] = []

    def wake() -> None:
        engine.wake()
        crier.wake()
        for one in woken:
            one()

    raw = shop.desk.erp
    shop.desk = replace(shop.desk, erp=Beside(raw, engine), wake=wake)
    screens = Screens(
        shop.desk.distributor,
        Queries(database),
        Looks(database),
        SqlBatches(database),
        shop.desk.alerts,
        shop.clock,
    )
    homes = Homes(shop.desk, identity, screens, slack.web)
    office = replace(_office(shop, database, slack), mail_off=mail_off)
    answers, seen = Answers(slack.web), Seen(database)
    front = Front(shop.desk, office, identity, audience, screens, answers, homes, seen)
    listeners.register(slack.app, front)
    # Bolt has its own three seconds, after which it calls a request unhandled.
    for one in slack.app._async_listeners:
        one.ack_timeout = int(SECONDS)
    running_slack = asyncio.create_task(slack.run())
    stack.push_async_callback(_end, running_slack)
    await shop.desk.people.set_role(KEY, ADA, Role.ADMIN, OPERATOR, shop.clock.now())
    client = httpx.AsyncClient(base_url=box.url, trust_env=False, timeout=2 * SECONDS)
    stack.push_async_callback(client.aclose)
    onlookers = Onlookers(shop.desk, audience)
    paperwork = _paperwork(box, office, audience, sender)
    woken.append(paperwork.wake)
    return Town(
        box,
        shop,
        slack,
        front,
        messenger,
        engine,
        crier,
        onlookers,
        client,
        raw,
        signs,
        paperwork,
    )


def _office(shop: Works, database: Database, slack: Slack) -> Office:
    channels = SlackChannels()
    channels.attach(slack.web)
    return Office(
        shop.desk, SqlReports(database), SqlMails(database), PlainWriter(painted), channels
    )


async def painted(days: Sequence[DayOutcome]) -> bytes | None:
    """A picture that takes no time; how it is drawn is another test's business."""
    return PIXEL if days else None


def _paperwork(box: Box, office: Office, audience: Audience, sender: Sender) -> Paperwork:
    database = office.reports._database  # type: ignore[attr-defined]
    files = Files(database)
    server = urlsplit(box.smtp_url)
    smtp = Smtp(str(server.hostname), server.port or 0, tls=False, starttls=False)
    mailer = SmtpMailer(smtp, "orders@northwind.example", files)
    poster = Poster(office.desk, Postings(database), files, audience, sender)
    return Paperwork(office, Reporter(office), Mailman(office, mailer), poster)


async def _at_work(stack: contextlib.AsyncExitStack, found: Town, *, crying: bool) -> None:
    working = asyncio.create_task(found.engine.run())

    async def stop() -> None:
        found.engine.stop()
        await asyncio.wait_for(working, 20)

    stack.push_async_callback(stop)
    stack.push_async_callback(_end, asyncio.create_task(found.onlookers.run()))
    stack.push_async_callback(_end, asyncio.create_task(found.front.homes.run()))
    if crying:
        stack.push_async_callback(_end, asyncio.create_task(found.crier.run()))
    paper = found.paperwork
    for loop in (paper.reporter.run, paper.mailman.run, paper.poster.run):
        stack.push_async_callback(_end, asyncio.create_task(loop()))


async def _connected(found: Town) -> bool:
    return bool((await found.control("GET", "sockets"))["sockets"])


async def _serve(stack: contextlib.AsyncExitStack, found: Town, listener: Any) -> None:
    app = Starlette(routes=[Route("/slack/events", found.slack.knock, methods=["POST"])])
    config = uvicorn.Config(app, log_level="error", access_log=False, lifespan="off")
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    await server.startup(sockets=[listener])

    async def stop() -> None:
        await server.shutdown(sockets=[listener])

    stack.push_async_callback(stop)


async def _end(task: "asyncio.Task[None]") -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
