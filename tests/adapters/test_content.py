"""Every order arrives whole: each allowed id, each script, each figure, up to every limit."""

import json
from decimal import Decimal
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, Phase, given, settings

from commands.domain.answers import Declined, Taken
from commands.domain.documents import Address, Document, Line
from commands.domain.failures import Code
from commands.domain.ids import LONGEST_ID, OrderId, order_id
from commands.ports import Erp
from tests.adapters.harness import BY_WEIGHT, CUSTOMERS, ITEMS, Harness, order
from tests.adapters.planning import documents

pytestmark = pytest.mark.xdist_group("adapters")

IDS = (
    "10248 / 2",
    "50%",
    "a?b=c&d#e+f",
    "';--\"\\",
    "Łódź № 7",
    "طلب ١٢٣",
    "注文 一二三",
    "\u202eabc\u202c",
    "e\u0301 \u00e9",
    "🧀" * LONGEST_ID,
    "<b>&amp;</b>",
    "%s %(id)s {id}",
    "null",
    "0",
    "x" * LONGEST_ID,
)


async def entered(erp: Erp, harness: Harness, document: Document) -> None:
    """It is taken, held once with this account and total, and found by its id."""
    answer = await erp.send(document)
    assert isinstance(answer, Taken), answer
    [held] = await harness.held(document.id)
    assert (held.account, held.total) == (document.account_id, document.total)
    [found] = (await documents(erp, document)).found
    assert found.external_id in {None, document.id}
    assert found.account_id in {None, document.account_id}
    assert found.total in {None, document.total}


@pytest.mark.parametrize("which", range(len(IDS)))
async def test_ids(drafting: Erp, harness: Harness, which: int) -> None:
    await entered(drafting, harness, order(id=order_id(IDS[which])))


async def test_ids_that_differ_by_little_are_different_orders(
    drafting: Erp, harness: Harness
) -> None:
    for number in ("Twin-1", "twin-1", "Twin-1 x", "Twin_1", "Twin%1", "Twín-1"):
        await entered(drafting, harness, order(id=OrderId(number)))


async def test_an_absent_id_is_absent_whatever_it_is(drafting: Erp, harness: Harness) -> None:
    """A handful of ids beside those above; whatever is allowed may be looked for."""
    for number in _some_ids():
        assert (await documents(drafting, order(id=number))).found == ()


def _some_ids() -> list[OrderId]:
    """Forty of the allowed ids, the same at each run."""
    found: list[OrderId] = []
    letters = st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"])
    texts = st.text(letters, min_size=1, max_size=LONGEST_ID - 1)

    @settings(
        max_examples=40,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(texts.filter(lambda text: text == text.strip()))
    def draw(text: str) -> None:
        found.append(order_id(f"~{text}"))

    draw()
    return found


# --- figures -------------------------------------------------------------------------------------

FIGURES: list[Any] = [
    ("1", "0", "0"),
    ("1", "0.01", "0"),
    ("3", "1.15", "0.50"),
    ("7", "14.45", "0.15"),
    ("1", "0.125", "0"),
    ("1", "0.1", "0.05"),
    ("13", "9.99", "0.3333"),
    ("100", "19.99", "0.07"),
    ("1", "999999999999.99", "0"),
    ("999999", "1", "0"),
    ("2", "0.005", "0"),
    ("12", "12.34", "1"),
]


@pytest.mark.parametrize(("quantity", "price", "discount"), FIGURES)
async def test_figures(
    drafting: Erp, harness: Harness, quantity: str, price: str, discount: str
) -> None:
    line = Line("A-1", Decimal(quantity), Decimal(price), Decimal(discount))
    await entered(drafting, harness, order(lines=(line,), freight=Decimal(0)))


async def test_fractions_of_a_unit(drafting: Erp, harness: Harness) -> None:
    lines = tuple(
        Line(BY_WEIGHT, Decimal(quantity), Decimal("3.99"), Decimal("0.05"))
        for quantity in ("0.01", "0.25", "2.5", "12.34")
    )
    await entered(drafting, harness, order(lines=lines))


async def test_a_total_is_equal_or_the_order_is_refused(drafting: Erp, harness: Harness) -> None:
    """A thousand pieces at an eighth of a cent more: no ERP rounds this like the next."""
    line = Line("A-1", Decimal(1000), Decimal("0.123456"))
    mine = order(lines=(line,))
    answer = await drafting.send(mine)
    held = await harness.held(mine.id)
    if isinstance(answer, Taken):
        assert [one.total for one in held] == [mine.total]
    else:
        assert isinstance(answer, Declined)
        assert answer.failure.code is Code.PRICE_INVALID
        assert "123.46" in answer.failure.message
        assert held == []


# --- length --------------------------------------------------------------------------------------


async def test_five_hundred_lines(erp: Erp, harness: Harness) -> None:
    lines = tuple(
        Line(ITEMS[number % 20], Decimal(number % 7 + 1), Decimal(number + 1) / 100)
        for number in range(500)
    )
    await entered(erp, harness, order(lines=lines))


async def test_every_text_at_its_limit(erp: Erp, harness: Harness) -> None:
    longest = "Ł" * 255
    address = Address(longest, "№" * 2000, longest, longest, longest, longest)
    line = Line(ITEMS[-1], Decimal(1), Decimal(1), description="語" * 2000, unit="u" * 255)
    mine = order(
        id=order_id("№" * LONGEST_ID),
        account_id=CUSTOMERS[-1],
        account_name=longest,
        contact=longest,
        phone="5" * 255,
        po_number="P" * 255,
        notes="ñ\n\t\r" * 2500,
        ship_to=address,
        lines=(line, *(Line(code, Decimal(1), Decimal(1)) for code in ITEMS)),
        extra={"unknown": json.dumps(["kept", "and", "ignored"])},
    )
    await entered(erp, harness, mine)


@pytest.mark.parametrize("account", CUSTOMERS)
async def test_customers_of_any_code(drafting: Erp, harness: Harness, account: str) -> None:
    await entered(drafting, harness, order(account_id=account))
