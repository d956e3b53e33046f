"""The HTTP API through its front door: real requests, a real database."""

import contextlib
import json
import sqlite3
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.taken import WHY_NOT_TAKEN
from commands.domain.failures import Code, Failure, Subject, SubjectKind
from commands.domain.history import BOT, person
from commands.domain.ids import BadIdError, OrderId, order_id
from commands.domain.lifecycle import (
    Accepted,
    ContentChanged,
    Event,
    Hold,
    HoldAsked,
    OutcomeUnknown,
    Refusal,
    Refused,
    Standing,
    State,
    on,
)
from commands.domain.people import PersonId
from commands.ports import Applied
from tests.bot.making import NORTH, NOW, Place

ORDERS = "/api/v1/orders"
PROBLEM = "application/problem+json"


def order(number: object = "10248", **changes: Any) -> dict[str, Any]:
    plain = {
        "id": number,
        "distributor": "northwind",
        "account_id": "VINET",
        "account_name": "Vins et alcools Chevalier",
        "contact": "Paul Henriot",
        "placed_at": "1996-07-04T09:00:00Z",
        "delivery_date": "1996-08-01",
        "currency": "USD",
        "freight": "32.38",
        "po_number": None,
        "notes": None,
        "ship_to": {"name": "Vins", "city": "Reims", "region": None, "country": "France"},
        "lines": [{"sku": "NW-011", "quantity": 12, "unit_price": "14.00", "discount": "0.00"}],
    }
    return {**plain, **changes}


async def send(place: Place, body: object, token: str = "NORTH_SHOP") -> list[dict[str, Any]]:
    async with place.as_shop(token) as shop:
        answer = await shop.post(ORDERS, json=body)
    assert answer.status_code == 200, answer.text
    results: list[dict[str, Any]] = answer.json()["results"]
    return results


async def get(place: Place, path: str, token: str = "NORTH_SHOP") -> httpx.Response:
    async with place.as_shop(token) as shop:
        return await shop.get(path)


async def happens(place: Place, event: Event, number: str = "10248") -> None:
    outcome = await place.store.ledger.apply(NORTH, OrderId(number), event, BOT, NOW)
    assert isinstance(outcome, Applied)


async def attempt(place: Place, number: str = "10248") -> str:
    """Make the order due and claim it."""
    due = place.desks[NORTH].cadence.after(NOW)
    claimed = await place.store.ledger.claim(
        NORTH, 10, place.desks[NORTH].distributor.erp.lease, due
    )
    (one,) = [each for each in claimed if each.id == number]
    assert one.standing.attempt
    return one.standing.attempt


# --- sending -------------------------------------------------------------------------------------


async def test_an_order_is_created_then_unchanged_then_updated(place: Place) -> None:
    assert await send(place, order()) == [{"id": "10248", "outcome": "created"}]
    same = order(freight=32.38, lines=[{"sku": "NW-011", "quantity": "12.0", "unit_price": 14}])
    assert await send(place, [same]) == [{"id": "10248", "outcome": "unchanged"}]
    assert await send(place, order(account_name="Vins")) == [{"id": "10248", "outcome": "updated"}]
    shown = (await get(place, f"{ORDERS}/10248")).json()
    assert shown["account_name"] == "Vins"


async def test_it_is_due_at_the_next_tick(place: Place) -> None:
    await send(place, order())
    due = await place.store.ledger.next_due(NORTH)
    assert due
    assert due.isoformat() == "2026-11-24T12:05:00+00:00"


async def test_what_is_shown_of_an_order(place: Place) -> None:
    await send(place, order(colour="blue", weight=1.10, nested={"a": [1, None, True]}))
    shown = (await get(place, f"{ORDERS}/10248")).json()
    assert shown["lines"][0]["quantity"] == "12"
    assert shown["lines"][0]["unit_price"] == "14.00"
    assert (shown["colour"], shown["weight"], shown["nested"]) == (
        "blue",
        1.1,
        {"a": [1, None, True]},
    )
    assert (shown["status"], shown["state"], shown["error"]) == ("pending", "queued", None)
    assert (shown["erp_reference"], shown["attempts"], shown["held_by"]) == (None, 0, None)
    assert shown["received_at"] == "2026-11-24T12:01:00+00:00"


async def test_a_refused_order_says_why(place: Place) -> None:
    await send(place, order())
    failure = Failure(Code.INACTIVE_ITEM, "item is off", Subject(SubjectKind.ITEM, "NW-011"))
    await happens(place, Refused(await attempt(place), failure))
    shown = (await get(place, f"{ORDERS}/10248")).json()
    assert (shown["status"], shown["state"], shown["attempts"]) == ("failed", "failed", 1)
    assert shown["error"] == {
        "code": "inactive_item",
        "title": "Inactive item",
        "message": "item is off",
        "subject": "NW-011",
    }


async def test_a_held_order_says_by_whom(place: Place) -> None:
    await send(place, order())
    await place.store.ledger.apply(
        NORTH, OrderId("10248"), HoldAsked(PersonId("U1"), NOW), person(PersonId("U1")), NOW
    )
    assert (await get(place, f"{ORDERS}/10248")).json()["held_by"] == "U1"
    (result,) = await send(place, order(account_name="Other"))
    assert result["outcome"] == "refused"
    assert "keying the order in by hand" in result["detail"]


@pytest.mark.parametrize(
    ("until", "words"),
    [
        ("sending", "is being sent"),
        ("sent", "the ERP has the order already"),
        ("unknown", "may have the order already"),
        ("synced", "the order is synced"),
        ("duplicate", "a person has to look first"),
    ],
)
async def test_a_change_that_comes_too_late(place: Place, until: str, words: str) -> None:
    await send(place, order())
    claim = await attempt(place)
    events: dict[str, Event] = {
        "sent": Accepted(claim, "SO-1", confirmed=False, look_at=NOW),
        "synced": Accepted(claim, "SO-1", confirmed=True, look_at=NOW),
        "unknown": OutcomeUnknown(claim, Failure(Code.TIMEOUT), NOW),
        "duplicate": Refused(claim, Failure(Code.DUPLICATE)),
    }
    if until in events:
        await happens(place, events[until])
    assert await send(place, order()) == [{"id": "10248", "outcome": "unchanged"}]
    (result,) = await send(place, order(account_name="Other"))
    assert result["outcome"] == "refused"
    assert words in result["detail"]


BAD: list[tuple[dict[str, Any], str]] = [
    ({"id": None}, "id: expected text"),
    ({"id": ""}, "id: an id has 1 to 100 characters"),
    ({"id": "a\nb"}, "id: an id has no control character"),
    ({"id": " a"}, "id: an id"),
    ({"id": "x" * 101}, "id: an id has 1 to 100 characters"),
    ({"distributor": "southwind"}, 'distributor: expected "northwind"'),
    ({"account_id": 7}, "account_id: expected text"),
    ({"account_id": "   "}, "account_id: expected text that is not empty"),
    ({"account_name": "a\tb"}, "account_name: expected text without control characters"),
    ({"account_name": "x" * 256}, "account_name: expected at most 255 characters"),
    ({"notes": "a\u2028b"}, "notes: expected text without control characters"),
    ({"placed_at": "1996-07-04T09:00:00"}, "placed_at: expected a moment with its zone"),
    ({"placed_at": "1996-02-30T09:00:00Z"}, "placed_at: expected a moment with its zone"),
    ({"placed_at": "0001-01-01T00:00:00+14:00"}, "placed_at: expected a moment"),
    ({"delivery_date": "1996-8-1"}, "delivery_date: expected a day like"),
    ({"delivery_date": "9999-12-31"}, "delivery_date: expected a day like"),
    ({"deliver_by": "tomorrow"}, "deliver_by: expected a moment with its zone"),
    ({"currency": "dollars"}, "currency: expected three capital letters"),
    ({"freight": "-1"}, "freight: expected an amount of zero or more"),
    ({"freight": "1e2"}, "freight: expected an amount"),
    ({"freight": 1e300}, "freight: expected an amount"),
    ({"freight": "0.0000001"}, "freight: expected an amount"),
    ({"freight": "1" * 13}, "freight: expected an amount"),
    ({"freight": "٣"}, "freight: expected an amount"),
    ({"ship_to": "Reims"}, "ship_to: expected an object"),
    ({"lines": []}, "lines: expected at least one line"),
    ({"lines": None}, "lines: expected a list of lines"),
    ({"lines": ["NW-011"]}, "lines[0]: expected an object"),
    ({"odd": "\u0000"}, "odd: expected text that can be stored"),
]
BAD_LINES: list[tuple[dict[str, Any], str]] = [
    ({"quantity": 0}, "a number above zero"),
    ({"quantity": "-1"}, "a number above zero"),
    ({"quantity": True}, "a number above zero"),
    ({"quantity": "NaN"}, "a number above zero"),
    ({"quantity": "Infinity"}, "a number above zero"),
    ({"unit_price": -1}, "an amount of zero or more"),
    ({"unit_price": None}, "an amount of zero or more"),
    ({"discount": "1.01"}, "a fraction from 0 to 1"),
]


async def test_a_bad_field_is_named_and_hurts_no_neighbour(place: Place) -> None:
    sent = []
    for number, (change, _) in enumerate(BAD):
        sent += [order(f"good-{number}"), {**order(f"bad-{number}"), **change}]
    results = await send(place, sent)
    assert [one["outcome"] for one in results[::2]] == ["created"] * len(BAD)
    for (_, words), one in zip(BAD, results[1::2], strict=True):
        assert one["outcome"] == "refused"
        assert one["detail"].startswith(words)


async def test_a_bad_line_is_named(place: Place) -> None:
    line = {"sku": "NW-011", "quantity": 1, "unit_price": 1}
    sent = [order(str(n), lines=[line, {**line, **bad}]) for n, (bad, _) in enumerate(BAD_LINES)]
    for (change, words), one in zip(BAD_LINES, await send(place, sent), strict=True):
        assert one["outcome"] == "refused"
        assert one["detail"].startswith(f"lines[1].{next(iter(change))}: expected {words}")


async def test_a_missing_field_is_named(place: Place) -> None:
    required = ["id", "distributor", "account_id", "placed_at", "delivery_date", "lines"]
    sent = [{key: value for key, value in order(name).items() if key != name} for name in required]
    results = await send(place, sent)
    assert [one["detail"] for one in results] == [f"{name}: is required" for name in required]


async def test_alone_as_well_as_in_an_array(place: Place) -> None:
    (result,) = await send(place, order(freight=-1))
    assert (result["id"], result["outcome"]) == ("10248", "refused")


async def test_the_second_of_one_id_is_refused(place: Place) -> None:
    results = await send(place, [order(), order(account_name="Other"), order("2")])
    assert [one["outcome"] for one in results] == ["created", "refused", "created"]
    assert "appears twice" in results[1]["detail"]
    assert (await get(place, f"{ORDERS}/10248")).json()["account_name"] != "Other"


async def test_figures_are_not_rounded(place: Place) -> None:
    line = {"sku": "A", "quantity": "0.000001", "unit_price": "999999999999.999999"}
    body = json.dumps(order(lines=[line])).replace('"999999999999.999999"', "999999999999.999999")
    async with place.as_shop() as shop:
        assert (await shop.post(ORDERS, content=body)).json()["results"][0]["outcome"] == "created"
    (shown,) = (await get(place, f"{ORDERS}/10248")).json()["lines"]
    assert (shown["quantity"], shown["unit_price"]) == ("0.000001", "999999999999.999999")


BODIES = [
    (b"", 422),
    (b"{", 422),
    (b'"order"', 422),
    (b"12", 422),
    (b"null", 422),
    (b"\xff\xfe", 422),
    (b"[NaN]", 422),
    (b"[" * 100_000, 422),
    (b"1" * 5000, 422),
    (b"[]", 200),
    (b"[1]", 200),
]


async def test_a_body_of_another_kind(place: Place) -> None:
    async with place.as_shop() as shop:
        for body, status in BODIES:
            answer = await shop.post(ORDERS, content=body)
            assert answer.status_code == status
            if status == 422:
                assert answer.headers["content-type"] == PROBLEM
                assert answer.json()["status"] == 422


async def test_more_than_a_thousand_at_once(place: Place) -> None:
    many = [order(str(number)) for number in range(1001)]
    async with place.as_shop() as shop:
        answer = await shop.post(ORDERS, json=many)
        assert answer.status_code == 422
        answer = await shop.post(ORDERS, json=many[:1000])
    assert [one["outcome"] for one in answer.json()["results"]] == ["created"] * 1000


async def test_a_body_over_8_mib(place: Place) -> None:
    body = b" " * (8 << 20) + b"[]"

    async def pieces() -> Any:
        for start in range(0, len(body), 1 << 16):
            yield body[start : start + (1 << 16)]

    async with place.as_shop() as shop:
        for content in (body, pieces()):
            answer = await shop.post(ORDERS, content=content)
            assert answer.status_code == 413
            assert answer.headers["content-type"] == PROBLEM
        assert (await shop.post(ORDERS, content=body[2:])).status_code == 200


# --- tokens --------------------------------------------------------------------------------------


HEADERS = [None, "Bearer", "Bearer wrong", "Basic abc", "Bearer \xff\xfe", "north-shop-token-0123"]


async def test_without_a_right_token(place: Place) -> None:
    for header in HEADERS:
        await nobody(place, {b"Authorization": header.encode("latin-1")} if header else {})


async def nobody(place: Place, headers: dict[bytes, bytes]) -> None:
    async with httpx.AsyncClient(base_url=place.url) as one:
        for path in (ORDERS, f"{ORDERS}/10248"):
            answer = await one.get(path, headers=headers)
            assert answer.status_code == 401
            assert answer.headers["content-type"] == PROBLEM
            assert answer.headers["www-authenticate"].startswith("Bearer")
        answer = await one.post(ORDERS, content=b"x" * (9 << 20), headers=headers)
        assert answer.status_code == 401


async def test_one_distributor_never_sees_anothers(place: Place) -> None:
    await send(place, order())
    assert (await get(place, f"{ORDERS}/10248", "SOUTH_SHOP")).status_code == 404
    assert (await get(place, ORDERS, "SOUTH_SHOP")).json()["orders"] == []
    own = order(distributor="southwind", account_name="South")
    assert await send(place, own, "SOUTH_SHOP") == [{"id": "10248", "outcome": "created"}]
    assert (await get(place, f"{ORDERS}/10248")).json()["account_name"] != "South"


async def test_the_erps_token_only_confirms(place: Place) -> None:
    for answer in (
        await get(place, ORDERS, "NORTH_CONFIRMS"),
        await get(place, f"{ORDERS}/1", "NORTH_CONFIRMS"),
    ):
        assert answer.status_code == 403
        assert answer.headers["content-type"] == PROBLEM


# --- looking -------------------------------------------------------------------------------------


async def test_pages_stand_still_while_orders_come_in(place: Place) -> None:
    await send(place, [order(str(number)) for number in range(5)])
    first = (await get(place, f"{ORDERS}?limit=2")).json()
    await send(place, order("late"))
    second = (await get(place, f"{ORDERS}?limit=2&cursor={first['next_cursor']}")).json()
    third = (await get(place, f"{ORDERS}?limit=2&cursor={second['next_cursor']}")).json()
    ids = [one["id"] for page in (first, second, third) for one in page["orders"]]
    assert ids == ["4", "3", "2", "1", "0"]
    assert third["next_cursor"] is None


async def test_a_list_can_be_narrowed(place: Place) -> None:
    await send(place, order())
    for query, count in [
        ("status=pending", 1),
        ("status=failed", 0),
        ("since=2026-11-24T12:01:00Z", 1),
        ("since=2026-11-24T12:01:01Z", 0),
        ("since=2026-11-24T13:01:00%2B01:00", 1),
    ]:
        assert len((await get(place, f"{ORDERS}?{query}")).json()["orders"]) == count, query


WRONG_QUESTIONS = [
    ("status=lost", "status: "),
    ("since=yesterday", "since: expected a moment with its zone"),
    ("limit=501", "limit: "),
    ("limit=0", "limit: "),
    ("cursor=%21%21", "cursor: use next_cursor"),
    ("cursor=YWJj", "cursor: use next_cursor"),
]


async def test_a_wrong_question(place: Place) -> None:
    for query, words in WRONG_QUESTIONS:
        answer = await get(place, f"{ORDERS}?{query}")
        assert answer.status_code == 422
        assert answer.headers["content-type"] == PROBLEM
        assert answer.json()["detail"].startswith(words)


def _allowed(text: str) -> bool:
    try:
        order_id(text)
    except BadIdError:
        return False
    return True


ids = st.one_of(
    st.sampled_from(["a/b", "..", ".", "?x=1", "#", "%2F", "a b", "Ä", "\u202e", "🛒", "/", "//"]),
    st.text(min_size=1, max_size=100),
).filter(_allowed)


@settings(
    max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(st.lists(ids, min_size=1, max_size=20, unique=True))
async def test_every_allowed_id_arrives_whole(place: Place, many: list[str]) -> None:
    results = await send(place, [order(one) for one in many])
    assert [one["id"] for one in results] == many
    for one in many:
        # A client takes `.` and `..` out of an address by itself.
        path = quote(one, safe="").replace(".", "%2E")
        answer = await get(place, f"{ORDERS}/{path}")
        if one not in {".", ".."}:
            assert answer.json()["id"] == one


# --- confirmations -------------------------------------------------------------------------------

CONFIRM = "/api/v1/erp/confirmations"


async def confirm(place: Place, token: str, body: object) -> httpx.Response:
    async with place.as_shop(token) as who:
        return await who.post(CONFIRM, json=body)


async def test_the_erps_word_moves_the_order_and_may_be_repeated(place: Place) -> None:
    await send(place, order())
    await happens(place, Accepted(await attempt(place), "SO-1", confirmed=False, look_at=NOW))
    for moved in (True, False):
        answer = await confirm(
            place, "NORTH_CONFIRMS", {"order_id": "10248", "erp_reference": "SO-1"}
        )
        assert answer.status_code == 200
        assert answer.json() == {"order_id": "10248", "moved": moved}
    shown = (await get(place, f"{ORDERS}/10248")).json()
    assert (shown["status"], shown["erp_reference"]) == ("successful", "SO-1")


async def test_the_shops_word_is_looked_up_first(place: Place) -> None:
    await send(place, order())
    body = {"order_id": "10248", "erp_reference": "SO-1"}
    answer = await confirm(place, "NORTH_SHOP", body)
    assert answer.status_code == 200
    assert (await get(place, f"{ORDERS}/10248")).json()["status"] == "pending"
    history = await place.store.queries.history(NORTH, OrderId("10248"))
    assert history[-1].what == "confirmation_reported"


@pytest.mark.parametrize("token", ["NORTH_CONFIRMS", "NORTH_SHOP", "SOUTH_SHOP"])
async def test_a_confirmation_of_an_unknown_order(place: Place, token: str) -> None:
    if token == "SOUTH_SHOP":
        await send(place, order())
    answer = await confirm(place, token, {"order_id": "10248", "erp_reference": "SO-1"})
    assert answer.status_code == 404
    assert answer.headers["content-type"] == PROBLEM


async def test_a_confirmation_that_cannot_be_read(place: Place) -> None:
    for body in ([None], {}, {"order_id": 1}, {"order_id": "1", "erp_reference": 5}):
        assert (await confirm(place, "NORTH_SHOP", body)).status_code == 422


# --- the machine room ----------------------------------------------------------------------------


async def test_health_and_readiness(place: Place) -> None:
    assert (await get(place, "/healthz")).json() == {"status": "ok"}
    ready = await get(place, "/readyz")
    assert ready.status_code == 200
    assert ready.json()["database"] == "ok"


async def test_metrics_carry_ids_states_and_codes_only(place: Place) -> None:
    await send(place, order(account_name="Canary Foods", notes="canary"))
    document = (await place.store.queries.order(NORTH, OrderId("10248"))).document  # type: ignore[union-attr]
    await place.desks[NORTH].erp.send(document)
    await place.desks[NORTH].erp.find(document.id)
    answer = await get(place, "/metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    lines = answer.text.splitlines()
    assert 'orderwatch_orders{distributor="northwind",state="queued"} 1.0' in lines
    assert 'orderwatch_orders{distributor="southwind",state="queued"} 0.0' in lines
    assert 'orderwatch_erp_connection{distributor="northwind",state="working"} 1.0' in lines
    assert any(line.startswith("orderwatch_sync_attempts_total{") for line in lines)
    assert 'orderwatch_lookups_total{distributor="northwind",outcome="found"} 1.0' in lines
    assert "anary" not in answer.text


async def test_the_api_describes_itself(place: Place) -> None:
    described = (await get(place, "/api/openapi.json")).json()
    assert {ORDERS, f"{ORDERS}/{{id}}", CONFIRM} <= set(described["paths"])
    body = described["paths"][ORDERS]["post"]["requestBody"]["content"]["application/json"]
    assert "lines" in body["schema"]["oneOf"][0]["required"]
    assert "$ref" not in json.dumps(body)


LOST = [
    ("GET", "/nothing", 404),
    ("DELETE", ORDERS, 405),
    ("POST", "/slack/events", 404),
    ("GET", f"{ORDERS}/", 404),
]


async def test_every_error_is_a_problem_document(place: Place) -> None:
    async with place.as_shop() as shop:
        for method, path, status in LOST:
            answer = await shop.request(method, path)
            assert answer.status_code == status
            assert answer.headers["content-type"] == PROBLEM
            assert answer.json()["status"] == status


def test_every_reason_a_change_meets_has_its_sentence() -> None:
    for state in State:
        for hold in (None, Hold(PersonId("U1"), NOW, NOW)):
            for code in Code:
                standing = Standing(state=state, hold=hold, failure=Failure(code))
                outcome = on(standing, ContentChanged(NOW), NOW)
                assert not isinstance(outcome, Refusal) or outcome.reason in WHY_NOT_TAKEN


async def test_it_is_not_ready_on_another_schema(place: Place) -> None:
    path = place.settings.database_url.removeprefix("sqlite:///")
    with contextlib.closing(sqlite3.connect(path)) as database:
        database.execute("UPDATE alembic_version SET version_num = '0000'")
        database.commit()
    answer = await get(place, "/readyz")
    assert answer.status_code == 503
    assert answer.headers["content-type"] == PROBLEM
    assert "orderwatch migrate" in answer.json()["detail"]
