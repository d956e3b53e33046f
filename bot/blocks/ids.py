"""Every name that Slack hands back to us, and the pointers that buttons carry.

The block builders write them, `bot.listeners` registers handlers by them. A value that comes back
only points at something: who asks and what they may is never read from it.
"""

import json
import re
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Final, Self


class ActionId(StrEnum):
    """What a control does. In lists a number follows (`details.3`): ids are unique in a message."""

    RETRY = "retry"
    RETRY_ALL = "retry_all"
    MARK = "mark"
    """Opens the mark view of one order."""
    MARK_SOME = "mark_some"
    """On a group's card: opens the selection, never acts on all."""
    KEY_IN = "key_in"
    KEY_IN_SOME = "key_in_some"
    """On a group's or an outage's card: opens the selection."""
    RELEASE = "release"
    REOPEN = "reopen"
    DETAILS = "details"
    """Opens the details of one order; in an open modal it pushes them on top."""
    DETAILS_PAGE = "details_page"
    """Other lines of a long order, or an older part of its history, inside its details."""
    ALERT_DETAILS = "alert_details"
    TAKE = "take"
    TAKE_OVER = "take_over"
    """Beside the words that somebody has it; the pointer says who that was."""
    SNOOZE = "snooze"
    """In the menu of a card; the pointer says for which span."""
    UNSNOOZE = "unsnooze"
    NOTIFICATIONS = "notifications"
    """Opens a person's own choice of how to be notified."""
    PAUSE = "pause"
    """In the menu of a direct message; the pointer says for which span, or until resumed."""
    MORE = "more"
    """An overflow menu; the chosen option is a Pointer whose `do` says which action it is."""
    CHECK_ERP = "check_erp"
    ASK_FOR_IT = "ask_for_it"
    GRANT = "grant"
    LIST_PAGE = "list_page"
    """Another page of a `/orders` answer; the pointer holds the command's text and the page."""
    CHOOSE_PERSON = "choose_person"
    """The people select on the App Home; it acts only with GRANT_CHOSEN."""
    GRANT_CHOSEN = "grant_chosen"
    """Beside CHOOSE_PERSON: the person is in the view's state, the permission in the pointer."""
    PEOPLE = "people"
    """Opens who may do what."""
    PEOPLE_PAGE = "people_page"
    PERSON = "person"
    """Opens what one person may do."""
    PERSON_CHOSEN = "person_chosen"
    """The same, chosen from everybody of the workspace."""
    SHOW_STATUS = "show_status"
    """On the Orders page: the pointer's query is the status, or nothing for all."""
    SEARCH = "search"
    SEARCH_NO_MORE = "search_no_more"
    NARROW = "narrow"
    """In an alert's details: one item's or customer's orders."""
    TURN = "turn"
    """Another page of a list with boxes to tick."""
    TICK = "tick"
    """A box; its block's id tells the order."""
    TICK_PAGE = "tick_page"
    TICK_ALL = "tick_all"
    UNTICK = "untick"
    ASK_TICKED = "ask_ticked"
    """The actions menu: what is to be done with what is ticked."""
    SEND = "send"
    """Under the answer to `/orders retry` of several: yes, send them."""
    SEND_NOT = "send_not"
    UNDO = "undo"
    PICK = "pick"
    REFERENCE = "reference"
    WHY = "why"
    ANYWAY = "anyway"
    SURE = "sure"
    RIGHTS = "rights"
    ROLE = "role"
    WAY = "way"
    PAUSE_FOR = "pause_for"
    REPORT_SETTINGS = "report_settings"
    """The gear: opens the settings of the daily report."""
    REPORT_AT = "report_at"
    REPORT_CONTENTS = "report_contents"
    REPORT_RECIPIENTS = "report_recipients"
    REPORT_CHANNEL = "report_channel"
    SUPPORT = "support"
    """Opens what would be sent to support of one order."""
    SUPPORT_ALERT = "support_alert"
    """The same of an alert's orders."""
    SUPPORT_NOTE = "support_note"


class ViewId(StrEnum):
    """The callback_id of each view."""

    HOME = "home"
    DETAILS = "details"
    ALERT_DETAILS = "alert_details"
    KEY_IN_PICK = "key_in_pick"
    MARK = "mark"
    SEND = "send"
    """Asks whether all that is ticked is to be sent again."""
    MARK_MANY = "mark_many"
    PEOPLE = "people"
    PERSON = "person"
    NOTIFICATIONS = "notifications"
    REPORT_SETTINGS = "report_settings"
    SUPPORT = "support"
    DONE = "done"


class BlockId(StrEnum):
    """Blocks whose input is read back by id, and where field errors go."""

    PICK = "pick"
    REFERENCE = "reference"
    WHY = "why"
    ANYWAY = "anyway"
    SURE = "sure"
    RIGHTS = "rights"
    ROLE = "role"
    CHOOSE_PERSON = "choose_person"
    WAY = "way"
    PAUSE_FOR = "pause_for"
    REPORT_AT = "report_at"
    REPORT_CONTENTS = "report_contents"
    REPORT_RECIPIENTS = "report_recipients"
    REPORT_CHANNEL = "report_channel"
    SUPPORT_NOTE = "support_note"


LONGEST_VALUE: Final = 2000
NUMBERS: Final = frozenset({"alert", "page", "past", "seen", "selection", "turn"})
"""The parts of a pointer that are numbers."""


class BadPointerError(ValueError):
    """A value that we did not write."""


@dataclass(frozen=True, slots=True)
class Pointer:
    """What a button's value or a view's private_metadata points at; absent parts are None.

    `order`, `alert`, `selection`: ids. `permission`, `person`: for Ask for it and Grant. `query`:
    the text of a `/orders` command. `page`: from 1. `past`: the page of a history. `turn`: which of
    a selection's changes was shown. `do`: the action of an option. `seen`: the change of an alert
    that its message showed. `span`: for how long something is put aside.
    """

    order: str | None = None
    alert: int | None = None
    permission: str | None = None
    person: str | None = None
    query: str | None = None
    page: int | None = None
    past: int | None = None
    selection: int | None = None
    turn: int | None = None
    do: str | None = None
    seen: int | None = None
    span: str | None = None

    def __str__(self) -> str:
        given = {name: value for name, value in asdict(self).items() if value is not None}
        return json.dumps(given, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def read(cls, value: str) -> Self:
        """Read back a value. Raises BadPointerError for anything we did not write."""
        try:
            data = json.loads(value)
        except (ValueError, RecursionError) as error:
            raise BadPointerError("not JSON") from error
        if not isinstance(data, dict) or not set(data) <= set(cls.__dataclass_fields__):
            raise BadPointerError("not a pointer")
        for name, part in data.items():
            wanted = int if name in NUMBERS else str
            if type(part) is not wanted:
                raise BadPointerError(f"{name} is not {wanted.__name__}")
        return cls(**data)


def numbered(action: ActionId, row: int) -> str:
    """An action's id in a list: `details.3`."""
    return f"{action}.{row}"


def pattern(action: ActionId) -> re.Pattern[str]:
    """What a handler listens to: the action itself and its numbered kin."""
    return re.compile(rf"^{re.escape(action)}(\.\d+)?$")


def action_of(action_id: str) -> ActionId:
    """The action behind an id, numbered or not. Raises ValueError for an unknown one."""
    return ActionId(action_id.split(".", 1)[0])
