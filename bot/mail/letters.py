"""What a mail says: the report, and what support is told. Pure; called by `bot.reports.writer`.

Values are escaped wherever a template does not say otherwise, and none of ours does.
"""

import html
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from bot.blocks.alert_card import draft
from bot.blocks.alert_scene import Scene
from bot.blocks.order_text import head_text, lines_text
from bot.blocks.parts import dead
from bot.blocks.report_words import Told, tell
from bot.blocks.wording import DOT, Wall, count, row_words, state_words, times
from bot.mail.compose import PICTURE_ID
from bot.mail.enclosing import Way, way
from commands.domain.alerts import Alert, AlertPicture, SubjectCount
from commands.domain.digests import Digest
from commands.domain.distributors import Distributor
from commands.domain.failures import CATALOGUE, Failure
from commands.domain.history import Entry
from commands.domain.reports import SUBJECT
from commands.outbox import AlertPlea, Enclosure, Letter, OrderPlea
from commands.ports import Order

TEMPLATES: Final = Path(__file__).with_name("templates")
ORDER_SYNC_ERROR: Final = "Order Sync Error"
LINES_ROOM: Final = 20_000
HISTORY_SHOWN: Final = 50
NOTE: Final = 2000


class Letters:
    """Reads its templates when the first letter is written."""

    @cached_property
    def _templates(self) -> Environment:
        return Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=select_autoescape(["html"]),
            undefined=StrictUndefined,
        )

    def report(self, own: Distributor, digest: Digest, csv: Enclosure, *, pictured: bool) -> Letter:
        """The daily report; `pictured`: a picture goes along."""
        told = tell(own, digest)
        given = {"told": told, "file": _file(csv, digest, own), "lists": _lists(told)}
        text = self._templates.get_template("report.txt").render(given)
        picture = PICTURE_ID if pictured else None
        html = self._templates.get_template("report.html").render(given, picture=picture)
        return Letter(SUBJECT, text, html)


def _lists(told: Told) -> Sequence[tuple[str, object]]:
    return (
        ("Waits longest", told.oldest),
        ("Next to deliver", told.next),
        ("Marked as synced without an ERP number", told.unnumbered),
    )


def _file(csv: Enclosure, digest: Digest, own: Distributor) -> str:
    """Where the rows are."""
    rows = count(digest.rows, "order")
    match way(csv):
        case Way.PLAIN:
            return f"Attached: {csv.name}, {rows}."
        case Way.ZIPPED:
            return f"Attached, zipped: {csv.name}, {rows}."
        case Way.LEFT_OUT:
            write = f"orderwatch report {own.key} --out FILE"
            return (
                f"The list of {rows} is too large for a mail. It is in the report's thread in "
                f"Slack, and `{write}` writes it."
            )


# --- notifications -------------------------------------------------------------------------------


def notice(own: Distributor, alert: Alert, picture: AlertPicture) -> Letter:
    """An alert, as its card says it, without what can only be pressed in Slack."""
    wall = Wall.of(own, picture.as_of)
    says = html.unescape(draft(Scene.of(own, alert, picture, picture.as_of)).text)
    about = [f"  {_subject(one)}" for one in picture.subjects if one.subject]
    coming = [f"  {row_words(one, wall)}" for one in picture.next]
    parts = [
        says,
        "\n".join(["About", *about]) if about else "",
        "\n".join(["Next deliveries", *coming]) if coming else "",
        f"Act on it in Slack: {alert.link}" if alert.link else "Act on it in Slack.",
        "You chose e-mail under Notifications, in the app's messages in Slack.",
    ]
    return Letter(f"{says} ({dead(own.name, 60)})", _joined(parts))


def _subject(one: SubjectCount) -> str:
    named = f" {dead(one.label, 80)}" if one.label else ""
    value = dead(one.subject.value, 80) if one.subject else ""
    return f"{value}{named}{DOT}{count(one.orders, 'order')}"


# --- support -------------------------------------------------------------------------------------


def order_to_support(own: Distributor, plea: OrderPlea) -> Letter:
    """One order, with all that is known of it."""
    order, wall = plea.order, Wall.of(own, plea.at)
    name = dead(order.id, 100)
    asks = f"{dead(plea.asker, 80)} asks for help with order {name} of {_whose(own)}."
    parts = [
        asks,
        _note(plea.note),
        "\n".join(_standing(order, wall)),
        _ordered(order, wall),
        "\n".join(["History", *_history(plea.history, wall)]),
        f"As of {_stamp(plea.at.isoformat(timespec='minutes'))}. Sent by Orderwatch.",
    ]
    return Letter(f"{ORDER_SYNC_ERROR}: order {name}, {dead(own.name, 60)}", _joined(parts))


def alert_to_support(own: Distributor, plea: AlertPlea) -> Letter:
    """Many orders that one trouble keeps from the ERP."""
    wall, picture = Wall.of(own, plea.at), plea.picture
    left = picture.open + picture.trying + picture.held
    title, many = plea.alert.cause.title, count(left, "order")
    asks = f"{dead(plea.asker, 80)} asks for help with {many} of {_whose(own)}: {title}."
    known = [one for one in picture.subjects if one.subject]
    subjects = [
        f"  {dead(one.subject.value, 80)}{DOT}{count(one.orders, 'order')}"
        for one in known
        if one.subject
    ]
    rows = [f"  {row_words(line, wall)}" for line in plea.lines]
    more = left - len(rows)
    rows += [f"  and {more:,} more"] if more > 0 else []
    parts = [
        asks,
        _note(plea.note),
        "\n".join(["About", *subjects]) if subjects else "",
        "\n".join(["Orders", *rows]),
        f"As of {_stamp(plea.at.isoformat(timespec='minutes'))}. Sent by Orderwatch.",
    ]
    return Letter(f"{ORDER_SYNC_ERROR}: {many}, {title}, {dead(own.name, 60)}", _joined(parts))


def _joined(parts: Sequence[str]) -> str:
    return "\n\n".join(part for part in parts if part) + "\n"


def _whose(own: Distributor) -> str:
    return f"{dead(own.name, 100)} ({own.key})"


def _note(note: str) -> str:
    """What the person adds, line by line."""
    lines = [dead(line, NOTE) for line in note[:NOTE].splitlines() if line.strip()]
    return "\n".join(["They write:", *(f"  {line}" for line in lines)]) if lines else ""


def _standing(order: Order, wall: Wall) -> list[str]:
    standing = order.standing
    lines = [f"Status: {state_words(standing.state)}, {times(standing.attempts)}"]
    if standing.last_sent_at:
        lines.append(f"Last sent: {wall.plain(standing.last_sent_at)}")
    if standing.reference:
        lines.append(f"ERP number: {dead(standing.reference, 100)}")
    if standing.failure:
        lines += _failure(standing.failure)
    return lines


def _failure(failure: Failure) -> list[str]:
    of = f": {dead(failure.subject.value, 100)}" if failure.subject else ""
    lines = [f"Failure: {failure.title}{of} ({failure.code})"]
    if failure.message:
        lines.append(f"The ERP says: {dead(failure.message, 300)}")
    return lines


def _ordered(order: Order, wall: Wall) -> str:
    head = head_text(order, wall)
    lines, left = lines_text(order.document.lines, 1, LINES_ROOM)
    more = f"\nand {count(left, 'more line')}" if left else ""
    return f"{head}\n\n{lines}{more}"


def _history(entries: Sequence[Entry], wall: Wall) -> list[str]:
    left = len(entries) - HISTORY_SHOWN
    shown = [_entry(entry, wall) for entry in entries[-HISTORY_SHOWN:]]
    return [*([f"  {count(left, 'earlier entry', 'earlier entries')}"] if left > 0 else []), *shown]


def _entry(entry: Entry, wall: Wall) -> str:
    title = CATALOGUE[entry.code].title if entry.code else ""
    told = ", ".join(dead(part, 300) for part in (title, entry.message, entry.reference) if part)
    refused = f" (refused: {dead(entry.refused, 60)})" if entry.refused else ""
    what = dead(entry.what.replace("_", " "), 60)
    return f"  {wall.plain(entry.at)}  {what}{f': {told}' if told else ''}{refused}"


def _stamp(text: str) -> str:
    return text.replace("T", " ").replace("+00:00", " UTC")
