"""The catalogue is complete and can be followed by a clerk; an ERP's own words are harmless."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from commands.domain.failures import (
    CATALOGUE,
    LONGEST_MESSAGE,
    STOPPING,
    Code,
    Failure,
    Kind,
    Subject,
    SubjectKind,
    clean,
    steps,
    summary,
)

TRANSIENT = {"erp_down", "rate_limited", "conflict"}
NEEDS_A_FIX = {
    "auth",
    "forbidden",
    "misconfigured",
    "unknown_customer",
    "inactive_customer",
    "unknown_item",
    "inactive_item",
    "uom_invalid",
    "price_invalid",
    "credit_hold",
    "period_closed",
    "out_of_stock",
    "mandatory_field",
    "too_large",
    "duplicate",
    "partial",
    "rejected",
}
UNKNOWN_OUTCOME = {"timeout"}


def test_the_three_kinds_hold_every_code() -> None:
    by_kind = {kind: {code.value for code in Code if CATALOGUE[code].kind is kind} for kind in Kind}
    assert by_kind == {
        Kind.TRANSIENT: TRANSIENT,
        Kind.NEEDS_FIX: NEEDS_A_FIX,
        Kind.UNKNOWN: UNKNOWN_OUTCOME,
    }
    assert {code.value for code in STOPPING} == {"auth", "forbidden", "misconfigured"}


@pytest.mark.parametrize("code", Code)
def test_an_entry_is_complete(code: Code) -> None:
    entry = CATALOGUE[code]
    assert 3 <= len(entry.title) <= 40
    assert not entry.title.endswith(".")
    assert entry.meaning.endswith(".")
    assert 2 <= len(entry.steps) <= 3
    assert all(step.endswith((".", "?", "!")) and len(step) <= 120 for step in entry.steps)
    assert "contact support" in entry.steps[-1].lower()


def test_no_title_stands_for_two_codes() -> None:
    assert len({entry.title for entry in CATALOGUE.values()}) == len(Code)


@pytest.mark.parametrize("code", Code)
@pytest.mark.parametrize("subject", [None, Subject(SubjectKind.ITEM, "NW-{order}-011")])
def test_steps_are_filled(code: Code, subject: Subject | None) -> None:
    told = steps(Failure(code, subject=subject), "10248")
    assert len(told) == len(CATALOGUE[code].steps)
    assert not any("{subject}" in step or "  " in step for step in told)
    assert not any("{order}" in step.replace("NW-{order}-011", "") for step in told)


def test_what_clerks_need_to_know() -> None:
    silent = " ".join(steps(Failure(Code.TIMEOUT), "10248"))
    assert "Do not key it in" in silent
    unknown = steps(
        Failure(Code.UNKNOWN_CUSTOMER, subject=Subject(SubjectKind.ACCOUNT, "VINET")), "1"
    )
    assert "VINET" in unknown[0]


def test_a_failure_in_one_line() -> None:
    about = Failure(Code.UNKNOWN_CUSTOMER, subject=Subject(SubjectKind.ACCOUNT, "VINET"))
    assert summary(about) == "Unknown customer: VINET"
    assert summary(Failure(Code.UNKNOWN_CUSTOMER)) == "Unknown customer"


# --- an ERP's own words --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("Credit limit exceeded", "Credit limit exceeded"),
        ("<p>Credit <b>limit</b></p>", "Credit limit"),
        ("<style>p {color: red}</style>Credit", "Credit"),
        ("<script>alert(1)</script>Credit", "Credit"),
        ("a &amp; b &lt; c", "a & b < c"),
        ("two\r\n  lines\tand\x00more", "two lines and more"),
        ("\u202eright to left\u2069", "right to left"),
        ("&#x202e;hidden", "hidden"),
        ("5 < 6 and 7 > 6", "5 6"),
        ("", ""),
    ],
)
def test_cleaned(words: str, shown: str) -> None:
    assert clean(words) == shown


@given(st.text(), st.integers(1, 400))
@example("<script" * 2_000, 300)
@example("\ud800", 300)
@example("&#xd800; &#0; &#x110000;", 300)
def test_whatever_comes_is_harmless_and_short(words: str, longest: int) -> None:
    shown = clean(words, longest)
    assert len(shown) <= longest
    assert not any(unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"} for char in shown)
    assert not any(char in shown for char in "\u202a\u202e\u2066\u2069\u200e\u200f")
    assert shown == shown.strip()


def test_the_usual_length() -> None:
    assert len(clean("x" * 10_000)) == LONGEST_MESSAGE == 300
