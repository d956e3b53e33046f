"""Alerts over hours and among several people, in a browser: what an edit would not say is said."""

import asyncio
import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Locator, Page, expect

from sandbox.demo import grant
from sandbox.serve import Box
from tests.e2e.at_work import DISCONTINUED, PACE, Northwind, northwind, order
from tests.e2e.driving import (
    ADA,
    DANA,
    ELI,
    GUS,
    act_as,
    choose,
    message,
    move_clock,
    open_channel,
)
from tests.e2e.test_main_job import card, expect_no_buttons, go_to, leave, press, switch
from tests.patience import patient


@pytest_asyncio.fixture(loop_scope="session")
async def shop(request: pytest.FixtureRequest) -> AsyncIterator[Northwind]:
    """Dana and Eli may act, and are notified. Settings are the parameter, where there is one."""
    async with northwind(patient(paced=False), getattr(request, "param", PACE)) as found:
        for name in ("dana", "eli"):
            await grant(found.box, found.bot, name, found.box.channels["general"])
        yield found


@pytest_asyncio.fixture(loop_scope="session")
async def sandbox(shop: Northwind) -> Box:
    """The page under test is the one that this bot speaks to."""
    return shop.box


async def as_another(page: Page, name: str) -> Page:
    """A second window, of somebody else."""
    other = await page.context.new_page()
    await open_channel(other)
    await act_as(other, name)
    return other


async def messages_of_the_app(page: Page) -> None:
    await go_to(page, "Orderwatch")
    await page.get_by_role("tab", name="Messages").click()


# --- put aside, reminded, notified ---------------------------------------------------------------


async def test_a_snooze_ends_by_itself_and_what_nobody_has_is_told(
    page: Page, shop: Northwind
) -> None:
    await shop.bot.send([order(str(number), DISCONTINUED) for number in (70601, 70602)])
    await open_channel(page)
    await act_as(page, DANA)
    alert = await card(page, "Failed: 2 orders are not in the ERP")
    await choose(alert, "Snooze for 1 hour")
    await expect(message(page, "Put aside until")).to_contain_text("Only visible to you")
    await expect(alert).to_contain_text(f"by @{DANA}")
    await expect(alert).to_contain_text("snoozed until")

    await move_clock(page, "By 1 hour")
    await expect(alert).to_contain_text("This alert goes on in a newer message")
    await expect_no_buttons(alert)
    back = page.get_by_role("article").filter(has_text="Failed: 2 orders are not in the ERP").last
    await expect(back).to_contain_text("open since")
    await expect(back).not_to_contain_text("snoozed")
    await alert.get_by_role("link", name="go to it").click()
    await expect(back).to_be_in_viewport()

    await notified(page)
    await nobody_has_it(page)


async def notified(page: Page) -> None:
    """Dana's direct message leads to the alert; she wants no more of them for now."""
    await messages_of_the_app(page)
    told = message(page, "Failed: 2 orders are not in the ERP")
    await expect(told.get_by_role("link", name="Open the alert")).to_be_visible()
    await press(told, "Notifications")
    dialog = page.get_by_role("dialog", name="Notifications")
    await expect(dialog.get_by_role("radio", name="Direct message")).to_be_checked()
    await press(dialog, "Cancel")
    await choose(told, "Pause for 1 hour")
    await expect(message(page, "Your notifications are paused until")).to_be_visible()


async def nobody_has_it(page: Page) -> None:
    """Four hours after the snooze: a reminder, and the admins hear of it."""
    await move_clock(page, "By 4 hours")
    await act_as(page, ADA)
    await messages_of_the_app(page)
    await expect(message(page, "Nobody has it for")).to_contain_text("2 orders are not in the ERP")


async def test_who_chooses_e_mail_has_the_next_alert_in_the_mailbox(
    page: Page, shop: Northwind
) -> None:
    await shop.bot.send([order("70605", DISCONTINUED)])
    await open_channel(page)
    await act_as(page, DANA)
    await card(page, "Failed: order 70605 is not in the ERP")
    await messages_of_the_app(page)
    await press(message(page, "Failed: order 70605"), "Notifications")
    dialog = page.get_by_role("dialog", name="Notifications")
    await dialog.get_by_role("radio", name="E-mail").check()
    await press(dialog, "Save")
    said = page.get_by_role("dialog", name="Orderwatch")
    await expect(said).to_contain_text("You are notified by e-mail.")
    await leave(page)
    await expect(said).to_have_count(0)

    await shop.bot.send([order("70606", account_id="NEWLF", account_name="New Leaf Kitchen")])
    await go_to(page, "Mailbox")
    await page.get_by_role("link", name="unknown customer").click()
    await expect(page.get_by_text("Act on it in Slack")).to_be_visible()
    await messages_of_the_app(page)
    await expect(message(page, "order 70606")).to_have_count(0)


# --- two people ----------------------------------------------------------------------------------


async def test_two_people_press_the_same_button(page: Page, shop: Northwind) -> None:
    await shop.bot.send([order(str(number), DISCONTINUED) for number in (70611, 70612)])
    await open_channel(page)
    await act_as(page, DANA)
    other = await as_another(page, ELI)
    mine, theirs = [await card(one, "Failed: 2 orders are not") for one in (page, other)]

    await asyncio.gather(press(mine, "I have it"), press(theirs, "I have it"))
    told = [message(one, "Only visible to you") for one in (page, other)]
    for one in told:
        await expect(one).to_contain_text(re.compile("You have it|has it since"))
    said = [await one.inner_text() for one in told]
    assert sorted("You have it" in one for one in said) == [False, True]
    winner = DANA if "You have it" in said[0] else ELI
    await expect(mine).to_contain_text(f"@{winner} has it")
    assert f"@{winner} has it since" in said[0] + said[1]

    await switch(page, "Sell discontinued items", on=True)
    await go_to(page, "orders")
    sure = [await asked(page, mine), await asked(other, theirs)]
    await asyncio.gather(*(press(dialog, "Send 2") for dialog in sure))
    await expect(mine).to_contain_text("Solved: all 2 orders are in the ERP")
    await expect(mine).to_contain_text("2 sent again by")
    await expect_no_buttons(mine)
    assert shop.in_the_erp() == {"70611": 1, "70612": 1}
    # The other was told so as well, or pressed what was not there any more.
    first = page if f"sent again by @{DANA}" in await mine.inner_text() else other
    await expect(message(first, "2 orders go to the ERP again")).to_be_visible()


async def asked(page: Page, alert: Locator) -> Locator:
    await press(alert, "Retry all")
    return page.get_by_role("alertdialog", name="Retry all")


# --- yesterday's ---------------------------------------------------------------------------------

NOT_POSTED_ANEW = PACE.replace("update_interval = ", 'repeat_interval = "7d"\nupdate_interval = ')
"""Else a reminder may take the buttons away from the card before it is clicked."""


@pytest.mark.parametrize("shop", [NOT_POSTED_ANEW], indirect=True)
async def test_a_click_on_an_alert_from_yesterday(page: Page, shop: Northwind) -> None:
    """It works as it would have then; of two at the same order the second is told who was first."""
    await shop.bot.send([order("70621", DISCONTINUED)])
    await open_channel(page)
    await act_as(page, ELI)
    alert = await card(page, "Failed: order 70621 is not in the ERP")
    await move_clock(page, "By 1 day")
    await expect(page.get_by_role("separator").filter(has_text="Yesterday")).to_be_visible()
    await press(alert, "Retry sync")
    await expect(message(page, "was refused again at")).to_contain_text("same reason")
    # What failed today is told anew: the order's buttons are on the new card.
    await expect_no_buttons(alert)

    other = await as_another(page, DANA)
    mine, theirs = [await marking(one) for one in (page, other)]
    await press(theirs, "Mark as synced")
    await expect(theirs).to_contain_text("Order 70621 is marked as synced")
    await press(mine, "Mark as synced")
    await expect(mine).to_contain_text(f"already marked as synced by @{DANA}")
    await expect(mine).to_contain_text("Nothing changed")
    assert shop.in_the_erp() == {}


async def marking(page: Page) -> Locator:
    mark = page.get_by_role("button", name="Mark as synced", exact=True)
    await message(page, "Failed: order 70621 is not in the ERP").locator(mark).click()
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_contain_text("ERP order number")
    return dialog


# --- a guest -------------------------------------------------------------------------------------


async def test_a_guest_who_is_invited_into_the_alert_channel_reads_counts_alone(
    page: Page, shop: Northwind
) -> None:
    await shop.bot.send([order(str(number), DISCONTINUED) for number in (70631, 70632)])
    await open_channel(page)
    await act_as(page, DANA)
    alert = await card(page, "Failed: 2 orders are not in the ERP")
    await press(alert, "I have it")
    await expect(alert).to_contain_text(f"@{DANA} has it")

    url = f"{shop.box.url}/control/channels/{shop.box.channels['orders']}/members"
    invited = {"user": shop.box.people["gus"]}
    await page.request.post(url, data=invited, headers=dict(shop.box.control_headers))
    await expect(alert).to_contain_text("Waiting: 2 orders are not synced")
    await expect(alert).to_contain_text("details are left out")
    await expect_no_buttons(alert)

    await act_as(page, GUS)
    await go_to(page, "orders")
    await expect(alert).to_contain_text("Waiting: 2 orders are not synced")
    await page.get_by_role("button", name=re.compile("repl")).click()
    thread = page.get_by_role("region", name="Thread", exact=True).first
    await expect(thread).to_contain_text("Left out")
    seen = await page.locator("body").inner_text()
    for secret in ("70631", "Green Fork", "GREEN", DISCONTINUED):
        assert secret not in seen

    await act_as(page, ADA)
    await messages_of_the_app(page)
    unfit = message(page, "The alert channel needs you")
    await expect(unfit).to_contain_text(f"@{GUS}")
