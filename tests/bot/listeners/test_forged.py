"""Values only point. Each registered id is pressed by each kind of person, and with each forgery.

The tables here name every id that is listened to; one without a case fails the first test.
"""

import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.blocks.ids import ActionId, Pointer
from bot.listeners import ACTIONS, COMMANDS, EVENTS, VIEWS
from commands.domain.failures import Code, Failure
from commands.domain.history import BOT
from commands.domain.ids import DistributorKey, OrderId
from commands.domain.lifecycle import Refused, State
from commands.domain.people import Permission
from commands.ports import Incoming, Settlement
from store.looks import Place
from tests.bot.listeners.forging import HONEST, SUBMITTED, TYPED, Forger
from tests.bot.listeners.town import ADA, DANA, ELI, GUS, Town, said, town
from tests.commands.works import KEY, order

Json = dict[str, Any]
TEAM = "T000000001"
NAME = "Vins et alcools Chevalier"
OTHERS_NAME = "Somebody Elses Customer"
OTHER = DistributorKey("other")


def test_every_id_that_is_listened_to_has_a_case() -> None:
    assert set(HONEST) == {*ACTIONS, ActionId.MORE} == set(ActionId)
    assert set(SUBMITTED) == set(VIEWS)
    assert set(COMMANDS) == {"/orders"}
    assert set(EVENTS) == {
        "app_home_opened",
        "user_change",
        "channel_shared",
        "channel_unshared",
        "member_joined_channel",
        "member_left_channel",
    }


async def test_every_id_is_registered_once_and_nothing_beside(sockets: Town) -> None:
    expected = len(HONEST) + len(SUBMITTED) + len(COMMANDS) + len(EVENTS)
    assert len(sockets.slack.app._async_listeners) == expected


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Town]:
    """An order refused by the ERP, as alert 1; nothing is edited or sent by itself meanwhile."""
    async with town(tmp_path, crying=False, paced=False) as found:
        found.shop.gateway.catalogue.set_item("NW-024", active=False)
        await found.shop.send(order(10248, sku="NW-024"))
        await found.shop.until(10248, State.FAILED)
        assert (await found.shop.order(10248)).alert_id == 1
        yield found


async def standing(place: Town) -> tuple[object, ...]:
    """All that a person could have changed."""
    alert = await place.shop.desk.alerts.load(KEY, 1)
    assert alert
    everyone = await place.shop.desk.people.everyone(KEY)
    mentions = await place.shop.desk.alerts.mentions(KEY, place.shop.clock.now())
    choices = [await place.shop.desk.notices.choice(KEY, who) for who in (ADA, DANA, ELI, GUS)]
    return (
        (await place.shop.order(10248)).standing,
        (alert.taken_by, alert.snooze, choices),
        everyone,
        mentions,
        await place.paperwork.office.reports.settings(KEY),
        await place.paperwork.office.mails.next_due(KEY),
        len(place.shop.gateway.requests),
    )


async def shown_to(place: Town, who: str) -> str:
    """Everything that this person has been shown, public or not."""
    workspace = place.box.slack.workspace
    views = workspace.views.stack(who)
    home = workspace.views.homes.get(who)
    told = [said(view.given) for view in [*views, *([home] if home else [])]]
    for channel in workspace.conversations.values():
        told += [said(place_of(one)) for one in channel.messages if one.seen_only_by == who]
        if channel.kind == "im" and who in channel.members:
            told += [said(place_of(one)) for one in channel.messages]
    return " ".join(told)


def place_of(message: Any) -> Json:
    return {"text": message.text, "blocks": message.blocks}


@pytest.mark.parametrize(
    "kind",
    [
        "guest",
        "guest of one channel",
        "deactivated",
        "bot",
        "of another team",
        "stranger",
        "unclear",
    ],
)
async def test_whoever_is_no_full_member_does_nothing_and_sees_nothing(
    place: Town, kind: str
) -> None:
    await place.grant(GUS)
    team = await make(place, kind)
    before = await standing(place)
    await Forger(place, GUS, team).everything()
    assert await standing(place) == before
    assert NAME not in await shown_to(place, GUS)


async def make(place: Town, kind: str) -> str:
    """Turn Gus into that kind of account; returns the team his payloads name."""
    full = {"is_restricted": False, "is_ultra_restricted": False}
    changes: dict[str, Json] = {
        "guest": {},
        "guest of one channel": {**full, "is_ultra_restricted": True},
        "deactivated": {**full, "deleted": True},
        "bot": {**full, "is_bot": True},
        "of another team": {**full},
        "stranger": {**full, "is_stranger": True, "team_id": "T000000009"},
        "unclear": {**full},
    }
    await place.control("PATCH", f"people/{GUS}", **changes[kind])
    if kind == "deactivated":
        # Whose account is gone loses what was granted, and that is a change we did not make.
        async def withdrawn() -> bool:
            return not (await place.shop.desk.people.actor(KEY, GUS)).permissions

        await place.until(withdrawn)
    if kind == "unclear":
        await place.control("POST", "faults", kind="unavailable", method="users.info", count=None)
    return "T000000009" if kind == "of another team" else TEAM


async def test_a_member_without_permission_changes_nothing_but_may_look(place: Town) -> None:
    before = await standing(place)
    forger = Forger(place, DANA)
    asks = {ActionId.ASK_FOR_IT}
    reads = {ActionId.CHECK_ERP}
    for action, pointer in HONEST.items():
        if action not in asks | reads:
            await forger.press(action, str(pointer))
    for view_id, (pointer, state) in SUBMITTED.items():
        await forger.submit(view_id, str(pointer), state)
    for text in TYPED:
        await forger.type(text)
    after = await standing(place)
    assert after == before
    assert NAME in await shown_to(place, DANA)


async def test_an_employee_with_the_permission_grants_nothing(place: Town) -> None:
    await place.grant(DANA)
    forger = Forger(place, DANA)
    await forger.press(ActionId.GRANT, str(Pointer(permission="actions", person=ELI)))
    await forger.press(ActionId.GRANT_CHOSEN, str(Pointer(permission="actions")))
    await forger.type(f"people grant <@{ELI}> actions")
    await forger.type(f"people admin <@{ELI}>")
    assert not (await place.shop.desk.people.actor(KEY, ELI)).permissions


async def test_a_guest_cannot_be_granted_anything(place: Town) -> None:
    forger = Forger(place, ADA)
    await forger.press(ActionId.GRANT, str(Pointer(permission="actions", person=GUS)))
    await forger.type(f"people grant <@{GUS}> notifications")
    await forger.type(f"people admin <@{GUS}>")
    actor = await place.shop.desk.people.actor(KEY, GUS)
    assert not actor.permissions
    assert actor.role.value == "employee"


# --- another distributor's -----------------------------------------------------------------------


async def of_another(place: Town) -> int:
    """An order and an alert of another distributor in the same database."""
    ledger, now = place.shop.desk.ledger, place.shop.clock.now()
    document = replace(order(1), id=OrderId("theirs"), distributor=OTHER, account_name=OTHERS_NAME)
    await ledger.take_in([Incoming(document, now, now)], now)
    claimed = await ledger.claim(OTHER, 1, timedelta(minutes=1), now)
    attempt = claimed[0].standing.attempt
    assert attempt
    refused = Refused(attempt, Failure(Code.REJECTED, "no"))
    await ledger.settle(OTHER, [Settlement(claimed[0], refused)], BOT, now)
    theirs = await ledger.load(OTHER, OrderId("theirs"))
    assert theirs
    assert theirs.alert_id
    return theirs.alert_id


async def test_what_is_another_distributors_does_not_exist(place: Town) -> None:
    alert = await of_another(place)
    await place.grant(DANA)
    await place.grant(ADA)
    ledger = place.shop.desk.ledger
    before = await ledger.load(OTHER, OrderId("theirs"))
    for who in (DANA, ADA):
        forger = Forger(place, who)
        for action, pointer in HONEST.items():
            theirs = replace(
                pointer,
                order="theirs" if pointer.order else None,
                alert=alert if pointer.alert else None,
            )
            await forger.press(action, str(theirs))
        for view_id, (_, state) in SUBMITTED.items():
            picked = {"pick": {"pick": {"selected_option": {"value": "theirs"}}}}
            pointer = Pointer(order="theirs", alert=alert)
            await forger.submit(view_id, str(pointer), {**state, **picked})
        for text in ("show theirs", "retry theirs", "mark-synced theirs"):
            await forger.type(text)
        assert OTHERS_NAME not in await shown_to(place, who)
    assert await ledger.load(OTHER, OrderId("theirs")) == before
    taken = await place.shop.desk.alerts.load(OTHER, alert)
    assert taken
    assert (taken.taken_by, taken.snooze) == (None, None)


# --- nonsense ------------------------------------------------------------------------------------

NONSENSE = (
    "",
    "not json",
    "null",
    "[]",
    "{}",
    '{"order": 1}',
    '{"order": ""}',
    '{"order": " 10248"}',
    '{"order": "a\\u0000b"}',
    '{"order": "\\ud800"}',
    '{"order": "x' + "x" * 3000 + '"}',
    '{"order": "10248", "admin": true}',
    '{"alert": 0}',
    '{"alert": -1}',
    '{"alert": true}',
    '{"alert": 1e3}',
    '{"alert": 99999999999999999999999999}',
    '{"alert": 1, "page": -99999999999999999999999}',
    '{"alert": 1, "page": 99999999999999999999999}',
    '{"order": "10248", "page": 99999999999999999999999}',
    '{"permission": "everything", "person": "U000000003"}',
    '{"permission": "actions", "person": "<!channel>"}',
    '{"permission": "actions", "person": "U1\' OR 1=1"}',
    '{"query": "people grant <@U000000003> actions", "page": 1}',
    '{"query": "failed", "page": 99999999999999999999999}',
    '{"query": "failed placed:9999-12-31 since:9999w", "page": 1}',
    '{"do": "grant_everything"}',
    '{"do": "more"}',
    '{"alert": 1, "seen": 99999999999999999999999}',
    '{"alert": 1, "span": "for ever"}',
    '{"span": "for ever"}',
    "[" * 2000,
)


@pytest.mark.parametrize("share", range(3))
async def test_nonsense_in_any_id_is_answered_and_changes_nothing(
    place: Town, caplog: pytest.LogCaptureFixture, share: int
) -> None:
    """By an employee without permission: what happens to be right changes nothing either."""
    caplog.set_level(logging.DEBUG, "orderwatch.slack")
    before = await standing(place)
    forger = Forger(place, DANA)
    values = NONSENSE[share::3]
    for number, action in enumerate(ACTIONS):
        for value in values[number % 3 :: 3]:
            await forger.press_on_message(action, value)
    for value in values:
        await forger.press(ActionId.MORE, value)
        for view_id, (_, state) in SUBMITTED.items():
            await forger.submit(view_id, value, state)
    for view_id, (pointer, _) in SUBMITTED.items():
        for state in ({}, {"why": []}, {"pick": {"pick": {"selected_option": {"value": 7}}}}):
            await forger.submit(view_id, str(pointer), state)
    # Asking for a permission and looking in the ERP are everybody's right.
    assert (await standing(place))[:3] == before[:3]
    assert [line for line in caplog.messages if " failed: " in line] == []


async def test_permission_is_in_the_database_and_nowhere_else(place: Town) -> None:
    await place.grant(DANA, Permission.NOTIFICATIONS)
    await Forger(place, DANA).press(ActionId.RETRY, str(Pointer(order="10248")))
    assert (await place.shop.order(10248)).standing.state is State.FAILED


BOXES = (
    "",
    "tick",
    "tick.",
    "tick.0.",
    "tick.x.10248",
    "tick.-1.10248",
    "tick.0. 10248",
    "tick.0.a\x00b",
    "tick.0." + "x" * 300,
    "tick.0.<!channel>",
    "bar.0.10248",
)


async def test_a_box_of_nothing_ticks_nothing(
    place: Town, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "orderwatch.slack")
    forger = Forger(place, DANA)
    for block in BOXES:
        await forger.press_at_home(ActionId.TICK, "", block=block)
    screens = place.front.screens
    look = await screens.looks.load(screens.viewer(DANA, Place.HOME))
    assert await screens.looks.count(look) == 0
    assert [line for line in caplog.messages if " failed: " in line] == []
