"""The daily report in a browser: set in its form, come when the clock has moved, read by people."""

from collections.abc import AsyncIterator
from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio
from playwright.async_api import Locator, Page, expect

from sandbox.serve import Box
from tests.e2e.at_work import DISCONTINUED, Northwind, northwind, order
from tests.e2e.driving import ADA, DANA, ELI, act_as, message, open_channel, say
from tests.e2e.test_main_job import go_to
from tests.patience import patient

CHICAGO = ZoneInfo("America/Chicago")
SUBJECT = "Daily Order Sync Status Report"
GEAR = "⚙ Report settings"


@pytest_asyncio.fixture(loop_scope="session")
async def shop() -> AsyncIterator[Northwind]:
    async with northwind(patient(paced=False)) as found:
        yield found


@pytest_asyncio.fixture(loop_scope="session")
async def sandbox(shop: Northwind) -> Box:
    """The page under test is the one that this bot speaks to."""
    return shop.box


async def open_settings(page: Page) -> Locator:
    """Ada, behind the gear of the App Home."""
    await go_to(page, "Orderwatch")
    await page.get_by_role("tab", name="Home").click()
    await page.get_by_role("button", name=GEAR, exact=True).click()
    dialog = page.get_by_role("dialog", name="Daily report")
    await expect(dialog.get_by_label("Time", exact=True)).to_be_visible()
    return dialog


async def save(dialog: Locator) -> None:
    await dialog.get_by_role("button", name="Save", exact=True).click()


async def close(page: Page) -> None:
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)


def to_the_next_seven(shop: Northwind) -> None:
    """The clock moves to a minute past seven of the next day, in the distributor's zone."""
    now = shop.now()
    tomorrow = now.astimezone(CHICAGO) + timedelta(days=1)
    then = tomorrow.replace(hour=7, minute=1, second=0, microsecond=0)
    # Within one zone Python reckons by the clock on the wall, and a night may have 23 hours.
    shop.pass_time(then.astimezone(UTC) - now)


async def is_in_the_channel(page: Page) -> None:
    """With its picture, and its file in the thread."""
    await go_to(page, "orders")
    report = message(page, SUBJECT)
    await expect(report).to_contain_text("1 order is not synced: 1 Failed")
    await expect(report).to_contain_text("Next to deliver")
    picture = report.get_by_role("img", name="Orders received on each of the last 14 days")
    await expect(picture).to_be_visible()
    assert await picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 1000
    await report.get_by_role("button", name="1 reply").click()
    thread = page.locator("#aside")
    await expect(thread.get_by_role("link", name="Download order-sync-status-")).to_be_visible()


async def is_in_the_mailbox(page: Page) -> None:
    """As a person reads it, with the CSV to open."""
    await go_to(page, "Mailbox")
    await page.get_by_role("link", name=SUBJECT).click()
    frame = page.frame_locator("iframe")
    await expect(frame.get_by_text("1 order is not synced: 1 Failed")).to_be_visible()
    picture = frame.get_by_role("img", name="Orders received on each of the last 14 days")
    await expect(picture).to_be_visible()
    await page.get_by_role("button", name="Open order-sync-status-").click()
    sheet = page.locator(".mail-sheet")
    await expect(sheet.get_by_role("columnheader").first).to_have_text("Order id")
    await expect(sheet.get_by_role("cell").first).to_have_text("70501")
    await expect(sheet.get_by_role("cell").last).to_have_text("Failed")


async def test_an_admin_sets_the_report_and_it_comes_and_is_switched_off(
    page: Page, shop: Northwind
) -> None:
    await shop.bot.send([order("70501", DISCONTINUED)])
    await open_channel(page)
    await act_as(page, ADA)
    await expect(message(page, "Failed: order 70501 is not in the ERP")).to_be_visible()

    dialog = await open_settings(page)
    await dialog.get_by_label("E-mail addresses").fill("ada@example.com\nboss@example")
    await save(dialog)
    await expect(dialog).to_contain_text("“boss@example” is no e-mail address")
    await dialog.get_by_label("E-mail addresses").fill("ada@example.com")
    await save(dialog)
    await expect(page.get_by_role("dialog")).to_contain_text("The report is on.")
    await close(page)

    to_the_next_seven(shop)
    await is_in_the_channel(page)
    await is_in_the_mailbox(page)

    dialog = await open_settings(page)
    await dialog.get_by_label("E-mail addresses").fill("")
    await dialog.get_by_role("button", name="Remove orders").click()
    await save(dialog)
    await expect(page.get_by_role("dialog")).to_contain_text("The report is off.")
    await close(page)
    to_the_next_seven(shop)
    await nothing_comes(page, shop)


async def nothing_comes(page: Page, shop: Northwind) -> None:
    """What is asked for by hand is made by the same loop: when that is there, it has looked."""
    await act_as(page, DANA)
    await go_to(page, "orders")
    await say(page, "/orders report now")
    await expect(message(page, "it comes as a direct message")).to_be_visible()
    await go_to(page, "Orderwatch")
    await page.get_by_role("tab", name="Messages").click()
    await expect(message(page, SUBJECT)).to_be_visible()
    await go_to(page, "orders")
    await expect(message(page, SUBJECT)).to_have_count(1)
    assert len(shop.box.mailbox.mails) == 1


@pytest.mark.usefixtures("shop")
async def test_an_employee_cannot_open_the_settings(page: Page) -> None:
    await open_channel(page)
    await act_as(page, ELI)
    await say(page, "/orders report")
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_contain_text("Only admins may do that.")
    await expect(dialog).to_contain_text(f"@{ADA}")
    await expect(dialog.get_by_label("E-mail addresses")).to_have_count(0)
    await close(page)
    await go_to(page, "Orderwatch")
    await page.get_by_role("tab", name="Home").click()
    await expect(page.get_by_text("Orders of Northwind Traders")).to_be_visible()
    await expect(page.get_by_role("button", name=GEAR, exact=True)).to_have_count(0)
