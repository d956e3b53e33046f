"""The settings of the daily report: the gear that opens them, the form, and what saving says."""

from typing import Final, assert_never

from bot.blocks.ids import ActionId, BlockId, Pointer, ViewId
from bot.blocks.message import Block, Message, View
from bot.blocks.parts import (
    Run,
    button,
    dead,
    field,
    joined,
    option,
    paragraphs,
    plain_text,
    words,
)
from bot.blocks.refusals import denied
from bot.blocks.report_trouble import closed_words
from bot.blocks.said import say
from bot.blocks.wording import Wall, count
from commands.desk import Denied
from commands.domain.distributors import Distributor
from commands.domain.people import Actor, Role
from commands.domain.reports import MOST_RECIPIENTS, Contents, ReportSettings
from commands.outbox import TooSoon
from commands.report import ClosedChannel, OnItsWay, Saved, WrongRecipients

TITLE: Final = 24
LONGEST_LIST: Final = 3000
ERRORS_SHOWN: Final = 5
_CONTENTS: Final = {
    Contents.FAILED: ("Only orders that failed to sync", "Failed, Pending Verification, Queued"),
    Contents.ALL: ("All orders", "New ones, and all older ones that are not synced"),
}


def gear(actor: Actor) -> Block | None:
    """For admins: what opens the settings. One line of the App Home calls it."""
    if actor.role is not Role.ADMIN:
        return None
    return button("⚙ Report settings", ActionId.REPORT_SETTINGS, Pointer())


def settings_view(own: Distributor, settings: ReportSettings, mail_off: str | None) -> View:
    """Submit: ViewId.REPORT_SETTINGS.

    State: [REPORT_AT][REPORT_AT].selected_time, [REPORT_CONTENTS][…].selected_option.value,
    [REPORT_RECIPIENTS][…].value, [REPORT_CHANNEL][…].selected_conversations, at most one.
    """
    return {
        "type": "modal",
        "callback_id": str(ViewId.REPORT_SETTINGS),
        "title": plain_text("Daily report", TITLE),
        "submit": plain_text("Save", TITLE),
        "close": plain_text("Cancel", TITLE),
        "blocks": [
            paragraphs(
                [words("A list of orders with what to look at first, once a day.")],
                [words(f"E-mail is off here: {mail_off}.")] if mail_off else [],
            ),
            _at(own, settings),
            _contents(settings),
            _recipients(settings),
            _channel(own, settings),
        ],
    }


def _at(own: Distributor, settings: ReportSettings) -> Block:
    element: Block = {
        "type": "timepicker",
        "action_id": str(ActionId.REPORT_AT),
        "initial_time": f"{settings.at:%H:%M}",
    }
    hint = f"In the zone of {dead(own.name, 100)}: {own.zone.key}."
    return field(str(BlockId.REPORT_AT), "Time", element, hint=hint)


def _contents(settings: ReportSettings) -> Block:
    options = {one: option(name, one, more) for one, (name, more) in _CONTENTS.items()}
    element: Block = {
        "type": "radio_buttons",
        "action_id": str(ActionId.REPORT_CONTENTS),
        "options": list(options.values()),
        "initial_option": options[settings.contents],
    }
    return field(str(BlockId.REPORT_CONTENTS), "What it includes", element)


def _recipients(settings: ReportSettings) -> Block:
    element: Block = {
        "type": "plain_text_input",
        "action_id": str(ActionId.REPORT_RECIPIENTS),
        "multiline": True,
        "max_length": LONGEST_LIST,
    }
    listed = "\n".join(settings.recipients)
    element |= {"initial_value": listed[:LONGEST_LIST]} if listed else {}
    hint = f"One address a line, at most {MOST_RECIPIENTS}. Without any, no e-mail is sent."
    block_id = str(BlockId.REPORT_RECIPIENTS)
    return field(block_id, "E-mail addresses", element, hint=hint, optional=True)


def _channel(own: Distributor, settings: ReportSettings) -> Block:
    element: Block = {
        # Of several, at most one: a choice of one alone cannot be taken back in Slack.
        "type": "multi_conversations_select",
        "max_selected_items": 1,
        "action_id": str(ActionId.REPORT_CHANNEL),
        "filter": {
            "include": ["public", "private"],
            "exclude_external_shared_channels": True,
            "exclude_bot_users": True,
        },
    }
    # Before anything was saved, the channel of the alerts is the likeliest.
    chosen = settings.channel if settings.changed_at else own.alert_channel
    element |= {"initial_conversations": [chosen]} if chosen else {}
    hint = "Orderwatch has to be in it. Without a channel and an address, the report is off."
    block_id = str(BlockId.REPORT_CHANNEL)
    return field(block_id, "Slack channel", element, hint=hint, optional=True)


# --- what saving says ----------------------------------------------------------------------------


def saved(outcome: Saved | Denied, own: Distributor) -> Message:
    match outcome:
        case Saved(settings, mail_off):
            return say(
                _how(settings), *_to(settings), _mail(settings, mail_off), _when(own, settings)
            )
        case Denied():
            return denied(outcome)
        case _ as never:
            assert_never(never)


def _how(settings: ReportSettings) -> str:
    return "Saved. The report is on." if settings.on else "Saved. The report is off."


def _to(settings: ReportSettings) -> list[list[Run]]:
    """`To 2 addresses, and in #orders`; `E-mail is off; still posted in #orders`."""
    if not settings.on:
        return []
    if not settings.recipients:
        return [[words("E-mail is off; still posted in "), *_posted_in(settings), words(".")]]
    mailed = [words(f"To {count(len(settings.recipients), 'address', 'addresses')}")]
    posted = [words("in "), *_posted_in(settings)] if settings.channel else []
    return [[*joined([mailed, posted], ", and "), words(".")]]


def _posted_in(settings: ReportSettings) -> list[Run]:
    return [{"type": "channel", "channel_id": settings.channel}]


def _mail(settings: ReportSettings, mail_off: str | None) -> list[Run]:
    """What was chosen cannot be done yet."""
    if mail_off is None or not settings.recipients:
        return []
    return [words(f"No e-mail can be sent yet: {mail_off}. Whoever runs Orderwatch sets it.")]


def _when(own: Distributor, settings: ReportSettings) -> list[Run]:
    if not settings.on:
        return []
    at = f"{settings.at.hour}:{settings.at.minute:02}"
    return [words(f"Every day at {at}, {own.zone.key}.")]


def errors(outcome: WrongRecipients | ClosedChannel) -> dict[str, str]:
    """At the fields of the form, by block id."""
    match outcome:
        case WrongRecipients(wrong, too_many):
            return {str(BlockId.REPORT_RECIPIENTS): _wrong(wrong, too_many)}
        case ClosedChannel(_, error):
            return {str(BlockId.REPORT_CHANNEL): closed_words(error)}
        case _ as never:
            assert_never(never)


def _wrong(wrong: tuple[tuple[str, str], ...], too_many: int | None) -> str:
    if too_many is not None:
        return f"{too_many} addresses are too many: at most {MOST_RECIPIENTS}."
    named = [f"“{dead(typed, 80)}” is no e-mail address: {why}." for typed, why in wrong]
    left = len(named) - ERRORS_SHOWN
    more = [f"And {left} more."] if left > 0 else []
    return " ".join([*named[:ERRORS_SHOWN], *more])


def asked(outcome: OnItsWay | TooSoon | Denied, wall: Wall) -> Message:
    """`/orders report now`."""
    match outcome:
        case OnItsWay():
            return say("Your report is on its way: it comes as a direct message.")
        case TooSoon(at):
            return say(
                f"You had one within the last hour. The next one can be had at {wall.plain(at)}."
            )
        case Denied():
            return denied(outcome)
        case _ as never:
            assert_never(never)
