"""Whatever the shop may send arrives in the ERP as it was: ids, texts, decimals to the digit."""

import asyncio
import json
import string
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import example, given
from hypothesis import settings as pace
from hypothesis import strategies as st

from commands.domain.documents import Address, Document, Line, from_json
from commands.domain.ids import BadIdError, DistributorKey, OrderId, order_id
from commands.ports import Erp
from erp.carriers import Carrier
from sandbox.erp.orders import read
from tests.erp.world import Raw, adapter, http, raw, saying

pytestmark = pytest.mark.usefixtures("carrier")


def allowed(text: str) -> bool:
    try:
        order_id(text)
    except BadIdError:
        return False
    return True


IDS = st.text(min_size=1, max_size=100).filter(allowed)
KEYS = st.text(string.ascii_lowercase + string.digits + "-", min_size=1, max_size=20)
# As many digits as intake lets through: 12 before the point and 6 after it.
AMOUNTS = st.decimals(0, 999_999_999_999, places=6) | st.decimals(0, 10_000, places=2)
QUANTITIES = AMOUNTS.filter(lambda number: number > 0)
TEXTS = st.none() | st.text(max_size=30)
ZONED = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
LINES = st.builds(
    Line,
    sku=IDS,
    quantity=QUANTITIES,
    unit_price=AMOUNTS,
    discount=st.decimals(0, 1, places=4),
    description=TEXTS,
    unit=TEXTS,
)
DOCUMENTS = st.builds(
    Document,
    id=IDS.map(OrderId),
    distributor=KEYS.map(DistributorKey),
    account_id=IDS,
    placed_at=ZONED,
    delivery_date=st.dates(date(1990, 1, 1), date(2100, 1, 1)),
    lines=st.lists(LINES, min_size=1, max_size=4).map(tuple),
    account_name=TEXTS,
    deliver_by=st.none() | ZONED,
    freight=AMOUNTS,
    po_number=TEXTS,
    notes=TEXTS,
    ship_to=st.none() | st.builds(Address, name=TEXTS, city=TEXTS, country=TEXTS),
    extra=st.dictionaries(st.just("x-own"), st.integers() | TEXTS, max_size=1),
)


@dataclass(slots=True)
class Wire:
    """An adapter and a server that keeps what came, on a loop that outlives one example."""

    runner: asyncio.Runner
    server: Raw
    erp: Erp

    def send(self, document: Document) -> tuple[str, bytes]:
        """The key and the body as they arrived."""
        self.server.requests.clear()
        self.runner.run(self.erp.send(document))
        head, _, body = self.server.requests[0].partition(b"\r\n\r\n")
        lines = dict(line.split(": ", 1) for line in head.decode("ascii").split("\r\n")[1:])
        return lines["Idempotency-Key"], body

    def find(self, order: OrderId) -> str:
        """The request's target as it arrived."""
        self.server.requests.clear()
        self.runner.run(self.erp.find(order))
        return self.server.requests[0].split(b" ")[1].decode("ascii")


@pytest.fixture(scope="module")
def wire(carrier: Carrier) -> Iterator[Wire]:
    answer = http(200, b'{"reference": null, "confirmed": false}')
    with asyncio.Runner() as runner:
        serving = raw(saying(answer))
        server = runner.run(serving.__aenter__())  # entered on the runner's loop
        opened = adapter(server.url)
        erp = runner.run(opened.__aenter__())  # entered on the runner's loop
        yield Wire(runner, server, erp)
        runner.run(opened.__aexit__(None, None, None))
        runner.run(serving.__aexit__(None, None, None))


@given(IDS, KEYS)
@example("10248", "northwind")
@example("a/b%2F?x=1&y#z+ ü", "a-1")
@example("\u202e\u200b٣", "a")
@example("😀" * 100, "a")
@pace(deadline=None)
def test_every_allowed_id_arrives_whole(wire: Wire, text: str, key: str) -> None:
    document = _smallest(OrderId(text), DistributorKey(key))
    sent_key, body = wire.send(document)
    assert [unquote(part) for part in sent_key.split("/")] == [key, text]
    assert json.loads(body)["id"] == text
    query = urlsplit(wire.find(OrderId(text))).query
    assert parse_qs(query, keep_blank_values=True) == {"external_id": [text]}


def _smallest(text: OrderId, key: DistributorKey) -> Document:
    moment = datetime(2026, 3, 1, tzinfo=UTC)
    lines = (Line("A-1", Decimal(1), Decimal(1)),)
    return Document(text, key, "BEAUR", moment, moment.date(), lines)


@given(DOCUMENTS)
@pace(deadline=None)
def test_every_allowed_order_arrives_with_equal_decimals(wire: Wire, document: Document) -> None:
    _, body = wire.send(document)
    assert from_json(json.loads(body)) == document
    arrived = read(body)
    assert [(line.quantity, line.unit_price, line.discount) for line in arrived.lines] == [
        (line.quantity, line.unit_price, line.discount) for line in document.lines
    ]
    assert arrived.total == document.total
