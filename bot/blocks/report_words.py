"""A report's facts as sentences: the same in the mail, its plain part, and in Slack.

Called by `bot.mail.letters` and `bot.blocks.report_message`. What comes from outside is one line of
visible text by then; each of the two makes it dead in its own way.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from bot.blocks.parts import dead
from bot.blocks.wording import DOT, ID_SHOWN, Wall, count, customer, why
from commands.domain.alerts import OrderLine
from commands.domain.connection import Line
from commands.domain.digests import DayOutcome, Digest, OpenAlert
from commands.domain.distributors import Distributor
from commands.domain.grouping import CauseKind
from commands.domain.reports import SUBJECT, Contents
from commands.domain.sheets import NOT_SYNCED, Status

NAMED_ALERTS: Final = 10
DAY: Final = "%a"


@dataclass(frozen=True, slots=True)
class Item:
    """An order in a list: its id, and what else is told of it."""

    id: str
    about: str


@dataclass(frozen=True, slots=True)
class Linked:
    """An open alert: its title with its number of orders, and where it stands."""

    words: str
    url: str | None


@dataclass(frozen=True, slots=True)
class Told:
    """A report in words, part by part; what is empty is left out."""

    title: str
    headline: str
    late: str
    waiting: str
    counts: tuple[tuple[str, int], ...]
    oldest: tuple[Item, ...]
    next: tuple[Item, ...]
    unnumbered: tuple[Item, ...]
    more_unnumbered: str
    alerts: tuple[Linked, ...]
    picture: str
    as_of: str


def tell(own: Distributor, digest: Digest) -> Told:
    wall = Wall.of(own, digest.as_of)
    more = digest.more_unnumbered
    return Told(
        title=f"{SUBJECT}{DOT}{dead(own.name, 100)}",
        headline=headline(digest),
        late=_late(digest, wall),
        waiting=waiting(digest, wall),
        counts=_counts(digest),
        oldest=tuple(_item(one, wall) for one in [digest.oldest] if one),
        next=tuple(_item(one, wall) for one in digest.next),
        unnumbered=tuple(_marked(one) for one in digest.unnumbered),
        more_unnumbered=f"and {more:,} more" if more > 0 else "",
        alerts=tuple(_linked(one) for one in digest.alerts[:NAMED_ALERTS]),
        picture=picture_words(digest.days),
        as_of=f"As of {_moment(digest.as_of, wall)}, {_what(digest)}",
    )


def _counts(digest: Digest) -> tuple[tuple[str, int], ...]:
    """How many there are of each status, where the headline does not say all of it already."""
    if digest.contents is Contents.FAILED:
        return ()
    return tuple((str(one), n) for one in Status if (n := digest.listed.get(one, 0)))


def headline(digest: Digest) -> str:
    """`14 orders are not synced: 11 Failed, 2 Pending Verification, 1 Queued`."""
    if not digest.not_synced:
        return "No order has failed to sync"
    parts = [f"{n:,} {one}" for one in NOT_SYNCED if (n := digest.listed.get(one, 0))]
    verb = "is" if digest.not_synced == 1 else "are"
    return f"{count(digest.not_synced, 'order')} {verb} not synced: {', '.join(parts)}"


def waiting(digest: Digest, wall: Wall) -> str:
    """`200 waiting, ERP down since 15:45`."""
    line = digest.connection
    many = f"{digest.waiting:,} waiting" if digest.waiting else ""
    if not line.broken:
        return f"{many} for the next sync" if many else ""
    trouble = "ERP down" if line.line is Line.DOWN else "ERP refuses the connection"
    since = f" since {wall.plain(line.since)}" if line.since else ""
    return ", ".join(part for part in (many, f"{trouble}{since}") if part)


def _late(digest: Digest, wall: Wall) -> str:
    if not digest.late or digest.due_at is None:
        return ""
    due = _moment(digest.due_at, wall)
    missed = ", ".join(_date(day) for day in digest.covers)
    covers = f" It stands for {missed} as well." if missed else ""
    return f"Sent late: it was due {due}.{covers}"


def _what(digest: Digest) -> str:
    return {
        Contents.ALL: "all orders since the last report and all older ones that are not synced",
        Contents.FAILED: "orders that failed to sync",
    }[digest.contents]


def _item(line: OrderLine, wall: Wall) -> Item:
    parts = [customer(line), wall.delivery(line.deliver_at), why(line)]
    return Item(dead(line.id, ID_SHOWN), DOT.join(parts))


def _marked(line: OrderLine) -> Item:
    return Item(dead(line.id, ID_SHOWN), customer(line))


def _linked(alert: OpenAlert) -> Linked:
    title = alert.cause.title
    if alert.cause.kind in {CauseKind.OUTAGE, CauseKind.TROUBLE}:
        return Linked(title, alert.url)
    return Linked(f"{title}{DOT}{count(alert.orders, 'order')}", alert.url)


def _moment(at: datetime, wall: Wall) -> str:
    """`24 Nov 7:00`, whatever day it is read on."""
    local = at.astimezone(wall.zone)
    return f"{_date(local.date())} {local.hour}:{local.minute:02}"


def _date(day: date) -> str:
    return f"{day.day} {day:%b}"


def day_name(day: date) -> str:
    """Under a bar of the picture: `Tue` over `24`."""
    return f"{day:%a}\n{day.day}"


def picture_words(days: Sequence[DayOutcome]) -> str:
    """What the picture shows, for whoever does not see it."""
    each = "; ".join(
        f"{_date(day.day)} {day.successful:,} successful, {day.pending:,} pending, "
        f"{day.failed:,} failed"
        for day in days
    )
    return f"Orders received on each of the last {len(days)} days: {each}."
