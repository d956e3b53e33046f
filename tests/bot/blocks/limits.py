"""Slack's limits as the specification lists them, and what text from outside must never become.

Written against the table, apart from both the builders and the local Slack.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from bot.blocks.message import Message

BIDI = {
    chr(code) for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x61C)
}
OURS = re.compile(r"<@[UW][A-Z0-9]+>|<!date\^[0-9]+\^[^|<>]*\|[^<>]*>")
MARKUP = re.compile(r"[*_~`\n]|:[\w+'-]+:")
OUR_LINKS = ("https://northwind.slack.com/archives/C", "https://x.slack.com/")
ENTITY = re.compile(r"&(amp|lt|gt);")
LIMITS = {
    "button": 75, "section": 3000, "field": 2000, "header": 150, "label": 2000, "hint": 2000,
    "option": 75, "placeholder": 150, "title": 24, "confirm_title": 100, "confirm_text": 300,
}  # fmt: skip


def walk(value: Any) -> Iterator[dict[str, Any]]:
    """Every object in there."""
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from walk(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from walk(inner)


def check_message(message: Message, *, notice: int = 300) -> None:
    assert 0 < len(message.text) <= notice
    _dead_mrkdwn(message.text)
    assert len(message.blocks) <= 50
    assert sum(len(one["text"]) for one in walk(message.blocks) if _is_text(one)) < 12_000
    _check_blocks(message.blocks)
    _unique([one["action_id"] for one in walk(message.blocks) if "action_id" in one])


def check_view(view: dict[str, Any]) -> None:
    assert len(view["blocks"]) <= 100
    assert len(json.dumps(view).encode()) < 250_000
    assert len(view.get("private_metadata", "")) <= 3000
    for name in ("title", "submit", "close"):
        assert name not in view or 0 < len(view[name]["text"]) <= LIMITS["title"]
    if view["type"] == "modal" and any(block["type"] == "input" for block in view["blocks"]):
        assert "submit" in view
    _check_blocks(view["blocks"])


def _is_text(one: dict[str, Any]) -> bool:
    return isinstance(one.get("text"), str)


def _unique(ids: list[str]) -> None:
    assert len(ids) == len(set(ids)), ids


def _check_blocks(blocks: list[dict[str, Any]]) -> None:
    _unique([block["block_id"] for block in blocks if "block_id" in block])
    for block in blocks:
        _check_block(block)
        _unique([one["action_id"] for one in walk(block) if "action_id" in one])
    for one in walk(blocks):
        _check_object(one)


def _check_block(block: dict[str, Any]) -> None:
    kind = block["type"]
    if kind == "section":
        assert 0 < len(block["text"]["text"]) <= LIMITS["section"]
        assert block["expand"] is True
        for field in block.get("fields", []):
            assert 0 < len(field["text"]) <= LIMITS["field"]
    if kind == "header":
        assert 0 < len(block["text"]["text"]) <= LIMITS["header"]
        assert block["text"]["type"] == "plain_text"
    if kind == "context":
        assert 0 < len(block["elements"]) <= 10
    if kind == "actions":
        assert 0 < len(block["elements"]) <= 25
    if kind == "rich_text":
        assert block["elements"]
        assert all(element["elements"] for element in block["elements"])


def _check_object(one: dict[str, Any]) -> None:
    kind = one.get("type")
    assert all(0 < len(one[name]) <= 255 for name in ("block_id", "action_id") if name in one)
    assert kind not in {"broadcast", "emoji"}, one
    if kind == "link":
        # Of our own messages alone, at the address that Slack itself told.
        assert one["url"].startswith(OUR_LINKS), one
        assert one.get("text", "x"), one
    if _is_text(one):
        assert 0 < len(one["text"]) <= 3000
        assert not BIDI & set(one["text"])
    if kind == "mrkdwn":
        assert one["verbatim"] is True
        _dead_mrkdwn(one["text"])
        assert not MARKUP.search(OURS.sub("", one["text"]).removeprefix("*").removesuffix("*"))
    if kind == "user":
        assert re.fullmatch(r"[UW][A-Z0-9]+", one["user_id"])
    if kind == "button":
        assert 0 < len(one["text"]["text"]) <= LIMITS["button"]
        assert len(one["value"]) <= 2000
    if "confirm" in one and "title" in one and "deny" in one:
        assert len(one["title"]["text"]) <= LIMITS["confirm_title"]
        assert len(one["text"]["text"]) <= LIMITS["confirm_text"]
    _check_choices(one)


def _check_choices(one: dict[str, Any]) -> None:
    for option in one.get("options", []):
        assert 0 < len(option["text"]["text"]) <= LIMITS["option"]
        assert 0 < len(option["value"]) <= 150
        assert len(option.get("description", {}).get("text", "")) <= LIMITS["option"]
    if one.get("type") == "static_select":
        offered = [one.get("options", []), *(g["options"] for g in one.get("option_groups", []))]
        assert ("options" in one) is not ("option_groups" in one)
        assert all(len(options) <= 100 for options in offered)
        assert any(offered)
    if one.get("type") == "overflow":
        assert 0 < len(one["options"]) <= 5
    if one.get("type") in {"radio_buttons", "checkboxes"}:
        assert 0 < len(one["options"]) <= 10


def _dead_mrkdwn(text: str) -> None:
    """No mention, link or command but those we write ourselves."""
    assert not BIDI & set(text)
    rest = OURS.sub("", text)
    assert "<" not in rest, text
    assert ">" not in rest, text
    assert "&" not in ENTITY.sub("", rest), text
