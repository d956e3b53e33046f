"""What may happen to one order, drawn: a few faults after which the ERP holds nothing, then one
after which it may hold the order, and workers that freeze. Called by `drawing`, which has the
bounds.
"""

import random
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from sandbox.erp import faults
from sandbox.erp.faults import Fault
from sandbox.erp.schedules import FORMS
from tests.faults.course import LOOKUP_GAP, SETTLE, TIMEOUT, Plot, Stall
from tests.faults.frozen import TOGETHER

MOST_FROZEN: Final = 60.0
LAST_CHECK_TO_FIRST_BYTE: Final = 12.0


class Plots:
    """Draws plots. `stepped`: the clock steps in this course, so the bounds are tighter."""

    def __init__(self, chance: random.Random, *, stepped: bool) -> None:
        self.chance = chance
        self.stepped = stepped
        self.hasty = LOOKUP_GAP - 0.8 if stepped else SETTLE + LOOKUP_GAP - 0.5

    def draw(self) -> Plot:
        if self.chance.random() < 0.25:
            return Plot("plain")
        plot = self._last()
        for _ in range(self.chance.choice((0, 0, 1, 1, 2))):
            plot = self._first().then(plot)
        return plot if self.stepped else self._frozen(plot)

    def _first(self) -> Plot:
        """After it the ERP holds nothing."""
        return self.chance.choice(FIRSTS)(self)

    def _last(self) -> Plot:
        """After it the ERP may hold the order."""
        return self.chance.choice(LASTS)(self)

    def _frozen(self, plot: Plot) -> Plot:
        chance = self.chance
        looks = plot.look_stalls or tuple(
            Stall(after=self._long()) for _ in range(chance.choice((0,) * 7 + (1, 2)))
        )
        late = any(fault.does == "later" or fault.wait for fault in plot.faults)
        stalls = plot.stalls or tuple(
            self._stall(late=late) for _ in range(chance.choice((0, 0, 0, 0, 1, 2)))
        )
        return replace(plot, stalls=stalls, look_stalls=looks)

    def _stall(self, *, late: bool) -> Stall:
        if not late and self.chance.random() < 0.5:
            return Stall(before=self.upto(LAST_CHECK_TO_FIRST_BYTE))
        return Stall(after=self._long())

    def upto(self, most: float) -> float:
        return round(self.chance.uniform(0.05, most), 3)

    def _long(self) -> float:
        most = MOST_FROZEN if self.chance.random() < 0.4 else 15.0
        return round(self.chance.uniform(1.0, most), 3)

    def late_commit(self) -> Plot:
        return Plot("commit after the cut", (faults.late_commit(self.upto(self.hasty)),))

    def commit_between_look_ups(self) -> Plot:
        if self.stepped:
            return self.late_commit()
        delay = round(self.chance.uniform(SETTLE + 0.3, self.hasty), 3)
        return Plot("commit between the look-ups", (faults.late_commit(delay),))

    def commit_within_settle(self) -> Plot:
        if self.stepped:
            return self.late_commit()
        delay = round(self.chance.uniform(LOOKUP_GAP + 0.5, SETTLE), 3)
        return Plot("commit within settle", (faults.late_commit(delay),))

    def slow(self) -> Plot:
        return Plot("slow", (faults.slow(self.upto(TIMEOUT + self.hasty)),))

    def late_answer(self) -> Plot:
        return Plot("answer late", (faults.late_answer(self.upto(40.0)),))

    def broken(self, *, commit: bool) -> Fault:
        """An answer that nobody can read."""
        chance = self.chance
        kind = chance.choice(("html", "page in 200", "empty", "5xx", "408"))
        match kind:
            case "html":
                return faults.html(chance.choice((500, 502, 504)), commit=commit)
            case "page in 200":
                return faults.html(200, commit=commit)
            case "empty":
                return faults.empty(chance.choice((200, 201, 500)), commit=commit)
            case "5xx":
                return faults.server_error(chance.choice((500, 502, 503, 504)), commit=commit)
            case _:
                return faults.request_timeout(commit=commit)

    def unreadable(self) -> Plot:
        return Plot("unreadable after the commit", (self.broken(commit=True),))

    def unreadable_before(self) -> Plot:
        return Plot("unreadable before the commit", (self.broken(commit=False),))

    def throttled(self) -> Plot:
        return Plot("429", (faults.throttle(self.chance.choice(FORMS), self.chance.randint(1, 6)),))

    def refused(self) -> Plot:
        code = self.chance.choice(("credit_hold", "unknown_item", "period_closed", "conflict"))
        in_200 = code != "conflict" and self.chance.random() < 0.5
        fault = faults.error_in_200(code) if in_200 else faults.refuse(code)
        return Plot("refused in 200" if in_200 else f"refused, {code}", (fault,))

    def refusal_out_of_time(self) -> Plot:
        """The certain answer to one attempt comes to light while the next one is out."""
        if self.stepped:
            return self.throttled()
        return Plot(
            "429 that comes to light late, then a slow ERP",
            (faults.throttle("seconds", 1), faults.slow(SETTLE - 1.0)),
            (Stall(after=0.4, till_next=True), Stall()),
        )

    def frozen_before_sending(self) -> Plot:
        """Refused, retried, looked for first; what that says comes so late that meanwhile somebody
        else has proved the order absent and sent it.
        """
        if self.stepped:
            return self.refused()
        stall = Stall(after=round(self.chance.uniform(36.0, MOST_FROZEN), 3))
        refusal = faults.refuse("credit_hold")
        return Plot("refused, then frozen before it is sent", (refusal,), look_stalls=(stall,))

    def answer_with_the_look_up(self) -> Plot:
        """A frozen worker's answer and the look-up's come to light in the same moment."""
        if self.stepped:
            return self.late_answer()
        stall = Stall(after=TOGETHER, till_look=True)
        return Plot("answer that comes with the look-up's", (faults.none(),), (stall,))

    def replica(self) -> Plot:
        return Plot("replica", (faults.replica(1, cut=self.chance.random() < 0.8),))

    def unconfirmed(self) -> Plot:
        times = tuple(self.upto(30.0) for _ in range(self.chance.choice((0, 1, 2, 3))))
        return Plot("unconfirmed", (faults.unconfirmed(),), callbacks=times)

    def called_back_first(self) -> Plot:
        fault = replace(faults.late_answer(self.upto(4.0)), confirmed=False)
        return Plot("callback before the answer", (fault,), callbacks=(0.02, 0.03, 6.0))

    def called_back_lost(self) -> Plot:
        fault = replace(faults.lost_answer(), confirmed=False)
        return Plot("answer lost, called back", (fault,), callbacks=(self.upto(20.0),))

    def lost_request(self) -> Plot:
        return Plot("request lost", (faults.lost_request(),))

    def lost_answer(self) -> Plot:
        return Plot("answer lost", (faults.lost_answer(),))

    def drip(self) -> Plot:
        return Plot("drip", (faults.drip(self.upto(0.3)),))

    def endless(self) -> Plot:
        return Plot("endless", (faults.endless(),))

    def partial(self) -> Plot:
        return Plot("partial", (faults.partial(),))

    def twice(self) -> Plot:
        fault = faults.twice()
        if self.chance.random() < 0.6:
            fault = replace(fault, says="cut")
        return Plot("two documents made by the ERP", (fault,))

    def well(self) -> Plot:
        return Plot("well", (faults.none(),))


Making = Callable[[Plots], Plot]

FIRSTS: Final[tuple[Making, ...]] = (
    Plots.lost_request,
    Plots.unreadable_before,
    Plots.throttled,
    Plots.refused,
)
LASTS: Final[tuple[Making, ...]] = (
    Plots.late_commit,
    Plots.commit_between_look_ups,
    Plots.commit_within_settle,
    Plots.slow,
    Plots.late_answer,
    Plots.unreadable,
    Plots.refusal_out_of_time,
    Plots.refusal_out_of_time,
    Plots.answer_with_the_look_up,
    Plots.frozen_before_sending,
    Plots.frozen_before_sending,
    Plots.replica,
    Plots.unconfirmed,
    Plots.called_back_first,
    Plots.called_back_lost,
    Plots.lost_answer,
    Plots.drip,
    Plots.endless,
    Plots.partial,
    Plots.twice,
    Plots.well,
)
