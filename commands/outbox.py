"""What reports and mail need from outside, as small Protocols, and the values they exchange.

`store/` implements Reports and Mails, `bot/` implements Writer, Mailer and Channels. The verbs and
loops of `commands.report`, `commands.support` and `commands.mailing` see nothing else.
"""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Protocol, TypeAlias

from commands.desk import Desk
from commands.domain.alerts import Alert, AlertPicture, Mention, OrderLine
from commands.domain.digests import Digest
from commands.domain.distributors import Distributor
from commands.domain.history import By, Entry
from commands.domain.ids import DistributorKey, OrderId
from commands.domain.notices import Notice
from commands.domain.people import PersonId
from commands.domain.reports import Contents, Due, ReportSettings
from commands.ports import NotNow, Order

# --- reports -------------------------------------------------------------------------------------


class ReportKind(StrEnum):
    """Why a report is made."""

    DAILY = "daily"
    ASKED = "asked"
    """By a person, for themselves."""
    SENT = "sent"
    """By the operator, to everybody in the settings."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A report that this process is to make, before its lease runs out.

    `as_of`: the moment it speaks of. `since`: when the daily report before it was made. Where it
    goes was settled when it was claimed. `again`: somebody began to make it, and did not.
    """

    id: int
    distributor: DistributorKey
    kind: ReportKind
    attempt: str
    as_of: datetime
    since: datetime
    contents: Contents
    recipients: tuple[str, ...] = ()
    channel: str | None = None
    asked_by: PersonId | None = None
    due: Due | None = None
    again: bool = False


@dataclass(frozen=True, slots=True)
class Measures:
    """What the rows of a report are chosen by; `since` as in `Claim`."""

    own: Distributor
    contents: Contents
    since: datetime
    as_of: datetime


@dataclass(frozen=True, slots=True)
class TooSoon:
    """The same was asked for less than an hour ago; it may be again at `at`."""

    at: datetime


Sink: TypeAlias = Callable[[bytes], Awaitable[None]]
"""Takes the next piece of a file."""


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file that was stored for a report: `size` in bytes, and `packed` as it is stored."""

    name: str
    mimetype: str
    size: int
    packed: int


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail before it is addressed. `html` None: plain text alone."""

    subject: str
    text: str
    html: str | None = None


@dataclass(frozen=True, slots=True)
class Post:
    """A message for Slack, drawn, as JSON: in full, and for a channel that outsiders read."""

    full: str
    counts: str


@dataclass(frozen=True, slots=True)
class Made:
    """A report put into words; `picture` None: it could not be drawn."""

    letter: Letter
    post: Post
    picture: bytes | None = None


@dataclass(frozen=True, slots=True)
class Outlook:
    """What decides whether there is a report to make: the settings, the latest day that has its
    report, and whether a process left one half-made.
    """

    settings: ReportSettings
    last_day: date | None
    left: bool


class Reports(Protocol):
    """Settings and reports. One row for each distributor and day says who makes it."""

    async def settings(self, distributor: DistributorKey) -> ReportSettings: ...

    async def save(
        self, distributor: DistributorKey, settings: ReportSettings, by: By, now: datetime
    ) -> ReportSettings:
        """Store the settings and who changed what; returns them as they stand now."""
        ...

    async def since(self, distributor: DistributorKey, now: datetime) -> datetime:
        """When the last daily report was made; a day before `now` where there was none."""
        ...

    async def outlook(self, distributor: DistributorKey, now: datetime) -> Outlook: ...

    async def claim_day(
        self,
        distributor: DistributorKey,
        due: Due,
        settings: ReportSettings,
        lease: timedelta,
        now: datetime,
    ) -> Claim | None:
        """Take a day's report on, and the days it covers. None: another process has."""
        ...

    async def claim_left(
        self, distributor: DistributorKey, lease: timedelta, now: datetime
    ) -> Claim | None:
        """Take on a report whose maker did not finish it in time; from now on it is as of `now`."""
        ...

    async def ask(
        self,
        distributor: DistributorKey,
        kind: ReportKind,
        settings: ReportSettings,
        by: By,
        lease: timedelta,
        now: datetime,
    ) -> Claim | TooSoon:
        """A report out of turn, claimed for `lease`. By a person: at most one an hour."""
        ...

    async def gather(self, measures: Measures, sink: Sink) -> Digest:
        """Stream the report's CSV into `sink`, and count what it says beside, as of one moment."""
        ...

    async def keep_file(self, claim: Claim, name: str, mimetype: str) -> "Filing":
        """Begin to store a file of the report anew."""
        ...

    async def made(
        self,
        claim: Claim,
        made: Made,
        drafts: Sequence["Draft"],
        telling: Sequence[Mention],
        now: datetime,
    ) -> bool:
        """It can be delivered: its mails, and whom to tell, are stored with it. False: somebody
        else has made it.
        """
        ...


class Filing(Protocol):
    """A file that is being stored piece by piece."""

    async def write(self, piece: bytes) -> None: ...

    async def close(self) -> Enclosure: ...


# --- mail ----------------------------------------------------------------------------------------


class MailKind(StrEnum):
    REPORT = "report"
    SUPPORT = "support"
    NOTICE = "notice"
    """To somebody who wants to hear of alerts by e-mail."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A mail to be stored. `report`: whose files it encloses. `order`, `alert`, `asked_by`: of a
    mail to support, what it is about and who sends it.
    """

    kind: MailKind
    to: str
    letter: Letter
    report: int | None = None
    order: OrderId | None = None
    alert: int | None = None
    asked_by: PersonId | None = None


@dataclass(frozen=True, slots=True)
class Mail:
    """A stored mail that this process has claimed to send. `tries`: how often it was tried."""

    id: int
    draft: Draft
    message_id: str
    queued_at: datetime
    attempt: str
    tries: int = 0


@dataclass(frozen=True, slots=True)
class Sent:
    """The mail server has taken it."""


@dataclass(frozen=True, slots=True)
class Turned:
    """The mail server refuses this mail, and would refuse it again; `why` in its words."""

    why: str


@dataclass(frozen=True, slots=True)
class NotYet:
    """Not taken now; it is tried again."""

    why: str


Fate: TypeAlias = Sent | Turned | NotYet


Told: TypeAlias = Callable[[Mail, Fate], Awaitable[None]]


class Mailer(Protocol):
    """The mail server. Nothing here raises for what a server may do."""

    async def deliver(self, mails: Iterable[Mail], told: Told) -> bool:
        """Send them over one connection; `told` hears of each what became of it, as it happens.
        False: the server could not be used.
        """
        ...


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is stored of one try. `next_at` None: it is over, with `fate`."""

    mail: Mail
    fate: Fate
    next_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A mail that has not gone out. `why`: what stood in its way last; None: it was not tried."""

    to: str
    why: str | None


class Mails(Protocol):
    """Mails are rows first, and sent afterwards, at least once, under one Message-ID."""

    async def claim(
        self, distributor: DistributorKey, limit: int, lease: timedelta, now: datetime
    ) -> list[Mail]:
        """Mails that are due, oldest first."""
        ...

    async def settle(
        self,
        distributor: DistributorKey,
        verdict: Verdict,
        telling: Sequence[Mention],
        now: datetime,
    ) -> bool:
        """Store what became of a try, and whom to tell. False: another process has the mail."""
        ...

    async def next_due(self, distributor: DistributorKey) -> datetime | None: ...

    async def overdue(self, distributor: DistributorKey, before: datetime) -> "list[Waiting]":
        """Mails queued before then that still wait, oldest first, and of which nobody was told."""
        ...

    async def worry(
        self,
        distributor: DistributorKey,
        before: datetime,
        admins: Sequence[PersonId],
        now: datetime,
    ) -> None:
        """Tell the admins, once, of mails queued before then that still wait."""
        ...

    async def notify(
        self, distributor: DistributorKey, notice: Notice, draft: Draft, now: datetime
    ) -> bool:
        """Store the mail of a notice, which is done with it. False: it was."""
        ...

    async def history_of(self, distributor: DistributorKey, order: OrderId) -> list[Entry]:
        """All that happened to an order, oldest first."""
        ...

    async def orders_of(
        self, distributor: DistributorKey, alert: int, limit: int
    ) -> list[OrderLine]:
        """Orders of an alert that are not synced, the next deliveries first."""
        ...

    async def ask_support(
        self,
        distributor: DistributorKey,
        draft: Draft,
        orders: Sequence[OrderId],
        by: By,
        now: datetime,
    ) -> TooSoon | None:
        """Store a mail to support and write it into the history of `orders`. At most one an hour
        for the same order or alert.
        """
        ...


# --- words ---------------------------------------------------------------------------------------


class Writer(Protocol):
    """Puts facts into words and pictures. Nothing here raises for what the facts may hold."""

    async def report(self, own: Distributor, digest: Digest, csv: Enclosure) -> Made:
        """The mail, the message and the picture of a report."""
        ...

    def notice(self, own: Distributor, alert: Alert, picture: AlertPicture) -> Letter:
        """An alert, to somebody who wants to hear of it."""
        ...

    def order_to_support(self, own: Distributor, plea: "OrderPlea") -> Letter: ...

    def alert_to_support(self, own: Distributor, plea: "AlertPlea") -> Letter: ...


@dataclass(frozen=True, slots=True)
class OrderPlea:
    """What support is told of one order. `asker`: who asks, by name; `note`: in their words."""

    order: Order
    history: Sequence[Entry]
    asker: str
    note: str
    at: datetime


@dataclass(frozen=True, slots=True)
class AlertPlea:
    """What support is told of many orders with one cause; `lines` names some of them."""

    alert: Alert
    picture: AlertPicture
    lines: Sequence[OrderLine]
    asker: str
    note: str
    at: datetime


class Channels(Protocol):
    """Slack's channels, as far as reports have to know them. `bot` implements it."""

    async def link(self, channel: str, ts: str) -> str | None:
        """The address of a message; None: it is not known now."""
        ...

    async def closed(self, channel: str) -> str | None:
        """Slack's word for why nothing can be posted there; None: it can, as far as is known."""
        ...


class Addresses(Protocol):
    """Who has which e-mail address. `bot` implements it over Slack."""

    async def address(self, person: PersonId) -> str | NotNow | None:
        """None: they are no member any more, or it is not told."""
        ...


class NoChannels:
    """No Slack to ask. Implements `Channels`."""

    async def link(self, channel: str, ts: str) -> str | None:
        _ = channel, ts
        return None

    async def closed(self, channel: str) -> str | None:
        _ = channel
        return None


@dataclass(frozen=True, slots=True)
class Office:
    """The part of a distributor's desk that writes.

    `mail_off`: why no e-mail can be sent, and what to do; None: it can.
    """

    desk: Desk
    reports: Reports
    mails: Mails
    writer: Writer
    channels: Channels
    mail_off: str | None = None
