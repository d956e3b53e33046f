"""One order, with all that is needed to key it in by hand. Opened by `Details`."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from bot.blocks.alert_single import NOT_BY_HAND, held_steps
from bot.blocks.history_text import attempts_block, history_block, history_pages
from bot.blocks.ids import ActionId, Pointer, ViewId
from bot.blocks.list_rows import pager
from bot.blocks.message import Block, View
from bot.blocks.order_text import head_blocks, lines_block
from bot.blocks.parts import (
    SECTION_LIMIT,
    Run,
    actions,
    button,
    code,
    context,
    dead,
    header,
    joined,
    numbered_steps,
    paragraphs,
    plain_text,
    quote,
    rich,
    section_of,
    strong,
    who,
    words,
)
from bot.blocks.support_view import support_button
from bot.blocks.wording import (
    DOT,
    Wall,
    count,
    erp_words,
    failure_runs,
    line_of,
    order_runs,
    state_words,
    times,
)
from commands.domain.answers import ErpDocument
from commands.domain.distributors import Distributor
from commands.domain.failures import Failure, steps
from commands.domain.history import Entry
from commands.domain.lifecycle import State, Synced
from commands.domain.people import Permission
from commands.domain.verification import Believed, Nothing, Questioned
from commands.lookup import ErpSays, ErpSilent
from commands.ports import Order

LINES_SHOWN: Final = 30
DOCUMENTS_SHOWN: Final = 10
TITLE: Final = 24


def details_view(
    order: Order,
    history: Sequence[Entry],
    distributor: Distributor,
    now: datetime,
    *,
    may_act: bool,
    page: int = 1,
    past: int = 1,
    erp: ErpSays | ErpSilent | None = None,
    checking: bool = False,
) -> View:
    """A modal without submit. `history`: oldest first. `page`: of the order's lines, `past`: of its
    history. `erp`: what Check the ERP found; `checking`: it has just been asked. `may_act`: whether
    the reader has the permission (the buttons ask again). private_metadata is a Pointer(order,
    page, past).
    """
    wall = Wall.of(distributor, now)
    return {
        "type": "modal",
        "callback_id": str(ViewId.DETAILS),
        "private_metadata": str(Pointer(order=order.id, page=page, past=past)),
        "title": plain_text(f"Order {order.id}", TITLE),
        "close": plain_text("Close", TITLE),
        "blocks": [
            *summary_blocks(order, wall),
            *order_buttons(order, may_act=may_act),
            *_erp_blocks(erp, wall, checking=checking),
            header("To key in by hand"),
            *head_blocks(order, wall),
            *_lines(order, page, past),
            header("History"),
            *attempts_block(history, wall),
            history_block(history, wall, past),
            *_turn_past(order, page, past, history_pages(history)),
            context(f"As of {wall.plain(now)}"),
        ],
    }


def summary_blocks(order: Order, wall: Wall) -> list[Block]:
    """Where it stands, why, and what to do."""
    line, failure = line_of(order), order.standing.failure
    known = failure if order.standing.state is not State.SYNCED else None
    return [
        paragraphs(_state(order, wall), order_runs(line, wall), _hold(order, wall)),
        *(_why(known, order) if known else []),
    ]


def _state(order: Order, wall: Wall) -> list[Run]:
    standing = order.standing
    tried = [words(times(standing.attempts))]
    if standing.last_sent_at:
        tried += [words(", last "), wall.at(standing.last_sent_at)]
    number = [words("ERP number "), code(standing.reference)] if standing.reference else []
    by = standing.settled_by if standing.synced else None
    settled_by = [words("by "), who(by)] if by else []
    settled_at = [words("at "), wall.at(standing.settled_at)] if standing.settled_at else []
    settled = joined([settled_by, settled_at], " ")
    return joined([[strong(state_words(standing.state))], settled, number, tried], DOT)


def _hold(order: Order, wall: Wall) -> list[Run]:
    hold = order.standing.hold
    if hold is None:
        return []
    since = wall.at(hold.since)
    return [who(hold.by), words(" keys it in by hand since "), since, words("; nobody sends it.")]


def _why(failure: Failure, order: Order) -> list[Block]:
    """The failure, and the steps where it is a person's turn."""
    moving = order.standing.state in {State.QUEUED, State.SENDING, State.SENT}
    last_time = [words("Last time: ")] if moving else []
    seen = joined([[code(one, 60)] for one in failure.references[:DOCUMENTS_SHOWN]], ", ")
    numbers = [words("In the ERP: "), *seen] if seen else []
    return [
        rich(
            section_of(
                [*last_time, *failure_runs(failure)],
                [words(failure.entry.meaning)],
                erp_words(failure),
                numbers,
            ),
            *_steps(failure, order, moving=moving),
        )
    ]


def _steps(failure: Failure, order: Order, *, moving: bool) -> list[Block]:
    name = dead(order.id, 100)
    if order.standing.hold:
        return [numbered_steps(held_steps(name))]
    return [] if moving else [numbered_steps(steps(failure, name))]


def order_buttons(order: Order, *, may_act: bool, details: bool = False) -> list[Block]:
    """What can be done from the present state; to who may not act, what is missing."""
    pointer = Pointer(order=order.id)
    look = [button("Check the ERP", ActionId.CHECK_ERP, pointer)]
    look += [button("Details", ActionId.DETAILS, pointer)] if details else []
    look += [asked] if (asked := support_button(order)) else []
    deeds = _deeds(order, pointer)
    if may_act or not deeds:
        return actions(*deeds, *look)
    ask = Pointer(permission=str(Permission.ACTIONS))
    return [
        *actions(*look, button("Ask for it", ActionId.ASK_FOR_IT, ask)),
        context(f"To act on it you need the permission {Permission.ACTIONS.words}."),
    ]


def _deeds(order: Order, pointer: Pointer) -> list[Block]:
    standing = order.standing
    retry = button("Retry sync", ActionId.RETRY, pointer, style="primary")
    mark = button("Mark as synced", ActionId.MARK, pointer)
    match standing.state:
        case State.SYNCED if standing.synced is Synced.MANUAL:
            return [button("Reopen", ActionId.REOPEN, pointer)]
        case State.SYNCED | State.SENDING:
            return []
        case State.SENT | State.UNKNOWN | State.PENDING_VERIFICATION:
            return [retry, mark]
        case State.QUEUED | State.FAILED if standing.hold:
            return [mark, button("Release", ActionId.RELEASE, pointer)]
        case State.QUEUED | State.FAILED:
            by_hand = not standing.failure or standing.failure.code not in NOT_BY_HAND
            key_in = button("Key in by hand", ActionId.KEY_IN, pointer)
            return [retry, *([key_in] if by_hand else []), mark]


# --- what the ERP says ---------------------------------------------------------------------------


def _erp_blocks(erp: ErpSays | ErpSilent | None, wall: Wall, *, checking: bool) -> list[Block]:
    if checking:
        return [paragraphs([words("Asking the ERP…")])]
    return [erp_says(erp, wall)] if erp else []


def erp_says(answer: ErpSays | ErpSilent, wall: Wall) -> Block:
    """`Sent once; the ERP holds one document: SO-1 (confirmed), looked up 14:02`."""
    at = [words("Looked up "), wall.at(answer.at)]
    tried = times(answer.order.standing.attempts).capitalize()
    if isinstance(answer, ErpSilent):
        silent = [strong("The ERP could not be asked:"), words(" "), quote(answer.failure.title)]
        return paragraphs(silent, [words("That proves nothing.")], erp_words(answer.failure), at)
    found = answer.found.found
    holds = f"; the ERP holds {_documents(len(found))}"
    shown = joined([_document(one) for one in found[:DOCUMENTS_SHOWN]], ", ")
    left = len(found) - DOCUMENTS_SHOWN
    more = [words(f" and {left:,} more")] if left > 0 else []
    listed = [words(": "), *shown, *more] if found else []
    return paragraphs([strong(f"{tried}{holds}"), *listed], _verdict(answer), at)


def _documents(found: int) -> str:
    return {0: "no document for it", 1: "one document"}.get(found, f"{found:,} documents")


def _document(one: ErpDocument) -> list[Run]:
    return [code(one.reference or "without a number", 60), words(f" ({one.status})")]


def _verdict(answer: ErpSays) -> list[Run]:
    match answer.verdict:
        case Believed():
            return [words("It is this order.")]
        case Questioned(failure):
            return [quote(f"{failure.message}. A person must judge.", 340)]
        case Nothing():
            return []


# --- lines ---------------------------------------------------------------------------------------


def _lines(order: Order, page: int, past: int) -> list[Block]:
    """The page of lines that `page` names, in as many texts as they need."""
    total = len(order.document.lines)
    pages = max(1, -(-total // LINES_SHOWN))
    number = min(max(page, 1), pages)
    first = (number - 1) * LINES_SHOWN + 1
    chosen = order.document.lines[first - 1 : first - 1 + LINES_SHOWN]
    last = first + len(chosen) - 1
    of = count(total, "line") if pages == 1 else f"Lines {first:,}–{last:,} of {total:,}"
    texts: list[Block] = []
    while chosen:
        block, left = lines_block(chosen, first, SECTION_LIMIT)
        texts.append(block)
        first += len(chosen) - left
        chosen = chosen[len(chosen) - left :]
    return [header(of), *texts, *_turn(order, number, past, pages)]


def _turn(order: Order, number: int, past: int, pages: int) -> list[Block]:
    def at(page: int) -> Pointer:
        return Pointer(order=order.id, page=page, past=past)

    labels = ("Earlier lines", "More lines")
    return pager(number, pages, ActionId.DETAILS_PAGE, at, labels=labels)


def _turn_past(order: Order, page: int, past: int, pages: int) -> list[Block]:
    def at(number: int) -> Pointer:
        return Pointer(order=order.id, page=page, past=number)

    labels = ("Later entries", "Earlier entries")
    return pager(past, pages, ActionId.DETAILS_PAGE, at, labels=labels, row=2)
