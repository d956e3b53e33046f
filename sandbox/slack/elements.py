"""The interactive elements of Block Kit with Slack's limits; `blocks` puts them in their places."""

from datetime import date, time
from typing import Any

from sandbox.slack.checks import (
    Check,
    Keys,
    Report,
    all_of,
    also,
    anything,
    flag,
    items,
    kinds,
    matching,
    number,
    one_of,
    shape,
    string,
)


def _address(value: str) -> None:
    if not value.startswith(("http://", "https://", "mailto:", "slack://", "tel:")):
        raise ValueError(value)


ID = string(255)
URL = all_of(string(3000), matching(_address, "must be a valid URL"))


def plain(most: int) -> Check:
    return kinds({"plain_text": _plain(most)})


def _plain(most: int) -> Check:
    return shape({"type": anything, "text": string(most)}, {"emoji": flag})


def _mrkdwn(most: int) -> Check:
    return shape({"type": anything, "text": string(most)}, {"verbatim": flag})


def text(most: int) -> Check:
    """A text object of either type. `emoji` belongs to plain text, `verbatim` to mrkdwn."""
    return kinds({"plain_text": _plain(most), "mrkdwn": _mrkdwn(most)})


CONFIRM = shape(
    {"title": plain(100), "text": text(300), "confirm": plain(30), "deny": plain(30)},
    {"style": one_of("primary", "danger")},
)
_OPTION_MORE: Keys = {"description": plain(75)}
OPTION = shape({"text": plain(75), "value": string(150)}, _OPTION_MORE)
_RICH_OPTION = shape({"text": text(75), "value": string(150)}, {"description": text(75)})
_OVERFLOW_OPTION = shape({"text": plain(75), "value": string(150)}, {**_OPTION_MORE, "url": URL})
_GROUP = shape({"label": plain(75), "options": items(OPTION, 100)})
_DATE = matching(date.fromisoformat, "must be a date in the form YYYY-MM-DD")
_TIME = matching(time.fromisoformat, "must be a time in the form HH:MM")
_FILTER = shape(
    {},
    {
        "include": items(one_of("im", "mpim", "private", "public"), 4),
        "exclude_external_shared_channels": flag,
        "exclude_bot_users": flag,
    },
)
_DISPATCH = shape(
    {"trigger_actions_on": items(one_of("on_enter_pressed", "on_character_entered"), 2)}
)
_COMMON: Keys = {"action_id": ID, "confirm": CONFIRM, "focus_on_load": flag}


def _options_or_groups(value: dict[str, Any], pointer: str, report: Report) -> None:
    if ("options" in value) == ("option_groups" in value):
        report.add("must provide either options or option_groups", pointer)
    offered = options_of(value)
    chosen = [*value.get("initial_options", ())]
    chosen += [value["initial_option"]] if "initial_option" in value else []
    if any(option not in offered for option in chosen):
        report.add("initial option must exactly match one of the options", pointer)


def options_of(element: dict[str, Any]) -> list[dict[str, Any]]:
    """Every option that the element offers, those in groups included."""
    grouped = [option for group in element.get("option_groups", ()) for option in group["options"]]
    return [*element.get("options", ()), *grouped]


def _select(more: Keys) -> Check:
    return shape({"type": anything}, {**_COMMON, "placeholder": plain(150), **more})


def _multi(more: Keys) -> Check:
    return _select({"max_selected_items": number(1, 100), **more})


_CHOICES: Keys = {"options": items(OPTION, 100), "option_groups": items(_GROUP, 100)}
_RESPONSE: Keys = {"response_url_enabled": flag}
_CONVERSATION: Keys = {"default_to_current_conversation": flag, "filter": _FILTER}
_STRINGS = items(string(), 100)

BUTTON = shape(
    {"type": anything, "text": plain(75)},
    {
        "action_id": ID,
        "url": URL,
        "value": string(2000),
        "style": one_of("primary", "danger"),
        "confirm": CONFIRM,
        "accessibility_label": string(75),
    },
)
OVERFLOW = shape(
    {"type": anything, "options": items(_OVERFLOW_OPTION, 5)}, {"action_id": ID, "confirm": CONFIRM}
)

SELECTS: dict[str, Check] = {
    "static_select": also(_select({**_CHOICES, "initial_option": OPTION}), _options_or_groups),
    "external_select": _select({"min_query_length": number(0, 100), "initial_option": OPTION}),
    "users_select": _select({"initial_user": string()}),
    "conversations_select": _select(
        {**_RESPONSE, **_CONVERSATION, "initial_conversation": string()}
    ),
    "channels_select": _select({**_RESPONSE, "initial_channel": string()}),
}
MULTI_SELECTS: dict[str, Check] = {
    "multi_static_select": also(
        _multi({**_CHOICES, "initial_options": items(OPTION, 100)}), _options_or_groups
    ),
    "multi_external_select": _multi(
        {"min_query_length": number(0, 100), "initial_options": items(OPTION, 100)}
    ),
    "multi_users_select": _multi({"initial_users": _STRINGS}),
    "multi_conversations_select": _multi({**_CONVERSATION, "initial_conversations": _STRINGS}),
    "multi_channels_select": _multi({"initial_channels": _STRINGS}),
}
PICKERS: dict[str, Check] = {
    "datepicker": _select({"initial_date": _DATE}),
    "timepicker": _select({"initial_time": _TIME, "timezone": string()}),
    "datetimepicker": shape(
        {"type": anything}, {**_COMMON, "initial_date_time": number(10**9, 10**10 - 1)}
    ),
}
CHOICES: dict[str, Check] = {
    "checkboxes": also(
        shape(
            {"type": anything, "options": items(_RICH_OPTION, 10)},
            {**_COMMON, "initial_options": items(_RICH_OPTION, 10)},
        ),
        _options_or_groups,
    ),
    "radio_buttons": also(
        shape(
            {"type": anything, "options": items(_RICH_OPTION, 10)},
            {**_COMMON, "initial_option": _RICH_OPTION},
        ),
        _options_or_groups,
    ),
}


def _typed(more: Keys, required: Keys | None = None) -> Check:
    optional = {
        "action_id": ID,
        "placeholder": plain(150),
        "initial_value": string(3000),
        "dispatch_action_config": _DISPATCH,
        "focus_on_load": flag,
    }
    return shape({"type": anything, **(required or {})}, {**optional, **more})


INPUTS: dict[str, Check] = {
    "plain_text_input": _typed(
        {"multiline": flag, "min_length": number(0, 3000), "max_length": number(1, 3000)}
    ),
    "email_text_input": _typed({}),
    "url_text_input": _typed({}),
    "number_input": _typed(
        {"min_value": string(), "max_value": string()}, {"is_decimal_allowed": flag}
    ),
    "file_input": shape(
        {"type": anything},
        {"action_id": ID, "filetypes": items(string(), 100), "max_files": number(1, 10)},
    ),
}

SECTION_ACCESSORIES = {
    "button": BUTTON,
    "overflow": OVERFLOW,
    **SELECTS,
    **MULTI_SELECTS,
    **PICKERS,
    **CHOICES,
}
ACTIONS_ELEMENTS = {"button": BUTTON, "overflow": OVERFLOW, **SELECTS, **PICKERS, **CHOICES}
INPUT_ELEMENTS = {**SELECTS, **MULTI_SELECTS, **PICKERS, **CHOICES, **INPUTS}
