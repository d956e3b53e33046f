"""Calls of Slack's Web API whose outcome is a value. Used by the messenger, identity and listeners.

Nothing is repeated here: the SDK's own repetition after a cut connection can post twice, so whoever
calls decides. A dead token is told to whoever runs the process, for waiting mends nothing; until
the process has ended by it, every call counts as not done.
"""

import contextlib
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, TypeAlias
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

log = logging.getLogger("orderwatch.slack")

DEAD: Final = frozenset(
    {"invalid_auth", "account_inactive", "token_revoked", "token_expired", "not_authed"}
)
"""Errors that no waiting mends: the token is wrong, or the app is gone from the workspace."""

BUSY: Final = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})
TROUBLED: Final = frozenset(
    {"internal_error", "fatal_error", "service_unavailable", "request_timeout", "team_added_to_org"}
)
"""Slack's own troubles: whether the call took effect is not certain."""

DEADLINE: Final = aiohttp.ClientTimeout(total=15, connect=5)
AFTER_TROUBLE: Final = timedelta(seconds=5)
LONGEST_WAIT: Final = timedelta(minutes=5)
AFTER_DEATH: Final = timedelta(seconds=30)
"""More than the process needs to end; the next one, whose token may be new, keeps to it as well."""

LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True, slots=True)
class Said:
    """Slack did it, and answered this."""

    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Declined:
    """Slack says no: certain, and it would say so again."""

    error: str


@dataclass(frozen=True, slots=True)
class Busy:
    """Not done, certainly: ask again after `wait`."""

    wait: timedelta


@dataclass(frozen=True, slots=True)
class Unheard:
    """Sent, and then no answer that can be read: it may have been done."""

    wait: timedelta = AFTER_TROUBLE


Answer: TypeAlias = Said | Declined | Busy | Unheard
OnDead: TypeAlias = Callable[[str], None]


class WebApi:
    """The workspace's Web API behind one token. `open` before the first call, `close` at the end.

    `on_dead` hears the error that makes the token useless. None: the answer alone says it.
    """

    def __init__(
        self, token: str, base_url: str, logger: logging.Logger, on_dead: OnDead | None = None
    ) -> None:
        self.client = AsyncWebClient(
            token=token, base_url=base_url, logger=logger, retry_handlers=[]
        )
        if is_loopback(base_url):
            # The SDK takes a proxy from the environment and knows no exceptions from it.
            self.client.proxy = None
        self._on_dead = on_dead
        self._silent_since: float | None = None

    async def open(self) -> None:
        """One session for all calls: a handshake for each would cost more than the call."""
        if self.client.session is None:
            self.client.session = aiohttp.ClientSession(timeout=DEADLINE)

    async def close(self) -> None:
        if self.client.session is not None:
            await self.client.session.close()
            self.client.session = None

    async def ask(self, call: Awaitable[Any]) -> Answer:
        """Await one call of `client` and say what came of it. Raises nothing."""
        try:
            response = await call
        except SlackApiError as error:
            return self._heard(self._refused(error))
        except aiohttp.ClientConnectorError:
            return self._heard(Busy(AFTER_TROUBLE), silent=True)
        except (TimeoutError, aiohttp.ClientError, OSError):
            return self._heard(Unheard())
        except (AttributeError, TypeError, ValueError):
            # An answer that is no object: the SDK stumbles over it.
            return self._heard(Unheard())
        return self._heard(Said(response.data))

    def _heard(self, answer: Answer, *, silent: bool = False) -> Answer:
        """Say in the log that Slack is away, once, and that it is back: there is no other place."""
        if silent or isinstance(answer, Unheard):
            if self._silent_since is None:
                self._silent_since = time.monotonic()
                log.warning("Slack does not answer: what is to be said there waits")
        elif self._silent_since is not None:
            away = time.monotonic() - self._silent_since
            self._silent_since = None
            log.warning("Slack answers again, after %.0f s", away)
        return answer

    def _refused(self, error: SlackApiError) -> Answer:
        answer = _judged(error)
        if self._on_dead and isinstance(answer, Declined) and answer.error in DEAD:
            self._on_dead(answer.error)
            # It speaks of the token, not of what was asked: that is for the next process to ask.
            return Busy(AFTER_DEATH)
        return answer


def _judged(error: SlackApiError) -> Answer:
    response = error.response
    data = getattr(response, "data", None)
    code = str(data.get("error", "")) if isinstance(data, dict) else ""
    if code in BUSY or getattr(response, "status_code", None) == 429:  # noqa: PLR2004
        return Busy(retry_after(getattr(response, "headers", {})))
    if not code or code in TROUBLED:
        return Unheard()
    return Declined(code)


def retry_after(headers: Mapping[str, str]) -> timedelta:
    """How long Slack asks to be left alone; a moment where it does not say."""
    with contextlib.suppress(ValueError, OverflowError):
        asked = timedelta(seconds=float(headers.get("Retry-After", "")))
        return min(max(asked, timedelta(seconds=1)), LONGEST_WAIT)
    return AFTER_TROUBLE


def is_loopback(url: str) -> bool:
    return urlsplit(url).hostname in LOOPBACK


def quiet_logger(name: str) -> logging.Logger:
    """A logger for the libraries: they write whole payloads at DEBUG, and addresses in errors."""
    logger = logging.getLogger(name)
    logger.setLevel(logging.WARNING)
    if not logger.filters:
        logger.addFilter(_only_the_kind)
    return logger


def _only_the_kind(record: logging.LogRecord) -> bool:
    """Keep where and which trouble; payloads and tickets stand in message and traceback."""
    kind = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else "trouble"
    record.msg = f"slack library: {kind} in {record.funcName}"
    record.args, record.exc_info, record.exc_text = (), None, None
    return True
