"""What the screens in Slack read: the store's rows as the values that `bot.blocks` draws.

Called by `bot.listeners`, inside `commands.lookup.query`, which asks who is asking.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from bot.blocks.pages import PAGE_SIZE, Counts, Page
from commands.domain.alerts import Alert, OrderLine
from commands.domain.distributors import Distributor
from commands.domain.grouping import CauseKind
from commands.domain.history import Entry
from commands.domain.ids import OrderId
from commands.domain.lifecycle import State, Status
from commands.ports import Alerts, Clock
from commands.requests import Filters, Listing
from store.filters import Filters as Narrowed
from store.queries import Queries

MOST_PAGES: Final = 500
"""A page beyond this is not asked for by anybody who pages with a button."""

CHOICES: Final = 100
"""As many options as a select of Slack's takes."""

FIRST_DAY: Final = date(1900, 1, 1)
LAST_DAY: Final = date(9000, 1, 1)
"""Beyond these a day has no midnight in every zone."""


@dataclass(frozen=True, slots=True)
class Screens:
    """One distributor's screens."""

    distributor: Distributor
    queries: Queries
    alerts: Alerts
    clock: Clock

    async def counts(self) -> Counts:
        """How the orders stand now."""
        return await self.queries.summary(self.distributor.key, self.clock.now())

    async def listing(self, request: Listing, number: int = 1) -> Page:
        """A page of what `/orders failed` and its like ask for."""
        narrowed = self._narrowed(request.status, request.filters)
        return await self._page(narrowed, number, PAGE_SIZE)

    async def failed(self) -> Page:
        """The latest failed orders, for the App Home."""
        return await self._page(Narrowed(status=Status.FAILED), 1, PAGE_SIZE)

    async def of_alert(self, alert: Alert, number: int = 1) -> Page:
        """A page of what is left of an alert."""
        if alert.cause.kind is CauseKind.OUTAGE and alert.closed_at is None:
            return await self._waiting(alert, number, PAGE_SIZE)
        return await self._page(Narrowed(alert_id=alert.id), number, PAGE_SIZE)

    async def choices(self, alert: Alert) -> Page:
        """Orders of an alert to choose one from."""
        if alert.cause.kind is CauseKind.OUTAGE:
            return await self._waiting(alert, 1, CHOICES)
        page = await self._page(Narrowed(alert_id=alert.id), 1, CHOICES)
        left = tuple(line for line in page.lines if line.state is not State.SYNCED)
        return Page(left, len(left), page.as_of, 1, CHOICES)

    async def history(self, order: OrderId) -> list[Entry]:
        """All that happened to an order, oldest first."""
        return await self.queries.history(self.distributor.key, order)

    async def _page(self, narrowed: Narrowed, number: int, size: int) -> Page:
        number = min(max(number, 1), MOST_PAGES)
        found = await self.queries.lines(self.distributor.key, narrowed, number, size)
        return Page(found.lines, found.total, self.clock.now(), number, size)

    async def _waiting(self, alert: Alert, number: int, size: int) -> Page:
        """Orders that an outage keeps, the next deliveries first."""
        number, now = min(max(number, 1), MOST_PAGES), self.clock.now()
        key = self.distributor.key
        found = await self.queries.waiting_next(key, now, number * size)
        lines: tuple[OrderLine, ...] = found[(number - 1) * size :]
        picture = await self.alerts.picture(key, alert, now)
        return Page(lines, max(picture.open, len(found)), now, number, size)

    def _narrowed(self, status: Status, filters: Filters) -> Narrowed:
        now = self.clock.now()
        placed = self._midnight(filters)
        return Narrowed(
            status=status,
            code=filters.code,
            account=filters.account,
            item=filters.item,
            words=filters.words,
            since=now - filters.since if filters.since else None,
            placed_from=placed,
            placed_before=placed + timedelta(days=1) if placed else None,
        )

    def _midnight(self, filters: Filters) -> datetime | None:
        if filters.placed is None:
            return None
        day = min(max(filters.placed, FIRST_DAY), LAST_DAY)
        return datetime.combine(day, time.min, tzinfo=self.distributor.zone)
