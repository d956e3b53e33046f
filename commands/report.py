"""The daily report: set it, ask for one, make what is due. Doors: the gear, `/orders report`, the
clock, the command line.
"""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Final

from commands.desk import Denied, admins_of, denied
from commands.domain.alerts import Mention, MentionKind
from commands.domain.digests import Digest, OpenAlert
from commands.domain.distributors import Distributor
from commands.domain.grouping import Trouble
from commands.domain.history import By, Source, person
from commands.domain.people import Actor, Deed
from commands.domain.reports import (
    MOST_RECIPIENTS,
    Contents,
    ReportSettings,
    addresses,
    due,
)
from commands.domain.sheets import file_name
from commands.outbox import (
    Claim,
    Draft,
    MailKind,
    Measures,
    Office,
    ReportKind,
    Reports,
    Sink,
    TooSoon,
)

log = logging.getLogger("orderwatch.reports")

LEASE: Final = timedelta(minutes=15)
"""How long the making of a report may take, before another process takes it on."""

NO_LEASE: Final = timedelta(0)
PICTURE: Final = "orders-by-day.png"
CSV_TYPE: Final = "text/csv"
PNG_TYPE: Final = "image/png"
GLANCE: Final = timedelta(seconds=5)
GATHERING: Final = 0.5
"""Seconds between two looks at least: under load there is news hundreds of times a second."""


# --- settings ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Wanted:
    """The settings as they are typed; `recipients` is a text of addresses."""

    at: time
    contents: Contents
    recipients: str
    channel: str | None


@dataclass(frozen=True, slots=True)
class Saved:
    """The settings as they are now. `mail_off`: why no e-mail can be sent."""

    settings: ReportSettings
    mail_off: str | None = None


@dataclass(frozen=True, slots=True)
class WrongRecipients:
    """Nothing was saved: these are no addresses, each with what is wrong; or there are too many."""

    wrong: tuple[tuple[str, str], ...] = ()
    too_many: int | None = None


@dataclass(frozen=True, slots=True)
class ClosedChannel:
    """Nothing was saved: nothing can be posted there; `error` in Slack's word."""

    channel: str
    error: str


async def settings(office: Office, actor: Actor) -> ReportSettings | Denied:
    """How the report is set."""
    if no := await denied(office.desk, actor, Deed.SET_REPORT):
        return no
    return await office.reports.settings(office.desk.distributor.key)


async def save(
    office: Office, actor: Actor, wanted: Wanted
) -> Saved | WrongRecipients | ClosedChannel | Denied:
    """Set the report. Without addresses and channel it is off."""
    if no := await denied(office.desk, actor, Deed.SET_REPORT):
        return no
    read = addresses(wanted.recipients)
    if read.wrong or len(read.good) > MOST_RECIPIENTS:
        too_many = len(read.good) if len(read.good) > MOST_RECIPIENTS else None
        return WrongRecipients(read.wrong, too_many)
    if wanted.channel and (error := await office.channels.closed(wanted.channel)):
        return ClosedChannel(wanted.channel, error)
    new = ReportSettings(wanted.at, wanted.contents, read.good, wanted.channel)
    return Saved(await _saved(office, actor, new), office.mail_off)


async def _saved(office: Office, actor: Actor, new: ReportSettings) -> ReportSettings:
    """Where nothing is to be posted any more, an alert about that would never end."""
    desk, now = office.desk, office.desk.clock.now()
    key = desk.distributor.key
    saved = await office.reports.save(key, new, person(actor.person), now)
    if saved.channel is None:
        await desk.alerts.trouble_over(key, Trouble.REPORT_NOT_SENT, now)
    return saved


# --- out of turn ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OnItsWay:
    """A report will come in a direct message."""


async def ask(office: Office, actor: Actor) -> OnItsWay | TooSoon | Denied:
    """Send one report to whoever asks; at most one an hour."""
    if no := await denied(office.desk, actor, Deed.ASK_REPORT):
        return no
    key, now = office.desk.distributor.key, office.desk.clock.now()
    own = replace(await office.reports.settings(key), recipients=(), channel=None)
    by = person(actor.person)
    claim = await office.reports.ask(key, ReportKind.ASKED, own, by, NO_LEASE, now)
    if isinstance(claim, TooSoon):
        return claim
    office.desk.wake()
    return OnItsWay()


async def send_to_all(office: Office) -> Claim:
    """The operator sends one to everybody in the settings, beside the daily one."""
    key, now = office.desk.distributor.key, office.desk.clock.now()
    own, by = await office.reports.settings(key), By(Source.OPERATOR)
    claim = await office.reports.ask(key, ReportKind.SENT, own, by, LEASE, now)
    assert isinstance(claim, Claim), "only people have to wait"
    await make(office, claim)
    return claim


async def write_csv(office: Office, sink: Sink) -> Digest:
    """The report's rows as of now, for the command line."""
    own, now = office.desk.distributor, office.desk.clock.now()
    chosen = await office.reports.settings(own.key)
    since = await office.reports.since(own.key, now)
    return await office.reports.gather(Measures(own, chosen.contents, since, now), sink)


# --- making it -----------------------------------------------------------------------------------


class Reporter:
    """Makes what is due while this process holds the clock. `run` ends only by being cancelled."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._tick = asyncio.Event()

    def wake(self) -> None:
        """It is time to look: the scheduler ticked, or somebody asked."""
        self._tick.set()

    async def run(self) -> None:
        while True:
            self._tick.clear()
            try:
                while await make_due(self._office):
                    pass
            except Exception as trouble:
                key = self._office.desk.distributor.key
                log.warning("%s: reports wait: %s", key, type(trouble).__name__)
                log.debug("the trouble was", exc_info=trouble)
                await self._office.desk.clock.sleep(GLANCE)
            await asyncio.sleep(GATHERING)
            await self._tick.wait()


async def make_due(office: Office) -> bool:
    """Make one report that is due, or that another process left. False: there is none."""
    own, now = office.desk.distributor, office.desk.clock.now()
    claim = await next_claim(office.reports, own, now)
    if claim is None:
        return False
    try:
        await make(office, claim)
    except Exception as trouble:
        if claim.again:
            await _not_made(office, claim, trouble)
        raise
    return True


async def _not_made(office: Office, claim: Claim, trouble: Exception) -> None:
    """It is tried again each time the lease runs out. Of one that is switched off nobody hears."""
    desk, key = office.desk, office.desk.distributor.key
    if not (await office.reports.settings(key)).on:
        return
    why = f"It could not be put together ({type(trouble).__name__}). It is tried again."
    day = {"day": claim.due.day.isoformat()} if claim.due else {}
    await desk.alerts.trouble(key, Trouble.REPORT_NOT_SENT, {"why": why, **day}, desk.clock.now())


async def next_claim(reports: Reports, own: Distributor, now: datetime) -> Claim | None:
    """A report that another process left, or that of a day whose hour has come."""
    seen = await reports.outlook(own.key, now)
    if seen.left and (left := await reports.claim_left(own.key, LEASE, now)):
        return left
    now_due = due(seen.settings, own.zone, seen.last_day, now)
    if now_due is None:
        return None
    return await reports.claim_day(own.key, now_due, seen.settings, LEASE, now)


async def make(office: Office, claim: Claim) -> None:
    """Gather, put into words, and store it with its mails, ready to be delivered."""
    own = office.desk.distributor
    name = file_name(claim.as_of.astimezone(own.zone).date())
    filing = await office.reports.keep_file(claim, name, CSV_TYPE)
    measures = Measures(own, claim.contents, claim.since, claim.as_of)
    digest = await _dressed(office, claim, await office.reports.gather(measures, filing.write))
    made = await office.writer.report(own, digest, await filing.close())
    if made.picture is not None:
        drawing = await office.reports.keep_file(claim, PICTURE, PNG_TYPE)
        await drawing.write(made.picture)
        await drawing.close()
    mailed = () if office.mail_off else claim.recipients
    drafts = [Draft(MailKind.REPORT, to, made.letter, report=claim.id) for to in mailed]
    told, now = await _unmailed(office, claim), office.desk.clock.now()
    if await office.reports.made(claim, made, drafts, told, now):
        log.info("%s: %s report made, %d rows", own.key, claim.kind, digest.rows)
        if claim.again and claim.channel is None:
            # Nobody posts it who would say that it is over.
            await office.desk.alerts.trouble_over(own.key, Trouble.REPORT_NOT_SENT, now)
        office.desk.wake()


async def _dressed(office: Office, claim: Claim, digest: Digest) -> Digest:
    """With the day it is of, and the addresses of what it speaks of."""
    alerts = [await _linked(office, one) for one in digest.alerts]
    dressed = replace(digest, alerts=tuple(alerts))
    if claim.due is None:
        return dressed
    of = claim.due
    return replace(dressed, day=of.day, due_at=of.at, covers=of.covers)


async def _linked(office: Office, alert: OpenAlert) -> OpenAlert:
    if alert.url or alert.channel is None or alert.ts is None:
        return alert
    return replace(alert, url=await office.channels.link(alert.channel, alert.ts))


async def _unmailed(office: Office, claim: Claim) -> Sequence[Mention]:
    """The admins are told of addresses that get nothing because there is no e-mail."""
    if office.mail_off is None or not claim.recipients:
        return ()
    failed = [{"to": to, "why": office.mail_off} for to in claim.recipients]
    return [
        Mention(MentionKind.MAIL_TROUBLE, {"failed": failed, "kind": "report"}, to=admin)
        for admin in await admins_of(office.desk)
    ]
