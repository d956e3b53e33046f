"""The command line: what an operator gets right, and the one line for each thing that is wrong."""

import json
import socket
import sqlite3
from pathlib import Path

import pytest

from tests.bot.making import CONFIG, TOKENS
from tests.bot.running import Ended, Operator
from tests.bot.test_api import order

SLACK = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}


@pytest.fixture
def operator(tmp_path: Path) -> Operator:
    one = Operator(tmp_path, dict(TOKENS))
    one.write(CONFIG.format(erp="http://127.0.0.1:9"))
    return one


def one_line(ended: Ended, *words: str) -> None:
    assert ended.code in {1, 2}, ended
    assert len(ended.lines) == 1, ended.err
    assert ended.lines[0].startswith("orderwatch: ")
    assert all(word in ended.lines[0] for word in words), ended.err


async def test_wrong_settings_are_a_line_each(operator: Operator) -> None:
    text = CONFIG.format(erp="ftp://x").replace('timezone = "UTC"', 'timezone = "Mars"')
    operator.write(text.replace('name = "Southwind"', 'nane = "Southwind"'))
    ended = await operator.does("run")
    assert ended.code == 1
    paths = sorted(line.split(": ")[1] for line in ended.lines)
    assert paths == [
        "distributors.northwind.erp.url",
        "distributors.southwind.erp.url",
        "distributors.southwind.name",
        "distributors.southwind.nane",
        "distributors.southwind.timezone",
    ]
    assert "Traceback" not in ended.err


async def test_a_broken_file(operator: Operator) -> None:
    operator.write("[distributors.northwind\n")
    one_line(await operator.does("run"), "not valid TOML", "line 1")


async def test_a_missing_token(operator: Operator) -> None:
    operator.environ |= {"SLACK_APP_TOKEN": "xapp-1"}
    one_line(await operator.does("run"), "SLACK_BOT_TOKEN is not set", "xoxb-")
    operator.environ |= SLACK | {"SLACK_APP_TOKEN": ""}
    one_line(await operator.does("run"), "SLACK_SIGNING_SECRET", "anybody could speak as Slack")
    operator.environ |= SLACK | {"SLACK_CLIENT_ID": "1.2"}
    one_line(await operator.does("run"), "SLACK_CLIENT_ID", "comes later")


async def test_an_empty_and_an_older_database(operator: Operator) -> None:
    operator.environ |= SLACK
    one_line(await operator.does("run"), "the database is empty", "run `orderwatch migrate`")
    assert (await operator.does("migrate")).code == 0
    assert (operator.folder / "orderwatch.db").stat().st_mode & 0o777 == 0o600
    with sqlite3.connect(operator.folder / "orderwatch.db") as database:
        database.execute("UPDATE alembic_version SET version_num = '0000'")
    database.close()
    one_line(await operator.does("import", "x.jsonl"), "x.jsonl")
    (operator.folder / "x.jsonl").touch()
    one_line(await operator.does("import", "x.jsonl"), "schema 0000", "orderwatch migrate")


async def test_a_database_that_cannot_be_used(operator: Operator) -> None:
    operator.environ["DATABASE_URL"] = f"sqlite:///{operator.folder}/nowhere/orderwatch.db"
    one_line(await operator.does("migrate"), "DATABASE_URL", "no folder")
    (operator.folder / "text.db").write_text("this is no database, and long enough to tell" * 99)
    operator.environ["DATABASE_URL"] = f"sqlite:///{operator.folder}/text.db"
    one_line(await operator.does("migrate"), "not a database", "DATABASE_URL")


async def test_a_port_in_use(operator: Operator) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        where = f"127.0.0.1:{taken.getsockname()[1]}"
        operator.environ |= SLACK | {"LISTEN": where}
        one_line(await operator.does("run", "--migrate"), "cannot listen on", where, "LISTEN")


async def test_importing(operator: Operator) -> None:
    assert (await operator.does("migrate")).code == 0
    path = operator.folder / "orders.jsonl"
    path.write_text("\n".join(json.dumps(order(str(number))) for number in range(3)))
    ended = await operator.does("import", "orders.jsonl")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out == "3 orders: 3 created, 0 updated, 0 unchanged, 0 refused\n"
    with path.open("a") as file:
        file.write("\n" + json.dumps(order("4", freight="free")))
    ended = await operator.does("import", "orders.jsonl")
    assert ended.code == 1
    assert ended.out == "4 orders: 0 created, 0 updated, 3 unchanged, 1 refused\n"
    assert ended.lines == [
        (
            "orders.jsonl:4: freight: expected an amount of zero or more, at most 12 digits before "
            "and 6 after the point"
        )
    ]
    one_line(await operator.does("import", "orders.xml"), "orders.xml")


async def test_the_way_back_in(operator: Operator) -> None:
    assert (await operator.does("migrate")).code == 0
    one_line(await operator.does("people", "eastwind", "admin", "U000000009"), "not in")
    one_line(await operator.does("people", "northwind", "admin", "@dana"), "not the id of a person")
    ended = await operator.does("people", "northwind", "admin", "U000000009")
    assert (ended.code, ended.out) == (0, "U000000009 is an admin of northwind now.\n")
    ended = await operator.does("people", "northwind", "admin", "U000000009")
    assert (ended.code, ended.out) == (0, "U000000009 is an admin of northwind already.\n")


async def test_the_doctor_where_nothing_answers(operator: Operator) -> None:
    operator.environ |= {
        **SLACK,
        "SLACK_API_URL": "http://127.0.0.1:9/",
        "SMTP_URL": "smtp://127.0.0.1:9",
    }
    ended = await operator.does("check")
    assert ended.code == 1
    signs = [line.partition(":")[0] for line in ended.out.splitlines()]
    assert signs == [
        "✓ ok  Settings",
        "✗ wrong  Database",
        "✗ wrong  Slack token",
        "✗ wrong  ERP of northwind",
        "✗ wrong  ERP of southwind",
        "✗ wrong  E-mail",
    ]
    assert not ended.err


async def test_the_doctor_and_wrong_settings(operator: Operator) -> None:
    operator.write("[distributors]")
    ended = await operator.does("check")
    assert ended.code == 1
    assert ended.out.startswith("✗ wrong  Settings: distributors: names no distributor")
