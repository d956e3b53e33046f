"""The story of a run, for whoever must find out why it went wrong."""

from collections.abc import Iterator

from commands.domain.history import Entry
from tests.faults.course import Course, Stall
from tests.faults.plant import DAWN
from tests.faults.play import Outcome
from tests.faults.trial import Verdict
from tests.faults.virtual_time import START


def tell(verdict: Verdict) -> str:
    """The course as drawn, what happened by the second, the orders that came out wrong."""
    if verdict.outcome is None:
        return str(verdict)
    wrong = {int(words.split()[1].rstrip(":")) for words in verdict.wrongs if "order " in words}
    return "\n".join(
        (
            *_drawn(verdict.outcome.course),
            "",
            *_happened(verdict.outcome, wrong),
            *(line for number in sorted(wrong) for line in _order(verdict.outcome, number)),
            "",
            str(verdict) if verdict.wrongs else f"seed {verdict.seed}: right",
        )
    )


def _drawn(course: Course) -> Iterator[str]:
    yield (
        f"seed {course.seed}: {len(course.documents)} orders, {course.processes} processes, "
        f"concurrency {course.concurrency}, key honoured: {course.honour_key}, "
        f"unconfirmed for long: {course.confirm_within}, patience {course.patience}"
    )
    for number, plot in course.plots.items():
        frozen = "; ".join(map(_stall, (*plot.stalls, *plot.look_stalls)))
        yield f"  {number:>3} {plot.name}{f'  frozen: {frozen}' if frozen else ''}"


def _stall(stall: Stall) -> str:
    """Seconds before the call, a bar, what keeps its answer back."""
    waits = ("till the next request",) * stall.till_next + ("till a look-up",) * stall.till_look
    after = (str(stall.after),) if stall.after else ()
    return f"{stall.before or ''}|{' + '.join((*waits, *after))}"


def _happened(outcome: Outcome, wrong: set[int]) -> Iterator[str]:
    told = list(outcome.trace)
    for seen in outcome.requests:
        at = (seen.at - DAWN).total_seconds() - START
        answer = seen.status or "cut"
        told.append((at, f"    ERP {seen.method} {seen.external_id} [{seen.fault}] {answer}"))
    for number in wrong:
        for entry in outcome.histories.get(number, []):
            at = (entry.at - DAWN).total_seconds() - START
            told.append((at, f"        {number}: {_entry(entry)}"))
    for at, words in sorted(told, key=lambda one: one[0]):
        yield f"{at:9.3f} {words}"


def _entry(entry: Entry) -> str:
    what = f"{entry.what} by {entry.by.person or entry.by.source}"
    refused = f" REFUSED {entry.refused}" if entry.refused else ""
    beside = " ".join(
        str(one)
        for one in (entry.attempt and entry.attempt[:6], entry.code, entry.reference, entry.message)
        if one
    )
    return f"{what}: {entry.before} -> {entry.after}{refused} {beside}"


def _order(outcome: Outcome, number: int) -> Iterator[str]:
    yield ""
    yield f"order {number} in the ERP: {outcome.documents[number]}"
    if number in outcome.orders:
        yield f"order {number} here: {outcome.orders[number].standing}"
