"""A person's own choice of how to be notified: the modal, and what they are told about it."""

from datetime import datetime
from typing import Any, Final, assert_never

from bot.blocks.ids import ActionId, BlockId, ViewId
from bot.blocks.message import Block, Message, View
from bot.blocks.parts import field, option, paragraphs, plain_text, words
from bot.blocks.refusals import denied
from bot.blocks.said import say
from bot.blocks.wording import Wall
from commands.desk import Denied
from commands.domain.distributors import Distributor
from commands.domain.notices import UNTIL_RESUMED, Choice, Pause, Way
from commands.notify import Chosen, Mine

TITLE: Final = 24
_WAYS: Final = {
    Way.DIRECT: "Direct message",
    Way.EMAIL: "E-mail",
    Way.BOTH: "Both",
}
_BY: Final = {
    Way.DIRECT: "direct message",
    Way.EMAIL: "e-mail",
    Way.BOTH: "direct message and e-mail",
}
_PAUSES: Final = {
    Pause.NONE: "Not now: notify me",
    Pause.HOUR: "For 1 hour",
    Pause.FOUR_HOURS: "For 4 hours",
    Pause.MORNING: "Until 6:00 in the morning",
    Pause.UNTIL_RESUMED: "Until I resume",
}


def notify_view(mine: Mine, distributor: Distributor, now: datetime) -> View:
    """Submit: ViewId.NOTIFICATIONS. State: [WAY][WAY].selected_option.value (a Way),
    [PAUSE_FOR][PAUSE_FOR].selected_option.value (a Pause).
    """
    return {
        "type": "modal",
        "callback_id": str(ViewId.NOTIFICATIONS),
        "title": plain_text("Notifications", TITLE),
        "submit": plain_text("Save", TITLE),
        "close": plain_text("Cancel", TITLE),
        "blocks": [
            paragraphs(
                [words("You are told of each alert once. A direct message says its end too.")]
            ),
            _way(mine),
            _pause(mine.choice, Wall.of(distributor, now)),
        ],
    }


def _way(mine: Mine) -> Block:
    options = {way: option(text, way.value) for way, text in _WAYS.items()}
    hint = None
    if not mine.mails:
        hint = "E-mail is not set up here: until it is, everything comes as a direct message."
    element: Block = {
        "type": "radio_buttons",
        "action_id": str(ActionId.WAY),
        "options": list(options.values()),
        "initial_option": options[mine.choice.way],
    }
    return field(str(BlockId.WAY), "How", element, hint=hint)


def _pause(choice: Choice, wall: Wall) -> Block:
    options = [option(text, pause.value) for pause, text in _PAUSES.items()]
    chosen = options[0]
    if choice.pausing(wall.now):
        # It is not to end because the modal was opened for something else.
        chosen = option(f"As it is: {_until(choice, wall)}", Pause.AS_IT_IS.value)
        options.insert(1, chosen)
    element: dict[str, Any] = {
        "type": "static_select",
        "action_id": str(ActionId.PAUSE_FOR),
        "options": options,
        "initial_option": chosen,
    }
    return field(str(BlockId.PAUSE_FOR), "Pause", element)


def _until(choice: Choice, wall: Wall) -> str:
    if choice.paused_until is None or choice.paused_until >= UNTIL_RESUMED:
        return "paused until you resume"
    return f"paused until {wall.plain(choice.paused_until)}"


def chosen(outcome: Chosen | Denied, distributor: Distributor, now: datetime) -> Message:
    """What is so from now on."""
    match outcome:
        case Chosen(choice, mails):
            return _so(choice, Wall.of(distributor, now), mails=mails)
        case Denied():
            return denied(outcome)
        case _ as never:
            assert_never(never)


def _so(choice: Choice, wall: Wall, *, mails: bool) -> Message:
    if choice.pausing(wall.now):
        until = _until(choice, wall)
        return say(
            f"Your notifications are {until}.",
            [words("The alerts stand in their channel all the same.")],
        )
    way = choice.way if mails else Way.DIRECT
    why = "E-mail is not set up here." if choice.way is not way else ""
    return say(f"You are notified by {_BY[way]}.", [words(why)] if why else [])
