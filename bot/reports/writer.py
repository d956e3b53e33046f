"""Facts into words and pictures: `commands.outbox.Writer`. Made by the composition root."""

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import TypeAlias

from bot.blocks.message import Message
from bot.blocks.report_message import report_counts_message, report_message
from bot.blocks.report_words import picture_words
from bot.mail import letters
from bot.mail.letters import Letters
from bot.reports.picture import picture
from commands.domain.alerts import Alert, AlertPicture
from commands.domain.digests import DayOutcome, Digest
from commands.domain.distributors import Distributor
from commands.outbox import AlertPlea, Enclosure, Letter, Made, OrderPlea, Post

Painter: TypeAlias = Callable[[Sequence[DayOutcome]], Awaitable[bytes | None]]


@dataclass(slots=True)
class PlainWriter:
    """`paint` draws the picture of the last days."""

    paint: Painter = picture
    _letters: Letters = field(default_factory=Letters)

    async def report(self, own: Distributor, digest: Digest, csv: Enclosure) -> Made:
        """The mail, the message and the picture of a report."""
        drawn = await self.paint(digest.days)
        letter = self._letters.report(own, digest, csv, pictured=drawn is not None)
        full, alt = report_message(own, digest), picture_words(digest.days)
        counts = report_counts_message(own, digest)
        return Made(letter, Post(post_of(full, alt), post_of(counts, "")), drawn)

    def notice(self, own: Distributor, alert: Alert, picture: AlertPicture) -> Letter:
        return letters.notice(own, alert, picture)

    def order_to_support(self, own: Distributor, plea: OrderPlea) -> Letter:
        return letters.order_to_support(own, plea)

    def alert_to_support(self, own: Distributor, plea: AlertPlea) -> Letter:
        return letters.alert_to_support(own, plea)


def post_of(message: Message, alt: str) -> str:
    """As it is stored until it is posted. `alt`: what its picture shows."""
    return json.dumps({**asdict(message), "alt": alt})


def message_of(post: str) -> tuple[Message, str]:
    """The stored message, and what its picture shows."""
    stored = json.loads(post)
    return Message(stored["text"], stored["blocks"]), stored["alt"]
