"""kill -9 while mails go out and a report is posted: each arrives, and nothing is lost."""

import asyncio
import contextlib
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

import store as stores
from bot.reporting import opened
from bot.settings import load
from commands.domain.history import By, Source
from commands.domain.ids import DistributorKey
from commands.domain.reports import ReportSettings
from commands.report import send_to_all
from tests.bot.mail.offices import PostOffice, open_office
from tests.bot.running import Running, far_from_now
from tests.scenarios.office import CHANNEL, Office

MAILS = 12
NORTH = DistributorKey("northwind")
TO = [f"{number:02}@example.com" for number in range(MAILS)]
LEASES = "UPDATE mails SET next_at = queued_at WHERE done_at IS NULL"

pytestmark = pytest.mark.timeout(400)


async def test_a_report_whose_sender_dies_again_and_again(desk: Office) -> None:
    assert (await desk.does("migrate")).code == 0
    await switched_on(desk)
    async with open_office() as post:
        post.slow = 0.2
        desk.environ |= {
            "SMTP_URL": f"smtp://127.0.0.1:{post.port}",
            "MAIL_FROM": "orders@northwind.example",
        }
        await made(desk)
        for taken in (1, 4, 8):
            async with desk.at_work() as (bot, _):
                post.on_mail = killer(bot, post, taken)
                assert await bot.process.wait() == -9
            leases_end(desk)
        async with desk.at_work(), asyncio.timeout(120):
            while not done(desk):
                await asyncio.sleep(0.1)
        assert sorted(set(post.got())) == TO
        # Cut between the server's word and ours, a mail comes again: under the same id.
        ids = [(to, mail["message-id"]) for to, mail in post.mails]
        assert len(set(ids)) == MAILS
    messages = desk.box.slack.workspace.conversations[CHANNEL].messages
    assert len([one for one in messages if "Status Report" in one.text]) == 1
    assert len([one for one in messages if one.files]) == 1


def killer(bot: Running, post: PostOffice, taken: int) -> Callable[[], None]:
    """kill -9 when the server has taken so many, before the bot hears of the last one."""

    def look() -> None:
        if bot.process.returncode is None and len(post.mails) >= taken:
            bot.process.kill()

    return look


async def made(desk: Office) -> None:
    """A report for everybody: rows, of which nothing has gone out."""
    settings = load({**desk._env(), "ORDERWATCH_CONFIG": str(desk.folder / "orderwatch.toml")})
    async with opened(settings, NORTH) as own:
        await send_to_all(own.office)


async def switched_on(desk: Office) -> None:
    wanted = ReportSettings(far_from_now(), recipients=tuple(TO), channel=CHANNEL)
    async with stores.open(f"sqlite:///{desk.database}") as store:
        await store.reports.save(NORTH, wanted, By(Source.OPERATOR), datetime.now(UTC))


def leases_end(desk: Office) -> None:
    """A mail that a dead process had claimed would wait for minutes: let them be past."""
    with contextlib.closing(sqlite3.connect(desk.database, timeout=15)) as database, database:
        database.execute(LEASES)


def done(desk: Office) -> bool:
    with contextlib.closing(sqlite3.connect(desk.database, timeout=15)) as database:
        [(mails,)] = database.execute("SELECT count(*) FROM mails WHERE fate = 'sent'").fetchall()
        [(open_,)] = database.execute("SELECT count(*) FROM reports WHERE done_at IS NULL")
    return bool(mails == MAILS and not open_)
