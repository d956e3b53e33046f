"""Cutting a connection without an answer, as a failing network does. Used by the local Slack.

ASGI cannot hang up; uvicorn's `receive` is a method of the object that holds the connection, and
that is what is used here.
"""

import asyncio

from starlette.requests import Request
from starlette.responses import Response


async def cut(request: Request) -> Response:
    """Hangs up at once; the response it gives never reaches anybody."""
    cycle = getattr(request.receive, "__self__", None)
    transport: asyncio.Transport | None = getattr(cycle, "transport", None)
    if transport is None:
        raise ConnectionAbortedError("this server's connections cannot be cut")
    transport.abort()
    await asyncio.sleep(0)
    return Response(status_code=503)
