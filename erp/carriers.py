"""What carries the requests: the transport under httpx, and which of its errors are certain.

`client` takes a Carrier, so that a faster transport can be put in without touching what an error
means. That meaning cannot be left to the names of httpx: a transport over another library may call
it a connect error when a server hangs up after it was sent everything, and an order would be sent
twice. So each carrier says itself which errors prove that nothing left. All carriers pass the same
tests.
"""

import errno
import os
import socket
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import httpx

from commands.domain.failures import Code
from erp.settings import ErpSettings
from erp.swift import AiohttpTransport, StaleError
from erp.wire import Unreached

CONNECT_SHARE: Final = 3
"""Waiting for a place in the pool, connecting, and TLS take at most a third of the deadline each,
so that a dead line shows as certainly not sent, and not as an order in doubt."""

KEEPALIVE: Final = timedelta(seconds=2)
"""Shorter than what servers grant (5 s is common): whoever lets go first is never surprised."""

_PASSING_DNS: Final = frozenset({socket.EAI_AGAIN, socket.EAI_FAIL, socket.EAI_MEMORY})


@dataclass(frozen=True, slots=True)
class Carrier:
    """A transport and its proof.

    `open` makes the transport; it must not repeat a request by itself, nor follow a redirect, and
    holds at most `concurrency` connections. `never_left` is true only of an error after which not
    one byte of the request can have reached the ERP; when in doubt it is false.
    """

    open: Callable[[ErpSettings], httpx.AsyncBaseTransport]
    never_left: Callable[[Exception], bool]


def _pooled(settings: ErpSettings) -> httpx.AsyncBaseTransport:
    limits = httpx.Limits(
        max_connections=settings.concurrency,
        max_keepalive_connections=settings.concurrency,
        keepalive_expiry=KEEPALIVE.total_seconds(),
    )
    verify = trust(settings.ca_file) if settings.ca_file else True
    return httpx.AsyncHTTPTransport(verify=verify, retries=0, limits=limits)


def trust(ca_file: str | None) -> ssl.SSLContext:
    """Whose certificates are believed: those of the file and no others, or the public ones."""
    return ssl.create_default_context(cafile=ca_file) if ca_file else httpx.create_ssl_context()


def _never_left(error: Exception) -> bool:
    # httpcore raises these before it writes. A pooled connection that the server closed in the
    # meantime fails while reading instead: that proves nothing, bytes may have arrived before.
    return isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout)


POOLED: Final = Carrier(_pooled, _never_left)
"""The transport that comes with httpx. No proxy from the environment: a proxy's connection stands
when the ERP's does not. An answer too many, sent along with the one before, it takes for the answer
to the next request."""


def _swift(settings: ErpSettings) -> httpx.AsyncBaseTransport:
    tls = trust(settings.ca_file)
    return AiohttpTransport(settings.concurrency, KEEPALIVE.total_seconds(), tls)


def _never_left_swiftly(error: Exception) -> bool:
    return isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | StaleError)


SWIFT: Final = Carrier(_swift, _never_left_swiftly)
"""aiohttp's connections; why its errors can be believed stands in `swift`."""

USUAL: Final = SWIFT
"""What is taken unless somebody asks for another."""


def unreached(error: Exception) -> Unreached:
    """Why no connection stood, for an error that `never_left`; no address is in its words."""
    for cause in _chain(error):
        match cause:
            case ssl.SSLEOFError():
                return Unreached(Code.ERP_DOWN, "The ERP hung up while the connection was made")
            case ssl.SSLError():
                return Unreached(Code.MISCONFIGURED, f"No secure connection: {_reason(cause)}")
            case socket.gaierror() if cause.errno not in _PASSING_DNS:
                return Unreached(Code.MISCONFIGURED, "The ERP's host name is not known")
            case OSError(errno=int(number)) if number in errno.errorcode:
                return Unreached(Code.ERP_DOWN, f"No connection: {os.strerror(number)}")
    late = isinstance(error, httpx.TimeoutException)
    return Unreached(Code.ERP_DOWN, "No connection in time" if late else "No connection")


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """The error and what lies beneath it; where several addresses were tried, the first's."""
    while error is not None:
        yield error
        if isinstance(error, BaseExceptionGroup):
            error = error.exceptions[0]
        else:
            error = error.__cause__ or error.__context__


def _reason(error: ssl.SSLError) -> str:
    # Only errors of OpenSSL itself have one.
    reason: str | None = getattr(error, "reason", None)
    return (reason or "no TLS").replace("_", " ").lower()
