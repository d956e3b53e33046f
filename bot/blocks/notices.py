"""Notifications: an alert as a direct message to somebody who wants one. Called by `bot.messenger`.

It says what the card says, word for word, without the buttons that change something: those stand in
the channel, where the others see who acts.
"""

from datetime import datetime
from typing import Any, Final

from bot.blocks import alert_card
from bot.blocks.alert_scene import Scene, details_button, order_button
from bot.blocks.ids import ActionId, Pointer
from bot.blocks.message import Block, Message
from bot.blocks.parts import actions, button, link, more, option, paragraphs, words
from commands.domain.alerts import Alert, AlertPicture
from commands.domain.distributors import Distributor
from commands.domain.notices import Pause

PAUSES: Final = {
    Pause.HOUR: "Pause for 1 hour",
    Pause.MORNING: "Pause until 6:00 in the morning",
    Pause.UNTIL_RESUMED: "Pause until I resume",
}


def notice_message(
    distributor: Distributor, alert: Alert, picture: AlertPicture, now: datetime
) -> Message:
    """The alert as it stands; once it has ended, how."""
    scene = Scene.of(distributor, alert, picture, now)
    draft = alert_card.draft(scene)
    told = [block for block in draft.blocks if block["type"] != "actions"]
    if picture.over:
        return Message(draft.text, told)
    where = [link(alert.link, "Open the alert"), words(" to act on it.")] if alert.link else []
    return Message(draft.text, [*told, *_place(where), *actions(*_buttons(scene))])


def _place(where: list[dict[str, Any]]) -> list[Block]:
    return [paragraphs(where)] if where else []


def _buttons(scene: Scene) -> list[Block | None]:
    one, some = scene.picture.one, scene.picture.total > 0
    details = order_button("Details", ActionId.DETAILS, one) if one else details_button(scene)
    return [details if some else None, notifications_button(), _pause_menu()]


def notifications_button() -> Block:
    """Opens a person's own choice. For wherever they may want it."""
    return button("Notifications", ActionId.NOTIFICATIONS, Pointer())


def _pause_menu() -> Block | None:
    return more(
        *(
            option(text, str(Pointer(span=str(pause), do=str(ActionId.PAUSE))))
            for pause, text in PAUSES.items()
        )
    )
