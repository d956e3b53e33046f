"""Makes the desks: each distributor with its ports. Called by the service and the command line."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from zoneinfo import ZoneInfo

import erp
from bot.cadence import Cadence
from bot.metrics import CountedErp, Metrics
from bot.settings import Account
from commands.desk import Desk
from commands.ports import Clock
from store import Store


class Bell:
    """Rings everyone who asked to hear that there is something to do."""

    def __init__(self) -> None:
        self._hearers: list[Callable[[], None]] = []

    def hear(self, hearer: Callable[[], None]) -> None:
        self._hearers.append(hearer)

    @contextmanager
    def heard_by(self, *hearers: Callable[[], None]) -> Iterator[None]:
        """They hear it for a while."""
        self._hearers = [*self._hearers, *hearers]
        try:
            yield
        finally:
            self._hearers = [one for one in self._hearers if one not in hearers]

    def ring(self) -> None:
        for hearer in self._hearers:
            hearer()


def desk_of(
    account: Account,
    store: Store,
    clock: Clock,
    metrics: Metrics | None = None,
    bell: Bell | None = None,
    cadence: Callable[[str, ZoneInfo], Cadence] = Cadence,
    *,
    mails: bool = False,
) -> Desk:
    """A distributor's desk. Nothing is opened; its ERP adapter must be closed in the end."""
    one = account.distributor
    adapter = erp.connect(account.table.erp.settings(), clock.now)
    return Desk(
        distributor=one,
        ledger=store.ledger,
        people=store.people,
        alerts=store.alerts,
        notices=store.notices,
        connections=store.connections,
        batches=store.batches,
        erp=CountedErp(adapter, one.key, metrics) if metrics else adapter,
        clock=clock,
        cadence=cadence(one.cadence, one.zone),
        wake=(bell or Bell()).ring,
        processes=store.processes,
        mails=mails,
    )
