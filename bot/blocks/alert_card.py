"""The message of an alert: a branch for each kind of card. Called by `bot.slack`.

Drawn anew from the picture at each update; block ids carry the alert's change number, so that
Slack's clients do not keep what an earlier block had unfolded.
"""

from datetime import datetime

from bot.blocks.message import Message
from commands.domain.alerts import Alert, AlertPicture
from commands.domain.distributors import Distributor


def alert_message(
    distributor: Distributor, alert: Alert, picture: AlertPicture, now: datetime
) -> Message:
    """The card as it is to stand in the distributor's channel now."""
    raise NotImplementedError


def alert_counts_message(
    distributor: Distributor, alert: Alert, picture: AlertPicture, now: datetime
) -> Message:
    """The same for a channel that outsiders can read: counts, nothing of an order, no buttons."""
    raise NotImplementedError
