"""The transport under httpx that carries most: aiohttp's connections. Opened by `carriers`.

At the same load it takes about a fifth of the time that httpx's own takes. What aiohttp does by
default and an order must not meet is switched off here:

- It calls an error by what failed, not by whether something was sent. So only what the connector
  raises becomes httpx's ConnectError or ConnectTimeout, and everything else stays what it is:
  * ClientConnectorError is raised by the connector alone, while it resolves the name, connects or
    shakes hands over TLS; ConnectionTimeoutError alone around the connector, for a place among the
    connections or for a connection; InvalidURL before either. No connection of this request stood.
  * A hang-up (ServerDisconnectedError, ClientOSError, ClientPayloadError), a write to a closed
    connection and an answer that is no HTTP come after the request was given a connection.
- It repeats a GET by itself when the server hangs up. `_Reply` gives that error another name, and
  nothing is repeated: what the connector says is said of the only try.
- It takes whatever lies on a kept connection for the answer to the next request. A late 429 of a
  gateway would be a certain refusal of an order that was just sent. `_Call` looks before it writes
  and gives such a connection up; as not a byte was written, the request may go over another.
- It takes a body as one piece, which goes on to its end when the call was given up and the server
  reads on. In small pieces the writing ends with the call.
- Cookies, redirects, proxies and logins of the environment, unpacking: none.
"""

import io
import select
import ssl
from collections.abc import AsyncIterator
from functools import lru_cache
from typing import ClassVar, Final
from weakref import WeakSet

import aiohttp
import httpx
from aiohttp.client_proto import ResponseHandler
from aiohttp.connector import Connection
from yarl import URL

PIECE: Final = 1 << 16
"""Bytes of a body that are written at once."""

_NEVER_STOOD: Final = (aiohttp.ClientConnectorError, aiohttp.InvalidURL)


class StaleError(Exception):
    """A kept connection was of no use any more, and nothing was written to it."""


class AiohttpTransport(httpx.AsyncBaseTransport):
    """At most `connections` at once, each kept for `keepalive` seconds after its last answer; over
    TLS they are those that `tls` trusts.

    Raises httpx.ConnectError and httpx.ConnectTimeout when no connection stood, and only then;
    any other error may come after the request was sent.
    """

    def __init__(self, connections: int, keepalive: float, tls: ssl.SSLContext) -> None:
        self._connections = connections
        self._keepalive = keepalive
        self._tls = tls
        self._session: aiohttp.ClientSession | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        # One more try than there are connections that may have gone stale.
        for _ in range(self._connections):
            try:
                return await self._ask(request)
            except StaleError:
                continue
        return await self._ask(request)

    async def _ask(self, request: httpx.Request) -> httpx.Response:
        try:
            reply = await self._opened().request(
                request.method,
                _address(str(request.url)),
                headers=[(name.decode(), value.decode()) for name, value in request.headers.raw],
                data=_body(await request.aread()),
                timeout=_timeout(request),
                allow_redirects=False,
            )
        except aiohttp.ConnectionTimeoutError as error:
            raise httpx.ConnectTimeout("no connection in time") from error.__cause__
        except _NEVER_STOOD as error:
            raise httpx.ConnectError("no connection") from error.__cause__
        return httpx.Response(reply.status, headers=reply.raw_headers, stream=_Body(reply))

    def _opened(self) -> aiohttp.ClientSession:
        # Not before there is an event loop.
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    limit=self._connections, keepalive_timeout=self._keepalive, ssl=self._tls
                ),
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                trust_env=False,
                request_class=_Call,
                response_class=_Reply,
            )
        return self._session

    async def aclose(self) -> None:
        if self._session is not None:
            await self._session.close()


class _Call(aiohttp.ClientRequest):
    _used: ClassVar[WeakSet[ResponseHandler]] = WeakSet()

    async def send(self, conn: Connection) -> aiohttp.ClientResponse:
        protocol = conn.protocol
        assert protocol is not None
        if protocol in self._used and (protocol.should_close or _readable(conn)):
            raise StaleError
        self._used.add(protocol)
        return await super().send(conn)


class _Reply(aiohttp.ClientResponse):
    async def start(self, connection: Connection) -> aiohttp.ClientResponse:
        try:
            return await super().start(connection)
        except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
            raise aiohttp.ClientConnectionError("the server hung up") from error


class _Body(httpx.AsyncByteStream):
    def __init__(self, reply: aiohttp.ClientResponse) -> None:
        self._reply = reply

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for piece in self._reply.content.iter_any():
            yield piece

    async def aclose(self) -> None:
        # Hangs up, unless all was read: then the connection is back among the kept ones.
        self._reply.close()


@lru_cache(maxsize=64)
def _address(text: str) -> URL:
    return URL(text, encoded=True)


def _body(content: bytes) -> aiohttp.BytesPayload | io.BytesIO | None:
    if len(content) > PIECE:
        return io.BytesIO(content)
    # Named here, aiohttp need not try all that a body may be.
    return aiohttp.BytesPayload(content) if content else None


def _timeout(request: httpx.Request) -> aiohttp.ClientTimeout:
    told = request.extensions.get("timeout", {})
    pool, connect = told.get("pool"), told.get("connect")
    # aiohttp's `connect` is the wait for a place and the connecting together.
    both = pool + connect if pool is not None and connect is not None else None
    return aiohttp.ClientTimeout(total=None, connect=both, sock_connect=connect)


def _readable(connection: Connection) -> bool:
    """Whether something came that the event loop has not seen yet: an answer, or the end."""
    transport = connection.transport
    if transport is None or transport.is_closing():
        return True
    poll = select.poll()
    poll.register(transport.get_extra_info("socket").fileno(), select.POLLIN)
    return bool(poll.poll(0))
