"""What the screens in Slack read: the store's rows as the values that `bot.blocks` draws.

Called by `bot.listeners`, inside `commands.lookup.query`, which asks who is asking.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Final

from bot.blocks.alert_orders import CUSTOMER
from bot.blocks.pages import PAGE_SIZE, AlertOrders, Counts, OrdersPage, Page, Ticks
from bot.blocks.people_views import Changes
from bot.blocks.ticking import can_be_ticked
from commands.desk import Desk
from commands.domain.alerts import Alert, OrderLine
from commands.domain.batches import Batch, Progress, Ticked
from commands.domain.distributors import Distributor
from commands.domain.grouping import CauseKind
from commands.domain.history import Entry
from commands.domain.ids import OrderId
from commands.domain.lifecycle import Status
from commands.domain.people import PersonId
from commands.ports import Alerts, Clock
from commands.requests import Filters, Listing, RetryListed, RetrySeveral
from commands.typed import searched
from store import Store
from store.batches import SqlBatches
from store.filters import Filters as Narrowed
from store.looks import Look, Looks, Place, Viewer
from store.queries import Queries

MOST_PAGES: Final = 1_000_000
"""A page beyond this is not asked for by anybody who pages with a button."""

CHOICES: Final = 100
"""As many options as a select of Slack's takes."""

CHANGES: Final = 15

NEWS: Final = timedelta(minutes=10)
"""How long the App Home tells what its reader did last with many orders."""

NEXT_FIRST: Final = frozenset({Status.FAILED, Status.PENDING})
"""Lists of work to do: the next delivery comes first."""

NOTHING: Final = Narrowed(status=Status.SUCCESSFUL, unsynced=True)
"""A list that no order is in."""

FIRST_DAY: Final = date(1900, 1, 1)
LAST_DAY: Final = date(9000, 1, 1)
"""Beyond these a day has no midnight in every zone."""


@dataclass(frozen=True, slots=True)
class Screens:
    """One distributor's screens."""

    distributor: Distributor
    queries: Queries
    looks: Looks
    batches: SqlBatches
    alerts: Alerts
    clock: Clock

    async def counts(self) -> Counts:
        """How the orders stand now."""
        return await self.queries.summary(self.distributor.key, self.clock.now())

    async def listing(self, request: Listing, number: int = 1) -> Page:
        """A page of what `/orders failed` and its like ask for."""
        narrowed = self._narrowed(request.status, request.filters)
        return await self._page(narrowed, number, PAGE_SIZE)

    async def gather(
        self, person: PersonId, request: RetryListed | RetrySeveral
    ) -> tuple[Ticked, list[OrderId]]:
        """A selection of all that a list holds, or of some orders; and which of these there are
        not.
        """
        now, key = self.clock.now(), self.distributor.key
        if isinstance(request, RetryListed):
            listing = request.listing
            narrowed = self._narrowed(listing.status, listing.filters)
            return await self.batches.gather(key, person, narrowed, now), []
        known = await self.queries.known(key, request.orders)
        ticked = await self.batches.gather(key, person, request.orders, now)
        return ticked, [one for one in request.orders if one not in known]

    async def history(self, order: OrderId) -> list[Entry]:
        """All that happened to an order, oldest first."""
        return await self.queries.history(self.distributor.key, order)

    async def changes(self, person: PersonId | None = None) -> Changes:
        """The latest changes of who may do what."""
        key = self.distributor.key
        latest = await self.queries.people_history(key, person, CHANGES)
        return Changes(tuple(latest), await self.queries.people_changes(key, person))

    # --- lists with boxes to tick ----------------------------------------------------------------

    def viewer(self, person: PersonId, place: Place) -> Viewer:
        return Viewer(self.distributor.key, person, place)

    async def orders_page(self, look: Look) -> OrdersPage:
        """The Orders page as this person left it."""
        narrowed, problem = self._searched(look)
        next_first = narrowed.status in NEXT_FIRST
        page = await self._page(narrowed, look.page, PAGE_SIZE, next_first=next_first)
        ticks = await self._ticks(look, page, narrowed)
        return OrdersPage(look.status, look.words, page, ticks, problem)

    async def alert_orders(self, alert: Alert, look: Look) -> AlertOrders:
        """All orders of an alert, or those of one item or customer."""
        whole = self._of_alert(alert)
        narrowed = _narrow(whole, look)
        page = await self._page(narrowed, look.page, PAGE_SIZE, next_first=True)
        ticks = await self._ticks(look, page, narrowed)
        narrowings = await self.queries.narrowings(self.distributor.key, whole)
        return AlertOrders(page, ticks, narrowings, look.narrow, look.value)

    async def on_page(self, look: Look, alert: Alert | None = None) -> list[OrderId]:
        """The orders of the page that is looked at which can be ticked."""
        if alert is not None:
            page = (await self.alert_orders(alert, look)).page
        else:
            page = (await self.orders_page(look)).page
        return [line.id for line in page.lines if can_be_ticked(line)]

    def tickable(self, look: Look, alert: Alert | None = None) -> Narrowed:
        """All orders of a list that can be ticked, on all its pages."""
        if alert is not None:
            return replace(_narrow(self._of_alert(alert), look), unsynced=True)
        return replace(self._searched(look)[0], unsynced=True)

    async def choices(self, alert: Alert) -> Page:
        """Orders of an alert to choose one from, to key it in by hand."""
        if alert.cause.kind is CauseKind.OUTAGE:
            return await self._waiting(alert, CHOICES)
        narrowed = Narrowed(alert_id=alert.id, unsynced=True)
        return await self._page(narrowed, 1, CHOICES, next_first=True)

    # --- what was done with many -----------------------------------------------------------------

    async def progress(self, batch: Batch) -> Progress:
        return await self.batches.progress(batch, self.clock.now())

    async def pulse(self) -> tuple[int, ...]:
        """Changes whenever something changed that a screen shows."""
        return await self.queries.pulse(self.distributor.key)

    async def latest(self, person: PersonId) -> Progress | None:
        """What somebody did last with many orders, while that is news or not over."""
        now = self.clock.now()
        found = await self.batches.latest(self.distributor.key, person, now - 6 * NEWS, now)
        if found is None or (found.over and now - found.batch.at > NEWS):
            return None
        return found

    # --- how -------------------------------------------------------------------------------------

    async def _ticks(self, look: Look, page: Page, narrowed: Narrowed) -> Ticks:
        ids = [line.id for line in page.lines]
        here = await self.looks.ticked(look, ids)
        open_ = replace(narrowed, unsynced=True)
        whole = narrowed.status in NEXT_FIRST
        key = self.distributor.key
        matching = page.total if whole else await self.queries.count(key, open_)
        return Ticks(here, await self.looks.count(look), matching, look.drawn)

    async def _page(
        self, narrowed: Narrowed, number: int, size: int, *, next_first: bool = False
    ) -> Page:
        """Where a list has become shorter meanwhile, its last page."""
        number, now, key = min(max(number, 1), MOST_PAGES), self.clock.now(), self.distributor.key
        first = now if next_first else None
        found = await self.queries.lines(key, narrowed, number, size, next_from=first)
        if not found.lines and found.total and number > 1:
            last = -(-found.total // size)
            return await self._page(narrowed, min(last, number - 1), size, next_first=next_first)
        return Page(found.lines, found.total, now, number, size, by_delivery=next_first)

    async def _waiting(self, alert: Alert, size: int) -> Page:
        """Orders that an outage keeps and that can be keyed in, the next deliveries first."""
        now, key = self.clock.now(), self.distributor.key
        lines: tuple[OrderLine, ...] = await self.queries.waiting_next(key, now, size)
        picture = await self.alerts.picture(key, alert, now)
        return Page(lines, max(picture.open, len(lines)), now, 1, size, by_delivery=True)

    def _of_alert(self, alert: Alert) -> Narrowed:
        lasting = alert.cause.kind is CauseKind.OUTAGE and not (alert.ended_at or alert.closed_at)
        return Narrowed(alert_id=alert.id, waiting_at=self.clock.now() if lasting else None)

    def _searched(self, look: Look) -> tuple[Narrowed, str | None]:
        """What was searched for. Where that cannot be read nothing is found, and why is told: all
        of a list must not be taken for what somebody mistyped.
        """
        read = searched(look.words)
        if isinstance(read, str):
            return NOTHING, read
        return self._narrowed(look.status, read), None

    def _narrowed(self, status: Status | None, filters: Filters) -> Narrowed:
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


def _narrow(whole: Narrowed, look: Look) -> Narrowed:
    match look.narrow, look.value:
        case None, _:
            return whole
        case str(narrow), value if narrow == CUSTOMER:
            return replace(whole, account=value)
        case _, value:
            return replace(whole, subject=value)


def screens_of(desk: Desk, store: Store) -> Screens:
    """The screens of a desk's distributor."""
    own, ports = desk.distributor, (desk.alerts, desk.clock)
    return Screens(own, store.queries, store.looks, store.batches, *ports)
