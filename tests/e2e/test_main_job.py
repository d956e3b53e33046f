"""The main job in a browser: clerks get orders into the ERP, by clicks and typing alone.

The bot is the real command in a process of its own; Slack and the ERP are the strict stand-ins.
"""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest_asyncio
from playwright.async_api import Locator, Page, expect

from sandbox.serve import Box
from tests.e2e.at_work import DISCONTINUED, Json, Northwind, northwind, order
from tests.e2e.driving import ADA, ELI, GUS, act_as, message, open_channel, say
from tests.patience import patient

PERMISSION = "Order Sync Actions"
CARD_BUTTONS = (
    "Retry sync",
    "Retry all",
    "Key in by hand",
    "Mark as synced",
    "Release",
    "Details",
    "I have it",
)


@pytest_asyncio.fixture(loop_scope="session")
async def shop() -> AsyncIterator[Northwind]:
    async with northwind(patient(paced=False)) as found:
        yield found


@pytest_asyncio.fixture(loop_scope="session")
async def sandbox(shop: Northwind) -> Box:
    """The page under test is the one that this bot speaks to."""
    return shop.box


async def go_to(page: Page, name: str) -> None:
    await page.get_by_role("link", name=name, exact=True).click()


async def card(page: Page, words: str) -> Locator:
    """The alert that says so now, whatever it says later."""
    found = message(page, words).first
    await expect(found).to_be_visible()
    stamp = await found.get_attribute("data-ts")
    return page.locator(f'article[data-ts="{stamp}"]')


async def press(inside: Locator | Page, name: str) -> None:
    await inside.get_by_role("button", name=name, exact=True).click()


async def leave(page: Page) -> None:
    """Close the modals; until they are gone, nothing behind them can be reached."""
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("banner").get_by_label("Close").click()
    await expect(dialog).to_have_count(0)


async def expect_no_buttons(alert: Locator) -> None:
    for name in CARD_BUTTONS:
        await expect(alert.get_by_role("button", name=name, exact=True)).to_have_count(0)


async def refused(told: Locator) -> None:
    """What is missing and who grants it; then he asks for it."""
    await expect(told).to_contain_text(f"You need the permission {PERMISSION} for that.")
    await expect(told).to_contain_text("Nothing changed.")
    await expect(told).to_contain_text(f"It is granted by @{ADA}")
    await press(told, "Ask for it")


async def granted_by_ada(page: Page) -> None:
    """Ada reads what the app tells her, grants, and Eli goes on."""
    await act_as(page, ADA)
    await go_to(page, "Orderwatch")
    await page.get_by_role("tab", name="Messages").click()
    asks = message(page, f"@{ELI}").filter(has=page.get_by_role("button", name="Grant", exact=True))
    await expect(asks).to_contain_text(PERMISSION)
    await press(asks, "Grant")
    await expect(message(page, f"{PERMISSION} granted.")).to_contain_text(f"@{ELI}")
    await act_as(page, ELI)


async def switch(page: Page, name: str, *, on: bool) -> None:
    await go_to(page, "ERP")
    toggle = page.get_by_label(name, exact=True)
    await toggle.set_checked(on)
    await expect(toggle).to_be_checked(checked=on)
    await go_to(page, "orders")


async def asked_in_a_modal(page: Page) -> None:
    """Refused where a modal would have opened."""
    dialog = page.get_by_role("dialog")
    await refused(dialog)
    await expect(dialog).to_contain_text(f"You asked for {PERMISSION}.")
    await dialog.get_by_label("Close", exact=True).click()
    await expect(dialog).to_have_count(0)


async def test_a_clerk_without_the_permission_gets_it_and_the_order_goes(
    page: Page, shop: Northwind
) -> None:
    await shop.bot.send([order("70501", DISCONTINUED)])
    await open_channel(page)
    await act_as(page, ELI)
    alert = await card(page, "Failed: order 70501 is not in the ERP")
    before = await shop.shown("70501")
    requests = len(shop.box.erp.requests)

    await press(alert, "Retry sync")
    told = message(page, PERMISSION)
    await expect(told).to_contain_text("Only visible to you")
    await refused(told)
    await expect(message(page, f"You asked for {PERMISSION}.")).to_contain_text(f"@{ADA}")
    assert len(shop.box.erp.requests) == requests
    assert await shop.shown("70501") == before
    await expect(alert).to_contain_text("Failed: order 70501 is not in the ERP")

    await granted_by_ada(page)
    await switch(page, "Sell discontinued items", on=True)
    await press(alert, "Retry sync")
    await expect(alert).to_contain_text("Solved: order 70501 is in the ERP")
    await expect(alert).to_contain_text(f"Sent again by @{ELI}")
    await expect_no_buttons(alert)
    assert shop.in_the_erp() == {"70501": 1}


async def test_a_clerk_marks_orders_as_synced(page: Page, shop: Northwind) -> None:
    there = order("70502", DISCONTINUED)
    await shop.bot.send([there, order("70503", account_id="HARBR")])
    await open_channel(page)
    await act_as(page, ELI)
    right = await card(page, "order 70502 is not in the ERP")
    wrong = await card(page, "order 70503 is not in the ERP")

    await press(right, "Mark as synced")
    await asked_in_a_modal(page)
    assert (await shop.shown("70502"))["status"] == "failed"
    await granted_by_ada(page)
    await switch(page, "Sell discontinued items", on=True)
    number = await shop.keyed_in(there)

    await press(right, "Mark as synced")
    await submit_mark(page, number)
    await expect(page.get_by_role("dialog")).to_contain_text("The ERP has it.")
    await leave(page)
    await marked(right, "70502", f"ERP number {number}")

    await press(wrong, "Mark as synced")
    await submit_mark(page, number)
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_contain_text(f"{number} belongs to order 70502.")
    await submit_mark(page, "SO-404")
    await expect(dialog).to_contain_text("The ERP has no SO-404")
    assert (await shop.shown("70503"))["status"] == "failed"
    await dialog.get_by_label("Mark anyway").check()
    await press(dialog, "Mark as synced")
    await expect(dialog).to_contain_text("Not checked in the ERP.")
    await leave(page)
    await marked(wrong, "70503", "ERP number SO-404")
    assert shop.in_the_erp() == {"70502": 1}


async def submit_mark(page: Page, number: str) -> None:
    dialog = page.get_by_role("dialog", name="Mark as synced")
    await dialog.get_by_label("ERP order number").fill(number)
    await press(dialog, "Mark as synced")


async def marked(alert: Locator, number: str, reference: str) -> None:
    await expect(alert).to_contain_text(f"Solved: order {number} is marked as synced")
    await expect(alert).to_contain_text(f"Keyed in by @{ELI}")
    await expect(alert).to_contain_text(reference)
    await expect_no_buttons(alert)


async def test_a_clerk_retries_all_of_a_group(page: Page, shop: Northwind) -> None:
    numbers = ("70504", "70505", "70506")
    await shop.bot.send([order(number, DISCONTINUED) for number in numbers])
    await open_channel(page)
    await act_as(page, ELI)
    alert = await card(page, "Failed: 3 orders are not in the ERP")

    await retry_all(page, alert)
    told = message(page, PERMISSION)
    await expect(told).to_contain_text("Only visible to you")
    await refused(told)
    await granted_by_ada(page)
    assert shop.in_the_erp() == {}

    await switch(page, "Sell discontinued items", on=True)
    await retry_all(page, alert)
    await expect(alert).to_contain_text("Solved: all 3 orders are in the ERP")
    await expect(alert).to_contain_text(f"3 sent again by @{ELI}")
    await expect_no_buttons(alert)
    assert shop.in_the_erp() == dict.fromkeys(numbers, 1)


async def retry_all(page: Page, alert: Locator) -> None:
    await press(alert, "Retry all")
    sure = page.get_by_role("alertdialog", name="Retry all")
    await expect(sure).to_contain_text("Send 3 orders again?")
    await press(sure, "Send 3")


async def test_in_an_outage_a_clerk_keys_orders_in_and_they_are_not_sent(
    page: Page, shop: Northwind
) -> None:
    await open_channel(page)
    await act_as(page, ELI)
    await switch(page, "Down", on=True)
    numbers = ("70507", "70508", "70509", "70510", "70512")
    await shop.bot.send([order(number) for number in numbers])
    alert = await card(page, "Waiting: the ERP has not answered since")
    await expect(alert).to_contain_text("5 orders wait; none is lost")

    await press(alert, "Key in by hand")
    await asked_in_a_modal(page)
    await granted_by_ada(page)
    await go_to(page, "orders")
    await key_in(page, alert, "70507")
    await key_in(page, alert, "70508")
    await key_in(page, alert, "70512")
    await expect(alert).to_contain_text("3 being keyed in by hand: not sent meanwhile")

    await switch(page, "Down", on=False)
    # However long it was down, the next probe is due.
    shop.pass_time(timedelta(minutes=3))
    await expect(alert).to_contain_text("Back: the ERP answers again")
    await expect(alert).to_contain_text("2 of 5 are in")
    assert shop.in_the_erp() == {"70509": 1, "70510": 1}
    held = await shop.shown("70507")
    assert held["status"] != "successful"
    assert held["held_by"] == shop.box.people["eli"]
    aloud = message(page, "replied to a thread").filter(has_text="Solved: the ERP is back")
    await expect(aloud).to_contain_text("2 went by themselves")
    await expect(aloud).to_contain_text("3 being keyed in by hand")

    await mark_one_of(page, alert, "70507")
    await mark_one_of(page, alert, "70512")
    await release(page, "70508")
    await expect(alert).to_contain_text("Solved: the ERP is back")
    await expect(alert).to_contain_text(f"3 went by themselves · 2 keyed in by @{ELI}")
    await expect_no_buttons(alert)
    await expect(aloud).to_have_count(1)
    assert shop.in_the_erp() == {"70509": 1, "70510": 1, "70508": 1}


async def key_in(page: Page, alert: Locator, number: str) -> None:
    await press(alert, "Key in by hand")
    dialog = page.get_by_role("dialog", name="Key in by hand")
    await dialog.get_by_role("radio", name=number).check()
    await press(dialog, "Next")
    held = page.get_by_role("dialog", name="Orderwatch")
    await expect(held).to_contain_text(f"Order {number} is yours to key in.")
    for words in (f"Reference: {number}", "GREEN, Green Fork", "2 x 25 lb case at 28.50 = 57.00"):
        await expect(held).to_contain_text(words)
    await leave(page)


async def mark_one_of(page: Page, alert: Locator, number: str) -> None:
    await press(alert, "Mark as synced")
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("checkbox", name=number).check()
    await expect(dialog).to_contain_text("1 selected")
    await dialog.get_by_role("combobox", name="Actions").click()
    await page.get_by_role("option", name="Mark as synced").click()
    await press(page.get_by_role("dialog").filter(has_text="ERP order number"), "Mark as synced")
    await expect(dialog).to_contain_text(f"Order {number} is marked as synced")
    await leave(page)


async def release(page: Page, number: str) -> None:
    await say(page, f"/orders show {number}")
    await press(message(page, f"order {number}").last, "Release")
    await expect(message(page, f"Order {number} is released.")).to_be_visible()


async def test_a_guest_gets_nothing(page: Page, shop: Northwind) -> None:
    await shop.bot.send([order("70511", DISCONTINUED)])
    await open_channel(page)
    alert = await card(page, "Failed: order 70511")
    forged = await _press_of(page, shop, alert, "Retry sync")
    await act_as(page, GUS)
    await expect(page.get_by_role("link", name="tastings", exact=True)).to_be_visible()
    await expect(page.get_by_role("link", name="orders", exact=True)).to_have_count(0)
    requests = len(shop.box.erp.requests)

    await go_to(page, "tastings")
    await say(page, "/orders")
    await say(page, "/orders show 70511")
    answers = message(page, "Orderwatch is only for members of this workspace.")
    await expect(answers).to_have_count(2)
    await go_to(page, "Orderwatch")
    await page.get_by_role("tab", name="Home").click()
    only = page.get_by_role("tabpanel").get_by_text("only for members of this workspace")
    await expect(only).to_be_visible()
    assert "70511" not in await page.locator("body").inner_text()

    answer = await page.request.post(
        "/desk/action", data=forged, headers=dict(shop.box.page_headers)
    )
    assert not (await answer.json())["ok"]
    assert len(shop.box.erp.requests) == requests
    assert (await shop.shown("70511"))["attempts"] == 1


async def _press_of(page: Page, shop: Northwind, alert: Locator, name: str) -> Json:
    """What the page sends when this button is pressed, with the guest in the place of the clerk."""
    channel = shop.box.slack.workspace.conversations[shop.box.channels["orders"]]
    posted = channel.find(str(await alert.get_attribute("data-ts")))
    assert posted is not None
    buttons = [
        (block["block_id"], button)
        for block in posted.blocks
        if block["type"] == "actions"
        for button in block["elements"]
        if button.get("text", {}).get("text") == name
    ]
    [(block, button)] = buttons
    return {
        "as": shop.box.people["gus"],
        "block_id": block,
        "action_id": button["action_id"],
        "value": button["value"],
        "container": {"type": "message", "channel": channel.id, "ts": posted.ts},
    }
