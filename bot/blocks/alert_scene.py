"""What all cards of an alert share: the lines and buttons that several of them show.

Called by the modules of the single cards; `alert_card` chooses among those.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Self

from bot.blocks.ids import ActionId, Pointer
from bot.blocks.message import Block
from bot.blocks.parts import (
    Run,
    bullets,
    button,
    code,
    joined,
    link,
    more,
    option,
    people,
    quote,
    strong,
    who,
    words,
)
from bot.blocks.wording import DOT, Wall, count, customer, were
from commands.domain.alerts import Alert, AlertPicture, OrderLine, SubjectCount
from commands.domain.distributors import Distributor
from commands.domain.failures import Entry, Subject
from commands.domain.grouping import Cause, CauseKind
from commands.domain.people import PersonId
from commands.domain.spans import Span
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

    def standing(self) -> list[Run]:
        """Who looks after it, until when it is put aside, and since when it is open."""
        has = [words("Nobody has it yet")]
        if self.alert.taken_by is not None:
            has = [who(self.alert.taken_by), words(" has it")]
        return joined([has, self._snoozed(), self._before()], DOT)

    def _snoozed(self) -> list[Run]:
        snooze = self.alert.snooze
        if snooze is None or not self.alert.snoozing(self.wall.now):
            return []
        return [words("snoozed until "), self.wall.at(snooze.until), words(" by "), who(snooze.by)]

    def _before(self) -> list[Run]:
        """Of a card that was posted anew: since when it is open, and where it stood before."""
        if self.alert.posting <= 1:
            return []
        since = [words("open since "), self.wall.at(self.alert.opened_at)]
        earlier = [link(self.alert.earlier, "earlier messages")] if self.alert.earlier else []
        return joined([since, earlier], DOT)

    def asked_by(self) -> list[Run]:
        """`, asked by @Dana`, of what is on its way."""
        persons = self.picture.asked_by[:3]
        return [words(", asked by "), *people(persons)] if persons else []

    def how(self) -> list[Run]:
        """`9,990 went by themselves · 3 were already there · 3 keyed in by @Dana`."""
        done = self.picture.settled
        alone, marked = done.auto - done.retried, done.manual - done.keyed_in
        themselves = "itself" if alone == 1 else "themselves"
        parts: list[list[Run]] = [
            [words(f"{alone:,} went by {themselves}")] if alone else [],
            [words(f"{done.retried:,} sent again"), *by(done.people)] if done.retried else [],
            [words(were(done.found, "already there"))] if done.found else [],
            [words(f"{done.keyed_in:,} keyed in"), *by(done.hands)] if done.keyed_in else [],
            [words(f"{marked:,} marked as synced"), *by(done.hands)] if marked else [],
        ]
        return joined(parts, DOT)

    def need_you(self) -> list[Run]:
        """`**4 need you:** Credit hold · 3, Inactive item · 1`, each leading to its own alert."""
        moved = self.picture.moved
        if not moved:
            return []
        told = [
            [link(one.link, one.cause.title), *([words(f" · {one.orders:,}")] * (len(moved) > 1))]
            for one in moved
        ]
        return [strong(f"{self.need_you_words()}:"), words(" "), *joined(told, ", ")]

    def need_you_words(self) -> str:
        """The same as a sentence without its end: `4 need you`, `267 wait for the ERP now`."""
        moved, gone = self.picture.moved, self.picture.gone
        if all(one.cause.kind is CauseKind.OUTAGE for one in moved):
            return f"{gone:,} {'waits' if gone == 1 else 'wait'} for the ERP now"
        return f"{gone:,} {'needs' if gone == 1 else 'need'} you"

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


def by(persons: Iterable[PersonId]) -> list[Run]:
    """` by @Dana`, where people had a hand in it."""
    named = list(persons)[:3]
    return [words(" by "), *people(named)] if named else []


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


def menu(scene: Scene, *options: dict[str, Any]) -> Block | None:
    """What found no room among the buttons, and putting it aside for a time."""
    return more(*options, *_snoozes(scene))


def _snoozes(scene: Scene) -> list[dict[str, Any]]:
    if scene.alert.snoozing(scene.wall.now):
        back = Pointer(alert=scene.alert.id, do=str(ActionId.UNSNOOZE))
        return [option("End the snooze", str(back))]
    return [_snooze(scene, span, words_) for span, words_ in SPANS.items()]


SPANS: Final = {
    Span.HOUR: "Snooze for 1 hour",
    Span.FOUR_HOURS: "Snooze for 4 hours",
    Span.MORNING: "Snooze until 6:00 in the morning",
}


def _snooze(scene: Scene, span: Span, text: str) -> dict[str, Any]:
    pointer = Pointer(alert=scene.alert.id, span=str(span), do=str(ActionId.SNOOZE))
    return option(text, str(pointer))


def take_option(scene: Scene) -> dict[str, Any]:
    return option("I have it", str(Pointer(alert=scene.alert.id, do=str(ActionId.TAKE))))


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
