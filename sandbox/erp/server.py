"""The simulated ERP on a port of its own, for tests, benchmarks and `python -m sandbox.erp`.

Leave `running` and enter it again with the same port, and connections were refused in between,
which a switch of the ERP within the sandbox's one port cannot do: that one only cuts.
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
async def running(state: ErpState, port: int = 0) -> AsyncIterator[str]:
    """Serves the ERP on the loopback interface while the block runs; yields its base URL.

    Port 0 takes a free one. Raises OSError when the port is taken.
    """
    with listening(port) as listener:
        own = _server(state)
        await own.startup(sockets=[listener])
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            await _end(own)


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


async def _end(own: uvicorn.Server) -> None:
    """Drops everything at once, as a process that dies would; uvicorn's own end waits."""
    for server in own.servers:
        server.close()
    for connection in list(own.server_state.connections):
        connection.transport.abort()
    tasks = list(own.server_state.tasks)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def _droppable(app: ASGIApp) -> ASGIApp:
    async def call(scope: Scope, receive: Receive, send: Send) -> None:
        with contextlib.suppress(asyncio.CancelledError):  # or uvicorn logs a traceback
            await app(scope, receive, send)

    return call


def _server(state: ErpState) -> uvicorn.Server:
    config = uvicorn.Config(
        _droppable(Starlette(routes=routes(state))),
        log_level="error",
        access_log=False,
        lifespan="off",
    )
    config.load()
    own = uvicorn.Server(config)
    own.lifespan = config.lifespan_class(config)
    return own
