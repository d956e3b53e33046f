"""All orders of an alert, by item or customer, with boxes to tick.

Opened by a group's `Details`, and by its `Mark as synced`, which never acts on all.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from bot.blocks.ids import ActionId, Pointer, ViewId
from bot.blocks.list_rows import range_words, turn_buttons
from bot.blocks.message import Block, View
from bot.blocks.pages import AlertOrders
from bot.blocks.parts import actions, context, option, paragraphs, plain_text, strong, words
from bot.blocks.ticking import rows, selected_words, toolbar
from bot.blocks.wording import DOT, Wall, count
from commands.domain.alerts import Alert, SubjectCount
from commands.domain.distributors import Distributor
from commands.domain.failures import SubjectKind

TITLE: Final = 24
LONGEST_CHOICE: Final = 150
"""Characters of an option's value."""
ALL: Final = "all"
CUSTOMER: Final = "customer"


def alert_orders_view(
    alert: Alert, orders: AlertOrders, distributor: Distributor, now: datetime, *, may_act: bool
) -> View:
    """private_metadata: Pointer(alert), by which everything pressed in it is understood."""
    wall, page = Wall.of(distributor, now), orders.page
    boxes = orders.ticks if may_act else None
    return {
        "type": "modal",
        "callback_id": str(ViewId.ALERT_DETAILS),
        "private_metadata": str(Pointer(alert=alert.id)),
        "title": plain_text(count(page.total, "order"), TITLE),
        "close": plain_text("Close", TITLE),
        "blocks": [
            paragraphs(
                [strong(alert.cause.title)],
                [words(range_words(page, wall))],
                [words(selected_words(orders.ticks))] if may_act else [],
            ),
            *_narrow(alert, orders),
            *_toolbar(alert, orders, may_act=may_act),
            *rows(page, boxes, wall),
            *turn_buttons(page, ActionId.TURN, alert=alert.id),
        ],
    }


def _toolbar(alert: Alert, orders: AlertOrders, *, may_act: bool) -> list[Block]:
    if not may_act or not (orders.ticks.matching or orders.ticks.total):
        return []
    return toolbar(orders.page, orders.ticks, alert=alert.id)


# --- by item, by customer ------------------------------------------------------------------------


def _narrow(alert: Alert, orders: AlertOrders) -> list[Block]:
    """A list of what its orders are about and whose they are, where there is a choice."""
    found = orders.narrowings
    about = _group("Items", (_about(alert, one) for one in found.subjects))
    whose = _group("Customers", (_whose(alert, one) for one in found.customers))
    groups = [group for group in (about, whose) if len(group["options"]) > 1]
    if not groups:
        return []
    everything = option("All orders", str(Pointer(alert=alert.id, do=ALL)))
    element: Block = {
        "type": "static_select",
        "action_id": str(ActionId.NARROW),
        "placeholder": plain_text("By item or customer", 150),
        "option_groups": [{"label": plain_text("All", 75), "options": [everything]}, *groups],
    }
    chosen = _chosen(orders, [one for group in groups for one in group["options"]], everything)
    element |= {"initial_option": chosen} if chosen else {}
    [block] = actions(element)
    return [{**block, "block_id": f"narrow.{orders.ticks.drawn}"}, *_more(orders)]


def _group(label: str, options: Iterable[Block | None]) -> Block:
    return {"label": plain_text(label, 75), "options": [one for one in options if one]}


def _about(alert: Alert, one: SubjectCount) -> Block | None:
    return _choice(alert, str(one.subject.kind), one) if one.subject else None


def _whose(alert: Alert, one: SubjectCount) -> Block | None:
    return _choice(alert, CUSTOMER, one)


def _choice(alert: Alert, narrow: str, one: SubjectCount) -> Block | None:
    """None: its name is too long to come back. Its orders stand in the whole list."""
    assert one.subject
    value = str(Pointer(alert=alert.id, do=narrow, query=one.subject.value))
    orders = count(one.orders, "order")
    name = f"{one.subject.value} {one.label or ''}".strip()
    text = f"{orders}{DOT}{name}"
    return option(text, value) if len(value) <= LONGEST_CHOICE else None


def _chosen(orders: AlertOrders, choices: list[Block], everything: Block) -> Block | None:
    if orders.narrow is None:
        return everything
    wanted = (orders.narrow, orders.value)
    told = ((Pointer.read(one["value"]), one) for one in choices)
    return next((one for pointer, one in told if (pointer.do, pointer.query) == wanted), None)


def _more(orders: AlertOrders) -> list[Block]:
    """What found no room among the choices."""
    found = orders.narrowings
    parts = [
        count(found.more_subjects, "more item") if found.more_subjects else "",
        count(found.more_customers, "more customer") if found.more_customers else "",
    ]
    named = " and ".join(part for part in parts if part)
    return [context(f"{named} with fewer orders: see the whole list")] if named else []


NARROWS: Final = frozenset({*map(str, SubjectKind), CUSTOMER})
"""What a list can be narrowed by, as a pointer's `do`."""
