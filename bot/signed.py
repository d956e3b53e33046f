"""POST /slack/events: Slack's signed requests, verified before anything reads their body.

Mounted by the composition root in HTTP mode. Bolt sees a payload only after the signature, the age,
the size and the shape of the request have been found right here.
"""

import hashlib
import hmac
import json
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, TypeAlias
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from commands.ports import Clock

log = logging.getLogger("orderwatch.slack")

OLDEST: Final = timedelta(seconds=300)
LARGEST: Final = 1 << 20
MOST_FIELDS: Final = 100
FORM: Final = "application/x-www-form-urlencoded"

Payload: TypeAlias = dict[str, Any]
Dispatch: TypeAlias = Callable[[Payload, dict[str, str]], Awaitable[Response]]


class TooLargeError(Exception):
    """The body goes on beyond the limit."""


class BadBodyError(ValueError):
    """Signed, and yet nothing that Slack sends."""


class Seen:
    """What has been taken already within a span; forgets by itself."""

    def __init__(self, keep: timedelta) -> None:
        self._keep = keep
        self._at: OrderedDict[str, datetime] = OrderedDict()

    def again(self, key: str, now: datetime) -> bool:
        """Whether `key` was asked about within the span; it is known from now on."""
        while self._at and next(iter(self._at.values())) < now - self._keep:
            self._at.popitem(last=False)
        if key in self._at:
            return True
        self._at[key] = now
        return False


@dataclass(slots=True)
class SignedDoor:
    """The ASGI endpoint. `dispatch` gets what passed: the payload and the retry headers."""

    secret: str
    dispatch: Dispatch
    clock: Clock
    _seen: Seen = field(default_factory=lambda: Seen(OLDEST * 2))

    def __post_init__(self) -> None:
        if not self.secret:
            raise ValueError("SLACK_SIGNING_SECRET is needed in HTTP mode")

    async def __call__(self, request: Request) -> Response:
        """Answer one request: 401, 413, 400, or what the listeners answer."""
        if _declared(request) > LARGEST:
            return _no(413, "too large")
        try:
            body = await _read(request)
        except TooLargeError:
            return _no(413, "too large")
        except ClientDisconnect:
            return _no(400, "cut")
        return await self._verified(request, body)

    async def _verified(self, request: Request, body: bytes) -> Response:
        stamp = request.headers.get("x-slack-request-timestamp", "")
        given = request.headers.get("x-slack-signature", "")
        if not self._genuine(stamp, given, body):
            return _no(401, "not signed by Slack")
        if self._seen.again(given, self.clock.now()):
            return Response()
        try:
            payload = parsed(request.headers.get("content-type", ""), body)
        except BadBodyError as error:
            return _no(400, str(error))
        return await self.dispatch(payload, _retry(request))

    def _genuine(self, stamp: str, given: str, body: bytes) -> bool:
        # int() would take signs, spaces, underscores and the digits of other scripts.
        if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 12):  # noqa: PLR2004
            return False
        if abs(self.clock.now().timestamp() - int(stamp)) > OLDEST.total_seconds():
            return False
        return hmac.compare_digest(signature(self.secret, stamp, body), given.encode())


def signature(secret: str, stamp: str, body: bytes) -> bytes:
    """What Slack writes into X-Slack-Signature for this body."""
    signed = b"v0:" + stamp.encode() + b":" + body
    return b"v0=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest().encode()


def parsed(content_type: str, body: bytes) -> Payload:
    """The payload of an event, an interaction or a slash command. Raises BadBodyError.

    Bolt's own reading loses a slash command whose text holds the word `payload`, so it gets ours.
    """
    try:
        text = body.decode()
        if content_type.split(";", 1)[0].strip().lower() != FORM:
            return _object(text)
        fields = dict(parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FIELDS))
    except ValueError:
        raise BadBodyError("neither JSON nor a form") from None
    return _object(fields["payload"]) if "payload" in fields else dict(fields)


def _object(text: str) -> Payload:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        raise BadBodyError("not JSON") from None
    if not isinstance(data, dict):
        raise BadBodyError("no JSON object")
    return data


def _declared(request: Request) -> int:
    length = request.headers.get("content-length", "0")
    return int(length) if length.isascii() and length.isdigit() else LARGEST + 1


async def _read(request: Request) -> bytes:
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > LARGEST:
            raise TooLargeError
        parts.append(part)
    return b"".join(parts)


def _retry(request: Request) -> dict[str, str]:
    names = ("x-slack-retry-num", "x-slack-retry-reason")
    return {name: request.headers[name] for name in names if name in request.headers}


def _no(status: int, why: str) -> Response:
    log.warning("a request to /slack/events was refused: %d, %s", status, why)
    return PlainTextResponse(why, status_code=status)


def no_such_door() -> Response:
    """In Socket Mode nobody knocks here but strangers."""
    return JSONResponse({"error": "not found"}, status_code=404)
