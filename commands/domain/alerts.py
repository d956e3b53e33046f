"""What an alert is and what its message shows, as values; `bot.blocks` draws them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from commands.domain.failures import Failure, Subject
from commands.domain.grouping import Cause
from commands.domain.ids import DistributorKey, OrderId
from commands.domain.lifecycle import Hold, State, Synced
from commands.domain.people import PersonId


@dataclass(frozen=True, slots=True)
class Snooze:
    """Put aside for a time, never for ever. `seen`: the change that the message showed to whoever
    did so: what joined later is new.
    """

    by: PersonId
    at: datetime
    until: datetime
    seen: int


@dataclass(frozen=True, slots=True)
class Alert:
    """One message for one cause.

    `change`: counts the changes of its orders; `shown`: the change its message shows (0: none was
    posted yet). `shown_at`: when it was last posted or edited; `size`: of how many orders it told
    then. `moved_at`: since when others read its channel, as far as is known. `ended_at`: when the
    ERP answered again, of an outage; when a trouble was over. `closed_at`: when its message told
    how it ended.

    `posting`: how many full cards it has had; `posted_at`, `posted_seen`: when the present one was
    posted, and the change it showed then; `link` leads to it, `earlier` to the one before. `anew`:
    what it has to say next is worth a new card. `again_at`: when its message is out of date though
    nothing changes: a reminder is due, a day is over.

    `told_size`, `urgent`, `ended_told`: what was told aloud, so that it is told once: its size,
    that an order of it is due today, that it has ended. `announced_at`: when those who want
    notifications got theirs; `unattended_at`: when the admins heard that nobody has it.
    `facts`: plain values that its words are made of, of a trouble.
    """

    id: int
    distributor: DistributorKey
    cause: Cause
    opened_at: datetime
    change: int = 1
    shown: int = 0
    shown_at: datetime | None = None
    size: int = 0
    channel: str | None = None
    ts: str | None = None
    moved_at: datetime | None = None
    taken_by: PersonId | None = None
    taken_at: datetime | None = None
    closed_at: datetime | None = None
    ended_at: datetime | None = None
    posting: int = 0
    posted_at: datetime | None = None
    posted_seen: int = 0
    link: str | None = None
    earlier: str | None = None
    anew: bool = False
    again_at: datetime | None = None
    told_size: int = 0
    urgent: bool = False
    ended_told: bool = False
    announced_at: datetime | None = None
    unattended_at: datetime | None = None
    snooze: Snooze | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)

    def snoozing(self, now: datetime) -> bool:
        return self.snooze is not None and now < self.snooze.until


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
    """How the settled orders of an alert came to be so.

    `retried`: those of `auto` that a person had sent again, `people` who, most recent first.
    `keyed_in`: those of `manual` that were typed into the ERP; `hands`: who marked any of them.
    """

    auto: int = 0
    found: int = 0
    manual: int = 0
    retried: int = 0
    keyed_in: int = 0
    people: tuple[PersonId, ...] = ()
    hands: tuple[PersonId, ...] = ()
    last_at: datetime | None = None

    @property
    def total(self) -> int:
        return self.auto + self.found + self.manual


@dataclass(frozen=True, slots=True)
class Moved:
    """Orders of an alert that have another reason by now; `link` leads to that one's message.
    `told` False: it will have one in a moment.
    """

    cause: Cause
    orders: int
    link: str | None = None
    told: bool = True


@dataclass(frozen=True, slots=True)
class AlertPicture:
    """What an alert's message shows. Counts are of orders.

    `open`: not settled and still with this cause; `trying`: retried, on their way; `held`: keyed in
    by hand just now; `in_doubt`: may already be in the ERP; `today`: open ones to be delivered
    today, `first_today` the earliest of their hours. `next`: the next deliveries, at most three.
    `one`: the order itself, where the alert has had just one. `asked_by`: who retried those that
    are on their way. `moved`: what fails for another reason now, not settled yet.

    `new_today`, `woken`: of `today`, what came after the card was posted, and after the alert was
    put aside. `later`: when the first order came on a later day than the card. `troubled`: what is
    wrong with Orderwatch itself lasts.
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
    moved: tuple[Moved, ...] = ()
    new_today: int = 0
    woken: int = 0
    later: datetime | None = None
    troubled: bool = False

    @property
    def over(self) -> bool:
        """Nothing of it is left to do."""
        return not (self.open or self.trying or self.held or self.troubled)

    @property
    def needs_somebody(self) -> bool:
        """What is on its way or in a clerk's hands needs nobody else."""
        return self.open > 0 or self.troubled

    @property
    def final(self) -> bool:
        """It is over, and what has another reason now can be linked."""
        return self.over and all(one.told for one in self.moved)

    @property
    def gone(self) -> int:
        """How many have another reason now."""
        return sum(one.orders for one in self.moved)


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
    GREW = "grew"
    """In the thread and aloud in the channel: ten times as many as were told last."""
    URGENT = "urgent"
    """The same: it now holds an order that is due today."""
    ENDED = "ended"
    """The same: it is over."""
    UNATTENDED = "unattended"
    """To the admins: nobody has it."""


ALOUD: Final = frozenset({MentionKind.GREW, MentionKind.URGENT, MentionKind.ENDED})
"""Lines of the thread that the whole channel hears."""

OF_ITS_ALERT: Final = ALOUD | {MentionKind.UNATTENDED}
"""What is drawn from the alert as it stands when it is said."""


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
    queued_at: datetime | None = None
