"""Lines in an alert's thread, and direct messages. Called by `bot.slack` for each Mention."""

from datetime import datetime

from bot.blocks.message import Message
from commands.domain.alerts import Mention
from commands.domain.distributors import Distributor


def thread_line(mention: Mention, distributor: Distributor, now: datetime) -> Message:
    """One line for one action: who, what, how it ended."""
    raise NotImplementedError


def direct_message(mention: Mention, distributor: Distributor) -> Message:
    """What a person is told directly, with the buttons that answer it."""
    raise NotImplementedError
