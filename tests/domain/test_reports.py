"""The daily report's rules: addresses, the day it is due, and days on which clocks change."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.domain.reports import (
    Addresses,
    BadAddressError,
    Due,
    ReportSettings,
    address,
    addresses,
    due,
)
from commands.domain.windows import day_exists, day_starts, moment_of

CHICAGO, KOLKATA = ZoneInfo("America/Chicago"), ZoneInfo("Asia/Kolkata")
APIA, NUUK = ZoneInfo("Pacific/Apia"), ZoneInfo("America/Nuuk")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")
DAY = timedelta(days=1)


def at(day: date, hour: int, minute: int = 0, zone: ZoneInfo = CHICAGO) -> datetime:
    return datetime.combine(day, time(hour, minute), tzinfo=zone).astimezone(UTC)


TODAY = date(2026, 11, 24)
LONG_AGO = at(date(2026, 11, 1), 12)


def settings(hour: int = 7, minute: int = 0, **changes: object) -> ReportSettings:
    given: dict[str, object] = {"recipients": ("a@example.com",), "on_since": LONG_AGO} | changes
    return ReportSettings(at=time(hour, minute), **given)  # type: ignore[arg-type]


# --- addresses -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "right",
    [
        "ada@example.com",
        "ada.lovelace+orders@mail.example.co.uk",
        "o'hara@example.com",
        "a@b.io",
        "x_1-2@sub-domain.example",
    ],
)
def test_an_address_is_taken_as_it_is(right: str) -> None:
    assert address(right) == right


def test_a_domain_in_another_alphabet_is_written_as_names_are_looked_up() -> None:
    assert address("bestellung@müller.example") == "bestellung@xn--mller-kva.example"


@pytest.mark.parametrize(
    "wrong",
    [
        "ada",
        "ada@",
        "@example.com",
        "ada@example",
        "ada@example..com",
        "ada@-example.com",
        "ada@example.com.",
        "ada@10.0.0.1",
        ".ada@example.com",
        "ada..l@example.com",
        "äda@example.com",
        "ada lovelace@example.com",
        "ada@exa mple.com",
        "ada@example.com\nBcc: thief@example.com",
        "ada@example.com\r\nX: y",
        "<ada@example.com>",
        "a" * 65 + "@example.com",
        "ada@" + "a" * 64 + ".com",
        "ada@" + ".".join(["a" * 60] * 5) + ".com",
    ],
)
def test_what_is_no_address_is_refused(wrong: str) -> None:
    with pytest.raises(BadAddressError):
        address(wrong)


@given(st.text())
def test_whatever_is_taken_fits_into_a_header(text: str) -> None:
    try:
        taken = address(text)
    except BadAddressError:
        return
    assert taken.isascii()
    assert taken.isprintable()
    assert not set(taken) & set(' <>,;:"\\()[]')


def test_a_list_is_read_whatever_stands_between() -> None:
    typed = " ada@example.com,boss@example.com;\n\tADA@example.com  desk@example"
    assert addresses(typed) == Addresses(
        ("ada@example.com", "boss@example.com"),
        (("desk@example", "after the @ there is no domain, as example.com"),),
    )
    assert addresses("") == Addresses(())


# --- when it is due ------------------------------------------------------------------------------


def test_it_is_due_from_its_hour_on_until_it_was_made() -> None:
    yesterday = TODAY - DAY
    assert due(settings(), CHICAGO, yesterday, at(TODAY, 6, 59)) is None
    assert due(settings(), CHICAGO, yesterday, at(TODAY, 7)) == Due(TODAY, at(TODAY, 7))
    assert due(settings(), CHICAGO, TODAY, at(TODAY, 23, 59)) is None


def test_without_address_and_channel_it_is_off() -> None:
    assert due(settings(recipients=()), CHICAGO, None, at(TODAY, 8)) is None
    assert due(settings(recipients=(), channel="C1"), CHICAGO, TODAY - DAY, at(TODAY, 8))


def test_what_was_due_before_it_was_switched_on_is_not_made_up() -> None:
    fresh = settings(on_since=at(TODAY, 10))
    assert due(fresh, CHICAGO, None, at(TODAY, 23)) is None
    assert due(fresh, CHICAGO, None, at(TODAY + DAY, 7)) == Due(TODAY + DAY, at(TODAY + DAY, 7))
    # Nor are the days for which it was off.
    assert due(fresh, CHICAGO, TODAY - 9 * DAY, at(TODAY, 23)) is None


def test_days_that_were_missed_have_one_report_together() -> None:
    missed = due(settings(), CHICAGO, TODAY - 4 * DAY, at(TODAY, 12))
    assert missed == Due(TODAY, at(TODAY, 7), (TODAY - 3 * DAY, TODAY - 2 * DAY, TODAY - DAY))
    # Before today's hour it is yesterday's that is late.
    early = due(settings(), CHICAGO, TODAY - 2 * DAY, at(TODAY, 6))
    assert early == Due(TODAY - DAY, at(TODAY - DAY, 7))


def test_an_hour_that_is_set_after_it_has_passed_is_due_from_then_on() -> None:
    changed = settings(9, changed_at=at(TODAY, 10))
    assert due(changed, CHICAGO, TODAY - DAY, at(TODAY, 10)) == Due(TODAY, at(TODAY, 10))
    # It has had its report at the earlier hour: no second one.
    assert due(changed, CHICAGO, TODAY, at(TODAY, 23)) is None


@pytest.mark.parametrize(
    ("zone", "day", "wall", "utc"),
    [
        # The clocks jump from 2:00 to 3:00: as much later as they jumped.
        (CHICAGO, date(2026, 3, 8), time(2, 30), datetime(2026, 3, 8, 8, 30, tzinfo=UTC)),
        # They go from 2:00 back to 1:00: the first of the two.
        (CHICAGO, date(2026, 11, 1), time(1, 30), datetime(2026, 11, 1, 6, 30, tzinfo=UTC)),
        # They jump by half an hour.
        (LORD_HOWE, date(2026, 10, 4), time(2, 15), datetime(2026, 10, 3, 15, 45, tzinfo=UTC)),
        (KOLKATA, date(2026, 3, 8), time(7), datetime(2026, 3, 8, 1, 30, tzinfo=UTC)),
        # They jump over midnight: it comes when the next day has begun.
        (NUUK, date(2024, 3, 30), time(23, 30), datetime(2024, 3, 31, 1, 30, tzinfo=UTC)),
    ],
)
def test_the_moment_of_an_hour(zone: ZoneInfo, day: date, wall: time, utc: datetime) -> None:
    assert moment_of(day, wall, zone) == utc
    own = settings(wall.hour, wall.minute, on_since=utc - 30 * DAY)
    assert due(own, zone, day - DAY, utc) == Due(day, utc)
    assert due(own, zone, day - DAY, utc - timedelta(minutes=1)) is None


def test_a_day_that_a_zone_left_out_has_no_report() -> None:
    before, left_out, after = date(2011, 12, 29), date(2011, 12, 30), date(2011, 12, 31)
    assert not day_exists(left_out, APIA)
    own = settings(on_since=at(before, 0, zone=APIA) - 9 * DAY)
    assert due(own, APIA, before, at(after, 8, zone=APIA)) == Due(after, at(after, 7, zone=APIA))


def test_the_zone_changes_in_between() -> None:
    """West or east, no day has two reports, and none is left out."""
    tokyo, honolulu = ZoneInfo("Asia/Tokyo"), ZoneInfo("Pacific/Honolulu")
    now = at(TODAY, 7, 30, tokyo)
    # Made for today in Tokyo; in Honolulu it is still yesterday, and yesterday has its report.
    assert due(settings(), honolulu, TODAY, now) is None
    assert due(settings(), honolulu, TODAY, at(TODAY, 7, zone=honolulu)) is None
    # Yesterday's was made in Honolulu; in Tokyo it is today already.
    assert due(settings(), tokyo, TODAY - DAY, now) == Due(TODAY, at(TODAY, 7, zone=tokyo))


def test_days_begin_at_midnight_of_the_zone() -> None:
    starts = day_starts(date(2026, 11, 2), 3, CHICAGO)
    assert [later - earlier for earlier, later in pairwise(starts)] == [
        timedelta(hours=24),
        timedelta(hours=25),
        timedelta(hours=24),
    ]
