"""`/control/...`: what tests order and look up. Every call needs `X-Sandbox-Control: <token>`."""

import hmac
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, fields
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox.slack import administration as admin
from sandbox.slack.answers import Json, RefusedError
from sandbox.slack.delivery import Delivery
from sandbox.slack.faults import KINDS, Fault
from sandbox.slack.outcomes import Acknowledged
from sandbox.slack.sockets import Sockets
from sandbox.slack.state import Workspace
from sandbox.slack.web_api import WebApi

Order = Callable[[Json, Json], Awaitable[Json]]  # path parameters, body


@dataclass(slots=True)
class Control:
    slack: Workspace
    api: WebApi
    sockets: Sockets
    delivery: Delivery

    def routes(self) -> list[BaseRoute]:
        person, channel = "people/{user}", "channels/{channel}"
        orders: tuple[tuple[str, str, Order], ...] = (
            ("GET", "requests", self.requests),
            ("DELETE", "requests", self.forget_requests),
            ("GET", "deliveries", self.deliveries),
            ("GET", f"{channel}/messages", self.messages),
            ("POST", "faults", self.order_fault),
            ("DELETE", "faults", self.clear_faults),
            ("GET", "sockets", self.list_sockets),
            ("POST", "sockets/refresh", self.refresh_sockets),
            ("POST", "sockets/cut", self.cut_sockets),
            ("POST", "clock", self.advance_clock),
            ("POST", "events_url", self.set_events_url),
            ("POST", "deliver", self.deliver),
            ("POST", "app", self.change_app),
            ("POST", "people", self.add_person),
            ("PATCH", person, self.change_person),
            ("POST", "channels", self.add_channel),
            ("PATCH", channel, self.change_channel),
            ("POST", f"{channel}/members", self.join),
            ("DELETE", f"{channel}/members/{{user}}", self.leave),
            ("POST", f"{channel}/share", self.share),
            ("DELETE", f"{channel}/share/{{team}}", self.unshare),
        )
        return [
            Route(f"/control/{path}", self._guarded(order), methods=[method])
            for method, path, order in orders
        ]

    def _guarded(self, order: Order) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            given = request.headers.get("x-sandbox-control", "").encode()
            if not hmac.compare_digest(given, self.slack.options.control_token.encode()):
                return JSONResponse({"error": "control_token"}, status_code=403)
            try:
                body = await request.json() if await request.body() else {}
                return JSONResponse(await order(request.path_params, body))
            except RefusedError as refused:
                return JSONResponse(refused.body(), status_code=404)
            except (ValueError, TypeError, KeyError, AttributeError) as wrong:
                return JSONResponse({"error": f"wrong order: {wrong!r}"}, status_code=400)

        return answer

    async def requests(self, _path: Json, _body: Json) -> Json:
        return {"requests": list(self.api.log)}

    async def forget_requests(self, _path: Json, _body: Json) -> Json:
        self.api.log.clear()
        self.delivery.log.clear()
        return {}

    async def deliveries(self, _path: Json, _body: Json) -> Json:
        return {"deliveries": list(self.delivery.log)}

    async def messages(self, path: Json, _body: Json) -> Json:
        """Everything in a conversation, ephemerals and whom they are for included."""
        stored = self.slack.conversations[path["channel"]].messages
        return {"messages": [_stored(self.slack, message) for message in stored]}

    async def order_fault(self, _path: Json, body: Json) -> Json:
        """The fields of `Fault`; `kind` is required."""
        fault = Fault(**body)
        if fault.kind not in KINDS:
            raise ValueError(fault.kind)
        self.api.faults.ordered.append(fault)
        return asdict(fault)

    async def clear_faults(self, _path: Json, _body: Json) -> Json:
        self.api.faults.clear()
        return {}

    async def list_sockets(self, _path: Json, _body: Json) -> Json:
        return {"sockets": [socket.number for socket in self.sockets.open]}

    async def refresh_sockets(self, _path: Json, body: Json) -> Json:
        reason = body.get("reason", "refresh_requested")
        await self.sockets.refresh(reason, float(body.get("close_after", 0)))
        return {}

    async def cut_sockets(self, _path: Json, _body: Json) -> Json:
        await self.sockets.cut()
        return {}

    async def advance_clock(self, _path: Json, body: Json) -> Json:
        self.slack.clock.advance(float(body["advance"]))
        return {"now": self.slack.clock.now()}

    async def set_events_url(self, _path: Json, body: Json) -> Json:
        """`url` null goes back to Socket Mode; `verify` asks the URL first, as Slack does."""
        self.delivery.events_url = body["url"]
        verified = await self.delivery.verify() if body.get("verify") else None
        return {"verified": verified}

    async def deliver(self, _path: Json, body: Json) -> Json:
        """Any payload at all, over the real transport: how forgeries are tested."""
        outcome = await self.delivery.send(body["type"], body["payload"])
        payload = outcome.payload if isinstance(outcome, Acknowledged) else None
        return {"acknowledged": isinstance(outcome, Acknowledged), "payload": payload}

    async def change_app(self, _path: Json, body: Json) -> Json:
        """`scopes` granted to the bot token; `revoked` the error it then gets, or null."""
        if "scopes" in body:
            self.slack.scopes = frozenset(body["scopes"])
        if "revoked" in body:
            self.slack.revoked = body["revoked"]
        return {"scopes": sorted(self.slack.scopes), "revoked": self.slack.revoked}

    async def add_person(self, _path: Json, body: Json) -> Json:
        """`kind`, `real_name`, and any field of a person."""
        given = {k: v for k, v in body.items() if k not in {"kind", "real_name", "channels"}}
        person = admin.add_person(self.slack, body.get("kind", "member"), body["real_name"], given)
        for channel in body.get("channels", ()):
            admin.join(self.slack, channel, person.id)
        return _fields(person)

    async def change_person(self, path: Json, body: Json) -> Json:
        return _fields(admin.change_person(self.slack, path["user"], body))

    async def add_channel(self, _path: Json, body: Json) -> Json:
        members, private = body.get("members", []), bool(body.get("is_private", False))
        made = admin.add_channel(self.slack, body["name"], members, is_private=private)
        return {"id": made.id}

    async def change_channel(self, path: Json, body: Json) -> Json:
        if "is_archived" in body:
            admin.archive(self.slack, path["channel"], archived=bool(body["is_archived"]))
        return {}

    async def join(self, path: Json, body: Json) -> Json:
        admin.join(self.slack, path["channel"], body["user"])
        return {}

    async def leave(self, path: Json, _body: Json) -> Json:
        admin.leave(self.slack, path["channel"], path["user"])
        return {}

    async def share(self, path: Json, body: Json) -> Json:
        admin.share(self.slack, path["channel"], body["team"])
        return {}

    async def unshare(self, path: Json, _body: Json) -> Json:
        admin.unshare(self.slack, path["channel"], path["team"])
        return {}


def _stored(slack: Workspace, message: Any) -> Json:  # noqa: ANN401
    hidden = {"seen_only_by": message.seen_only_by, "metadata": message.metadata}
    return slack.message_json(message) | hidden


def _fields(person: Any) -> Json:  # noqa: ANN401
    return {field.name: getattr(person, field.name) for field in fields(person)}
