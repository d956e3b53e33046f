"""What an alert is and what its message shows, as values; `bot.blocks` draws them."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from commands.domain.failures import Failure, Subject
from commands.domain.grouping import Cause
from commands.domain.ids import DistributorKey, OrderId
from commands.domain.lifecycle import Hold, State, Synced
from commands.domain.people import PersonId


@dataclass(frozen=True, slots=True)
class Alert:
    """One message for one cause.

    `change`: counts the changes of its orders; `shown`: the change its message shows (0: none was
    posted yet). `shown_at`: when it was last posted or edited. `moved_at`: since when others read
    its channel, as far as is known. `ended_at`: when the ERP answered again, of an outage.
    `closed_at`: when its message told how it ended.
    """

    id: int
    distributor: DistributorKey
    cause: Cause
    opened_at: datetime
    change: int = 1
    shown: int = 0
    shown_at: datetime | None = None
    channel: str | None = None
    ts: str | None = None
    moved_at: datetime | None = None
    taken_by: PersonId | None = None
    taken_at: datetime | None = None
    closed_at: datetime | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class OrderLine:
    """An order as a row of a list."""

    id: OrderId
    account_id: str
    account_name: str | None
    state: State
    deliver_at: datetime
    placed_at: datetime
    total: Decimal
    currency: str | None
    lines: int
    failure: Failure | None = None
    hold: Hold | None = None
    reference: str | None = None
    synced: Synced | None = None
    settled_by: PersonId | None = None
    settled_at: datetime | None = None
    attempts: int = 0
    tried_at: datetime | None = None
    received_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SubjectCount:
    """A subject and how many orders it holds up; `label` is the item's or customer's name."""

    subject: Subject | None
    label: str | None
    orders: int


@dataclass(frozen=True, slots=True)
class Settled:
    """How the settled orders of an alert came to be so."""

    auto: int = 0
    found: int = 0
    manual: int = 0
    people: tuple[PersonId, ...] = ()
    """Who retried them or marked them, most recent first."""
    last_at: datetime | None = None

    @property
    def total(self) -> int:
        return self.auto + self.found + self.manual


@dataclass(frozen=True, slots=True)
class AlertPicture:
    """What an alert's message shows. Counts are of orders.

    `open`: not settled and still with this cause; `trying`: retried, on their way; `held`: keyed in
    by hand just now; `in_doubt`: may already be in the ERP; `today`: open ones to be delivered
    today, `first_today` the earliest of their hours. `next`: the next deliveries, at most three.
    `one`: the order itself, where the alert has had just one. `asked_by`: who retried those that
    are on their way.
    """

    as_of: datetime
    seen: int
    total: int
    open: int
    trying: int = 0
    held: int = 0
    in_doubt: int = 0
    today: int = 0
    overdue: int = 0
    first_today: datetime | None = None
    subjects: tuple[SubjectCount, ...] = ()
    more_subjects: int = 0
    next: tuple[OrderLine, ...] = ()
    one: OrderLine | None = None
    settled: Settled = field(default_factory=Settled)
    since: datetime | None = None
    last_looked: datetime | None = None
    asked_by: tuple[PersonId, ...] = ()

    @property
    def over(self) -> bool:
        """Nothing of it is left to do."""
        return self.open == 0 and self.trying == 0 and self.held == 0


class MentionKind(StrEnum):
    """What a line in a thread or a direct message says."""

    ACTION = "action"
    """In the alert's thread: somebody did something."""
    PERMISSION_ASKED = "permission_asked"
    """To an admin: somebody asks for a permission; carries `Grant`."""
    PERMISSION_GRANTED = "permission_granted"
    """To the one who asked."""
    CHOOSE_PEOPLE = "choose_people"
    """To the first admins: nobody may retry yet."""
    CHANNEL_UNFIT = "channel_unfit"
    """To the admins: the alert channel cannot be written to, or outsiders read it."""
    HOLD_RUN_OUT = "hold_run_out"
    """To the holder: is it keyed in?"""
    MAIL_TROUBLE = "mail_trouble"
    """To the admins, or to whoever wrote to support: mails that were refused, given up or wait."""
    REPORT_UNPOSTED = "report_unposted"
    """To the admins: the report could not be posted in its channel."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A line to be said once. `to` is a person, or None for the alert's thread.

    `facts` are plain values (ids, counts, reasons): words are found when it is drawn.
    """

    kind: MentionKind
    facts: dict[str, Any]
    to: PersonId | None = None
    alert_id: int | None = None
    id: int | None = None
    tries: int = 0
