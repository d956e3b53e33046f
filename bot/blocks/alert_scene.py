"""What all cards of an alert share: the lines and buttons that several of them show.

Called by the modules of the single cards; `alert_card` chooses among those.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from bot.blocks.ids import ActionId, Pointer
from bot.blocks.message import Block
from bot.blocks.parts import Run, bullets, button, code, people, quote, strong, who, words
from bot.blocks.wording import DOT, Wall, count, customer
from commands.domain.alerts import Alert, AlertPicture, OrderLine, SubjectCount
from commands.domain.distributors import Distributor
from commands.domain.failures import Entry, Subject
from commands.domain.grouping import Cause
from commands.domain.windows import Day, urgency


@dataclass(frozen=True, slots=True)
class Draft:
    """A card before its block ids: `text` is cut and escaped already."""

    text: str
    blocks: list[Block]


@dataclass(frozen=True, slots=True)
class Scene:
    """What is to be drawn: whose alert, what it shows, and the wall clock."""

    distributor: Distributor
    alert: Alert
    picture: AlertPicture
    wall: Wall

    @classmethod
    def of(
        cls, distributor: Distributor, alert: Alert, picture: AlertPicture, now: datetime
    ) -> Self:
        return cls(distributor, alert, picture, Wall.of(distributor, now))

    @property
    def cause(self) -> Cause:
        return self.alert.cause

    @property
    def pointer(self) -> Pointer:
        return Pointer(alert=self.alert.id)

    def taken(self) -> list[Run]:
        """Who looks after it."""
        if self.alert.taken_by is None:
            return [words("Nobody has it yet")]
        return [who(self.alert.taken_by), words(" has it")]

    def asked_by(self) -> list[Run]:
        """`, asked by @Dana`, of what is on its way."""
        persons = self.picture.asked_by[:3]
        return [words(", asked by "), *people(persons)] if persons else []

    def by(self) -> list[Run]:
        """` by @Dana`, where people had a hand in it."""
        persons = self.picture.settled.people[:3]
        return [words(" by "), *people(persons)] if persons else []

    def today(self) -> list[Run]:
        """`**12 deliver today, first truck 7:30**`, and what is overdue."""
        parts = [self._today_words()] if self.picture.today else []
        if self.picture.overdue:
            parts.append(f"{self.picture.overdue:,} overdue")
        return [strong(DOT.join(parts))] if parts else []

    def _today_words(self) -> str:
        first = self.picture.first_today
        verb = "delivers" if self.picture.today == 1 else "deliver"
        hour = f", first truck {self.wall.plain(first)}" if first and self._hour(first) else ""
        return f"{self.picture.today:,} {verb} today{hour}"

    def _hour(self, at: datetime) -> bool:
        """Whether the hour is known: without a cut-off an order is due at the day's end."""
        return urgency(at, self.wall.now, self.wall.zone).by is not None

    def today_notice(self) -> str:
        """The same as a sentence for a phone."""
        return f"{self._today_words()}." if self.picture.today else ""

    def deliveries_title(self, most: int) -> list[Run]:
        """What stands above the nearest orders, unless `today` has just said it of all of them."""
        named = self.picture.next[:most]
        days = {self._day(line) for line in named}
        said = self.today() and days in ({Day.TODAY}, {Day.OVERDUE})
        return [strong("Next deliveries")] if named and not said else []

    def _day(self, line: OrderLine) -> Day:
        return urgency(line.deliver_at, self.wall.now, self.wall.zone).day

    def next_deliveries(self, most: int) -> list[Block]:
        """The nearest orders by name, and how many come after them."""
        named = self.picture.next[:most]
        left = self.picture.open - len(named)
        lines = [delivery(line, self.wall) for line in named]
        if named and left > 0:
            lines.append([words(f"and {left:,} more")])
        return [bullets(lines)] if lines else []


def delivery(line: OrderLine, wall: Wall) -> list[Run]:
    """`10248` Vins et alcools Chevalier · today 7:30."""
    where = quote(customer(line))
    when = words(f"{DOT}{wall.delivery(line.deliver_at)}")
    holder = [words(f"{DOT}keyed in by "), who(line.hold.by)] if line.hold else []
    return [code(line.id), words(" "), where, when, *holder]


def subjects(picture: AlertPicture, most: int) -> list[Block]:
    """What holds up how many orders, most first."""
    known = [(one.subject, one) for one in picture.subjects if one.subject]
    lines: list[list[Run]] = []
    for subject, one in known[:most]:
        label = [words(" "), quote(one.label, 60)] if one.label else []
        lines.append([code(subject.value), *label, words(DOT + count(one.orders, "order"))])
    rest = known[most:]
    if left := len(rest) + picture.more_subjects:
        lines.append([words(f"and {left:,} more"), *_in_a_line(rest, picture.more_subjects)])
    return [bullets(lines)] if known else []


def _in_a_line(rest: list[tuple[Subject, SubjectCount]], unnamed: int) -> list[Run]:
    """The smaller ones by their codes alone: `: NW-005 · 30, NW-009 · 22`."""
    if not rest:
        return []
    told: list[Run] = []
    for subject, one in rest:
        told += [words(", " if told else ": "), code(subject.value), words(f" · {one.orders:,}")]
    return [*told, words(", …")] if unnamed else told


def subject_total(picture: AlertPicture) -> int:
    return len([one for one in picture.subjects if one.subject]) + picture.more_subjects


def middle(title: str) -> str:
    """A title within a sentence: `unknown customer`, but `ERP login refused`."""
    return title if title[1:2].isupper() else title[:1].lower() + title[1:]


def kinds_of_trouble(entry: Entry, subjects: int) -> str:
    """`10 inactive items`, `3 unknown customers`, `credit hold`."""
    title = middle(entry.title)
    if subjects > 1 and title.endswith((" item", " customer")):
        return f"{subjects:,} {title}s"
    return title


def details_button(scene: Scene) -> Block:
    return button("Details", ActionId.ALERT_DETAILS, scene.pointer)


def take_button(scene: Scene) -> Block:
    return button("I have it", ActionId.TAKE, scene.pointer)


def mark_button(scene: Scene) -> Block:
    return button("Mark as synced", ActionId.MARK_SOME, scene.pointer)


def key_in_button(scene: Scene) -> Block:
    return button("Key in by hand", ActionId.KEY_IN_SOME, scene.pointer)


def order_button(label: str, action: ActionId, line: OrderLine, style: str | None = None) -> Block:
    return button(label, action, Pointer(order=line.id), style=style)
