"""Numbers, times and orders in words, the same on every card. Called by the builders beside it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from bot.blocks.parts import Run, code, dead, joined, moment, quote, strong, words
from commands.domain.alerts import OrderLine
from commands.domain.distributors import Distributor
from commands.domain.documents import money
from commands.domain.failures import Failure
from commands.domain.lifecycle import STATUS, State, Status
from commands.domain.pacing import LAST_HOUR
from commands.domain.windows import Day, duration, urgency
from commands.ports import Order

ID_SHOWN: Final = 100
NAME_SHOWN: Final = 60
DOT: Final = " · "


@dataclass(frozen=True, slots=True)
class Wall:
    """The distributor's wall clock at the moment of drawing."""

    now: datetime
    zone: ZoneInfo

    @classmethod
    def of(cls, distributor: Distributor, now: datetime) -> "Wall":
        return cls(now, distributor.zone)

    def plain(self, at: datetime) -> str:
        """A moment for text that cannot carry Slack's dates: `7:01`, `24 Nov 7:01`."""
        local = at.astimezone(self.zone)
        clock = f"{local.hour}:{local.minute:02}"
        return clock if self._today(at) else f"{local.day} {local:%b} {clock}"

    def at(self, at: datetime) -> Run:
        """A moment in the reader's zone."""
        form = "{time}" if self._today(at) else "{date_short_pretty}, {time}"
        return moment(at, form, self.plain(at))

    def mark(self, at: datetime) -> str:
        """The same in mrkdwn, for a field of our own."""
        form = "{time}" if self._today(at) else "{date_short_pretty}, {time}"
        return f"<!date^{int(at.timestamp())}^{form}|{self.plain(at)}>"

    def _today(self, at: datetime) -> bool:
        return at.astimezone(self.zone).date() == self.now.astimezone(self.zone).date()

    def delivery(self, at: datetime) -> str:
        """As in a list: `today 7:30`, `Fri 27 Nov`, `overdue since 24 Nov`."""
        return urgency(at, self.now, self.zone).words.replace(", truck", "")


def count(number: int, one: str, many: str | None = None) -> str:
    """`1 order`, `10,000 orders`."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"


def were(number: int, rest: str) -> str:
    """`1 was already there`, `3 were already there`."""
    return f"{number:,} {'was' if number == 1 else 'were'} {rest}"


def times(attempts: int) -> str:
    return {0: "not tried yet", 1: "tried once", 2: "tried twice"}.get(
        attempts, f"tried {attempts} times"
    )


def customer(line: OrderLine) -> str:
    return dead(line.account_name or line.account_id, NAME_SHOWN)


def amount(line: OrderLine) -> str:
    return f"{money(line.total)} {dead(line.currency, 10) if line.currency else ''}".strip()


def failure_runs(failure: Failure) -> list[Run]:
    """Title and subject: **Unknown customer:** `VINET`."""
    if failure.subject is None:
        return [strong(failure.title)]
    return [strong(f"{failure.title}:"), words(" "), code(failure.subject.value)]


def erp_words(failure: Failure) -> list[Run]:
    """The ERP's own message, word for word."""
    return [words("ERP: “"), quote(failure.message, 300), words("”")] if failure.message else []


def delivers(at: datetime, wall: Wall) -> list[Run]:
    """`delivers **today, truck 7:30** (28 min)`."""
    near = urgency(at, wall.now, wall.zone)
    verb = "delivery " if near.day is Day.OVERDUE else "delivers "
    # Minutes are counted while a card is drawn often enough for them to be true.
    soon = near.day is Day.TODAY and near.by is not None and near.left <= LAST_HOUR
    left = [words(f" ({duration(near.left)})")] if soon else []
    return [words(verb), strong(near.words), *left]


def order_runs(line: OrderLine, wall: Wall) -> list[Run]:
    """The customer, the delivery, the size: what tells one order from another."""
    size = words(count(line.lines, "line") + DOT + amount(line))
    return joined([[quote(customer(line))], delivers(line.deliver_at, wall), [size]], DOT)


def row_words(line: OrderLine, wall: Wall) -> str:
    """`10248 · Vins et alcools Chevalier · today 7:30 · Unknown customer`."""
    parts = [dead(line.id, ID_SHOWN), customer(line), wall.delivery(line.deliver_at), why(line)]
    return DOT.join(parts)


def row_note(line: OrderLine, wall: Wall) -> str | None:
    """Who holds it, in mrkdwn of our own."""
    if line.hold is None:
        return None
    return f"Being keyed in by <@{line.hold.by}> since {wall.mark(line.hold.since)}"


_STATES: Final = {
    State.QUEUED: "Pending: waits for the next sync",
    State.SENDING: "Pending: being sent",
    State.SENT: "Pending: sent, not confirmed yet",
    State.UNKNOWN: "Pending: being looked up in the ERP",
    State.PENDING_VERIFICATION: "Pending Verification",
    State.FAILED: "Failed",
    State.SYNCED: "Successful",
}


def state_words(state: State) -> str:
    """Where an order stands: the status that staff know, and what that means now."""
    return _STATES[state]


def why(line: OrderLine) -> str:
    """Why it is not in the ERP, or its number there, in a few words."""
    if STATUS[line.state] is Status.FAILED and line.failure:
        return line.failure.title
    if line.state is State.SYNCED and line.reference:
        return f"{_STATES[line.state]}, {dead(line.reference, 40)}"
    return _STATES[line.state]


def line_of(order: Order) -> OrderLine:
    """An order as the row of a list that it would be."""
    document, standing = order.document, order.standing
    return OrderLine(
        id=order.id,
        account_id=document.account_id,
        account_name=document.account_name,
        state=standing.state,
        deliver_at=order.deliver_at,
        placed_at=document.placed_at,
        total=document.total,
        currency=document.currency,
        lines=len(document.lines),
        failure=standing.failure,
        hold=standing.hold,
        reference=standing.reference,
        synced=standing.synced,
        settled_by=standing.settled_by,
        settled_at=standing.settled_at,
        attempts=standing.attempts,
        tried_at=standing.last_sent_at,
        received_at=order.received_at,
    )
