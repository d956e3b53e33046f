"""`/desk/...`: what the page, and tests that act as people, call."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox.slack.answers import Json, RefusedError
from sandbox.slack.conversations import Conversation
from sandbox.slack.desk_json import desk_message, desk_view, state_json
from sandbox.slack.inputs import entered_of
from sandbox.slack.interactions import Interactions
from sandbox.slack.messages import Message
from sandbox.slack.people import Person
from sandbox.slack.state import APP_NAME, Workspace
from sandbox.slack.typed import linked
from sandbox.slack.views import View

WORDS = {
    "operation_timeout": f"{APP_NAME} did not answer in time. Please try again.",
    "unknown_command": "There is no such command here.",
    "not_in_thread": "Slash commands cannot be used in threads.",
    "not_in_channel": "You are not a member of this channel.",
    "account_inactive": "Nobody can act as this account.",
    "channel_not_found": "You cannot see this conversation.",
    "message_not_found": "This message is gone.",
    "not_found": "This window is already closed.",
    "no_such_element": "This control is no longer there.",
    "is_archived": "This channel is archived.",
    "interactivity_disabled": f"{APP_NAME} is not set up to be pressed.",
    "restricted_action_read_only_channel": f"{APP_NAME} only writes here; use a channel.",
    "no_text": "There is nothing to send.",
    "invalid_time": "The clock goes forward only, and by a year at most.",
}
LONGEST_TRAVEL = 366 * 86_400
Post = Callable[[Person, Json], Awaitable[Json]]


@dataclass(slots=True)
class Desk:
    slack: Workspace
    interactions: Interactions

    def routes(self) -> list[BaseRoute]:
        posts: dict[str, Post] = {
            "send": self.send,
            "action": self.act,
            "submit": self.submit,
            "close": self.close,
            "open_home": self.open_home,
            "read": self.read,
            "clock": self.travel,
        }
        gets: dict[str, Callable[[Request], Awaitable[Response]]] = {
            "state": self.state,
            "messages": self.messages,
            "thread": self.thread,
            "home": self.home,
            "views": self.views,
        }
        return [
            *(Route(f"/desk/{name}", get, methods=["GET"]) for name, get in gets.items()),
            *(
                Route(f"/desk/{name}", _post(self, do), methods=["POST"])
                for name, do in posts.items()
            ),
        ]

    def person(self, user: object) -> Person:
        person = self.slack.person(str(user))
        if person.deleted or person.is_bot:
            raise RefusedError("account_inactive")
        return person

    def joined(self, person: Person, channel: object) -> Conversation:
        found = self.slack.conversation(str(channel), person.id)
        if person.id not in found.members:
            raise RefusedError("not_in_channel")
        return found

    def readable(self, person: Person, channel: str) -> Conversation:
        """Full members may read a public channel before they join it."""
        found = self.slack.conversation(channel, person.id)
        if person.id not in found.members and (person.is_guest or person.is_foreign):
            raise RefusedError("channel_not_found")
        return found

    async def state(self, request: Request) -> Response:
        return _get(lambda: state_json(self.slack, self.person(request.query_params.get("as"))))

    async def messages(self, request: Request) -> Response:
        query = request.query_params

        def read() -> Json:
            me = self.person(query.get("as"))
            listed = self.readable(me, query.get("channel", "")).timeline(me.id)
            return {"messages": [desk_message(self.slack, m, me.id) for m in listed]}

        return _get(read)

    async def thread(self, request: Request) -> Response:
        query = request.query_params

        def read() -> Json:
            me, ts = self.person(query.get("as")), query.get("ts", "")
            channel = self.readable(me, query.get("channel", ""))
            listed = [m for m in channel.seen_by(me.id) if ts in (m.ts, m.thread_ts)]
            return {"messages": [desk_message(self.slack, m, me.id) for m in listed]}

        return _get(read)

    async def home(self, request: Request) -> Response:
        def read() -> Json:
            home = self.slack.views.homes.get(self.person(request.query_params.get("as")).id)
            return {"view": desk_view(home) if home else None}

        return _get(read)

    async def views(self, request: Request) -> Response:
        def read() -> Json:
            me = self.person(request.query_params.get("as"))
            return {"views": [desk_view(view) for view in self.slack.views.stack(me.id)]}

        return _get(read)

    async def send(self, me: Person, body: Json) -> Json:
        channel, text = self.joined(me, body.get("channel")), str(body.get("text", "")).strip()
        thread = body.get("thread_ts")
        if self.slack.is_read_only(channel):
            raise RefusedError("restricted_action_read_only_channel")
        if text.startswith("/"):
            if thread:
                raise RefusedError("not_in_thread")
            await self.interactions.command(me, channel, text)
            return {}
        if not text:
            raise RefusedError("no_text")
        if channel.is_archived:
            raise RefusedError("is_archived")
        words = linked(self.slack, text)
        parent = channel.find(thread) if thread else None
        began = (parent.thread_ts or parent.ts) if parent else None
        message = Message(self.slack.ids.ts(), channel.id, me.id, words, thread_ts=began)
        self.slack.post(message)
        return {"ts": message.ts}

    async def act(self, me: Person, body: Json) -> Json:
        at = (str(body.get("block_id")), str(body.get("action_id")))
        container, entered = body.get("container"), entered_of(body.get("state"))
        if not isinstance(container, dict):
            raise ValueError("container")  # noqa: TRY004  # answered as any other wrong body
        if container.get("type") == "view":
            view = self._own(me, container.get("view_id"))
            await self.interactions.press_in_view(me, view, at, body.get("value"), entered)
            return {}
        channel = self.joined(me, container.get("channel"))
        message = channel.find(str(container.get("ts")))
        if message is None or message.seen_only_by not in (None, me.id):
            raise RefusedError("message_not_found")
        await self.interactions.press_in_message(me, message, at, body.get("value"), entered)
        return {}

    def _own(self, me: Person, view_id: Any) -> View:  # noqa: ANN401  # straight from JSON
        view = self.slack.views.find(str(view_id))
        if view.user != me.id:
            raise RefusedError("not_found")
        return view

    async def submit(self, me: Person, body: Json) -> Json:
        view = self._own(me, body.get("view_id"))
        errors = await self.interactions.submit(me, view, entered_of(body.get("state")))
        return {"errors": errors} if errors else {}

    async def close(self, me: Person, body: Json) -> Json:
        await self.interactions.close(me, self._own(me, body.get("view_id")))
        return {}

    async def open_home(self, me: Person, _body: Json) -> Json:
        self.interactions.open_home(me)
        return {}

    async def travel(self, _me: Person, body: Json) -> Json:
        """Time passes for all of the sandbox, and for whoever follows it."""
        seconds = body.get("seconds")
        if not isinstance(seconds, int | float) or not 0 < seconds <= LONGEST_TRAVEL:
            raise RefusedError("invalid_time")
        self.slack.clock.travel(seconds)
        self.slack.changed("clock")
        return {"now": self.slack.clock.now()}

    async def read(self, me: Person, body: Json) -> Json:
        channel = self.joined(me, body.get("channel"))
        shown = channel.timeline()
        channel.last_read[me.id] = shown[-1].ts if shown else "0"
        self.slack.changed("state", me.id)
        return {}


def _refusal(refused: RefusedError) -> Json:
    words = WORDS.get(refused.code, f"{APP_NAME} sent something that Slack does not take.")
    return {"ok": False, "error": refused.code, "message": words, "details": refused.messages}


def _get(read: Callable[[], Json]) -> Response:
    try:
        return JSONResponse(read())
    except RefusedError as refused:
        return JSONResponse(_refusal(refused), status_code=404)


def _post(desk: Desk, do: Post) -> Callable[[Request], Awaitable[Response]]:
    """Outcomes stand in the body, as in the Web API: `ok`, or `error` and words for a person."""

    async def answer(request: Request) -> Response:
        try:
            body = await request.json()
            me = desk.person(body.get("as") if isinstance(body, dict) else None)
            return JSONResponse({"ok": True, **await do(me, body)})
        except RefusedError as refused:
            return JSONResponse(_refusal(refused))
        except ValueError:
            return JSONResponse({"ok": False, "error": "invalid_json"}, status_code=400)

    return answer
