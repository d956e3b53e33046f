"""What the tests of the adapters share: an order, a connection, and a server of any shape."""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from commands.domain.documents import Document, Line
from commands.domain.ids import DistributorKey, OrderId
from commands.ports import Erp
from erp import ErpSettings, connect
from erp.carriers import USUAL, Carrier

TOKEN = "a-token-nobody-may-see"
NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
carried_by: list[Carrier] = [USUAL]
"""The carrier of all adapters made here; the fixture `carrier` puts each in turn on top."""


def order(order_id: str = "1001", **changes: Any) -> Document:
    fields: dict[str, Any] = {
        "id": OrderId(order_id),
        "distributor": DistributorKey("lakeside"),
        "account_id": "BEAUR",
        "placed_at": datetime(2026, 3, 1, 9, tzinfo=UTC),
        "delivery_date": date(2026, 3, 3),
        "lines": (
            Line("A-1", Decimal(3), Decimal("1.15"), Decimal("0.50")),
            Line("A-2", Decimal("2.5"), Decimal(4)),
        ),
        "freight": Decimal("12.50"),
    }
    return Document(**fields | changes)


def settings(url: str, *, seconds: float = 60, **changes: Any) -> ErpSettings:
    fields: dict[str, Any] = {
        "kind": "rest",
        "url": url,
        "token": TOKEN,
        "timeout": timedelta(seconds=seconds),
    }
    return ErpSettings(**fields | changes)


@contextlib.asynccontextmanager
async def adapter(url: str, *, seconds: float = 60, **changes: Any) -> AsyncIterator[Erp]:
    erp = connect(settings(url, seconds=seconds, **changes), lambda: NOW, carried_by[-1])
    try:
        yield erp
    finally:
        await erp.close()


@dataclass(slots=True)
class Raw:
    """A TCP server that says whatever it is told; `requests` are the bytes that came, one each."""

    url: str
    requests: list[bytes] = field(default_factory=list)
    connections: int = 0


Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@contextlib.asynccontextmanager
async def raw(serve: Serve) -> AsyncIterator[Raw]:
    """Answers each request of each connection by `serve`, until that closes the connection."""
    server = Raw("")

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server.connections += 1
        while not writer.is_closing():
            server.requests.append(await _request(reader))
            await serve(reader, writer)

    async with listening(connected) as server.url:
        yield server


@contextlib.asynccontextmanager
async def listening(connected: Serve, tls: ssl.SSLContext | None = None) -> AsyncIterator[str]:
    """A TCP server on the loopback interface; leaves nothing open behind it."""
    tasks: set[asyncio.Task[None]] = set()

    async def connection(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        with contextlib.suppress(
            ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError
        ):
            await connected(reader, writer)
        writer.close()
        with contextlib.suppress(ConnectionError, asyncio.CancelledError):
            await writer.wait_closed()

    listener = await asyncio.start_server(connection, "127.0.0.1", 0, ssl=tls)
    try:
        yield f"{'https' if tls else 'http'}://127.0.0.1:{listener.sockets[0].getsockname()[1]}"
    finally:
        listener.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _request(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    lines = head.lower().split(b"\r\n")
    lengths = [int(line.partition(b":")[2]) for line in lines if line.startswith(b"content-length")]
    return head + await reader.readexactly(lengths[0] if lengths else 0)


def saying(answer: bytes, *, close: bool = False) -> Serve:
    """These bytes for an answer, then perhaps the end of the connection."""

    async def serve(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(answer)
        await writer.drain()
        if close:
            writer.close()

    return serve


def http(status: int, body: bytes = b"", *headers: str) -> bytes:
    head = [f"HTTP/1.1 {status} Said", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body
