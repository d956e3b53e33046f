"""`orderwatch report`: the report as of now, as a file, or sent to everybody in its settings.

It works beside a running service. Mails are claimed row by row, so either may send them; a message
in Slack is posted by whoever has the duty to speak there, and where nobody has it, from here.
"""

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO, Final

import store as stores
from bot.audience import Audience
from bot.blocks.report_words import headline
from bot.clock import SystemClock, agreed
from bot.desks import desk_of
from bot.identity import Identity
from bot.offices import mailer_of, office_of
from bot.reports.channels import SlackChannels
from bot.reports.poster import Poster
from bot.sender import Sender
from bot.settings import Settings
from bot.slack import Slack, SlackEndedError, Workspace
from bot.slack_side import alerts_of
from commands.domain.ids import DistributorKey
from commands.mailing import Mailman
from commands.outbox import Claim, Mailer, Office
from commands.report import send_to_all, write_csv
from store.engine import DatabaseInUseError, sole
from store.mails import Outcome

SLACK_WITHIN: Final = 60.0
"""Seconds that a message may take until it is left to the service."""

LOOK_AGAIN: Final = 0.5
LATER: Final = "`orderwatch run` posts it"

Say = Callable[[str], None]
MakePoster = Callable[[], Poster]


class CannotWriteError(Exception):
    """The file cannot be written; the message says why."""


@dataclass(frozen=True, slots=True)
class ReportDesk:
    """One distributor's report, from the command line."""

    settings: Settings
    store: stores.Store
    office: Office
    channels: SlackChannels
    mailer: Mailer | None

    async def write(self, out: Path | None) -> str:
        """The CSV into a file, or to standard output; what it holds, in a line. Raises
        CannotWriteError.
        """
        with _opened(out) as file:

            async def sink(piece: bytes) -> None:
                await asyncio.to_thread(file.write, piece)

            digest = await write_csv(self.office, sink)
        where = f"{out}: " if out else ""
        return f"{where}{digest.rows:,} rows. {headline(digest)}."

    async def send(self, say: Say) -> bool:
        """To all addresses and the channel; a line for each. False: something did not go out."""
        key = self.office.desk.distributor.key
        chosen = await self.office.reports.settings(key)
        if not chosen.on:
            say("The report is off: it has no address and no channel. /orders report sets them.")
            return False
        async with contextlib.AsyncExitStack() as closing:
            make, why = await self._poster(closing)
            claim = await send_to_all(self.office)
            posted = await self._post(claim, make)
        mailed = await self._mail(claim, say)
        if claim.channel:
            later = f"not posted yet{f', {why}' if why else ''}: {LATER}"
            say(f"{claim.channel}: {'posted' if posted else later}")
        return mailed and (posted or not claim.channel)

    # --- mail ------------------------------------------------------------------------------------

    async def _mail(self, claim: Claim, say: Say) -> bool:
        if self.mailer is None:
            if claim.recipients:
                say(f"No e-mail: {self.office.mail_off}")
            return not claim.recipients
        mailman = Mailman(self.office, self.mailer)
        while await mailman.deliver():
            pass
        outcomes = await self.store.mails.of_report(claim.id)
        for one in outcomes:
            say(f"{one.to}: {_fate(one)}")
        return all(one.fate == "sent" for one in outcomes)

    # --- Slack -----------------------------------------------------------------------------------

    async def _poster(self, closing: contextlib.AsyncExitStack) -> tuple[MakePoster | None, str]:
        """What makes the poster, if Slack can be used from here; else why not."""
        if not self.settings.slack.bot_token:
            return None, "SLACK_BOT_TOKEN is not set"
        slack = Slack(self.settings.slack, self.office.desk.clock)
        closing.push_async_callback(slack.close)
        try:
            async with asyncio.timeout(SLACK_WITHIN):
                workspace = await slack.start()
        except (SlackEndedError, TimeoutError) as error:
            return None, str(error) or "Slack does not answer"
        if workspace.team != self.office.desk.distributor.slack_team:
            return None, "SLACK_BOT_TOKEN is of another workspace"
        return partial(self._made, slack, workspace), ""

    def _made(self, slack: Slack, workspace: Workspace) -> Poster:
        """Made when the duty is ours: what another process posted until then is in doubt."""
        desk, store = self.office.desk, self.store
        identity = Identity(slack.web, store.profiles, desk.clock, workspace.team)
        audience = Audience(slack.web, identity, desk.clock)
        self.channels.attach(slack.web)
        key, bot_id = desk.distributor.key, workspace.bot_id
        sender = Sender(slack.web, bot_id, desk.clock, store.signs, key)
        return Poster(desk, store.postings, store.reports.files, audience, sender)

    async def _post(self, claim: Claim, make: MakePoster | None) -> bool:
        """Whether it was posted in time, by us or by the service."""
        if not claim.channel or make is None:
            return False
        duty = asyncio.ensure_future(self._while_nobody_speaks(make))
        try:
            async with asyncio.timeout(SLACK_WITHIN):
                # Another process may be the one that posts it.
                while await self._waits(claim):  # noqa: ASYNC110
                    await asyncio.sleep(LOOK_AGAIN)
        except TimeoutError:
            return False
        finally:
            duty.cancel()
            await asyncio.gather(duty, return_exceptions=True)
        return True

    async def _waits(self, claim: Claim) -> bool:
        waiting = await self.store.postings.waiting(claim.distributor)
        return claim.id in {one.id for one in waiting}

    async def _while_nobody_speaks(self, make: MakePoster) -> None:
        """Post from here, but never beside a service that posts as well."""

        async def speak() -> None:
            await make().run()

        try:
            with sole(self.settings.database_url):
                line = asyncio.ensure_future(self.store.processes.keep())
                try:
                    name = alerts_of(self.office.desk.distributor.key)
                    await self.store.processes.while_mine(name, speak)
                finally:
                    line.cancel()
                    await asyncio.gather(line, return_exceptions=True)
        except DatabaseInUseError:
            return


@contextlib.asynccontextmanager
async def opened(settings: Settings, key: DistributorKey) -> AsyncIterator[ReportDesk]:
    """The desk for a command that ends soon."""
    account = settings.accounts[key]
    async with stores.open(settings.database_url, {key: account.distributor.zone}) as store:
        desk = desk_of(account, store, await agreed(store, SystemClock()))
        channels = SlackChannels()
        office = office_of(desk, store, settings, channels)
        try:
            yield ReportDesk(settings, store, office, channels, mailer_of(store, settings))
        finally:
            await desk.erp.close()


@contextlib.contextmanager
def _opened(out: Path | None) -> Iterator[BinaryIO]:
    if out is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    try:
        with out.open("wb") as file:
            yield file
    except OSError as error:
        raise CannotWriteError(f"{out}: cannot be written: {error.strerror}") from None


def _fate(one: Outcome) -> str:
    match one.fate:
        case "sent":
            return "sent"
        case None if one.why is None:
            return "on its way"
        case None:
            return f"not taken yet ({one.why}); `orderwatch run` tries again"
        case _:
            return f"refused ({one.why})"
