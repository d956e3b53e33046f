"""Who somebody is: asked of Slack, remembered for five minutes, refused when it cannot be told."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.identity import Who, standing_of
from commands.domain.history import BOT
from commands.domain.people import Deed, PersonId, Role, Standing
from tests.bot.listeners.town import ADA, DANA, ELI, GUS, OPERATOR, Town
from tests.commands.works import KEY

TEAM = "T000000001"
FLAGS = (
    "deleted",
    "is_bot",
    "is_workflow_bot",
    "is_stranger",
    "is_restricted",
    "is_ultra_restricted",
)


def user(**flags: Any) -> dict[str, Any]:
    return {"id": DANA, "team_id": TEAM, **flags}


@pytest.mark.parametrize(
    ("flags", "standing"),
    [
        ({}, Standing.MEMBER),
        ({"is_restricted": False}, Standing.MEMBER),
        ({"is_restricted": True}, Standing.GUEST),
        ({"is_restricted": True, "is_ultra_restricted": True}, Standing.GUEST),
        ({"is_ultra_restricted": True}, Standing.GUEST),
        ({"is_stranger": True}, Standing.STRANGER),
        ({"team_id": "T000000009"}, Standing.STRANGER),
        ({"is_bot": True}, Standing.BOT),
        ({"is_workflow_bot": True}, Standing.BOT),
        ({"deleted": True}, Standing.DEACTIVATED),
        ({"team_id": ""}, Standing.UNCLEAR),
        ({"id": ELI}, Standing.UNCLEAR),
    ],
)
def test_the_flags_of_an_account(flags: dict[str, Any], standing: Standing) -> None:
    assert standing_of(DANA, user(**flags), TEAM) is standing


@given(st.dictionaries(st.sampled_from(FLAGS), st.booleans()))
def test_only_an_account_without_any_flag_is_a_member(flags: dict[str, bool]) -> None:
    member = standing_of(DANA, user(**flags), TEAM) is Standing.MEMBER
    assert member is not any(flags.values())


async def actor(town: Town, who: str, team: str = TEAM) -> Standing:
    return (await town.front.actor(Who(PersonId(who), team))).standing


async def test_the_four_of_the_demo(sockets: Town) -> None:
    assert await actor(sockets, DANA) is Standing.MEMBER
    assert await actor(sockets, GUS) is Standing.GUEST
    assert await actor(sockets, sockets.box.bot_user) is Standing.BOT
    assert await actor(sockets, "U000000099") is Standing.UNCLEAR
    assert await actor(sockets, "") is Standing.UNCLEAR
    assert (await sockets.front.actor(Who(ADA, TEAM))).role is Role.ADMIN


async def test_the_payloads_team_counts_first(sockets: Town) -> None:
    assert await actor(sockets, DANA, "T000000009") is Standing.STRANGER
    assert await actor(sockets, DANA, "") is Standing.STRANGER


async def newcomer(town: Town) -> str:
    """Somebody who is in no channel of ours: nobody asks for them but the test."""
    made = await town.control("POST", "people", kind="member", real_name="Kim New")
    return str(made["id"])


async def test_what_is_known_is_asked_again_after_five_minutes(sockets: Town) -> None:
    kim = await newcomer(sockets)
    await actor(sockets, kim)
    await actor(sockets, kim)
    assert asked(sockets, kim) == 1
    sockets.shop.clock.ahead += timedelta(minutes=5, seconds=1)
    await actor(sockets, kim)
    assert asked(sockets, kim) == 2


def asked(town: Town, person: str) -> int:
    return sum(one["args"].get("user") == person for one in town.calls("users.info"))


@pytest.mark.parametrize("fault", ["unavailable", "down", "broken", "ratelimited"])
async def test_a_look_up_that_fails_refuses_and_is_not_remembered(
    sockets: Town, fault: str
) -> None:
    kim = await newcomer(sockets)
    await sockets.control("POST", "faults", kind=fault, method="users.info", count=None)
    assert await actor(sockets, kim) is Standing.UNCLEAR
    await sockets.control("DELETE", "faults")
    assert await actor(sockets, kim) is Standing.MEMBER


@pytest.mark.parametrize(
    ("change", "standing"),
    [({"is_restricted": True}, Standing.GUEST), ({"deleted": True}, Standing.DEACTIVATED)],
)
async def test_a_change_of_the_account_applies_at_once(
    place: Town, change: dict[str, bool], standing: Standing
) -> None:
    await place.grant(DANA)
    assert await actor(place, DANA) is Standing.MEMBER
    await place.control("PATCH", f"people/{DANA}", **change)

    async def changed() -> bool:
        return await actor(place, DANA) is standing

    await place.until(changed)
    told = await place.front.actor(Who(DANA, TEAM))
    assert not any(told.may(deed) for deed in Deed)


async def test_a_deactivated_account_loses_all_it_was_given_and_that_is_recorded(
    sockets: Town,
) -> None:
    await sockets.grant(DANA)
    await sockets.shop.desk.people.set_role(
        KEY, DANA, Role.ADMIN, OPERATOR, sockets.shop.clock.now()
    )
    assert await actor(sockets, DANA) is Standing.MEMBER
    await sockets.control("PATCH", f"people/{DANA}", deleted=True)

    async def gone() -> bool:
        left = await sockets.shop.desk.people.actor(KEY, DANA)
        return left.role is Role.EMPLOYEE and not left.permissions

    await sockets.until(gone)
    latest = (await sockets.front.screens.changes(DANA)).latest[0]
    assert (latest.what, latest.detail, latest.by) == ("withdrawn", "deactivated", BOT)
    # Whoever comes back is given it anew, by somebody who knows.
    await sockets.control("PATCH", f"people/{DANA}", deleted=False)

    async def back() -> bool:
        return await actor(sockets, DANA) is Standing.MEMBER

    await sockets.until(back)
    assert not (await sockets.front.actor(Who(DANA, TEAM))).permissions


async def test_an_event_told_twice_is_heard_once(sockets: Town) -> None:
    event = {"type": "app_home_opened", "user": DANA, "tab": "home", "channel": "D1"}
    body = {"type": "event_callback", "event_id": "Ev1", "team_id": TEAM, "event": event}
    await sockets.forge(body, "events_api")
    await sockets.until(lambda: sockets.home(DANA))
    await sockets.forge(body, "events_api")
    await sockets.forge({**body, "event_id": "Ev2"}, "events_api")
    await sockets.front.drain()

    async def published() -> bool:
        return len(sockets.calls("views.publish")) >= 2

    await sockets.until(published)
    assert len(sockets.calls("views.publish")) == 2


async def test_somebody_named_is_asked_about_anew(sockets: Town) -> None:
    kim = await newcomer(sockets)
    await actor(sockets, kim)
    target = await sockets.front.identity.target(sockets.front.desk, PersonId(kim))
    assert target.standing is Standing.MEMBER
    assert asked(sockets, kim) == 2
