"""The HTTP client under every adapter: one deadline, answers cut at 1 MiB, nothing followed.

Each adapter holds one. It never raises for what an ERP or the network does: the outcome is a value
that says how much is certain.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from types import MappingProxyType
from typing import Final
from urllib.parse import quote

import httpx

from commands.domain.failures import Code
from erp.carriers import CONNECT_SHARE, USUAL, Carrier, unreached
from erp.settings import ErpSettings
from erp.wire import Cut, Lost, Outcome, Reply, Unreached

Now = Callable[[], datetime]
"""Tells the present moment: what a `Retry-After` with a date is measured from."""

LONGEST_ANSWER: Final = 1 << 20
_NONE: Final[Mapping[str, str]] = MappingProxyType({})
_log = logging.getLogger(__name__)


class Client:
    """One connection to an ERP's HTTP side.

    A request that fails on a connection kept from before counts as perhaps sent, like any other:
    the server may have read it before it hung up. Only what the carrier calls `never_left` is
    certain. No request is ever repeated here.

    The transport is asked directly: what httpx's own client adds to a request (redirects, cookies,
    logins and proxies of the environment) is what an ERP must not be able to use.
    """

    def __init__(self, settings: ErpSettings, carrier: Carrier = USUAL) -> None:
        _hush()
        self._url = settings.url.rstrip("/")
        self._span = settings.timeout.total_seconds()
        self._never_left = carrier.never_left
        self._transport = carrier.open(settings)
        share = self._span / CONNECT_SHARE
        self._timeout = httpx.Timeout(None, connect=share, pool=share).as_dict()
        self._extra = settings.headers
        self._headers = _raw({**_headers(settings.token), "Host": _host(self._url)})

    def deadline(self) -> float:
        """When a call that begins now is over, by the event loop's clock."""
        return asyncio.get_running_loop().time() + self._span

    async def get(
        self,
        path: str,
        query: Iterable[tuple[str, str]] = (),
        headers: Mapping[str, str] = _NONE,
        until: float | None = None,
    ) -> Outcome:
        """Read something; `query` is percent-encoded here. `until`: see `deadline`."""
        return await self._call("GET", path + _encoded(query), b"", headers, until)

    async def post(
        self,
        path: str,
        body: bytes,
        headers: Mapping[str, str] = _NONE,
        until: float | None = None,
    ) -> Outcome:
        """Send JSON. `until`: see `deadline`."""
        about = {"Content-Type": "application/json", "Content-Length": str(len(body))}
        return await self._call("POST", path, body, {**about, **headers}, until)

    async def delete(
        self, path: str, headers: Mapping[str, str] = _NONE, until: float | None = None
    ) -> Outcome:
        """Take something back. `until`: see `deadline`."""
        return await self._call("DELETE", path, b"", headers, until)

    async def close(self) -> None:
        await self._transport.aclose()

    def _request(
        self, method: str, path: str, body: bytes, headers: Mapping[str, str]
    ) -> httpx.Request:
        # All headers are given: what httpx would add by itself it would look for in each request.
        return httpx.Request(
            method,
            _address(self._url + path),
            headers=[*self._headers, *self._others(headers)],
            stream=httpx.ByteStream(body),
            extensions={"timeout": self._timeout},
        )

    def _others(self, headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
        """The adapter's own, and those of the settings that it does not set itself."""
        if not self._extra:
            return _raw(headers)
        own = {name.lower() for name in headers}
        extra = {name: value for name, value in self._extra.items() if name.lower() not in own}
        return _raw({**extra, **headers})

    async def _call(
        self, method: str, path: str, body: bytes, headers: Mapping[str, str], until: float | None
    ) -> Outcome:
        over, answer = self.deadline() if until is None else until, _Incoming()
        if until is not None and asyncio.get_running_loop().time() >= over:
            # A time-out that is over ends a call at its first wait, and that may be after a write.
            return Unreached(Code.ERP_DOWN, "No time was left to ask")
        try:
            async with asyncio.timeout_at(over):
                await self._receive(self._request(method, path, body, headers), answer)
        except TimeoutError:
            return answer.broken_off(Cut.LATE, "No answer in time")
        except Exception as error:  # noqa: BLE001  # whatever a transport raises, the order may be out
            return self._failed(error, answer)
        return answer.whole()

    async def _receive(self, request: httpx.Request, answer: "_Incoming") -> None:
        response = await self._transport.handle_async_request(request)
        try:
            answer.begin(response)
            # As it came, and no more: nothing in it is to be unpacked or timed.
            async for piece in _stream(response):
                if not answer.add(piece):
                    return
        finally:
            # Hangs up where the body was not read to its end.
            await response.aclose()

    def _failed(self, error: Exception, answer: "_Incoming") -> Outcome:
        _log.debug("call failed: %s", type(error).__name__)
        if not answer.begun and self._never_left(error):
            return unreached(error)
        return answer.broken_off(Cut.BROKEN, "The connection was cut before an answer came")


class _Incoming:
    """An answer as it arrives: what is there of it stays usable when the rest does not come."""

    def __init__(self) -> None:
        self._response: httpx.Response | None = None
        self._body = bytearray()
        self._cut: Cut | None = None

    @property
    def begun(self) -> bool:
        return self._response is not None

    def begin(self, response: httpx.Response) -> None:
        self._response = response

    def add(self, piece: bytes) -> bool:
        """Take a piece of the body; False once there is more than is ever read."""
        self._body += piece[: LONGEST_ANSWER - len(self._body) + 1]
        if len(self._body) <= LONGEST_ANSWER:
            return True
        del self._body[LONGEST_ANSWER:]
        self._cut = Cut.LONG
        return False

    def broken_off(self, cut: Cut, words: str) -> Outcome:
        # Too long was known before: what happens while hanging up does not matter any more.
        self._cut = self._cut or cut
        return self.whole() if self.begun else Lost(words)

    def whole(self) -> Outcome:
        assert self._response is not None
        raw = self._response.headers.raw
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in raw}
        return Reply(self._response.status_code, bytes(self._body), headers, self._cut)


def _stream(response: httpx.Response) -> httpx.AsyncByteStream:
    assert isinstance(response.stream, httpx.AsyncByteStream)
    return response.stream


@lru_cache(maxsize=64)
def _address(text: str) -> httpx.URL:
    # Every order goes to the same one, and taking it apart takes longer than all else of a request.
    return httpx.URL(text)


def _host(url: str) -> str:
    return httpx.Request("GET", url).headers["Host"]


def _raw(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.encode("ascii"), value.encode("ascii")) for name, value in headers.items()]


def _headers(token: str) -> dict[str, str]:
    return {
        "Authorization": f"Bearer {token}",
        "Accept": "application/json",
        # What is compressed could unfold to more than any limit on what arrives.
        "Accept-Encoding": "identity",
        "User-Agent": f"orderwatch/{_version()}",
    }


def _version() -> str:
    try:
        return version("orderwatch")
    except PackageNotFoundError:
        return "0"


def _encoded(query: Iterable[tuple[str, str]]) -> str:
    pairs = [f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in query]
    return f"?{'&'.join(pairs)}" if pairs else ""


def _hush() -> None:
    # Its lines hold the headers of answers.
    logging.getLogger("httpcore").setLevel(logging.WARNING)
