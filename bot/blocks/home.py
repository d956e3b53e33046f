"""The App Home: how the orders stand, for whoever opens it. Called by `bot.listeners`."""

from datetime import datetime
from typing import Final

from bot.blocks.connection_text import connection_line
from bot.blocks.ids import ActionId, Pointer, ViewId
from bot.blocks.list_rows import order_rows, range_words
from bot.blocks.message import Block, View
from bot.blocks.orders import cause_list, not_synced, person_line, week
from bot.blocks.pages import Counts, Page
from bot.blocks.parts import (
    Run,
    actions,
    bullets,
    button,
    context,
    divider,
    header,
    headline,
    paragraphs,
    people,
    rich,
    strong,
    words,
)
from bot.blocks.people_parts import choose_people
from bot.blocks.report_settings import gear
from bot.blocks.wording import Wall
from commands.domain.connection import Connection
from commands.domain.distributors import Distributor
from commands.domain.people import Actor, Permission, PersonId, Role
from commands.people import Roster

NAMED: Final = 20
PEOPLE_SHOWN: Final = 40


def home_view(
    actor: Actor,
    roster: Roster,
    counts: Counts,
    failed: Page,
    connection: Connection,
    distributor: Distributor,
    now: datetime,
) -> View:
    """`roster`: everyone with a role or permission, read by the listener itself, for who may act
    is shown to all. `failed`: the latest failed orders.
    """
    wall = Wall.of(distributor, now)
    return {
        "type": "home",
        "callback_id": str(ViewId.HOME),
        "blocks": [
            *_nobody_acts(actor, roster),
            header(f"Orders of {distributor.name}"),
            headline(not_synced(counts)),
            *cause_list(counts),
            paragraphs(week(counts), connection_line(connection, wall)),
            divider(),
            *_failed(failed, wall),
            divider(),
            *_people(actor, roster),
            *gear(actor),
            context(f"As of {wall.plain(now)} · /orders help lists the commands"),
        ],
    }


def _nobody_acts(actor: Actor, roster: Roster) -> list[Block]:
    """Until somebody has the permission, the first thing to see is that nobody has."""
    if not roster.nobody_acts:
        return []
    says = "Nobody may retry orders yet: choose people"
    if actor.role is Role.ADMIN:
        return [headline(says), *choose_people(), divider()]
    ask = button("Ask for it", ActionId.ASK_FOR_IT, Pointer(permission=str(Permission.ACTIONS)))
    admins = _admins(roster)
    told = [paragraphs([words("An admin grants it: "), *people(admins)])] if admins else []
    return [headline("Nobody may retry orders yet"), *told, *actions(ask), divider()]


def _admins(roster: Roster) -> list[PersonId]:
    return [one.person for one in roster.people if one.role is Role.ADMIN][:NAMED]


def _failed(failed: Page, wall: Wall) -> list[Block]:
    if not failed.lines:
        return [paragraphs([strong("No failed orders")])]
    title = [strong("Failed orders"), words(f" · {range_words(failed, wall)}")]
    more = "/orders failed shows the rest, /orders show ID any order"
    return [paragraphs(title), *order_rows(failed, wall), *([context(more)] if failed.left else [])]


def _people(actor: Actor, roster: Roster) -> list[Block]:
    """Admins find everybody and can grant; the others see who may act."""
    if actor.role is Role.ADMIN:
        lines = [person_line(one) for one in roster.people[:PEOPLE_SHOWN]]
        listed = [rich(bullets(lines))] if lines else []
        rest = "To take a permission back: /orders people"
        # A block id may stand but once: while nobody acts, the choice is at the top.
        choice = [] if roster.nobody_acts else choose_people()
        return [paragraphs([strong("People")]), *listed, *choice, context(rest)]
    return [paragraphs(_who_may(roster))]


def _who_may(roster: Roster) -> list[Run]:
    acting = [one.person for one in roster.people if Permission.ACTIONS in one.permissions]
    left = len(acting) - NAMED
    more = [words(f" and {left:,} more")] if left > 0 else []
    if not acting:
        return [words("Nobody may act on orders yet.")]
    return [words("May act on orders: "), *people(acting[:NAMED]), *more]


def outsider_home() -> View:
    """For a guest or a stranger: nothing of an order."""
    says = "Orderwatch is only for members of this workspace."
    return {
        "type": "home",
        "callback_id": str(ViewId.HOME),
        "blocks": [paragraphs([words(says)])],
    }
