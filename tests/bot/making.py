"""Settings, desks and a stopped clock for the tests of the shell."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import httpx

import erp
import store as stores
from bot.cadence import Cadence
from bot.metrics import CountedErp, Metrics
from bot.settings import Settings
from commands.desk import Desk
from commands.domain.ids import DistributorKey
from sandbox.erp.state import ErpState

NORTH, SOUTH = DistributorKey("northwind"), DistributorKey("southwind")
NOW = datetime(2026, 11, 24, 12, 1, tzinfo=UTC)
TOKENS = {
    "NORTH_SHOP": "north-shop-token-0123",
    "NORTH_CONFIRMS": "north-erp-token-45678",
    "SOUTH_SHOP": "south-shop-token-0123",
    "NORTH_ERP": "north-erp-key",
    "SOUTH_ERP": "south-erp-key",
}
CONFIG = """
[distributors.northwind]
name = "Northwind Traders"
timezone = "America/Chicago"
slack_team = "T000000001"
alert_channel = "C000000002"
admins = ["U000000001"]
api_token = "env:NORTH_SHOP"
erp_api_token = "env:NORTH_CONFIRMS"
[distributors.northwind.erp]
kind = "rest"
url = "{erp}"
token = "env:NORTH_ERP"
settle = "1s"
lookup_gap = "1s"

[distributors.southwind]
name = "Southwind"
timezone = "UTC"
slack_team = "T000000002"
alert_channel = "C000000003"
api_token = "env:SOUTH_SHOP"
[distributors.southwind.erp]
kind = "rest"
url = "{erp}"
token = "env:SOUTH_ERP"
"""


@dataclass
class StoppedClock:
    """Goes when a test moves it."""

    moment: datetime = NOW
    slept: list[timedelta] = field(default_factory=list)

    def now(self) -> datetime:
        return self.moment

    async def sleep(self, span: timedelta) -> None:
        self.slept.append(span)


@dataclass
class Place:
    """Everything a test of the HTTP side needs at hand."""

    settings: Settings
    store: stores.Store
    desks: dict[DistributorKey, Desk]
    clock: StoppedClock
    gateway: ErpState
    metrics: Metrics
    url: str = ""

    def as_shop(self, token: str = "NORTH_SHOP") -> httpx.AsyncClient:
        headers = {"Authorization": f"Bearer {TOKENS.get(token, token)}"}
        return httpx.AsyncClient(base_url=self.url, headers=headers, timeout=20)


def desk_of(
    settings: Settings,
    key: DistributorKey,
    store: stores.Store,
    clock: StoppedClock,
    metrics: Metrics,
) -> Desk:
    account = settings.accounts[key]
    adapter = CountedErp(erp.connect(account.table.erp.settings()), key, metrics)
    one = account.distributor
    return Desk(
        distributor=one,
        ledger=store.ledger,
        people=store.people,
        alerts=store.alerts,
        notices=store.notices,
        connections=store.connections,
        batches=store.batches,
        erp=adapter,
        clock=clock,
        cadence=Cadence(one.cadence, one.zone),
    )
