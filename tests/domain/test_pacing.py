"""When an alert speaks: an edit notifies nobody, so what must be heard is posted, and once."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.domain.alerts import Alert, AlertPicture, MentionKind, Settled, Snooze
from commands.domain.distributors import AlertPace
from commands.domain.failures import Code
from commands.domain.grouping import Cause, CauseKind, Trouble
from commands.domain.ids import DistributorKey
from commands.domain.pacing import (
    Edit,
    Post,
    Silent,
    Why,
    next_look,
    not_before,
    step,
    tell,
    unattended,
)
from commands.domain.people import PersonId
from commands.domain.spans import Span, until

CHICAGO = ZoneInfo("America/Chicago")
NOON = datetime(2026, 11, 24, 12, tzinfo=CHICAGO)
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
PACE = AlertPace(30 * SECOND, 10 * SECOND, 4 * HOUR)
DANA = PersonId("U000000002")
INACTIVE = Cause.failure(Code.INACTIVE_ITEM)


def opened(**changes: Any) -> Alert:
    return replace(Alert(1, DistributorKey("n"), INACTIVE, NOON), **changes)


def posted(**changes: Any) -> Alert:
    given_: dict[str, Any] = {
        "channel": "C", "ts": "1", "shown_at": NOON, "posted_at": NOON, "posting": 1,
        "announced_at": NOON, "told_size": 3, **changes,
    }  # fmt: skip
    return opened(**given_)


def picture(at: datetime = NOON, **changes: Any) -> AlertPicture:
    return replace(AlertPicture(at, seen=1, total=3, open=3), **changes)


SOLVED: dict[str, Any] = {"open": 0, "settled": Settled(auto=3)}


# --- the message ---------------------------------------------------------------------------------


def test_new_failures_gather_and_are_posted_together() -> None:
    assert not_before(opened(), PACE) == NOON + PACE.group_wait
    assert step(opened(), picture(), PACE) == Post(Why.FIRST)


def test_what_was_over_before_it_was_told_is_not_told() -> None:
    assert step(opened(), picture(**SOLVED), PACE) == Silent()


@pytest.mark.parametrize(
    ("orders", "interval"), [(1, 10), (999, 10), (1000, 20), (10_000, 20), (10_000_000, 20)]
)
def test_a_large_alert_is_edited_more_seldom_but_never_far_behind(
    orders: int, interval: int
) -> None:
    assert not_before(posted(size=orders), PACE) == NOON + interval * SECOND


def test_an_interval_that_was_set_longer_is_kept() -> None:
    slow = replace(PACE, update_interval=HOUR)
    assert not_before(posted(size=10_000), slow) == NOON + HOUR


def test_where_others_have_come_to_read_it_is_drawn_at_once_and_not_posted() -> None:
    alert = posted(moved_at=NOON + SECOND)
    assert not_before(alert, PACE) == NOON + SECOND
    assert step(alert, picture(NOON + 5 * HOUR), PACE) == Edit()


def test_after_the_repeat_interval_it_is_posted_anew() -> None:
    assert step(posted(), picture(NOON + 4 * HOUR - SECOND), PACE) == Edit()
    assert step(posted(), picture(NOON + 4 * HOUR), PACE) == Post(Why.REMINDER)


@pytest.mark.parametrize("calm", [{"open": 0, "trying": 3}, {"open": 0, "held": 3}, SOLVED])
def test_what_is_in_good_hands_is_not_reminded_of(calm: dict[str, Any]) -> None:
    assert step(posted(), picture(NOON + 9 * HOUR, **calm), PACE) == Edit()


def test_a_failure_on_a_later_day_is_posted_anew_once_the_others_have_gathered() -> None:
    slow, later = replace(PACE, repeat_interval=99 * HOUR), NOON + 13 * HOUR
    assert step(posted(), picture(later, later=later), slow) == Edit()
    gathered = later + PACE.group_wait
    assert step(posted(), picture(gathered, later=later), slow) == Post(Why.LATER_DAY)


def test_what_had_ended_and_comes_back_is_posted_anew() -> None:
    assert step(posted(anew=True), picture(), PACE) == Post(Why.AGAIN)
    assert step(posted(anew=True), picture(**SOLVED), PACE) == Edit()


def put_aside(**changes: Any) -> Alert:
    return posted(snooze=Snooze(DANA, NOON, NOON + HOUR, 1), **changes)


def test_what_is_put_aside_is_not_reminded_of_and_comes_back_by_itself() -> None:
    short = replace(PACE, repeat_interval=10 * MINUTE)
    assert step(put_aside(), picture(NOON + 59 * MINUTE), short) == Edit()
    assert step(put_aside(), picture(NOON + HOUR), PACE) == Post(Why.SNOOZE_OVER)
    again = put_aside(posted_at=NOON + HOUR)
    assert step(again, picture(NOON + HOUR + SECOND), PACE) == Edit()


def test_an_order_due_today_breaks_it() -> None:
    assert step(put_aside(), picture(NOON + MINUTE, woken=1), PACE) == Post(Why.SNOOZE_BROKEN)


# --- aloud ---------------------------------------------------------------------------------------


def test_ten_times_as_many_are_told_aloud_and_each_step_once() -> None:
    alert = posted(told_size=3)
    assert tell(alert, picture(open=29), posted=False).aloud is None
    told = tell(alert, picture(open=30), posted=False)
    assert (told.aloud, told.size) == (MentionKind.GREW, 30)
    assert tell(replace(alert, told_size=30), picture(open=299), posted=False).aloud is None


def test_the_first_order_due_today_is_told_aloud_once() -> None:
    told = tell(posted(), picture(today=1, new_today=1), posted=False)
    assert (told.aloud, told.urgent) == (MentionKind.URGENT, True)
    again = posted(urgent=True)
    assert tell(again, picture(today=2, new_today=2), posted=False).aloud is None


def test_what_the_card_said_itself_is_not_said_again() -> None:
    told = tell(opened(), picture(today=1, new_today=1), posted=True)
    assert (told.aloud, told.size, told.urgent) == (None, 3, True)


def test_orders_that_are_due_today_because_the_day_has_come_are_not_news() -> None:
    assert tell(posted(), picture(today=3, new_today=0), posted=False).aloud is None


def test_the_end_of_a_group_is_told_aloud_once_and_that_of_one_order_is_not() -> None:
    told = tell(posted(), picture(**SOLVED), posted=False)
    assert (told.aloud, told.ended) == (MentionKind.ENDED, True)
    assert tell(posted(ended_told=True), picture(**SOLVED), posted=False).aloud is None
    assert tell(posted(), picture(total=1, **SOLVED), posted=False).aloud is None
    moved_on: dict[str, Any] = {"open": 0, "settled": Settled()}
    assert tell(posted(), picture(**moved_on), posted=False).aloud is None


def test_that_the_erp_is_back_is_told_although_a_clerk_still_types() -> None:
    outage = posted(cause=Cause(CauseKind.OUTAGE, Code.ERP_DOWN), ended_at=NOON)
    typing = picture(open=0, held=1, settled=Settled(auto=2))
    assert tell(outage, typing, posted=False).aloud is MentionKind.ENDED
    going = picture(open=0, trying=1)
    assert tell(outage, going, posted=False).aloud is None
    lasting = replace(outage, ended_at=None)
    assert tell(lasting, typing, posted=False).aloud is None


def test_a_trouble_is_told_until_it_is_over() -> None:
    trouble = posted(cause=Cause.of_trouble(Trouble.NO_TICK))
    lasts = picture(total=0, open=0, troubled=True)
    assert not lasts.over
    assert step(trouble, replace(lasts, as_of=NOON + 4 * HOUR), PACE) == Post(Why.REMINDER)
    over = replace(lasts, troubled=False)
    told = tell(replace(trouble, ended_at=NOON), over, posted=False)
    assert (over.over, told.aloud) == (True, MentionKind.ENDED)


# --- time alone ----------------------------------------------------------------------------------


def test_the_admins_hear_of_what_nobody_has() -> None:
    late = picture(NOON + 4 * HOUR)
    assert unattended(posted(), late, PACE)
    assert not unattended(posted(), picture(NOON + 3 * HOUR), PACE)
    assert not unattended(posted(taken_by=DANA), late, PACE)
    assert not unattended(posted(unattended_at=NOON), late, PACE)
    assert not unattended(posted(announced_at=None), late, PACE)
    assert not unattended(put_aside(), late, PACE)
    assert not unattended(posted(), picture(NOON + 4 * HOUR, **SOLVED), PACE)


def test_a_message_is_looked_at_again_when_time_alone_makes_it_wrong() -> None:
    truck = NOON + 3 * HOUR

    def looked_at(alert: Alert, drawn: AlertPicture) -> timedelta | None:
        found = next_look(alert, drawn, PACE, CHICAGO)
        return found - NOON if found else None

    assert looked_at(posted(), picture()) == 4 * HOUR
    assert looked_at(put_aside(), picture()) == HOUR
    assert looked_at(posted(), picture(first_today=truck)) == 3 * HOUR
    assert looked_at(posted(), picture(**SOLVED)) is None
    in_hand = picture(open=0, held=1)
    assert looked_at(posted(), in_hand) == 12 * HOUR


def test_the_minutes_until_a_truck_are_counted_in_its_last_hour() -> None:
    one: Any = object()
    alone = picture(first_today=NOON + 2 * HOUR, one=one)
    assert next_look(posted(), alone, PACE, CHICAGO) == NOON + HOUR
    soon = replace(alone, first_today=NOON + HOUR)
    assert next_look(posted(), soon, PACE, CHICAGO) == NOON + 5 * MINUTE


MOMENTS = st.integers(0, 48 * 60).map(lambda minutes: NOON + minutes * MINUTE)


@given(
    at=MOMENTS, open_=st.integers(0, 5), snoozed=st.integers(0, 600), taken=st.booleans(),
    told=st.booleans(),
)  # fmt: skip
def test_nobody_waits_longer_than_an_interval_for_a_reminder(
    at: datetime, open_: int, snoozed: int, *, taken: bool, told: bool
) -> None:
    """Whatever an edit leaves behind, the next look comes before the next reminder is late."""
    alert = posted(
        taken_by=DANA if taken else None,
        unattended_at=NOON if told else None,
        snooze=Snooze(DANA, NOON, NOON + snoozed * MINUTE, 1) if snoozed else None,
    )
    drawn = picture(at, open=open_)
    if step(alert, drawn, PACE) != Edit():
        return
    look = next_look(alert, drawn, PACE, CHICAGO)
    if not drawn.needs_somebody:
        return
    assert look is not None
    assert look > at
    assert step(alert, replace(drawn, as_of=look - SECOND), PACE) == Edit()
    assert not unattended(alert, replace(drawn, as_of=look - SECOND), PACE) or unattended(
        alert, drawn, PACE
    )


@pytest.mark.parametrize(
    ("hour", "ends"),
    [(2, "2026-11-24T06:00"), (6, "2026-11-25T06:00"), (23, "2026-11-25T06:00")],
)
def test_until_the_morning_is_the_next_six_oclock(hour: int, ends: str) -> None:
    at = datetime(2026, 11, 24, hour, tzinfo=CHICAGO)
    found = until(Span.MORNING, at.astimezone(UTC), CHICAGO)
    assert found.astimezone(CHICAGO).isoformat().startswith(ends)
    assert until(Span.HOUR, at, CHICAGO) == at + HOUR
