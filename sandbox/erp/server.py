"""The simulated ERP on a port of its own: for the demo, tests, benchmarks, `python -m sandbox.erp`.

A port of its own can be closed. While `down` is on, connections are refused, so that a caller knows
for certain that nothing arrived; within the sandbox's one port they could only be cut.
"""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator

import uvicorn
from starlette.applications import Starlette
from starlette.types import ASGIApp, Receive, Scope, Send

from sandbox.erp.app import routes
from sandbox.erp.state import ErpState


@contextlib.asynccontextmanager
async def running(state: ErpState, port: int = 0, *, refuses: bool = False) -> AsyncIterator[str]:
    """Serves the ERP on the loopback interface while the block runs; yields its base URL.

    Port 0 takes a free one. With `refuses` the port is closed while `down` is on, its desk with it:
    for a state whose desk is served elsewhere. Raises OSError when the port is taken.
    """
    gate = Gate(state)
    url = await gate.start(port)
    if refuses:
        state.on_down = gate.turn
    try:
        yield url
    finally:
        state.on_down = None
        await gate.end()


class Gate:
    """One uvicorn server whose port can be shut and opened again."""

    def __init__(self, state: ErpState) -> None:
        self._state = state
        self._server = _server(state)
        self._port = 0
        self._turning = asyncio.Lock()
        self._opening: asyncio.Task[None] | None = None

    async def start(self, port: int) -> str:
        listener = listening(port)
        self._port = listener.getsockname()[1]
        await self._server.startup(sockets=[listener])
        return f"http://127.0.0.1:{self._port}"

    def turn(self, down: bool) -> None:  # noqa: FBT001  # called back with the switch's position
        """Shuts at once, or opens soon."""
        if down:
            self._shut()
        else:
            self._opening = asyncio.get_running_loop().create_task(self._open())

    async def end(self) -> None:
        """Drops everything at once, as a process that dies would; uvicorn's own end waits."""
        if self._opening is not None:
            await self._opening
        self._shut()
        tasks = list(self._server.server_state.tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _open(self) -> None:
        async with self._turning:
            if not self._state.switches.down and not self._server.servers:
                await self._server.startup(sockets=[listening(self._port)])
        if self._state.switches.down:  # turned again meanwhile
            self._shut()

    def _shut(self) -> None:
        for server in self._server.servers:
            server.close()
        self._server.servers = []
        for connection in list(self._server.server_state.connections):
            connection.transport.abort()


def listening(port: int) -> socket.socket:
    """A listening socket on the loopback interface. Raises OSError when the port is taken."""
    # Named as TCP, because asyncio turns Nagle's delay off only for sockets that say so.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
        listener.listen(1024)
    except OSError:
        listener.close()
        raise
    return listener


def _server(state: ErpState) -> uvicorn.Server:
    app = _droppable(Starlette(routes=routes(state)))
    config = uvicorn.Config(app, log_level="error", access_log=False, lifespan="off")
    config.load()
    own = uvicorn.Server(config)
    own.lifespan = config.lifespan_class(config)
    return own


def _droppable(app: ASGIApp) -> ASGIApp:
    async def call(scope: Scope, receive: Receive, send: Send) -> None:
        with contextlib.suppress(asyncio.CancelledError):  # or uvicorn logs a traceback
            await app(scope, receive, send)

    return call
