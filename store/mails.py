"""Mails as rows: `commands.outbox.Mails` over SQL. A mail is stored first, and sent afterwards.

A claim puts the next try off, so that nobody else takes the mail meanwhile; if its process dies,
the mail is due again by itself, under the same Message-ID.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from commands.domain.alerts import Mention, MentionKind, OrderLine
from commands.domain.history import By, Entry
from commands.domain.ids import DistributorKey, OrderId
from commands.domain.lifecycle import State
from commands.domain.notices import Notice
from commands.domain.people import PersonId
from commands.outbox import (
    Draft,
    Letter,
    Mail,
    MailKind,
    NotYet,
    Sent,
    TooSoon,
    Turned,
    Verdict,
    Waiting,
)
from store.engine import Database
from store.mentions import tell
from store.queries import Queries
from store.rows import LINE, Row, Values, line_of
from store.tables import UNSAID, alerts, mails, notices, order_events, orders

ASK_AGAIN: Final = timedelta(hours=1)
CONTACTED: Final = "support_contacted"
"""How the history of an order calls it."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a mail: `fate` is sent, refused, given_up, or None while it is tried."""

    to: str
    fate: str | None
    why: str | None


class SqlMails:
    """Implements `commands.outbox.Mails`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def claim(
        self, distributor: DistributorKey, limit: int, lease: timedelta, now: datetime
    ) -> list[Mail]:
        """Mails that are due, oldest first."""
        m, attempt = mails.c, secrets.token_hex(8)
        due = (
            sa.select(m.id)
            .where(m.distributor == distributor, UNSAID, m.next_at <= now)
            .order_by(m.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        mine = sa.update(mails).where(m.id.in_(due)).values(attempt=attempt, next_at=now + lease)
        async with self._database.writing() as connection:
            rows = (await connection.execute(mine.returning(*mails.c))).all()
        return sorted((_mail(row) for row in rows), key=lambda one: one.id)

    async def settle(
        self,
        distributor: DistributorKey,
        verdict: Verdict,
        telling: Sequence[Mention],
        now: datetime,
    ) -> bool:
        """Store what became of a try, and whom to tell. False: another process has the mail."""
        m, mail = mails.c, verdict.mail
        mine = sa.and_(m.id == mail.id, m.attempt == mail.attempt, UNSAID)
        stored = sa.update(mails).where(mine).values(_settled(verdict, now))
        async with self._database.writing() as connection:
            if (await connection.execute(stored)).rowcount == 0:
                return False
            await tell(connection, distributor, telling, now)
        return True

    async def of_report(self, report: int) -> list[Outcome]:
        """What became of a report's mails so far."""
        m = mails.c
        chosen = sa.select(m.to, m.fate, m.why).where(m.report_id == report).order_by(m.id)
        async with self._database.reading() as connection:
            return [Outcome(*row) for row in await connection.execute(chosen)]

    async def next_due(self, distributor: DistributorKey) -> datetime | None:
        m = mails.c
        chosen = sa.select(sa.func.min(m.next_at)).where(m.distributor == distributor, UNSAID)
        async with self._database.reading() as connection:
            found: datetime | None = await connection.scalar(chosen)
            return found

    async def overdue(self, distributor: DistributorKey, before: datetime) -> list[Waiting]:
        """Mails queued before then that still wait, oldest first, and of which nobody was told."""
        m, late = mails.c, _overdue(distributor, before)
        chosen = sa.select(m.to, m.why).where(late).order_by(m.queued_at, m.id)
        async with self._database.reading() as connection:
            return [Waiting(*row) for row in await connection.execute(chosen)]

    async def worry(
        self,
        distributor: DistributorKey,
        before: datetime,
        admins: Sequence[PersonId],
        now: datetime,
    ) -> None:
        """Tell the admins, once, of mails queued before then that still wait."""
        m, waiting = mails.c, _overdue(distributor, before)
        noted = sa.update(mails).where(waiting).values(worried_at=now).returning(m.to, m.why)
        async with self._database.writing() as connection:
            rows = (await connection.execute(noted)).all()
            if not rows:
                return
            told = [{"to": row.to, "why": row.why} for row in rows]
            facts = {"waiting": told}
            late = [Mention(MentionKind.MAIL_TROUBLE, facts, to=admin) for admin in admins]
            await tell(connection, distributor, late, now)

    async def notify(
        self, distributor: DistributorKey, notice: Notice, draft: Draft, now: datetime
    ) -> bool:
        """Store the mail of a notice, which is done with it. False: it was."""
        n = notices.c
        done = sa.update(notices).where(n.id == notice.id, UNSAID).values(done_at=now)
        async with self._database.writing() as connection:
            if (await connection.execute(done)).rowcount == 0:
                return False
            await store(connection, distributor, [draft], now)
        return True

    async def history_of(self, distributor: DistributorKey, order: OrderId) -> list[Entry]:
        """All that happened to an order, oldest first."""
        return await Queries(self._database).history(distributor, order)

    async def orders_of(
        self, distributor: DistributorKey, alert: int, limit: int
    ) -> list[OrderLine]:
        """Orders of an alert that are not synced, the next deliveries first."""
        o = orders.c
        left = o.distributor == distributor, o.alert_id == alert, o.state != State.SYNCED.value
        chosen = sa.select(*LINE).where(*left).order_by(o.deliver_at, o.seq).limit(limit)
        async with self._database.reading() as connection:
            return [line_of(row) for row in await connection.execute(chosen)]

    async def ask_support(
        self,
        distributor: DistributorKey,
        draft: Draft,
        about: Sequence[OrderId],
        by: By,
        now: datetime,
    ) -> TooSoon | None:
        """Store a mail to support and write it into the history of the orders it is about. At most
        one an hour for the same order or alert.
        """
        async with self._database.writing() as connection:
            seqs = await _lock(connection, distributor, draft, about)
            last = await _last_plea(connection, draft, seqs)
            if last is not None and now - last < ASK_AGAIN:
                return TooSoon(last + ASK_AGAIN)
            await store(connection, distributor, [draft], now)
            await _note(connection, seqs, draft, by, now)
        return None

    async def forget(self, before: datetime) -> int:
        """Take the words out of mails that ended before then."""
        m = mails.c
        ended = sa.and_(m.text != "", m.done_at < before)
        bare = sa.update(mails).where(ended).values(text="", html=None, subject="", why=None)
        async with self._database.writing() as connection:
            return (await connection.execute(bare)).rowcount


def _overdue(distributor: DistributorKey, before: datetime) -> sa.ColumnElement[bool]:
    m = mails.c
    late = m.queued_at < before
    return sa.and_(m.distributor == distributor, UNSAID, late, m.worried_at.is_(None))


async def store(
    connection: AsyncConnection, distributor: DistributorKey, drafts: Sequence[Draft], now: datetime
) -> None:
    """Queue mails within a transaction of the caller's."""
    if drafts:
        rows = [_values(distributor, draft, now) for draft in drafts]
        await connection.execute(sa.insert(mails), rows)


def _values(distributor: DistributorKey, draft: Draft, now: datetime) -> Values:
    return {
        "distributor": distributor,
        "kind": draft.kind.value,
        "to": draft.to,
        "subject": draft.letter.subject,
        "text": draft.letter.text,
        "html": draft.letter.html,
        # The same at every try: whoever gets the mail twice can tell.
        "message_id": f"{draft.kind.value}.{secrets.token_hex(12)}",
        "report_id": draft.report,
        "order_id": draft.order,
        "alert_id": draft.alert,
        "asked_by": draft.asked_by,
        "queued_at": now,
        "next_at": now,
        "tries": 0,
    }


def _mail(row: Row) -> Mail:
    return Mail(
        id=row.id,
        draft=Draft(
            kind=MailKind(row.kind),
            to=row.to,
            letter=Letter(row.subject, row.text, row.html),
            report=row.report_id,
            order=OrderId(row.order_id) if row.order_id else None,
            alert=row.alert_id,
            asked_by=PersonId(row.asked_by) if row.asked_by else None,
        ),
        message_id=row.message_id,
        queued_at=row.queued_at,
        attempt=row.attempt,
        tries=row.tries,
    )


def _settled(verdict: Verdict, now: datetime) -> Values:
    tried: Values = {"tries": verdict.mail.tries + 1, "attempt": None}
    if verdict.next_at is not None:
        assert isinstance(verdict.fate, NotYet)
        return tried | {"next_at": verdict.next_at, "why": verdict.fate.why}
    match verdict.fate:
        case Sent():
            return tried | {"done_at": now, "fate": "sent", "why": None}
        case Turned(why):
            return tried | {"done_at": now, "fate": "refused", "why": why}
        case NotYet(why):
            return tried | {"done_at": now, "fate": "given_up", "why": why}


# --- mails to support ----------------------------------------------------------------------------


async def _lock(
    connection: AsyncConnection,
    distributor: DistributorKey,
    draft: Draft,
    about: Sequence[OrderId],
) -> Sequence[int]:
    """The rows of the orders it is about; two presses at the same moment wait for each other."""
    o, a = orders.c, alerts.c
    if draft.alert is not None:
        own = sa.select(a.id).where(a.id == draft.alert).with_for_update()
        await connection.execute(own)
    chosen = sa.select(o.seq).where(o.distributor == distributor, o.id.in_(about))
    alone = chosen.with_for_update() if draft.order is not None else chosen
    return (await connection.scalars(alone)).all()


async def _last_plea(
    connection: AsyncConnection, draft: Draft, seqs: Sequence[int]
) -> datetime | None:
    """When the same order or the same alert was last sent to support."""
    m, e = mails.c, order_events.c
    if draft.alert is not None:
        chosen = sa.select(sa.func.max(m.queued_at)).where(m.alert_id == draft.alert)
    else:
        told = e.order_seq.in_(seqs), e.what == CONTACTED
        chosen = sa.select(sa.func.max(e.at)).where(*told)
    last: datetime | None = await connection.scalar(chosen)
    return last


async def _note(
    connection: AsyncConnection, seqs: Sequence[int], draft: Draft, by: By, now: datetime
) -> None:
    """One statement, whatever the number of orders."""
    o = orders.c
    given = {
        "at": now,
        "what": CONTACTED,
        "source": by.source.value,
        "person": by.person,
        "message": f"to {draft.to}",
    }
    told = sa.select(
        o.seq,
        o.state,
        o.state.label("same"),
        *(sa.literal(value, order_events.c[name].type) for name, value in given.items()),
    ).where(o.seq.in_(seqs))
    names = ["order_seq", "before", "after", *given]
    await connection.execute(sa.insert(order_events).from_select(names, told))
