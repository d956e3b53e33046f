"""What the core needs from outside, as small Protocols.

`erp/` implements Erp, `store/` implements Ledger, People, Alerts and Connections, `bot/` implements
Messenger and Clock. The verbs see nothing else of the world. What only a screen reads is a query
function in `store/`, not a method here.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

from commands.domain.alerts import Alert, AlertPicture, Mention
from commands.domain.answers import Answer, CannotTell, Healthy, Lookup, Unhealthy
from commands.domain.connection import Connection
from commands.domain.documents import Document
from commands.domain.grouping import Trouble
from commands.domain.history import By
from commands.domain.ids import DistributorKey, OrderId
from commands.domain.lifecycle import Event, Reason, Refusal, Standing
from commands.domain.notices import Choice, Notice
from commands.domain.pacing import Told
from commands.domain.people import Actor, Permission, PersonId, Role


class Clock(Protocol):
    """Time is an argument; this is where it comes from."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        ...

    async def sleep(self, span: timedelta) -> None:
        """Wait, letting everything else go on."""
        ...


class Cadence(Protocol):
    """A distributor's crontab, in its zone, each wall time once."""

    def after(self, moment: datetime) -> datetime:
        """The first tick after `moment`."""
        ...


class Erp(Protocol):
    """One connection to one distributor's ERP. Nothing here raises for what an ERP may do."""

    async def send(self, document: Document) -> Answer:
        """Enter the order. One request, one deadline for the whole call."""
        ...

    async def resume(self, document: Document, reference: str | None) -> Answer:
        """Go on with the draft that an earlier call left behind, and make no second document.

        `reference`: its number, where it has one yet.
        """
        ...

    async def find(self, order: OrderId) -> Lookup:
        """What the ERP holds under our id."""
        ...

    async def find_number(self, reference: str) -> Lookup | CannotTell:
        """What the ERP holds under its own number."""
        ...

    async def health(self) -> Healthy | Unhealthy:
        """Whether it answers and takes our key. For `orderwatch check` and the probe."""
        ...

    async def examine(self) -> tuple[str, ...]:
        """What keeps orders from being entered, as far as can be seen without entering one: each
        with what to do, in our own words. For `orderwatch check`.
        """
        ...

    async def close(self) -> None: ...


# --- the ledger ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Order:
    """An order: its content, where it stands, and what the ledger knows beside."""

    document: Document
    standing: Standing
    received_at: datetime
    deliver_at: datetime
    alert_id: int | None = None

    @property
    def id(self) -> OrderId:
        return self.document.id


@dataclass(frozen=True, slots=True)
class Incoming:
    """A checked order on its way in. `due_at`: the first cadence tick after it came."""

    document: Document
    due_at: datetime
    deliver_at: datetime


@dataclass(frozen=True, slots=True)
class Created:
    id: OrderId


@dataclass(frozen=True, slots=True)
class Updated:
    id: OrderId


@dataclass(frozen=True, slots=True)
class Unchanged:
    id: OrderId


@dataclass(frozen=True, slots=True)
class NotTaken:
    """Changed content that came too late."""

    id: OrderId
    reason: Reason


Taken = Created | Updated | Unchanged | NotTaken


@dataclass(frozen=True, slots=True)
class Settlement:
    """What came of one attempt or one look-up: the order as it was claimed, and the event."""

    order: Order
    event: Event


@dataclass(frozen=True, slots=True)
class Applied:
    """A change that took place."""

    before: Standing
    after: Standing


@dataclass(frozen=True, slots=True)
class NoSuchOrder:
    """Unknown, or another distributor's: nobody is told which."""


@dataclass(frozen=True, slots=True)
class LostRace:
    """Somebody else changed the order in the same moment; `now` is where it stands."""

    now: Standing


@dataclass(frozen=True, slots=True)
class Retried:
    """What a bulk retry did. `later`: joined after the message was shown, left alone."""

    queued: int
    held: int
    later: int


class Ledger(Protocol):
    """The orders. Every change is one conditional UPDATE and leaves its events."""

    async def take_in(self, incoming: Sequence[Incoming], now: datetime) -> list[Taken]:
        """Store new and changed content; answers in the order asked."""
        ...

    async def load(self, distributor: DistributorKey, order: OrderId) -> Order | None: ...

    async def apply(
        self,
        distributor: DistributorKey,
        order: OrderId,
        event: Event,
        by: By,
        now: datetime,
        *,
        seen: int | None = None,
    ) -> Applied | Refusal | NoSuchOrder | LostRace:
        """One event on one order. A refusal of a person is written down too.

        `seen`: the version that the event was decided on; another one now is a LostRace.
        """
        ...

    async def note_refusal(
        self,
        distributor: DistributorKey,
        order: OrderId,
        what: str,
        reason: str,
        by: By,
        now: datetime,
    ) -> None:
        """Write down that a person asked for `what` and was refused for `reason`. An unknown order
        leaves nothing.
        """
        ...

    async def note_evidence(
        self,
        distributor: DistributorKey,
        order: OrderId,
        what: str,
        words: str,
        by: By,
        now: datetime,
    ) -> bool:
        """Write down something heard that moves nothing by itself. False: no such order."""
        ...

    async def hurry_lookup(
        self, distributor: DistributorKey, order: OrderId, now: datetime
    ) -> None:
        """Make the look-up of an unconfirmed order due now; its settle delay holds. No event."""
        ...

    async def referenced(self, distributor: DistributorKey, reference: str) -> OrderId | None:
        """Which of our orders the ledger knows under this ERP number."""
        ...

    async def claim(
        self, distributor: DistributorKey, limit: int, lease: timedelta, now: datetime
    ) -> list[Order]:
        """Claim at most `limit` orders that are due: those a person waits for first, then by
        delivery. Each comes back `sending`, with an attempt of its own.
        """
        ...

    async def claim_lookups(
        self, distributor: DistributorKey, limit: int, lease: timedelta, now: datetime
    ) -> list[Order]:
        """Orders whose look-up is due (sent, unknown, pending verification), put off by `lease` so
        that nobody else looks meanwhile.
        """
        ...

    async def settle(
        self,
        distributor: DistributorKey,
        settlements: Sequence[Settlement],
        by: By,
        now: datetime,
    ) -> list[Applied | Refusal | LostRace]:
        """Store what came of attempts and look-ups, in one transaction. An answer whose attempt
        lost its claim is applied as a LateAnswer, or written down as evidence.
        """
        ...

    async def settle_and_claim(
        self,
        distributor: DistributorKey,
        settlements: Sequence[Settlement],
        by: By,
        limit: int,
        lease: timedelta,
        now: datetime,
    ) -> list[Order]:
        """`settle`, then `claim` at most `limit` orders, in one transaction."""
        ...

    async def sweep(self, distributor: DistributorKey, pace: "Sweep", now: datetime) -> int:
        """Carry out what time alone brings: leases that ran out, confirmations overdue, patience
        ended, orders stuck. Returns how many orders changed.
        """
        ...

    async def retry_alert(
        self,
        distributor: DistributorKey,
        alert_id: int,
        by: By,
        now: datetime,
        *,
        seen: int | None = None,
    ) -> Retried:
        """Retry all failed orders of an alert that its last message showed; one statement. `seen`:
        the change that the person saw, if that was an earlier message.
        """
        ...

    async def next_due(self, distributor: DistributorKey) -> datetime | None:
        """When the engine has something to do next; None: nothing waits."""
        ...

    async def forget(self, distributor: DistributorKey, before: datetime, now: datetime) -> int:
        """Take the personal data out of orders synced before then; their figures and their history
        stay. Returns how many orders it was.
        """
        ...


@dataclass(frozen=True, slots=True)
class Sweep:
    """The spans that a sweep measures by, and when a found case is looked at next."""

    confirm_within: timedelta
    patience: timedelta
    stuck_after: timedelta
    settle: timedelta


class Connections(Protocol):
    """The state of each ERP connection, kept where all processes see it."""

    async def load(self, distributor: DistributorKey) -> Connection: ...

    async def save(
        self, distributor: DistributorKey, before: Connection, after: Connection, now: datetime
    ) -> bool:
        """Store a change and its event; open or end the outage's alert with it. False: somebody
        changed it since `before` was read.
        """
        ...


@dataclass(frozen=True, slots=True)
class Share:
    """How many calls this process may have out on a connection: `granted` from now on, `fair` as
    soon as those beyond it have ended. `until`: when it ends, unless it is asked for again; None:
    never.
    """

    granted: int
    fair: int
    until: datetime | None


class Processes(Protocol):
    """The processes that share the work, as one of them sees the others."""

    async def share(
        self, distributor: DistributorKey, places: int, busy: int, until: datetime, now: datetime
    ) -> Share:
        """Its part of the connection's `places`, of which it uses `busy`."""
        ...

    async def leave(self, distributor: DistributorKey) -> None:
        """Give the places back."""
        ...

    def leads(self, distributor: DistributorKey) -> bool:
        """Whether it does what only one may do for this distributor: it holds the clock."""
        ...


# --- people --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Granted:
    person: PersonId
    permission: Permission


@dataclass(frozen=True, slots=True)
class Revoked:
    person: PersonId
    permission: Permission


@dataclass(frozen=True, slots=True)
class RoleSet:
    person: PersonId
    role: Role


@dataclass(frozen=True, slots=True)
class AlreadySo:
    """Nothing to change."""

    person: PersonId


@dataclass(frozen=True, slots=True)
class LastAdmin:
    """The last admin cannot be removed."""

    person: PersonId


class People(Protocol):
    """Roles and permissions of each distributor's people."""

    async def actor(self, distributor: DistributorKey, person: PersonId) -> Actor:
        """A person's role and permissions; an unknown one is an employee with neither."""
        ...

    async def admins(self, distributor: DistributorKey) -> list[PersonId]: ...

    async def everyone(self, distributor: DistributorKey) -> list[Actor]:
        """Everybody with a role or a permission, admins first."""
        ...

    async def set_permission(
        self,
        distributor: DistributorKey,
        person: PersonId,
        permission: Permission,
        by: By,
        now: datetime,
        *,
        granted: bool,
        telling: Sequence[Mention] = (),
    ) -> Granted | Revoked | AlreadySo:
        """Grant or revoke; recorded with who did it. `telling`: stored with the change, if any."""
        ...

    async def set_role(
        self,
        distributor: DistributorKey,
        person: PersonId,
        role: Role,
        by: By,
        now: datetime,
        *,
        leading: Collection[PersonId] | None = None,
        telling: Sequence[Mention] = (),
    ) -> RoleSet | AlreadySo | LastAdmin:
        """Make an admin or an employee. LastAdmin: no admin among `leading` would be left, which
        are those who can still act as one; None: all of them can. `telling`: stored with the
        change, if any.
        """
        ...

    async def note_request(
        self,
        distributor: DistributorKey,
        person: PersonId,
        permission: Permission,
        now: datetime,
        *,
        telling: Sequence[Mention] = (),
    ) -> bool:
        """Write down that somebody asked, and `telling` with it. False: the same was asked within
        the last hour, and nothing is written.
        """
        ...

    async def withdraw(
        self, distributor: DistributorKey, person: PersonId, why: str, by: By, now: datetime
    ) -> bool:
        """Take everything away that a person was given, be it as the last admin. False: there was
        nothing.
        """
        ...


# --- alerts --------------------------------------------------------------------------------------


class Alerts(Protocol):
    """Alerts are rows, written with the change that caused them and delivered afterwards."""

    async def due(self, distributor: DistributorKey, now: datetime) -> list[Alert]:
        """Alerts whose message does not show the present state, or is to be looked at by now;
        closed ones among them where it is to be drawn anew.
        """
        ...

    async def channels(self, distributor: DistributorKey, closed_after: datetime) -> list[str]:
        """The channels where messages of alerts stand, without those closed before."""
        ...

    async def redraw(
        self, distributor: DistributorKey, channel: str, closed_after: datetime, now: datetime
    ) -> None:
        """Others read `channel` than when its messages were drawn: draw them anew at once, those of
        alerts closed before excepted.
        """
        ...

    async def open(self, distributor: DistributorKey) -> list[Alert]:
        """All open alerts, oldest first."""
        ...

    async def load(self, distributor: DistributorKey, alert_id: int) -> Alert | None: ...

    async def picture(
        self, distributor: DistributorKey, alert: Alert, now: datetime
    ) -> AlertPicture:
        """What its message is to show, counted from the orders as they are."""
        ...

    async def shown(self, alert: Alert, shown: "Shown", telling: Sequence[Mention] = ()) -> bool:
        """Its message now shows what was true at change number `shown.seen`. `telling`: stored with
        it. False: another process has shown it since, and nothing is stored.
        """
        ...

    async def close(self, alert: Alert, now: datetime) -> None:
        """The last order of it is settled and its message says so."""
        ...

    async def take(
        self,
        distributor: DistributorKey,
        alert_id: int,
        person: PersonId,
        now: datetime,
        *,
        instead_of: PersonId | None = None,
    ) -> bool:
        """`person` looks after it, where nobody or `instead_of` did. False: it is not so."""
        ...

    async def snooze(
        self, distributor: DistributorKey, alert_id: int, person: PersonId, now: datetime, *,
        until: datetime,
    ) -> bool:  # fmt: skip
        """Put it aside, or with `until` now have it back. False: no such open alert."""
        ...

    async def unattended(self, alert: Alert, telling: Sequence[Mention], now: datetime) -> bool:
        """Tell the admins that nobody has it, once. False: they were told, or somebody has it."""
        ...

    async def former(self, alert: Alert) -> "list[Posted]":
        """Where its cards stood before the present one."""
        ...

    async def replaced(self, distributor: DistributorKey) -> "list[Replaced]":
        """Cards that another has taken the place of, and that do not say so yet."""
        ...

    async def retired(self, replaced: "Replaced", now: datetime) -> None:
        """It says so by now, or is gone."""
        ...

    async def trouble(
        self,
        distributor: DistributorKey,
        trouble: Trouble,
        facts: Mapping[str, Any],
        now: datetime,
    ) -> None:
        """Something is wrong with Orderwatch itself: an alert, until it is over. Told again, its
        facts are brought up to date.
        """
        ...

    async def trouble_over(
        self, distributor: DistributorKey, trouble: Trouble, now: datetime
    ) -> bool:
        """It is mended. False: there was none."""
        ...

    async def mentions(self, distributor: DistributorKey, now: datetime) -> list[Mention]:
        """Lines for threads and direct messages that wait to be delivered, oldest first."""
        ...

    async def mention(self, distributor: DistributorKey, mention: Mention, now: datetime) -> None:
        """Queue a line or a direct message."""
        ...

    async def mentioned(self, mention_id: int, now: datetime) -> None:
        """It is delivered, or given up."""
        ...


class Notices(Protocol):
    """Who is notified of which alert, and how: a row for each alert, person and way."""

    async def announce(self, alert: Alert, now: datetime, *, mail: bool) -> bool:
        """Queue a notice for everyone who has the permission and is not pausing. Without `mail`
        whoever wants e-mail gets a direct message. False: it was announced before.
        """
        ...

    async def waiting(self, distributor: DistributorKey, limit: int) -> list[Notice]:
        """Direct messages to be posted, or to be edited because their alert has ended."""
        ...

    async def to_mail(self, distributor: DistributorKey, limit: int) -> list[Notice]:
        """Those to be told by e-mail."""
        ...

    async def directly(self, notice: Notice, now: datetime) -> None:
        """It cannot be mailed: a direct message instead."""
        ...

    async def sent(self, notice: Notice, message: "Posted", now: datetime) -> None: ...

    async def done(self, notice: Notice, now: datetime) -> None:
        """Nothing more is to be said: it tells how the alert ended, or it was given up."""
        ...

    async def choice(self, distributor: DistributorKey, person: PersonId) -> Choice: ...

    async def choose(
        self, distributor: DistributorKey, person: PersonId, choice: Choice, now: datetime
    ) -> None:
        """Store a person's own choice, and who made it."""
        ...


@dataclass(frozen=True, slots=True)
class Posted:
    """Where a message stands in Slack; `link` leads there, where it is known."""

    channel: str
    ts: str
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """What a message shows now, and since when.

    `seen`: the change it was drawn at; `at`: the moment it was drawn. `told`: what is known aloud.
    `anew`: it is a full card in a place of its own; `replaces`: where the one before still stands.
    """

    message: Posted
    seen: int
    at: datetime
    told: Told
    again_at: datetime | None = None
    size: int = 0
    anew: bool = False
    replaces: Posted | None = None


@dataclass(frozen=True, slots=True)
class Replaced:
    """A card that another has taken the place of; `by` which one."""

    id: int
    message: Posted
    by: Posted


DELETED: Final = "message_not_found"


@dataclass(frozen=True, slots=True)
class Gone:
    """The message to be edited cannot be any more; `error` in Slack's word. Most are deleted."""

    error: str = DELETED


@dataclass(frozen=True, slots=True)
class NotNow:
    """Slack is down or asks to wait; nothing is lost, try again after `wait`."""

    wait: timedelta


@dataclass(frozen=True, slots=True)
class NotAllowed:
    """Slack says no, and will say so again: not in the channel, archived, revoked."""

    error: str


Delivery = Posted | Gone | NotNow | NotAllowed


class Messenger(Protocol):
    """Slack, as the alerts see it."""

    async def show(self, alert: Alert, picture: AlertPicture, *, anew: bool = False) -> Delivery:
        """Post the alert's message, or edit the one it has. `anew`: post it although it has one."""
        ...

    async def retire(self, replaced: Replaced) -> Delivery:
        """Make a former card a line that leads to the present one."""
        ...

    async def tell(
        self, mention: Mention, alert: Alert | None, picture: AlertPicture | None = None
    ) -> Delivery:
        """Post a line in the alert's thread, or a direct message. `picture`: for what is drawn from
        the alert as it stands.
        """
        ...

    async def notify(self, notice: Notice, alert: Alert, picture: AlertPicture) -> Delivery:
        """Post a notification as a direct message, or edit the one it is."""
        ...
