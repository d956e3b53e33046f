"""The Orders page, modals and `/orders` in a browser: many orders at once, and one by one."""

from collections.abc import AsyncIterator

import pytest_asyncio
from playwright.async_api import Locator, Page, expect

from sandbox.demo import grant
from sandbox.serve import Box
from tests.e2e.at_work import DISCONTINUED, Northwind, northwind, order
from tests.e2e.driving import ADA, DANA, act_as, message, open_channel, say
from tests.e2e.test_main_job import card, go_to, leave, press, submit_mark, switch
from tests.patience import patient

OTHER = {"account_id": "CRUST", "account_name": "Crust & Crumb"}


@pytest_asyncio.fixture(loop_scope="session")
async def shop() -> AsyncIterator[Northwind]:
    """Dana may act."""
    async with northwind(patient(paced=False)) as found:
        await grant(found.box, found.bot, "dana", found.box.channels["general"])
        yield found


@pytest_asyncio.fixture(loop_scope="session")
async def sandbox(shop: Northwind) -> Box:
    """The page under test is the one that this bot speaks to."""
    return shop.box


async def open_orders_page(page: Page) -> Locator:
    await go_to(page, "Orderwatch")
    await page.get_by_role("tab", name="Home").click()
    home = page.get_by_role("tabpanel")
    await expect(home).to_contain_text("Orders of Northwind")
    return home


async def pick(inside: Locator, menu: str, option: str) -> None:
    """An option of a select."""
    await inside.get_by_role("combobox", name=menu).click()
    await inside.page.get_by_role("option", name=option, exact=True).click()


async def tick(home: Locator, *numbers: str) -> None:
    for number in numbers:
        await home.get_by_role("checkbox", name=number).check()


def top(page: Page) -> Locator:
    """The modal that can be read."""
    return page.get_by_role("dialog")


# --- many at once --------------------------------------------------------------------------------


async def test_forty_are_ticked_over_several_pages_and_sent_again(
    page: Page, shop: Northwind
) -> None:
    numbers = [str(70700 + number) for number in range(45)]
    await shop.bot.send([order(number, DISCONTINUED) for number in numbers])
    await open_channel(page)
    await act_as(page, DANA)
    await card(page, "Failed: 45 orders are not in the ERP")
    home = await open_orders_page(page)
    await expect(home).to_contain_text("Failed: 45 orders")
    await expect(home).to_contain_text("1–20 of 45")

    await press(home, "Select this page")
    await expect(home).to_contain_text("20 selected")
    await press(home, "Next")
    await expect(home).to_contain_text("21–40 of 45")
    await expect(home).to_contain_text("20 selected, 20 of them not on this page")
    await tick(home, "70720", "70721", "70722")
    await expect(home).to_contain_text("23 selected, 20 of them not on this page")
    await press(home, "Select this page")
    await expect(home).to_contain_text("40 selected")
    await press(home, "Next")
    await expect(home).to_contain_text("40 selected, 40 of them not on this page")
    await press(home, "Previous")
    await expect(home.get_by_role("checkbox", name="70720")).to_be_checked()

    shop.box.erp.catalogue.set_item(DISCONTINUED, active=True)
    await pick(home, "Actions", "Retry sync")
    await expect(top(page)).to_contain_text("Send 40 orders again?")
    await press(top(page), "Send 40")
    await expect(top(page)).to_contain_text("All 40 are in the ERP")
    await leave(page)
    await expect(home).to_contain_text("Failed: 5 orders")
    await expect(home).to_contain_text("None selected")
    assert shop.in_the_erp() == dict.fromkeys(numbers[:40], 1)


async def test_all_that_match_a_search_are_marked_undone_and_marked_for_good(
    page: Page, shop: Northwind
) -> None:
    mine = [str(70800 + number) for number in range(22)]
    others = order("70850", DISCONTINUED, **OTHER)
    await shop.bot.send([*(order(number, DISCONTINUED) for number in mine), others])
    await open_channel(page)
    await act_as(page, DANA)
    await card(page, "23 orders are not in the ERP")
    home = await open_orders_page(page)
    await home.get_by_role("textbox", name="Search").fill("green fork")
    await home.get_by_role("textbox", name="Search").press("Enter")
    await expect(home).to_contain_text("Failed: 22 orders found")
    await press(home, "Select all 22 that match")
    await expect(home).to_contain_text("22 selected, 2 of them not on this page")

    await pick(home, "Actions", "Mark as synced")
    await expect(top(page)).to_contain_text("Mark 22 orders as synced?")
    await press(top(page), "Mark as synced")
    assert shop.in_the_erp() == {}
    assert (await shop.shown(mine[0]))["status"] == "failed"  # without the tick it stays a question
    await top(page).get_by_role("checkbox", name="These 22 orders will not be sent").check()
    await press(top(page), "Mark as synced")
    await expect(top(page)).to_contain_text("22 not there")
    assert (await shop.shown(mine[0]))["status"] == "successful"

    await press(top(page), "Undo")
    await expect(top(page)).to_contain_text("22 under Failed again")
    await leave(page)
    await press(home, "Clear search")
    await expect(home).to_contain_text("Failed: 23 orders")
    assert (await shop.shown(mine[0]))["status"] == "failed"
    assert shop.in_the_erp() == {}


async def test_a_group_is_narrowed_to_a_customer_and_acted_on(page: Page, shop: Northwind) -> None:
    green = [order(str(70860 + number), DISCONTINUED) for number in range(3)]
    harbor = order("70870", DISCONTINUED, **OTHER)
    await shop.bot.send([*green, harbor])
    await open_channel(page)
    await act_as(page, DANA)
    alert = await card(page, "Failed: 4 orders are not in the ERP")
    await press(alert, "Details")
    await pick(top(page), "By item or customer", "3 orders · GREEN Green Fork")
    await expect(top(page)).to_contain_text("1–3 of 3")
    await press(top(page), "Select this page")
    await expect(top(page)).to_contain_text("3 selected")
    shop.box.erp.catalogue.set_item(DISCONTINUED, active=True)
    await pick(top(page), "Actions", "Retry sync")
    await press(top(page), "Send 3")
    await expect(top(page)).to_contain_text("All 3 are in the ERP")
    await leave(page)
    assert shop.in_the_erp() == {"70860": 1, "70861": 1, "70862": 1}


# --- one by one ----------------------------------------------------------------------------------


async def test_marked_with_a_right_a_wrong_and_no_number_then_reopened(
    page: Page, shop: Northwind
) -> None:
    there = order("70901", DISCONTINUED)
    await shop.bot.send([there, order("70902", DISCONTINUED), order("70903", DISCONTINUED)])
    await open_channel(page)
    await act_as(page, DANA)
    await card(page, "Failed: 3 orders are not in the ERP")
    await switch(page, "Sell discontinued items", on=True)
    number = await shop.keyed_in(there)
    await switch(page, "Sell discontinued items", on=False)

    await open_mark(page, "70901")
    await submit_mark(page, number)
    await expect(top(page)).to_contain_text("The ERP has it.")
    await leave(page)

    await open_mark(page, "70902")
    await submit_mark(page, number)
    await expect(top(page)).to_contain_text(f"{number} belongs to order 70901.")
    assert (await shop.shown("70902"))["status"] == "failed"
    await submit_mark(page, "")
    await expect(top(page)).to_contain_text("Order 70902 is marked as synced")
    await leave(page)

    await say(page, "/orders show 70902")
    await press(message(page, "order 70902").last, "Reopen")
    await expect(message(page, "Order 70902 is failed again")).to_be_visible()
    reopened = await shop.shown("70902")
    assert reopened["status"] == "failed"
    assert reopened["error"]["code"] == "inactive_item"
    assert shop.in_the_erp() == {"70901": 1}


async def open_mark(page: Page, number: str) -> None:
    await say(page, f"/orders mark-synced {number}")
    await expect(top(page)).to_contain_text("ERP order number")


async def test_a_permission_revoked_before_the_modal_is_submitted(
    page: Page, shop: Northwind
) -> None:
    await shop.bot.send([order("70911", DISCONTINUED), order("70912", DISCONTINUED)])
    await open_channel(page)
    await act_as(page, DANA)
    await card(page, "Failed: 2 orders are not in the ERP")
    await open_mark(page, "70911")
    await revoked_by_ada(page)
    await submit_mark(page, "SO-1")
    await expect(top(page)).to_contain_text("You need the permission Order Sync Actions for that.")
    await expect(top(page)).to_contain_text("Nothing changed.")
    assert (await shop.shown("70911"))["status"] == "failed"
    await leave(page)
    home = await open_orders_page(page)
    await expect(home).to_contain_text("Failed: 2 orders")
    await expect(home.get_by_role("checkbox")).to_have_count(0)


async def revoked_by_ada(page: Page) -> None:
    """In a window of her own, while the modal of the other stays open."""
    ada = await page.context.new_page()
    await open_channel(ada)
    await act_as(ada, ADA)
    await say(ada, "/orders people revoke @dana actions")
    await expect(message(ada, "Order Sync Actions revoked")).to_contain_text(f"@{DANA}")
    await ada.close()


async def test_the_details_say_all_and_ask_the_erp(page: Page, shop: Northwind) -> None:
    notes = "Ring twice at the back door. " * 30
    po = "PO-2026-" + "7" * 60
    await shop.bot.send([order("70921", DISCONTINUED, notes=notes, po_number=po)])
    await open_channel(page)
    await act_as(page, DANA)
    await press(await card(page, "Failed: order 70921"), "Details")
    await expect(top(page)).to_contain_text(notes.strip())
    await expect(top(page)).to_contain_text(po)
    await press(top(page), "Check the ERP")
    await expect(top(page)).to_contain_text("the ERP holds no document for it")
    assert shop.in_the_erp() == {}


# --- people --------------------------------------------------------------------------------------


async def test_an_admin_gives_and_takes_in_the_home(page: Page, shop: Northwind) -> None:
    await open_channel(page)
    await act_as(page, ADA)
    home = await open_orders_page(page)
    await press(home, "People and permissions")
    await top(page).get_by_role("combobox", name="Choose a person").click()
    await page.get_by_role("listbox").get_by_role("option", name="Eli Employee").click()
    await top(page).get_by_role("checkbox", name="Order Sync Actions").check()
    await press(top(page), "Save")
    await expect(top(page)).to_contain_text("Order Sync Actions granted")
    await leave(page)
    await expect(home).to_contain_text("May act on orders")
    await expect(home).to_contain_text("@Eli Employee")


# --- typed ---------------------------------------------------------------------------------------

RIGHT = (
    ("/orders", "2 orders are not synced"),
    ("/orders help", "What you can type"),
    ("/orders failed", "/orders failed · 1–2 of 2"),
    ("/orders failed code:inactive_item item:BEV-702 account:GREEN", "account:GREEN code:"),
    ("/orders pending", "Pending: 0 orders"),
    ("/orders successful since:7d", "Successful: 1 order"),
    ("/orders failed green", "/orders failed green · 1–2 of 2"),
    ("/orders show 70931", "Failed: order 70931"),
    ('/orders show "A 70933"', "order A 70933"),
    ("/orders history 70931", "History of order 70931"),
    ("/orders status", "Next sync"),
    ("/orders retry 70931", "refused again"),
    ("/orders retry failed code:inactive_item", "Send 2 orders again?"),
    ("/orders retry 70931 70932 70999", "No such order: 70999"),
    ("/orders people", "Order Sync Actions"),
)
WRONG = (
    ("/orders faild", "“faild” is not a command."),
    ("/orders failed colour:red", "There is no filter “colour:”."),
    ("/orders failed code:inactive_itm", "Did you mean code:inactive_item?"),
    ("/orders failed since:soon", "since: takes a span"),
    ("/orders failed placed:tomorrow", "placed: takes a date"),
    ("/orders pendng", "“pendng” is not a command."),
    ("/orders succesful", "Did you mean /orders successful?"),
    ("/orders hlep", "Did you mean /orders help?"),
    ("/orders show", "show needs an order id"),
    ("/orders show 999", "There is no such order."),
    ("/orders show A 70933", "an id with spaces goes in quotes"),
    ("/orders history", "history needs an order id"),
    ("/orders retry", "retry needs an order id"),
    ("/orders retry successful", "What is in the ERP is not sent again."),
    ("/orders mark-synced", "mark-synced needs an order id"),
    ("/orders people grant Eli actions", "Say who with an @mention"),
    ("/orders people grant @dana action", "“action” is not one of: actions, notifications."),
    ("/orders status now", "That command takes nothing after it."),
)


async def test_every_command_answers_with_and_without_mistakes(page: Page, shop: Northwind) -> None:
    given = [order("70931", DISCONTINUED), order("70932", DISCONTINUED), order("A 70933")]
    await shop.bot.send(given)
    await open_channel(page)
    await act_as(page, ADA)
    await card(page, "Failed: 2 orders are not in the ERP")
    await say(page, "/orders people grant @ada actions")
    await expect(answers(page).last).to_contain_text("Order Sync Actions granted")
    for typed, words in (*RIGHT, *WRONG):
        before = await answers(page).count()
        await say(page, typed)
        await expect(answers(page), typed).not_to_have_count(before)
        await expect(answers(page).filter(has_text=words).last, typed).to_be_visible()
    await say(page, "/orders mark-synced 70931 erp:SO-7")
    await expect(top(page).get_by_label("ERP order number")).to_have_value("SO-7")
    await leave(page)


def answers(page: Page) -> Locator:
    return page.get_by_role("article").filter(has_text="Only visible to you")
