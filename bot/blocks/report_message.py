"""The report in Slack: in full, and as counts where outsiders read. Called by `bot.reports`."""

from collections.abc import Sequence
from typing import Any, Final

from bot.blocks.message import Block, Message
from bot.blocks.parts import (
    Run,
    bullets,
    code,
    context,
    dead,
    headline,
    notice,
    paragraphs,
    quote,
    rich,
    section_of,
    strong,
    words,
)
from bot.blocks.report_words import Item, Linked, Told, tell
from bot.blocks.wording import count
from commands.domain.digests import Digest
from commands.domain.distributors import Distributor
from commands.domain.reports import SUBJECT

ALT: Final = 2000
OUTSIDERS: Final = "People from outside can read this channel: details are left out."


def report_message(own: Distributor, digest: Digest) -> Message:
    """What stands in the channel; its rows are in the thread."""
    told = tell(own, digest)
    lists = (
        ("Waits longest", told.oldest),
        ("Next to deliver", told.next),
        ("Marked as synced without an ERP number", told.unnumbered),
    )
    listed = [part for name, items in lists for part in _listed(name, items)]
    return Message(
        notice(f"{told.headline}.", SUBJECT),
        [
            headline(told.headline),
            paragraphs([strong(told.title)], *_late(told), *_waiting(told), *_counts(told)),
            *([rich(*listed)] if listed else []),
            *_more(told.more_unnumbered),
            *_alerts(told.alerts),
            context(f"The list of {count(digest.rows, 'order')} is in the thread. {told.as_of}"),
        ],
    )


def report_counts_message(own: Distributor, digest: Digest) -> Message:
    """The same for a channel that outsiders can read: counts, nothing of an order, no file."""
    told = tell(own, digest)
    return Message(
        notice(f"{told.headline}.", SUBJECT),
        [
            headline(told.headline),
            paragraphs([strong(told.title)], *_late(told), *_waiting(told), *_counts(told)),
            context(f"{OUTSIDERS} {told.as_of}"),
        ],
    )


def with_picture(message: Message, file_id: str, alt: str) -> Message:
    """The message once its picture is in the thread: shown above the last line."""
    image: Block = {
        "type": "image",
        "slack_file": {"id": file_id},
        "alt_text": dead(alt, ALT),
    }
    return Message(message.text, [*message.blocks[:-1], image, message.blocks[-1]])


def _late(told: Told) -> list[list[Run]]:
    return [[quote(told.late)]] if told.late else []


def _waiting(told: Told) -> list[list[Run]]:
    return [[quote(told.waiting)]] if told.waiting else []


def _counts(told: Told) -> list[list[Run]]:
    return [[strong(f"{number:,}"), words(f" {status}")] for status, number in told.counts]


def _listed(name: str, items: Sequence[Item]) -> list[dict[str, Any]]:
    if not items:
        return []
    lines = [[code(one.id), words(" "), quote(one.about, 300)] for one in items]
    return [section_of([strong(name)]), bullets(lines)]


def _more(told: str) -> list[Block]:
    return [paragraphs([words(told)])] if told else []


def _alerts(alerts: Sequence[Linked]) -> list[Block]:
    if not alerts:
        return []
    return [rich(section_of([strong("Open alerts")]), bullets(_linked(one) for one in alerts))]


def _linked(one: Linked) -> list[Run]:
    if one.url is None:
        return [words(one.words)]
    return [{"type": "link", "url": one.url, "text": one.words}]
