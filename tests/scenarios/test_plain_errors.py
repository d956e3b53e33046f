"""What an operator gets wrong ends in one line that says what to do.

The commonest mistakes are in `tests/bot/test_cli.py`; these are the others.
"""

import sqlite3
from pathlib import Path

import pytest

from tests.bot.making import CONFIG, TOKENS
from tests.bot.running import Operator

SLACK = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}
PASSWORD = "a-password-nobody-may-read"


@pytest.fixture
def operator(tmp_path: Path) -> Operator:
    one = Operator(tmp_path, {**TOKENS, **SLACK})
    one.write(CONFIG.format(erp="http://127.0.0.1:9"))
    return one


async def ends_in_one_line(operator: Operator, command: str, *words: str) -> None:
    ended = await operator.does(*command.split())
    assert (ended.code, ended.out) == (1, ""), ended
    (line,) = ended.lines
    assert line.startswith("orderwatch: ")
    assert not [word for word in words if word not in line], line
    assert PASSWORD not in line


async def test_no_settings_file_and_one_that_is_no_text(operator: Operator) -> None:
    (operator.folder / "orderwatch.toml").unlink()
    await ends_in_one_line(operator, "run", "no such file", "ORDERWATCH_CONFIG")
    (operator.folder / "orderwatch.toml").write_bytes(b"\xff\xfe")
    await ends_in_one_line(operator, "import x.jsonl", "orderwatch.toml", "not UTF-8")


async def test_a_token_named_but_not_set(operator: Operator) -> None:
    del operator.environ["NORTH_SHOP"]
    words = ("distributors.northwind.api_token", "NORTH_SHOP", "set it")
    await ends_in_one_line(operator, "run", *words)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("sqlite:///nowhere/orderwatch.db", ("DATABASE_URL", "no folder")),
        ("sqlite:///folder.db", ("DATABASE_URL", "Is a directory")),
        ("sqlite:///text.db", ("not a database", "DATABASE_URL")),
        (f"postgresql://me:{PASSWORD}@127.0.0.1:9/orders", ("cannot be used", "DATABASE_URL")),
    ],
)
async def test_a_database_that_cannot_be_opened(
    operator: Operator, url: str, words: tuple[str, ...]
) -> None:
    (operator.folder / "folder.db").mkdir()
    (operator.folder / "text.db").write_text("this is no database, and long enough to tell" * 99)
    operator.environ["DATABASE_URL"] = url
    await ends_in_one_line(operator, "run", *words)


async def test_a_schema_that_is_not_this_programs(operator: Operator) -> None:
    assert (await operator.does("migrate")).code == 0
    with sqlite3.connect(operator.folder / "orderwatch.db") as database:
        database.execute("UPDATE alembic_version SET version_num = '0000'")
    database.close()
    await ends_in_one_line(operator, "run", "schema 0000", "run `orderwatch migrate`")


async def test_a_file_that_holds_no_orders(operator: Operator) -> None:
    assert (await operator.does("migrate")).code == 0
    (operator.folder / "orders.csv").write_bytes(b"\xff\xfe\n")
    await ends_in_one_line(operator, "import orders.csv", "lacks the column id", "docs/import.md")
    await ends_in_one_line(operator, "import .", "Is a directory")
