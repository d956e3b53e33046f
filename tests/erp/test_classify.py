"""Every shape of error in the contract, and what it must be taken for."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from email.utils import format_datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.domain.answers import (
    Declined,
    Documents,
    DocumentStatus,
    ErpDocument,
    Healthy,
    LookupTrouble,
    Postponed,
    Silence,
    Taken,
    Unhealthy,
)
from commands.domain.failures import LONGEST_MESSAGE, Code, Failure, Subject, SubjectKind
from erp import classify
from erp.wire import Cut, Lost, Outcome, Reply, Unreached

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
PROBLEM = {"content-type": "application/problem+json"}
JSON = {"content-type": "application/json; charset=utf-8"}
HTML = {"content-type": "text/html"}
PAGE = b"<!doctype html><title>Oops</title><script>alert(1)</script><h1>Bad gateway</h1>"
REFUSALS = [
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
    "duplicate",
    "too_large",
    "partial",
]


def problem(status: int, code: str | None = None, **members: Any) -> Reply:
    body: dict[str, Any] = {"type": "about:blank", "title": "Words", "status": status, **members}
    if code is not None:
        body["code"] = code
    return Reply(status, json.dumps(body).encode(), PROBLEM)


def plain(status: int, body: object, **headers: str) -> Reply:
    return Reply(status, json.dumps(body).encode(), JSON | headers)


def declined(outcome: Outcome) -> Failure:
    answer = classify.answer(outcome, NOW, ("A-1", "A-2"))
    assert isinstance(answer, Declined), answer
    return answer.failure


def postponed(outcome: Outcome) -> Postponed:
    answer = classify.answer(outcome, NOW)
    assert isinstance(answer, Postponed), answer
    return answer


def silence(outcome: Outcome) -> Silence:
    answer = classify.answer(outcome, NOW)
    assert isinstance(answer, Silence), answer
    assert answer.failure.code is Code.TIMEOUT
    return answer


# --- taken ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [200, 201, 202])
@pytest.mark.parametrize("confirmed", [True, False])
def test_the_promised_answer_is_taken(status: int, confirmed: bool) -> None:  # noqa: FBT001
    answer = classify.answer(plain(status, {"reference": "SO-1", "confirmed": confirmed}), NOW)
    assert answer == Taken("SO-1", confirmed)


@pytest.mark.parametrize(
    ("reference", "known"), [(None, None), ("", None), (17, "17"), ("<b>SO\r\n1</b>", "SO 1")]
)
def test_the_number_may_follow_later(reference: object, known: str | None) -> None:
    answer = classify.answer(plain(201, {"reference": reference, "confirmed": False}), NOW)
    assert answer == Taken(known, confirmed=False)


def test_more_members_than_promised_make_no_refusal() -> None:
    body = {"reference": "SO-1", "confirmed": True, "code": "ok", "status": 500}
    assert classify.answer(plain(201, body), NOW) == Taken("SO-1", confirmed=True)


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        None,
        "SO-1",
        {"reference": "SO-1"},
        {"reference": "SO-1", "confirmed": "true"},
        {"reference": ["SO-1"], "confirmed": True},
        {"reference": True, "confirmed": True},
        {"reference": "S" * 201, "confirmed": True},
        {"error": "perhaps after it was taken"},
        {"code": "accepted"},
    ],
)
def test_a_success_of_another_shape_proves_nothing(body: object) -> None:
    silence(plain(201, body))


# --- refusals ------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [200, 400, 401, 403, 404, 408, 409, 422, 429, 500, 503])
@pytest.mark.parametrize("code", REFUSALS)
def test_a_known_code_counts_whatever_the_status(code: str, status: int) -> None:
    failure = declined(problem(status, code, detail="The ERP's own words"))
    assert (failure.code, failure.message) == (Code(code), "The ERP's own words")


@pytest.mark.parametrize("status", [200, 409, 422, 503])
def test_a_conflict_goes_by_itself(status: int) -> None:
    answer = postponed(problem(status, "conflict", detail="In use"))
    assert (answer.failure.code, answer.reached, answer.retry_after) == (Code.CONFLICT, True, None)


@pytest.mark.parametrize(
    ("outcome", "code"),
    [
        (problem(400, "weather", detail="It rains"), Code.REJECTED),
        (problem(422, "weather", detail="It rains"), Code.REJECTED),
        (problem(422, "", detail="It rains"), Code.REJECTED),
        (problem(422, detail="It rains"), Code.REJECTED),
        (problem(404, "weather", detail="It rains"), Code.REJECTED),
        (problem(409, "weather", detail="It rains"), Code.REJECTED),
        (problem(200, "weather", detail="It rains"), Code.REJECTED),
        (plain(200, {"code": "weather", "status": 422, "detail": "It rains"}), Code.REJECTED),
        (plain(400, {"message": "It rains"}), Code.REJECTED),
        (plain(400, {"error": "It rains"}), Code.REJECTED),
        (problem(401, detail="It rains"), Code.AUTH),
        (problem(401, "token_expired", detail="It rains"), Code.AUTH),
        (problem(403, "weather", detail="It rains"), Code.FORBIDDEN),
        (problem(413, "weather", detail="It rains"), Code.TOO_LARGE),
        (problem(404, detail="It rains"), Code.MISCONFIGURED),
        (problem(405, detail="It rains"), Code.MISCONFIGURED),
        (plain(307, {"detail": "It rains"}), Code.MISCONFIGURED),
    ],
)
def test_other_refusals_in_the_erps_words(outcome: Reply, code: Code) -> None:
    failure = declined(outcome)
    assert (failure.code, failure.message) == (code, "It rains")


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (301, Code.MISCONFIGURED),
        (302, Code.MISCONFIGURED),
        (307, Code.MISCONFIGURED),
        (308, Code.MISCONFIGURED),
        (401, Code.AUTH),
        (403, Code.FORBIDDEN),
        (404, Code.MISCONFIGURED),
        (405, Code.MISCONFIGURED),
        (413, Code.TOO_LARGE),
    ],
)
@pytest.mark.parametrize("body", [b"", PAGE, b"{", b"\xff\xfe"])
def test_statuses_that_are_certain_whatever_the_body(status: int, code: Code, body: bytes) -> None:
    assert declined(Reply(status, body, HTML)).code is code
    assert declined(Reply(status, body, HTML, Cut.BROKEN)).code is code


def test_a_conflict_without_a_code_is_looked_into_again() -> None:
    assert postponed(problem(409, detail="Version 3 expected")).failure.code is Code.CONFLICT


# --- silence -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "outcome",
    [
        *(Reply(status, PAGE, HTML) for status in (200, 201, 400, 408, 409, 422, 500, 502, 599)),
        *(Reply(status, b"") for status in (200, 201, 204, 400, 408, 409, 422, 500, 503)),
        *(problem(status, detail="later") for status in (408, 500, 501, 502, 503, 504)),
        *(problem(status, "weather") for status in (408, 500, 503)),
        problem(503, "erp_down"),
        plain(500, {"reference": "SO-1", "confirmed": True}),
        Reply(422, b'{"code": "credit_hold"', PROBLEM),
        Reply(422, b'{"code": NaN}', PROBLEM),
        Reply(422, b"{}", PROBLEM),
        Reply(201, b"[" * 100_000),
        Reply(201, b'{"x": 1e99999999999999999999}'),
        Reply(100, b""),
        Reply(999, b""),
    ],
)
def test_what_cannot_be_read_is_silence(outcome: Reply) -> None:
    silence(outcome)


@pytest.mark.parametrize("cut", [Cut.LATE, Cut.BROKEN])
@pytest.mark.parametrize("status", [200, 201, 422, 500])
def test_a_body_that_is_not_whole_is_not_believed(status: int, cut: Cut) -> None:
    body = json.dumps({"reference": "SO-1", "confirmed": True, "code": "credit_hold"}).encode()
    answer = silence(Reply(status, body, PROBLEM, cut))
    assert answer.failure.code is Code.TIMEOUT
    assert cut.value in answer.failure.message


def test_an_endless_page_is_no_fault_of_the_line() -> None:
    silence(Reply(200, b"x", HTML, Cut.LONG))


def test_no_answer_at_all() -> None:
    assert silence(Lost("No answer in time")) == Silence(Failure(Code.TIMEOUT, "No answer in time"))


def test_no_connection_is_certain() -> None:
    answer = postponed(Unreached(Code.ERP_DOWN, "No connection"))
    assert answer == Postponed(Failure(Code.ERP_DOWN, "No connection"), reached=False)


def test_a_connection_that_can_never_stand_is_for_a_person() -> None:
    assert declined(Unreached(Code.MISCONFIGURED, "No such host")).code is Code.MISCONFIGURED


# --- waiting -------------------------------------------------------------------------------------


def at(moment: datetime) -> str:
    return format_datetime(moment, usegmt=True)


@pytest.mark.parametrize(
    ("told", "wait"),
    [
        ("120", timedelta(seconds=120)),
        ("0", timedelta(0)),
        ("999999999", timedelta(days=1)),
        ("9" * 400, None),
        (at(NOW + timedelta(seconds=90)), timedelta(seconds=90)),
        (at(NOW - timedelta(seconds=90)), timedelta(0)),
        ("Mon, 02 Mar 2026 13:00:00", timedelta(hours=1)),
        ("Mon, 99 Mar 2026 13:00:00 GMT", None),
        ("-5", None),
        ("1.5", None),
        ("soon", None),
        ("", None),
        (None, None),
    ],
)
@pytest.mark.parametrize("body", [b"", b"Too many requests\n", PAGE])
def test_retry_after_in_its_three_forms(
    told: str | None, wait: timedelta | None, body: bytes
) -> None:
    headers = {} if told is None else {"retry-after": told}
    answer = postponed(Reply(429, body, headers))
    assert (answer.failure.code, answer.retry_after) == (Code.RATE_LIMITED, wait)
    assert answer.reached is True


def test_rate_limited_even_where_the_page_is_cut() -> None:
    answer = postponed(Reply(429, b"To", {"retry-after": "7"}, Cut.BROKEN))
    assert answer.retry_after == timedelta(seconds=7)


# --- subjects and words --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "members", "subject"),
    [
        ("unknown_item", {"item": "A-9"}, Subject(SubjectKind.ITEM, "A-9")),
        ("unknown_item", {"item": "A-9", "line": 1}, Subject(SubjectKind.ITEM, "A-9")),
        ("unknown_item", {"line": 2}, Subject(SubjectKind.ITEM, "A-2")),
        ("unknown_item", {"line": 3}, Subject(SubjectKind.FIELD, "line 3")),
        ("unknown_item", {"line": 0}, Subject(SubjectKind.FIELD, "line 0")),
        ("unknown_item", {"line": True}, None),
        ("unknown_customer", {"account": "BEAUR"}, Subject(SubjectKind.ACCOUNT, "BEAUR")),
        ("unknown_customer", {"account": 4711}, Subject(SubjectKind.ACCOUNT, "4711")),
        (
            "price_invalid",
            {"field": "unit_price", "line": 2, "item": "A-2"},
            Subject(SubjectKind.ITEM, "A-2"),
        ),
        ("mandatory_field", {"field": "po", "line": 1}, Subject(SubjectKind.FIELD, "po")),
        ("credit_hold", {"field": "limit"}, Subject(SubjectKind.FIELD, "limit")),
        ("weather", {"item": "A-1", "account": "B"}, Subject(SubjectKind.ITEM, "A-1")),
        ("unknown_item", {"item": "<!channel>"}, None),
        ("unknown_item", {"item": ["A-9"]}, None),
        ("unknown_item", {"item": ""}, None),
        ("unknown_item", {}, None),
    ],
)
def test_what_a_refusal_is_about(
    code: str, members: dict[str, Any], subject: Subject | None
) -> None:
    assert declined(problem(422, code, **members)).subject == subject


def test_the_draft_of_a_partial_order_and_the_document_of_a_duplicate() -> None:
    assert declined(problem(422, "partial", reference="SO-7")).references == ("SO-7",)
    assert declined(problem(409, "duplicate", reference="SO-7")).references == ("SO-7",)
    assert declined(problem(422, "partial")).references == ()
    assert declined(problem(422, "credit_hold", reference="SO-7")).references == ()


def test_words_are_cleaned_and_cut() -> None:
    words = "<b>No</b>\u202e " + "x" * 2_000
    message = declined(problem(422, "rejected", detail=words)).message
    assert message.startswith("No x")
    assert len(message) <= LONGEST_MESSAGE
    assert message.endswith("…")


def test_a_page_becomes_words() -> None:
    assert silence(Reply(502, PAGE, HTML)).failure.message == "HTTP 502: Oops Bad gateway"


# --- look-ups ------------------------------------------------------------------------------------


def test_what_a_lookup_tells() -> None:
    body = (
        b'[{"reference": "SO-1", "status": "received", "external_id": "1001",'
        b' "account_id": "BEAUR", "total": 14.10},'
        b' {"reference": null, "status": "cancelled", "total": "0.1", "more": 1},'
        b' {"status": "confirmed", "external_id": 1001, "total": null}]'
    )
    assert classify.lookup(Reply(200, body, JSON), NOW) == Documents(
        (
            ErpDocument("SO-1", DocumentStatus.RECEIVED, "1001", "BEAUR", Decimal("14.10")),
            ErpDocument(None, DocumentStatus.CANCELLED, total=Decimal("0.1")),
            ErpDocument(None, DocumentStatus.CONFIRMED, external_id="1001"),
        )
    )


def test_an_empty_list_is_absence() -> None:
    assert classify.lookup(Reply(200, b"[]"), NOW) == Documents(())


@pytest.mark.parametrize(
    ("outcome", "code"),
    [
        (Reply(200, b""), Code.ERP_DOWN),
        (Reply(200, PAGE, HTML), Code.ERP_DOWN),
        (Reply(200, b"{}"), Code.ERP_DOWN),
        (Reply(200, b"null"), Code.ERP_DOWN),
        (Reply(200, b"[]", JSON, Cut.LATE), Code.ERP_DOWN),
        (Reply(200, b"[]", JSON, Cut.LONG), Code.ERP_DOWN),
        (Reply(201, b"[]"), Code.ERP_DOWN),
        (Reply(204, b""), Code.ERP_DOWN),
        (Reply(500, b"[]"), Code.ERP_DOWN),
        (Reply(502, PAGE, HTML), Code.ERP_DOWN),
        (Reply(408, b""), Code.ERP_DOWN),
        (problem(503), Code.ERP_DOWN),
        (Reply(404, b""), Code.MISCONFIGURED),
        (Reply(404, b"[]"), Code.MISCONFIGURED),
        (problem(404), Code.MISCONFIGURED),
        (Reply(302, b"[]"), Code.MISCONFIGURED),
        (Reply(401, PAGE, HTML), Code.AUTH),
        (problem(403), Code.FORBIDDEN),
        (Reply(429, b"slow down"), Code.RATE_LIMITED),
        (problem(409, "conflict"), Code.CONFLICT),
        (problem(200, "unknown_customer"), Code.REJECTED),
        (problem(400, "weather"), Code.REJECTED),
        (Lost("No answer in time"), Code.ERP_DOWN),
        (Unreached(Code.ERP_DOWN, "No connection"), Code.ERP_DOWN),
        (Unreached(Code.MISCONFIGURED, "No such host"), Code.MISCONFIGURED),
        *(
            (plain(200, [{"reference": "SO-1", "status": "received"}, entry]), Code.ERP_DOWN)
            for entry in (
                {},
                None,
                "SO-2",
                {"reference": "SO-2"},
                {"reference": "SO-2", "status": "draft"},
                {"reference": "SO-2", "status": ["received"]},
                {"reference": {}, "status": "received"},
                {"reference": "SO-2", "status": "received", "total": "12,50"},
                {"reference": "SO-2", "status": "received", "total": "1_2"},
                {"reference": "SO-2", "status": "received", "total": True},
                {"reference": "SO-2", "status": "received", "total": 10**30},
                {"reference": "SO-2", "status": "received", "account_id": []},
                {"reference": "SO-2", "status": "received", "external_id": "x" * 300},
                {"reference": "SO-2", "status": "received", "external_id": "\ud800"},
            )
        ),
    ],
)
def test_a_lookup_that_fails_is_never_absence(outcome: Outcome, code: Code) -> None:
    trouble = classify.lookup(outcome, NOW)
    assert isinstance(trouble, LookupTrouble), trouble
    assert trouble.failure.code is code
    assert trouble.failure.message


def test_a_throttled_lookup_says_how_long() -> None:
    trouble = classify.lookup(Reply(429, b"", {"retry-after": "30"}), NOW)
    assert isinstance(trouble, LookupTrouble)
    assert trouble.retry_after == timedelta(seconds=30)


# --- health --------------------------------------------------------------------------------------


@pytest.mark.parametrize("body", [b"", b"ok", b'{"status": "ok"}'])
def test_healthy(body: bytes) -> None:
    assert classify.health(Reply(200, body)) == Healthy()


@pytest.mark.parametrize(
    ("outcome", "code"),
    [
        (Reply(401, PAGE), Code.AUTH),
        (Reply(403, b""), Code.FORBIDDEN),
        (Reply(404, b""), Code.MISCONFIGURED),
        (Reply(301, b""), Code.MISCONFIGURED),
        (Reply(429, b""), Code.RATE_LIMITED),
        (Reply(503, b""), Code.ERP_DOWN),
        (problem(200, "weather"), Code.REJECTED),
        (Lost("No answer in time"), Code.ERP_DOWN),
        (Unreached(Code.MISCONFIGURED, "No such host"), Code.MISCONFIGURED),
    ],
)
def test_unhealthy(outcome: Outcome, code: Code) -> None:
    answer = classify.health(outcome)
    assert isinstance(answer, Unhealthy)
    assert answer.failure.code is code


# --- whatever comes ------------------------------------------------------------------------------

JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                [
                    "code",
                    "detail",
                    "reference",
                    "confirmed",
                    "status",
                    "item",
                    "line",
                    "total",
                    "field",
                ]
            )
            | st.text(),
            inner,
            max_size=6,
        )
    ),
    max_leaves=12,
)
BODIES = st.binary() | JSON_VALUES.map(lambda value: json.dumps(value).encode())
REPLIES = st.builds(
    Reply,
    status=st.integers(0, 999),
    body=BODIES,
    headers=st.dictionaries(st.sampled_from(["retry-after", "content-type"]), st.text()),
    cut=st.none() | st.sampled_from(Cut),
)


@given(REPLIES)
def test_nothing_raises_and_words_stay_short(reply: Reply) -> None:
    answer = classify.answer(reply, NOW, ("A-1",))
    lookup = classify.lookup(reply, NOW)
    health = classify.health(reply)
    for outcome in (answer, lookup, health):
        if isinstance(outcome, Declined | Postponed | Silence | LookupTrouble | Unhealthy):
            assert len(outcome.failure.message) <= LONGEST_MESSAGE
            outcome.failure.message.encode()
    if isinstance(answer, Taken):
        assert reply.status in range(200, 300)
        assert reply.cut is None


@given(st.sampled_from([500, 502, 503, 504, 408]), st.binary())
def test_a_5xx_that_nobody_can_read_is_never_certain(status: int, body: bytes) -> None:
    silence(Reply(status, b"<" + body, HTML))
