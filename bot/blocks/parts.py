"""The pieces of Block Kit that every card and view is made of, dead and cut to Slack's limits.

Called by the other modules here. What comes from outside goes in as `plain_text` or as rich text,
which Slack never reads for markup; mrkdwn is used for our own words, and for a headline that holds
nothing Slack could read as markup.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final, TypeAlias

from bot.blocks.ids import ActionId, Pointer
from bot.blocks.message import Block

Run: TypeAlias = dict[str, Any]
"""An inline piece of rich text."""

SECTION_LIMIT: Final = 3000
BUTTON_LIMIT: Final = 75
OPTION_LIMIT: Final = 75
RUN_LIMIT: Final = 600
NOTICE_LIMIT: Final = 110
LEAST_ROOM: Final = 12
BLOCKS_LIMIT: Final = 50
NOTHING: Final = "–"

_BIDI: Final = frozenset(
    map(chr, [*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C])
)
_ESCAPES: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_MARKUP: Final = re.compile(r"[*_~`\n]|:[\w+'-]+:")
_PERSON: Final = re.compile(r"[UW][A-Z0-9]+")


# --- text ----------------------------------------------------------------------------------------


def dead(text: str, most: int) -> str:
    """One line without bidirectional overrides and control characters, `most` at most, not empty.

    Lone surrogates go too: they cannot be sent.
    """
    kept = "".join(_visible(char) for char in text[: most * 4])
    line = " ".join(kept.split())
    return (line if len(line) <= most else f"{line[: most - 1]}…") or NOTHING


def _visible(char: str) -> str:
    if char in _BIDI:
        return ""
    return " " if unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"} else char


def escaped(text: str, most: int = SECTION_LIMIT) -> str:
    """Text for `text` or mrkdwn; the escapes count, and none is cut in two."""
    return _cut([_ESCAPES.get(char, char) for char in dead(text, most)], most)


def _cut(pieces: Sequence[str], most: int) -> str:
    if sum(map(len, pieces)) <= most:
        return "".join(pieces)
    room, kept = most - 1, []
    for piece in pieces:
        room -= len(piece)
        if room < 0:
            break
        kept.append(piece)
    return "".join(kept) + "…"


def notice(*sentences: str, most: int = NOTICE_LIMIT) -> str:
    """What a phone shows: the first sentence, then the others that fit whole; the last, a name, may
    be cut.
    """
    text = escaped(sentences[0], most)
    for sentence in filter(None, sentences[1:]):
        room = most - len(text) - 1
        if len(escaped(sentence)) <= room or (sentence is sentences[-1] and room >= LEAST_ROOM):
            text = f"{text} {escaped(sentence, room)}"
    return text


def plain_text(text: str, most: int) -> dict[str, Any]:
    return {"type": "plain_text", "text": dead(text, most), "emoji": False}


# --- rich text -----------------------------------------------------------------------------------


def words(text: str, most: int = RUN_LIMIT) -> Run:
    """Text as it is. Our own line breaks and outer spaces stay; those from outside do not come
    here but through `quote`.
    """
    return {"type": "text", "text": text[:most]}


def quote(text: str, most: int = RUN_LIMIT) -> Run:
    """Text from outside."""
    return {"type": "text", "text": dead(text, most)}


def strong(text: str, most: int = RUN_LIMIT) -> Run:
    return {**quote(text, most), "style": {"bold": True}}


def code(text: str, most: int = 120) -> Run:
    return {**quote(text, most), "style": {"code": True}}


def who(person: str) -> Run:
    """A person's mention. An id that is none is shown as text."""
    if not _PERSON.fullmatch(person):
        return quote(person, 40)
    return {"type": "user", "user_id": person}


def people(persons: Iterable[str]) -> list[Run]:
    return joined([[who(person)] for person in persons], ", ")


def some_people(persons: Sequence[str], most: int) -> list[Run]:
    """The first of them, and how many more there are."""
    left = len(persons) - most
    return [*people(persons[:most]), *([words(f" and {left:,} more")] if left > 0 else [])]


def link(url: str | None, text: str) -> Run:
    """What Slack itself says leads to one of our messages; the text alone where it does not say."""
    if url is None or not url.startswith(("https://", "http://")):
        return words(text)
    return {"type": "link", "url": url, "text": text}


def moment(at: datetime, form: str, fallback: str) -> Run:
    """A moment in the reader's own zone; `form` in Slack's date words, as `{time}`."""
    return {"type": "date", "timestamp": int(at.timestamp()), "format": form, "fallback": fallback}


def spoken(runs: Iterable[Run]) -> str:
    """Runs as plain text, for screen readers: names are not known here."""
    said = {"user": "a colleague"}
    return "".join(
        run.get("text") or run.get("fallback") or said.get(run["type"], "") for run in runs
    )


def joined(parts: Iterable[Sequence[Run]], between: str) -> list[Run]:
    """The parts with something of ours between them."""
    runs: list[Run] = []
    for part in parts:
        runs += [words(between)] if runs and part else []
        runs += part
    return runs


def paragraphs(*lines: Sequence[Run]) -> Block:
    """A block of rich text, a line for each of `lines` that holds anything."""
    return rich(section_of(*lines))


def section_of(*lines: Sequence[Run]) -> dict[str, Any]:
    return {"type": "rich_text_section", "elements": joined(lines, "\n")}


def numbered_steps(steps: Sequence[str]) -> dict[str, Any]:
    items = [{"type": "rich_text_section", "elements": [quote(step)]} for step in steps]
    return {"type": "rich_text_list", "style": "ordered", "elements": items}


def bullets(lines: Iterable[Sequence[Run]]) -> dict[str, Any]:
    items = [{"type": "rich_text_section", "elements": list(line)} for line in lines]
    return {"type": "rich_text_list", "style": "bullet", "elements": items}


def preformatted(text: str) -> dict[str, Any]:
    """Plain text to copy; its lines are made of pieces that went through `dead`."""
    runs = [{"type": "text", "text": text[:SECTION_LIMIT] or NOTHING}]
    return {"type": "rich_text_preformatted", "elements": runs}


def rich(*elements: dict[str, Any]) -> Block:
    """A block of sections, lists and texts; a section that came out empty is left away."""
    return {"type": "rich_text", "elements": [one for one in elements if one["elements"]]}


# --- blocks --------------------------------------------------------------------------------------


def headline(text: str, *, at: str = "") -> Block:
    """The sentence that a notification reads first: bold, unless it holds what could be markup.

    `at`: mrkdwn of our own (a date) that it ends with; then nothing from outside may stand in it.
    """
    line = dead(text, 400)
    if _MARKUP.search(line):
        shown: dict[str, Any] = plain_text(line, 400)
    else:
        shown = {"type": "mrkdwn", "text": f"*{escaped(line)}{at and f' {at}'}*", "verbatim": True}
    return {"type": "section", "text": shown, "expand": True}


def header(text: str) -> Block:
    return {"type": "header", "text": plain_text(text, 150)}


def mention(person: str) -> str:
    """As `who`, for `ours`."""
    return f"<@{person}>" if _PERSON.fullmatch(person) else escaped(person, 40)


def ours(text: str) -> dict[str, Any]:
    """Our own words as mrkdwn, for a mention or a date. Never from outside."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def row(text: str, *, note: str | None = None, button: Block | None = None) -> Block:
    """A line of a list. `note` is mrkdwn of our own (a mention, a date), never from outside."""
    block: Block = {"type": "section", "text": plain_text(text, 400), "expand": True}
    if note:
        block["fields"] = [ours(note)]
    if button:
        block["accessory"] = button
    return block


def context(text: str) -> Block:
    return {"type": "context", "elements": [plain_text(text, 1000)]}


def divider() -> Block:
    return {"type": "divider"}


def actions(*elements: Block | None) -> list[Block]:
    """The buttons that there are; no block without one."""
    given = [element for element in elements if element]
    return [{"type": "actions", "elements": given}] if given else []


def button(
    label: str,
    action: ActionId | str,
    pointer: Pointer,
    *,
    style: str | None = None,
    confirm: dict[str, Any] | None = None,
) -> Block:
    block: Block = {
        "type": "button",
        "text": plain_text(label, BUTTON_LIMIT),
        "action_id": str(action),
        "value": str(pointer),
    }
    return block | ({"style": style} if style else {}) | ({"confirm": confirm} if confirm else {})


def confirmation(title: str, text: str, yes: str) -> dict[str, Any]:
    return {
        "title": plain_text(title, 100),
        "text": plain_text(text, 300),
        "confirm": plain_text(yes, 30),
        "deny": plain_text("Cancel", 30),
    }


def option(text: str, value: str, description: str | None = None) -> dict[str, Any]:
    one: dict[str, Any] = {"text": plain_text(text, OPTION_LIMIT), "value": value}
    return one | ({"description": plain_text(description, OPTION_LIMIT)} if description else {})


def more(*options: dict[str, Any]) -> Block | None:
    """An overflow menu: what found no room among four buttons. The values are Pointers."""
    if not options:
        return None
    return {"type": "overflow", "action_id": str(ActionId.MORE), "options": list(options)}


def field(
    block_id: str,
    label: str,
    element: dict[str, Any],
    *,
    hint: str | None = None,
    optional: bool = False,
    at_once: bool = False,
) -> Block:
    """An input. `at_once`: what is entered is told when it is, not only with the whole form."""
    block: Block = {
        "type": "input",
        "block_id": block_id,
        "label": plain_text(label, 200),
        "element": element,
        "optional": optional,
    }
    block |= {"dispatch_action": True} if at_once else {}
    return block | ({"hint": plain_text(hint, 300)} if hint else {})


def stamped(blocks: Sequence[Block], stamp: str) -> list[Block]:
    """Blocks with ids of their own at each update, so that no client keeps an older unfolding."""
    return [
        {**block, "block_id": f"{stamp}.{number}"}
        for number, block in enumerate(blocks[:BLOCKS_LIMIT])
    ]
