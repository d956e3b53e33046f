"""How a stand-in is served: a loopback port, a quiet uvicorn, an end that waits for nobody."""

import asyncio
import contextlib
import socket
from typing import Any

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send


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


def quiet_server(app: ASGIApp, **config: Any) -> uvicorn.Server:  # noqa: ANN401  # uvicorn's own
    """Ready to be started by `startup(sockets=[…])`."""
    settings = uvicorn.Config(
        _droppable(app), log_level="error", access_log=False, lifespan="off", **config
    )
    settings.load()
    server = uvicorn.Server(settings)
    server.lifespan = settings.lifespan_class(settings)
    return server


def shut(server: uvicorn.Server) -> None:
    """Closes the port and cuts whoever is connected."""
    for listener in server.servers:
        listener.close()
    server.servers = []
    for connection in list(server.server_state.connections):
        connection.transport.abort()


async def end(server: uvicorn.Server) -> None:
    """Drops everything at once, as a process that dies would; uvicorn's own end waits."""
    shut(server)
    tasks = list(server.server_state.tasks)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def _droppable(app: ASGIApp) -> ASGIApp:
    async def call(scope: Scope, receive: Receive, send: Send) -> None:
        with contextlib.suppress(asyncio.CancelledError):  # or uvicorn logs a traceback
            await app(scope, receive, send)

    return call
