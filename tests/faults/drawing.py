"""Draws a course from a seed: which orders, and what goes wrong when.

What no bot could survive is not drawn. Where a fault has a bound, this is it:

| fault | drawn up to | why not beyond |
| --- | --- | --- |
| commit after the cut | `settle + lookup_gap` | both look-ups say absent, and are right |
| slow ERP, commit after our time-out | the same, from our time-out | the same |
| replica that calls absent what is there | one look-up | nobody can ask an ERP that lies twice |
| frozen between the last check and the first byte | 12 s, no late commit on top | see below |
| frozen anywhere else | 60 s, three leases | nothing: only for speed |
| the clock steps by 30 s | once; commits within `lookup_gap`, nobody frozen | see below |
| 429, readable refusals | never after a commit | the contract calls them certain |
| a document typed by a person | only while the order is held | else it is their second one |

Frozen after the last check: nobody can know that they slept. A claim may be 17 s old at the check,
and from the claim on the lease (19 s), `settle` and `lookup_gap` give 34 s.

The clock: a step forwards within `settle` or `lookup_gap` ends that wait at once; a step backwards
gives a lease that was over its life back.
"""

import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Final

from commands.domain.distributors import ErpPace
from commands.domain.documents import Document, Line
from commands.domain.ids import DistributorKey, OrderId
from sandbox.erp import faults
from sandbox.erp.faults import Fault
from sandbox.erp.schedules import FORMS
from tests.faults.course import LOOKUP_GAP, SETTLE, TIMEOUT, Act, Course, Deed
from tests.faults.plots import MOST_FROZEN, Plots

KEY: Final = DistributorKey("northwind")
NO_SALE: Final = "NW-024"
ARRIVALS_WITHIN: Final = 25.0
DEEDS_WITHIN: Final = 45.0


def draw(seed: int) -> Course:
    """The course of `seed`: the same for the same seed."""
    return _Drawing(seed).course()


class _Drawing:
    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.chance = random.Random(seed)
        self.count = self.chance.randint(8, 25)
        self.stepped = self.chance.random() < 0.15
        self.processes = 2 if self.chance.random() < 0.4 else 1
        self.plots = Plots(self.chance, stepped=self.stepped)

    def course(self) -> Course:
        chance = self.chance
        concurrency = chance.randint(1, 4)
        return Course(
            seed=self.seed,
            documents=tuple(self._document(number) for number in range(1, self.count + 1)),
            plots={number: self.plots.draw() for number in range(1, self.count + 1)},
            looks=tuple(self._look() for _ in range(chance.choice((0, 0, 3, 12)))),
            deeds=self._deeds(),
            processes=self.processes,
            honour_key=chance.random() < 0.1,
            refuses=chance.random() < 0.5,
            unsellable=frozenset({NO_SALE}),
            confirm_within=timedelta(seconds=chance.choice((40, 90, 1800))),
            patience=timedelta(seconds=chance.choice((20, 1800))),
            concurrency=concurrency,
            pace=ErpPace(
                concurrency,
                timedelta(seconds=TIMEOUT),
                timedelta(seconds=SETTLE),
                timedelta(seconds=LOOKUP_GAP),
            ),
        )

    def _document(self, number: int) -> Document:
        chance = self.chance
        sku = NO_SALE if chance.random() < 0.08 else f"NW-{chance.randint(1, 20):03}"
        return Document(
            id=OrderId(str(number)),
            distributor=KEY,
            account_id=chance.choice(("VINET", "TOMSP", "HANAR")),
            placed_at=datetime(2026, 11, 23, 9, tzinfo=UTC),
            delivery_date=date(2026, 11, chance.randint(25, 28)),
            currency="USD",
            freight=Decimal("32.38"),
            lines=(Line(sku, Decimal(chance.randint(1, 40)), Decimal("14.00")),),
        )

    # --- beside the orders -----------------------------------------------------------------------

    def _look(self) -> Fault:
        chance = self.chance
        kind = chance.randrange(8)
        if kind < 2:
            return faults.none()
        if kind < 4:
            return self.plots.broken(commit=False)
        return (
            faults.lost_request(),
            faults.throttle(chance.choice(FORMS), chance.randint(1, 4)),
            faults.slow(self.plots.upto(4.0)),
            faults.late_answer(self.plots.upto(4.0)),
        )[kind - 4]

    def _deeds(self) -> tuple[Deed, ...]:
        deeds = [self._arrival(number) for number in range(1, self.count + 1)]
        if self.stepped:
            step = self.chance.choice((-1, 1)) * self.plots.upto(30.0)
            deeds.append(Deed(self._moment(), Act.CLOCK_STEP, span=0.0, words=(str(step),)))
        deeds += [self._deed() for _ in range(self.chance.randint(0, 9))]
        if self.processes > 1 and not self.stepped:
            span, process = self._lease_and_more(), self.chance.randrange(2)
            deeds.append(Deed(self.plots.upto(8.0), Act.LATE_CLAIM, span, process=process))
        return tuple(sorted(deeds, key=lambda deed: deed.at))

    def _arrival(self, number: int) -> Deed:
        together = self.chance.random() < 0.5
        return Deed(0.1 if together else self.plots.upto(ARRIVALS_WITHIN), Act.ARRIVE, order=number)

    def _moment(self) -> float:
        return self.plots.upto(DEEDS_WITHIN)

    def _lease_and_more(self) -> float:
        """Mostly so long that meanwhile somebody else has proved the order absent and sent it."""
        least = 36.0 if self.chance.random() < 0.7 else 1.0
        return round(self.chance.uniform(least, MOST_FROZEN), 3)

    def _deed(self) -> Deed:
        chance = self.chance
        act = chance.choice(ACTS)
        if self.stepped and act is Act.LATE_CLAIM:
            act = Act.KILL
        span = self._lease_and_more() if act is Act.LATE_CLAIM else self.plots.upto(SPANS[act])
        words = tuple(chance.choice(VERBS) for _ in range(chance.randint(2, 3)))
        process = chance.randrange(self.processes)
        order = chance.randint(1, self.count)
        return Deed(self._moment(), act, span, order, process, words)


ACTS: Final = (
    Act.KILL,
    Act.KILL,
    Act.LATE_CLAIM,
    Act.LATE_CLAIM,
    Act.DATABASE_GONE,
    Act.ANSWER_LOST,
    Act.DATABASE_LOCKED,
    Act.ERP_DOWN,
    Act.RATE_LIMITED,
    Act.FORBIDDEN,
    Act.CLICKS,
    Act.CLICKS,
    Act.CLICKS,
    Act.KEY_IN,
    Act.KEY_IN,
    Act.SHOP_SAYS,
    Act.CHANGE,
)
SPANS: Final = {
    Act.KILL: 8.0,
    Act.DATABASE_GONE: 20.0,
    Act.ANSWER_LOST: 3.0,
    Act.DATABASE_LOCKED: 20.0,
    Act.ERP_DOWN: 20.0,
    Act.RATE_LIMITED: 6.0,
    Act.FORBIDDEN: 3.0,
    Act.CLICKS: 0.06,
    Act.KEY_IN: 10.0,
    Act.SHOP_SAYS: 0.06,
    Act.CHANGE: 0.06,
}
"""Seconds that each lasts at most."""
VERBS: Final = ("retry", "retry", "mark", "release", "check", "hold")
