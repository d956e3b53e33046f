"""A tick that does not come, a queue that does not move: alerts, and over when they are."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.cadence import Cadence
from commands.domain.alerts import Alert
from commands.domain.connection import Line
from commands.domain.failures import Code, Failure
from commands.domain.grouping import CauseKind, Trouble
from commands.watch import LATE, SURE, TICK, Watch
from store.signs import Signs
from tests.commands.works import KEY, Works, order, works

HOURLY = "0 * * * *"
HALF_HOUR = timedelta(minutes=30)


@dataclass
class Night:
    """A shop, and a watch whose own sense of time the test moves."""

    shop: Works
    signs: Signs
    seconds: float = 0.0

    def watch(self) -> Watch:
        return Watch(self.shop.desk, self.signs, lambda: self.seconds)

    async def looked(self, watch: Watch) -> list[Alert]:
        """Open troubles after it has looked for long enough to be sure."""
        await watch.look()
        self.seconds += SURE
        await watch.look()
        found = await self.shop.desk.alerts.open(KEY)
        return [one for one in found if one.cause.kind is CauseKind.TROUBLE and not one.ended_at]

    def later(self, span: timedelta) -> datetime:
        self.shop.clock.ahead += span
        return self.shop.clock.now()


@pytest.fixture
async def night(tmp_path: Path, database: str) -> AsyncIterator[Night]:
    async with works(tmp_path, database=database) as shop:
        zone = shop.desk.distributor.zone
        shop.desk = replace(shop.desk, cadence=Cadence(HOURLY, zone))
        yield Night(shop, Signs(shop.desk.ledger._database))  # type: ignore[attr-defined]


async def test_a_tick_that_does_not_come_is_told_until_one_does(night: Night) -> None:
    watch = night.watch()
    assert await night.looked(watch) == []
    night.later(timedelta(hours=1) + LATE)
    [alert] = await night.looked(watch)
    assert alert.cause.trouble is Trouble.NO_TICK
    await night.signs.beat(KEY, TICK, night.shop.clock.now())
    assert await night.looked(watch) == []


async def test_a_tick_is_waited_for_a_little(night: Night) -> None:
    watch = night.watch()
    now = night.shop.clock.now()
    due = night.shop.desk.cadence.after(now)
    night.later(due - now + LATE - timedelta(minutes=1))
    assert await night.looked(watch) == []


async def test_a_machine_that_slept_does_not_blame_itself(night: Night) -> None:
    watch = night.watch()
    night.later(timedelta(hours=9))
    await watch.look()
    await night.signs.beat(KEY, TICK, night.shop.clock.now())
    assert await night.looked(watch) == []


async def test_while_nobody_ran_nothing_was_missed(night: Night) -> None:
    await night.signs.beat(KEY, TICK, night.shop.clock.now())
    night.later(timedelta(days=2))
    assert await night.looked(night.watch()) == []


async def test_what_an_earlier_process_told_of_is_over_when_it_is(night: Night) -> None:
    await night.shop.desk.alerts.trouble(KEY, Trouble.NO_TICK, {}, night.shop.clock.now())
    assert await night.looked(night.watch()) == []


async def test_where_e_mail_was_switched_off_nothing_of_it_is_wrong(night: Night) -> None:
    await night.shop.desk.alerts.trouble(KEY, Trouble.MAIL_NOT_SENT, {}, night.shop.clock.now())
    night.shop.desk = replace(night.shop.desk, mails=True)
    [alert] = await night.looked(night.watch())
    assert alert.cause.trouble is Trouble.MAIL_NOT_SENT
    night.shop.desk = replace(night.shop.desk, mails=False)
    assert await night.looked(night.watch()) == []


# --- the queue -----------------------------------------------------------------------------------


async def test_a_queue_that_does_not_move_is_told_until_it_does(night: Night) -> None:
    watch = night.watch()
    await night.signs.beat(KEY, TICK, night.shop.clock.now() + timedelta(days=9))
    await night.shop.send(order(1), order(2))
    night.later(timedelta(hours=1) + HALF_HOUR)
    [alert] = await night.looked(watch)
    assert alert.cause.trouble is Trouble.QUEUE_STANDS
    assert alert.facts["orders"] == 2
    await asked(night)
    assert await night.looked(watch) == []


async def asked(night: Night, line: Line = Line.WORKING) -> None:
    """The ERP was asked a moment ago."""
    connections, now = night.shop.desk.connections, night.shop.clock.now()
    before = await connections.load(KEY)
    failure = Failure(Code.ERP_DOWN, "") if line is not Line.WORKING else None
    after = replace(
        before, line=line, failure=failure, last_asked=now, until=now, version=before.version + 1
    )
    assert await connections.save(KEY, before, after, now)


@pytest.mark.parametrize("line", [Line.DOWN, Line.STOPPED])
async def test_while_the_erp_is_away_its_outage_tells_enough(night: Night, line: Line) -> None:
    watch = night.watch()
    await night.signs.beat(KEY, TICK, night.shop.clock.now() + timedelta(days=9))
    await night.shop.send(order(1))
    await asked(night, line)
    night.later(timedelta(hours=2))
    assert await night.looked(watch) == []


async def test_nothing_is_due_and_nothing_is_said(night: Night) -> None:
    watch = night.watch()
    await night.signs.beat(KEY, TICK, night.shop.clock.now() + timedelta(days=9))
    night.later(timedelta(hours=5))
    assert await night.looked(watch) == []
