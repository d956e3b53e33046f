"""What narrows a list of `/orders`: one table of the filters, read, written and explained.

Called by `commands.grammar`.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from commands.domain.failures import Code
from commands.requests import Filters
from commands.words import Word, nearest, quoted, short


@dataclass(frozen=True, slots=True)
class Filter:
    """A row of the table of filters: how it is typed, what it does, how it is read and written."""

    name: str
    example: str
    says: str
    read: Callable[[Filters, str], Filters | str]
    write: Callable[[Filters], str | None]


_SPAN: Final = re.compile(r"([0-9]{1,4})([mhdw])", re.ASCII | re.IGNORECASE)
_UNITS: Final = {
    "w": timedelta(weeks=1),
    "d": timedelta(days=1),
    "h": timedelta(hours=1),
    "m": timedelta(minutes=1),
}


def _span(text: str) -> timedelta | None:
    match = _SPAN.fullmatch(text)
    return (int(match[1]) * _UNITS[match[2].lower()] or None) if match else None


def _span_text(span: timedelta | None) -> str | None:
    for letter, unit in _UNITS.items():
        if span and not span % unit:
            return f"{span // unit}{letter}"
    return None


def _read_code(filters: Filters, text: str) -> Filters | str:
    if text.lower() in set(Code):
        return replace(filters, code=Code(text.lower()))
    near = nearest(text, Code)
    return f"There is no code “{short(text)}”." + (f" Did you mean code:{near}?" if near else "")


def _read_since(filters: Filters, text: str) -> Filters | str:
    span = _span(text)
    return (
        replace(filters, since=span) if span else "since: takes a span, as since:7d or since:12h."
    )


def _read_placed(filters: Filters, text: str) -> Filters | str:
    try:
        return replace(filters, placed=date.fromisoformat(text))
    except ValueError:
        return "placed: takes a date, as placed:2026-11-20."


FILTERS: Final[tuple[Filter, ...]] = (
    Filter(
        "account",
        "account:VINET",
        "of this customer number",
        lambda filters, text: replace(filters, account=text),
        lambda filters: filters.account,
    ),
    Filter(
        "code",
        "code:unknown_item",
        "that failed for this reason",
        _read_code,
        lambda filters: filters.code,
    ),
    Filter(
        "item",
        "item:NW-024",
        "with a line of this item",
        lambda filters, text: replace(filters, item=text),
        lambda filters: filters.item,
    ),
    Filter(
        "since",
        "since:7d",
        "received in the last 7 days (m, h, d, w)",
        _read_since,
        lambda filters: _span_text(filters.since),
    ),
    Filter(
        "placed",
        "placed:2026-11-20",
        "placed on this day",
        _read_placed,
        lambda filters: filters.placed.isoformat() if filters.placed else None,
    ),
)
_BY_NAME: Final = {one.name: one for one in FILTERS}


def read_filters(words: Sequence[Word]) -> Filters | str:
    filters = Filters()
    for word in words:
        read = _read_filter(filters, word)
        if isinstance(read, str):
            return read
        filters = read
    return filters


def _read_filter(filters: Filters, word: Word) -> Filters | str:
    if word.key is None:
        found = (*filters.words, word.value) if word.value else filters.words
        return replace(filters, words=found)
    known = _BY_NAME.get(word.key.lower())
    if known is None:
        near = nearest(word.key, _BY_NAME)
        hint = f" Did you mean {near}:?" if near else " Words with a colon go in quotes."
        return f"There is no filter “{short(word.key)}:”.{hint}"
    return known.read(filters, word.value) if word.value else f"{known.name}: needs a value."


def filters_text(filters: Filters) -> list[str]:
    named = [(one.name, one.write(filters)) for one in FILTERS]
    keyed = [f"{name}:{quoted(value)}" for name, value in named if value]
    return [*keyed, *(quoted(word) for word in filters.words)]
