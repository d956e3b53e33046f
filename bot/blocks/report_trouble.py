"""What admins are told directly of mails that did not go out, and of a report that was not posted.

Called by `bot.blocks.thread`.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from bot.blocks.message import Message
from bot.blocks.parts import (
    Run,
    bullets,
    code,
    dead,
    headline,
    notice,
    paragraphs,
    people,
    quote,
    rich,
    words,
)
from bot.blocks.wording import ID_SHOWN, count

Facts = Mapping[str, Any]

NAMED: Final = 10
_NOTICE: Final = 300
UPLOAD_REFUSED: Final = "upload_refused"
_CLOSED: Final = {
    "not_in_channel": "Orderwatch is not in the channel. Invite it there with /invite.",
    "channel_not_found": "Orderwatch cannot see the channel. Invite it, or choose another one.",
    "is_archived": "The channel is archived. Unarchive it, or choose another one.",
    UPLOAD_REFUSED: "Slack does not take the report's files: its list is missing.",
}


_COUNTS: Final = {
    "outsiders": "People from outside can read the channel, so only counts are posted there.",
    "shared_channel": "The channel is shared with another organisation: counts alone are posted.",
}


def closed_words(error: str) -> str:
    """Why nothing can be posted in a channel, and what to do."""
    told = f"Slack does not let Orderwatch post there ({dead(error, 60)}). Choose another channel."
    return _CLOSED.get(error, told)


def mail_trouble(facts: Facts) -> Message:
    """Facts: `failed`, mails that will not be sent any more, or `waiting`, those that are tried
    again: each with `to` and `why`. `kind`: of failed ones, report or support; `order`: its order.
    """
    waiting, failed = _mails(facts.get("waiting")), _mails(facts.get("failed"))
    if waiting:
        says = f"{count(len(waiting), 'e-mail')} could not be sent yet"
        then = "Nothing is lost: it is tried again for a day. Look at SMTP_URL and the mail server."
        return _told(says, waiting, then)
    says = f"{_what(facts)} could not be sent to {count(len(failed), 'address', 'addresses')}"
    return _told(says, failed, "It is not tried again. Look at the address and the mail server.")


def _what(facts: Facts) -> str:
    kind = facts.get("kind")
    if kind == "notice":
        return "A notification"
    if kind != "support":
        return "The daily report"
    order = facts.get("order")
    about = f" about order {dead(str(order), ID_SHOWN)}" if order else ""
    return f"The e-mail to support{about}"


def _told(says: str, mails: Sequence[Facts], then: str) -> Message:
    left = len(mails) - NAMED
    lines = [_line(one) for one in mails[:NAMED]]
    lines += [[words(f"and {left:,} more")]] if left > 0 else []
    return Message(
        notice(f"{says}.", most=_NOTICE),
        [headline(says), rich(bullets(lines)), paragraphs([words(then)])],
    )


def _line(mail: Facts) -> list[Run]:
    why = str(mail.get("why") or "not tried yet")
    return [code(str(mail.get("to", "")), 254), words("  "), quote(why, 300)]


def _mails(listed: object) -> list[Facts]:
    return [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []


def report_unposted(facts: Facts) -> Message:
    """Facts: `channel`, and `error` in Slack's word; where outsiders read it, `people`."""
    error = str(facts.get("error", ""))
    if error in _COUNTS:
        return _counts_alone(facts, _COUNTS[error])
    says = "The daily report could not be posted in Slack"
    then = "E-mails are sent all the same. /orders report chooses another channel."
    return _about(facts, says, closed_words(error), [words(then)])


def _counts_alone(facts: Facts, why: str) -> Message:
    outsiders = facts.get("people")
    named = [str(one) for one in outsiders][:NAMED] if isinstance(outsiders, list) else []
    listed = [words("From outside: "), *people(named)] if named else []
    return _about(facts, "The daily report was posted without its orders", why, listed)


def _about(facts: Facts, says: str, why: str, then: list[Run]) -> Message:
    channel = str(facts.get("channel", ""))
    known = channel[:1] in {"C", "G"} and channel.isalnum()
    where: list[Run] = [{"type": "channel", "channel_id": channel}, words("  ")] if known else []
    return Message(
        notice(f"{says}.", most=_NOTICE),
        [headline(says), paragraphs([*where, words(why)], then)],
    )
