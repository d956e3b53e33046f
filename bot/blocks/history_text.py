"""An order's history and attempts in words, newest first. Called by its details and `history`."""

from collections.abc import Sequence
from typing import Final, TypeAlias

from bot.blocks.message import Block
from bot.blocks.parts import (
    Run,
    bullets,
    code,
    dead,
    joined,
    paragraphs,
    quote,
    rich,
    section_of,
    strong,
    who,
    words,
)
from bot.blocks.wording import Wall, count
from commands.domain.failures import CATALOGUE
from commands.domain.history import Entry, Source

SHOWN: Final = 30
ATTEMPTS: Final = 5
_ENDS: Final = frozenset(
    {"accepted", "refused", "deferred", "outcome_unknown", "lease_ran_out", "late_answer"}
)

_WHAT: Final = {
    "received": "came in",
    "retry_asked": "asked for a retry",
    "marked": "marked it as synced",
    "hold_asked": "keys it in by hand",
    "release_asked": "released it",
    "reopen_asked": "reopened it",
    "support_contacted": "contacted support",
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
    "lease_ran_out": "It",
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


def history_block(history: Sequence[Entry], wall: Wall, page: int = 1) -> Block:
    """A page of the entries, the latest first, and how many come before and after it."""
    number = min(max(page, 1), history_pages(history))
    newest = list(reversed(history))
    shown = newest[(number - 1) * SHOWN : number * SHOWN]
    if not shown:
        return paragraphs([words("Nothing yet")])
    earlier = len(newest) - (number - 1) * SHOWN - len(shown)
    more = [words(count(earlier, "earlier entry", "earlier entries"))] if earlier else []
    return rich(bullets(_entry(one, wall) for one in shown), section_of(more))


def history_pages(history: Sequence[Entry]) -> int:
    return max(1, -(-len(history) // SHOWN))


def attempts_block(history: Sequence[Entry], wall: Wall) -> list[Block]:
    """Each time it was sent and what came of it, the latest first."""
    attempts = _attempts(history)
    shown = list(reversed(attempts))[:ATTEMPTS]
    left = len(attempts) - len(shown)
    lines = [_attempt(one, wall) for one in shown]
    lines += [[words(f"and {count(left, 'earlier attempt')}, in the history")]] if left else []
    return [rich(section_of([strong("Attempts")]), bullets(lines))] if lines else []


Attempt: TypeAlias = tuple[int, Entry, Entry | None]
"""Its number, when it began, and what came of it last."""


def _attempts(history: Sequence[Entry]) -> list[Attempt]:
    begun = [entry for entry in history if entry.what == "claimed" and entry.attempt]
    ended = {entry.attempt: entry for entry in history if entry.attempt and entry.what in _ENDS}
    return [(number, one, ended.get(str(one.attempt))) for number, one in enumerate(begun, 1)]


def _attempt(attempt: Attempt, wall: Wall) -> list[Run]:
    """`1 · sent 7:01 · The ERP refused it: Unknown customer: no customer VINET`."""
    number, begun, ended = attempt
    sent = [words(f"{number} · sent "), wall.at(begun.at), words(" · ")]
    if ended is None:
        return [*sent, words("no answer yet")]
    told = joined([_failure(ended), _number(ended)], ", ")
    did = f"{_WHOSE.get(ended.what, 'It')} {_WHAT[ended.what]}"
    return [*sent, words(did), *([words(": ")] if told else []), *told]


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
