"""`WS /desk/live`: tells open pages what changed, so that they fetch it again."""

import asyncio
import contextlib
from dataclasses import dataclass, field

from starlette.routing import BaseRoute, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect


@dataclass(slots=True)
class Live:
    """`tell` may be called by anything in the sandbox: the workspace, the ERP, the mailbox."""

    _open: "dict[asyncio.Queue[str], str]" = field(default_factory=dict)

    def routes(self) -> list[BaseRoute]:
        return [WebSocketRoute("/desk/live", self.connect)]

    def tell(self, what: str, only: str | None = None) -> None:
        for queue, user in self._open.items():
            if only is None or only == user:
                queue.put_nowait(what)

    async def connect(self, link: WebSocket) -> None:
        await link.accept()
        queue: asyncio.Queue[str] = asyncio.Queue()
        self._open[queue] = link.query_params.get("as", "")
        sending = asyncio.get_running_loop().create_task(_send(link, queue))
        try:
            with contextlib.suppress(WebSocketDisconnect):
                while True:
                    await link.receive_text()
        finally:
            del self._open[queue]
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)


async def _send(link: WebSocket, queue: "asyncio.Queue[str]") -> None:
    await link.send_json({"type": "hello"})
    while True:
        what = await queue.get()
        await link.send_json({"type": "changed", "what": what})
