"""The doors that people of the workspace use: one table of every id, and its handler.

`register` is called by the composition root after `Slack.start`. A listener acknowledges,
translates, calls one verb and renders its outcome; whether somebody may is the verb's business.
"""

from typing import Final

from slack_bolt.async_app import AsyncApp

from bot.blocks.ids import ActionId, BadPointerError, ViewId, pattern
from bot.listeners import (
    alerting,
    boxes,
    buttons,
    happenings,
    looking,
    many,
    persons,
    reporting,
    slash,
    submissions,
)
from bot.listeners.answers import Ear
from bot.listeners.front import Front
from bot.listeners.guard import (
    OnCommand,
    OnEvent,
    OnPress,
    OnSubmit,
    action,
    command,
    event,
    submission,
)
from bot.listeners.payloads import Press

__all__ = ["Front", "register"]

ACTIONS: Final[dict[ActionId, OnPress]] = {
    ActionId.RETRY: buttons.retry_pressed,
    ActionId.RETRY_ALL: alerting.retry_all_pressed,
    ActionId.MARK: submissions.mark_pressed,
    ActionId.MARK_SOME: looking.mark_some_pressed,
    ActionId.KEY_IN: buttons.key_in_pressed,
    ActionId.KEY_IN_SOME: looking.key_in_some_pressed,
    ActionId.RELEASE: buttons.release_pressed,
    ActionId.REOPEN: buttons.reopen_pressed,
    ActionId.DETAILS: looking.details_pressed,
    ActionId.DETAILS_PAGE: looking.details_page_pressed,
    ActionId.ALERT_DETAILS: looking.alert_details_pressed,
    ActionId.TAKE: alerting.take_pressed,
    ActionId.TAKE_OVER: alerting.take_over_pressed,
    ActionId.SNOOZE: alerting.snooze_pressed,
    ActionId.UNSNOOZE: alerting.unsnooze_pressed,
    ActionId.NOTIFICATIONS: alerting.notifications_pressed,
    ActionId.PAUSE: alerting.pause_pressed,
    ActionId.CHECK_ERP: looking.check_erp_pressed,
    ActionId.ASK_FOR_IT: buttons.ask_for_it_pressed,
    ActionId.GRANT: buttons.grant_pressed,
    ActionId.GRANT_CHOSEN: buttons.grant_chosen_pressed,
    ActionId.LIST_PAGE: looking.list_page_pressed,
    ActionId.SHOW_STATUS: boxes.show_status_pressed,
    ActionId.SEARCH: boxes.searched,
    ActionId.SEARCH_NO_MORE: boxes.search_no_more_pressed,
    ActionId.NARROW: boxes.narrow_chosen,
    ActionId.TURN: boxes.turn_pressed,
    ActionId.TICK: boxes.box_ticked,
    ActionId.TICK_PAGE: boxes.tick_page_pressed,
    ActionId.TICK_ALL: boxes.tick_all_pressed,
    ActionId.UNTICK: boxes.untick_pressed,
    ActionId.ASK_TICKED: many.ask_ticked_chosen,
    ActionId.SEND: many.send_pressed,
    ActionId.SEND_NOT: many.send_not_pressed,
    ActionId.UNDO: many.undo_pressed,
    ActionId.PEOPLE: persons.people_pressed,
    ActionId.PEOPLE_PAGE: persons.people_page_pressed,
    ActionId.PERSON: persons.person_pressed,
    ActionId.PERSON_CHOSEN: persons.person_chosen,
    ActionId.CHOOSE_PERSON: buttons.nothing_to_do,
    ActionId.PICK: buttons.nothing_to_do,
    ActionId.REFERENCE: buttons.nothing_to_do,
    ActionId.WHY: buttons.nothing_to_do,
    ActionId.ANYWAY: buttons.nothing_to_do,
    ActionId.SURE: buttons.nothing_to_do,
    ActionId.RIGHTS: buttons.nothing_to_do,
    ActionId.ROLE: buttons.nothing_to_do,
    ActionId.WAY: buttons.nothing_to_do,
    ActionId.PAUSE_FOR: buttons.nothing_to_do,
    ActionId.REPORT_SETTINGS: reporting.settings_pressed,
    ActionId.REPORT_AT: buttons.nothing_to_do,
    ActionId.REPORT_CONTENTS: buttons.nothing_to_do,
    ActionId.REPORT_RECIPIENTS: buttons.nothing_to_do,
    ActionId.REPORT_CHANNEL: buttons.nothing_to_do,
    ActionId.SUPPORT: reporting.support_pressed,
    ActionId.SUPPORT_ALERT: reporting.support_alert_pressed,
    ActionId.SUPPORT_NOTE: buttons.nothing_to_do,
}

VIEWS: Final[dict[ViewId, OnSubmit]] = {
    ViewId.MARK: submissions.mark_submitted,
    ViewId.SEND: many.send_submitted,
    ViewId.MARK_MANY: many.mark_many_submitted,
    ViewId.PERSON: persons.person_submitted,
    ViewId.KEY_IN_PICK: submissions.key_in_picked,
    ViewId.NOTIFICATIONS: alerting.notifications_submitted,
    ViewId.REPORT_SETTINGS: reporting.settings_submitted,
    ViewId.SUPPORT: reporting.support_submitted,
}

COMMANDS: Final[dict[str, OnCommand]] = {"/orders": slash.typed}

EVENTS: Final[dict[str, OnEvent]] = {
    "app_home_opened": happenings.home_opened,
    "user_change": happenings.account_changed,
    "channel_shared": happenings.channel_changed,
    "channel_unshared": happenings.channel_changed,
    "member_joined_channel": happenings.channel_changed,
    "member_left_channel": happenings.channel_changed,
}


async def chosen_from_menu(front: Front, press: Press, ear: Ear) -> None:
    """An option of an overflow menu: the action that it stands for."""
    instead = press.instead()
    on_press = ACTIONS.get(ActionId(instead.name))
    if on_press is None:
        raise BadPointerError("a menu in a menu")
    await on_press(front, instead, ear)


def register(app: AsyncApp, front: Front) -> None:
    """Let `app` listen to every id above."""
    for action_id, on_press in {**ACTIONS, ActionId.MORE: chosen_from_menu}.items():
        app.action(pattern(action_id))(action(front, on_press))
    for view_id, on_submit in VIEWS.items():
        app.view(view_id.value)(submission(front, on_submit))
    for name, on_command in COMMANDS.items():
        app.command(name)(command(front, on_command))
    for name, on_event in EVENTS.items():
        app.event(name)(event(front, on_event))
