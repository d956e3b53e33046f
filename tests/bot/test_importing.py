"""Import files: streamed, each bad row told with its line, the good ones taken."""

import csv
import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.importing import load, open_rows
from bot.importing_csv import ADDRESS_COLUMNS, COLUMNS, LINE_COLUMNS, ORDER_COLUMNS
from bot.importing_rows import BadFileError, Row, open_source
from bot.wire import Bad
from commands.domain.documents import Document, to_json
from tests.bot.making import Place
from tests.bot.test_api import order


def rows(path: Path) -> list[Row]:
    source = open_source(path)
    with source.file:
        return list(open_rows(path, source))


def written(path: Path, lines: Sequence[object]) -> Path:
    path.write_bytes(
        b"\n".join(one if isinstance(one, bytes) else json.dumps(one).encode() for one in lines)
    )
    return path


async def loaded(place: Place, path: Path) -> tuple[str, list[tuple[int, str]]]:
    told: list[tuple[int, str]] = []
    source = open_source(path)
    with source.file:
        rows = open_rows(path, source)
        tally = await load(place.desks, rows, lambda line, reason: told.append((line, reason)))
    return tally.words, told


# --- jsonl ---------------------------------------------------------------------------------------


async def test_a_file_again_changes_nothing(place: Place, tmp_path: Path) -> None:
    path = written(tmp_path / "orders.jsonl", [order(str(number)) for number in range(1200)])
    assert (await loaded(place, path))[0] == (
        "1200 orders: 1200 created, 0 updated, 0 unchanged, 0 refused"
    )
    words, told = await loaded(place, path)
    assert words == "1200 orders: 0 created, 0 updated, 1200 unchanged, 0 refused"
    assert not told


async def test_bad_rows_are_told_with_their_line_and_stop_nothing(
    place: Place, tmp_path: Path
) -> None:
    lines = [
        b"\xef\xbb\xbf" + json.dumps(order("1")).encode(),
        b"{",
        b"",
        order("2", freight="a lot"),
        order("3", distributor="eastwind"),
        order("1", account_name="Other"),
        b"[]",
        b'{"id": "\xff"}',
        order("4") | {"distributor": "southwind"},
    ]
    words, told = await loaded(place, written(tmp_path / "orders.jsonl", lines))
    assert words == "8 orders: 2 created, 1 updated, 0 unchanged, 5 refused"
    assert [line for line, _ in told] == [2, 4, 5, 7, 8]
    reasons = " | ".join(reason for _, reason in told)
    for part in ("not JSON", "freight: expected", "distributor: not in the settings", "UTF-8"):
        assert part in reasons


async def test_a_line_without_an_end(place: Place, tmp_path: Path) -> None:
    lines = [order("1"), b'"' + b"x" * (20 << 20) + b'"', order("2")]
    words, told = await loaded(place, written(tmp_path / "orders.jsonl", lines))
    assert words.startswith("3 orders: 2 created")
    assert told == [(2, "the line is over 8 MiB")]


# --- csv -----------------------------------------------------------------------------------------

HEAD = "id,distributor,account_id,placed_at,delivery_date,line_sku,line_quantity,line_unit_price"
FIRST = "1,northwind,VINET,1996-07-04T09:00:00Z,1996-08-01"


def csv_file(path: Path, *lines: str, head: str = HEAD) -> Path:
    path.write_text("\n".join([head, *lines]), encoding="utf-8", newline="")
    return path


def test_rows_of_one_order_become_its_lines(tmp_path: Path) -> None:
    path = csv_file(
        tmp_path / "orders.csv",
        f"{FIRST},A,1,2.50",
        f"{FIRST},B,2,3",
        "1,northwind,,,,C,3,4",
        f"{FIRST.replace('1,', '2,', 1)},A,1,1",
    )
    first, second = rows(path)
    assert isinstance(first.order, Document)
    assert [line.sku for line in first.order.lines] == ["A", "B", "C"]
    assert str(first.order.total) == "20.50"
    assert (second.line, second.order.id) == (5, "2")


def test_bad_rows_of_a_csv(tmp_path: Path) -> None:
    other = FIRST.replace("VINET", "TOMSP")
    path = csv_file(
        tmp_path / "orders.csv",
        f"{FIRST},A,1,1",
        f"{other},B,1,1",
        f"{FIRST.replace('1,', '2,', 1)},A,none,1",
        f"{FIRST.replace('1,', '3,', 1)},A,1,1,more",
        f'{FIRST.replace("1,", "4,", 1)},"A"B,1,1',
        f"{FIRST.replace('1,', '5,', 1)},A,1,1",
        f"{FIRST},C,1,1",
    )
    found = [(row.line, row.order) for row in rows(path)]
    told = {line: one.detail for line, one in found if isinstance(one, Bad)}
    assert [one.id for _, one in found if isinstance(one, Document)] == ["5"]
    assert told[2] == "account_id: line 3 says something else than line 2"
    assert told[4].startswith("lines[0].quantity: expected a number above zero")
    assert told[5] == "has 9 cells, the header 8"
    assert told[6].startswith("not CSV")
    assert told[8] == "the rows of one order must stand next to each other"


TOO_MANY = "{},A, large,1,1"
NO_CSV = '{},"A"B,1,1'
GOOD = "{},A,1,1"


@pytest.mark.parametrize("bad", [TOO_MANY, NO_CSV])
@pytest.mark.parametrize("at", range(3))
def test_an_order_with_a_row_that_cannot_be_read_is_refused_whole(
    tmp_path: Path, bad: str, at: int
) -> None:
    """Without that line it would be entered short. Its neighbours are taken."""
    ids = ("1", *"222", "3")
    lines = [GOOD] * 5
    lines[1 + at] = bad
    orders = [FIRST.replace("1,", f"{number},", 1) for number in ids]
    made = [line.format(order) for line, order in zip(lines, orders, strict=True)]
    found = rows(csv_file(tmp_path / "orders.csv", *made))
    assert [one.order.id for one in found if isinstance(one.order, Document)] == ["1", "3"]
    (told,) = [one.order.detail for one in found if isinstance(one.order, Bad)]
    assert f"line {3 + at}: " in told or at == 0


def test_a_quote_that_joins_lines_spoils_the_orders_around_it(tmp_path: Path) -> None:
    orders = [FIRST.replace("1,", f"{number},", 1) for number in "123456"]
    made = [GOOD.format(order) for order in orders]
    made[2] = f'{orders[2]},"A,1,1'
    made[3] = f'{orders[3]},A",1,1'
    found = rows(csv_file(tmp_path / "orders.csv", *made))
    assert [one.order.id for one in found if isinstance(one.order, Document)] == ["1", "6"]
    told = " | ".join(one.order.detail for one in found if isinstance(one.order, Bad))
    assert told.count("line 4, which may be of this order: ") == 2


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("orders.txt", b"", "ends with .jsonl or .csv"),
        ("orders.csv", b"", "lacks the column id"),
        ("orders.csv", b"id,distributor\n", "lacks the column account_id"),
        ("orders.csv", HEAD.encode() + b",id\n", "the column 'id' is there twice"),
    ],
)
def test_a_file_that_is_no_order_file(
    tmp_path: Path, name: str, content: bytes, words: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(BadFileError, match=words):
        rows(tmp_path / name)


def test_a_file_that_cannot_be_opened(tmp_path: Path) -> None:
    for path in (tmp_path / "nothing.jsonl", tmp_path):
        with pytest.raises(BadFileError, match=str(path)):
            open_source(path)


text = st.text(
    st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=20
).filter(lambda one: one.strip() == one)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(text, text, text), min_size=1, max_size=5))
def test_what_is_written_as_csv_is_read_as_the_same_order(
    tmp_path: Path, lines: list[tuple[str, str, str]]
) -> None:
    path = tmp_path / "orders.csv"
    head = order("1") | {"lines": None, "ship_to": None, "odd": lines[0][0]}
    with path.open("w", encoding="utf-8", newline="") as file:
        columns = [*COLUMNS, "odd"]
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        for sku, description, _ in lines:
            plain = {key: value for key, value in head.items() if value is not None}
            line = {"line_sku": sku, "line_description": description, "line_quantity": "1.5"}
            writer.writerow(plain | line | {"line_unit_price": "2", "ship_to_city": lines[0][2]})
    (row,) = rows(path)
    assert isinstance(row.order, Document)
    shown = to_json(row.order)
    assert [(one["sku"], one["description"]) for one in shown["lines"]] == [
        (sku, description) for sku, description, _ in lines
    ]
    assert shown["ship_to"]["city"] == lines[0][2]
    assert shown["odd"] == lines[0][0]
    assert shown["account_name"] == head["account_name"]


def test_the_page_lists_the_columns() -> None:
    page = (Path(__file__).parents[2] / "docs" / "import.md").read_text(encoding="utf-8")
    listed = [line.split("`")[1] for line in page.splitlines() if line.startswith("| `")]
    assert listed == [*ORDER_COLUMNS, *ADDRESS_COLUMNS, *LINE_COLUMNS]
