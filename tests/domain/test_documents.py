"""Orders as values: names that travel, decimals that stay, and whether a found one is ours."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.domain.answers import DocumentStatus, ErpDocument
from commands.domain.documents import (
    Address,
    Document,
    Line,
    from_json,
    money,
    plain,
    read,
    to_json,
)
from commands.domain.failures import LONGEST_MESSAGE, Code, Failure
from commands.domain.grouping import Cause, CauseKind, cause
from commands.domain.ids import (
    BadIdError,
    DistributorKey,
    OrderId,
    distributor_key,
    idempotency_key,
    order_id,
)
from commands.domain.lifecycle import Standing, State
from commands.domain.verification import Believed, Nothing, Questioned, judge

AMOUNTS = st.decimals(0, 999_999_999_999, places=6)
ORDER = Document(
    id=OrderId("10248"),
    distributor=DistributorKey("northwind"),
    account_id="VINET",
    placed_at=datetime(1996, 7, 4, 9, tzinfo=UTC),
    delivery_date=date(1996, 8, 1),
    lines=(Line("NW-011", Decimal(12), Decimal("14.00")),),
    freight=Decimal("32.38"),
    ship_to=Address(city="Reims"),
    extra={"x": [1], "extra": 2},
)


# --- names ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["1", "x" * 100, "10 248", "a/b%2F", "Ü-1", "😀", "\u202e1"])
def test_names_of_orders(text: str) -> None:
    assert order_id(text) == text


@pytest.mark.parametrize(
    "text", ["", "x" * 101, " 1", "1 ", "\u00a01", "a\nb", "a\x7f", "a\x85b", "a\u2028b", "\ud800"]
)
def test_names_that_no_order_has(text: str) -> None:
    with pytest.raises(BadIdError):
        order_id(text)


@pytest.mark.parametrize("text", ["", "A", "a_b", "a b", "a/b", "ä", "a\n"])
def test_keys_that_no_distributor_has(text: str) -> None:
    with pytest.raises(BadIdError):
        distributor_key(text)


@given(st.text(min_size=1, max_size=100), st.from_regex(r"[a-z0-9-]+", fullmatch=True))
def test_the_key_of_an_order_can_be_read_back(text: str, key: str) -> None:
    try:
        order = order_id(text)
    except BadIdError:
        return
    made = idempotency_key(distributor_key(key), order)
    assert made.isascii()
    assert made.isprintable()
    assert [unquote(part) for part in made.split("/")] == [key, text]


# --- decimals ------------------------------------------------------------------------------------


@given(AMOUNTS)
def test_written_decimals_are_equal_and_without_exponent(number: Decimal) -> None:
    for text in (plain(number), money(number)):
        assert Decimal(text) == number
        assert "E" not in text


def test_how_decimals_are_written() -> None:
    assert [plain(Decimal(text)) for text in ("12.0", "14.00", "-0", "1E+3")] == [
        "12",
        "14",
        "0",
        "1000",
    ]
    assert [money(Decimal(text)) for text in ("14", "0.125", "1E+3")] == [
        "14.00",
        "0.125",
        "1000.00",
    ]


def test_totals_round_each_line_half_up() -> None:
    half = Line("A", Decimal(3), Decimal("1.15"), Decimal("0.50"))
    assert half.total == Decimal("1.73")
    assert replace(ORDER, lines=(half, half)).total == Decimal("35.84")


def test_an_order_survives_its_json() -> None:
    assert from_json(to_json(ORDER)) == ORDER


def test_equal_content_has_one_digest() -> None:
    same = replace(ORDER, lines=(Line("NW-011", Decimal("12.0"), Decimal(14)),), extra={"other": 1})
    assert same.digest == ORDER.digest
    assert replace(ORDER, notes="Call first").digest != ORDER.digest


# --- is it ours? ---------------------------------------------------------------------------------

OURS = ErpDocument("SO-1", DocumentStatus.CONFIRMED, "10248", "VINET", ORDER.total)


def test_nothing_found() -> None:
    assert judge(ORDER, ()) == Nothing()


@pytest.mark.parametrize(
    "untold", [{}, {"total": None}, {"account_id": None}, {"external_id": None}]
)
def test_ours_as_far_as_the_erp_tells(untold: dict[str, Any]) -> None:
    assert judge(ORDER, (replace(OURS, **untold),)) == Believed("SO-1", confirmed=True)
    received = replace(OURS, status=DocumentStatus.RECEIVED, reference=None, **untold)
    assert judge(ORDER, (received,)) == Believed(None, confirmed=False)


@pytest.mark.parametrize(
    "other",
    [
        {"status": DocumentStatus.CANCELLED},
        {"external_id": "10249"},
        {"account_id": "ALFKI"},
        {"total": ORDER.total + Decimal("0.01")},
        {"account_id": "x" * 200, "reference": None},
    ],
)
def test_not_ours_is_for_a_person(other: dict[str, Any]) -> None:
    verdict = judge(ORDER, (replace(OURS, **other),))
    assert isinstance(verdict, Questioned)
    assert verdict.failure.code is Code.DUPLICATE
    assert len(verdict.failure.message) <= LONGEST_MESSAGE


def test_several_are_all_named_and_none_is_chosen() -> None:
    many = tuple(replace(OURS, reference=f"SO-{number}") for number in range(200))
    verdict = judge(ORDER, many)
    assert isinstance(verdict, Questioned)
    assert len(verdict.failure.references) == 200
    assert len(verdict.failure.message) <= LONGEST_MESSAGE


# --- which alert ---------------------------------------------------------------------------------


def test_one_cause_for_each_code_and_none_for_what_goes_well() -> None:
    for code in Code:
        told = cause(Standing(State.FAILED, failure=Failure(code)))
        assert told == Cause.failure(code)
    pending = cause(Standing(State.PENDING_VERIFICATION))
    assert pending == Cause(CauseKind.PENDING_VERIFICATION)
    quiet = {State.QUEUED, State.SENDING, State.SENT, State.UNKNOWN, State.SYNCED}
    assert {cause(Standing(state)) for state in quiet} == {None}


def test_causes_have_keys_of_their_own() -> None:
    causes = [Cause.failure(code) for code in Code] + [
        Cause(kind) for kind in CauseKind if kind is not CauseKind.FAILURE
    ]
    assert len({one.key for one in causes}) == len(causes)
    assert Cause(CauseKind.OUTAGE, Code.AUTH).key == Cause(CauseKind.OUTAGE, Code.ERP_DOWN).key
    assert Cause(CauseKind.PENDING_VERIFICATION).title == "Pending Verification"
    assert Cause(CauseKind.QUEUED).title == "Queued"
    assert Cause(CauseKind.OUTAGE, Code.AUTH).title == "ERP login refused"


def test_the_largest_figures_are_exact() -> None:
    """Twelve digits before the point and six after it, on as many lines as an order may have."""
    line = Line("NW-011", Decimal("999999999999.999999"), Decimal("999999999999.999999"))
    huge = replace(ORDER, lines=(line,) * 1000, freight=Decimal("0.01"))
    assert line.total == Decimal("999999999999999998000000.00")
    assert money(huge.total) == "999999999999999998000000000.01"


def test_a_changed_copy_is_worked_out_anew() -> None:
    ORDER.prepare()
    other = replace(ORDER, po_number="4711", freight=ORDER.freight + 1)
    assert other.total == ORDER.total + 1
    assert other.digest != ORDER.digest
    assert read(other.text) == other
