"""The pace keeps Slack's rates, whatever is asked of it, and over the change to another process."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.pace import GAP, LONGEST_HOLD, NO_WAIT, POST_GAP, SAVED, Pace

DAY = datetime(2026, 11, 23, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SLACKS = 50
LATER = st.integers(0, 5000).map(lambda number: timedelta(milliseconds=number))


@given(st.lists(st.tuples(st.sampled_from("CD"), LATER, st.booleans()), max_size=80))
def test_posts_of_a_channel_are_a_second_apart(asked: list[tuple[str, timedelta, bool]]) -> None:
    pace, moment = Pace(DAY - MINUTE), DAY
    went: dict[str, datetime] = {}
    for channel, later, dies in asked:
        moment += later
        if dies:
            pace = Pace(moment)
        wait = pace.post(channel, moment)
        if wait == NO_WAIT:
            assert moment - went.get(channel, DAY - MINUTE) >= POST_GAP
            went[channel] = moment
        else:
            assert wait <= POST_GAP


@given(st.lists(st.tuples(LATER, st.integers(0, 30)), max_size=300))
def test_calls_stay_below_slacks_rate_even_where_a_process_follows_another(
    asked: list[tuple[timedelta, int]],
) -> None:
    pace, moment = Pace(DAY - MINUTE), DAY
    went: list[datetime] = []
    died: list[datetime] = []
    for later, chance in asked:
        moment += later
        if chance == 0 and (not died or moment - died[-1] > MINUTE):
            pace = Pace(moment)
            died.append(moment)
        while pace.call("chat.update", moment) == NO_WAIT:
            went.append(moment)
        assert len([one for one in went if one > moment - MINUTE]) <= SLACKS


def test_after_a_quiet_time_some_go_at_once_and_then_one_after_the_other() -> None:
    pace = Pace(DAY - MINUTE)
    assert [pace.call("chat.update", DAY) for _ in range(SAVED)] == [NO_WAIT] * SAVED
    assert pace.call("chat.update", DAY) == GAP
    assert pace.call("chat.update", DAY + GAP) == NO_WAIT
    assert pace.call("conversations.open", DAY) == NO_WAIT


def test_a_process_that_begins_has_nothing_saved_up() -> None:
    pace = Pace(DAY)
    assert pace.post("C", DAY) == POST_GAP
    assert pace.call("chat.update", DAY) == NO_WAIT
    assert pace.call("chat.update", DAY) == GAP


def test_a_pause_that_slack_asks_for_holds_the_channel_alone() -> None:
    pace = Pace(DAY - MINUTE)
    pace.hold("C", DAY + timedelta(seconds=30))
    assert pace.post("C", DAY) == timedelta(seconds=30)
    assert pace.post("D", DAY) == NO_WAIT
    assert pace.post("C", DAY + timedelta(seconds=30)) == NO_WAIT


def test_a_clock_that_is_set_back_does_not_silence_anybody_for_long() -> None:
    pace = Pace(DAY)
    pace.hold("C", DAY)
    assert pace.call("chat.update", DAY) == NO_WAIT
    before = DAY - timedelta(days=400)
    assert pace.post("C", before) <= LONGEST_HOLD
    assert pace.post("D", before) <= POST_GAP
    assert pace.call("chat.update", before) <= GAP * 2
