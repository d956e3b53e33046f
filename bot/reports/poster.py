"""Reports into Slack: the message first, then its files in the thread, then its picture.

Run by `bot.slack_side`, in the process that posts the distributor's alerts. Each step is stored
when it is done; where a process died between the two, the next one looks whether it had been done.
"""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar

from bot.audience import Audience, Closed, NotKnown, OurOwn, Outsiders
from bot.blocks.message import Message
from bot.blocks.report_message import with_picture
from bot.blocks.report_trouble import closed_words
from bot.identity import FRESH
from bot.reports.uploads import Sent, Shared, Uploads
from bot.reports.writer import message_of
from bot.sender import SHORT, Sender
from bot.traces import REPORT, Spot, Trace
from bot.webapi import Answer, Busy, Declined, Said, Unheard
from commands import ports, rounds
from commands.desk import Desk, admins_of
from commands.domain.alerts import Mention, MentionKind
from commands.domain.grouping import Trouble
from commands.domain.people import PersonId, Standing
from commands.outbox import Enclosure
from commands.ports import Delivery, Gone, NotAllowed, NotNow, Posted
from commands.report import PICTURE
from store.files import Files
from store.postings import Posting, Postings

log = logging.getLogger("orderwatch.reports")

_Went = TypeVar("_Went", Sent, Shared)

LOOK_AGAIN: Final = timedelta(seconds=2)
LONGEST: Final = timedelta(minutes=5)
"""Between two tries, however often it went wrong."""

WORRY: Final = timedelta(minutes=30)
"""An alert tells of a report that has waited so long."""

SILENT: Final = "Slack does not take it."
DEVELOPING: Final = timedelta(minutes=2)
"""Slack takes a while to look through a picture; after so long it is left in the thread."""


class _LaterError(Exception):
    """Not now: `wait` is how long it takes at least. `well`: nothing is wrong, it takes a while."""

    def __init__(self, wait: timedelta, *, well: bool = False) -> None:
        super().__init__(f"after {wait}")
        self.wait = wait
        self.well = well


class _NeverError(Exception):
    """Slack says no, and will say so again."""

    def __init__(self, error: str) -> None:
        super().__init__(error)
        self.error = error


class _SeenError(Exception):
    """Outsiders read the channel. `posting`: as it stands there by now; `shared`: files that may
    stand there without being found yet.
    """

    def __init__(self, posting: Posting, found: Outsiders, shared: Shared | None) -> None:
        super().__init__("outsiders")
        self.posting = posting
        self.found = found
        self.shared = shared


@dataclass(slots=True)
class _Trial:
    """A report that could not be brought further `tries` times, and is tried again `at` a time.
    `warned`: the log says so; `told`: an alert says that it was not sent.
    """

    at: datetime
    tries: int = 0
    warned: bool = False
    told: bool = False


class Poster:
    """Posts a distributor's reports. `run` ends only by being cancelled."""

    def __init__(
        self,
        desk: Desk,
        postings: Postings,
        files: Files,
        audience: Audience,
        sender: Sender,
    ) -> None:
        self._desk = desk
        self._postings = postings
        self._files = files
        self._audience = audience
        self._sender = sender
        self._uploads = Uploads(sender.web, files)
        self._trials: dict[int, _Trial] = {}
        self._news = asyncio.Event()

    def wake(self) -> None:
        """There may be a new report."""
        self._news.set()

    async def run(self) -> None:
        await rounds.go(self.deliver, self._news, log, "reports")

    async def deliver(self) -> timedelta:
        """Bring each report a step further, as far as Slack lets us. Returns how long to rest."""
        rest = rounds.GLANCE
        waiting = await self._postings.waiting(self._desk.distributor.key)
        left = {one.id for one in waiting}
        self._trials = {at: one for at, one in self._trials.items() if at in left}
        for posting in waiting:
            trial = self._trials.get(posting.id)
            wait = trial.at - self._now() if trial else timedelta()
            rest = min(rest, wait if wait > timedelta() else await self._step(posting))
        return rest

    async def _step(self, posting: Posting) -> timedelta:
        """As far as it goes now; whatever is the matter with it, those behind it have their turn.
        Returns how long it rests.
        """
        try:
            await self._further(posting)
        except _LaterError as later:
            return await self._later(posting, later.wait, SILENT, well=later.well)
        except _NeverError as never:
            await self._give_up(posting, never.error)
        except Exception as trouble:
            log.debug("the trouble was", exc_info=trouble)
            why = f"It could not be put together ({type(trouble).__name__})."
            return await self._later(posting, rounds.GLANCE, why)
        return rounds.GLANCE

    async def _later(
        self, posting: Posting, wait: timedelta, why: str, *, well: bool = False
    ) -> timedelta:
        """It is tried again, more and more seldom; where it takes long, an alert says so."""
        now = self._now()
        trial = self._trials.setdefault(posting.id, _Trial(now))
        if not (well or trial.warned):
            trial.warned = True
            log.warning("report %d: not posted yet: %s", posting.id, why)
        rest = max(wait, min(LOOK_AGAIN * 2.0 ** min(trial.tries, 10), LONGEST))
        trial.tries, trial.at = trial.tries + 1, now + rest
        if not trial.told and now - posting.made_at >= WORRY:
            await self._not_sent(posting, f"{why} It is tried again.")
            trial.told = True
        return rest

    async def _further(self, posting: Posting) -> None:
        channel = posting.posted_in or await self._channel(posting)
        try:
            await self._nobody_else(posting, channel, posting.made_at)
            await self._in_full(posting, channel)
        except _SeenError as seen:
            await self._post_counts(seen, channel)

    async def _in_full(self, posting: Posting, channel: str) -> None:
        full, alt = message_of(posting.post)
        at = await self._posted(posting, channel, full)
        picture = posting.picture
        if posting.filed_at is None:
            picture = await self._filed(posting, at, alt)
        await self._develop(posting, at, full, picture, alt)
        await self._well(posting)
        await self._done(posting)

    # --- where to --------------------------------------------------------------------------------

    async def _channel(self, posting: Posting) -> str:
        if posting.to is None:
            assert posting.channel, "a report that goes nowhere is done when it is made"
            return posting.channel
        return await self._direct(posting.to)

    async def _direct(self, person: PersonId) -> str:
        match await self._audience.identity.look(person, FRESH):
            case Busy(wait) | Unheard(wait):
                raise _LaterError(wait)
            case Standing.MEMBER:
                opened = await self._sender.conversation(person)
                if not isinstance(opened, str):
                    raise _not_delivered(opened)
                return opened
            case standing:
                raise _NeverError(f"recipient_is_{standing}")

    async def _nobody_else(
        self, posting: Posting, channel: str, since: datetime, shared: Shared | None = None
    ) -> None:
        """Nobody but full members reads it, as was known at `since` or later. Raises _SeenError."""
        if posting.to is not None:
            return
        match await self._audience.of(channel, since):
            case OurOwn():
                return
            case Outsiders() as found:
                raise _SeenError(posting, found, shared)
            case Closed(error):
                raise _NeverError(error)
            case NotKnown(wait):
                raise _LaterError(wait)

    # --- the message -----------------------------------------------------------------------------

    async def _post_counts(self, seen: _SeenError, channel: str) -> None:
        """Counts, and no file. What was posted before outsiders came is taken back, and drawn
        anew.
        """
        posting, found = seen.posting, seen.found
        counts, _ = message_of(posting.counts)
        at = await self._posted(posting, channel, counts)
        if posting.ts is not None:
            await self._withdraw(posting, at, seen.shared)
            await self._hide(at, counts, _trace(posting))
        await self._well(posting)
        error = "shared_channel" if found.shared else "outsiders"
        await self._done(posting, error=error, people=list(found.people))

    async def _hide(self, at: Posted, counts: Message, trace: Trace) -> None:
        """Counts in the place of what stands there. What was deleted needs it no more."""
        match await self._sender.edit(at, counts, trace):
            case Posted() | Gone(error=ports.DELETED):
                return
            case Gone(error):
                raise _NeverError(error)
            case refused:
                raise _not_delivered(refused)

    async def _posted(self, posting: Posting, channel: str, message: Message) -> Posted:
        if posting.ts is not None:
            return Posted(channel, posting.ts)
        spot, trace = Spot(channel), _trace(posting)
        at = self._delivered(await self._sender.post(spot, message, trace, posting.made_at))
        await self._postings.posted(posting, at.channel, at.ts)
        return at

    # --- files and picture -----------------------------------------------------------------------

    async def _filed(self, posting: Posting, at: Posted, alt: str) -> str | None:
        """The files are in the thread; Slack's id of the picture among them."""
        enclosed = await self._files.listed(posting.id)
        shared = await self._earlier_share(posting, at, enclosed)
        if shared is None:
            sent = self._went(await self._uploads.send(posting.id, enclosed, alt))
            await self._look_again(posting, at, None)
            shared = self._went(await self._uploads.share(sent, at))
        await self._look_again(posting, at, shared)
        picture = shared.ids.get(PICTURE)
        await self._postings.filed(posting, picture, self._now())
        return picture

    async def _look_again(self, posting: Posting, at: Posted, shared: Shared | None) -> None:
        """Uploads take long: ask Slack itself who reads the channel now. Raises _SeenError."""
        stands = replace(posting, posted_in=at.channel, ts=at.ts)
        await self._nobody_else(stands, at.channel, self._now(), shared)

    async def _withdraw(self, posting: Posting, at: Posted, shared: Shared | None) -> None:
        """Take the files out of its thread again."""
        enclosed = await self._files.listed(posting.id)
        there = shared or await self._earlier_share(posting, at, enclosed)
        if later := await self._uploads.withdraw(there) if there else None:
            raise _LaterError(later.wait)

    async def _earlier_share(
        self, posting: Posting, at: Posted, enclosed: Sequence[Enclosure]
    ) -> Shared | None:
        # A message that was just posted has an empty thread.
        if posting.ts is None:
            return None
        match await self._uploads.found(at, enclosed, self._sender.bot_id):
            case Shared() | None as found:
                return found
            case answer:
                self._said(answer)
                return None

    def _went(self, answer: _Went | Declined | Busy | Unheard) -> _Went:
        if isinstance(answer, Sent | Shared):
            return answer
        self._said(answer)
        raise AssertionError("an answer that is neither is a trouble")

    async def _develop(
        self, posting: Posting, at: Posted, message: Message, picture: str | None, alt: str
    ) -> None:
        """Show the picture in the message, as soon as Slack lets us."""
        if picture is None:
            return
        shown = with_picture(message, picture, alt)
        answer = await self._sender.edit(at, shown, _trace(posting), plainer=False)
        if isinstance(answer, NotAllowed):
            filed = posting.filed_at or self._now()
            if answer.error == "invalid_blocks" and self._now() - filed < DEVELOPING:
                raise _LaterError(LOOK_AGAIN, well=True)
            log.warning("report %d: its picture stays in the thread: %s", posting.id, answer.error)
        elif not isinstance(answer, Gone):
            self._delivered(answer)

    # --- what Slack says -------------------------------------------------------------------------

    def _said(self, answer: Answer) -> dict[str, Any]:
        match answer:
            case Said(data):
                return dict(data)
            case Declined(error):
                raise _NeverError(error)
            case Busy(wait) | Unheard(wait):
                raise _LaterError(wait)

    def _delivered(self, delivery: Delivery) -> Posted:
        if isinstance(delivery, Posted):
            return delivery
        raise _not_delivered(delivery)

    async def _well(self, posting: Posting) -> None:
        """Where an alert said that the report was not sent, that is over."""
        if posting.to is None:
            alerts, key = self._desk.alerts, self._desk.distributor.key
            await alerts.trouble_over(key, Trouble.REPORT_NOT_SENT, self._now())

    async def _give_up(self, posting: Posting, error: str) -> None:
        """The admins are told, and an alert says so. To a person who left, nothing more is said."""
        log.warning("report %d: not posted: %s", posting.id, error)
        await self._not_sent(posting, closed_words(error))
        await self._done(posting, error=error)

    async def _not_sent(self, posting: Posting, why: str) -> None:
        """An alert says so, unless it goes to one person alone."""
        if posting.to is None:
            day = {"day": posting.day.isoformat()} if posting.day else {}
            alerts, key = self._desk.alerts, self._desk.distributor.key
            facts = {"why": why, **day}
            await alerts.trouble(key, Trouble.REPORT_NOT_SENT, facts, self._now())

    async def _done(self, posting: Posting, **trouble: object) -> None:
        """It has come as far as it can; what stood in its way is told to the admins."""
        facts = {"channel": posting.channel, **trouble}
        told = await admins_of(self._desk) if trouble and posting.to is None else ()
        telling = [Mention(MentionKind.REPORT_UNPOSTED, facts, to=admin) for admin in told]
        await self._postings.done(self._desk.distributor.key, posting, self._now(), telling)

    def _now(self) -> datetime:
        return self._desk.clock.now()


def _trace(posting: Posting) -> Trace:
    return Trace(REPORT, posting.id)


def _not_delivered(refused: Gone | NotNow | NotAllowed) -> Exception:
    match refused:
        case NotNow(wait):
            return _LaterError(wait, well=wait <= SHORT)
        case Gone():
            # It vanished before its row knew of it: the next time it is posted anew.
            return _LaterError(LOOK_AGAIN, well=True)
        case NotAllowed(error):
            return _NeverError(error)
