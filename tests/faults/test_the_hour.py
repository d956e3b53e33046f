"""An ERP that is down for an hour with 10,000 orders waiting, and one whose key was revoked: what
reaches it meanwhile, and how the backlog goes out afterwards. Judged by the ERP's own log.
"""

import asyncio
from itertools import pairwise

import pytest
import sqlalchemy as sa

from commands.domain.connection import FAILURES_UNTIL_DOWN, PROBE_FIRST, PROBE_LONGEST, Line
from store.tables import connection_events
from tests.faults import hour, virtual_time
from tests.faults.grounds import SQLITE
from tests.faults.plant import Plant
from tests.faults.virtual_time import VirtualLoop

MANY = 10_000
SOME = 200
A_HANDFUL = 6
pytestmark = pytest.mark.timeout(600)


async def down(loop: VirtualLoop) -> None:
    async with hour.waiting(MANY, hour.goes_down, loop, SQLITE) as world:
        await asyncio.sleep(hour.HOUR)
        found_out = only_probes(world)
        mended = hour.mend(world)
        assert await hour.all_synced(world, within=hour.HOUR)
        each_once(world)
        after = hour.since(world.gateway.requests, mended)
        came = [number for number in hour.posts(after) if number not in found_out]
        assert len(came) == MANY - len(found_out)
        # As many as may be in hand at once are claimed together, and overtake one another.
        assert hour.out_of_turn(came, world.course) <= 2 * hour.CONCURRENCY
        ramped(world)


def only_probes(world: Plant) -> set[int]:
    """In the hour came a few orders, by which it was found out, then probes. Returns the few."""
    seen = world.gateway.requests
    found_out = seen[:FAILURES_UNTIL_DOWN]
    probes = seen[FAILURES_UNTIL_DOWN:]
    assert {one.method for one in found_out} == {"POST"}
    assert {one.method for one in probes} == {"HEALTH"}
    gaps = [(later.at - sooner.at).total_seconds() for sooner, later in pairwise(probes)]
    assert min(gaps) >= PROBE_FIRST.total_seconds() / 2
    assert len(probes) < hour.HOUR / (PROBE_LONGEST.total_seconds() / 2) + 10
    assert not world.gateway.holdings()
    return {int(one.external_id) for one in found_out}


def each_once(world: Plant) -> None:
    holdings = world.gateway.holdings()
    assert len(holdings) == MANY
    assert all(len(references) == 1 for references in holdings.values())


def ramped(world: Plant) -> None:
    """One at first, and one more with each that was taken, up to what the connection allows."""
    last_probe = max(one.at for one in world.gateway.requests if one.method == "HEALTH")
    after = [one for one in world.gateway.requests if one.at > last_probe]
    flights = hour.in_flight(after)
    beyond = [one for one in flights if one[0] > min(one[1] + 1, hour.CONCURRENCY)]
    assert not beyond, "more in flight than were answered since the line came back, and one"
    assert max(flying for flying, _ in flights) == hour.CONCURRENCY


def test_an_erp_that_is_down_for_an_hour() -> None:
    virtual_time.run(down)


async def standing_still(loop: VirtualLoop) -> None:
    async with hour.waiting(SOME, hour.stands_still, loop, SQLITE) as world:
        await asyncio.sleep(hour.HOUR)
        seen = world.gateway.requests
        tried = [one for one in seen if one.method == "POST"]
        probes = [one for one in seen if one.method == "HEALTH"]
        assert len(tried) <= len(probes) + FAILURES_UNTIL_DOWN, "one order for each probe"
        assert len({one.external_id for one in tried}) <= A_HANDFUL, "the same few, not one by one"
        assert await turns(world) == [Line.DOWN]
        hour.mend(world)
        assert await hour.all_synced(world, within=hour.HOUR)
        assert await turns(world) == [Line.DOWN, Line.WORKING]
        assert all(len(references) == 1 for references in world.gateway.holdings().values())


async def turns(world: Plant) -> list[str]:
    """How the connection came to stand, from the first change on."""
    async with world.judge.database.reading() as connection:
        chosen = sa.select(connection_events.c.after).order_by(connection_events.c.id)
        return list(await connection.scalars(chosen))


def test_an_erp_that_takes_no_order_behind_a_gateway_that_is_well() -> None:
    virtual_time.run(standing_still)


async def revoked(loop: VirtualLoop) -> None:
    async with hour.waiting(SOME, hour.revoke, loop, SQLITE) as world:
        await asyncio.sleep(hour.HOUR)
        assert 1 <= len(world.gateway.requests) <= A_HANDFUL
        assert not world.gateway.holdings()


def test_an_erp_whose_key_was_revoked() -> None:
    virtual_time.run(revoked)
