"""An order's history in words, newest first. Called by its details."""

from collections.abc import Sequence
from typing import Final

from bot.blocks.message import Block
from bot.blocks.parts import Run, bullets, code, dead, joined, quote, rich, section_of, who, words
from bot.blocks.wording import Wall, count
from commands.domain.failures import CATALOGUE
from commands.domain.history import Entry, Source

SHOWN: Final = 30

_WHAT: Final = {
    "received": "came in",
    "retry_asked": "asked for a retry",
    "marked": "marked it as synced",
    "hold_asked": "keys it in by hand",
    "release_asked": "released it",
    "reopen_asked": "reopened it",
    "content_changed": "sent other content",
    "claimed": "sends it",
    "accepted": "took it",
    "refused": "refused it",
    "deferred": "did not take it now",
    "outcome_unknown": "gave no answer that can be read",
    "lease_ran_out": "was stopped while sending",
    "found": "has it",
    "draft_found": "has begun it and not finished: Orderwatch goes on with it",
    "doubted": "has something that a person must judge",
    "absent": "does not have it",
    "lookup_failed": "could not be asked",
    "confirmed": "confirmed it",
    "late_answer": "answered late",
    "confirmation_overdue": "waits too long for its confirmation",
    "patience_ended": "has waited too long",
    "confirmation_reported": "said that the ERP has it",
    "retry": "asked for a retry",
    "mark_synced": "asked to mark it as synced",
    "key_in": "asked to key it in by hand",
    "release": "asked to release it",
    "check_erp": "asked to check the ERP",
    "query": "asked to see it",
}
_WHOSE: Final = {
    "received": "It",
    "accepted": "The ERP",
    "refused": "The ERP",
    "deferred": "The ERP",
    "outcome_unknown": "The ERP",
    "found": "The ERP",
    "draft_found": "The ERP",
    "doubted": "The ERP",
    "absent": "The ERP",
    "lookup_failed": "The ERP",
    "confirmed": "The ERP",
    "late_answer": "The ERP",
    "confirmation_overdue": "It",
    "patience_ended": "It",
}
_SOURCES: Final = {
    Source.PERSON: "Somebody",
    Source.CADENCE: "Orderwatch",
    Source.BOT: "Orderwatch",
    Source.ERP: "The ERP",
    Source.SHOP: "The shop",
    Source.OPERATOR: "The operator",
}
_REFUSED: Final = {
    "LacksPermission": "no permission",
    "NotAdmin": "not an admin",
    "NotAMember": "not a member",
}


def history_block(history: Sequence[Entry], wall: Wall) -> Block:
    """The latest entries, and how many came before them."""
    newest = list(reversed(history[-SHOWN:]))
    left = len(history) - len(newest)
    lines = bullets(_entry(one, wall) for one in newest) if newest else None
    more = [words(f"{count(left, 'earlier entry', 'earlier entries')} not shown")] if left else []
    nothing = [words("Nothing yet")] if lines is None else []
    tail = [section_of(nothing, more)] if nothing or more else []
    return rich(*([lines] if lines else []), *tail)


def _entry(entry: Entry, wall: Wall) -> list[Run]:
    did = _WHAT.get(entry.what, entry.what.replace("_", " "))
    told = joined([_failure(entry), _number(entry)], ", ")
    return [
        wall.at(entry.at),
        words("  "),
        *_by(entry),
        words(f" {dead(did, 100)}"),
        *([words(": ")] if told else []),
        *told,
        *_refusal(entry),
    ]


def _by(entry: Entry) -> list[Run]:
    if entry.by.person:
        return [who(entry.by.person)]
    return [words(_WHOSE.get(entry.what, _SOURCES[entry.by.source]))]


def _failure(entry: Entry) -> list[Run]:
    title = CATALOGUE[entry.code].title if entry.code else ""
    parts = [part for part in (title, entry.message) if part]
    return [quote(": ".join(parts), 360)] if parts else []


def _number(entry: Entry) -> list[Run]:
    return [code(entry.reference)] if entry.reference else []


def _refusal(entry: Entry) -> list[Run]:
    if entry.refused is None:
        return []
    why = _REFUSED.get(entry.refused, entry.refused.replace("_", " "))
    return [words(f" (refused: {dead(why, 100)})")]
