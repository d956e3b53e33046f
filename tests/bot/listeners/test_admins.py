"""Somebody is always in charge: admins who can still act, and those of the settings where none."""

from datetime import timedelta
from typing import Any

import pytest

from bot.blocks.ids import ActionId, Pointer
from bot.first_admins import appoint
from commands.domain.people import Permission, PersonId, Role, Standing
from tests.bot.listeners.forging import Forger
from tests.bot.listeners.test_messenger import refused
from tests.bot.listeners.town import ADA, DANA, ELI, OPERATOR, Town, buttons, said
from tests.commands.works import KEY

Json = dict[str, Any]


async def lead(place: Town, *people: str, away: tuple[str, ...] = ()) -> None:
    """Have these admins alone; the accounts of those `away` are deactivated."""
    database = place.shop.desk.ledger._database  # type: ignore[attr-defined]
    async with database.writing() as connection:
        await connection.exec_driver_sql("DELETE FROM people")
    for one in people:
        now = place.shop.clock.now()
        await place.shop.desk.people.set_role(KEY, one, Role.ADMIN, OPERATOR, now)  # type: ignore[arg-type]
    for one in away:
        await gone(place, one)


async def gone(place: Town, one: str) -> None:
    """Their account is deactivated, and Orderwatch has heard of it."""

    async def known() -> bool:
        return await place.front.identity.standing(PersonId(one)) is Standing.DEACTIVATED

    await place.control("PATCH", f"people/{one}", deleted=True)
    await place.until(known)


async def admins(place: Town) -> list[str]:
    return list(await place.shop.desk.people.admins(KEY))


async def test_the_last_who_can_act_as_an_admin_stays_one(sockets: Town) -> None:
    await lead(sockets, ADA, DANA, away=(DANA,))
    await sockets.type(ADA, f"/orders people employee <@{ADA}>")
    await sockets.until_private(ADA, "last")
    assert ADA in await admins(sockets)


async def test_without_an_admin_it_is_said_and_can_be_asked_for_at_once(sockets: Town) -> None:
    await lead(sockets)
    await sockets.type(ELI, "/orders retry 7")
    await sockets.until_private(ELI, "There is no admin yet")
    ask = str(Pointer(permission="actions"))
    await Forger(sockets, ELI).press_on_message(ActionId.ASK_FOR_IT, ask)
    await sockets.until_private(ELI, "nobody was told")
    await lead(sockets, ADA)
    await Forger(sockets, ELI).press_on_message(ActionId.ASK_FOR_IT, ask)
    await sockets.until_private(ELI, "You asked for Order Sync Actions.")


async def alone(place: Town) -> None:
    """Wait until Ada is the only admin."""

    async def told() -> bool:
        return await admins(place) == [ADA]

    await place.until(told)


async def test_one_whose_account_is_gone_leads_no_more(sockets: Town) -> None:
    await lead(sockets, ADA, DANA, away=(DANA,))
    await alone(sockets)


async def test_one_whose_leaving_was_missed_can_be_removed(sockets: Town) -> None:
    await lead(sockets, ADA, DANA, away=(DANA,))
    await alone(sockets)
    now = sockets.shop.clock.now()
    await sockets.shop.desk.people.set_role(KEY, DANA, Role.ADMIN, OPERATOR, now)
    await sockets.type(ADA, f"/orders people employee <@{DANA}>")
    await sockets.until_private(ADA, "Made an employee")
    assert await admins(sockets) == [ADA]


async def test_nobody_is_removed_while_slack_does_not_tell_who_is_left(sockets: Town) -> None:
    await lead(sockets, ADA, DANA)
    await sockets.onlookers.look()
    # Ada is known, Dana was so too long ago.
    sockets.shop.clock.ahead += timedelta(minutes=6)
    assert await sockets.front.identity.standing(ADA) is Standing.MEMBER
    await sockets.control("POST", "faults", kind="down", method="users.info", count=None)
    await sockets.type(ADA, f"/orders people employee <@{ADA}>")
    await sockets.until_private(ADA, "last")
    assert ADA in await admins(sockets)


async def test_whoever_may_not_is_told_of_admins_who_are_there(sockets: Town) -> None:
    await lead(sockets, ADA, DANA, away=(DANA,))
    await refused(sockets, 1)
    await sockets.until_card("NW-024")
    await sockets.press(ELI, "Retry sync")
    told = await sockets.until_private(ELI, "Order Sync Actions")
    assert ADA in told
    assert DANA not in told


async def test_the_settings_count_again_once_all_admins_are_gone(sockets: Town) -> None:
    await lead(sockets, DANA, away=(DANA,))
    await appoint(sockets.shop.desk, sockets.front.identity)
    assert ADA in await admins(sockets)


async def test_they_do_not_count_while_one_is_there(sockets: Town) -> None:
    await lead(sockets, DANA)
    await appoint(sockets.shop.desk, sockets.front.identity)
    assert await admins(sockets) == [DANA]


@pytest.mark.parametrize("present", ["nobody", "an admin"])
async def test_slack_being_busy_at_the_start_changes_nothing(sockets: Town, present: str) -> None:
    await lead(sockets, *([DANA] if present == "an admin" else []))
    sockets.shop.clock.ahead += timedelta(hours=2)
    await sockets.control("POST", "faults", kind="ratelimited", method="users.info", retry_after=1)
    await appoint(sockets.shop.desk, sockets.front.identity)
    assert await admins(sockets) == ([DANA] if present == "an admin" else [ADA])


async def test_a_request_that_was_granted_has_no_button_any_more(place: Town) -> None:
    await refused(place, 1)
    await place.until_card("NW-024")
    await place.press(ELI, "Retry sync")
    await place.until_private(ELI, "Order Sync Actions")
    await place.press(ELI, "Ask for it")
    dm = await place.dm(ADA)

    async def asked() -> list[Json]:
        return [one for one in await place.messages(ADA, dm) if "Grant" in buttons(one)]

    (request,) = await place.until(asked)
    await place.press(ADA, "Grant", dm)

    async def answered() -> Json | None:
        listed = await place.messages(ADA, dm)
        (same,) = [one for one in listed if one["ts"] == request["ts"]]
        return None if buttons(same) else same

    words = said(await place.until(answered))
    assert ELI in words
    assert ADA in words
    assert "Order Sync Actions" in words
    assert Permission.ACTIONS in (await place.shop.desk.people.actor(KEY, ELI)).permissions
