"""Block Kit as strictly as Slack takes it: shapes, limits, duplicates. Called by `calls`."""

from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.slack.answers import Json, RefusedError, invalid_arguments
from sandbox.slack.checks import (
    Check,
    Keys,
    Report,
    also,
    anything,
    flag,
    items,
    kinds,
    nullable,
    one_of,
    shape,
    string,
)
from sandbox.slack.elements import (
    ACTIONS_ELEMENTS,
    ID,
    INPUT_ELEMENTS,
    SECTION_ACCESSORIES,
    URL,
    plain,
    text,
)
from sandbox.slack.rich_text import RICH_TEXT

MESSAGE_BLOCKS = 50
MESSAGE_BLOCK_TEXT = 13_200
VIEW_BLOCKS = 100
MARKDOWN_TEXT = 12_000


def _block(required: Keys, optional: Keys | None = None) -> Check:
    return shape({"type": anything, **required}, {"block_id": ID, **(optional or {})})


def _one_picture(value: dict[str, Any], pointer: str, report: Report) -> None:
    if ("image_url" in value) == ("slack_file" in value):
        report.add("must provide either image_url or slack_file", pointer)


def _text_or_fields(value: dict[str, Any], pointer: str, report: Report) -> None:
    if "text" not in value and "fields" not in value:
        report.add("missing required field: text or fields", pointer)


_PICTURE: Keys = {
    "image_url": URL,
    "slack_file": shape({}, {"url": URL, "id": string()}),
}
_IMAGE_ELEMENT = also(shape({"type": anything, "alt_text": string(2000)}, _PICTURE), _one_picture)
_CONTEXT_ELEMENT = kinds(
    {
        "image": _IMAGE_ELEMENT,
        "plain_text": shape({"type": anything, "text": string(3000)}, {"emoji": flag}),
        "mrkdwn": shape({"type": anything, "text": string(3000)}, {"verbatim": flag}),
    }
)
_RAW_CELL = shape({"type": anything, "text": string(least=0)})
_CELL = kinds({"raw_text": _RAW_CELL, "rich_text": RICH_TEXT})
_COLUMN = shape({}, {"align": one_of("left", "center", "right"), "is_wrapped": flag})

_EVERYWHERE: dict[str, Check] = {
    "section": also(
        _block(
            {},
            {
                "text": text(3000),
                "fields": items(text(2000), 10),
                "accessory": kinds({**SECTION_ACCESSORIES, "image": _IMAGE_ELEMENT}),
                "expand": flag,
            },
        ),
        _text_or_fields,
    ),
    "divider": _block({}),
    "header": _block({"text": plain(150)}),
    "context": _block({"elements": items(_CONTEXT_ELEMENT, 10)}),
    "actions": _block({"elements": items(kinds(ACTIONS_ELEMENTS), 25)}),
    "image": also(
        _block({"alt_text": string(2000)}, {**_PICTURE, "title": plain(2000)}), _one_picture
    ),
    "rich_text": RICH_TEXT,
    "input": _block(
        {"label": plain(2000), "element": kinds(INPUT_ELEMENTS)},
        {"dispatch_action": flag, "hint": plain(2000), "optional": flag},
    ),
    "video": _block(
        {
            "alt_text": string(),
            "title": plain(200),
            "thumbnail_url": URL,
            "video_url": URL,
        },
        {
            "author_name": string(50),
            "description": plain(200),
            "provider_icon_url": URL,
            "provider_name": string(),
            "title_url": URL,
        },
    ),
}
_IN_MESSAGES: dict[str, Check] = {
    **_EVERYWHERE,
    "markdown": _block({"text": string(MARKDOWN_TEXT)}),
    "table": _block(
        {"rows": items(items(_CELL, 20), 100)}, {"column_settings": items(nullable(_COLUMN), 20)}
    ),
    "file": _block({"external_id": string(), "source": one_of("remote")}),
}

_MESSAGE = items(kinds(_IN_MESSAGES), MESSAGE_BLOCKS, least=0)
_VIEW = items(kinds(_EVERYWHERE), VIEW_BLOCKS, least=0)


def elements_of(block: Mapping[str, Any]) -> Iterator[Json]:
    """The interactive elements of one block, which carry an `action_id`."""
    placed = [*block.get("elements", ())] if block["type"] == "actions" else []
    placed += [block[key] for key in ("accessory", "element") if key in block]
    for element in placed:
        if element["type"] != "image":
            yield element


def check_message_blocks(blocks: list[Json]) -> None:
    """Raises `invalid_blocks` with where and why, or `msg_blocks_too_long`."""
    report = Report()
    _MESSAGE(blocks, "/blocks", report)
    if not report.messages:
        _no_duplicates(blocks, report, within_block=False)
        _together(blocks, report)
    if report.messages:
        raise RefusedError("invalid_blocks", report.messages)
    if text_length(blocks) > MESSAGE_BLOCK_TEXT:
        raise RefusedError("msg_blocks_too_long")


def _together(blocks: list[Json], report: Report) -> None:
    """Limits of the message as a whole."""
    if sum(block["type"] == "table" for block in blocks) > 1:
        report.add("only one table allowed in a message", "/blocks")
    markdown = sum(len(block["text"]) for block in blocks if block["type"] == "markdown")
    if markdown > MARKDOWN_TEXT:
        report.add(f"markdown must be less than {MARKDOWN_TEXT + 1} characters", "/blocks")


def check_view_blocks(blocks: object) -> None:
    """Raises `invalid_arguments` with where and why."""
    report = Report()
    _VIEW(blocks, "/view/blocks", report)
    if not report.messages and isinstance(blocks, list):
        _no_duplicates(blocks, report, within_block=True)
    if report.messages:
        raise RefusedError("invalid_arguments", report.messages)


def _no_duplicates(blocks: list[Json], report: Report, *, within_block: bool) -> None:
    """Ids of blocks once in all; ids of actions once in the message, in a view once in a block."""
    block_ids: set[str] = set()
    action_ids: set[str] = set()
    for index, block in enumerate(blocks):
        if within_block:
            action_ids = set()
        pointer = f"/blocks/{index}"
        _once(block.get("block_id"), block_ids, "block_id", pointer, report)
        for element in elements_of(block):
            _once(element.get("action_id"), action_ids, "action_id", pointer, report)
    _one_focus(blocks, report)


def _one_focus(blocks: list[Json], report: Report) -> None:
    elements = (element for block in blocks for element in elements_of(block))
    if sum(bool(element.get("focus_on_load")) for element in elements) > 1:
        report.add("only one element may have focus_on_load", "/blocks")


def _once(value: str | None, seen: set[str], name: str, pointer: str, report: Report) -> None:
    if value is None:
        return
    if value in seen:
        report.add(f'`{name}` "{value}" already exists', pointer)
    seen.add(value)


def text_length(value: object) -> int:
    """The characters of every `text` in there, which Slack limits together."""
    if isinstance(value, dict):
        own = value.get("text")
        rest = sum(text_length(inner) for inner in value.values())
        return rest + (len(own) if isinstance(own, str) else 0)
    if isinstance(value, list):
        return sum(text_length(inner) for inner in value)
    return 0


def check_block_list(value: object, name: str) -> list[Json]:
    """An array of objects. Raises `invalid_blocks_format` or `invalid_arguments`."""
    if not isinstance(value, list):
        raise RefusedError("invalid_blocks_format")
    if not all(isinstance(entry, dict) for entry in value):
        raise invalid_arguments(f"must provide an object [json-pointer:/{name}]")
    return value
