"""What screens read: lists that keep their place, filters, summaries."""

from dataclasses import replace

import pytest

import store as stores
from commands.domain.failures import Code, Failure
from commands.domain.history import person
from commands.domain.ids import OrderId
from commands.domain.lifecycle import HoldAsked, Marked, RetryAsked, State, Status
from store.filters import BadCursorError, Filters
from tests.store.making import (
    DANA,
    HOUR,
    MINUTE,
    NORTH,
    NOW,
    SECOND,
    SOUTH,
    accept_all,
    document,
    incoming,
    queue,
    refuse_all,
)


async def ids(store: stores.Store, **narrow: object) -> list[str]:
    filters = replace(Filters(), **narrow)  # type: ignore[arg-type]
    listed = await store.queries.lines(NORTH, filters)
    assert listed.total == len(listed.lines)
    return [line.id for line in listed.lines]


async def test_pages_keep_their_place_while_orders_come_in(store: stores.Store) -> None:
    await queue(store, range(1, 11))
    first = await store.queries.page(NORTH, limit=4)
    await queue(store, range(11, 21))
    second = await store.queries.page(NORTH, cursor=first.cursor, limit=4)
    third = await store.queries.page(NORTH, cursor=second.cursor, limit=4)
    shown = [order.id for page in (first, second, third) for order in page.orders]
    assert shown == [str(n) for n in range(10, 0, -1)]
    assert third.cursor is None
    numbered = await store.queries.lines(NORTH, number=3, size=4)
    assert [line.id for line in numbered.lines] == ["12", "11", "10", "9"]


@pytest.mark.parametrize("cursor", ["", "x", "ÿ", "LTE", "99", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk"])
async def test_a_cursor_that_was_never_given_is_refused(store: stores.Store, cursor: str) -> None:
    with pytest.raises(BadCursorError, match="next_cursor"):
        await store.queries.page(NORTH, cursor=cursor)


async def test_lists_by_state(store: stores.Store) -> None:
    await queue(store, [1, 2])
    await accept_all(store)
    await queue(store, [3])
    await refuse_all(store)
    await queue(store, [4], due_at=NOW + HOUR)
    assert await ids(store) == ["4", "3", "2", "1"]
    assert await ids(store, status=Status.SUCCESSFUL) == ["2", "1"]
    assert await ids(store, status=Status.PENDING) == ["4"]
    assert await ids(store, status=Status.FAILED) == ["3"]
    assert await ids(store, state=State.QUEUED, status=Status.FAILED) == []
    assert await ids(store, code=Code.INACTIVE_ITEM) == ["3"]
    assert await ids(store, status=Status.FAILED, subject="NW-024") == ["3"]
    assert await ids(store, status=Status.FAILED, item="NW-024") == ["3"]
    assert await ids(store, item="NW-02") == []


async def test_a_numbered_page_tells_the_total(store: stores.Store) -> None:
    await queue(store, range(1, 8))
    page = await store.queries.lines(NORTH, number=2, size=3)
    assert ([line.id for line in page.lines], page.total) == (["4", "3", "2"], 7)


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("104", ["1048", "104"]),
        ("1048", ["1048"]),
        ("VINET", ["104"]),
        ("vinet", ["104"]),
        ("vins et", ["104"]),
        ("STRASSE", ["1048"]),
        ("PO-7", ["7"]),
        ("PO-", []),
        ("SO-7", ["7"]),
        ("%", []),
        ("alcools", []),
    ],
)
async def test_search(store: stores.Store, word: str, found: list[str]) -> None:
    other = replace(document(), account_id="X", account_name="Straße 9")
    seventh = replace(other, id=OrderId("7"), po_number="PO-7")
    await store.ledger.take_in([incoming(seventh)], NOW)
    await accept_all(store)
    last = replace(other, id=OrderId("1048"))
    await store.ledger.take_in([incoming(document(104)), incoming(last)], NOW)
    assert [one for one in await ids(store, words=(word,)) if one != "7" or "7" in found] == found


async def test_a_search_never_leaves_its_distributor(store: stores.Store) -> None:
    await queue(store, [1])
    for filters in (Filters(words=("1",)), Filters(account="VINET"), Filters(item="NW-024")):
        assert (await store.queries.lines(SOUTH, filters)).total == 0
        assert (await store.queries.page(SOUTH, filters)).orders == ()


async def test_every_word_must_be_found(store: stores.Store) -> None:
    await queue(store, [1, 2])
    assert await ids(store, words=("VINET", "2")) == ["2"]
    assert await ids(store, words=("VINET", "3")) == []


async def test_lists_by_when(store: stores.Store) -> None:
    await queue(store, [1], now=NOW - 2 * HOUR)
    await queue(store, [2], now=NOW)
    assert await ids(store, since=NOW - HOUR) == ["2"]
    day = {"placed_from": NOW - HOUR, "placed_before": NOW}
    assert await ids(store, **day) == ["2", "1"]
    assert await ids(store, placed_from=NOW) == []


async def test_the_summary_counts_what_is(store: stores.Store) -> None:
    await queue(store, [1], now=NOW - 8 * 24 * HOUR)
    await accept_all(store)
    await queue(store, [2, 3, 4])
    await refuse_all(store)
    await queue(store, [5, 6])
    await store.ledger.apply(NORTH, OrderId("2"), Marked(DANA), person(DANA), NOW)
    hold = HoldAsked(DANA, NOW + HOUR)
    await store.ledger.apply(NORTH, OrderId("3"), hold, person(DANA), NOW)
    summary = await store.queries.summary(NORTH, NOW)
    counts = [summary.of(status) for status in (Status.SUCCESSFUL, Status.PENDING, Status.FAILED)]
    assert counts == [2, 2, 2]
    assert summary.codes == {Code.INACTIVE_ITEM: 2}
    assert (summary.held, summary.week_by_hand) == (1, 1)
    assert summary.week == {Status.SUCCESSFUL: 1, Status.FAILED: 2, Status.PENDING: 2}
    assert (await store.queries.summary(SOUTH, NOW)).states == {}


async def test_the_week_begins_to_the_second(store: stores.Store) -> None:
    since = NOW - 7 * 24 * HOUR
    moments = [since - SECOND, since, since + 20 * MINUTE, since + HOUR, NOW]
    for number, moment in enumerate(moments):
        await queue(store, [number], now=moment + 30 * MINUTE)
    # In the middle of an hour, and on the hour.
    assert (await store.queries.summary(NORTH, NOW + 30 * MINUTE)).week == {Status.PENDING: 4}
    assert (await store.queries.summary(NORTH, NOW + HOUR)).week == {Status.PENDING: 2}


async def test_failed_orders_are_counted_by_code(store: stores.Store) -> None:
    await queue(store, [1, 2])
    await refuse_all(store)
    await queue(store, [3])
    await refuse_all(store, Failure(Code.CREDIT_HOLD, "over the limit"))
    await store.ledger.apply(NORTH, OrderId("2"), RetryAsked(DANA), person(DANA), NOW)
    failed = {"status": Status.FAILED, "code": Code.INACTIVE_ITEM}
    assert await ids(store, **failed) == ["1"]
    # What waits to be sent again keeps the code that it failed with.
    assert await ids(store, code=Code.INACTIVE_ITEM) == ["2", "1"]


async def test_those_to_key_in_by_hand_come_by_delivery(store: stores.Store) -> None:
    due = {1: -1, 2: 9, 3: 5, 4: 7}
    await store.ledger.take_in(
        [incoming(document(n), NOW, NOW + h * HOUR) for n, h in due.items()], NOW
    )
    await queue(store, [5], due_at=NOW + MINUTE)
    hold = HoldAsked(DANA, NOW + HOUR)
    await store.ledger.apply(NORTH, OrderId("3"), hold, person(DANA), NOW)
    lines = await store.queries.waiting_next(NORTH, NOW)
    assert [line.id for line in lines] == ["3", "4", "2", "1"]
    assert [line.hold is not None for line in lines] == [True, False, False, False]


async def test_a_line_tells_what_a_list_shows(store: stores.Store) -> None:
    await queue(store, [1])
    await refuse_all(store, Failure(Code.REJECTED, "no", None, ("a", "b")))
    [line] = (await store.queries.lines(NORTH)).lines
    assert line.failure == Failure(Code.REJECTED, "no", None, ("a", "b"))
    assert (line.total, line.currency, line.lines) == (document().total, "USD", 1)
    assert (line.attempts, line.tried_at, line.received_at) == (1, NOW, NOW)
