"""The breaker of one ERP connection, pure: what its answers do to it, and what it lets through.

The engine asks `admits()` before it claims and tells `after()` what came back. The state is stored,
so that every process sees the same connection.
"""

import random
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from commands.domain.answers import Answered, Declined, Postponed, Sign, Silence, Taken
from commands.domain.failures import STOPPING, Code, Failure
from commands.domain.retries import after as wait_after


class Line(StrEnum):
    """How a connection stands."""

    WORKING = "working"
    LIMITED = "limited"
    """The ERP asks to be left alone until `until`."""
    DOWN = "down"
    """Several transport failures in a row: one probe at a time."""
    STOPPED = "stopped"
    """Login, rights or address are wrong: a real order is the probe, seldom."""


FAILURES_UNTIL_DOWN: Final = 3
STOPPED_PROBE: Final = timedelta(minutes=15)
PROBE_FIRST: Final = timedelta(seconds=5)
PROBE_LONGEST: Final = timedelta(minutes=2)
STORE_EVERY: Final = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Connection:
    """The state of a connection.

    `since`: when it came to stand so. `until`: when the next probe may go (down, stopped), or when
    the ERP may be asked again (limited). `streak`: transport failures in a row. `probes`: probes in
    vain. `window`: requests allowed in flight while it warms up. `last_ok`: when an order was last
    taken. `last_asked`: the last call.
    """

    line: Line = Line.WORKING
    version: int = 0
    since: datetime | None = None
    until: datetime | None = None
    failure: Failure | None = None
    streak: int = 0
    probes: int = 0
    window: int = 1
    last_ok: datetime | None = None
    last_asked: datetime | None = None

    @property
    def broken(self) -> bool:
        """Down or stopped: its waiting orders belong to the outage's alert alone."""
        return self.line in {Line.DOWN, Line.STOPPED}


def admits(connection: Connection, concurrency: int, now: datetime, *, asked: bool) -> int:
    """How many requests may be in flight at this moment; 0: none.

    `asked`: a person's Retry waits, which brings the probe of a broken connection forward.
    """
    match connection.line:
        case Line.WORKING:
            return min(connection.window, concurrency)
        case Line.LIMITED:
            return 0 if connection.until and now < connection.until else 1
        case Line.DOWN | Line.STOPPED:
            due = connection.until is None or now >= connection.until
            return 1 if due or asked else 0


def after(
    connection: Connection, sign: Sign, concurrency: int, now: datetime, source: random.Random
) -> Connection:
    """The connection after an answer."""
    last_ok = now if isinstance(sign, Taken) else connection.last_ok
    version = connection.version + 1
    asked = replace(connection, last_asked=now, last_ok=last_ok, version=version)
    match sign:
        case Taken():
            return _passed(asked, concurrency, now)
        case Answered():
            return _answered(asked, concurrency, now)
        case Declined(failure) if failure.code in STOPPING:
            return _stopped(asked, failure, now)
        case Declined():
            return _passed(asked, concurrency, now)
        case Postponed(failure, retry_after, reached=True):
            if failure.code is not Code.RATE_LIMITED:
                return _passed(asked, concurrency, now)
            return _limited(asked, failure, retry_after, now, source)
        case Postponed(failure, retry_after) | Silence(failure, retry_after):
            return _failed(asked, failure, retry_after, now, source)


def reopened(connection: Connection, concurrency: int, now: datetime) -> Connection:
    """It says that it is well, and there is no order to prove it by."""
    return _passed(replace(connection, version=connection.version + 1), concurrency, now)


_LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)
_STRICTNESS: Final = (Line.WORKING, Line.LIMITED, Line.DOWN, Line.STOPPED)


def reconciled(heard: Connection, since: Connection, stored: Connection) -> Connection:
    """What counts when another process stored first: the stricter line, if it is news.

    `heard`: as this process knows it; `since`: as it was stored when this process last looked.
    """
    news = (heard.line, heard.until) != (since.line, since.until)
    stricter = (_STRICTNESS.index(heard.line), heard.until or _LONG_AGO) > (
        _STRICTNESS.index(stored.line),
        stored.until or _LONG_AGO,
    )
    if news and stricter:
        return replace(heard, version=stored.version)
    return replace(stored, window=min(heard.window, stored.window))


def brought_forward(connection: Connection, now: datetime) -> Connection:
    """A person's Retry, or new settings: a broken connection is probed at once.

    What the ERP asked for while rate limited is obeyed all the same.
    """
    if not connection.broken:
        return connection
    return replace(connection, until=now, version=connection.version + 1)


def worth_storing(stored: Connection, present: Connection) -> bool:
    """Whether other processes and the status page must learn of a change.

    Every success moves `last_ok`; storing each would cost more than the order itself.
    """
    if (stored.line, stored.until, stored.streak) != (present.line, present.until, present.streak):
        return True
    if present.last_asked is None or stored.last_asked is None:
        return present.last_asked != stored.last_asked
    return present.last_asked - stored.last_asked >= STORE_EVERY


def _passed(connection: Connection, concurrency: int, now: datetime) -> Connection:
    """It works. The window grows with each success, so that a backlog does not burst out."""
    warm = connection.window >= concurrency and not connection.streak
    if warm and connection.line is Line.WORKING:
        # As it is for nearly every order: all that follows would change nothing.
        return connection
    back = connection.line is not Line.WORKING
    return replace(
        connection,
        line=Line.WORKING,
        since=now if back else connection.since,
        until=None,
        failure=None,
        streak=0,
        probes=0,
        window=1 if back else min(connection.window + 1, concurrency),
    )


def _answered(connection: Connection, concurrency: int, now: datetime) -> Connection:
    """That questions are answered opens what was closed for questions too; only an order shows that
    orders are taken.
    """
    match connection.line:
        case Line.WORKING:
            return replace(connection, window=min(connection.window + 1, concurrency))
        case Line.DOWN:
            return connection
        case Line.LIMITED | Line.STOPPED:
            return _passed(connection, concurrency, now)


def _stopped(connection: Connection, failure: Failure, now: datetime) -> Connection:
    # A wrong password repeated is what locks accounts.
    already = connection.line is Line.STOPPED
    return replace(
        connection,
        line=Line.STOPPED,
        since=connection.since if already else now,
        until=now + STOPPED_PROBE,
        failure=failure,
        window=1,
    )


def _limited(
    connection: Connection,
    failure: Failure,
    retry_after: timedelta | None,
    now: datetime,
    source: random.Random,
) -> Connection:
    if connection.line is Line.STOPPED:
        # After a refused login a 429 is the lock on the account, not a busy ERP.
        return replace(connection, until=now + STOPPED_PROBE)
    return replace(
        connection,
        line=Line.LIMITED,
        since=connection.since if connection.line is Line.LIMITED else now,
        until=now + wait_after(retry_after, connection.probes, source),
        failure=failure,
        probes=connection.probes + 1,
        window=1,
    )


def _failed(
    connection: Connection,
    failure: Failure,
    retry_after: timedelta | None,
    now: datetime,
    source: random.Random,
) -> Connection:
    if connection.line is Line.STOPPED:
        return replace(connection, until=now + STOPPED_PROBE)
    streak = connection.streak + 1
    if connection.line is not Line.DOWN and streak < FAILURES_UNTIL_DOWN:
        suspect = replace(connection, streak=streak, window=1)
        return _limited(suspect, failure, retry_after, now, source) if retry_after else suspect
    gap = probe_gap(connection.probes, source)
    already = connection.line is Line.DOWN
    return replace(
        connection,
        line=Line.DOWN,
        since=connection.since if already else now,
        until=now + max(gap, retry_after or gap),
        failure=failure,
        streak=streak,
        probes=connection.probes + 1 if already else 0,
        window=1,
    )


def probe_gap(probes: int, source: random.Random) -> timedelta:
    """How long until the next probe: doubling, between half and the whole of the step."""
    step = min(PROBE_FIRST * 2.0 ** min(probes, 10), PROBE_LONGEST)
    gap: timedelta = step * (0.5 + source.random() / 2)
    return gap
