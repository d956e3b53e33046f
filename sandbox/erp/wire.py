"""How an answer leaves, or does not: whole, byte by byte, without end, or with the line cut.

`app` calls it. Cutting needs the connection itself, which ASGI does not hand out; uvicorn's
`receive` is a method of the object that has it, and that is what is used here.
"""

import asyncio
from typing import Final

from starlette.types import Receive, Scope, Send

from sandbox.erp.answers import Answer
from sandbox.erp.faults import Fault

MOST_BODY: Final = 1 << 20
ENDLESS_CHUNK: Final = b" " * 65_536


class GoneError(Exception):
    """The caller hung up before its request was complete."""


async def read(receive: Receive) -> bytes | None:
    """The whole body; None when it is over 1 MiB. Raises GoneError."""
    body = b""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise GoneError
        body += bytes(message.get("body", b""))
        if len(body) > MOST_BODY:
            return None
        if not message.get("more_body", False):
            return body


async def cut(receive: Receive) -> None:
    """Closes the connection without a byte of an answer."""
    connection = getattr(getattr(receive, "__self__", None), "transport", None)
    if connection is None:
        raise ConnectionAbortedError("cut by the simulated ERP, on a server that cannot be cut")
    connection.abort()
    while (await receive())["type"] != "http.disconnect":
        pass  # what had been sent already


async def say(send: Send, receive: Receive, answer: Answer | None, course: Fault) -> None:
    """Sends the answer at the pace of the fault, or cuts where there is none."""
    if answer is None:
        await cut(receive)
    elif course.pace == "whole":
        await _whole(send, answer)
    else:
        await _paced(send, receive, answer, course)


async def _whole(send: Send, answer: Answer) -> None:
    await _start(send, answer, sized=True)
    await send({"type": "http.response.body", "body": answer.body})


async def _start(send: Send, answer: Answer, *, sized: bool) -> None:
    headers = [(b"content-type", answer.content_type.encode())]
    headers += [(name.encode(), value.encode()) for name, value in answer.headers]
    if sized:
        headers.append((b"content-length", str(len(answer.body)).encode()))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})


async def _paced(send: Send, receive: Receive, answer: Answer, course: Fault) -> None:
    await _start(send, answer, sized=False)
    hung_up = asyncio.ensure_future(_hung_up(receive))
    try:
        for piece in _pieces(answer) if course.pace == "drip" else iter(lambda: ENDLESS_CHUNK, b""):
            await send({"type": "http.response.body", "body": piece, "more_body": True})
            if (await asyncio.wait({hung_up}, timeout=course.hold))[0]:
                return
        await send({"type": "http.response.body", "body": b""})
    finally:
        hung_up.cancel()


def _pieces(answer: Answer) -> list[bytes]:
    return [bytes([byte]) for byte in answer.body]


async def _hung_up(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def header(scope: Scope, name: bytes) -> str:
    """One request header, empty when absent; the raw list is walked because POST must be cheap."""
    for key, value in scope["headers"]:
        if key == name:
            return str(value, "latin-1")
    return ""
