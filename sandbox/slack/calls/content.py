"""What a message says, checked: text, blocks, attachments, metadata. For `chat` and responses."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.slack.answers import Json, RefusedError
from sandbox.slack.arguments import Arguments
from sandbox.slack.blocks import check_block_list, check_message_blocks
from sandbox.slack.ids import Ids
from sandbox.slack.naming import named

POST_TEXT = 40_000
UPDATE_TEXT = 4_000
ATTACHMENTS = 100
METADATA_BYTES = 16_000


@dataclass(frozen=True, slots=True)
class Content:
    """`has_blocks` and `has_attachments` tell an empty list from none given, as updates need."""

    text: str
    blocks: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    metadata: Json | None = None
    has_blocks: bool = False
    has_attachments: bool = False


def content_of(args: Arguments, ids: Ids, *, longest: int = POST_TEXT) -> Content:
    """Raises `no_text`, `msg_too_long`, `invalid_blocks` and their kin."""
    text = args.text("text")
    blocks = _blocks(args, ids)
    attachments = _attachments(args, ids)
    if args.text("markdown_text"):
        text = _markdown(args, text, blocks)
    if len(text) > longest:
        raise RefusedError("msg_too_long")
    if not text.strip() and not blocks and not attachments:
        raise RefusedError("no_text")
    return Content(
        text,
        blocks or [],
        attachments or [],
        _metadata(args.json("metadata")),
        has_blocks=blocks is not None,
        has_attachments=attachments is not None,
    )


def _blocks(args: Arguments, ids: Ids) -> list[Json] | None:
    value = args.json("blocks")
    if value is None:
        return None
    blocks = check_block_list(value, "blocks")
    check_message_blocks(blocks)
    return named(blocks, ids)


def _attachments(args: Arguments, ids: Ids) -> list[Json] | None:
    value = args.json("attachments")
    if value is None:
        return None
    if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
        raise RefusedError("invalid_attachments")
    if len(value) > ATTACHMENTS:
        raise RefusedError("too_many_attachments")
    return [_attachment(entry, ids) for entry in value]


def _attachment(entry: Mapping[str, Any], ids: Ids) -> Json:
    if "blocks" not in entry:
        return dict(entry)
    blocks = check_block_list(entry["blocks"], "attachments")
    check_message_blocks(blocks)
    return {**entry, "blocks": named(blocks, ids)}


def _markdown(args: Arguments, text: str, blocks: list[Json] | None) -> str:
    if text or blocks:
        raise RefusedError("markdown_text_conflict")
    return args.text("markdown_text")


def _metadata(value: object) -> Json | None:
    if value is None:
        return None
    if not isinstance(value, dict) or value.keys() != {"event_type", "event_payload"}:
        raise RefusedError("invalid_metadata_format")
    if not isinstance(value["event_type"], str) or not isinstance(value["event_payload"], dict):
        raise RefusedError("invalid_metadata_format")
    if len(str(value)) > METADATA_BYTES:
        raise RefusedError("metadata_too_large")
    return value
