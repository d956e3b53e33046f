"""The HTTP server: uvicorn within our own event loop, started and stopped by `bot.service`."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator
from typing import Final

import uvicorn
from starlette.types import ASGIApp

from bot.settings_environment import Listen

GRACE: Final = 3
"""Seconds that requests have to finish once the process is asked to stop."""


class CannotListenError(Exception):
    """The address cannot be used; the message says what to do."""


class _Server(uvicorn.Server):
    """uvicorn without its own signal handlers: stopping is the service's business."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def bind(listen: Listen) -> socket.socket:
    """Take the address. Raises CannotListenError."""
    family = socket.AF_INET6 if ":" in listen.host else socket.AF_INET
    try:
        return socket.create_server((listen.host, listen.port), family=family, backlog=2048)
    except OSError as error:
        raise CannotListenError(
            f"cannot listen on {listen}: {error.strerror or error}; stop what uses it, "
            "or let LISTEN name another host:port"
        ) from None


@contextlib.asynccontextmanager
async def serving(app: ASGIApp, bound: socket.socket) -> AsyncIterator[None]:
    """Serve while the block runs; requests that are under way are finished at its end."""
    config = uvicorn.Config(
        app,
        http="httptools",
        ws="none",
        lifespan="off",
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=GRACE,
    )
    server = _Server(config)
    task = asyncio.create_task(server.serve([bound]))
    try:
        await server.ready.wait()
        yield
    finally:
        server.should_exit = True
        await task
        bound.close()
