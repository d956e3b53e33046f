"""`orderwatch report` as an operator runs it: to a file, to everybody, beside a running service."""

import asyncio
import csv
import io
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import store as stores
from commands.domain.history import By, Source
from commands.domain.ids import DistributorKey
from commands.domain.reports import Contents, ReportSettings
from commands.domain.sheets import original
from sandbox.serve import Box, SandboxOptions, running
from tests.bot.running import Operator, far_from_now, slack_of
from tests.bot.test_service import CONFIG, ERP_SHOP, SHOP, due_now, grocery
from tests.scenarios.northwind import northwind

NORTH = DistributorKey("northwind")
CHANNEL = "C000000002"
HEAD = "Order id,Distributor name,Account ID,Delivery Date,Placed At Date,Status"


@pytest.fixture
async def box() -> AsyncIterator[Box]:
    async with running(SandboxOptions()) as box:
        yield box


@pytest.fixture
def operator(tmp_path: Path, box: Box) -> Operator:
    one = Operator(
        tmp_path,
        {
            "SHOP": SHOP,
            "ERP_SHOP": ERP_SHOP,
            "ERP_KEY": box.erp_token,
            **slack_of(box),
            "SMTP_URL": box.smtp_url,
            "MAIL_FROM": "orders@northwind.example",
        },
    )
    one.write(CONFIG.format(erp=box.erp_url))
    return one


async def choose(
    operator: Operator,
    *recipients: str,
    channel: str | None = CHANNEL,
    ago: timedelta = timedelta(0),
) -> None:
    """The settings, as an admin would have saved them."""
    wanted = ReportSettings(far_from_now(), Contents.ALL, recipients, channel)
    async with stores.open(f"sqlite:///{operator.folder}/orderwatch.db") as store:
        await store.reports.save(NORTH, wanted, By(Source.OPERATOR), datetime.now(UTC) - ago)


def posted(box: Box) -> list[str]:
    """The reports in the channel, by what a phone shows of them."""
    messages = box.slack.workspace.conversations[CHANNEL].messages
    return [one.text for one in messages if "Daily Order Sync Status Report" in one.text]


async def test_the_csv_goes_to_a_file_or_to_standard_output(operator: Operator) -> None:
    await due_now(operator, grocery("1"), grocery("2", account_id="=1+1"))
    ended = await operator.does("report", "northwind")
    assert (ended.code, ended.out) == (0, f"{HEAD}\n".replace("\n", "\r\n"))
    assert ended.err == "0 rows. No order has failed to sync.\n"
    await choose(operator)
    ended = await operator.does("report", "northwind", "--out", "report.csv")
    assert (ended.code, ended.out) == (0, "")
    assert ended.err == "report.csv: 2 rows. No order has failed to sync.\n"
    written = (operator.folder / "report.csv").read_bytes().decode()
    head, *rows = csv.reader(io.StringIO(written, newline=""), strict=True)
    assert ",".join(head) == HEAD
    assert [(row[0], row[2], row[5]) for row in rows] == [
        ("1", "VINET", "Pending"),
        ("2", "'=1+1", "Pending"),
    ]


async def test_what_is_wrong_is_one_line(operator: Operator) -> None:
    assert (await operator.does("migrate")).code == 0
    for arguments, words in (
        (("eastwind",), "eastwind: not in"),
        (("northwind", "--out", "nowhere/report.csv"), "nowhere/report.csv: cannot be written"),
    ):
        ended = await operator.does("report", *arguments)
        assert ended.code == 1
        assert len(ended.lines) == 1
        assert words in ended.lines[0]


async def test_it_is_not_sent_while_it_is_off(operator: Operator) -> None:
    assert (await operator.does("migrate")).code == 0
    ended = await operator.does("report", "northwind", "--send")
    assert ended.code == 1
    assert ended.out.startswith("The report is off: ")


async def test_without_a_service_it_is_sent_and_posted_from_here(
    box: Box, operator: Operator
) -> None:
    await due_now(operator, grocery("1"))
    await choose(operator, "ada@example.com", "boss@example.com")
    ended = await operator.does("report", "northwind", "--send")
    assert ended.code == 0, ended.err
    assert ended.out == f"ada@example.com: sent\nboss@example.com: sent\n{CHANNEL}: posted\n"
    assert len(box.mailbox.mails) == 2
    assert posted(box) == ["No order has failed to sync. Daily Order Sync Status Report"]
    # It is no day's report: that one comes all the same.
    async with stores.open(f"sqlite:///{operator.folder}/orderwatch.db") as store:
        assert (await store.reports.outlook(NORTH, datetime.now(UTC))).last_day is None


async def test_beside_a_service_it_is_posted_once(box: Box, operator: Operator) -> None:
    assert (await operator.does("migrate")).code == 0
    await choose(operator, "ada@example.com")
    async with operator.running() as bot:
        await bot.says("speaking in workspace")
        for _ in range(2):
            ended = await operator.does("report", "northwind", "--send")
            assert ended.out.endswith(f"{CHANNEL}: posted\n"), ended.out
        async with asyncio.timeout(30):
            while len(box.mailbox.mails) < 2:
                await asyncio.sleep(0.05)
        assert await bot.stop() == 0
        assert "Traceback" not in "".join(bot.log)
        assert "ada@example.com" not in "".join(bot.log)
    assert len(box.mailbox.mails) == 2
    assert len(posted(box)) == 2


async def test_what_did_not_go_out_is_told(box: Box, operator: Operator) -> None:
    assert (await operator.does("migrate")).code == 0
    await choose(operator, "ada@example.com")
    operator.environ |= {"SMTP_URL": "smtp://127.0.0.1:1", "SLACK_API_URL": "http://127.0.0.1:1/"}
    del operator.environ["SLACK_BOT_TOKEN"]
    ended = await operator.does("report", "northwind", "--send")
    assert ended.code == 1
    assert ended.out.splitlines() == [
        (
            "ada@example.com: not taken yet (the server does not answer); "
            "`orderwatch run` tries again"
        ),
        f"{CHANNEL}: not posted yet, SLACK_BOT_TOKEN is not set: `orderwatch run` posts it",
    ]
    operator.environ.pop("SMTP_URL")
    ended = await operator.does("report", "northwind", "--send")
    assert ended.out.splitlines()[0] == "No e-mail: SMTP_URL is not set"
    assert not box.mailbox.mails


async def test_the_csv_gives_830_orders_back(operator: Operator) -> None:
    data = northwind()
    assert (await operator.does("migrate")).code == 0
    data.write_jsonl(operator.folder / "orders.jsonl")
    assert (await operator.does("import", "orders.jsonl")).code == 0
    await choose(operator)
    ended = await operator.does("report", "northwind")
    assert ended.err == "830 rows. No order has failed to sync.\n"
    _, *rows = csv.reader(io.StringIO(ended.out, newline=""), strict=True)
    found = {
        original(row[0]): (original(row[2]), row[3], datetime.fromisoformat(row[4])) for row in rows
    }
    assert found == {
        one["id"]: (
            one["account_id"],
            one["delivery_date"],
            datetime.fromisoformat(one["placed_at"]).replace(microsecond=0),
        )
        for one in data.orders
    }
    assert {row[4][-6:] for row in rows} <= {"-05:00", "-06:00"}


async def test_the_log_tells_no_address_no_password_and_nothing_of_an_order(
    box: Box, operator: Operator
) -> None:
    box.erp.catalogue.set_item("CANARY-1", active=False)
    await due_now(operator, grocery("1"))
    await choose(operator, "canary@example.com", ago=timedelta(days=2))
    server = box.smtp_url.removeprefix("smtp://")
    operator.environ["SMTP_URL"] = f"smtp://canary-user:canary-word@{server}"
    operator.environ["MAIL_FROM"] = "canary-sender@northwind.example"
    async with operator.running("--log-level", "DEBUG") as bot:
        await bot.says("daily report made, ")
        # This server offers no login.
        await bot.says("not taken, try 1; tried again later")
        async with asyncio.timeout(60):
            while not posted(box):
                await asyncio.sleep(0.05)
        assert await bot.stop() == 0
    text = "".join(bot.log).lower()
    assert "canary" not in text
    assert "vinet" not in text
