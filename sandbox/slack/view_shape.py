"""What Slack takes for a view: modal or home, its texts, its blocks, its size."""

import json

from sandbox.slack.answers import Json, RefusedError, invalid_arguments
from sandbox.slack.blocks import check_view_blocks
from sandbox.slack.checks import Check, Report, anything, flag, kinds, shape, string
from sandbox.slack.elements import plain
from sandbox.slack.ids import Ids
from sandbox.slack.naming import named

VIEW_BYTES = 250_000

_BOTH = {
    "private_metadata": string(3000, least=0),
    "callback_id": string(255, least=0),
    "external_id": string(255, least=0),
}
_MODAL: Check = shape(
    {"type": anything, "title": plain(24), "blocks": anything},
    {
        **_BOTH,
        "submit": plain(24),
        "close": plain(24),
        "clear_on_close": flag,
        "notify_on_close": flag,
        "submit_disabled": flag,
    },
)
_HOME: Check = shape({"type": anything, "blocks": anything}, _BOTH)
_SHAPES = {"modal": kinds({"modal": _MODAL}), "home": kinds({"home": _HOME})}


def checked_view(value: object, kind: str, ids: Ids) -> Json:
    """The view with every id filled in. Raises `invalid_arguments` or `view_too_large`."""
    if not isinstance(value, dict):
        raise invalid_arguments("must provide an object [json-pointer:/view]")
    given = {key: inner for key, inner in value.items() if inner is not None}
    if len(json.dumps(given).encode()) > VIEW_BYTES:
        raise RefusedError("view_too_large")
    report = Report()
    _SHAPES[kind](given, "/view", report)
    if report.messages:
        raise RefusedError("invalid_arguments", report.messages)
    check_view_blocks(given["blocks"])
    _submit_for_inputs(given)
    return {**given, "blocks": named(given["blocks"], ids)}


def _submit_for_inputs(given: Json) -> None:
    has_input = any(block["type"] == "input" for block in given["blocks"])
    if given["type"] == "modal" and has_input and "submit" not in given:
        raise invalid_arguments("missing required field: submit [json-pointer:/view]")
