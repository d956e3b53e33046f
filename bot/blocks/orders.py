"""Answers to `/orders`, private to the asker. Called by `bot.listeners`."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from bot.blocks.connection_text import connection_line
from bot.blocks.history_text import attempts_block, history_block, history_pages
from bot.blocks.ids import ActionId, Pointer, numbered
from bot.blocks.list_rows import order_rows, pager, range_words, turn_buttons
from bot.blocks.message import Block, Message
from bot.blocks.order_details import order_buttons, summary_blocks
from bot.blocks.pages import Counts, Page, having
from bot.blocks.parts import (
    Run,
    actions,
    bullets,
    button,
    code,
    context,
    dead,
    headline,
    joined,
    notice,
    paragraphs,
    quote,
    rich,
    section_of,
    strong,
    who,
    words,
)
from bot.blocks.wording import DOT, ID_SHOWN, Wall, count
from commands.domain.connection import Connection
from commands.domain.distributors import Distributor
from commands.domain.failures import CATALOGUE
from commands.domain.history import Entry
from commands.domain.lifecycle import State, Status
from commands.domain.people import Actor, Permission, Role
from commands.filters import FILTERS
from commands.grammar import COMMANDS, written
from commands.people import Roster
from commands.ports import Order
from commands.requests import History, Listing, NotUnderstood, PeopleAsked
from commands.words import unescaped

CAUSES_SHOWN: Final = 8
PEOPLE_SHOWN: Final = 60
_NOTICE: Final = 300


def summary(
    counts: Counts, connection: Connection, distributor: Distributor, now: datetime
) -> Message:
    """What is not synced now, and the last seven days."""
    wall = Wall.of(distributor, now)
    says = not_synced(counts)
    return Message(
        notice(f"{says}.", most=_NOTICE),
        [
            headline(says),
            *cause_list(counts),
            paragraphs(_parts(counts), week(counts), connection_line(connection, wall)),
            *list_buttons(counts),
            context(f"As of {wall.plain(counts.as_of)} · /orders help lists the commands"),
        ],
    )


def not_synced(counts: Counts) -> str:
    """`13 orders are not synced: 11 failed, 2 pending`."""
    failed, pending = having(counts.states, Status.FAILED), having(counts.states, Status.PENDING)
    if not failed + pending:
        return "Every order is synced"
    verb = "is" if failed + pending == 1 else "are"
    both = ", ".join(
        f"{number:,} {name}"
        for number, name in ((failed, "failed"), (pending, "pending"))
        if number
    )
    return f"{count(failed + pending, 'order')} {verb} not synced: {both}"


def cause_list(counts: Counts) -> list[Block]:
    """Why the failed ones failed, most first."""
    lines = [[words(cause)] for cause in _causes(counts, DOT)]
    return [rich(bullets(lines))] if lines else []


def cause_line(counts: Counts) -> list[Run]:
    """The same in a line: `Unknown item 5 · Credit hold 3`."""
    causes = _causes(counts, " ")
    return [strong("Why:"), words(f" {DOT.join(causes)}")] if causes else []


def _causes(counts: Counts, between: str) -> list[str]:
    shown = list(counts.codes.items())[:CAUSES_SHOWN]
    left = len(counts.codes) - len(shown)
    named = [f"{CATALOGUE[one].title}{between}{orders:,}" for one, orders in shown]
    return [*named, *([f"and {count(left, 'more reason')}"] if left > 0 else [])]


def _parts(counts: Counts) -> list[Run]:
    unconfirmed = counts.states.get(State.PENDING_VERIFICATION, 0)
    return joined(
        [
            [words(f"{unconfirmed:,} Pending Verification")] if unconfirmed else [],
            [words(f"{counts.held:,} being keyed in by hand")] if counts.held else [],
        ],
        DOT,
    )


def week(counts: Counts) -> list[Run]:
    """The last seven days, by status."""
    received = sum(counts.week.values())
    by_status = ", ".join(
        f"{counts.week.get(status, 0):,} {status}"
        for status in (Status.SUCCESSFUL, Status.PENDING, Status.FAILED)
    )
    hand = f" ({counts.week_by_hand:,} marked by hand)" if counts.week_by_hand else ""
    return [strong("Last 7 days:"), words(f" {received:,} received: {by_status}{hand}")]


def list_buttons(counts: Counts) -> list[Block]:
    """A button for each list that has orders."""
    buttons = []
    for row, status in enumerate((Status.FAILED, Status.PENDING)):
        if orders := having(counts.states, status):
            label = f"{status.capitalize()} ({orders:,})"
            pointer = Pointer(query=str(status), page=1)
            buttons.append(button(label, numbered(ActionId.LIST_PAGE, row), pointer))
    return actions(*buttons)


def listing(request: Listing, page: Page, distributor: Distributor, now: datetime) -> Message:
    """A list with its Details buttons and pages (ActionId.LIST_PAGE, Pointer(query, page))."""
    wall, query = Wall.of(distributor, now), written(request)
    title = f"{request.status.capitalize()}: {count(page.total, 'order')}"
    asked = [code(f"/orders {unescaped(query)}", 200), words(DOT + range_words(page, wall))]
    return Message(
        notice(f"{title}.", most=_NOTICE),
        [
            headline(title),
            paragraphs(asked),
            *order_rows(page, wall),
            *turn_buttons(page, ActionId.LIST_PAGE, query=query),
        ],
    )


def show(order: Order, distributor: Distributor, now: datetime, *, may_act: bool) -> Message:
    """One order: where it stands, what to do, and Details for the rest."""
    wall = Wall.of(distributor, now)
    return Message(
        notice(f"Order {order.id}: {order.standing.status}.", most=_NOTICE),
        [
            headline(f"{order.standing.status.capitalize()}: order {order.id}"),
            *summary_blocks(order, wall),
            *order_buttons(order, may_act=may_act, details=True),
            context(f"As of {wall.plain(now)}"),
        ],
    )


def history(
    order: Order,
    entries: Sequence[Entry],
    distributor: Distributor,
    now: datetime,
    page: int = 1,
) -> Message:
    """All that happened to an order, a page at a time, and its attempts; `entries` oldest first."""
    wall, pages = Wall.of(distributor, now), history_pages(entries)
    number, query = min(max(page, 1), pages), written(History(order.id))
    says = f"History of order {dead(order.id, ID_SHOWN)}: {count(len(entries), 'entry', 'entries')}"

    def at(one: int) -> Pointer:
        return Pointer(query=query, page=one)

    return Message(
        notice(f"{says}.", most=_NOTICE),
        [
            headline(says),
            *(attempts_block(entries, wall) if number == 1 else []),
            history_block(entries, wall, number),
            *pager(number, pages, ActionId.LIST_PAGE, at, labels=("Later", "Earlier")),
            context(f"As of {wall.plain(now)}"),
        ],
    )


# --- people --------------------------------------------------------------------------------------


def people(roster: Roster, page: int = 1) -> Message:
    """Who has a role or a permission, a page at a time, and how that is changed."""
    pages = max(1, -(-len(roster.people) // PEOPLE_SHOWN))
    number = min(max(page, 1), pages)
    shown = roster.people[(number - 1) * PEOPLE_SHOWN : number * PEOPLE_SHOWN]
    left = len(roster.people) - (number - 1) * PEOPLE_SHOWN - len(shown)
    lines = [person_line(one) for one in shown]
    lines += [[words(f"and {left:,} more")]] if left > 0 else []
    says = "Nobody may retry orders yet: choose people" if roster.nobody_acts else "Who may do what"
    forms = [form for one in COMMANDS if one.word == "people" for form, _ in one.forms[1:]]

    def at(one: int) -> Pointer:
        return Pointer(query=written(PeopleAsked()), page=one)

    return Message(
        notice(f"{says}.", most=_NOTICE),
        [
            headline(says),
            *([rich(bullets(lines))] if lines else []),
            *pager(number, pages, ActionId.LIST_PAGE, at),
            rich(
                section_of([strong("To change it, here or in the Home of this app")]),
                bullets(_typed(form) for form in forms),
            ),
        ],
    )


def _typed(form: str) -> list[Run]:
    return [code(f"/orders {form}".strip())]


def person_line(one: Actor) -> list[Run]:
    """`@Dana · admin · Order Sync Actions, Order Sync Notification`."""
    has = ", ".join(permission.words for permission in Permission if permission in one.permissions)
    admin = [words("admin")] if one.role is Role.ADMIN else []
    return joined([[who(one.person)], admin, [words(has or "no permission")]], DOT)


# --- status and help -----------------------------------------------------------------------------


def status(
    connection: Connection,
    counts: Counts,
    distributor: Distributor,
    now: datetime,
    *,
    next_sync: datetime | None,
) -> Message:
    """The connection, the next sync, the queue."""
    wall = Wall.of(distributor, now)
    waiting = having(counts.states, Status.PENDING)
    next_at = [words("Next sync "), wall.at(next_sync)] if next_sync else []
    last = [words("Last success "), wall.at(connection.last_ok)] if connection.last_ok else []
    says = f"{count(waiting, 'order')} on the way or waiting"
    return Message(
        notice(f"{says}.", most=_NOTICE),
        [
            headline(says),
            paragraphs(
                connection_line(connection, wall),
                joined([last, next_at], DOT),
                _parts(counts),
            ),
            context(f"As of {wall.plain(counts.as_of)}"),
        ],
    )


def command_help() -> Message:
    """All commands, from the grammar's table."""
    lines = [
        [*_typed(form), words(f"  {says}")] for command in COMMANDS for form, says in command.forms
    ]
    filters = [[code(one.example), words(f"  {one.says}")] for one in FILTERS]
    return Message(
        "What you can type after /orders.",
        [
            headline("What you can type after /orders"),
            rich(
                bullets(lines),
                section_of([strong("Filters"), words(", and any other words to search for")]),
                bullets(filters),
                section_of([words("Quotes hold together what has spaces.")]),
            ),
        ],
    )


def not_understood(said: NotUnderstood) -> Message:
    """What was wrong, and what was perhaps meant."""
    meant: list[Run] = []
    if said.meant is not None:
        typed = code(f"/orders {unescaped(said.meant)}".strip(), 300)
        meant = [words("Did you mean "), typed, words("?")]
    return Message(notice(said.words, most=_NOTICE), [paragraphs([quote(said.words)], meant)])
