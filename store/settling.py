"""Stores what came of attempts and look-ups, a batch in one transaction.

The rows are read again and locked first: an order that changed since it was claimed is seen here,
and what its answer still proves is kept.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from sqlalchemy.ext.asyncio import AsyncConnection

from commands.domain.history import By
from commands.domain.ids import DistributorKey, OrderId
from commands.domain.lifecycle import (
    Absent,
    Accepted,
    Deferred,
    DraftFound,
    Event,
    LateAnswer,
    LookupFailed,
    OutcomeUnknown,
    Reason,
    Refusal,
    Refused,
    Standing,
    on,
)
from commands.ports import Applied, LostRace, Settlement
from store.carry import carry_out
from store.changes import LOCKED, LOCKED_BRIEFLY, Change, event_values, write_events
from store.rows import Row, Values, standing_of

Verdict = Applied | Refusal | LostRace
ATTEMPTS = (Accepted, Refused, Deferred, OutcomeUnknown)
STALE = (Absent, DraftFound, LookupFailed)
"""Look-ups that prove nothing about an order that has moved on since."""


@dataclass(slots=True)
class Batch:
    """What one batch comes to, while it is worked out."""

    by: By
    now: datetime
    changes: list[Change] = field(default_factory=list)
    evidence: list[Values] = field(default_factory=list)


async def settle(
    connection: AsyncConnection,
    settlements: Sequence[Settlement],
    by: By,
    now: datetime,
    later: list[Values] | None = None,
) -> list[Verdict]:
    """Carry out each event if its order still stands as it was claimed; else keep the evidence.

    `later`: as in `carry_out`.
    """
    verdicts: dict[int, Verdict] = {}
    history: list[Values] = [] if later is None else later
    for distributor, indexes in _rounds(settlements):
        batch = Batch(by, now)
        chosen = {index: settlements[index] for index in indexes}
        rows = await _rows(connection, distributor, list(chosen.values()))
        for index, one in chosen.items():
            verdicts[index] = _settle_one(rows[one.order.id], one, batch)
        await carry_out(connection, distributor, batch.changes, by, now, history)
        history += batch.evidence
    if later is None:
        await write_events(connection, history)
    return [verdicts[index] for index in range(len(settlements))]


def _rounds(settlements: Sequence[Settlement]) -> list[tuple[DistributorKey, list[int]]]:
    """By distributor. What is heard of an order a second time (a late answer beside a look-up)
    waits for a later round, and so meets the order as the first one left it.
    """
    heard: Counter[tuple[DistributorKey, OrderId]] = Counter()
    keyed: list[tuple[int, DistributorKey, int]] = []
    for index, one in enumerate(settlements):
        document = one.order.document
        keyed.append((heard[document.distributor, document.id], document.distributor, index))
        heard[document.distributor, document.id] += 1
    keyed.sort()
    return [
        (distributor, [index for *_, index in group])
        for (_, distributor), group in groupby(keyed, key=lambda item: item[:2])
    ]


async def _rows(
    connection: AsyncConnection, distributor: DistributorKey, settlements: Sequence[Settlement]
) -> dict[str, Row]:
    """Most stand as they were claimed, and the rest of their rows need not be read."""
    versions = {one.order.id: one.order.standing.version for one in settlements}
    asked = {"distributor": distributor, "ids": list(versions)}
    rows = {row.id: row for row in await connection.execute(LOCKED_BRIEFLY, asked)}
    moved = [id_ for id_, row in rows.items() if row.version != versions[id_]]
    if moved:
        again = await connection.execute(LOCKED, {**asked, "ids": moved})
        rows.update((row.id, row) for row in again)
    return rows


def _settle_one(row: Row, one: Settlement, batch: Batch) -> Verdict:
    claimed = one.order.standing
    if row.version == claimed.version:
        return _decide(row, claimed, one.event, batch)
    return _late(row, standing_of(row), one.event, batch)


def _late(row: Row, before: Standing, event: Event, batch: Batch) -> Verdict:
    """The order changed since: an answer of a lost attempt is evidence, an absence is nothing."""
    if isinstance(event, STALE):
        return LostRace(before)
    if not isinstance(event, ATTEMPTS) or before.attempt == event.attempt:
        return _decide(row, before, event, batch)
    if isinstance(event, Accepted):
        answer = LateAnswer(event.attempt, event.reference, event.confirmed, event.look_at)
        return _decide(row, before, answer, batch)
    return _write_down(row, Refusal(Reason.OTHER_ATTEMPT, before), event, batch)


def _decide(row: Row, before: Standing, event: Event, batch: Batch) -> Verdict:
    after = on(before, event, batch.now)
    if isinstance(after, Refusal):
        return _write_down(row, after, event, batch)
    batch.changes.append(Change(row, event, before, after))
    return Applied(before, after)


def _write_down(row: Row, refusal: Refusal, event: Event, batch: Batch) -> Refusal:
    """An answer to an attempt is always worth a line, also when it changes nothing."""
    if isinstance(event, (*ATTEMPTS, LateAnswer)):
        standing = refusal.standing
        batch.evidence.append(
            event_values(row.seq, event, standing, standing, batch.by, batch.now, refusal.reason)
        )
    return refusal
