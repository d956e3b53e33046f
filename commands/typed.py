"""What is typed after the words that name orders: `show`, `history`, `retry`, `mark-synced`.

Called by `commands.grammar`, whose table says which word is read by which of these.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final, assert_never

from commands.domain.ids import BadIdError, OrderId, order_id
from commands.domain.lifecycle import Status
from commands.filters import FILTERS, filters_text, read_filters
from commands.requests import (
    Filters,
    History,
    Listing,
    MarkSynced,
    NotUnderstood,
    Request,
    Retry,
    RetryListed,
    RetrySeveral,
    Show,
)
from commands.words import Word, escaped, nearest, quoted, short, split

Reader = Callable[[Sequence[Word]], Request | NotUnderstood]

RETRIED: Final = (Status.FAILED, Status.PENDING)
"""Lists of which all can be sent again."""
LONGEST_NUMBER: Final = 100
_FILTERS: Final = frozenset(one.name for one in FILTERS)


def listed(status: Status) -> Reader:
    """A list, and what narrows it."""

    def read(words: Sequence[Word]) -> Request | NotUnderstood:
        filters = read_filters(words)
        return (
            NotUnderstood(filters, "help") if isinstance(filters, str) else Listing(status, filters)
        )

    return read


def one_order(command: str, make: Callable[[OrderId], Request]) -> Reader:
    """Exactly one id."""

    def read(words: Sequence[Word]) -> Request | NotUnderstood:
        if not words:
            return NotUnderstood(f"{command} needs an order id, as {command} 10248.", "failed")
        if len(words) > 1:
            return _one_at_a_time(command, words)
        named = _id(words[0])
        return named if isinstance(named, NotUnderstood) else make(named)

    return read


def _one_at_a_time(command: str, words: Sequence[Word]) -> NotUnderstood:
    meant = f"{command} {quoted(' '.join(word.whole for word in words))}"
    return NotUnderstood("One order at a time; an id with spaces goes in quotes.", meant)


def _id(word: Word) -> OrderId | NotUnderstood:
    try:
        return order_id(word.whole)
    except BadIdError as error:
        return NotUnderstood(f"That cannot be an order id: {error}.", "failed")


def searched(text: str) -> Filters | str:
    """What is typed into the search of the Orders page, as the filters of a list; a sentence where
    it cannot be read.

    It comes as it was typed, while a command comes escaped. Words that are no filters are looked
    for as they stand there: the beginning of a name has spaces in it.
    """
    found = read_filters(split(escaped(text)))
    if isinstance(found, str) or not found.words:
        return found
    return replace(found, words=(" ".join(found.words),))


# --- retry ---------------------------------------------------------------------------------------


def retried(words: Sequence[Word]) -> Request | NotUnderstood:
    """One id, several, or a list and what narrows it."""
    if not words:
        says = "retry needs an order id, as retry 10248, or a list, as retry failed."
        return NotUnderstood(says, "failed")
    if (status := _status(words[0])) is not None:
        return _listed(status, words[1:])
    if said := _meant_a_list(words):
        return said
    ids = [_id(word) for word in words]
    wrong = next((one for one in ids if isinstance(one, NotUnderstood)), None)
    named = tuple(dict.fromkeys(one for one in ids if not isinstance(one, NotUnderstood)))
    if wrong is not None:
        return wrong
    return Retry(named[0]) if len(named) == 1 else RetrySeveral(named)


def _status(word: Word) -> Status | None:
    """A list's name; in quotes it is an order's id."""
    typed = word.value.lower()
    plain = word.key is None and not word.literal
    return Status(typed) if plain and typed in set(Status) else None


def _listed(status: Status, words: Sequence[Word]) -> Request | NotUnderstood:
    if status not in RETRIED:
        return NotUnderstood("What is in the ERP is not sent again.", "retry failed")
    read = listed(status)(words)
    return RetryListed(read) if isinstance(read, Listing) else _said(read)


def _said(read: Request | NotUnderstood) -> NotUnderstood:
    assert isinstance(read, NotUnderstood)
    return read


def _meant_a_list(words: Sequence[Word]) -> NotUnderstood | None:
    """A filter after something that is no list: its name was mistyped."""
    filters = [word for word in words[1:] if word.key is not None and word.key.lower() in _FILTERS]
    if not filters:
        return None
    near = nearest(words[0].whole, RETRIED) or str(Status.FAILED)
    rest = " ".join(f"{word.key}:{quoted(word.value)}" for word in filters)
    says = f"“{short(words[0].whole)}” is no list that can be sent again: failed or pending."
    return NotUnderstood(says, f"retry {near} {rest}")


# --- mark-synced ---------------------------------------------------------------------------------


def marked(words: Sequence[Word]) -> Request | NotUnderstood:
    """One id, and perhaps `erp:` with the ERP's own number."""
    numbers = [word for word in words if word.key is not None and word.key.lower() == "erp"]
    rest = [word for word in words if word not in numbers]
    if len(numbers) > 1:
        return NotUnderstood("One ERP number, as mark-synced 10248 erp:SO-1.", "help")
    if not rest and numbers:
        return NotUnderstood(
            "mark-synced needs the order id too: mark-synced 10248 erp:SO-1.", "help"
        )
    if said := _meant_erp(rest):
        return said
    read = one_order("mark-synced", MarkSynced)(rest)
    if not numbers or not isinstance(read, MarkSynced):
        return read
    return _numbered(read.order, numbers[0].value)


def _numbered(order: OrderId, number: str) -> MarkSynced | NotUnderstood:
    number = number.strip()
    if not 0 < len(number) <= LONGEST_NUMBER:
        says = f"erp: takes the ERP's order number, 1 to {LONGEST_NUMBER} characters."
        return NotUnderstood(says, f"mark-synced {quoted(order)} erp:SO-1")
    return MarkSynced(order, number)


def _meant_erp(words: Sequence[Word]) -> NotUnderstood | None:
    if len(words) < 2 or words[-1].key is None:  # noqa: PLR2004
        return None
    typed, id_ = words[-1], quoted(" ".join(word.whole for word in words[:-1]))
    says = f"There is no “{short(str(typed.key))}:” here, only erp: for the ERP's order number."
    return NotUnderstood(says, f"mark-synced {id_} erp:{quoted(typed.value)}")


# --- written -------------------------------------------------------------------------------------


OfOrders = Listing | Show | History | Retry | RetrySeveral | RetryListed | MarkSynced


def order_text(request: OfOrders) -> str:
    """The text that is read as this request."""
    match request:
        case Listing(status, filters):
            return " ".join([str(status), *filters_text(filters)])
        case Show(order):
            return f"show {quoted(order)}"
        case History(order):
            return f"history {quoted(order)}"
        case Retry(order):
            return f"retry {_literal(order)}"
        case RetrySeveral(orders):
            return " ".join(["retry", *map(_literal, orders)])
        case RetryListed(listing):
            return f"retry {order_text(listing)}"
        case MarkSynced(order, reference):
            number = f" erp:{quoted(reference)}" if reference else ""
            return f"mark-synced {quoted(order)}{number}"
        case _ as never:
            assert_never(never)


def _literal(order: OrderId) -> str:
    """An id that reads as a list's name goes in quotes."""
    plain = quoted(order)
    return plain if order.lower() not in set(Status) else f'"{plain}"'
