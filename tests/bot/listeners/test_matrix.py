"""Who may do what, through every door: button, modal, App Home, typing.

Each case goes through one door and says what shows that the deed was done. Whether it must have
been done is the specification's table, written out here; every id that is registered has its case.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from pathlib import Path
from typing import Any

import pytest

from bot.blocks.ids import ActionId, Pointer, ViewId
from bot.listeners import ACTIONS, COMMANDS, VIEWS
from commands.domain.alerts import MentionKind
from commands.domain.history import person
from commands.domain.ids import OrderId
from commands.domain.lifecycle import HoldAsked, Marked, State
from commands.domain.notices import Way
from commands.domain.pacing import Told
from commands.domain.people import Permission, PersonId, Role, Standing
from commands.grammar import COMMANDS as GRAMMAR
from commands.ports import Posted, Shown
from store.looks import Place
from tests.bot.listeners.forging import SUBMITTED, TEAM, Forger
from tests.bot.listeners.town import ADA, DANA, ELI, GUS, OPERATOR, Town, said, town
from tests.commands.works import KEY, order

Json = dict[str, Any]
NAME = "Vins et alcools Chevalier"
SUPPORT = "help@example.com"
ME = DANA


class May(Enum):
    """Who may, as the specification has it."""

    EVERY_MEMBER = "every member"
    WITH_ACTIONS = "with Order Sync Actions"
    NOTIFIED = "with Order Sync Notification"
    ADMINS = "admins"
    NOBODY = "nobody: it does nothing by itself"


@dataclass(frozen=True)
class Kind:
    """Somebody who tries."""

    name: str
    role: Role = Role.EMPLOYEE
    permissions: tuple[Permission, ...] = ()
    change: tuple[str, ...] = ()
    """Flags of the account that are set."""
    team: str = TEAM

    def may(self, what: May) -> bool:
        if self.change or self.team != TEAM or what is May.NOBODY:
            return False
        return {
            May.EVERY_MEMBER: True,
            May.WITH_ACTIONS: Permission.ACTIONS in self.permissions,
            May.NOTIFIED: Permission.NOTIFICATIONS in self.permissions,
            May.ADMINS: self.role is Role.ADMIN,
        }[what]


BOTH = tuple(Permission)
KINDS = (
    Kind("employee"),
    Kind("employee who is notified", permissions=(Permission.NOTIFICATIONS,)),
    Kind("employee who acts", permissions=(Permission.ACTIONS,)),
    Kind("admin", Role.ADMIN),
    Kind("admin who acts", Role.ADMIN, BOTH),
    Kind("guest who had all", Role.ADMIN, BOTH, ("is_restricted",)),
    Kind("deactivated who had all", Role.ADMIN, BOTH, ("deleted",)),
    Kind("of another organisation, who had all", Role.ADMIN, BOTH, team="T000000009"),
)


@dataclass
class Trial:
    """One person at the doors. `number`: the order of the case, which no other case touches."""

    place: Town
    number: int = 0
    team: str = TEAM

    @property
    def forger(self) -> Forger:
        return Forger(self.place, ME, self.team)

    @property
    def order(self) -> str:
        return str(self.number)

    async def press(self, action: ActionId, **pointer: Any) -> None:
        about = str(Pointer(alert=1))
        value = str(Pointer(**pointer))
        await self.forger.press(action, value, about=about, order=self.order)

    async def submit(self, view: ViewId, pointer: Pointer, state: Json | None = None) -> None:
        given = SUBMITTED[view][1] if state is None else state
        await self.forger.submit(view, str(pointer), given)

    # --- what shows that it was done -------------------------------------------------------------

    async def state(self, number: int | None = None) -> State:
        return (await self.place.shop.order(number or self.number)).standing.state

    async def moved(self) -> bool:
        """The order is no longer as the ERP refused it, or was refused again."""
        standing = (await self.place.shop.order(self.number)).standing
        return standing.state is not State.FAILED or standing.attempts > 1

    async def marked(self) -> bool:
        return await self.state() is State.SYNCED

    async def held(self) -> bool:
        return (await self.place.shop.order(self.number)).standing.hold is not None

    async def shows(self, words: str) -> bool:
        """The uppermost modal says so."""
        return words in said(await self._top())

    async def _top(self) -> Json:
        stack = self.place.box.slack.workspace.views.stack(ME)
        return stack[-1].given if stack else {}

    async def told(self, words: str) -> bool:
        """In the last answer that only this person sees, in the channel or directly."""
        listed: list[str] = []
        for channel in self.place.box.slack.workspace.conversations.values():
            listed += [said({"text": one.text, "blocks": one.blocks}) for one in channel.messages
                       if one.seen_only_by == ME or (channel.kind == "im" and ME in channel.members)
                       ]  # fmt: skip
        return any(words in one for one in listed)

    async def look(self, place: Place = Place.ALERT) -> Any:
        return await self.place.front.screens.looks.load(self.place.front.screens.viewer(ME, place))

    async def ticks(self) -> int:
        return await self.place.front.screens.looks.count(await self.look())

    async def rights(self, who: PersonId = ELI) -> bool:
        given = await self.place.shop.desk.people.actor(KEY, who)
        return bool(given.permissions) or given.role is Role.ADMIN

    # --- what has to be there before -------------------------------------------------------------

    async def apply(self, event: Any, number: int | None = None) -> None:
        ledger, now = self.place.shop.desk.ledger, self.place.shop.clock.now()
        id_ = OrderId(str(number or self.number))
        await ledger.apply(KEY, id_, event, person(ME), now)

    async def selection(self, *more: int) -> Pointer:
        """A selection of this person, of the case's order and others."""
        ids = [OrderId(str(one)) for one in (self.number, *more)]
        now = self.place.shop.clock.now()
        ticked = await self.place.front.screens.batches.gather(KEY, ME, ids, now)
        return Pointer(selection=ticked.id, turn=ticked.turn)


Go = Callable[[Trial], Awaitable[None]]
Done = Callable[[Trial], Awaitable[bool]]


@dataclass(frozen=True)
class Door:
    """One way to a deed. `ids`: what is registered that it goes through."""

    name: str
    may: May
    ids: tuple[str, ...]
    go: Go
    done: Done


DOORS: list[Door] = []


def door(may: May, *ids: str, done: Done | None = None) -> Callable[[Go], Go]:
    """Registers the way that the function goes; `done`: None where nothing is ever done."""

    def register(go: Go) -> Go:
        async def never(_trial: Trial) -> bool:
            return False

        DOORS.append(Door(go.__name__, may, tuple(map(str, ids)), go, done or never))
        return go

    return register


# --- acting --------------------------------------------------------------------------------------

ACT = May.WITH_ACTIONS


@door(ACT, ActionId.RETRY, done=Trial.moved)
async def retry_button(trial: Trial) -> None:
    await trial.press(ActionId.RETRY, order=trial.order)


@door(ACT, ActionId.MORE, done=Trial.moved)
async def retry_from_a_menu(trial: Trial) -> None:
    await trial.press(ActionId.MORE, order=trial.order, do="retry")


@door(ACT, "retry", done=Trial.moved)
async def retry_typed(trial: Trial) -> None:
    await trial.forger.type(f"retry {trial.order}")


@door(ACT, "retry", done=lambda trial: trial.told("Send 2 orders again?"))
async def retry_of_several_typed(trial: Trial) -> None:
    await trial.forger.type(f"retry {trial.order} 1")


@door(ACT, ActionId.SEND, done=Trial.moved)
async def yes_to_the_question(trial: Trial) -> None:
    await trial.forger.press_on_message(ActionId.SEND, str(await trial.selection()))


@door(ACT, ViewId.SEND, done=Trial.moved)
async def send_in_the_modal(trial: Trial) -> None:
    await trial.submit(ViewId.SEND, await trial.selection())


@door(ACT, ActionId.ASK_TICKED, done=Trial.moved)
async def retry_from_the_actions_menu(trial: Trial) -> None:
    looks, now = trial.place.front.screens.looks, trial.place.shop.clock.now()
    viewer = trial.place.front.screens.viewer(ME, Place.ALERT)
    await looks.begin(viewer, now, status=None, alert_id=1)
    await looks.tick(viewer, [OrderId(trial.order)], now, on=True)
    await trial.press(ActionId.ASK_TICKED, alert=1, do="retry")


@door(ACT, ActionId.MARK, done=lambda trial: trial.shows("ERP order number"))
async def mark_button(trial: Trial) -> None:
    await trial.press(ActionId.MARK, order=trial.order)


@door(ACT, ViewId.MARK, done=Trial.marked)
async def mark_in_the_modal(trial: Trial) -> None:
    await trial.submit(ViewId.MARK, Pointer(order=trial.order))


@door(ACT, ViewId.MARK_MANY, done=Trial.marked)
async def mark_many_in_the_modal(trial: Trial) -> None:
    await trial.submit(ViewId.MARK_MANY, await trial.selection())


@door(ACT, ActionId.MARK_SOME, done=lambda trial: trial.shows("None selected"))
async def mark_of_a_group(trial: Trial) -> None:
    await trial.press(ActionId.MARK_SOME, alert=1)


@door(ACT, ActionId.KEY_IN, done=Trial.held)
async def key_in_button(trial: Trial) -> None:
    await trial.press(ActionId.KEY_IN, order=trial.order)


@door(ACT, ActionId.KEY_IN_SOME, done=lambda trial: trial.shows("It is held for you"))
async def key_in_of_a_group(trial: Trial) -> None:
    await trial.press(ActionId.KEY_IN_SOME, alert=1)


@door(ACT, ViewId.KEY_IN_PICK, done=Trial.held)
async def key_in_in_the_modal(trial: Trial) -> None:
    state = {"pick": {"pick": {"selected_option": {"value": trial.order}}}}
    await trial.submit(ViewId.KEY_IN_PICK, Pointer(alert=1), state)


async def _released(trial: Trial) -> bool:
    return not await trial.held()


@door(ACT, ActionId.RELEASE, done=_released)
async def release_button(trial: Trial) -> None:
    await trial.apply(HoldAsked(ME, trial.place.shop.clock.now()))
    await trial.press(ActionId.RELEASE, order=trial.order)


async def _reopened(trial: Trial) -> bool:
    return await trial.state() is State.FAILED


@door(ACT, ActionId.REOPEN, done=_reopened)
async def reopen_button(trial: Trial) -> None:
    await trial.apply(Marked(ME))
    await trial.press(ActionId.REOPEN, order=trial.order)


@door(ACT, ActionId.UNDO, done=_reopened)
async def undo_button(trial: Trial) -> None:
    pointer = await trial.selection()
    batches, now = trial.place.front.screens.batches, trial.place.shop.clock.now()
    assert pointer.selection
    await batches.act(KEY, pointer.selection, 0, Marked(ME), now)
    await trial.press(ActionId.UNDO, selection=pointer.selection)


async def _taken(trial: Trial) -> bool:
    alert = await trial.place.shop.desk.alerts.load(KEY, 1)
    return bool(alert and alert.taken_by == ME)


@door(ACT, ActionId.TAKE, done=_taken)
async def i_have_it(trial: Trial) -> None:
    await trial.press(ActionId.TAKE, alert=1)


@door(ACT, ActionId.TAKE_OVER, done=_taken)
async def taken_over(trial: Trial) -> None:
    alerts, now = trial.place.shop.desk.alerts, trial.place.shop.clock.now()
    for instead_of in (None, ME):
        await alerts.take(KEY, 1, ADA, now, instead_of=instead_of)
    await trial.press(ActionId.TAKE_OVER, alert=1, person=ADA)


async def _snoozed(trial: Trial) -> bool:
    alert = await trial.place.shop.desk.alerts.load(KEY, 1)
    return bool(alert and alert.snoozing(trial.place.shop.clock.now()))


@door(ACT, ActionId.SNOOZE, done=_snoozed)
async def snooze(trial: Trial) -> None:
    await trial.press(ActionId.SNOOZE, alert=1, span="1h")


async def _back(trial: Trial) -> bool:
    return not await _snoozed(trial)


@door(ACT, ActionId.UNSNOOZE, done=_back)
async def unsnooze(trial: Trial) -> None:
    alerts, now = trial.place.shop.desk.alerts, trial.place.shop.clock.now()
    await alerts.snooze(KEY, 1, ADA, now, until=now + timedelta(hours=1))
    await trial.press(ActionId.UNSNOOZE, alert=1)


@door(ACT, "mark-synced", done=lambda trial: trial.shows("ERP order number"))
async def mark_typed(trial: Trial) -> None:
    await trial.forger.type(f"mark-synced {trial.order} erp:SO-1")


# --- looking -------------------------------------------------------------------------------------

LOOK = May.EVERY_MEMBER


def shown(trial: Trial) -> Awaitable[bool]:
    return trial.shows(NAME)


@door(LOOK, ActionId.DETAILS, done=shown)
async def details_button(trial: Trial) -> None:
    await trial.press(ActionId.DETAILS, order=trial.order)


@door(LOOK, ActionId.DETAILS_PAGE, done=shown)
async def details_page_button(trial: Trial) -> None:
    await trial.press(ActionId.DETAILS_PAGE, order=trial.order, page=1, past=1)


@door(LOOK, ActionId.CHECK_ERP, done=shown)
async def check_the_erp(trial: Trial) -> None:
    await trial.press(ActionId.CHECK_ERP, order=trial.order)


@door(LOOK, ActionId.ALERT_DETAILS, done=shown)
async def alert_details_button(trial: Trial) -> None:
    await trial.press(ActionId.ALERT_DETAILS, alert=1)


@door(LOOK, ActionId.LIST_PAGE, done=lambda trial: trial.told(NAME))
async def page_of_an_answer(trial: Trial) -> None:
    await trial.forger.press_on_message(ActionId.LIST_PAGE, str(Pointer(query="failed", page=1)))


async def _home_changed(trial: Trial) -> bool:
    look = await trial.look(Place.HOME)
    return bool(look.words == "x" or look.status is None)


@door(LOOK, ActionId.SEARCH, done=_home_changed)
async def search_in_the_home(trial: Trial) -> None:
    await trial.forger.press_at_home(ActionId.SEARCH, "x")


@door(LOOK, ActionId.SHOW_STATUS, done=_home_changed)
async def all_in_the_home(trial: Trial) -> None:
    await trial.forger.press_at_home(ActionId.SEARCH_NO_MORE, "{}")
    await trial.forger.press_at_home(ActionId.SHOW_STATUS, "{}")


async def _search_gone(trial: Trial) -> bool:
    return bool((await trial.look(Place.HOME)).words == "")


@door(LOOK, ActionId.SEARCH_NO_MORE, done=_search_gone)
async def clear_search(trial: Trial) -> None:
    screens = trial.place.front.screens
    await screens.looks.turn(screens.viewer(ME, Place.HOME), words="x")
    await trial.forger.press_at_home(ActionId.SEARCH_NO_MORE, "{}")


async def _turned(trial: Trial) -> bool:
    return bool((await trial.look()).page == 2)


@door(LOOK, ActionId.TURN, done=_turned)
async def next_page(trial: Trial) -> None:
    await trial.press(ActionId.TURN, alert=1, page=2)


async def _narrowed(trial: Trial) -> bool:
    return bool((await trial.look()).value == "NW-024")


@door(LOOK, ActionId.NARROW, done=_narrowed)
async def one_item(trial: Trial) -> None:
    await trial.press(ActionId.NARROW, alert=1, do="item", query="NW-024")


async def _ticked(trial: Trial) -> bool:
    return await trial.ticks() > 0


@door(LOOK, ActionId.TICK, done=_ticked)
async def tick_a_box(trial: Trial) -> None:
    await trial.press(ActionId.TICK)


@door(LOOK, ActionId.TICK_PAGE, done=_ticked)
async def select_this_page(trial: Trial) -> None:
    await trial.press(ActionId.UNTICK, alert=1)
    await trial.press(ActionId.TICK_PAGE, alert=1, page=1)


@door(LOOK, ActionId.TICK_ALL, done=_ticked)
async def select_all(trial: Trial) -> None:
    await trial.press(ActionId.TICK_ALL, alert=1)


async def _unticked(trial: Trial) -> bool:
    return (await trial.look()).alert_id == 1 and await trial.ticks() == 0


@door(LOOK, ActionId.UNTICK, done=_unticked)
async def clear_selection(trial: Trial) -> None:
    await trial.press(ActionId.UNTICK, alert=1)


async def _asked(trial: Trial) -> bool:
    now = trial.place.shop.clock.now()
    waiting = await trial.place.shop.desk.alerts.mentions(KEY, now)
    asked = [one for one in waiting if one.kind is MentionKind.PERMISSION_ASKED]
    told = await trial.told("already")
    return bool(asked) or told


@door(LOOK, ActionId.ASK_FOR_IT, done=_asked)
async def ask_for_it(trial: Trial) -> None:
    await trial.forger.press_on_message(ActionId.ASK_FOR_IT, str(Pointer(permission="actions")))


def _typed(text: str, words: str) -> None:
    async def typed(trial: Trial) -> None:
        await trial.forger.type(text)

    typed.__name__ = f"typed: {text}"
    word = text.partition(" ")[0]
    door(LOOK, word, done=lambda trial: trial.told(words))(typed)


for typed_text, answer in (
    ("", "Last 7 days"),
    ("help", "What you can type"),
    ("failed", "Failed: "),
    ("pending", "Pending: "),
    ("successful", "Successful: "),
    ("show 1", "Failed: order 1"),
    ("history 1", "History of order 1"),
    ("status", "Next sync"),
    ("wobble", "is not a command"),
):
    _typed(typed_text, answer)


@door(LOOK, ActionId.SUPPORT, done=lambda trial: trial.shows(SUPPORT))
async def support_button(trial: Trial) -> None:
    await trial.press(ActionId.SUPPORT, order=trial.order)


@door(LOOK, ActionId.SUPPORT_ALERT, done=lambda trial: trial.shows(SUPPORT))
async def support_of_a_group(trial: Trial) -> None:
    await trial.press(ActionId.SUPPORT_ALERT, alert=1)


@door(LOOK, ViewId.SUPPORT, done=lambda trial: trial.shows(SUPPORT))
async def support_in_the_modal(trial: Trial) -> None:
    await trial.submit(ViewId.SUPPORT, Pointer(order=trial.order))


@door(LOOK, "report", done=lambda trial: trial.told("report"))
async def report_now_typed(trial: Trial) -> None:
    await trial.forger.type("report now")


# --- being notified ------------------------------------------------------------------------------


@door(
    May.NOTIFIED, ActionId.NOTIFICATIONS, done=lambda trial: trial.shows("told of each alert once")
)
async def notifications_button(trial: Trial) -> None:
    await trial.forger.press_at_home(ActionId.NOTIFICATIONS, "{}")


async def _paused(trial: Trial) -> bool:
    choice = await trial.place.shop.desk.notices.choice(KEY, ME)
    return choice.pausing(trial.place.shop.clock.now())


async def _by_mail(trial: Trial) -> bool:
    return (await trial.place.shop.desk.notices.choice(KEY, ME)).way is Way.EMAIL


@door(May.NOTIFIED, ActionId.PAUSE, done=_paused)
async def pause_in_a_direct_message(trial: Trial) -> None:
    await trial.press(ActionId.PAUSE, span="1h")


@door(May.NOTIFIED, ViewId.NOTIFICATIONS, done=_by_mail)
async def notifications_in_the_modal(trial: Trial) -> None:
    await trial.submit(ViewId.NOTIFICATIONS, Pointer())


# --- managing ------------------------------------------------------------------------------------

LEAD = May.ADMINS


async def _given(trial: Trial) -> bool:
    return await trial.rights()


@door(LEAD, ActionId.GRANT, done=_given)
async def grant_button(trial: Trial) -> None:
    await trial.press(ActionId.GRANT, permission="actions", person=ELI)


@door(LEAD, ActionId.GRANT_CHOSEN, done=_given)
async def grant_in_the_home(trial: Trial) -> None:
    await trial.forger.press_at_home(ActionId.GRANT_CHOSEN, str(Pointer(permission="actions")))


@door(LEAD, ViewId.PERSON, done=_given)
async def permissions_in_the_modal(trial: Trial) -> None:
    await trial.submit(ViewId.PERSON, Pointer(person=ELI))


@door(LEAD, "people", done=_given)
async def grant_typed(trial: Trial) -> None:
    await trial.forger.type(f"people grant <@{ELI}> actions")


@door(LEAD, "people", done=_given)
async def admin_typed(trial: Trial) -> None:
    await trial.forger.type(f"people admin <@{ELI}>")


@door(LEAD, "people", done=lambda trial: trial.told("To change it"))
async def people_typed(trial: Trial) -> None:
    await trial.forger.type("people")


@door(LEAD, ActionId.PEOPLE, done=lambda trial: trial.shows("Changes"))
async def people_button(trial: Trial) -> None:
    await trial.forger.press_at_home(ActionId.PEOPLE, "{}")


@door(LEAD, ActionId.PEOPLE_PAGE, done=lambda trial: trial.shows("Changes"))
async def people_page_button(trial: Trial) -> None:
    await trial.press(ActionId.PEOPLE_PAGE, page=1)


@door(LEAD, ActionId.PERSON, done=lambda trial: trial.shows("Role"))
async def person_button(trial: Trial) -> None:
    await trial.press(ActionId.PERSON, person=ELI)


@door(LEAD, ActionId.PERSON_CHOSEN, done=lambda trial: trial.shows("Role"))
async def person_chosen(trial: Trial) -> None:
    await trial.press(ActionId.PERSON_CHOSEN)


@door(LEAD, ActionId.REPORT_SETTINGS, done=lambda trial: trial.shows("once a day"))
async def report_settings_button(trial: Trial) -> None:
    await trial.forger.press_at_home(ActionId.REPORT_SETTINGS, "{}")


@door(LEAD, "report", done=lambda trial: trial.shows("once a day"))
async def report_settings_typed(trial: Trial) -> None:
    await trial.forger.type("report")


async def _report_set(trial: Trial) -> bool:
    settings = await trial.place.paperwork.office.reports.settings(KEY)
    return "06:30" in str(settings.at)


@door(LEAD, ViewId.REPORT_SETTINGS, done=_report_set)
async def report_settings_in_the_modal(trial: Trial) -> None:
    """Another time than it comes at unless it is set."""
    await trial.submit(ViewId.REPORT_SETTINGS, Pointer())


# --- what does nothing by itself -----------------------------------------------------------------

INPUTS = (
    ActionId.CHOOSE_PERSON, ActionId.PICK, ActionId.REFERENCE, ActionId.WHY, ActionId.ANYWAY,
    ActionId.SURE, ActionId.RIGHTS, ActionId.ROLE, ActionId.SEND_NOT, ActionId.REPORT_AT,
    ActionId.REPORT_CONTENTS, ActionId.REPORT_RECIPIENTS, ActionId.REPORT_CHANNEL,
    ActionId.SUPPORT_NOTE, ActionId.WAY, ActionId.PAUSE_FOR,
)  # fmt: skip


@door(May.NOBODY, *INPUTS, done=Trial.moved)
async def inputs(trial: Trial) -> None:
    for one in INPUTS:
        await trial.press(one, order=trial.order, selection=1, turn=0)


@door(ACT, ActionId.RETRY_ALL, done=Trial.moved)
async def retry_all_button(trial: Trial) -> None:
    """The last: it moves whatever the others have left."""
    await trial.press(ActionId.RETRY_ALL, alert=1)


# --- the trial -----------------------------------------------------------------------------------


def test_every_registered_id_has_a_door() -> None:
    through = {one for door in DOORS for one in door.ids}
    registered = {*map(str, ACTIONS), *map(str, VIEWS), str(ActionId.MORE)}
    assert registered <= through, registered - through
    assert {one.word for one in GRAMMAR} <= through
    assert set(COMMANDS) == {"/orders"}


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Town]:
    """For each door an order that the ERP refuses, all of one alert, whose message shows them."""
    async with town(tmp_path, crying=False, paced=False, support_email=SUPPORT) as found:
        found.shop.gateway.catalogue.set_item("NW-024", active=False)
        numbers = range(1, len(DOORS) + 1)
        await found.shop.send(*(order(number, sku="NW-024") for number in numbers))
        for number in numbers:
            await found.shop.until(number, State.FAILED)
        alerts, now = found.shop.desk.alerts, found.shop.clock.now()
        [alert] = await alerts.open(KEY)
        seen = (await alerts.picture(KEY, alert, now)).seen
        told = Told(size=len(DOORS), urgent=False, ended=False)
        await alerts.shown(alert, Shown(Posted("C000000002", "1.0"), seen, now, told))
        yield found


async def cast(place: Town, kind: Kind) -> None:
    """Make Dana somebody of that kind, beside Ada, who stays in charge."""
    people, now = place.shop.desk.people, place.shop.clock.now()
    await people.set_role(KEY, ME, kind.role, OPERATOR, now)
    for permission in kind.permissions:
        await people.set_permission(KEY, ME, permission, OPERATOR, now, granted=True)
    if kind.change:
        flags = dict.fromkeys(kind.change, True)
        await place.control("PATCH", f"people/{ME}", **flags)

        async def known() -> bool:
            return await place.front.identity.standing(ME) is not Standing.MEMBER

        await place.until(known)


async def fresh(place: Town) -> None:
    """What one door did for others is nothing to the next."""
    people, now = place.shop.desk.people, place.shop.clock.now()
    await people.withdraw(KEY, ELI, "next", OPERATOR, now)
    screens = place.front.screens
    for where in Place:
        await screens.looks.begin(screens.viewer(ME, where), now)
    place.box.slack.workspace.views.clear(ME)
    for channel in place.box.slack.workspace.conversations.values():
        channel.messages[:] = [one for one in channel.messages if one.seen_only_by is None]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
async def test_each_door_opens_to_those_who_may_and_to_nobody_else(place: Town, kind: Kind) -> None:
    await cast(place, kind)
    wrong = []
    for number, one in enumerate(DOORS, 1):
        await fresh(place)
        trial = Trial(place, number, kind.team)
        await one.go(trial)
        await place.front.drain()
        if await one.done(trial) is not kind.may(one.may):
            wrong.append(one.name)
    assert wrong == []
    assert GUS not in await place.shop.desk.people.admins(KEY)
    assert ADA in await place.shop.desk.people.admins(KEY)
