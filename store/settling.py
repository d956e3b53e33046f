"""Stores what came of attempts and look-ups, a batch in one transaction.

The rows are read again and locked first: an order that changed since it was claimed is seen here,
and what its answer still proves is kept.
"""

from collections import Counter
from collections.abc import Sequence

from commands.domain.ids import OrderId
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
from store.carry import Cargo
from store.changes import LOCKED, LOCKED_BRIEFLY, Change, event_values
from store.rows import Row, standing_of

Verdict = Applied | Refusal | LostRace
ATTEMPTS = (Accepted, Refused, Deferred, OutcomeUnknown)
STALE = (Absent, DraftFound, LookupFailed)
"""Look-ups that prove nothing about an order that has moved on since."""


async def settle(cargo: Cargo, settlements: Sequence[Settlement]) -> list[Verdict]:
    """Carry out each event if its order still stands as it was claimed; else keep the evidence.

    They are stored once the cargo is delivered.
    """
    verdicts: dict[int, Verdict] = {}
    for indexes in _rounds(settlements):
        await cargo.carry()
        chosen = {index: settlements[index] for index in indexes}
        rows = await _rows(cargo, list(chosen.values()))
        for index, one in chosen.items():
            verdicts[index] = _settle_one(rows[one.order.id], one, cargo)
    return [verdicts[index] for index in range(len(settlements))]


def _rounds(settlements: Sequence[Settlement]) -> list[list[int]]:
    """What is heard of an order a second time (a late answer beside a look-up) waits for a later
    round, and so meets the order as the first one left it.
    """
    heard: Counter[OrderId] = Counter()
    rounds: list[list[int]] = []
    for index, one in enumerate(settlements):
        turn = heard[one.order.id]
        heard[one.order.id] += 1
        if turn == len(rounds):
            rounds.append([])
        rounds[turn].append(index)
    return rounds


async def _rows(cargo: Cargo, settlements: Sequence[Settlement]) -> dict[str, Row]:
    """Most stand as they were claimed, and the rest of their rows need not be read."""
    versions = {one.order.id: one.order.standing.version for one in settlements}
    asked = {"distributor": cargo.distributor, "ids": list(versions)}
    rows = {row.id: row for row in await cargo.connection.execute(LOCKED_BRIEFLY, asked)}
    moved = [id_ for id_, row in rows.items() if row.version != versions[id_]]
    if moved:
        again = await cargo.connection.execute(LOCKED, {**asked, "ids": moved})
        rows.update((row.id, row) for row in again)
    return rows


def _settle_one(row: Row, one: Settlement, cargo: Cargo) -> Verdict:
    claimed = one.order.standing
    if row.version == claimed.version:
        return _decide(row, claimed, one.event, cargo)
    return _late(row, standing_of(row), one.event, cargo)


def _late(row: Row, before: Standing, event: Event, cargo: Cargo) -> Verdict:
    """The order changed since: an answer of a lost attempt is evidence, an absence is nothing."""
    if isinstance(event, STALE):
        return LostRace(before)
    if not isinstance(event, ATTEMPTS) or before.attempt == event.attempt:
        return _decide(row, before, event, cargo)
    if isinstance(event, Accepted):
        answer = LateAnswer(event.attempt, event.reference, event.confirmed, event.look_at)
        return _decide(row, before, answer, cargo)
    return _write_down(row, Refusal(Reason.OTHER_ATTEMPT, before), event, cargo)


def _decide(row: Row, before: Standing, event: Event, cargo: Cargo) -> Verdict:
    after = on(before, event, cargo.now)
    if isinstance(after, Refusal):
        return _write_down(row, after, event, cargo)
    cargo.add([Change(row, event, before, after)])
    return Applied(before, after)


def _write_down(row: Row, refusal: Refusal, event: Event, cargo: Cargo) -> Refusal:
    """An answer to an attempt is always worth a line, also when it changes nothing."""
    if isinstance(event, (*ATTEMPTS, LateAnswer)):
        standing, by, now = refusal.standing, cargo.by, cargo.now
        line = event_values(row.seq, event, standing, standing, by, now, refusal.reason)
        cargo.note([line])
    return refusal
