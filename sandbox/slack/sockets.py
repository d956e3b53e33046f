"""Socket Mode: at most ten sockets, each envelope to exactly one, acknowledged by its id."""

import asyncio
import contextlib
import json
from dataclasses import dataclass, field
from itertools import count

from starlette.routing import BaseRoute, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from sandbox.slack.answers import Json
from sandbox.slack.outcomes import Acknowledged, Outcome, Unanswered
from sandbox.slack.state import APP_ID, Workspace

MOST = 10


@dataclass(slots=True, eq=False)
class Socket:
    """`draining`: told to disconnect, so nothing new goes there."""

    number: int
    link: WebSocket
    draining: bool = False


@dataclass(slots=True)
class Sockets:
    slack: Workspace
    open: list[Socket] = field(default_factory=list)
    _numbers: "count[int]" = field(default_factory=lambda: count(1))
    _pending: dict[str, "asyncio.Future[Json | None]"] = field(default_factory=dict)
    _turn: int = 0

    def routes(self) -> list[BaseRoute]:
        return [WebSocketRoute("/slack/socket/{ticket}", self.connect)]

    async def connect(self, link: WebSocket) -> None:
        if not self.slack.tickets.redeem_socket(link.path_params["ticket"]):
            await link.close(code=1008)
            return
        await link.accept()
        if len(self.open) >= MOST:
            await link.send_json({"type": "disconnect", "reason": "too_many_websockets"})
            await link.close()
            return
        socket = Socket(next(self._numbers), link)
        self.open.append(socket)
        try:
            await link.send_json(self._hello())
            await self._listen(socket)
        finally:
            self._gone(socket)

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self.open),
            "connection_info": {"app_id": APP_ID},
            "debug_info": {
                "host": "sandbox",
                "build_number": 1,
                "approximate_connection_time": 18060,
            },
        }

    def _gone(self, socket: Socket) -> None:
        if socket in self.open:
            self.open.remove(socket)

    async def _listen(self, socket: Socket) -> None:
        with contextlib.suppress(WebSocketDisconnect):
            while True:
                self._acknowledge(await socket.link.receive_text())

    def _acknowledge(self, text: str) -> None:
        try:
            answer = json.loads(text)
        except ValueError:
            return
        waiting = self._pending.pop(answer.get("envelope_id", ""), None)
        if waiting is not None and not waiting.done():
            waiting.set_result(answer.get("payload"))

    def _next(self) -> Socket | None:
        ready = [socket for socket in self.open if not socket.draining]
        self._turn += 1
        return ready[self._turn % len(ready)] if ready else None

    async def send(self, envelope: Json) -> Outcome:
        """To one socket, and waits for its acknowledgement as long as Slack does."""
        socket = self._next()
        if socket is None:
            return Unanswered("no socket is connected")
        waiting = asyncio.get_running_loop().create_future()
        self._pending[envelope["envelope_id"]] = waiting
        try:
            await socket.link.send_json(envelope)
            async with asyncio.timeout(self.slack.options.ack_seconds):
                return Acknowledged(await waiting, via=f"socket {socket.number}")
        except TimeoutError:
            return Unanswered("not acknowledged in time", via=f"socket {socket.number}")
        except (RuntimeError, WebSocketDisconnect):
            self._gone(socket)
            return Unanswered("the socket went away", via=f"socket {socket.number}")
        finally:
            self._pending.pop(envelope["envelope_id"], None)

    async def refresh(self, reason: str, close_after: float = 0.0) -> None:
        """Tells every socket to reconnect, as Slack does as a matter of course, then closes it.

        With `warning` the socket stays in use until it is closed.
        """
        told = list(self.open)
        for socket in told:
            socket.draining = reason != "warning"
            with contextlib.suppress(RuntimeError, WebSocketDisconnect):
                await socket.link.send_json({"type": "disconnect", "reason": reason})
        await asyncio.sleep(close_after)
        await self._close(told)

    async def cut(self) -> None:
        """Ends every socket without a word."""
        await self._close(list(self.open))

    async def _close(self, sockets: list[Socket]) -> None:
        for socket in sockets:
            self._gone(socket)
            with contextlib.suppress(RuntimeError, WebSocketDisconnect):
                await socket.link.close(code=1011)
