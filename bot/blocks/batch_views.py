"""Asking whether something is meant for many orders, and telling how far it is.

Opened from the Orders page and an alert's details; `/orders retry` asks in a message. What is asked
stands beside what will be left alone, so that the figure on the button is the one that goes.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, assert_never

from bot.blocks.batch_text import (
    headline_words,
    left_alone,
    progress_runs,
    undo_blocks,
    undo_runs,
)
from bot.blocks.ids import ActionId, BlockId, Pointer, ViewId
from bot.blocks.mark_view import why_field
from bot.blocks.message import Block, Message, View
from bot.blocks.parts import (
    Run,
    actions,
    button,
    code,
    context,
    field,
    headline,
    joined,
    notice,
    option,
    paragraphs,
    plain_text,
    words,
)
from bot.blocks.refusals import denied
from bot.blocks.said import NOTICE, say
from bot.blocks.wording import Wall, count
from commands.desk import Denied
from commands.domain.alerts import Alert
from commands.domain.batches import NoUndo, Progress, Ticked, Work
from commands.domain.batches import left_alone as alone
from commands.domain.connection import Connection, Line
from commands.domain.distributors import Distributor
from commands.domain.ids import OrderId
from commands.domain.lifecycle import Reason
from commands.selections import NoSuchSelection

TITLE: Final = 24
NAMED: Final = 10
NOT_AGAIN: Final = "What the ERP already has is not sent again. Held orders are left out."


def nothing_ticked() -> Message:
    return say("Nothing is selected. Tick the orders first, then choose from Actions.")


# --- asking --------------------------------------------------------------------------------------


def ask_retry(
    ticked: Ticked, now: datetime, *, alert: Alert | None = None, problem: str | None = None
) -> View:
    """`Send 40 orders again?` private_metadata: Pointer(selection, turn), and the alert whose list
    it covers.
    """
    left = alone(ticked.kinds, Work.RETRY, now)
    go = ticked.total - sum(left.values())
    modal = _modal("Retry sync", ViewId.SEND, ticked, alert)
    if not go:
        return {**modal, "blocks": [headline("None of them can be sent now"), *_left(left)]}
    return {
        **modal,
        "submit": plain_text(f"Send {go:,}", TITLE),
        "blocks": [
            *_problem(problem),
            headline(f"Send {count(go, 'order')} again?"),
            paragraphs(_some(ticked), [words(NOT_AGAIN)]),
            *_left(left),
        ],
    }


def ask_mark(
    ticked: Ticked, now: datetime, *, alert: Alert | None = None, problem: str | None = None
) -> View:
    """For many orders a tick says that they will not be sent. State: [WHY][WHY], [SURE][SURE]."""
    left = alone(ticked.kinds, Work.MARK, now)
    go = ticked.total - sum(left.values())
    modal = _modal("Mark as synced", ViewId.MARK_MANY, ticked, alert)
    if not go:
        return {**modal, "blocks": [headline("None of them can be marked now"), *_left(left)]}
    return {
        **modal,
        "submit": plain_text("Mark as synced", TITLE),
        "blocks": [
            *_problem(problem),
            headline(f"Mark {count(go, 'order')} as synced?"),
            paragraphs(_some(ticked), [words("The ERP is asked for each of them afterwards.")]),
            *_left(left),
            why_field(None),
            _sure(go),
        ],
    }


def _modal(title: str, view: ViewId, ticked: Ticked, alert: Alert | None) -> View:
    covered = alert.id if alert else None
    return {
        "type": "modal",
        "callback_id": str(view),
        "private_metadata": str(Pointer(alert=covered, selection=ticked.id, turn=ticked.turn)),
        "title": plain_text(title, TITLE),
        "close": plain_text("Cancel", TITLE),
    }


def _problem(problem: str | None) -> list[Block]:
    return [paragraphs([words(problem)])] if problem else []


def _some(ticked: Ticked) -> list[Run]:
    """`10248, 10249, 10250 and 37 more`."""
    more = ticked.total - len(ticked.some)
    named = joined([[code(one, 60)] for one in ticked.some], ", ")
    return [*named, *([words(f" and {more:,} more")] if more > 0 else [])]


def _left(left: Mapping[Reason, int]) -> list[Block]:
    lines = left_alone(left)
    return [paragraphs(*lines)] if lines else []


def _sure(orders: int) -> Block:
    says = "This order will not be sent" if orders == 1 else f"These {orders:,} orders"
    text = says if orders == 1 else f"{says} will not be sent"
    element: Block = {
        "type": "checkboxes",
        "action_id": str(ActionId.SURE),
        "options": [option(text, "sure", "Nothing of them goes to the ERP any more")],
    }
    return field(str(BlockId.SURE), "Are you sure?", element)


def ask_in_message(ticked: Ticked, missing: Sequence[OrderId], now: datetime) -> Message:
    """The question of `/orders retry` of several. `missing`: ids that are no order's."""
    left = alone(ticked.kinds, Work.RETRY, now)
    go = ticked.total - sum(left.values())
    unknown = _no_such(missing)
    if not go:
        says = "Nothing to send: none of these orders can be sent now."
        return say(says, unknown, *left_alone(left))
    says = f"Send {count(go, 'order')} again?"
    pointer = Pointer(selection=ticked.id, turn=ticked.turn)
    return Message(
        notice(says, most=NOTICE),
        [
            headline(says),
            paragraphs(_some(ticked), [words(NOT_AGAIN)], unknown, *left_alone(left)),
            *actions(
                button(f"Send {go:,}", ActionId.SEND, pointer, style="primary"),
                button("Cancel", ActionId.SEND_NOT, pointer),
            ),
        ],
    )


def _no_such(missing: Sequence[OrderId]) -> list[Run]:
    if not missing:
        return []
    more = len(missing) - NAMED
    named = joined([[code(one, 60)] for one in missing[:NAMED]], ", ")
    return [words("No such order: "), *named, *([words(f" and {more:,} more")] if more > 0 else [])]


def not_sent() -> Message:
    return say("Nothing was sent.")


# --- what came of it -----------------------------------------------------------------------------


def told(
    progress: Progress,
    distributor: Distributor,
    now: datetime,
    *,
    left: Mapping[Reason, int] | None = None,
    connection: Connection | None = None,
    note: str | None = None,
) -> Message:
    """How far it is. `left`: what was left alone when it began; `note`: what else to say."""
    wall = Wall.of(distributor, now)
    says = headline_words(progress)
    return Message(
        notice(f"{says}.", most=NOTICE),
        [
            headline(says),
            paragraphs(
                *progress_runs(progress),
                *left_alone(left or {}),
                _broken(connection),
                [words(note)] if note else [],
                undo_runs(progress.batch, wall),
            ),
            *undo_blocks(progress.batch, wall),
            context(f"As of {wall.plain(progress.as_of)}"),
        ],
    )


def _broken(connection: Connection | None) -> list[Run]:
    if connection is None or connection.line is Line.WORKING:
        return []
    return [words("The ERP does not take orders at the moment: they go as soon as it does.")]


def refused(outcome: Denied | NoSuchSelection | NoUndo) -> Message:
    """Why nothing was done with many orders."""
    match outcome:
        case Denied():
            return denied(outcome)
        case NoSuchSelection():
            return say("This selection is gone. Tick the orders again.")
        case NoUndo.TOO_LATE:
            return say(
                "Too late to undo all at once: that works for 10 minutes. "
                "Each order can still be reopened from its Details."
            )
        case NoUndo.UNDONE_ALREADY:
            return say("This is undone already.")
        case NoUndo.NOT_MARKED:
            return say("A retry cannot be undone: what was sent is sent.")
        case _ as never:
            assert_never(never)
