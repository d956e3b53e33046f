"""Lines in an alert's thread, and direct messages. Called by `bot.messenger` for each Mention."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, assert_never

from bot.blocks.ids import ActionId, Pointer
from bot.blocks.message import Block, Message
from bot.blocks.parts import (
    Run,
    actions,
    button,
    dead,
    headline,
    joined,
    notice,
    paragraphs,
    people,
    quote,
    strong,
    who,
    words,
)
from bot.blocks.people_parts import choose_people
from bot.blocks.report_trouble import mail_trouble, report_unposted
from bot.blocks.wording import ID_SHOWN, Wall, count
from commands.domain.alerts import Mention, MentionKind
from commands.domain.distributors import Distributor
from commands.domain.people import Permission

Facts = Mapping[str, Any]

_DID: Final = {
    "retry": "retried {}",
    "retry_all": "retried {}",
    "mark_synced": "marked {} as synced",
    "key_in": "keys {} in by hand",
    "release": "released {}",
    "take": "looks after {}",
    "reopen": "reopened {}",
    "snooze": "put {} aside",
    "unsnooze": "took {} back before its time",
}
"""What somebody did, as the verb writes it into the facts."""

_NOTICE: Final = 300


def thread_line(mention: Mention, distributor: Distributor, now: datetime) -> Message:
    """One line for one action: who, what, how it ended.

    Facts: `did` (a key of the table above), `by`, and where there are: `order` or `orders` (how
    many), `at` and `until` (ISO 8601), `ended` (a sentence).
    """
    facts, wall = mention.facts, Wall.of(distributor, now)
    did = _DID.get(str(facts.get("did")), "acted on {}").replace("{}", _what(facts))
    when = [*_moment(facts, "at", wall), *_moment(facts, "until", wall)]
    line = [*_by(facts), words(f" {did}"), *when, *_ended(facts)]
    return Message(notice(f"{did[0].upper()}{did[1:]}"), [paragraphs(line)])


def _by(facts: Facts) -> list[Run]:
    by = facts.get("by")
    return [who(str(by))] if by else [words("Somebody")]


def _what(facts: Facts) -> str:
    if facts.get("order"):
        return f"order {dead(str(facts['order']), ID_SHOWN)}"
    orders = facts.get("orders")
    return count(orders, "order") if isinstance(orders, int) else "this"


def _moment(facts: Facts, name: str, wall: Wall) -> list[Run]:
    """` at 7:02`, ` until 14:00`."""
    try:
        moment = datetime.fromisoformat(str(facts.get(name)))
    except ValueError:
        return []
    return [words(f" {name} "), wall.at(moment)] if moment.tzinfo else []


def _ended(facts: Facts) -> list[Run]:
    return [words(": "), quote(str(facts["ended"]), 300)] if facts.get("ended") else []


def direct_message(mention: Mention, distributor: Distributor) -> Message:
    """What a person is told directly, with the buttons that answer it.

    Facts by kind: PERMISSION_ASKED `asked_by`, `permission`; PERMISSION_GRANTED `by`, `permission`;
    CHANNEL_UNFIT `channel`, `error`, `people`; HOLD_RUN_OUT `order`; of mails and reports see
    `bot.blocks.report_trouble`.
    """
    facts = mention.facts
    match mention.kind:
        case MentionKind.PERMISSION_ASKED:
            return _asked(facts)
        case MentionKind.PERMISSION_GRANTED:
            return _granted(facts)
        case MentionKind.CHOOSE_PEOPLE:
            return _choose(distributor)
        case MentionKind.CHANNEL_UNFIT:
            return _unfit(facts)
        case MentionKind.HOLD_RUN_OUT:
            return _run_out(facts)
        case MentionKind.MAIL_TROUBLE:
            return mail_trouble(facts)
        case MentionKind.REPORT_UNPOSTED:
            return report_unposted(facts)
        case (
            MentionKind.ACTION
            | MentionKind.GREW
            | MentionKind.URGENT
            | MentionKind.ENDED
            | MentionKind.UNATTENDED
        ):
            # Said in a thread, or drawn from its alert: `alert_news`.
            return Message("Orderwatch", [paragraphs([*_by(facts), words(f": {_what(facts)}")])])
        case _ as never:
            assert_never(never)


def _permission(facts: Facts) -> Permission:
    """Which permission is spoken of; what is not told is the one that is asked for most."""
    named = str(facts.get("permission"))
    return Permission(named) if named in set(Permission) else Permission.ACTIONS


_MEANS: Final = {
    Permission.ACTIONS: "retry orders, mark them as synced and key them in by hand",
    Permission.NOTIFICATIONS: "get a message when orders fail",
}


def _asked(facts: Facts) -> Message:
    permission, asker = _permission(facts), str(facts.get("asked_by", ""))
    says = [who(asker), words(" asks for "), strong(permission.words)]
    grant = Pointer(permission=str(permission), person=asker)
    return Message(
        notice(f"Somebody asks for {permission.words}", most=_NOTICE),
        [
            paragraphs(says, [words(f"With it one may {_MEANS[permission]}.")]),
            *actions(button("Grant", ActionId.GRANT, grant, style="primary")),
        ],
    )


def _granted(facts: Facts) -> Message:
    permission = _permission(facts)
    says = [words("You have "), strong(permission.words), words(" now, from "), *_by(facts)]
    return Message(
        notice(f"You have {permission.words} now", most=_NOTICE),
        [paragraphs(says, [words(f"You may {_MEANS[permission]}.")])],
    )


def _choose(distributor: Distributor) -> Message:
    says = "Nobody may retry orders yet: choose people"
    name = quote(distributor.name, 100)
    return Message(
        notice(f"{says}.", most=_NOTICE),
        [
            headline(says),
            paragraphs(
                [words("Orderwatch watches the orders of "), name, words(".")],
                [words("You are an admin: you decide who may act on them and who is notified.")],
                [words("Later: /orders people, or the Home of this app.")],
            ),
            *choose_people(),
        ],
    )


_UNFIT: Final = {
    "outsiders": "People from outside can read the channel, so only counts are posted there.",
    "shared_channel": "The channel is shared with another organisation, so only counts are posted.",
    "not_in_channel": "Orderwatch is not in the channel. Invite it there with /invite.",
    "channel_not_found": "Orderwatch cannot see the channel. Invite it, or name another one.",
    "is_archived": "The channel is archived. Unarchive it, or name another one.",
}


def _unfit(facts: Facts) -> Message:
    error = str(facts.get("error", ""))
    told = _UNFIT.get(error, f"Slack does not let Orderwatch post there ({dead(error, 60)}).")
    outsiders = facts.get("people")
    named = [str(one) for one in outsiders][:10] if isinstance(outsiders, list) else []
    return Message(
        notice(f"The alert channel needs you. {told}", most=_NOTICE),
        [
            headline("The alert channel needs you"),
            paragraphs(
                joined([_channel(facts), [quote(told)]], " "),
                [words("From outside: "), *people(named)] if named else [],
                [words("Nothing is lost: what is not posted waits.")],
            ),
        ],
    )


def _channel(facts: Facts) -> list[Run]:
    channel = str(facts.get("channel", ""))
    known = channel[:1] in {"C", "G"} and channel.isalnum()
    return [{"type": "channel", "channel_id": channel}] if known else []


def _run_out(facts: Facts) -> Message:
    name = dead(str(facts.get("order", "")), ID_SHOWN)
    order = Pointer(order=str(facts.get("order", "")))
    blocks: list[Block] = [
        headline(f"Is order {name} keyed in?"),
        paragraphs([words("The time for it has run out. It is still yours, and still not sent.")]),
        *actions(
            button("Mark as synced", ActionId.MARK, order, style="primary"),
            button("Release", ActionId.RELEASE, order),
            button("Details", ActionId.DETAILS, order),
        ),
    ]
    return Message(notice(f"Is order {name} keyed in? It is still not sent.", most=_NOTICE), blocks)
