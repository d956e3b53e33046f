"""Cursors: a page of a list, and the word that asks for the next."""

import base64
from collections.abc import Sequence
from typing import TypeVar

from sandbox.slack.answers import Json, RefusedError
from sandbox.slack.arguments import Arguments

T = TypeVar("T")
LARGEST = 1000


def page(entries: Sequence[T], args: Arguments, default: int = 100) -> tuple[list[T], Json]:
    """The page asked for, and its `response_metadata`. Raises `invalid_cursor`, `invalid_limit`."""
    limit = args.number("limit", default) or default
    if not 1 <= limit <= LARGEST:
        raise RefusedError("invalid_limit")
    start = _position(args.text("cursor"))
    end = start + limit
    following = _cursor(end) if end < len(entries) else ""
    return list(entries[start:end]), {"response_metadata": {"next_cursor": following}}


def _cursor(position: int) -> str:
    return base64.b64encode(f"next:{position}".encode()).decode()


def _position(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        word, _, position = base64.b64decode(cursor, validate=True).decode().partition(":")
        if word == "next":
            return int(position)
    except ValueError:
        pass
    raise RefusedError("invalid_cursor")
