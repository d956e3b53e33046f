"""Reading a request's body: not beyond the limit, and its numbers exactly."""

import asyncio
from http import HTTPStatus
from typing import Final

from fastapi import Request
from starlette.requests import ClientDisconnect

from bot.api.problems import ProblemError
from bot.wire import NotJsonError, read_json

LARGEST: Final = 8 << 20
LONG_WORK: Final = 64 << 10
"""Bodies from this size on are read beside the event loop."""


async def json_body(request: Request) -> object:
    """The body as JSON, decimals exact. Raises ProblemError: 413 over 8 MiB, 422 for no JSON."""
    body = await _body(request)
    try:
        if len(body) < LONG_WORK:
            return read_json(body)
        return await asyncio.to_thread(read_json, body)
    except NotJsonError as error:
        raise ProblemError(
            HTTPStatus.UNPROCESSABLE_ENTITY, f"the body is not JSON: {error}"
        ) from None


async def _body(request: Request) -> bytes:
    told = request.headers.get("content-length", "0")
    if not told.isdecimal() or int(told) > LARGEST:
        raise _too_large()
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > LARGEST:
                raise _too_large()
    except ClientDisconnect:
        raise ProblemError(HTTPStatus.BAD_REQUEST, "the body was cut off") from None
    return bytes(body)


def _too_large() -> ProblemError:
    return ProblemError(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "the body is over 8 MiB; send fewer orders at once"
    )
