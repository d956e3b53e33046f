"""The Orders page and an alert's orders, drawn for `everything`."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from bot.blocks import alert_orders, home
from bot.blocks.home import HomeScene
from bot.blocks.message import View
from bot.blocks.pages import AlertOrders, OrdersPage, Page, Ticks
from commands.domain.alerts import SubjectCount
from commands.domain.batches import Work
from commands.domain.connection import Line
from commands.domain.failures import Subject, SubjectKind
from commands.domain.lifecycle import Status
from commands.domain.people import Actor, Permission, Standing
from store.narrowings import Narrowings
from tests.bot.blocks import cases
from tests.bot.blocks.cases import NOW, Words
from tests.bot.blocks.many_cases import progress

Draw = Callable[[Words, int], View]


def listed(
    words: Words,
    number: int,
    *,
    ticked: int = 0,
    status: Status | None = Status.FAILED,
    **more: str,
) -> OrdersPage:
    """Up to twenty orders, the first ones ticked, one held, one in the ERP where all are shown."""
    lines = list(cases.lines(words, min(number, 20)))
    if len(lines) > 1:
        lines[1] = replace(lines[1], hold=cases.hold())
    if len(lines) > 2 and status is None:
        lines[2] = replace(lines[2], **cases.synced(reference=words.reference))
    page = Page(tuple(lines), number, NOW, by_delivery=status in {Status.FAILED, Status.PENDING})
    here = frozenset(line.id for line in lines[: min(ticked, 2)])
    ticks = Ticks(here, min(ticked, number), number, 4)
    return OrdersPage(status, more.get("typed", ""), page, ticks, more.get("problem"))


def scene(
    words: Words, number: int, actor: Actor, page: OrdersPage | None = None, **changes: object
) -> HomeScene:
    given = HomeScene(
        actor=actor,
        roster=cases.roster(),
        counts=cases.numbers(number),
        orders=page or listed(words, number),
        connection=cases.connection(words=words),
        distributor=cases.distributor(words),
        now=NOW,
    )
    return replace(given, **changes)  # type: ignore[arg-type]


def _home(actor: Actor, *, ticked: int = 0, **changes: Any) -> Draw:
    return lambda words, number: home.home_view(
        scene(words, number, actor, listed(words, number, ticked=ticked), **changes)
    )


def _alone() -> dict[str, Any]:
    return {"roster": replace(cases.roster(), people=(cases.admin(),))}


def acting_admin() -> Actor:
    return replace(cases.admin(), permissions=frozenset(Permission))


HOMES: dict[str, Draw] = {
    "home_clerk": _home(cases.clerk(), ticked=0),
    "home_selected": _home(cases.clerk(), ticked=9),
    "home_admin": lambda words, number: home.home_view(
        scene(
            words, number, acting_admin(), roster=cases.roster(number),
            connection=cases.connection(Line.STOPPED, words),
        )
    ),
    "home_may_not": _home(cases.newcomer()),
    "home_may_not_admin": _home(cases.admin()),
    "home_all": lambda words, number: home.home_view(
        scene(words, number, cases.clerk(), listed(words, number, ticked=1, status=None))
    ),
    "home_successful": lambda words, number: home.home_view(
        scene(
            words, number, cases.clerk(),
            OrdersPage(
                Status.SUCCESSFUL, "",
                Page(
                    cases.lines(words, min(number, 20), **cases.synced(reference=words.reference)),
                    number, NOW,
                ),
                Ticks(),
            ),
        )
    ),
    "home_found": lambda words, number: home.home_view(
        scene(words, number, cases.clerk(), listed(words, number, typed=words.name))
    ),
    "home_not_found": lambda words, number: home.home_view(
        scene(
            words, number, cases.clerk(),
            listed(words, 0, typed=words.name, problem=f"There is no code “{words.message}”."),
        )
    ),
    "home_nothing_failed": lambda words, _: home.home_view(
        scene(words, 0, cases.clerk(), counts=cases.nothing_open())
    ),
    "home_after_a_retry": lambda words, number: home.home_view(
        scene(words, number, cases.clerk(), latest=progress(Work.RETRY, number))
    ),
    "home_after_marks": lambda words, number: home.home_view(
        scene(words, number, cases.clerk(), latest=progress(Work.MARK, number, words=words))
    ),
    "home_nobody_acts": _home(cases.newcomer(), **_alone()),
    "home_nobody_acts_admin": _home(
        cases.admin(), **_alone(), connection=cases.connection(Line.LIMITED)
    ),
    "home_outsider": lambda _words, _number: home.outsider_home(Standing.GUEST),
    "home_unclear": lambda _words, _number: home.outsider_home(Standing.UNCLEAR),
}  # fmt: skip


# --- an alert's orders ---------------------------------------------------------------------------


def _narrowings(words: Words) -> Narrowings:
    customers = tuple(
        SubjectCount(Subject(SubjectKind.ACCOUNT, f"{words.account}{n}"), words.name, 9 - n)
        for n in range(4)
    )
    return Narrowings(cases.subjects(words), 7, customers, 1)


def _alert_orders(*, may_act: bool = True, ticked: int = 0, narrow: str | None = None) -> Draw:
    def draw(words: Words, number: int) -> View:
        page = listed(words, number, ticked=ticked)
        value = words.item if narrow else None
        given = AlertOrders(page.page, page.ticks, _narrowings(words), narrow, value)
        told = (cases.distributor(words), NOW)
        return alert_orders.alert_orders_view(cases.alert(), given, *told, may_act=may_act)

    return draw


ALERT_ORDERS: dict[str, Draw] = {
    "alert_orders": _alert_orders(),
    "alert_orders_selected": _alert_orders(ticked=4, narrow="item"),
    "alert_orders_may_not": _alert_orders(may_act=False),
}
