"""People and their permissions, as admins see and change them from the App Home."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from commands.domain.people import Permission, Role
from tests.bot.listeners.town import ADA, DANA, ELI, GUS, OPERATOR, Town, buttons, said, town
from tests.commands.works import KEY

Json = dict[str, Any]
BOTH = ["actions", "notifications"]


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Town]:
    async with town(tmp_path, crying=False, paced=False) as found:
        await found.grant(DANA)
        await found.open_home(ADA)
        await found.press_at_home(ADA, "People and permissions")
        await found.until_view(ADA, "Changes")
        yield found


async def open_person(place: Town, who: str) -> Json:
    view = (await place.views(ADA))[-1]
    [block] = [
        one for one in view["blocks"]
        if one["type"] == "actions" and one["elements"][0]["type"] == "users_select"
    ]  # fmt: skip
    at = {"block_id": block["block_id"], "action_id": "person_chosen"}
    container = {"type": "view", "view_id": view["id"]}
    await place.do("action", ADA, container=container, **at, value=who)

    async def form() -> Json | None:
        shown = (await place.views(ADA))[-1]
        return shown if shown.get("submit") else None

    found: Json = await place.until(form)
    return found


async def rights(place: Town, who: str) -> tuple[Role, set[Permission]]:
    actor = await place.shop.desk.people.actor(KEY, who)  # type: ignore[arg-type]
    return actor.role, set(actor.permissions)


async def test_everybody_who_has_something_is_listed_with_it(place: Town) -> None:
    view = (await place.views(ADA))[-1]
    assert f"<@{DANA}> · Order Sync Actions" in said(view)
    assert f"<@{ADA}> · admin · no permission" in said(view)
    assert ELI not in said(view)


async def test_a_person_is_given_all_in_one_form_and_it_is_recorded(place: Town) -> None:
    await open_person(place, ELI)
    await place.submit(ADA, rights=BOTH, role="admin")
    await place.until_view(ADA, "Made an admin")
    assert await rights(place, ELI) == (Role.ADMIN, set(Permission))

    async def beneath() -> bool:
        return ELI in said((await place.views(ADA))[0])

    await place.until(beneath)
    shown = said((await place.views(ADA))[0])
    assert "granted Order Sync Actions to" in shown


async def test_what_is_not_ticked_is_taken_away(place: Town) -> None:
    view = (await place.views(ADA))[-1]
    change = [one["accessory"] for one in view["blocks"] if DANA in said({"blocks": [one]})
              and "accessory" in one]  # fmt: skip
    assert change
    await open_person(place, DANA)
    await place.submit(ADA, rights=[], role="employee")
    await place.until_view(ADA, "revoked")
    assert await rights(place, DANA) == (Role.EMPLOYEE, set())


async def test_saving_without_a_change_changes_nothing(place: Town) -> None:
    await open_person(place, DANA)
    await place.submit(ADA, rights=["actions"], role="employee")
    await place.until_view(ADA, "Nothing to change")


async def test_a_guest_is_shown_as_one_and_given_nothing(place: Town) -> None:
    view = await open_person(place, GUS)
    assert "a guest" in said(view)
    await place.submit(ADA, rights=BOTH, role="admin")
    await place.until_view(ADA, "only full members of this workspace")
    assert await rights(place, GUS) == (Role.EMPLOYEE, set())


async def test_the_last_admin_stays_one(place: Town) -> None:
    await open_person(place, ADA)
    await place.submit(ADA, rights=["actions"], role="employee")
    await place.until_view(ADA, "The last admin is")
    assert await rights(place, ADA) == (Role.ADMIN, {Permission.ACTIONS})


async def test_who_is_an_admin_no_more_saves_nothing(place: Town) -> None:
    await open_person(place, ELI)
    now = place.shop.clock.now()
    people = place.shop.desk.people
    await people.set_role(KEY, DANA, Role.ADMIN, OPERATOR, now)
    await people.set_role(KEY, ADA, Role.EMPLOYEE, OPERATOR, now)
    await place.submit(ADA, rights=BOTH, role="employee")
    await place.until_view(ADA, "Only admins may do that")
    assert await rights(place, ELI) == (Role.EMPLOYEE, set())


async def test_many_people_page(place: Town) -> None:
    for number in range(30):
        await place.grant(f"U1{number:08}")  # type: ignore[arg-type]
    view = (await place.views(ADA))[-1]
    await place.do("close", ADA, view_id=view["id"])
    await place.press_at_home(ADA, "People and permissions")
    view = await place.until_view(ADA, "Changes")
    assert "Next" in buttons(view)
    await place.press_in_view(ADA, "Next")
    await place.until_view(ADA, "Previous")
