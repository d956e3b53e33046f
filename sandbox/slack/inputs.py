"""Between what a person picked on the page and the state that Slack sends to the app."""

from typing import Any, TypeAlias

from sandbox.slack.answers import Json, RefusedError
from sandbox.slack.blocks import elements_of
from sandbox.slack.elements import options_of

Entered: TypeAlias = dict[str, dict[str, object]]

# Where each element keeps its choice in payloads, and where its initial choice stands.
SLOTS = {
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "overflow": ("selected_option", ""),
    "checkboxes": ("selected_options", "initial_options"),
    "multi_static_select": ("selected_options", "initial_options"),
    "multi_external_select": ("selected_options", "initial_options"),
    "users_select": ("selected_user", "initial_user"),
    "multi_users_select": ("selected_users", "initial_users"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "channels_select": ("selected_channel", "initial_channel"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "plain_text_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
}
STATELESS = {"button", "overflow", "image", "file_input"}
OPTION_SLOTS = {"selected_option", "selected_options"}


def entered_of(value: object) -> Entered:
    """What the page sent as the state of its controls. Raises ValueError for another shape."""
    if value is None:
        return {}
    if not isinstance(value, dict) or not all(isinstance(part, dict) for part in value.values()):
        raise ValueError("state")
    return value


Place: TypeAlias = tuple[str, str]
"""A `block_id` and an `action_id`."""


def pressed(blocks: list[Json], before: list[Json], at: Place) -> tuple[Json, str]:
    """The element that is pressed, and the block that it stands in.

    A press may cross an update on its way: it counts for what offers the same now, though its
    block has another id. Raises `no_such_element`: what is not there cannot be pressed, and where
    two offer the same nobody can tell which was meant.
    """
    if element := _at(blocks, at):
        return element, at[0]
    if gone := _at(before, at):
        offered = [(one, str(block["block_id"])) for block in blocks for one in elements_of(block)]
        same = [found for found in offered if _same(found[0], gone)]
        if len(same) == 1:
            return same[0]
    raise RefusedError("no_such_element")


def _at(blocks: list[Json], at: Place) -> Json | None:
    for block in blocks:
        for element in elements_of(block):
            if (block.get("block_id"), element.get("action_id")) == at:
                return element
    return None


def _same(one: Json, other: Json) -> bool:
    keys = ("type", "action_id", "value", "options")
    return all(one.get(key) == other.get(key) for key in keys)


def chosen(element: Json, value: object) -> Json:
    """The part of a payload that tells what was picked. Raises `no_such_option`."""
    slot = SLOTS[element["type"]][0]
    if slot == "selected_option":
        nothing = value is None and element["type"] != "overflow"
        return {slot: None if nothing else _option(element, value)}
    if slot == "selected_options":
        picked = value if isinstance(value, list) else []
        return {slot: [_option(element, one) for one in picked]}
    if slot.endswith("s"):
        return {slot: list(value) if isinstance(value, list) else []}
    if value is not None and not isinstance(value, int if slot == "selected_date_time" else str):
        raise RefusedError("no_such_option")
    return {slot: value if value != "" else None}


def _option(element: Json, value: object) -> Json:
    for option in options_of(element):
        if option["value"] == value:
            return option
    raise RefusedError("no_such_option")


def initial(element: Json) -> Any:  # noqa: ANN401  # as many types as there are elements
    """The raw value, in the page's form, that the element starts with."""
    value = element.get(SLOTS[element["type"]][1])
    if SLOTS[element["type"]][0] == "selected_option":
        return value["value"] if value else None
    if SLOTS[element["type"]][0] == "selected_options":
        return [option["value"] for option in value or []]
    return value


def values_of(blocks: list[Json], entered: Entered) -> Json:
    """Slack's `state.values` of everything that holds a value, entered or initial."""
    values: Json = {}
    for block in blocks:
        for element in elements_of(block):
            if element["type"] in STATELESS:
                continue
            raw = _raw(element, entered.get(block["block_id"], {}))
            kept = {"type": element["type"], **chosen(element, raw)}
            values.setdefault(block["block_id"], {})[element["action_id"]] = kept
    return values


def _raw(element: Json, of_block: dict[str, object]) -> object:
    if element["action_id"] in of_block:
        return of_block[element["action_id"]]
    return initial(element)


def raw_values(blocks: list[Json], entered: Entered) -> Entered:
    """The same in the page's form: what each control shows now."""
    values: Entered = {}
    for block in blocks:
        for element in elements_of(block):
            if element["type"] not in STATELESS:
                raw = _raw(element, entered.get(block["block_id"], {}))
                values.setdefault(block["block_id"], {})[element["action_id"]] = raw
    return values


def missing_inputs(blocks: list[Json], entered: Entered) -> dict[str, str]:
    """What Slack's own client refuses to submit: required fields left empty, wrong lengths."""
    errors: dict[str, str] = {}
    for block in blocks:
        if block["type"] != "input" or block["element"]["type"] in STATELESS:
            continue
        element = block["element"]
        raw = _raw(element, entered.get(block["block_id"], {}))
        if problem := _problem(element, raw, optional=bool(block.get("optional"))):
            errors[block["block_id"]] = problem
    return errors


def _problem(element: Json, raw: object, *, optional: bool) -> str | None:
    if raw in (None, "", []):
        return None if optional else "Please fill in this field."
    if element["type"] != "plain_text_input" or not isinstance(raw, str):
        return None
    if len(raw) < element.get("min_length", 0):
        return f"At least {element['min_length']} characters, please."
    if len(raw) > element.get("max_length", 3000):
        return f"At most {element.get('max_length', 3000)} characters, please."
    return None
