"""The line itself: cut, dripping, endless, elsewhere, refused. Against servers of any shape."""

import asyncio
import contextlib
import logging
import socket
import ssl
from collections.abc import AsyncIterator

import aiohttp
import httpx
import pytest

from commands.domain.answers import (
    Answer,
    CannotTell,
    Declined,
    Documents,
    Healthy,
    LookupTrouble,
    Postponed,
    Silence,
    Taken,
    Unhealthy,
)
from commands.domain.failures import Code
from commands.domain.ids import OrderId
from erp import carriers, connect
from erp.carriers import Carrier
from erp.client import Client
from erp.settings import ErpSettings
from erp.wire import Unreached
from tests.erp.world import NOW, TOKEN, adapter, http, listening, order, raw, saying, settings

pytestmark = pytest.mark.usefixtures("carrier")
TAKEN = http(201, b'{"reference": "SO-1", "confirmed": true}')
ABSENT = http(200, b"[]")


def code_of(answer: Answer) -> Code:
    assert not isinstance(answer, Taken)
    return answer.failure.code


# --- what is certain -----------------------------------------------------------------------------


async def test_a_refused_connection_is_certain() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        async with adapter(f"http://127.0.0.1:{taken.getsockname()[1]}") as erp:
            answer = await erp.send(order())
            health = await erp.health()
    assert isinstance(answer, Postponed)
    assert (answer.failure.code, answer.reached) == (Code.ERP_DOWN, False)
    assert answer.failure.message
    assert isinstance(health, Unhealthy)


async def test_a_connection_that_is_never_accepted_is_certain() -> None:
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        url = f"http://127.0.0.1:{full.getsockname()[1]}"
        async with contextlib.AsyncExitStack() as stack:
            # The queue of the kernel is filled up; what comes after waits for its handshake.
            for _ in range(4):
                waiting = socket.socket()
                waiting.setblocking(False)
                stack.callback(waiting.close)
                with contextlib.suppress(BlockingIOError):
                    waiting.connect(full.getsockname())
            erp = await stack.enter_async_context(adapter(url, seconds=6))
            answer = await erp.send(order())
    assert isinstance(answer, Postponed)
    assert (answer.failure.code, answer.reached) == (Code.ERP_DOWN, False)


async def test_tls_to_a_server_that_has_none() -> None:
    async with (
        raw(saying(b"HTTP/1.1 400 Bad\r\n\r\n", close=True)) as server,
        adapter(server.url.replace("http:", "https:"), seconds=6) as erp,
    ):
        server_answer = await erp.send(order())
    assert isinstance(server_answer, Declined | Postponed)
    if isinstance(server_answer, Postponed):
        assert server_answer.reached is False


async def test_a_greeting_that_is_no_tls_is_misconfigured() -> None:
    async with (
        plain_greeting() as url,
        adapter(url.replace("http:", "https:")) as erp,
    ):
        answer = await erp.send(order())
        found = await erp.find(OrderId("1001"))
    assert isinstance(answer, Declined)
    assert answer.failure.code is Code.MISCONFIGURED
    assert isinstance(found, LookupTrouble)
    assert found.failure.code is Code.MISCONFIGURED


@contextlib.asynccontextmanager
async def plain_greeting() -> AsyncIterator[str]:
    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        with contextlib.suppress(ConnectionError):
            await reader.read()
        writer.close()

    async with listening(connected) as url:
        yield url


@pytest.mark.parametrize(
    ("cause", "code"),
    [
        (socket.gaierror(socket.EAI_NONAME, "unknown"), Code.MISCONFIGURED),
        (socket.gaierror(socket.EAI_AGAIN, "later"), Code.ERP_DOWN),
        (ssl.SSLCertVerificationError("self-signed"), Code.MISCONFIGURED),
        (ssl.SSLEOFError("eof"), Code.ERP_DOWN),
        (ConnectionRefusedError(111, "refused"), Code.ERP_DOWN),
        (OSError("several: 10.0.0.7"), Code.ERP_DOWN),
        (ExceptionGroup("several", [ConnectionRefusedError(111, "refused")]), Code.ERP_DOWN),
    ],
)
def test_why_no_connection_stood(cause: Exception, code: Code) -> None:
    error = httpx.ConnectError("to 10.0.0.7")
    error.__cause__ = cause
    why = carriers.unreached(error)
    assert why.code is code
    assert "10.0.0.7" not in why.words


# --- what is not ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"HT",
        b"HTTP/1.1 201 Created\r\nContent-Le",
        b"HTTP/1.1 201 Created\r\nContent-Length: 40\r\n\r\n" + b'{"reference": "SO-1"',
        b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{}",
        b"This is no HTTP at all\r\n\r\n",
        b"\x00" * 100,
        b"HTTP/1.1 201 Created\r\nX: " + b"y" * 200_000,
    ],
)
async def test_a_cut_is_silence(said: bytes) -> None:
    async with raw(saying(said, close=True)) as server, adapter(server.url) as erp:
        answer = await erp.send(order())
        found = await erp.find(OrderId("1001"))
    assert isinstance(answer, Silence)
    assert answer.failure.code is Code.TIMEOUT
    assert isinstance(found, LookupTrouble)
    assert found.failure.code is Code.ERP_DOWN
    assert len(server.requests) == 2


async def test_a_kept_connection_that_the_server_closed_proves_nothing() -> None:
    """It closes just when the second order is written: bytes may have been read before that."""

    async def once(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if len(server.requests) == 2:
            writer.transport.abort()
            return
        writer.write(TAKEN)
        await writer.drain()

    async with raw(once) as server, adapter(server.url, concurrency=1) as erp:
        assert isinstance(await erp.send(order("1")), Taken)
        answer = await erp.send(order("2"))
        assert isinstance(answer, Silence)
        assert (server.connections, len(server.requests)) == (1, 2)
        assert isinstance(await erp.send(order("3")), Taken)
    assert (server.connections, len(server.requests)) == (2, 3)


async def test_the_deadline_spans_the_whole_call_of_a_dripping_server() -> None:
    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 201 Created\r\nContent-Length: 1000000\r\n\r\n")
        while not reader.at_eof():
            writer.write(b" ")
            await writer.drain()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(reader.read(1), 0.02)
        writer.close()

    async with raw(drip) as server, adapter(server.url, seconds=2) as erp, asyncio.timeout(60):
        answer = await erp.send(order())
        assert isinstance(answer, Silence)
        assert answer.failure.code is Code.TIMEOUT
        assert isinstance(await erp.find(OrderId("1001")), LookupTrouble)
        assert isinstance(await erp.health(), Unhealthy)


async def test_a_server_that_says_nothing() -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    async with raw(silent) as server, adapter(server.url, seconds=2) as erp, asyncio.timeout(60):
        answer = await erp.send(order())
    assert isinstance(answer, Silence)
    assert answer.failure.message == "No answer in time"


async def test_an_endless_page_is_cut_at_one_mebibyte() -> None:
    sent = 0

    async def endless(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
        while True:
            writer.write(b" " * 65_536)
            await writer.drain()
            sent += 65_536

    async with raw(endless) as server, adapter(server.url) as erp:
        answer = await erp.send(order())
    assert isinstance(answer, Silence)
    assert answer.failure.code is Code.TIMEOUT
    assert "1 MiB" in answer.failure.message
    # What lay in the kernel's buffers was never taken into memory.
    assert sent < 64 << 20


async def test_a_page_of_exactly_one_mebibyte_is_read() -> None:
    page = b"[" + b" " * ((1 << 20) - 2) + b"]"
    async with raw(saying(http(200, page))) as server, adapter(server.url) as erp:
        assert await erp.find(OrderId("1001")) == Documents(())
    async with raw(saying(http(200, page + b" "))) as server, adapter(server.url) as erp:
        assert isinstance(await erp.find(OrderId("1001")), LookupTrouble)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_never_followed(status: int) -> None:
    async with raw(saying(TAKEN)) as elsewhere:
        there = http(status, b"", f"Location: {elsewhere.url}/orders")
        async with raw(saying(there)) as server, adapter(server.url) as erp:
            answer = await erp.send(order())
            assert isinstance(await erp.find(OrderId("1001")), LookupTrouble)
            assert isinstance(await erp.health(), Unhealthy)
        assert code_of(answer) is Code.MISCONFIGURED
        assert isinstance(answer, Declined)
        assert elsewhere.requests == []


# --- what is sent --------------------------------------------------------------------------------


async def test_what_stands_in_a_request() -> None:
    async with raw(saying(TAKEN)) as server, adapter(f"{server.url}/gateway/") as erp:
        await erp.send(order("10 248/ü"))
        await erp.find(OrderId("10 248/ü"))
    posted, looked_up = (request.decode().split("\r\n") for request in server.requests)
    headers = {line.partition(": ")[0].lower(): line.partition(": ")[2] for line in posted[1:]}
    assert posted[0] == "POST /gateway/orders HTTP/1.1"
    assert looked_up[0] == "GET /gateway/orders?external_id=10%20248%2F%C3%BC HTTP/1.1"
    assert headers["authorization"] == f"Bearer {TOKEN}"
    assert headers["idempotency-key"] == "lakeside/10%20248%2F%C3%BC"
    assert headers["accept"] == "application/json"
    assert headers["accept-encoding"] == "identity"
    assert headers["content-type"] == "application/json"
    assert headers["user-agent"].startswith("orderwatch/")


async def test_cookies_are_not_kept() -> None:
    answer = http(200, b"[]", "Set-Cookie: session=1; Path=/")
    async with raw(saying(answer)) as server, adapter(server.url) as erp:
        await erp.find(OrderId("1"))
        await erp.find(OrderId("2"))
    assert len(server.requests) == 2
    assert b"ookie" not in server.requests[1]


async def test_never_more_connections_than_concurrency() -> None:
    async with raw(saying(ABSENT)) as server, adapter(server.url, concurrency=3) as erp:
        found = await asyncio.gather(*(erp.find(OrderId(str(n))) for n in range(30)))
    assert set(found) == {Documents(())}
    assert server.connections <= 3


@pytest.mark.parametrize("status", [400, 404, 501])
async def test_a_gateway_that_cannot_be_asked_by_number(status: int) -> None:
    async with raw(saying(http(status))) as server, adapter(server.url) as erp:
        assert await erp.find_number("SO 1&x=2") == CannotTell()
        assert isinstance(await erp.find(OrderId("1001")), LookupTrouble)
    assert server.requests[0].startswith(b"GET /orders?reference=SO%201%26x%3D2 ")


async def test_the_environments_proxy_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    async with raw(saying(TAKEN)) as proxy, raw(saying(TAKEN)) as server:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        monkeypatch.setenv("ALL_PROXY", proxy.url)
        async with adapter(server.url) as erp:
            assert isinstance(await erp.send(order()), Taken)
        assert proxy.requests == []


async def test_nothing_of_an_order_or_the_token_is_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    refusal = http(422, b'{"code": "credit_hold", "detail": "canary-words", "account": "canary"}')
    async with raw(saying(refusal)) as server, adapter(f"{server.url}/canary-path") as erp:
        await erp.send(order(account_id="canary-account", notes="canary-notes"))
        await erp.find(OrderId("1001"))
    assert "order 1001 sent: credit_hold" in caplog.text
    assert "canary" not in caplog.text
    assert TOKEN not in caplog.text


# --- another carrier -----------------------------------------------------------------------------


class Failing(httpx.AsyncBaseTransport):
    """A transport of another making, with errors and names of its own."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        raise self._error


@pytest.mark.parametrize(
    "error",
    [
        httpx.ConnectTimeout("said of a server that hung up after it was sent everything"),
        ConnectionResetError("straight from the socket"),
        RuntimeError("a mistake of the transport"),
    ],
)
async def test_a_carrier_says_itself_what_is_certain(error: Exception) -> None:
    def opened(_settings: ErpSettings) -> httpx.AsyncBaseTransport:
        return Failing(error)

    for certain, expected in ((True, Postponed), (False, Silence)):
        carrier = Carrier(opened, lambda _error, certain=certain: certain)  # type: ignore[misc]
        erp = connect(settings("http://127.0.0.1:9"), lambda: NOW, carrier)
        assert isinstance(await erp.send(order()), expected)
        await erp.close()


async def test_cancelling_a_call_leaves_the_client_usable() -> None:
    held = asyncio.Event()

    async def serve(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if len(server.requests) == 1:
            held.set()
            await _reader.read()
            writer.close()
            return
        writer.write(http(200))
        await writer.drain()

    async with raw(serve) as server, adapter(server.url, concurrency=1) as erp:
        call = asyncio.create_task(erp.send(order()))
        await held.wait()
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        assert await erp.health() == Healthy()


@pytest.mark.parametrize(
    "error",
    [
        httpx.ReadError("x"),
        httpx.WriteError("x"),
        httpx.RemoteProtocolError("x"),
        httpx.ReadTimeout("x"),
        aiohttp.ServerDisconnectedError("x"),
        aiohttp.ClientOSError("x"),
        aiohttp.ClientConnectionError("x"),
        aiohttp.ClientPayloadError("x"),
        TimeoutError("x"),
    ],
)
def test_what_a_carrier_does_not_take_for_certain(carrier: Carrier, error: Exception) -> None:
    assert carrier.never_left(httpx.ConnectError("x"))
    assert not carrier.never_left(error)


async def test_a_call_whose_time_is_over_writes_nothing(carrier: Carrier) -> None:
    """A second request of one call, after a worker slept through the deadline; the connection that
    is kept from the first would take it at once.
    """
    async with raw(saying(http(200, b"[]"))) as server:
        client = Client(settings(server.url), carrier)
        try:
            await client.get("/first")
            over = asyncio.get_running_loop().time() - 0.001
            outcome = await client.post("/second", b"{}", until=over)
        finally:
            await client.close()
    assert isinstance(outcome, Unreached)
    assert outcome.code is Code.ERP_DOWN
    assert len(server.requests) == 1
