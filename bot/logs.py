"""What is written to the log: ids, states and codes, and never what an order or a secret says.

`bot.cli` calls `configure` once. Our own lines are written with that in mind; what libraries say is
cut down to where and which trouble, for their messages quote whatever they stumbled over.
"""

import logging
import re
import sys
import traceback
from collections.abc import Iterable
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Final

OURS: Final = "orderwatch"
LIBRARIES: Final = "orderwatch.libraries"
LONGEST: Final = 300
_ADDRESS: Final = re.compile(r"\b([a-z][a-z0-9+]{1,15})://[^\s'\"<>]+", re.IGNORECASE)
_SLACK_TOKEN: Final = re.compile(r"\bx(?:ox[a-z]|app)-[A-Za-z0-9-]+")
HIDDEN: Final = "[hidden]"

Trouble = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class Redacted(logging.Formatter):
    """One line for each record; of an exception its kind and where it was raised, no message."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        # The longest first: one secret may hold another.
        self._secrets = sorted({one for one in secrets if len(one) > 3}, key=len, reverse=True)  # noqa: PLR2004

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802
        """In UTC, to the millisecond."""
        moment = datetime.fromtimestamp(record.created, UTC)
        return moment.strftime(datefmt) if datefmt else moment.isoformat(timespec="milliseconds")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's own name
        if not _ours(record.name):
            record.message = _curt(record.message)
        return self._clean(super().formatMessage(record))

    def formatException(self, ei: Trouble | Any) -> str:  # noqa: N802, ANN401 - logging's own
        """The chain of exceptions, each with the lines of code it came through."""
        kind, error, trace = ei
        if error is None or kind is None:
            return ""
        frames = "".join(traceback.format_tb(trace))
        cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        before = "" if cause is None else self.formatException(_of(cause)) + "\nthen\n"
        return f"{before}{frames}{kind.__name__}"

    def formatStack(self, stack_info: str) -> str:  # noqa: N802 - logging's own name
        return self._clean(stack_info)

    def _clean(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, HIDDEN)
        # A line break from outside would begin a line of its own.
        return _SLACK_TOKEN.sub(HIDDEN, text).replace("\r", " ").replace("\n", " ")


def _of(error: BaseException) -> Trouble:
    return type(error), error, error.__traceback__


def _ours(name: str) -> bool:
    return name == OURS or name.startswith(f"{OURS}.")


def _curt(message: str) -> str:
    """A library's message: its first line, without addresses, which may hold passwords."""
    first = message.partition("\n")[0][:LONGEST]
    return _ADDRESS.sub(r"\1://…", first)


def configure(level: str = "INFO", secrets: Iterable[str] = ()) -> None:
    """Write everything to standard error. `level` is of our own lines; libraries say warnings."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Redacted(secrets))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger(OURS).setLevel(level)
    logging.getLogger(LIBRARIES).setLevel(logging.WARNING)
    # Their own levels may have been set when they were imported.
    for name in ("httpx", "httpcore", "slack_sdk", "slack_bolt", "sqlalchemy", "aiosqlite"):
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.captureWarnings(capture=True)
