"""What is said where a card or a line cannot be drawn: a sentence of our own words and of counts,
so that nothing can go wrong with it. Called by `bot.messenger`.
"""

import logging
from collections.abc import Callable

from bot.blocks.message import Message
from bot.blocks.parts import notice
from bot.blocks.wording import count
from commands.domain.alerts import Alert, AlertPicture

log = logging.getLogger("orderwatch.alerts")


def drawn(what: str, draw: Callable[[], Message], otherwise: Message) -> Message:
    """What `draw` makes; our own mistake in it is better told plainly than not at all."""
    try:
        return draw()
    except Exception as trouble:
        log.error("%s cannot be drawn: %s", what, type(trouble).__name__)  # noqa: TRY400
        log.debug("the trouble was", exc_info=trouble)
        return otherwise


def of_alert(alert: Alert, picture: AlertPicture) -> Message:
    """The alert as counts."""
    title, waiting = alert.cause.title, picture.open + picture.trying + picture.held
    if picture.over:
        return _only(f"Solved: {title}.")
    if picture.troubled:
        return _only(f"Trouble: {title}.")
    are = "is" if waiting == 1 else "are"
    return _only(f"Failed: {count(waiting, 'order')} {are} not in the ERP: {title}.")


def of_line(alert: Alert | None) -> Message:
    """A line of a thread, or a direct message."""
    if alert is None:
        return _only("Orderwatch has something for you.")
    return _only(f"News of the alert {alert.cause.title}.")


def _only(sentence: str) -> Message:
    return Message(notice(sentence, "/orders shows the rest."), [])
