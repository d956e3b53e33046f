"""The cadence against a walk from minute to minute that knows nothing of it."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cadence import BadCrontabError, Cadence, Ticks, parse

MINUTE = timedelta(minutes=1)
# Zones, each with a few days on which its clocks change: an hour, half an hour, a whole day.
CHANGES = [
    ("America/Chicago", datetime(2026, 3, 8, tzinfo=UTC)),
    ("America/Chicago", datetime(2026, 11, 1, tzinfo=UTC)),
    ("Europe/Berlin", datetime(2026, 3, 29, tzinfo=UTC)),
    ("Europe/Berlin", datetime(2026, 10, 25, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2026, 4, 4, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2026, 10, 3, tzinfo=UTC)),
    ("America/Havana", datetime(2026, 3, 8, tzinfo=UTC)),
    ("America/Havana", datetime(2026, 11, 1, tzinfo=UTC)),
    ("Africa/Casablanca", datetime(2026, 2, 15, tzinfo=UTC)),
    ("Pacific/Apia", datetime(2011, 12, 29, tzinfo=UTC)),
    ("Asia/Kolkata", datetime(2026, 6, 1, tzinfo=UTC)),
]


def field(low: int, high: int) -> st.SearchStrategy[str]:
    value = st.integers(low, high)
    spans = st.tuples(value, value).map(lambda pair: f"{min(pair)}-{max(pair)}")
    steps = st.integers(1, high).map(lambda step: f"*/{step}")
    lists = st.lists(value, min_size=1, max_size=3).map(lambda many: ",".join(map(str, many)))
    return st.one_of(st.just("*"), steps, spans, lists)


crontabs = st.tuples(field(0, 59), field(0, 23), field(1, 28), st.just("*"), field(0, 7)).map(
    " ".join
)


def values(text: str, low: int, high: int) -> set[int]:
    found: set[int] = set()
    for part in text.split(","):
        span, _, step = part.partition("/")
        first, _, last = span.partition("-")
        start = low if span == "*" else int(first)
        stop = high if span == "*" else int(last or first)
        found |= set(range(start, stop + 1, int(step or 1)))
    return found


def matcher(crontab: str) -> Callable[[datetime], bool]:
    minute, hour, day, _month, weekday = crontab.split()
    minutes, hours, days = values(minute, 0, 59), values(hour, 0, 23), values(day, 1, 31)
    weekdays = {one % 7 for one in values(weekday, 0, 6)}
    either = not day.startswith("*") and not weekday.startswith("*")

    def matches(wall: datetime) -> bool:
        if wall.minute not in minutes or wall.hour not in hours:
            return False
        right = (wall.day in days, wall.isoweekday() % 7 in weekdays)
        return any(right) if either else all(right)

    return matches


def walked(crontab: str, zone: ZoneInfo, start: datetime, stop: datetime) -> list[datetime]:
    """Every wall time from a day before to a day after, each made an instant once."""
    wall = (start - 2 * timedelta(days=1)).replace(tzinfo=None)
    ticks: set[datetime] = set()
    matches = matcher(crontab)
    while wall < (stop + 2 * timedelta(days=1)).replace(tzinfo=None):
        if matches(wall):
            ticks.add(wall.replace(tzinfo=zone, fold=0).astimezone(UTC))
        wall += MINUTE
    return sorted(tick for tick in ticks if start < tick <= stop)


def ticking(cadence: Cadence, start: datetime, stop: datetime) -> Iterator[datetime]:
    while (start := cadence.after(start)) <= stop:
        yield start


@given(
    crontabs,
    st.sampled_from(CHANGES),
    st.lists(st.integers(0, 36 * 60), min_size=1, max_size=12),
)
def test_every_wall_time_once_on_days_when_clocks_change(
    crontab: str, change: tuple[str, datetime], minutes: list[int]
) -> None:
    zone, start = ZoneInfo(change[0]), change[1] - timedelta(hours=6)
    cadence = Cadence(crontab, zone)
    ticks = walked(crontab, zone, start, start + timedelta(hours=36))
    for moment in (start + timedelta(minutes=one) for one in minutes):
        later = [tick for tick in ticks if tick > moment]
        earlier = [tick for tick in ticks if tick <= moment]
        found = cadence.after(moment)
        assert found == later[0] if later else found > start + timedelta(hours=36)
        if earlier:
            assert cadence.before(moment) == earlier[-1]


def local(cadence: Cadence, zone: ZoneInfo, day: date) -> list[str]:
    start = datetime.combine(day, time.min, zone) - timedelta(microseconds=1)
    stop = datetime.combine(day, time.max, zone)
    return [f"{tick.astimezone(zone):%H:%M}" for tick in ticking(cadence, start, stop)]


def test_an_hour_that_is_missing_comes_as_much_later_as_the_clocks_jumped() -> None:
    zone = ZoneInfo("America/Chicago")
    assert local(Cadence("30 2 * * *", zone), zone, date(2026, 3, 8)) == ["03:30"]
    half_hours = local(Cadence("*/30 1-3 * * *", zone), zone, date(2026, 3, 8))
    assert half_hours == ["01:00", "01:30", "03:00", "03:30"]


def test_an_hour_that_is_repeated_counts_once() -> None:
    zone = ZoneInfo("America/Chicago")
    half_hours = local(Cadence("*/30 1-2 * * *", zone), zone, date(2026, 11, 1))
    assert half_hours == ["01:00", "01:30", "02:00", "02:30"]


@pytest.mark.parametrize("sunday", ["0", "7", "sun", "SUN"])
def test_0_and_7_are_sunday(sunday: str) -> None:
    cadence = Cadence(f"0 6 * * {sunday}", ZoneInfo("UTC"))
    assert cadence.after(datetime(2026, 11, 24, tzinfo=UTC)) == datetime(
        2026, 11, 29, 6, tzinfo=UTC
    )


def test_weekdays_are_counted_from_sunday() -> None:
    cadence = Cadence("0 6 * * 1-5", ZoneInfo("UTC"))
    friday = datetime(2026, 11, 27, 6, tzinfo=UTC)
    assert cadence.after(friday) == datetime(2026, 11, 30, 6, tzinfo=UTC)


def test_a_day_of_the_month_or_a_weekday_is_enough() -> None:
    cadence = Cadence("0 0 1 * 5", ZoneInfo("UTC"))
    ticks = list(
        ticking(cadence, datetime(2026, 11, 30, tzinfo=UTC), datetime(2026, 12, 5, tzinfo=UTC))
    )
    assert [tick.day for tick in ticks] == [1, 4]


def test_a_leap_day_comes() -> None:
    cadence = Cadence("0 0 29 feb *", ZoneInfo("UTC"))
    assert cadence.after(datetime(2026, 1, 1, tzinfo=UTC)).date().isoformat() == "2028-02-29"
    assert cadence.before(datetime(2026, 1, 1, tzinfo=UTC)).date().isoformat() == "2024-02-29"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("* * * *", "has 4 fields"),
        ("60 * * * *", "minute field"),
        ("* 24 * * *", "hour field"),
        ("* * 0 * *", "day field"),
        ("* * * 13 *", "month field"),
        ("* * * * 8", "day of week field"),
        ("*/0 * * * *", "minute field"),
        ("5-1 * * * *", "minute field"),
        ("a * * * *", "minute field"),
        ("1,,2 * * * *", "minute field"),
        ("0 0 30 2 *", "never comes"),
        ("0 0 31 4,6 *", "never comes"),
    ],
)
def test_a_crontab_that_cannot_be(text: str, words: str) -> None:
    with pytest.raises(BadCrontabError, match=words):
        parse(text)


def test_the_scheduler_goes_on_from_the_last_tick() -> None:
    ticks = Ticks(Cadence("*/5 * * * *", ZoneInfo("UTC")))
    now = datetime(2026, 11, 24, 9, 1, tzinfo=UTC)
    first = ticks.get_next_fire_time(None, now)
    assert first == datetime(2026, 11, 24, 9, 5, tzinfo=UTC)
    assert ticks.get_next_fire_time(first, now) == datetime(2026, 11, 24, 9, 10, tzinfo=UTC)
