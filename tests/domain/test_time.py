"""Waiting and urgency: backoff within its bounds, deliveries in words."""

import random
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.domain.documents import Document, Line
from commands.domain.ids import DistributorKey, OrderId
from commands.domain.retries import LONGEST, after, backoff
from commands.domain.windows import Day, deliver_at, duration, urgency

CHICAGO = ZoneInfo("America/Chicago")
SEEDS = st.integers(0, 2**32).map(random.Random)
SIX = datetime(2026, 11, 24, 6, 0, tzinfo=CHICAGO)


def order(on: date, by: datetime | None = None) -> Document:
    lines = (Line("A-1", Decimal(1), Decimal(1)),)
    placed = datetime(2026, 11, 20, tzinfo=UTC)
    return Document(OrderId("1"), DistributorKey("n"), "A", placed, on, lines, deliver_by=by)


@given(st.integers(0, 10**9), SEEDS)
def test_backoff_is_between_nothing_and_its_step(tries: int, source: random.Random) -> None:
    step = min(timedelta(seconds=5) * 2 ** min(tries, 10), timedelta(minutes=15))
    assert timedelta(0) <= backoff(tries, source) <= step <= LONGEST


def test_backoff_uses_the_whole_of_its_step() -> None:
    source = random.Random(1)
    waits = [backoff(20, source) for _ in range(500)]
    assert min(waits) < timedelta(minutes=1)
    assert max(waits) > timedelta(minutes=14)


def test_a_seed_replays_a_run() -> None:
    first, second = random.Random(7), random.Random(7)
    assert [backoff(n, first) for n in range(9)] == [backoff(n, second) for n in range(9)]


@given(st.integers(0, 86_400), st.integers(0, 50), SEEDS)
def test_what_the_erp_asks_is_obeyed_and_a_little_more(
    seconds: int, tries: int, source: random.Random
) -> None:
    asked = timedelta(seconds=seconds)
    assert asked <= after(asked, tries, source) <= asked + timedelta(seconds=1)
    assert after(None, tries, source) <= LONGEST


def test_when_an_order_must_be_in() -> None:
    by = datetime(2026, 11, 24, 5, tzinfo=UTC)
    day = date(2026, 11, 24)
    assert deliver_at(order(day, by), time(7, 30), CHICAGO) == by
    assert deliver_at(order(day), time(7, 30), CHICAGO) == datetime(
        2026, 11, 24, 7, 30, tzinfo=CHICAGO
    )
    assert deliver_at(order(day), None, CHICAGO).astimezone(CHICAGO).date() == day


@pytest.mark.parametrize(
    ("on", "cutoff", "day", "words"),
    [
        (date(2026, 11, 24), time(7, 30), Day.TODAY, "today, truck 7:30"),
        (date(2026, 11, 24), time(17, 5), Day.TODAY, "today, truck 17:05"),
        (date(2026, 11, 24), None, Day.TODAY, "today"),
        (date(2026, 11, 24), time(5, 0), Day.OVERDUE, "overdue since 24 Nov"),
        (date(2026, 11, 23), None, Day.OVERDUE, "overdue since 23 Nov"),
        (date(2026, 11, 25), time(7, 30), Day.TOMORROW, "tomorrow, truck 7:30"),
        (date(2026, 11, 25), None, Day.TOMORROW, "tomorrow"),
        (date(2026, 11, 27), None, Day.LATER, "Fri 27 Nov"),
        (date(1996, 8, 1), time(7, 30), Day.OVERDUE, "overdue since 1 Aug"),
    ],
)
def test_urgency_in_words(on: date, cutoff: time | None, day: Day, words: str) -> None:
    near = urgency(deliver_at(order(on), cutoff, CHICAGO), SIX, CHICAGO)
    assert (near.day, near.words) == (day, words)


def test_today_is_the_distributors_day() -> None:
    late_evening = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)  # 22:00 of the 24th in Chicago
    near = urgency(deliver_at(order(date(2026, 11, 24)), None, CHICAGO), late_evening, CHICAGO)
    assert near.day is Day.TODAY
    assert urgency(near_midnight(), late_evening, CHICAGO).day is Day.TOMORROW


def near_midnight() -> datetime:
    return datetime(2026, 11, 25, 6, 30, tzinfo=UTC)


def test_what_is_left_until_the_truck() -> None:
    near = urgency(datetime(2026, 11, 24, 6, 28, tzinfo=CHICAGO), SIX, CHICAGO)
    assert duration(near.left) == "28 min"


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(seconds=-5), "0 min"),
        (timedelta(seconds=59), "0 min"),
        (timedelta(minutes=28), "28 min"),
        (timedelta(hours=2), "2 h"),
        (timedelta(hours=2, minutes=10), "2 h 10 min"),
        (timedelta(days=3, hours=4, minutes=5), "3 d 4 h"),
        (timedelta(days=3, minutes=5), "3 d"),
    ],
)
def test_spans_in_words(span: timedelta, words: str) -> None:
    assert duration(span) == words
