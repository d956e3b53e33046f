"""The daily report by the front door: set in its form, made when it is time, read by people."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.reports.writer import PlainWriter
from commands.domain.alerts import Mention, MentionKind
from commands.domain.grouping import Cause, Trouble
from commands.domain.lifecycle import State
from commands.domain.reports import Due, ReportSettings
from commands.outbox import Claim, Letter, Made, Post, ReportKind
from commands.report import LEASE, make_due, send_to_all
from sandbox.slack.faults import Fault, Faults
from store.postings import Posting
from tests.bot.listeners.town import (
    ADA,
    DANA,
    ELI,
    GUS,
    OPERATOR,
    ORDERS,
    TASTINGS,
    Json,
    Town,
    said,
    town,
)
from tests.commands.works import KEY, order

CHICAGO = ZoneInfo("America/Chicago")
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
HEAD = "Order id,Distributor name,Account ID,Delivery Date,Placed At Date,Status"
SUBJECT = "Daily Order Sync Status Report"
FORM: dict[str, Any] = {
    "report_at": "06:30",
    "report_contents": "failed",
    "report_recipients": "",
    "report_channel": [ORDERS],
}


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Town]:
    async with town(tmp_path, paced=False) as found:
        found.shop.gateway.catalogue.set_item("NW-024", active=False)
        yield found


async def save(place: Town, **changes: Any) -> Json:
    """Ada fills the form and saves it; what Slack was answered."""
    await place.type(ADA, "/orders report")
    await place.until_view(ADA, "once a day")
    return await place.submit(ADA, **{**FORM, **changes})


async def settings(place: Town) -> ReportSettings:
    return await place.paperwork.office.reports.settings(KEY)


async def to_next(place: Town, hour: int, minute: int = 31) -> None:
    """The clock moves to that time of the next day, in the distributor's zone."""
    now = place.shop.clock.now()
    tomorrow = now.astimezone(CHICAGO) + DAY
    then = tomorrow.replace(hour=hour, minute=minute, second=0, microsecond=0)
    # Within one zone Python reckons by the clock on the wall, and a night may have 23 hours.
    pass_time(place, then.astimezone(UTC) - now)


def pass_time(place: Town, span: timedelta) -> None:
    """For the bot and for Slack alike."""
    place.shop.clock.ahead += span
    place.box.clock.advance(span.total_seconds())
    place.paperwork.wake()


async def refused_order(place: Town, number: int = 10248) -> None:
    await place.shop.send(order(number, sku="NW-024"))
    await place.shop.until(number, State.FAILED)


async def until_shared(place: Town, card: Json, who: str = ADA) -> list[Json]:
    """The files in a message's thread, once they are there."""

    async def told() -> list[Json] | None:
        seen = await place._see("thread", who, channel=card["channel"], ts=card["ts"])
        return next((one["files"] for one in seen["messages"] if one["files"]), None)

    files: list[Json] = await place.until(told)
    return files


async def until_pictured(place: Town, card: Json) -> Json:
    async def told() -> Json | None:
        found = [one for one in await place.messages(ADA) if one["ts"] == card["ts"]]
        return next((one for one in found if picture_of(one)), None)

    shown: Json = await place.until(told)
    return shown


def picture_of(message: Json) -> Json | None:
    return next((one for one in message["blocks"] if one["type"] == "image"), None)


async def until_mailed(place: Town, many: int) -> None:
    async with asyncio.timeout(60):
        while len(place.box.mailbox.mails) < many:
            await asyncio.sleep(0.02)


async def content(place: Town, file: Json) -> bytes:
    answer = await place.http.get(file["url"])
    assert answer.status_code == 200
    return answer.content


async def reports_in(place: Town, channel: str = ORDERS) -> list[Json]:
    return [one for one in await place.messages(ADA, channel) if SUBJECT in said(one)]


async def until_told(place: Town, kind: MentionKind) -> Json:
    """The facts of what Ada is told directly."""
    async with asyncio.timeout(60):
        while True:
            now = place.shop.clock.now()
            for one in await place.shop.desk.alerts.mentions(KEY, now):
                if one.kind is kind and one.to == ADA:
                    return one.facts
            await asyncio.sleep(0.02)


# --- set -----------------------------------------------------------------------------------------


async def test_it_is_set_and_comes_in_slack_and_by_mail_with_picture_and_csv(place: Town) -> None:
    await refused_order(place)
    await place.shop.send(order(10249))
    await save(place, report_recipients="ada@example.com, boss@example.com")
    told = said((await place.views(ADA))[-1])
    assert "The report is on." in told
    assert "To 2 addresses , and  in" in told
    await to_next(place, 6)

    card = await place.until_card("1 order is not synced: 1 Failed")
    csv, picture = await until_shared(place, card)
    day = place.shop.clock.now().astimezone(CHICAGO).date()
    assert (csv["name"], picture["name"]) == (
        f"order-sync-status-{day}.csv",
        "orders-by-day.png",
    )
    lines = (await content(place, csv)).decode().split("\r\n")
    assert lines[0] == HEAD
    assert lines[1] == ("10248,Northwind Traders,VINET,2026-11-25,2026-11-23T03:00:00-06:00,Failed")
    assert lines[2:] == [""]
    shown = picture_of(await until_pictured(place, card))
    assert shown
    assert shown["slack_file"]["url"] == picture["url"]
    assert "1 failed" in shown["alt_text"]
    await until_mailed(place, 2)
    mails = place.box.mailbox.mails
    assert sorted(one.to for one in mails) == [("ada@example.com",), ("boss@example.com",)]
    assert {one.subject for one in mails} == {SUBJECT}
    for mail in mails:
        [attached] = mail.attachments
        assert attached.name == csv["name"]
        assert attached.content.decode().split("\r\n") == lines
        assert "Sent late" not in mail.text


async def test_a_wrong_address_is_refused_by_name_and_nothing_is_saved(place: Town) -> None:
    done = await save(place, report_recipients="ada@example.com\nboss@example")
    told = done["errors"]["report_recipients"]
    assert told.startswith("“boss@example” is no e-mail address")
    assert "ada@example.com" not in told
    assert not (await settings(place)).on


async def test_a_channel_without_the_bot_is_refused_at_its_field(place: Town) -> None:
    done = await save(place, report_channel=["C000000001"])
    assert "Invite it there with /invite." in done["errors"]["report_channel"]
    assert not (await settings(place)).on


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"report_recipients": ""}, "E-mail is off; still posted in "),
        ({"report_recipients": "", "report_channel": []}, "The report is off."),
        ({"report_recipients": "a@example.com", "report_channel": []}, "To 1 address ."),
    ],
)
async def test_what_saving_says(place: Town, changes: Json, expected: str) -> None:
    await save(place, **changes)
    assert expected in said((await place.views(ADA))[-1])


async def test_an_employee_is_refused_privately(place: Town) -> None:
    await place.grant(ELI)
    await place.type(ELI, "/orders report")
    told = said(await place.until_view(ELI, "Only admins may do that."))
    assert ADA in told
    assert "once a day" not in told


async def test_the_gear_on_the_home_opens_them_for_admins_alone(place: Town) -> None:
    for who in (ADA, DANA):
        await place.open_home(who)
    await place.press_at_home(ADA, "⚙ Report settings")
    await place.until_view(ADA, "once a day")
    with pytest.raises(AssertionError, match="no '⚙ Report settings'"):
        await place.press_at_home(DANA, "⚙ Report settings")


# --- when it comes -------------------------------------------------------------------------------


async def test_switched_off_nothing_comes(place: Town) -> None:
    await save(place, report_recipients="ada@example.com")
    await save(place, report_channel=[])
    await to_next(place, 7)
    assert not await make_due(place.paperwork.office)
    assert not place.box.mailbox.mails
    assert await reports_in(place) == []


async def test_once_a_day_however_often_the_clock_ticks(place: Town) -> None:
    await save(place, report_recipients="ada@example.com")
    for many in (1, 2):
        await to_next(place, 7)
        await until_mailed(place, many)
        assert not await make_due(place.paperwork.office)
        pass_time(place, 3 * HOUR)
        assert not await make_due(place.paperwork.office)
    assert len(place.box.mailbox.mails) == 2


async def test_after_a_downtime_it_is_late_and_says_so(place: Town) -> None:
    await save(place, report_recipients="ada@example.com")
    pass_time(place, 2 * DAY - HOUR)
    await to_next(place, 12, 0)
    await until_mailed(place, 1)
    [mail] = place.box.mailbox.mails
    assert "Sent late: it was due" in mail.text
    assert " 6:30. It stands for " in mail.text
    card = await place.until_card("Sent late: it was due")
    assert SUBJECT in said(card)


async def test_what_a_process_left_half_made_is_late_and_as_of_when_it_is_made(
    place: Town,
) -> None:
    await save(place, report_recipients="ada@example.com")
    now = place.shop.clock.now()
    at = (now.astimezone(CHICAGO) + DAY).replace(hour=6, minute=30, second=0, microsecond=0)
    reports, due = place.paperwork.office.reports, Due(at.date(), at.astimezone(UTC))
    # Its process takes it on, and dies.
    assert await reports.claim_day(KEY, due, await settings(place), LEASE, due.at)
    await refused_order(place)
    pass_time(place, at.astimezone(UTC) - now + 3 * HOUR)
    await until_mailed(place, 1)
    [mail] = place.box.mailbox.mails
    assert f"Sent late: it was due {at.day} {at:%b} 6:30." in mail.text
    assert "1 order is not synced" in mail.text
    assert f"As of {at.day} {at:%b} 9:3" in mail.text


async def test_what_slack_asks_of_the_alerts_is_obeyed_by_reports(tmp_path: Path) -> None:
    """They share a channel, and so its pace."""
    async with town(tmp_path, crying=False) as slow:
        slow.shop.gateway.catalogue.set_item("NW-024", active=False)
        await save(slow)
        # One has been posted: what an earlier process was asked has been read by then.
        await send_to_all(slow.paperwork.office)
        await slow.until_card("No order has failed to sync")
        await refused_order(slow)
        fault = Fault("ratelimited", "chat.postMessage", retry_after=60)
        slow.box.slack.api.faults.ordered.append(fault)
        await slow.crier.deliver()
        calls = len(slow.calls("chat.postMessage"))
        second = await send_to_all(slow.paperwork.office)
        slow.paperwork.poster.wake()

        async def tried() -> bool:
            return second.id in slow.paperwork.poster._trials

        await slow.until(tried)
        assert len(slow.calls("chat.postMessage")) == calls
        pass_time(slow, timedelta(seconds=65))
        slow.paperwork.poster.wake()
        await slow.until_card("1 order is not synced: 1 Failed")
        assert len(await reports_in(slow)) == 2


async def test_what_slack_puts_off_for_a_second_each_time_is_told_after_half_an_hour(
    place: Town,
) -> None:
    await save(place)
    fault = Fault("ratelimited", "chat.postMessage", count=None, retry_after=1)
    place.box.slack.api.faults.ordered.append(fault)
    await send_to_all(place.paperwork.office)
    pass_time(place, timedelta(minutes=31))

    async def told() -> bool:
        place.paperwork.poster.wake()
        return await still_not_sent(place)

    await place.until(told)
    place.box.slack.api.faults.clear()
    await to_next(place, 1)
    await place.until_card("Daily Order Sync Status Report")


async def test_a_day_without_failures_is_sent_with_the_header_alone(place: Town) -> None:
    await save(place, report_recipients="ada@example.com")
    await to_next(place, 7)
    await until_mailed(place, 1)
    [mail] = place.box.mailbox.mails
    assert mail.attachments[0].content == f"{HEAD}\r\n".encode()
    assert "No order has failed to sync" in mail.text


async def test_open_alerts_are_linked(place: Town) -> None:
    await refused_order(place)
    alert = await place.until_card("Failed: order 10248")
    await save(place)
    await to_next(place, 7)
    card = await place.until_card(SUBJECT)
    assert "Inactive item · 1 order" in said(card)
    assert alert["ts"].replace(".", "") in str(card["blocks"])


# --- report now ----------------------------------------------------------------------------------


async def test_whoever_asks_gets_one_directly_and_not_twice_within_the_hour(place: Town) -> None:
    await refused_order(place)
    await place.type(DANA, "/orders report now")
    await place.until_private(DANA, "it comes as a direct message")

    async def told() -> Json | None:
        return next((one for one in await place.dms(DANA) if SUBJECT in said(one)), None)

    card = await place.until(told)
    assert "1 order is not synced" in said(card)
    files = await until_shared(place, card, DANA)
    assert (await content(place, files[0])).startswith(HEAD.encode())
    await place.type(DANA, "/orders report now")
    await place.until_private(DANA, "You had one within the last hour.")
    assert await reports_in(place) == []
    assert not place.box.mailbox.mails
    pass_time(place, HOUR)
    await place.type(DANA, "/orders report now")

    async def twice() -> bool:
        return len([one for one in await place.dms(DANA) if SUBJECT in said(one)]) == 2

    await place.until(twice)


async def test_a_guest_gets_none(place: Town) -> None:
    for text in ("/orders report", "/orders report now"):
        await place.type(GUS, text)
    await place.front.drain()
    assert not (await place.paperwork.office.reports.outlook(KEY, place.shop.clock.now())).left
    assert await settings(place) == ReportSettings()


# --- what goes wrong -----------------------------------------------------------------------------


async def test_where_outsiders_read_there_are_counts_alone_and_admins_are_told(
    tmp_path: Path,
) -> None:
    async with town(tmp_path, paced=False, crying=False) as place:
        place.shop.gateway.catalogue.set_item("NW-024", active=False)
        place.box.slack.workspace.conversations[TASTINGS].members[place.box.bot_user] = None
        await refused_order(place)
        await save(place, report_channel=[TASTINGS])
        await to_next(place, 7)
        card = await place.until_card("1 order is not synced", channel=TASTINGS)
        facts = await until_told(place, MentionKind.REPORT_UNPOSTED)
        assert facts["error"] == "outsiders"
        assert facts["people"] == [GUS]
        told = said(card)
        assert "details are left out" in told
        for word in ("10248", "VINET", "Vins et alcools"):
            assert word not in told
        assert not place.calls("files.completeUploadExternal")


async def not_sent(place: Town) -> None:
    """An alert says that a report was not sent."""
    alerts, now = place.shop.desk.alerts, place.shop.clock.now()
    await alerts.trouble(KEY, Trouble.REPORT_NOT_SENT, {"why": "no way"}, now)


async def still_not_sent(place: Town) -> bool:
    """Whether an alert says so."""
    cause = Cause.of_trouble(Trouble.REPORT_NOT_SENT)
    open_ = await place.shop.desk.alerts.open(KEY)
    return any(one.cause == cause and one.ended_at is None for one in open_)


async def test_counts_alone_are_a_report_that_was_sent(tmp_path: Path) -> None:
    async with town(tmp_path, paced=False, crying=False) as place:
        place.box.slack.workspace.conversations[TASTINGS].members[place.box.bot_user] = None
        await save(place, report_channel=[TASTINGS])
        await not_sent(place)
        await to_next(place, 7)
        await until_told(place, MentionKind.REPORT_UNPOSTED)
        assert not await still_not_sent(place)


async def test_settings_without_a_channel_end_the_alert(place: Town) -> None:
    await not_sent(place)
    await save(place)
    assert await still_not_sent(place)
    await save(place, report_channel=[])
    assert not await still_not_sent(place)


@pytest.mark.parametrize(
    ("method", "taken_back"), [("upload", 0), ("files.completeUploadExternal", 2)]
)
async def test_a_guest_who_comes_while_the_files_are_on_their_way_sees_counts_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, method: str, taken_back: int
) -> None:
    async with town(tmp_path, paced=False, crying=False) as place:
        place.shop.gateway.catalogue.set_item("NW-024", active=False)
        await refused_order(place)
        await save(place)
        # Nobody tells this process of it: the event goes to another one.
        place.box.slack.workspace.on_event.clear()
        guest_joins_during(place, monkeypatch, method)
        await to_next(place, 7)
        facts = await until_told(place, MentionKind.REPORT_UNPOSTED)
        assert (facts["error"], facts["people"]) == ("outsiders", [GUS])
        [card] = await reports_in(place)
        assert "details are left out" in said(card)
        for word in ("10248", "VINET", "Vins et alcools"):
            assert word not in str(card)
        seen = await place._see("thread", GUS, channel=ORDERS, ts=card["ts"])
        assert [one["files"] for one in seen["messages"]] == [[]]
        assert len(place.calls("files.delete")) == taken_back


async def test_what_cannot_be_taken_back_any_more_is_told_to_the_admins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Slack edits no old message there: outsiders go on reading it, and that is no success."""
    async with town(tmp_path, paced=False, crying=False) as place:
        await save(place)
        closed = Fault("refused", "chat.update", count=None, error="edit_window_closed")
        place.box.slack.api.faults.ordered.append(closed)
        guest_joins_during(place, monkeypatch, "files.completeUploadExternal", told=True)
        await to_next(place, 7)
        facts = await until_told(place, MentionKind.REPORT_UNPOSTED)
        assert facts["error"] == "edit_window_closed"
        assert await still_not_sent(place)


def guest_joins_during(
    place: Town, monkeypatch: pytest.MonkeyPatch, method: str, *, told: bool = False
) -> None:
    """Gus is let into the channel as soon as Slack is asked for that. `told`: so is the bot."""
    channel, take = place.box.slack.workspace.conversations[ORDERS], Faults.take

    def watched(faults: Faults, asked: str) -> Fault | None:
        if asked == method:
            channel.members[GUS] = None
            if told:
                place.front.audience.changed(ORDERS)
        return take(faults, asked)

    monkeypatch.setattr(Faults, "take", watched)


async def test_a_guest_who_comes_while_the_picture_is_looked_through_sees_counts_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with town(tmp_path, paced=False, crying=False) as place:
        await save(place)
        not_yet = {"kind": "refused", "method": "chat.update", "error": "invalid_blocks"}
        await place.control("POST", "faults", **not_yet)
        guest_joins_during(place, monkeypatch, "chat.update", told=True)
        await to_next(place, 7)
        await until_told(place, MentionKind.REPORT_UNPOSTED)
        [card] = await reports_in(place)
        assert "details are left out" in said(card)
        assert len(place.calls("files.delete")) == 2
        seen = await place._see("thread", GUS, channel=ORDERS, ts=card["ts"])
        assert [one["files"] for one in seen["messages"]] == [[]]


async def test_a_channel_that_was_closed_is_told_to_the_admins(tmp_path: Path) -> None:
    async with town(tmp_path, paced=False, crying=False) as place:
        await save(place, report_recipients="ada@example.com")
        place.box.slack.workspace.conversations[ORDERS].is_archived = True
        place.front.audience.changed(ORDERS)
        await to_next(place, 7)
        facts = await until_told(place, MentionKind.REPORT_UNPOSTED)
        assert (facts["channel"], facts["error"]) == (ORDERS, "is_archived")
        await until_mailed(place, 1)
        [alert] = await place.shop.desk.alerts.open(KEY)
        assert alert.cause == Cause.of_trouble(Trouble.REPORT_NOT_SENT)
        place.box.slack.workspace.conversations[ORDERS].is_archived = False
        place.front.audience.changed(ORDERS)
        await to_next(place, 7)
        await until_pictured(place, await place.until_card(SUBJECT))

        async def over() -> bool:
            [alert] = await place.shop.desk.alerts.open(KEY)
            return alert.ended_at is not None

        await place.until(over)


@pytest.mark.parametrize(
    ("kind", "method"),
    [
        ("cut_after", "chat.postMessage"),
        ("unavailable", "chat.postMessage"),
        ("cut_after", "files.completeUploadExternal"),
        ("unavailable", "files.getUploadURLExternal"),
        ("broken", "upload"),
        ("ratelimited", "chat.update"),
        ("refused", "chat.update"),
    ],
)
async def test_whatever_slack_does_it_stands_there_once(
    tmp_path: Path, kind: str, method: str
) -> None:
    async with town(tmp_path, paced=False, crying=False) as place:
        await save(place)
        error = {"error": "invalid_blocks"} if kind == "refused" else {}
        await place.control("POST", "faults", kind=kind, method=method, **error)
        await to_next(place, 7)
        card = await place.until_card(SUBJECT)
        await until_pictured(place, card)
        assert len(await reports_in(place)) == 1
        seen = await place._see("thread", ADA, channel=ORDERS, ts=card["ts"])
        assert [len(one["files"]) for one in seen["messages"]] == [0, 2]


async def test_a_report_that_does_not_get_through_is_an_alert_until_it_does(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with town(tmp_path, paced=False, crying=False) as place:
        await save(place)
        await place.control("POST", "faults", kind="broken", method="upload", count=None)
        await to_next(place, 7)
        asked = partial(place.calls, "files.getUploadURLExternal")
        await tried_in_vain(place, asked)
        assert not await still_not_sent(place)
        pass_time(place, timedelta(minutes=31))
        await place.until(partial(still_not_sent, place))
        [alert] = await place.shop.desk.alerts.open(KEY)
        day = place.shop.clock.now().astimezone(CHICAGO).date().isoformat()
        why = "Slack does not take it. It is tried again."
        assert alert.facts == {"day": day, "why": why}
        for _ in range(4):
            pass_time(place, timedelta(minutes=6))
            await tried_in_vain(place, asked)
        many = len(asked())
        for _ in range(5):
            await place.paperwork.poster.deliver()
        assert len(asked()) == many
        assert caplog.text.count("not posted yet") == 1
        await place.control("DELETE", "faults")
        pass_time(place, timedelta(minutes=6))

        async def over() -> bool:
            return not await still_not_sent(place)

        await place.until(over)


async def tried_in_vain(place: Town, asked: Callable[[], list[Json]]) -> None:
    """Slack is asked once more, and the next try is put off."""
    before, poster = len(asked()), place.paperwork.poster

    async def put_off() -> bool:
        now, trials = place.shop.clock.now(), poster._trials.values()
        return len(asked()) > before and all(one.at > now for one in trials) and bool(trials)

    await place.until(put_off)


@pytest.mark.parametrize("channel", [[ORDERS], []])
async def test_a_report_that_cannot_be_made_is_an_alert_from_its_second_try(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, channel: list[str]
) -> None:
    async def spoilt(*_: object) -> Made:
        raise RuntimeError

    async with town(tmp_path, paced=False, crying=False) as place:
        await save(place, report_recipients="ada@example.com", report_channel=channel)
        office, clock = place.paperwork.office, place.shop.clock
        with monkeypatch.context() as broken:
            broken.setattr(PlainWriter, "report", spoilt)
            clock.ahead += DAY
            with pytest.raises(RuntimeError):
                await make_due(office)
            assert not await still_not_sent(place)
            clock.ahead += LEASE
            with pytest.raises(RuntimeError):
                await make_due(office)
            [alert] = await place.shop.desk.alerts.open(KEY)
            assert alert.facts["why"].startswith("It could not be put together (RuntimeError)")
            assert "day" in alert.facts
        clock.ahead += LEASE
        assert await make_due(office)

        async def over() -> bool:
            return not await still_not_sent(place)

        await place.until(over)


async def test_files_that_slack_refuses_are_told_to_the_admins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with town(tmp_path, paced=False, crying=False) as place:
        take, slack = Faults.take, place.box.slack.workspace

        def spoilt(faults: Faults, asked: str) -> Fault | None:
            for file in slack.files.values():
                file.length = 0
            return take(faults, asked)

        monkeypatch.setattr(Faults, "take", spoilt)
        await save(place)
        await to_next(place, 7)
        facts = await until_told(place, MentionKind.REPORT_UNPOSTED)
        assert facts["error"] == "upload_refused"
        assert len(place.calls("files.getUploadURLExternal")) == 1
        assert await still_not_sent(place)
        assert len(await reports_in(place)) == 1


async def test_while_it_cannot_be_written_down_it_stands_there_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with town(tmp_path, paced=False, crying=False) as place:
        await save(place)
        postings = place.paperwork.poster._postings
        written, tries = postings.posted, 0

        async def posted(posting: Posting, channel: str, ts: str) -> None:
            nonlocal tries
            tries += 1
            if tries < 3:
                raise OSError("the disk is full")
            await written(posting, channel, ts)

        monkeypatch.setattr(postings, "posted", posted)
        await to_next(place, 7)
        card = await place.until_card(SUBJECT)

        async def tried_again() -> bool:
            pass_time(place, timedelta(minutes=1))
            return tries >= 3

        await place.until(tried_again)
        await until_pictured(place, card)
        assert len(await reports_in(place)) == 1


async def test_a_picture_that_slack_does_not_take_stays_in_the_thread(tmp_path: Path) -> None:
    async with town(tmp_path, paced=False, crying=False) as place:
        await save(place)
        never = {"kind": "refused", "method": "chat.update", "error": "invalid_blocks"}
        await place.control("POST", "faults", count=None, **never)
        await to_next(place, 7)
        card = await place.until_card(SUBJECT)
        assert len(await until_shared(place, card)) == 2
        postings = place.paperwork.poster._postings

        async def filed() -> bool:
            return all(one.filed_at for one in await postings.waiting(KEY))

        await place.until(filed)
        pass_time(place, timedelta(minutes=3))

        async def done() -> bool:
            return not await postings.waiting(KEY)

        await place.until(done)


async def test_a_token_that_dies_marks_nothing_as_done(tmp_path: Path) -> None:
    async with town(tmp_path, paced=False, crying=False) as place:
        await save(place)
        direct = Mention(MentionKind.MAIL_TROUBLE, {"failed": []}, to=ADA)
        await place.shop.desk.alerts.mention(KEY, direct, place.shop.clock.now())
        await place.control("POST", "app", revoked="token_revoked")
        await to_next(place, 7)
        await place.until(lambda: _asked_in_vain(place))
        await place.crier.deliver()
        await place.paperwork.poster.deliver()
        assert await place.paperwork.poster._postings.waiting(KEY)
        told = await place.shop.desk.alerts.mentions(KEY, place.shop.clock.now())
        assert [one.kind for one in told if one.to == ADA] == [MentionKind.MAIL_TROUBLE]
        open_ = await place.shop.desk.alerts.open(KEY)
        assert Cause.of_trouble(Trouble.REPORT_NOT_SENT) not in [one.cause for one in open_]
        # The next process has a token that Slack takes.
        await place.control("POST", "app", revoked=None)
        pass_time(place, HOUR)
        await place.until_card(SUBJECT)


async def _asked_in_vain(place: Town) -> bool:
    waiting = await place.paperwork.poster._postings.waiting(KEY)
    return bool(waiting) and any(one["error"] == "token_revoked" for one in place.box.slack.api.log)


async def test_a_report_that_cannot_be_drawn_holds_up_no_other(tmp_path: Path) -> None:
    async with town(tmp_path, paced=False, crying=False) as place:
        await save(place)
        reports, now = place.paperwork.office.reports, place.shop.clock.now()
        chosen = await settings(place)
        spoilt = await reports.ask(KEY, ReportKind.SENT, chosen, OPERATOR, LEASE, now)
        assert isinstance(spoilt, Claim)
        assert await reports.made(spoilt, Made(Letter("s", "t"), Post("{}", "{}")), (), (), now)
        await to_next(place, 7)
        await place.until_card(SUBJECT)
