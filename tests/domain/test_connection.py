"""The breaker of a connection: stop, limit, down, probe and ramp, as the specification has them."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.domain.answers import Answered, Declined, Postponed, Sign, Silence, Taken
from commands.domain.connection import (
    Connection,
    Line,
    admits,
    after,
    brought_forward,
    probe_gap,
    reconciled,
    reopened,
    worth_storing,
)
from commands.domain.failures import STOPPING, Code, Failure

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
QUARTER = timedelta(minutes=15)
PASSED = Taken("SO-1", confirmed=True)
NO_LINE = Postponed(Failure(Code.ERP_DOWN), reached=False)
CUT = Silence(Failure(Code.TIMEOUT))
SLOW_DOWN = Postponed(Failure(Code.RATE_LIMITED), timedelta(seconds=60))
LOGIN = Declined(Failure(Code.AUTH))


def heard(line: Connection, *signs: Sign, now: datetime = NOW) -> Connection:
    source = random.Random(1)
    for sign in signs:
        line = after(line, sign, 4, now, source)
    return line


def allowed(line: Connection, now: datetime = NOW, *, asked: bool = False) -> int:
    return admits(line, 4, now, asked=asked)


def test_it_starts_with_one_and_widens_with_each_success() -> None:
    line = Connection()
    seen = [allowed(line)]
    for _ in range(5):
        line = heard(line, PASSED)
        seen.append(allowed(line))
    assert seen == [1, 2, 3, 4, 4, 4]


@pytest.mark.parametrize("failure", [NO_LINE, CUT])
def test_three_transport_failures_in_a_row_open_it(failure: Sign) -> None:
    line = heard(Connection(window=4), failure, failure)
    assert (line.line, allowed(line)) == (Line.WORKING, 1)
    line = heard(line, failure)
    assert (line.line, line.since, line.streak) == (Line.DOWN, NOW, 3)
    assert line.broken
    assert allowed(line) == 0


def test_a_success_between_them_starts_the_count_anew() -> None:
    line = heard(Connection(), CUT, NO_LINE, PASSED, CUT, NO_LINE)
    assert (line.line, line.streak) == (Line.WORKING, 2)


@pytest.mark.parametrize(
    "readable",
    [
        Declined(Failure(Code.UNKNOWN_ITEM)),
        Declined(Failure(Code.PARTIAL)),
        Postponed(Failure(Code.CONFLICT)),
    ],
)
def test_a_refusal_shows_that_the_line_works(readable: Sign) -> None:
    line = heard(Connection(), CUT, NO_LINE, readable)
    assert (line.line, line.streak) == (Line.WORKING, 0)
    assert line.last_ok is None, "no order was taken"


def test_a_question_answered_shows_nothing_about_orders() -> None:
    line = heard(Connection(), CUT, Answered(), CUT, Answered(), CUT)
    assert (line.line, line.last_ok) == (Line.DOWN, None)
    assert heard(line, Answered()).line is Line.DOWN
    assert heard(line, PASSED).last_ok == NOW
    assert reopened(line, 4, NOW).line is Line.WORKING


def test_what_an_unreadable_answer_asks_for_is_obeyed() -> None:
    later = Silence(Failure(Code.TIMEOUT), timedelta(minutes=10))
    line = heard(Connection(), later)
    assert (line.line, line.streak) == (Line.LIMITED, 1)
    assert allowed(line, NOW + timedelta(minutes=9)) == 0
    down = heard(line, later, later)
    assert (down.line, down.until) == (Line.DOWN, NOW + timedelta(minutes=10))


def test_of_two_processes_the_one_that_knows_worse_is_believed_if_it_is_news() -> None:
    stored = heard(Connection(), PASSED)
    for worse in (SLOW_DOWN, LOGIN):
        news = heard(Connection(), worse)
        kept = reconciled(news, Connection(), stored)
        assert (kept.line, kept.until, kept.version) == (news.line, news.until, stored.version)
    old = heard(Connection(), CUT, CUT, CUT)
    assert reconciled(heard(old, CUT), heard(old, CUT), stored).line is Line.WORKING


def test_while_it_is_open_one_probe_goes_at_a_growing_interval() -> None:
    line = heard(Connection(), CUT, CUT, CUT)
    gaps = []
    for _ in range(9):
        assert line.until is not None
        assert allowed(line, line.until - timedelta(microseconds=1)) == 0
        assert allowed(line, line.until) == 1
        moment = line.until
        line = heard(line, NO_LINE, now=moment)
        assert line.until is not None
        gaps.append(line.until - moment)
    assert (line.line, line.since) == (Line.DOWN, NOW)
    assert gaps[-1] >= timedelta(minutes=1)
    assert max(gaps) <= timedelta(minutes=2)


def test_it_closes_at_a_ramped_pace() -> None:
    line = heard(Connection(window=4), CUT, CUT, CUT)
    back = heard(line, PASSED, now=NOW + QUARTER)
    assert (back.line, back.since, back.failure) == (Line.WORKING, NOW + QUARTER, None)
    assert [allowed(back), allowed(heard(back, PASSED))] == [1, 2]


@pytest.mark.parametrize("code", sorted(STOPPING))
def test_what_concerns_the_whole_connection_stops_it(code: Code) -> None:
    line = heard(Connection(window=4), Declined(Failure(code)))
    assert (line.line, line.until, line.failure) == (Line.STOPPED, NOW + QUARTER, Failure(code))
    assert line.broken
    assert allowed(line, NOW + QUARTER - timedelta(seconds=1)) == 0
    assert allowed(line, NOW + QUARTER) == 1
    assert allowed(line, asked=True) == 1


@pytest.mark.parametrize("answer", [SLOW_DOWN, CUT, NO_LINE, LOGIN])
def test_stopped_it_stays_so_and_asks_every_15_minutes_at_most(answer: Sign) -> None:
    line = heard(Connection(), LOGIN)
    for round_ in range(1, 6):
        moment = NOW + QUARTER * round_
        assert allowed(line, moment) == 1
        line = heard(line, answer, now=moment)
        assert (line.line, line.since, line.until) == (Line.STOPPED, NOW, moment + QUARTER)
        assert line.failure == Failure(Code.AUTH)


def test_the_right_key_ends_a_stop() -> None:
    assert heard(Connection(), LOGIN, PASSED).line is Line.WORKING


def test_rate_limited_nothing_goes_before_the_time_it_asked_for() -> None:
    line = heard(Connection(window=4), SLOW_DOWN)
    assert line.line is Line.LIMITED
    assert not line.broken
    assert line.until is not None
    assert NOW + timedelta(seconds=60) <= line.until <= NOW + timedelta(seconds=61)
    assert allowed(line, NOW + timedelta(seconds=59), asked=True) == 0
    assert allowed(line, line.until) == 1
    assert heard(line, PASSED).line is Line.WORKING


def test_rate_limited_without_a_time_waits_longer_each_time_within_the_cap() -> None:
    line = heard(Connection(), *[Postponed(Failure(Code.RATE_LIMITED))] * 30)
    assert line.until is not None
    assert line.until <= NOW + QUARTER
    assert line.probes == 30


def test_a_persons_retry_or_new_settings_bring_the_probe_forward() -> None:
    for broken in (heard(Connection(), CUT, CUT, CUT), heard(Connection(), LOGIN)):
        sooner = brought_forward(broken, NOW)
        assert allowed(sooner) == 1
        assert sooner.version == broken.version + 1
    limited = heard(Connection(), SLOW_DOWN)
    assert brought_forward(limited, NOW) is limited
    assert brought_forward(Connection(), NOW) == Connection()


def test_what_others_must_learn() -> None:
    working = heard(Connection(), PASSED)
    assert worth_storing(Connection(), working)
    assert not worth_storing(working, heard(working, PASSED))
    assert worth_storing(working, heard(working, PASSED, now=NOW + timedelta(seconds=5)))
    assert worth_storing(working, heard(working, CUT))
    assert worth_storing(working, replace(working, line=Line.DOWN))


@given(st.integers(0, 10**6), st.integers(0, 2**32))
def test_the_interval_of_probes_has_its_bounds(probes: int, seed: int) -> None:
    gap = probe_gap(probes, random.Random(seed))
    assert timedelta(seconds=2.5) <= gap <= timedelta(minutes=2)


ANSWERS = st.sampled_from(
    [
        PASSED,
        NO_LINE,
        CUT,
        SLOW_DOWN,
        LOGIN,
        Declined(Failure(Code.CREDIT_HOLD)),
        Declined(Failure(Code.FORBIDDEN)),
        Postponed(Failure(Code.CONFLICT)),
        Postponed(Failure(Code.RATE_LIMITED)),
    ]
)


@given(st.lists(st.tuples(ANSWERS, st.integers(0, 1_000)), max_size=40), st.integers(1, 8))
def test_whatever_is_heard_the_breaker_stays_sound(
    course: list[tuple[Sign, int]], concurrency: int
) -> None:
    line, now, source = Connection(), NOW, random.Random(3)
    for answer, seconds in course:
        now += timedelta(seconds=seconds)
        before, line = line, after(line, answer, concurrency, now, source)
        assert line.version == before.version + 1
        assert 1 <= line.window <= concurrency
        assert line.last_asked == now
        assert (line.until is None) == (line.line is Line.WORKING)
        assert line.line is Line.WORKING or (line.failure is not None and line.since is not None)
        for asked in (True, False):
            assert 0 <= admits(line, concurrency, now, asked=asked) <= concurrency
        if before.line is Line.STOPPED and line.line is not Line.STOPPED:
            assert line.line is Line.WORKING
