"""Faults that a test orders for the Web API: taken one by one, as calls come in.

Response URLs and uploads meet them too, under the names `response_url` and `upload`.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from fnmatch import fnmatch
from typing import Literal, get_args

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from sandbox.cutting import cut

FaultKind = Literal[
    "down",  # the connection is cut before anything is done
    "unavailable",  # 503 with a page, nothing done
    "slow",  # waits `seconds`, or until the faults are cleared, then does it
    "ratelimited",  # 429 with Retry-After
    "broken",  # 500 with a page, nothing done
    "refused",  # 200 with the error named in `error`
    "cut_after",  # does it, then cuts the connection before the answer
]
KINDS: tuple[str, ...] = get_args(FaultKind)


@dataclass(slots=True)
class Fault:
    """`method` is a pattern such as `chat.*`; `count` None lasts until the faults are cleared."""

    kind: FaultKind
    method: str = "*"
    count: int | None = 1
    seconds: float = 1.0
    retry_after: int = 1
    error: str = "internal_error"


@dataclass(slots=True)
class Faults:
    ordered: list[Fault] = field(default_factory=list)
    _cleared: asyncio.Event = field(default_factory=asyncio.Event)

    def clear(self) -> None:
        self.ordered.clear()
        self._cleared.set()
        self._cleared = asyncio.Event()

    def take(self, method: str) -> Fault | None:
        """The fault for this call, if any; counts it."""
        for fault in self.ordered:
            if not fnmatch(method, fault.method):
                continue
            if fault.count is not None:
                fault.count -= 1
                if fault.count <= 0:
                    self.ordered.remove(fault)
            return fault
        return None

    async def before(self, fault: Fault, request: Request) -> Response | None:
        """The answer that stands in for the call; None lets it go on."""
        match fault.kind:
            case "down":
                return await cut(request)
            case "unavailable":
                return HTMLResponse("<h1>503 Service Unavailable</h1>", status_code=503)
            case "broken":
                return HTMLResponse("<h1>500 Server Error</h1>", status_code=500)
            case "ratelimited":
                return ratelimited(fault.retry_after)
            case "refused":
                return JSONResponse({"ok": False, "error": fault.error})
            case "slow":
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._cleared.wait(), fault.seconds)
            case "cut_after":
                pass
        return None


def ratelimited(wait: int) -> Response:
    """429; `wait` in whole seconds."""
    body = {"ok": False, "error": "ratelimited"}
    return JSONResponse(body, status_code=429, headers={"Retry-After": str(wait)})


Endpoint = Callable[[Request], Awaitable[Response]]


def faulty(faults: Faults, name: str, endpoint: Endpoint) -> Endpoint:
    """The endpoint, with the faults that are ordered for `name`."""

    async def answer(request: Request) -> Response:
        fault = faults.take(name)
        early = await faults.before(fault, request) if fault else None
        response = early or await endpoint(request)
        return await cut(request) if fault and fault.kind == "cut_after" else response

    return answer
