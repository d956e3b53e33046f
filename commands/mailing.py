"""Sending mails: rows become mails. Called by the composition root, one mailman a distributor.

Each mail is tried until the server has taken it, until the server refuses it for good, or until it
is too old to be of use; whoever waits for one that does not go out is told in Slack.
"""

import asyncio
import logging
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final, assert_never

from commands import rounds
from commands.desk import admins_of
from commands.domain.alerts import Mention, MentionKind
from commands.domain.grouping import Trouble
from commands.domain.ids import DistributorKey
from commands.domain.retries import backoff
from commands.outbox import Fate, Mail, Mailer, NotYet, Office, Sent, Turned, Verdict, Waiting

log = logging.getLogger("orderwatch.mail")

BATCH: Final = 20
"""Mails that one connection carries, before what is due is asked anew."""

LEASE: Final = timedelta(seconds=150)
LAST_START: Final = timedelta(seconds=75)
"""Within the lease, a mail is begun so long before its end: no try takes longer."""

FIRST_WAIT: Final = timedelta(seconds=30)
LEAST_WAIT: Final = timedelta(seconds=5)
WORRY: Final = timedelta(minutes=30)
"""The admins are told of mails that have waited so long."""

GIVE_UP: Final = timedelta(hours=24)


class Mailman:
    """Keeps the mail moving. `run` ends only by being cancelled."""

    def __init__(self, office: Office, mailer: Mailer) -> None:
        self._office = office
        self._mailer = mailer
        self._news = asyncio.Event()
        self._troubles = 0
        self._not_before: datetime | None = None
        self._perhaps_told = True

    def wake(self) -> None:
        """There may be a new mail."""
        self._news.set()

    async def run(self) -> None:
        # What whoever had the duty before told of may be over by now.
        self._perhaps_told = True
        await rounds.go(self._round, self._news, log, f"{self._key}: mails")

    async def _round(self) -> timedelta:
        return timedelta() if await self.deliver() else await self._rest()

    async def deliver(self) -> int:
        """Try what is due, at most a batch. Returns how many mails that was."""
        now = self._now()
        mails = [] if self._paused(now) else await self._claim(now)
        if mails:
            until = now + LEASE - LAST_START
            went = await self._mailer.deliver(self._in_time(mails, until), self._told)
            self._pause(well=went)
        await self._worry()
        return len(mails)

    async def _worry(self) -> None:
        """Of mails that have waited long the admins are told, and everybody by an alert."""
        before, desk = self._now() - WORRY, self._office.desk
        if late := await self._office.mails.overdue(self._key, before):
            facts = _late(late)
            await desk.alerts.trouble(self._key, Trouble.MAIL_NOT_SENT, facts, self._now())
            self._perhaps_told = True
            admins = await admins_of(desk)
            await self._office.mails.worry(self._key, before, admins, self._now())

    async def _not_worried(self) -> None:
        """Mail goes out: where an alert said that it does not, that is over."""
        if self._perhaps_told:
            self._perhaps_told = False
            alerts = self._office.desk.alerts
            await alerts.trouble_over(self._key, Trouble.MAIL_NOT_SENT, self._now())

    async def _claim(self, now: datetime) -> Sequence[Mail]:
        """Looks first: most of the news is not about mail, and a claim is written."""
        due = await self._office.mails.next_due(self._key)
        if due is None or due > now:
            return ()
        return await self._office.mails.claim(self._key, BATCH, LEASE, now)

    def _paused(self, now: datetime) -> bool:
        return self._not_before is not None and now < self._not_before

    def _pause(self, *, well: bool) -> None:
        """A server that cannot be used is left alone for longer and longer, whatever is due: a
        wrong password that is repeated for each mail is what locks accounts.
        """
        self._troubles = 0 if well else self._troubles + 1
        wait = self._jittered(self._troubles - 1) if self._troubles else timedelta()
        self._not_before = self._now() + wait if wait else None

    def _jittered(self, tries: int) -> timedelta:
        return max(backoff(tries, self._office.desk.chance, FIRST_WAIT), LEAST_WAIT)

    def _in_time(self, mails: Sequence[Mail], until: datetime) -> Iterator[Mail]:
        """Those that can be begun before somebody else may take them."""
        for mail in mails:
            if self._now() >= until:
                return
            yield mail

    async def _told(self, mail: Mail, fate: Fate) -> None:
        verdict = Verdict(mail, fate, self._next_try(mail, fate))
        _write_down(verdict)
        telling = await self._whom_to_tell(verdict) if verdict.next_at is None else ()
        await self._office.mails.settle(self._key, verdict, telling, self._now())
        if isinstance(fate, Sent):
            await self._not_worried()

    def _next_try(self, mail: Mail, fate: Fate) -> datetime | None:
        now = self._now()
        if not isinstance(fate, NotYet) or now - mail.queued_at >= GIVE_UP:
            return None
        return now + self._jittered(mail.tries)

    async def _whom_to_tell(self, verdict: Verdict) -> Sequence[Mention]:
        """The admins, and whoever wrote to support."""
        if isinstance(verdict.fate, Sent):
            return ()
        draft = verdict.mail.draft
        failed = [{"to": draft.to, "why": verdict.fate.why}]
        facts = {"failed": failed, "kind": str(draft.kind), "order": draft.order}
        asker = [draft.asked_by] if draft.asked_by else []
        people = dict.fromkeys([*asker, *await admins_of(self._office.desk)])
        return [Mention(MentionKind.MAIL_TROUBLE, facts, to=one) for one in people]

    async def _rest(self) -> timedelta:
        due = await self._office.mails.next_due(self._key)
        if due is None:
            return rounds.GLANCE
        return max(due, self._not_before or due) - self._now()

    @property
    def _key(self) -> DistributorKey:
        return self._office.desk.distributor.key

    def _now(self) -> datetime:
        return self._office.desk.clock.now()


def _late(waiting: Sequence[Waiting]) -> dict[str, str]:
    """One is called by its address; of many the admins are told each."""
    one, *others = waiting
    what = f"{len(waiting):,} e-mails" if others else f"the e-mail to {one.to}"
    why = next((mail.why for mail in waiting if mail.why), "not tried yet")
    return {"what": what, "why": why}


def _write_down(verdict: Verdict) -> None:
    """Numbers and kinds alone: addresses and a server's words stay out of the log."""
    mail = verdict.mail
    match verdict.fate:
        case Sent():
            log.info("mail %d: sent", mail.id)
        case Turned():
            log.warning("mail %d: refused by the mail server", mail.id)
        case NotYet():
            over = "given up" if verdict.next_at is None else "tried again later"
            log.warning("mail %d: not taken, try %d; %s", mail.id, mail.tries + 1, over)
        case _ as never:
            assert_never(never)
