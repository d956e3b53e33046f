"""What is asked and told of many orders at once, and long answers: drawn for `everything`."""

from collections.abc import Callable
from dataclasses import replace

from bot.blocks import batch_views, mark_view, orders, replies
from bot.blocks.message import Message, View
from bot.blocks.pages import Page
from commands.desk import Denied
from commands.domain.batches import (
    Batch,
    Holder,
    Kind,
    NoUndo,
    Progress,
    Ticked,
    Work,
    left_alone,
)
from commands.domain.connection import Line
from commands.domain.ids import OrderId
from commands.domain.lifecycle import Reason, State, Status, Synced
from commands.domain.people import Deed, LacksPermission, Permission
from commands.reopen import Reopened
from commands.requests import Listing
from commands.selections import NoSuchSelection
from tests.bot.blocks import cases
from tests.bot.blocks.cases import ADA, DANA, NOW, Words

Draw = Callable[[Words, int], Message | View]
PLAIN = Words()
NO = Denied(Deed.RETRY, LacksPermission(Permission.ACTIONS), (ADA,))


def ticked(words: Words, number: int) -> Ticked:
    kinds = {
        Kind(State.FAILED, Holder.NOBODY): number,
        Kind(State.FAILED, Holder.ANOTHER): number // 7,
        Kind(State.SYNCED, Holder.NOBODY): number // 9,
        Kind(State.UNKNOWN, Holder.NOBODY): number // 11,
    }
    some = tuple(OrderId(f"{words.id[:90]}{n}") for n in range(min(number, 3)))
    return Ticked(5, 7, kinds, some)


def progress(
    work: Work, number: int, *, words: Words = PLAIN, undone: bool = False, over: bool = False
) -> Progress:
    batch = Batch(5, work, DANA, NOW - cases.MINUTE, undone_at=NOW if undone else None)
    done = number if over else number // 2
    failed = 0 if over else number // 10
    counted = {
        Status.SUCCESSFUL: done,
        Status.FAILED: failed,
        Status.PENDING: number - done - failed,
    }
    missing = tuple(OrderId(f"{words.id[:90]}{n}") for n in range(min(number, 10)))
    marks = {"there": done // 2, "absent": done // 4, "missing": missing if done > 4 else ()}
    told = Progress(batch, NOW, counted)
    return replace(told, **marks) if work is Work.MARK else told  # type: ignore[arg-type]


def _told(work: Work, *, undone: bool = False, over: bool = False, **more: str) -> Draw:
    def draw(words: Words, number: int) -> Message:
        left = {} if over else _left(words, number, work)
        line = cases.connection(Line.DOWN, words) if more.get("down") else None
        return batch_views.told(
            progress(work, number, words=words, undone=undone, over=over),
            cases.distributor(words), NOW, left=left, connection=line, note=more.get("note"),
        )  # fmt: skip

    return draw


def _left(words: Words, number: int, work: Work) -> dict[Reason, int]:
    return left_alone(ticked(words, number).kinds, work, NOW)


ALONE = Ticked(5, 7, {Kind(State.SYNCED, Holder.NOBODY): 3}, (OrderId("10248"),))

MANY_VIEWS: dict[str, Draw] = {
    "ask_retry": lambda words, number: batch_views.ask_retry(
        ticked(words, number), NOW, alert=cases.alert()
    ),
    "ask_retry_changed": lambda words, number: batch_views.ask_retry(
        ticked(words, number), NOW, problem="Other orders are selected by now."
    ),
    "ask_retry_none": lambda _words, _number: batch_views.ask_retry(ALONE, NOW),
    "ask_mark": lambda words, number: batch_views.ask_mark(ticked(words, number), NOW),
    "ask_mark_none": lambda _words, _number: batch_views.ask_mark(ALONE, NOW),
    "mark_number_given": lambda words, _: mark_view.mark_view(
        cases.order(words), reference=words.reference, covers=True
    ),
}
MANY_MESSAGES: dict[str, Draw] = {
    "many_nothing_ticked": lambda _words, _number: batch_views.nothing_ticked(),
    "many_asked": lambda words, number: batch_views.ask_in_message(
        ticked(words, number), (words.id,), NOW
    ),
    "many_none_to_ask": lambda words, _: batch_views.ask_in_message(ALONE, (words.id,) * 12, NOW),
    "many_not_sent": lambda _words, _number: batch_views.not_sent(),
    "many_retried": _told(Work.RETRY),
    "many_retried_while_down": _told(Work.RETRY, down="yes"),
    "many_retried_all": _told(Work.RETRY, over=True),
    "many_marked": _told(Work.MARK),
    "many_marked_unasked": _told(Work.MARK, note="The ERP cannot be asked now."),
    "many_undone": _told(Work.MARK, undone=True),
    **{
        f"many_no_undo_{reason}": lambda _words, _number, no=reason: batch_views.refused(no)  # type: ignore[misc]
        for reason in NoUndo
    },
    "many_gone": lambda _words, _number: batch_views.refused(NoSuchSelection()),
    "many_denied": lambda _words, _number: batch_views.refused(NO),
    "reopened": lambda words, _: replies.reopen(
        Reopened(words.id), cases.distributor(words), NOW
    ),
    "orders_history": lambda words, number: orders.history(
        cases.order(words), cases.history(words, number), cases.distributor(words), NOW
    ),
    "orders_history_earlier": lambda words, number: orders.history(
        cases.order(words), cases.history(words, number), cases.distributor(words), NOW, page=2
    ),
    "orders_people_later": lambda _words, number: orders.people(cases.roster(number), 2),
    "orders_found": lambda words, number: orders.listing(
        Listing(Status.SUCCESSFUL),
        Page(
            cases.lines(words, min(number, 20), **cases.synced(synced=Synced.FOUND)), number, NOW
        ),
        cases.distributor(words), NOW,
    ),
}  # fmt: skip
