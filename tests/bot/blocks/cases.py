"""Orders, alerts and outcomes for drawing: with ordinary words, or with any words at all."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from commands.domain.alerts import (
    Alert,
    AlertPicture,
    Moved,
    OrderLine,
    Settled,
    Snooze,
    SubjectCount,
)
from commands.domain.connection import Connection, Line
from commands.domain.digests import DayOutcome, Digest, OpenAlert
from commands.domain.distributors import Distributor
from commands.domain.documents import Address, Document
from commands.domain.documents import Line as OrderedLine
from commands.domain.failures import Code, Failure, Subject, SubjectKind, clean
from commands.domain.grouping import Cause, CauseKind, Trouble
from commands.domain.history import BOT, ERP, By, Entry, Source, person
from commands.domain.ids import DistributorKey, OrderId
from commands.domain.lifecycle import STATUS, Hold, Standing, State, Status, Synced
from commands.domain.people import Actor, Permission, PersonId, Role
from commands.domain.reports import Contents
from commands.domain.sheets import Status as Listed
from commands.people import Roster
from commands.ports import Order

NOW = datetime(2026, 11, 24, 13, 2, tzinfo=UTC)
"""7:02 in Chicago."""
ORDER = OrderId("10248")
MINUTE = timedelta(minutes=1)
DANA, ADA, SAM = PersonId("U000000002"), PersonId("U000000001"), PersonId("U000000003")
TRUCK = datetime(2026, 11, 24, 13, 30, tzinfo=UTC)
LINK = "https://northwind.slack.com/archives/C000000002/p1790000000000100"
EARLIER = "https://northwind.slack.com/archives/C000000002/p1780000000000100"


@dataclass(frozen=True)
class Words:
    """What comes from outside; `of` puts one text in every place."""

    id: OrderId = ORDER
    account: str = "VINET"
    name: str = "Vins et alcools Chevalier"
    message: str = "no customer VINET"
    item: str = "NW-024"
    label: str = "Guaraná Fantástica"
    reference: str = "SO-1"
    contact: str = "IT desk 555-0100"
    note: str = "Back door, ring twice"
    distributor: str = "Northwind Traders"

    @classmethod
    def of(cls, text: str, order: OrderId) -> "Words":
        filled = text or "-"
        return cls(
            order, filled, text, clean(text), filled, text, filled, text, text, filled
        )  # fmt: skip


def distributor(words: Words = Words()) -> Distributor:
    return Distributor(
        key=DistributorKey("northwind"),
        name=words.distributor,
        zone=ZoneInfo("America/Chicago"),
        cadence="*/5 * * * *",
        slack_team="T000000001",
        alert_channel="C000000002",
        admins=(ADA,),
        cutoff=time(7, 30),
        it_contact=words.contact,
    )


def refusal(words: Words, code: Code = Code.UNKNOWN_CUSTOMER) -> Failure:
    return Failure(code, words.message, Subject(SubjectKind.ACCOUNT, words.account))


def line(words: Words = Words(), **changes: object) -> OrderLine:
    given = OrderLine(
        id=words.id,
        account_id=words.account,
        account_name=words.name,
        state=State.FAILED,
        deliver_at=TRUCK,
        placed_at=NOW - timedelta(hours=20),
        total=Decimal("440.00"),
        currency="USD",
        lines=3,
        failure=refusal(words),
        attempts=1,
        tried_at=NOW - MINUTE,
    )
    return replace(given, **changes)  # type: ignore[arg-type]


def lines(words: Words, how_many: int, **changes: object) -> tuple[OrderLine, ...]:
    """Orders of which each has an id of its own."""
    return tuple(
        line(replace(words, id=OrderId(f"{words.id[:90]}{number}")), **changes)
        for number in range(how_many)
    )


def alert(kind: CauseKind = CauseKind.FAILURE, code: Code | None = Code.UNKNOWN_CUSTOMER) -> Alert:
    return Alert(
        id=7,
        distributor=DistributorKey("northwind"),
        cause=Cause(kind, code),
        opened_at=NOW - timedelta(hours=3),
        change=4,
        shown=3,
        channel="C000000002",
        ts="1790000000.000100",
    )


def picture(**changes: object) -> AlertPicture:
    return replace(AlertPicture(as_of=NOW, seen=4, total=0, open=0), **changes)  # type: ignore[arg-type]


def single(one: OrderLine, **changes: object) -> AlertPicture:
    return replace(picture(total=1, open=1, today=1, one=one, next=(one,)), **changes)  # type: ignore[arg-type]


def subjects(words: Words) -> tuple[SubjectCount, ...]:
    item = Subject(SubjectKind.ITEM, words.item)
    return (
        SubjectCount(item, words.label, 51),
        SubjectCount(Subject(SubjectKind.ITEM, "NW-002"), "Chang", 44),
        SubjectCount(Subject(SubjectKind.ITEM, "NW-001"), "Chai", 38),
    )


def settled(how_many: int) -> Settled:
    people = (DANA, ADA) if how_many else ()
    return Settled(
        auto=how_many,
        found=how_many // 3,
        manual=how_many // 3,
        retried=how_many // 2,
        keyed_in=how_many // 4,
        people=people,
        hands=people,
        last_at=NOW - MINUTE,
    )


def moved(how_many: int, *codes: Code) -> tuple[Moved, ...]:
    """Orders that fail for other reasons now, of which one alert has not been posted yet."""
    links = (LINK, None)
    return tuple(
        Moved(Cause.failure(code), how_many, links[number % 2]) for number, code in enumerate(codes)
    )


def trouble(kind: Trouble, **facts: Any) -> Alert:
    return replace(alert(), cause=Cause.of_trouble(kind), facts=facts)


def snooze(hours: int = 2) -> Snooze:
    return Snooze(DANA, NOW - MINUTE, NOW + hours * 60 * MINUTE, 3)


REPOSTED: dict[str, Any] = {"posting": 3, "link": LINK, "earlier": EARLIER}
"""An alert whose card was posted anew."""


def ordered(words: Words, how_many: int = 3) -> tuple[OrderedLine, ...]:
    return tuple(
        OrderedLine(
            sku=words.item,
            quantity=Decimal(12),
            unit_price=Decimal("14.00"),
            discount=Decimal("0.05") if number % 2 else Decimal(0),
            description=words.label,
            unit="1 kg pkg.",
        )
        for number in range(how_many)
    )


def document(words: Words = Words(), how_many: int = 3) -> Document:
    return Document(
        id=words.id,
        distributor=DistributorKey("northwind"),
        account_id=words.account,
        placed_at=NOW - timedelta(hours=20),
        delivery_date=date(2026, 11, 24),
        lines=ordered(words, how_many),
        account_name=words.name,
        contact=words.note,
        phone="26.47.15.10",
        currency="USD",
        freight=Decimal("32.38"),
        po_number=words.reference,
        notes=words.note,
        ship_to=Address(words.name, words.note, "Reims", None, "51100", "France"),
    )


def standing(words: Words = Words(), **changes: object) -> Standing:
    given = Standing(
        state=State.FAILED,
        version=3,
        attempts=2,
        left=True,
        failure=refusal(words),
        last_sent_at=NOW - MINUTE,
    )
    return replace(given, **changes)  # type: ignore[arg-type]


def order(words: Words = Words(), how_many: int = 3, **changes: object) -> Order:
    return Order(
        document(words, how_many), standing(words, **changes), NOW - timedelta(hours=2), TRUCK
    )


def hold(minutes: int = 28, by: PersonId = DANA) -> Hold:
    return Hold(by, NOW - 2 * MINUTE, NOW + minutes * MINUTE)


def synced(**changes: Any) -> dict[str, Any]:
    return {
        "state": State.SYNCED,
        "synced": Synced.AUTO,
        "settled_at": NOW - MINUTE,
        "failure": None,
        **changes,
    }


LONG_HISTORY = 20


def history(words: Words = Words(), how_many: int = 1) -> list[Entry]:
    came = By(Source.SHOP)
    told = [
        Entry(NOW - timedelta(hours=2), "received", came, None, State.QUEUED),
        Entry(NOW - 5 * MINUTE, "claimed", BOT, State.QUEUED, State.SENDING, "a1"),
        Entry(
            NOW - 4 * MINUTE, "refused", ERP, State.SENDING, State.FAILED, "a1",
            Code.UNKNOWN_CUSTOMER, words.message,
        ),
        Entry(
            NOW - 3 * MINUTE, "retry", person(SAM), State.FAILED, State.FAILED,
            refused="LacksPermission",
        ),
        Entry(
            NOW - 2 * MINUTE, "marked", person(DANA), State.FAILED, State.SYNCED,
            message="keyed in by hand, checked", reference=words.reference,
        ),
    ]  # fmt: skip
    return told * min(how_many, 1) if how_many < LONG_HISTORY else told * 7


def connection(line: Line = Line.WORKING, words: Words = Words()) -> Connection:
    broken = line is not Line.WORKING
    return Connection(
        line=line,
        since=NOW - timedelta(hours=2),
        until=NOW + MINUTE if broken else None,
        failure=Failure(Code.AUTH, words.message) if line is Line.STOPPED else None,
        last_ok=NOW - timedelta(hours=2),
        last_asked=NOW - MINUTE,
    )


@dataclass(frozen=True)
class Numbers:
    """Counts as `store.summaries` gives them."""

    as_of: datetime
    states: dict[State, int]
    codes: dict[Code, int]
    held: int
    week: dict[Status, int]
    week_by_hand: int


def numbers(how_many: int = 3) -> Numbers:
    states = dict.fromkeys(State, how_many)
    week = {status: sum(STATUS[one] is status for one in State) * how_many for status in Status}
    return Numbers(NOW, states, dict.fromkeys(Code, how_many), how_many, week, how_many // 2)


def nothing_open() -> Numbers:
    return Numbers(NOW, {State.SYNCED: 40}, {}, 0, {Status.SUCCESSFUL: 40}, 0)


def roster(how_many: int = 0) -> Roster:
    key = DistributorKey("northwind")
    everyone = frozenset(Permission)
    many = tuple(
        Actor(PersonId(f"U1{number:08}"), key, permissions=everyone) for number in range(how_many)
    )
    return Roster((admin(), clerk(), *many))


def admin() -> Actor:
    return Actor(ADA, DistributorKey("northwind"), Role.ADMIN)


def clerk() -> Actor:
    key = DistributorKey("northwind")
    return Actor(DANA, key, permissions=frozenset({Permission.ACTIONS}))


def newcomer() -> Actor:
    return Actor(SAM, DistributorKey("northwind"))


def digest(words: Words = Words(), **changes: object) -> Digest:
    listed = lines(words, 3)
    given = Digest(
        as_of=NOW,
        contents=Contents.FAILED,
        since=NOW - timedelta(days=1),
        day=date(2026, 11, 24),
        due_at=NOW - timedelta(minutes=2),
        listed={Listed.FAILED: 11, Listed.PENDING_VERIFICATION: 2, Listed.QUEUED: 1},
        waiting=200,
        connection=Connection(Line.DOWN, since=NOW - timedelta(hours=15)),
        oldest=listed[0],
        next=listed,
        unnumbered=listed[:1],
        more_unnumbered=3,
        alerts=(
            OpenAlert(Cause.failure(Code.UNKNOWN_CUSTOMER), 11, url="https://x.slack.com/p1"),
            OpenAlert(Cause.failure(Code.CREDIT_HOLD), 1),
        ),
        days=tuple(
            DayOutcome(date(2026, 11, 11) + timedelta(days=at), 20, 1, at) for at in range(14)
        ),
    )
    return replace(given, **changes)  # type: ignore[arg-type]


def _day(at: int) -> DayOutcome:
    return DayOutcome(date(2026, 11, 11) + timedelta(days=at), 20, 1, at)
