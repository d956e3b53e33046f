"""How far something is that was done with many orders, in words: view, message and App Home alike.

Every figure is counted from the orders as they are.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Final, assert_never

from bot.blocks.ids import ActionId, Pointer
from bot.blocks.message import Block
from bot.blocks.parts import Run, actions, button, code, joined, strong, words
from bot.blocks.wording import DOT, Wall, count
from commands.domain.batches import Batch, Progress, Work, no_undo
from commands.domain.ids import OrderId
from commands.domain.lifecycle import Reason

NAMED: Final = 10
MARKED_IF_FOUND: Final = "looked up, marked only if found there, and else sent"


def headline_words(progress: Progress) -> str:
    """`40 orders go to the ERP again`, `40 orders are marked as synced`."""
    batch, total = progress.batch, progress.total
    orders = count(total, "order")
    match batch.work:
        case Work.RETRY:
            return f"{orders} {'goes' if total == 1 else 'go'} to the ERP again"
        case Work.MARK if batch.undone_at is not None:
            return f"Undone: {orders} {_are(progress.failed)} marked as synced no more"
        case Work.MARK:
            done = progress.done
            return f"{count(done, 'order')} {_are(done)} marked as synced"
        case _ as never:
            assert_never(never)


def _are(orders: int) -> str:
    return "is" if orders == 1 else "are"


def progress_runs(progress: Progress) -> list[list[Run]]:
    """A line or two: how many are done, failed again, left."""
    match progress.batch.work:
        case Work.RETRY:
            return [_retried(progress)]
        case Work.MARK if progress.batch.undone_at is not None:
            return [_undone(progress)]
        case Work.MARK:
            return [_marked(progress), _asked(progress), _missing(progress.missing, progress)]
        case _ as never:
            assert_never(never)


def _retried(progress: Progress) -> list[Run]:
    """`31 done · 2 failed again · 7 left`."""
    if progress.over and not progress.failed:
        all_of = "It is" if progress.total == 1 else f"All {progress.total:,} are"
        return [strong(f"{all_of} in the ERP")]
    return [strong(f"{progress.done:,} done"), words(_rest(progress))]


def _rest(progress: Progress) -> str:
    return f"{DOT}{progress.failed:,} failed again{DOT}{progress.left:,} left"


def _marked(progress: Progress) -> list[Run]:
    """What is in doubt, or not reached yet, is on its way still."""
    left = progress.left
    told = "They will not be sent to the ERP." if progress.done else ""
    doubtful = f"{left:,} not marked: {MARKED_IF_FOUND}." if left else ""
    said = " ".join(one for one in (told, doubtful) if one)
    return [words(said)] if said else []


def _asked(progress: Progress) -> list[Run]:
    """What the ERP said when it was asked for each."""
    failed = f"{progress.failed:,} need a person: see Failed" if progress.failed else ""
    parts = [
        f"{progress.there:,} found in the ERP",
        f"{progress.absent:,} not there",
        failed,
        f"{progress.unasked:,} not looked up" if progress.unasked else "",
    ]
    return joined([[words(part)] for part in parts if part], DOT)


def _missing(missing: tuple[OrderId, ...], progress: Progress) -> list[Run]:
    """Those that somebody may have forgotten to key in."""
    if not missing:
        return []
    shown = missing[:NAMED]
    left = progress.absent - len(shown)
    more = [words(f" and {left:,} more")] if left > 0 else []
    return [words("Not in the ERP: "), *joined([[code(one, 60)] for one in shown], ", "), *more]


def _undone(progress: Progress) -> list[Run]:
    back = f"{progress.failed:,} under Failed again, with their old reason"
    left = f"{DOT}{progress.left:,} left" if progress.left else ""
    kept = f"{DOT}{progress.done:,} touched since, left as they are" if progress.done else ""
    return [words(f"{back}{left}{kept}. Nothing is sent by itself: Retry sync sends them.")]


# --- what was left alone -------------------------------------------------------------------------

_ALONE: Final = {
    Reason.ON_ITS_WAY: "on the way to the ERP already",
    Reason.BEING_SENT: "being sent right now",
    Reason.ALREADY_SYNCED: "synced already",
    Reason.HELD_BY_OTHER: "being keyed in by somebody else",
    Reason.HELD_BY_YOU: "being keyed in by you: release them first",
    Reason.OUTCOME_UNKNOWN: f"perhaps in the ERP already: {MARKED_IF_FOUND}",
}


def left_alone(left: Mapping[Reason, int]) -> list[list[Run]]:
    """`Left out: 2 being keyed in by somebody else`, a line for each reason."""
    return [
        [words(f"Left out: {orders:,} {_ALONE.get(reason, 'not to be acted on now')}.")]
        for reason, orders in left.items()
    ]


# --- undo ----------------------------------------------------------------------------------------


def undo_button(batch: Batch, now: datetime) -> Block | None:
    """While it can be undone."""
    if no_undo(batch, now) is not None:
        return None
    return button("Undo", ActionId.UNDO, Pointer(selection=batch.id))


def undo_blocks(batch: Batch, wall: Wall) -> list[Block]:
    return actions(undo_button(batch, wall.now))


def undo_runs(batch: Batch, wall: Wall) -> list[Run]:
    """Until when."""
    if no_undo(batch, wall.now) is not None:
        return []
    return [words("Undo takes all of it back, until "), wall.at(batch.undo_until()), words(".")]
