"""Uploaded pictures within blocks: `slack_file` must be one that Slack has looked through already.

Whoever reads the message sees the picture only where its file was shared with them.
"""

from collections.abc import Iterator
from typing import Any

from sandbox.slack.answers import Json, RefusedError
from sandbox.slack.messages import StoredFile
from sandbox.slack.state import Workspace

KINDS = ("image/png", "image/jpeg", "image/gif")


def check_pictures(slack: Workspace, blocks: list[Json]) -> None:
    """Raises `invalid_blocks` with where, as long as a file is not there or not looked through."""
    wrong = [
        f"invalid slack file [json-pointer:{pointer}/slack_file]"
        for pointer, file_id in _named(blocks)
        if not _usable(slack.files.get(file_id))
    ]
    if wrong:
        raise RefusedError("invalid_blocks", wrong)


def _usable(file: StoredFile | None) -> bool:
    return file is not None and file.ready and file.mimetype in KINDS


def _named(blocks: list[Json]) -> Iterator[tuple[str, str]]:
    """Every picture that is a file of Slack's: where it stands, and its id."""
    for index, block in enumerate(blocks):
        for pointer, image in _images(block, f"/blocks/{index}"):
            if "slack_file" in image:
                yield pointer, str(image["slack_file"].get("id", ""))


def _images(block: Json, pointer: str) -> Iterator[tuple[str, Json]]:
    if block["type"] == "image":
        yield pointer, block
    if block["type"] == "section" and block.get("accessory", {}).get("type") == "image":
        yield f"{pointer}/accessory", block["accessory"]
    if block["type"] == "context":
        for index, element in enumerate(block["elements"]):
            if element["type"] == "image":
                yield f"{pointer}/elements/{index}", element


def shown(slack: Workspace, blocks: list[Json], viewer: str) -> list[Json]:
    """The blocks as the page draws them, with addresses of the pictures that `viewer` may see."""
    return [_shown(slack, block, viewer) for block in blocks]


def _shown(slack: Workspace, value: Any, viewer: str) -> Any:  # noqa: ANN401  # any part of a block
    if isinstance(value, list):
        return [_shown(slack, one, viewer) for one in value]
    if not isinstance(value, dict):
        return value
    inner = {name: _shown(slack, one, viewer) for name, one in value.items()}
    if value.get("type") == "image" and "slack_file" in value:
        inner["slack_file"] = _address(slack, value["slack_file"], viewer)
    return inner


def _address(slack: Workspace, named: Json, viewer: str) -> Json:
    file = slack.files.get(str(named.get("id", "")))
    if file is None or not _shared_with(slack, file, viewer):
        return {"id": ""}
    return {"url": f"/slack/files/{file.id}/{file.name}?key={file.key}"}


def _shared_with(slack: Workspace, file: StoredFile, viewer: str) -> bool:
    rooms = (slack.conversations[channel] for channel, _ in file.shares)
    return any(viewer in room.members or room.kind == "public" for room in rooms)
