"""Reports in the database: settings, who makes which, the CSV's rows, and what is told beside."""

import asyncio
import csv
import io
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

import store as stores
from commands.domain.connection import Connection, Line
from commands.domain.digests import DayOutcome, Digest
from commands.domain.distributors import Distributor
from commands.domain.failures import Code, Failure
from commands.domain.history import BOT, Source, person
from commands.domain.ids import OrderId
from commands.domain.lifecycle import (
    Accepted,
    ConfirmationOverdue,
    Marked,
    OutcomeUnknown,
    Why,
)
from commands.domain.reports import Contents, Due, ReportSettings
from commands.domain.sheets import HEADER, Status
from commands.outbox import (
    Claim,
    Draft,
    Letter,
    Made,
    MailKind,
    Measures,
    Post,
    ReportKind,
    TooSoon,
)
from commands.ports import Posted
from store.tables import report_settings_events, reports
from tests.store.making import (
    DANA,
    DOWN,
    EMIL,
    HOUR,
    LEASE,
    MINUTE,
    NORTH,
    NOW,
    SOUTH,
    ZONES,
    accept_all,
    attempt,
    claim_all,
    document,
    incoming,
    queue,
    refuse_all,
    settle,
    shown,
)

DAY = timedelta(days=1)
TODAY = date(2026, 11, 24)
OWN = Distributor(NORTH, "Northwind Traders", ZONES[NORTH], "* * * * *", "T1", "C1")
ON = ReportSettings(time(7), Contents.FAILED, ("ada@example.com",), "C1")
MADE = Made(Letter("s", "t", "<p>t</p>"), Post("{}", "{}"))


async def gather(
    store: stores.Store,
    contents: Contents = Contents.FAILED,
    since: datetime = NOW - DAY,
    as_of: datetime = NOW,
    own: Distributor = OWN,
) -> tuple[list[list[str]], Digest]:
    """The lines of the CSV without its head, and the digest."""
    pieces: list[bytes] = []

    async def sink(piece: bytes) -> None:
        pieces.append(piece)

    digest = await store.reports.gather(Measures(own, contents, since, as_of), sink)
    text = b"".join(pieces).decode()
    head, *lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    assert head == list(HEADER)
    return lines, digest


def statuses(lines: list[list[str]]) -> dict[str, str]:
    return {line[0]: line[5] for line in lines}


# --- settings ------------------------------------------------------------------------------------


async def test_settings_are_kept_with_who_changed_what(store: stores.Store) -> None:
    assert await store.reports.settings(NORTH) == ReportSettings()
    saved = await store.reports.save(NORTH, ON, person(DANA), NOW)
    assert saved == replace(ON, on_since=NOW, changed_at=NOW)
    later = replace(ON, at=time(9, 30), recipients=(), contents=Contents.ALL)
    changed = await store.reports.save(NORTH, later, person(EMIL), NOW + HOUR)
    assert changed == replace(later, on_since=NOW, changed_at=NOW + HOUR)
    assert await store.reports.settings(NORTH) == changed
    assert await store.reports.settings(SOUTH) == ReportSettings()
    async with store.database.reading() as connection:
        events = (await connection.execute(report_settings_events.select())).all()
    assert [(one.by, one.at, one.source) for one in events] == [
        (DANA, NOW, Source.PERSON),
        (EMIL, NOW + HOUR, Source.PERSON),
    ]
    assert '"at": "07:00"' in events[1].before
    assert '"at": "09:30"' in events[1].after


async def test_saving_the_same_again_changes_nothing(store: stores.Store) -> None:
    await store.reports.save(NORTH, ON, person(DANA), NOW)
    await store.reports.save(NORTH, ON, person(EMIL), NOW + HOUR)
    async with store.database.reading() as connection:
        events = (await connection.execute(report_settings_events.select())).all()
    assert len(events) == 1


async def test_switched_off_and_on_it_begins_anew(store: stores.Store) -> None:
    await store.reports.save(NORTH, ON, person(DANA), NOW)
    off = await store.reports.save(NORTH, ReportSettings(), person(DANA), NOW + HOUR)
    assert not off.on
    assert off.on_since is None
    on = await store.reports.save(NORTH, ON, person(DANA), NOW + 2 * HOUR)
    assert on.on_since == NOW + 2 * HOUR


# --- who makes which -----------------------------------------------------------------------------


async def claim(
    store: stores.Store, day: date = TODAY, now: datetime = NOW, covers: tuple[date, ...] = ()
) -> Claim | None:
    return await store.reports.claim_day(NORTH, Due(day, now, covers), ON, LEASE, now)


async def test_of_many_processes_one_makes_a_days_report(store: stores.Store) -> None:
    claims = await asyncio.gather(*(claim(store) for _ in range(8)))
    mine = [one for one in claims if one]
    assert len(mine) == 1
    assert mine[0].recipients == ON.recipients
    assert mine[0].channel == "C1"
    assert mine[0].due == Due(TODAY, NOW)
    assert (await store.reports.outlook(NORTH, NOW)).last_day == TODAY
    assert (await store.reports.outlook(SOUTH, NOW)).last_day is None


async def test_processes_that_differ_about_the_day_share_the_days_all_the_same(
    store: stores.Store,
) -> None:
    """One looked a moment before the hour, the other a moment after it."""
    before = TODAY - DAY, (TODAY - 3 * DAY, TODAY - 2 * DAY)
    after = TODAY, (TODAY - 3 * DAY, TODAY - 2 * DAY, TODAY - DAY)
    await asyncio.gather(*(claim(store, day, covers=days) for day, days in [before, after] * 3))
    async with store.database.reading() as connection:
        days = [row.day for row in await connection.execute(reports.select())]
    assert sorted(days) == [TODAY - at * DAY for at in (3, 2, 1, 0)]


async def test_what_a_dead_process_left_is_made_by_another(store: stores.Store) -> None:
    first = await claim(store, covers=(TODAY - DAY,))
    assert first
    assert not (await store.reports.outlook(NORTH, NOW + LEASE / 2)).left
    assert await store.reports.claim_left(NORTH, LEASE, NOW + LEASE / 2) is None
    assert (await store.reports.outlook(NORTH, NOW + LEASE)).left
    second = await store.reports.claim_left(NORTH, LEASE, NOW + LEASE)
    assert second
    assert second == replace(first, attempt=second.attempt, as_of=NOW + LEASE, again=True)
    assert second.attempt != first.attempt
    assert await store.reports.claim_left(NORTH, LEASE, NOW + LEASE) is None
    # The first one was only slow: it has lost its claim, and stores nothing.
    assert not await store.reports.made(first, MADE, [draft(first)], (), NOW + LEASE)
    assert await store.reports.made(second, MADE, [draft(second)], (), NOW + LEASE)
    assert not await store.reports.made(second, MADE, [draft(second)], (), NOW + LEASE)
    assert len(await store.mails.claim(NORTH, 10, LEASE, NOW + LEASE)) == 1
    assert await store.reports.claim_left(NORTH, LEASE, NOW + 9 * LEASE) is None


def draft(of: Claim, to: str = "ada@example.com") -> Draft:
    return Draft(MailKind.REPORT, to, MADE.letter, report=of.id)


async def test_the_next_report_begins_where_the_last_one_was_made(store: stores.Store) -> None:
    first = await claim(store)
    assert first
    assert first.since == NOW - DAY
    second = await claim(store, TODAY + DAY, NOW + DAY + MINUTE, (TODAY,))
    assert second
    assert second.since == NOW
    assert await store.reports.since(NORTH, NOW + 2 * DAY) == NOW + DAY + MINUTE
    assert await store.reports.since(SOUTH, NOW) == NOW - DAY


async def test_a_person_has_one_an_hour_and_it_is_no_days_report(store: stores.Store) -> None:
    async def ask(who: str, now: datetime) -> Claim | TooSoon:
        by = person(DANA if who == "dana" else EMIL)
        return await store.reports.ask(NORTH, ReportKind.ASKED, ON, by, timedelta(0), now)

    asked = await asyncio.gather(*(ask("dana", NOW) for _ in range(5)))
    assert sum(isinstance(one, Claim) for one in asked) == 1
    assert TooSoon(NOW + HOUR) in asked
    assert isinstance(await ask("emil", NOW), Claim)
    assert isinstance(await ask("dana", NOW + HOUR), Claim)
    seen = await store.reports.outlook(NORTH, NOW)
    assert (seen.last_day, seen.left) == (None, True)
    left = await store.reports.claim_left(NORTH, LEASE, NOW)
    assert left
    assert (left.kind, left.asked_by) == (ReportKind.ASKED, DANA)


async def test_without_a_channel_a_report_is_done_when_it_is_made(store: stores.Store) -> None:
    posted = await claim(store)
    mailed = await store.reports.claim_day(
        NORTH, Due(TODAY + DAY, NOW), replace(ON, channel=None), LEASE, NOW
    )
    assert posted
    assert mailed
    for one in (posted, mailed):
        await store.reports.made(one, MADE, (), (), NOW)
    assert [one.id for one in await store.postings.waiting(NORTH)] == [posted.id]


# --- the rows ------------------------------------------------------------------------------------


async def every_state(store: stores.Store) -> None:
    """An order in each state that a report tells apart."""
    await queue(store, [1])
    await refuse_all(store)
    await queue(store, [2, 3, 4], now=NOW)
    claimed = {int(one.id): one for one in await claim_all(store)}
    lost = OutcomeUnknown(attempt(claimed[2]), DOWN, NOW)
    gone = OutcomeUnknown(attempt(claimed[3]), DOWN, NOW)
    taken = Accepted(attempt(claimed[4]), "SO-4", confirmed=True, look_at=NOW)
    await settle(store, [(claimed[2], lost), (claimed[3], gone), (claimed[4], taken)])
    overdue = ConfirmationOverdue(NOW)
    await store.ledger.apply(NORTH, OrderId("2"), overdue, BOT, NOW)
    await queue(store, [5], due_at=NOW - HOUR)
    await queue(store, [6], due_at=NOW - MINUTE)


async def test_only_failed_lists_what_is_failed_unconfirmed_or_stuck(store: stores.Store) -> None:
    await every_state(store)
    lines, digest = await gather(store)
    assert statuses(lines) == {"1": "Failed", "2": "Pending Verification", "5": "Queued"}
    assert [line[0] for line in lines] == ["1", "2", "5"]
    assert lines[0][1:5] == [
        "Northwind Traders",
        "VINET",
        "2026-11-25",
        "2026-11-24T05:00:00-06:00",
    ]
    assert digest.listed == {
        Status.FAILED: 1,
        Status.PENDING_VERIFICATION: 1,
        Status.QUEUED: 1,
    }
    assert digest.not_synced == 3
    assert digest.waiting == 2
    assert digest.oldest
    assert digest.oldest.id == "1"
    assert [one.id for one in digest.next] == ["1", "2", "5"]


async def test_all_lists_the_new_ones_and_the_older_ones_that_are_not_synced(
    store: stores.Store,
) -> None:
    await every_state(store)
    lines, _ = await gather(store, Contents.ALL, NOW - MINUTE)
    assert statuses(lines) == {
        "1": "Failed",
        "2": "Pending Verification",
        "3": "Pending",
        "4": "Successful",
        "5": "Queued",
        "6": "Pending",
    }
    lines, _ = await gather(store, Contents.ALL, NOW)
    assert statuses(lines).keys() == {"1", "2", "3", "5", "6"}


async def test_while_the_erp_is_away_what_is_queued_merely_waits(store: stores.Store) -> None:
    await queue(store, [5, 6], due_at=NOW - HOUR)
    before = await store.connections.load(NORTH)
    down = replace(before, line=Line.DOWN, since=NOW - HOUR, version=1, failure=DOWN)
    assert await store.connections.save(NORTH, before, down, NOW)
    lines, digest = await gather(store)
    assert lines == []
    assert digest.waiting == 2
    assert digest.connection.line is Line.DOWN
    assert digest.connection.since == NOW - HOUR


async def test_what_is_another_distributors_is_in_no_report(store: stores.Store) -> None:
    await queue(store, [1])
    await refuse_all(store)
    lines, digest = await gather(store, own=replace(OWN, key=SOUTH))
    assert lines == []
    assert digest.not_synced == 0
    assert digest.alerts == ()


async def test_a_day_without_failures_has_the_header_alone(store: stores.Store) -> None:
    await queue(store, [1])
    await accept_all(store)
    lines, digest = await gather(store)
    assert lines == []
    assert digest.rows == 0
    assert digest.oldest is None


HOSTILE = (
    "=1+1",
    "@SUM(A1)",
    "'=1",
    'a "quoted" one',
    "two\nlines",
    "🍋",
    "\u202eabc\u202c",
    "a,b",
    "-1",
)


async def test_hostile_fields_come_back_as_they_were(store: stores.Store) -> None:
    given = [
        incoming(document(f"{at} {text.replace(chr(10), ' ')}", account_id=text))
        for at, text in enumerate(HOSTILE)
    ]
    await store.ledger.take_in(given, NOW)
    await refuse_all(store)
    lines, _ = await gather(store, own=replace(OWN, name="=cmd"))
    assert [line[2].removeprefix("'") for line in lines] == list(HOSTILE)
    assert {line[1] for line in lines} == {"'=cmd"}
    assert not [cell for line in lines for cell in line if cell[:1] in set("=+-@\t\r\n")]


async def test_many_rows_come_in_order_and_each_once(store: stores.Store) -> None:
    numbers = list(range(1, 2102))
    for first in range(0, len(numbers), 1000):
        await queue(store, numbers[first : first + 1000])
    while await refuse_all(store):
        pass
    lines, digest = await gather(store)
    assert [int(line[0]) for line in lines] == numbers
    assert digest.listed == {Status.FAILED: 2101}


# --- what is told beside -------------------------------------------------------------------------


async def test_open_alerts_and_marks_without_a_number(store: stores.Store) -> None:
    await queue(store, [1, 2])
    await refuse_all(store)
    await queue(store, [3])
    await refuse_all(store, Failure(Code.CREDIT_HOLD, "over the limit"))
    for alert in await store.alerts.due(NORTH, NOW):
        card = shown(alert.change, message=Posted("C1", f"{alert.id}.1"), anew=True)
        await store.alerts.shown(alert, card)
    for number, reference in ((2, None), (3, "SO-3")):
        mark = Marked(DANA, reference, Why.KEYED_IN)
        await store.ledger.apply(NORTH, OrderId(str(number)), mark, person(DANA), NOW)
    _, digest = await gather(store, as_of=NOW + MINUTE)
    assert [one.id for one in digest.unnumbered] == ["2"]
    assert digest.more_unnumbered == 0
    counted = {one.cause.code: (one.orders, one.channel, one.ts) for one in digest.alerts}
    assert counted[Code.INACTIVE_ITEM] == (1, "C1", "1.1")
    _, digest = await gather(store, since=NOW, as_of=NOW + MINUTE)
    assert digest.unnumbered == ()


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        # Received at 0:10, 12:10 and 18:40 UTC: whose day that is depends on the zone.
        ("UTC", [0, 3]),
        ("Asia/Kolkata", [0, 2, 1]),
        ("America/Chicago", [1, 2]),
        ("Australia/Adelaide", [0, 2, 1]),
        ("Pacific/Auckland", [0, 1, 2]),
        ("Asia/Kathmandu", [0, 2, 1]),
    ],
)
async def test_days_are_those_of_the_zone(
    store: stores.Store, zone: str, expected: list[int]
) -> None:
    moments = [
        datetime(2026, 11, 10, *clock, tzinfo=UTC) for clock in ((0, 10), (12, 10), (18, 40))
    ]
    for number, moment in enumerate(moments, 1):
        await store.ledger.take_in([incoming(document(number))], moment)
    own = replace(OWN, zone=ZoneInfo(zone))
    as_of = datetime(2026, 11, 12, 20, tzinfo=UTC)
    _, digest = await gather(store, as_of=as_of, own=own)
    last = as_of.astimezone(own.zone).date()
    assert [one.day for one in digest.days] == [last - at * DAY for at in range(13, -1, -1)]
    by_day = {one.day: one.pending for one in digest.days}
    first = date(2026, 11, 9)
    assert [by_day.get(first + at * DAY, 0) for at in range(len(expected))] == expected
    assert sum(by_day.values()) == 3


async def test_what_became_of_a_days_orders(store: stores.Store) -> None:
    await queue(store, [1, 2], now=NOW)
    await refuse_all(store)
    await queue(store, [3], now=NOW)
    await accept_all(store)
    await queue(store, [4], now=NOW)
    _, digest = await gather(store)
    assert digest.days[-1] == DayOutcome(TODAY, successful=1, pending=1, failed=2)
    assert digest.connection == Connection()


# --- files ---------------------------------------------------------------------------------------


async def test_a_file_comes_back_piece_by_piece(store: stores.Store) -> None:
    mine = await claim(store)
    assert mine
    content = bytes(range(256)) * 10_000
    for _ in range(2):
        # Begun anew, nothing of the first time is left.
        filing = await store.reports.keep_file(mine, "a.csv", "text/csv")
        for at in range(0, len(content), 100_000):
            await filing.write(content[at : at + 100_000])
        stored = await filing.close()
    assert stored.size == len(content)
    assert [piece async for piece in store.reports.files.read(mine.id, "a.csv")] == [
        content[:1_100_000],
        content[1_100_000:2_200_000],
        content[2_200_000:],
    ]
    assert await store.reports.files.listed(mine.id) == [stored]
    empty = await store.reports.keep_file(mine, "b.csv", "text/csv")
    assert (await empty.close()).size == 0
    assert await store.reports.files.whole(mine.id, "b.csv") == b""


async def test_old_files_and_words_are_thrown_away(store: stores.Store) -> None:
    mine = await claim(store)
    assert mine
    filing = await store.reports.keep_file(mine, "a.csv", "text/csv")
    await filing.write(b"x")
    await filing.close()
    await store.reports.made(mine, MADE, [draft(mine)], (), NOW)
    await store.forget_papers(NOW + 13 * DAY)
    assert await store.reports.files.listed(mine.id)
    await store.forget_papers(NOW + 15 * DAY)
    assert await store.reports.files.listed(mine.id) == []
