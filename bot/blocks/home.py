"""The App Home: the Orders page, for whoever opens it. Called by `bot.listeners`."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.blocks.batch_text import headline_words, progress_runs, undo_blocks, undo_runs
from bot.blocks.connection_text import connection_line
from bot.blocks.ids import ActionId, Pointer, ViewId, numbered
from bot.blocks.list_rows import range_words, turn_buttons
from bot.blocks.message import Block, View
from bot.blocks.notices import notifications_button
from bot.blocks.orders import cause_line, not_synced, week
from bot.blocks.pages import Counts, OrdersPage, having
from bot.blocks.parts import (
    Run,
    actions,
    button,
    context,
    divider,
    field,
    header,
    headline,
    paragraphs,
    plain_text,
    quote,
    some_people,
    strong,
    words,
)
from bot.blocks.people_parts import choose_people
from bot.blocks.refusals import not_a_member
from bot.blocks.report_settings import gear
from bot.blocks.ticking import rows, selected_words, toolbar
from bot.blocks.wording import DOT, Wall, count
from commands.domain.batches import Progress
from commands.domain.connection import Connection
from commands.domain.distributors import Distributor
from commands.domain.lifecycle import Status
from commands.domain.people import Actor, Deed, Permission, PersonId, Role, Standing
from commands.people import Roster

NAMED: Final = 20
LONGEST_SEARCH: Final = 200
SEARCH_HINT: Final = (
    "Order id, customer number, the beginning of a name, PO or ERP number; "
    "filters as in /orders: code:credit_hold, item:NW-024, since:7d. Enter searches."
)
FILTERS: Final = (Status.FAILED, Status.PENDING, Status.SUCCESSFUL, None)


@dataclass(frozen=True, slots=True)
class HomeScene:
    """What is to be drawn. `roster`: everyone with a role or permission, for who may act is shown
    to all. `latest`: what the reader did last with many orders, while that is news.
    """

    actor: Actor
    roster: Roster
    counts: Counts
    orders: OrdersPage
    connection: Connection
    distributor: Distributor
    now: datetime
    latest: Progress | None = None

    @property
    def may_act(self) -> bool:
        return self.actor.may(Deed.RETRY)


def home_view(scene: HomeScene) -> View:
    wall = Wall.of(scene.distributor, scene.now)
    return {
        "type": "home",
        "callback_id": str(ViewId.HOME),
        "blocks": [
            *_nobody_acts(scene.actor, scene.roster),
            header(f"Orders of {scene.distributor.name}"),
            headline(not_synced(scene.counts)),
            paragraphs(
                connection_line(scene.connection, wall),
                cause_line(scene.counts),
                week(scene.counts),
            ),
            *_latest(scene.latest, wall),
            divider(),
            *_filters(scene),
            *_search(scene.orders),
            *_list(scene, wall),
            divider(),
            *_people(scene.actor, scene.roster),
            context(f"As of {wall.plain(scene.now)} · /orders help lists the commands"),
        ],
    }


def _nobody_acts(actor: Actor, roster: Roster) -> list[Block]:
    """Until somebody has the permission, the first thing to see is that nobody has."""
    if not roster.nobody_acts:
        return []
    says = "Nobody may retry orders yet: choose people"
    if actor.role is Role.ADMIN:
        return [headline(says), *choose_people(), divider()]
    admins = _admins(roster)
    told = (
        [paragraphs([words("An admin grants it: "), *some_people(admins, NAMED)])] if admins else []
    )
    return [headline("Nobody may retry orders yet"), *told, *_ask_for_it(), divider()]


def _ask_for_it() -> list[Block]:
    ask = Pointer(permission=str(Permission.ACTIONS))
    return actions(button("Ask for it", ActionId.ASK_FOR_IT, ask))


def _admins(roster: Roster) -> list[PersonId]:
    return [one.person for one in roster.people if one.role is Role.ADMIN]


def _latest(progress: Progress | None, wall: Wall) -> list[Block]:
    """How far it is with what the reader did last."""
    if progress is None:
        return []
    began = [words("You, at "), wall.at(progress.batch.at), words(": ")]
    says = [*began, strong(headline_words(progress))]
    undo = undo_runs(progress.batch, wall)
    return [
        divider(),
        paragraphs(says, *progress_runs(progress), undo),
        *undo_blocks(progress.batch, wall),
    ]


# --- the list ------------------------------------------------------------------------------------


def _filters(scene: HomeScene) -> list[Block]:
    """A button for each status, the chosen one marked by more than its colour."""
    return actions(*(_filter(scene, status, row) for row, status in enumerate(FILTERS)))


def _filter(scene: HomeScene, status: Status | None, row: int) -> Block:
    chosen = scene.orders.status is status
    states = scene.counts.states
    orders = sum(states.values()) if status is None else having(states, status)
    label = f"{'✓ ' if chosen else ''}{_name(status)} ({orders:,})"
    pointer = Pointer(query=str(status) if status else None)
    style = "primary" if chosen else None
    return button(label, numbered(ActionId.SHOW_STATUS, row), pointer, style=style)


def _name(status: Status | None) -> str:
    return status.capitalize() if status else "All"


def _search(orders: OrdersPage) -> list[Block]:
    element: Block = {
        "type": "plain_text_input",
        "action_id": str(ActionId.SEARCH),
        "max_length": LONGEST_SEARCH,
        "placeholder": plain_text("10248, VINET, Vins et…", 150),
        "dispatch_action_config": {"trigger_actions_on": ["on_enter_pressed"]},
    }
    # What was typed comes back as it was: an input shows it and nothing else does.
    element |= {"initial_value": orders.words[:LONGEST_SEARCH]} if orders.words else {}
    block_id = f"search.{orders.ticks.drawn}"
    return [
        field(block_id, "Search", element, hint=SEARCH_HINT, optional=True, at_once=True),
        *([paragraphs([strong(orders.problem, 300)])] if orders.problem else []),
        *_search_no_more(orders),
    ]


def _search_no_more(orders: OrdersPage) -> list[Block]:
    clear = button("Clear search", ActionId.SEARCH_NO_MORE, Pointer())
    return actions(clear) if orders.words else []


def _list(scene: HomeScene, wall: Wall) -> list[Block]:
    page, ticks = scene.orders.page, scene.orders.ticks
    title = [strong(_title(scene.orders)), words(DOT + range_words(page, wall))]
    if not page.total:
        return [paragraphs(_nothing(scene.orders))]
    boxes = ticks if scene.may_act else None
    return [
        *_doing(scene, title),
        *rows(page, boxes, wall),
        *turn_buttons(page, ActionId.TURN),
    ]


def _doing(scene: HomeScene, title: list[Run]) -> list[Block]:
    """What the list is, and what can be done with its orders."""
    ticks = scene.orders.ticks
    if not scene.may_act:
        return [paragraphs(title), *_may_not(scene)]
    if not ticks.matching and not ticks.total:
        return [paragraphs(title)]
    return [
        paragraphs(title, [words(selected_words(ticks))]),
        *toolbar(scene.orders.page, ticks),
    ]


def _may_not(scene: HomeScene) -> list[Block]:
    """Said once: while nobody may, the page begins with it."""
    if scene.roster.nobody_acts:
        return []
    needs = f"To act on orders you need the permission {Permission.ACTIONS.words}."
    if scene.actor.role is Role.ADMIN:
        own = " You may grant it to yourself: see People and permissions, below the list."
        return [paragraphs([words(needs + own)])]
    admins = _admins(scene.roster)
    by = [words(" It is granted by "), *some_people(admins, NAMED), words(".")] if admins else []
    return [paragraphs([words(needs), *by]), *_ask_for_it()]


def _title(orders: OrdersPage) -> str:
    found = " found" if orders.words and not orders.problem else ""
    return f"{_name(orders.status)}: {count(orders.page.total, 'order')}{found}"


def _nothing(orders: OrdersPage) -> list[Run]:
    kind = f"{orders.status} orders" if orders.status else "orders"
    if not orders.words:
        return [strong(f"No {kind}")]
    return [strong(f"No {kind} found for "), quote(orders.words, LONGEST_SEARCH)]


# --- people --------------------------------------------------------------------------------------


def _people(actor: Actor, roster: Roster) -> list[Block]:
    """Who may act, and for admins the way to change it."""
    return [paragraphs(_who_may(roster)), *actions(_manage(actor), gear(actor), _choice(actor))]


def _choice(actor: Actor) -> Block | None:
    """How and when to be notified, for those who are."""
    if not actor.may(Deed.BE_NOTIFIED):
        return None
    return notifications_button()


def _manage(actor: Actor) -> Block | None:
    if not actor.may(Deed.MANAGE_PEOPLE):
        return None
    return button("People and permissions", ActionId.PEOPLE, Pointer())


def _who_may(roster: Roster) -> list[Run]:
    acting = [one.person for one in roster.people if Permission.ACTIONS in one.permissions]
    if not acting:
        return [words("Nobody may act on orders yet.")]
    return [words("May act on orders: "), *some_people(acting, NAMED)]


def outsider_home(standing: Standing) -> View:
    """For a guest, a stranger, or whom Slack cannot tell: nothing of an order."""
    return {
        "type": "home",
        "callback_id": str(ViewId.HOME),
        "blocks": [paragraphs([words(not_a_member(standing))])],
    }
