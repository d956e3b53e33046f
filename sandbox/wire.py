"""A wire between the bot and a real server, which fails when it is told to. For the tests.

It passes HTTP/1.1 requests on, each as its `plan` says: cut before the server gets it, while the
server is at it, or after; held back; answered with something else. What was forwarded and cut goes
on behind the wire, as it would at a real server: `settled` waits for its end.
"""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

import httpx

from sandbox.product import free_port

MOST_HEAD: Final = 1 << 20
OWN: Final = frozenset({"host", "connection", "content-length", "transfer-encoding"})
"""Headers that each side of the wire sets for itself."""

Ends = Literal["whole", "half", "none"]


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer, as it goes over the wire."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Mishap:
    """What becomes of one request.

    `forward`: the server gets it, after `wait` seconds and once `until` is set, with the body that
    `rewrite` makes of its own. `at_once`: the caller's end is cut before that. `ends`: how much of
    the answer comes back. `instead`: what comes in its place.
    """

    kind: str
    forward: bool = True
    wait: float = 0.0
    until: asyncio.Event | None = None
    rewrite: Callable[[bytes], bytes] | None = None
    at_once: bool = False
    ends: Ends = "whole"
    instead: Reply | None = None


PASSED: Final = Mishap("passed")
CUT_BEFORE: Final = Mishap("cut before", forward=False, ends="none")
CUT_AFTER: Final = Mishap("cut after", ends="none")
CUT_WITHIN: Final = Mishap("cut within the answer", ends="half")


def cut_during(wait: float = 0.0, until: asyncio.Event | None = None) -> Mishap:
    """Cut at once; the server gets it all the same, and acts a moment later."""
    return Mishap("cut during", wait=wait, until=until, at_once=True, ends="none")


def slow(seconds: float) -> Mishap:
    return Mishap("slow", wait=seconds)


def rewritten(change: Callable[[Any], Any]) -> Mishap:
    """The JSON that the server gets is not the one that was sent."""
    return Mishap("rewritten", rewrite=lambda body: json.dumps(change(json.loads(body))).encode())


def instead(status: int, body: bytes = b"", *, forward: bool = False, **headers: str) -> Mishap:
    """Another answer; `headers` with _ for -. `forward`: the server gets the request as well."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    reply = Reply(status, body, named)
    return Mishap(f"{status} instead", forward=forward, instead=reply)


def page(status: int, *, forward: bool = False) -> Mishap:
    """A page of a proxy, which is no server's own."""
    body = f"<html><head><title>{status}</title></head><body><h1>Oh</h1></body></html>"
    return instead(status, body.encode(), forward=forward, content_type="text/html")


@dataclass(frozen=True, slots=True)
class Request:
    """A request that came. `target`: path and query as they were sent."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    @property
    def json(self) -> Any:  # noqa: ANN401  # whatever it is
        return json.loads(self.body) if self.body else None


@dataclass(frozen=True, slots=True)
class Passed:
    """A request, what became of it, and what the server answered, if it was asked."""

    request: Request
    mishap: Mishap
    reply: Reply | None


Plan = Callable[[Request], Mishap]


def _well(_request: Request) -> Mishap:
    return PASSED


@dataclass(slots=True)
class Wire:
    """`plan` is asked for each request. `waiting`: those that are on their way; `log`: those that
    are over, oldest first. `caught_up`: the server is at work on nothing that was cut at once.
    `on_passed` is called after each.
    """

    server: str
    client: httpx.AsyncClient
    port: int = 0
    plan: Plan = _well
    log: list[Passed] = field(default_factory=list)
    waiting: list[Request] = field(default_factory=list)
    caught_up: asyncio.Event = field(default_factory=asyncio.Event)
    on_passed: Callable[[], None] | None = None
    _orphans: int = 0
    _listener: asyncio.Server | None = None
    _writers: set[asyncio.StreamWriter] = field(default_factory=set)
    _at_work: set[asyncio.Task[Any]] = field(default_factory=set)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def connect(self) -> None:
        """From now on it can be reached, on the same port each time."""
        self.caught_up.set()
        self.port = self.port or free_port()
        self._listener = await asyncio.start_server(
            self._serve, "127.0.0.1", self.port, limit=MOST_HEAD
        )

    def disconnect(self) -> None:
        """From now on connections are refused, and those that stand are cut."""
        if self._listener is not None:
            self._listener.close()
            self._listener = None
        for writer in self._writers:
            writer.transport.abort()

    async def settled(self) -> None:
        """Returns once the server has answered everything that it was given."""
        while self._at_work:
            await asyncio.gather(*self._at_work, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            while request := await _read(reader):
                work = asyncio.create_task(self._carry(request, writer))
                self._at_work.add(work)
                work.add_done_callback(self._at_work.discard)
                # What is forwarded goes on although the caller hangs up.
                await asyncio.shield(work)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            self._writers.discard(writer)
            writer.close()

    async def _carry(self, request: Request, writer: asyncio.StreamWriter) -> None:
        mishap = self.plan(request)
        if mishap.at_once:
            writer.transport.abort()
        self.waiting.append(request)
        reply = await self._forward(request, mishap) if mishap.forward else None
        self.waiting.remove(request)
        self.log.append(Passed(request, mishap, reply))
        if self.on_passed is not None:
            self.on_passed()
        answer = mishap.instead or reply
        if answer is None or mishap.ends == "none":
            writer.transport.abort()
        elif not writer.is_closing():
            writer.write(_written(answer, mishap.ends))
            await writer.drain()
            if mishap.ends == "half":
                writer.transport.abort()

    async def _forward(self, request: Request, mishap: Mishap) -> Reply | None:
        await asyncio.sleep(mishap.wait)
        if mishap.until is not None:
            await mishap.until.wait()
        with self._orphaned() if mishap.at_once else contextlib.nullcontext():
            return await self._ask(request, mishap)

    @contextlib.contextmanager
    def _orphaned(self) -> Iterator[None]:
        self._orphans += 1
        self.caught_up.clear()
        try:
            yield
        finally:
            self._orphans -= 1
            if not self._orphans:
                self.caught_up.set()

    async def _ask(self, request: Request, mishap: Mishap) -> Reply | None:
        headers = {name: value for name, value in request.headers.items() if name not in OWN}
        body = mishap.rewrite(request.body) if mishap.rewrite else request.body
        try:
            answer = await self.client.request(
                request.method, self.server + request.target, headers=headers, content=body
            )
        except httpx.TransportError:
            return None
        kept = {name: value for name, value in answer.headers.items() if name not in OWN}
        return Reply(answer.status_code, answer.content, kept)


@contextlib.asynccontextmanager
async def wired(server: str) -> AsyncIterator[Wire]:
    """A wire to the server at this address, while the block runs."""
    async with httpx.AsyncClient(trust_env=False, timeout=None) as client:  # noqa: S113  # theirs
        wire = Wire(server, client)
        await wire.connect()
        try:
            yield wire
        finally:
            wire.disconnect()
            await wire.settled()


async def _read(reader: asyncio.StreamReader) -> Request | None:
    """The next request of a connection; None: the caller has hung up."""
    head = await reader.readuntil(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    method, target, _ = first.split(" ", 2)
    pairs = (line.partition(":") for line in lines if line)
    headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Request(method, target, headers, body)


def _written(answer: Reply, ends: Ends) -> bytes:
    headers = {**answer.headers, "content-length": str(len(answer.body))}
    lines = [f"HTTP/1.1 {answer.status} Said", *(f"{name}: {headers[name]}" for name in headers)]
    whole = "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + answer.body
    return whole if ends == "whole" else whole[: len(whole) - len(answer.body) // 2 - 1]
