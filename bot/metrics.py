"""Figures for Prometheus: ids, states and codes only. Served at /metrics by `bot.api`.

What the database knows is counted when it is asked for; what only this process knows (attempts) is
counted as it happens, by a wrapper round the ERP adapter.
"""

from collections.abc import Iterable, Mapping
from typing import assert_never

from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest

from commands.desk import Desk
from commands.domain.answers import (
    Answer,
    CannotTell,
    Declined,
    Documents,
    Healthy,
    Lookup,
    LookupTrouble,
    Postponed,
    Silence,
    Taken,
    Unhealthy,
)
from commands.domain.connection import Line
from commands.domain.documents import Document
from commands.domain.ids import DistributorKey, OrderId
from commands.domain.lifecycle import State
from commands.ports import Erp


class Metrics:
    """One process's figures."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.attempts = Counter(
            "orderwatch_sync_attempts",
            "Requests that were to enter an order, by how they ended",
            ("distributor", "outcome", "code"),
            registry=self.registry,
        )
        self.lookups = Counter(
            "orderwatch_lookups",
            "Look-ups in the ERP, by how they ended",
            ("distributor", "outcome"),
            registry=self.registry,
        )
        self.last_tick = Gauge(
            "orderwatch_last_tick_timestamp_seconds",
            "When the cadence last ticked",
            ("distributor",),
            registry=self.registry,
        )
        self.orders = Gauge(
            "orderwatch_orders", "Orders by state", ("distributor", "state"), registry=self.registry
        )
        self.connection = Gauge(
            "orderwatch_erp_connection",
            "1 for the state the ERP connection is in",
            ("distributor", "state"),
            registry=self.registry,
        )

    def count(self, distributor: DistributorKey, states: Mapping[State, int]) -> None:
        for state in State:
            self.orders.labels(distributor, state).set(states.get(state, 0))

    def text(self) -> bytes:
        """As Prometheus reads it."""
        return generate_latest(self.registry)

    async def ask_connections(self, desks: Iterable[Desk]) -> None:
        for desk in desks:
            key = desk.distributor.key
            now = (await desk.connections.load(key)).line
            for line in Line:
                self.connection.labels(key, line).set(line is now)

    def answered(self, distributor: DistributorKey, answer: Answer) -> None:
        match answer:
            case Taken(confirmed=confirmed):
                outcome, code = "confirmed" if confirmed else "received", ""
            case Declined(failure):
                outcome, code = "refused", str(failure.code)
            case Postponed(failure):
                outcome, code = "postponed", str(failure.code)
            case Silence(failure):
                outcome, code = "unknown", str(failure.code)
            case _ as never:
                assert_never(never)
        self.attempts.labels(distributor, outcome, code).inc()

    def looked_up(self, distributor: DistributorKey, lookup: Lookup | CannotTell) -> None:
        match lookup:
            case Documents(found):
                outcome = "found" if found else "absent"
            case LookupTrouble():
                outcome = "failed"
            case CannotTell():
                outcome = "cannot_tell"
            case _ as never:
                assert_never(never)
        self.lookups.labels(distributor, outcome).inc()


class CountedErp:
    """An ERP whose answers are counted. Implements `commands.ports.Erp`."""

    def __init__(self, erp: Erp, distributor: DistributorKey, metrics: Metrics) -> None:
        self._erp = erp
        self._distributor = distributor
        self._metrics = metrics

    async def send(self, document: Document) -> Answer:
        answer = await self._erp.send(document)
        self._metrics.answered(self._distributor, answer)
        return answer

    async def resume(self, document: Document, reference: str | None) -> Answer:
        answer = await self._erp.resume(document, reference)
        self._metrics.answered(self._distributor, answer)
        return answer

    async def find(self, order: OrderId) -> Lookup:
        lookup = await self._erp.find(order)
        self._metrics.looked_up(self._distributor, lookup)
        return lookup

    async def find_number(self, reference: str) -> Lookup | CannotTell:
        lookup = await self._erp.find_number(reference)
        self._metrics.looked_up(self._distributor, lookup)
        return lookup

    async def examine(self) -> tuple[str, ...]:
        return await self._erp.examine()

    async def health(self) -> Healthy | Unhealthy:
        return await self._erp.health()

    async def close(self) -> None:
        await self._erp.close()
