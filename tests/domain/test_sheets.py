"""The report's CSV: what RFC 4180 says, and cells that no spreadsheet takes for a formula."""

import csv
import io
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.domain.sheets import HEADER, Sheet, Status, cell, file_name, original

CHICAGO = ZoneInfo("America/Chicago")
PLACED = datetime(2026, 3, 1, 5, 59, 59, 999999, tzinfo=UTC)
AS_IT_IS = (
    "10248",
    "Vins et alcools",
    'with "quotes"',
    "a,b",
    "a=1",
    "1+1",
    "é",
    "𝕏",
    "\u202eabc",
    "",
)
DANGEROUS = (
    *("=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\nx", "\0x"),
    *("\uff1d1", "\uff0b1", "\uff0d1", "\uff20x", "'=1", "'"),
)


def rows(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode(), newline=""), strict=True))


def line(order: str = "10248", account: str = "VINET", name: str = "Northwind") -> bytes:
    given = [(order, account, date(2026, 3, 2), PLACED)]
    return Sheet(name, CHICAGO).lines(given, Status.PENDING_VERIFICATION)


def test_the_head_is_the_agreed_one() -> None:
    head = Sheet("x", CHICAGO).head()
    assert head == (b"Order id,Distributor name,Account ID,Delivery Date,Placed At Date,Status\r\n")
    assert rows(head) == [list(HEADER)]


def test_a_line_has_its_dates_in_the_distributors_zone() -> None:
    assert line() == (
        b"10248,Northwind,VINET,2026-03-02,2026-02-28T23:59:59-06:00,Pending Verification\r\n"
    )


def test_the_file_is_named_by_its_day() -> None:
    assert file_name(date(2026, 3, 2)) == "order-sync-status-2026-03-02.csv"


@pytest.mark.parametrize("text", AS_IT_IS)
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    assert cell(text) == text


@pytest.mark.parametrize("text", DANGEROUS)
def test_what_could_be_a_formula_gets_one_quote_before_it(text: str) -> None:
    assert cell(text) == f"'{text}"


@given(st.text())
def test_taking_one_quote_away_gives_the_original(text: str) -> None:
    assert original(cell(text)) == text
    assert cell(text)[:1] not in set("=+-@\t\r\n\0\uff1d\uff0b\uff0d\uff20") or not text


@given(*[st.text(st.characters(codec="utf-8"))] * 3)
def test_any_text_comes_back_through_any_reader_of_csv(order: str, account: str, name: str) -> None:
    [read] = rows(line(order, account, name))
    assert [original(one) for one in read[:3]] == [order, name, account]
