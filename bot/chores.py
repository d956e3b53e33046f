"""What the holder of a distributor's clock does beside ticking. Run by `bot.service`."""

import logging
from datetime import timedelta
from typing import Final

from commands import batches
from commands.desk import Desk
from store import Store

log = logging.getLogger("orderwatch.chores")

EVERY: Final = timedelta(seconds=2)
DAY: Final = timedelta(days=1)


async def keep_house(desk: Desk, store: Store) -> None:
    """Until cancelled: keep the counts few, finish what other processes left behind, and once a day
    forget whose time has come.
    """
    forget_at = desk.clock.now()
    while True:
        try:
            await store.fold_counts(desk.distributor.key)
            await batches.take_up(desk)
            if desk.clock.now() >= forget_at:
                await store.batches.forget(desk.clock.now() - DAY)
                await forget(desk)
                await store.seen.forget(desk.clock.now())
                await store.forget_papers(desk.clock.now())
                forget_at = desk.clock.now() + DAY
        except Exception as trouble:
            log.warning("%s: chores wait: %s", desk.distributor.key, type(trouble).__name__)
            log.debug("the trouble was", exc_info=trouble)
        await desk.clock.sleep(EVERY)


async def forget(desk: Desk) -> None:
    """Take the personal data out of orders that are older than `keep_orders`."""
    own, now = desk.distributor, desk.clock.now()
    if own.keep_orders is None:
        return
    count = await desk.ledger.forget(own.key, now - own.keep_orders, now)
    if count:
        log.info("%s: personal data of %d old orders removed", own.key, count)
