"""Fills a database with orders as they stand after a year: most in the ERP, some refused.

A thousand orders are made as the store makes them; the database itself multiplies them, each with
its own id, account, moments and ERP number. Their history is left out: no measured screen reads it.
"""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import isqrt
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bench.orders import orders as documents
from commands.domain.failures import Code, Failure, Subject, SubjectKind
from commands.domain.lifecycle import Standing, State, Synced
from commands.ports import Incoming
from store.columns import Key, Words
from store.engine import Database
from store.rows import Values, new_values, standing_values
from store.tables import orders

KINDS: Final = 1000
SYNCED: Final = 970
FAILED: Final = 20
"""Of a thousand; the rest is pending."""
DAYS: Final = 400
BATCH: Final = 10_000
REFUSALS: Final = (
    *(Code.UNKNOWN_ITEM,) * 8,
    *(Code.CREDIT_HOLD,) * 5,
    *(Code.UNKNOWN_CUSTOMER,) * 3,
    *(Code.PRICE_INVALID,) * 2,
    *(Code.REJECTED, Code.ERP_DOWN),
)
PENDING: Final = (State.QUEUED, State.QUEUED, State.SENT, State.UNKNOWN, State.PENDING_VERIFICATION)

Sql = sa.ColumnElement[Any]
kinds = sa.Table(
    "bench_kinds",
    sa.MetaData(),
    *(sa.Column(column.name, column.type, primary_key=column.primary_key) for column in orders.c),
)


async def fill(database: Database, count: int, now: datetime, *, queued: bool = False) -> None:
    """`count` orders received over the last 400 days, the newest now; or all of them due."""
    standings = [Standing(next_at=now)] * KINDS if queued else _year(now)
    async with database.writing() as connection:
        await connection.run_sync(kinds.create)
        await connection.execute(sa.insert(kinds), _kinds(standings, now))
    for first in range(1, count + 1, BATCH):
        async with database.writing() as connection:
            await _multiply(connection, first, min(first + BATCH, count + 1), count, now)
    async with database.writing() as connection:
        await connection.run_sync(kinds.drop)
    await _settle_down(database)


def customers(count: int) -> int:
    """A hundred times the orders come from ten times the customers."""
    return isqrt(count)


def _year(now: datetime) -> list[Standing]:
    standings = [_standing(at, now) for at in range(KINDS)]
    random.Random(7).shuffle(standings)
    return standings


def _kinds(standings: Sequence[Standing], now: datetime) -> list[Values]:
    made = zip(documents(KINDS), standings, strict=True)
    return [
        {
            **new_values(Incoming(document, now, now), document.digest, now),
            **standing_values(standing),
            "seq": number,
        }
        for number, (document, standing) in enumerate(made)
    ]


def _standing(at: int, now: datetime) -> Standing:
    if at < SYNCED:
        synced = Synced.MANUAL if at % 100 == 0 else Synced.AUTO
        return Standing(
            State.SYNCED, 2, attempts=1, last_sent_at=now, settled_at=now, synced=synced
        )
    if at < SYNCED + FAILED:
        code = REFUSALS[(at - SYNCED) % len(REFUSALS)]
        subject = Subject(SubjectKind.ITEM, f"SKU-{at % 77:03}")
        failure = Failure(code, "The ERP's own words about what is wrong", subject)
        return Standing(State.FAILED, 2, attempts=1, last_sent_at=now, failure=failure)
    state = PENDING[at % len(PENDING)]
    sent = None if state is State.QUEUED else now
    return replace(Standing(state, 1, next_at=now), last_sent_at=sent)


async def _multiply(
    connection: AsyncConnection, first: int, before: int, count: int, now: datetime
) -> None:
    number = sa.select(sa.literal(first, sa.Integer).label("n")).cte("numbers", recursive=True)
    number = number.union_all(sa.select(number.c.n + 1).where(number.c.n < before - 1))
    n = number.c.n
    given = _given(connection.dialect.name, n, count, now)
    names = [column.name for column in orders.c]
    chosen = (
        sa.select(*(given.get(name, kinds.c[name]).label(name) for name in names))
        .join_from(number, kinds, kinds.c.seq == n % KINDS)
        .order_by(n)
    )
    await connection.execute(sa.insert(orders).from_select(names, chosen))


def _given(dialect: str, n: Sql, count: int, now: datetime) -> dict[str, Sql]:
    """What is each order's own."""
    text = sa.cast(n, sa.Text)
    account = sa.cast(n % customers(count), sa.Text)
    step = DAYS * 86_400 / count
    received = _moment(dialect, now, (n - count) * step)
    synced = kinds.c.state == State.SYNCED.value
    return {
        "seq": n,
        "id": sa.type_coerce(sa.literal("B-") + text, Key),
        "body": sa.func.replace(
            kinds.c.body,
            sa.literal('"id":"') + sa.cast(kinds.c.id, sa.Text) + '"',
            sa.literal('"id":"B-') + text + '"',
        ),
        "account_id": sa.type_coerce(sa.literal("C") + account, Words),
        "account_name": sa.type_coerce("Customer " + account + " of Middling Length", Words),
        "name_key": sa.type_coerce("customer " + account + " of middling length", Key),
        "reference": sa.case((synced, sa.literal("SO-") + text)),
        "received_at": received,
        "placed_at": received,
        "deliver_at": _moment(dialect, now, (n - count) * step + 2 * 86_400),
        "settled_at": sa.case((synced, received)),
    }


def _moment(dialect: str, now: datetime, seconds: Sql) -> Sql:
    """`now` and these seconds, as the store writes moments down."""
    if dialect == "sqlite":
        since = now.timestamp() + seconds
        return sa.func.strftime("%Y-%m-%d %H:%M:%f000", since, "unixepoch")
    later = sa.literal(timedelta(seconds=1), sa.Interval) * seconds
    return sa.literal(now.astimezone(UTC), sa.DateTime(timezone=True)) + later


async def _settle_down(database: Database) -> None:
    """What a server has done long before it holds a million orders: its own housekeeping."""
    if not database.shared:
        return
    async with database.engine.connect() as plain:
        connection = await plain.execution_options(isolation_level="AUTOCOMMIT")
        await connection.execute(sa.text("VACUUM ANALYZE"))


def examples(count: int) -> Sequence[tuple[str, str]]:
    """What is searched for: its kind, and a word that finds it."""
    middle = count // 2 // 1000 * 1000 + 3
    account = middle % customers(count)
    return (
        ("an order id", f"B-{middle}"),
        ("a customer number", f"C{account}"),
        ("a name's beginning", f"customer {account} of"),
        ("an ERP number", f"SO-{middle}"),
    )
