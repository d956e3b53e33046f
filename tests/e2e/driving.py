"""The steps that browser tests take on the page, as a person would name them."""

import asyncio
import re

from playwright.async_api import Locator, Page, expect

from sandbox.serve import Box
from tests.e2e.every_block import card
from tests.e2e.scripted_app import ScriptedApp

ADA, DANA, ELI, GUS = "Ada Admin", "Dana Desk", "Eli Employee", "Gus Guest"


async def act_as(page: Page, name: str) -> None:
    """Switches the person and waits until the page is theirs; the option may say more."""
    choice = page.get_by_label("Act as", exact=True)
    person = await choice.locator("option", has_text=name).get_attribute("value")
    await choice.select_option(value=person)
    await expect(page).to_have_url(re.compile(rf"[?&]as={person}\b"))


async def open_channel(page: Page, name: str = "orders") -> None:
    """By its link in the sidebar."""
    await page.goto("/")
    await page.get_by_role("link", name=name, exact=True).click()
    await expect(page.get_by_role("heading", name=name, exact=True)).to_be_visible()


async def say(page: Page, text: str) -> None:
    """A message or a slash command in the open conversation."""
    box = page.get_by_role("textbox", name="Message", exact=True)
    await box.fill(text)
    await box.press("Enter")


async def move_clock(page: Page, span: str) -> None:
    """Forward, by what the menu of the clock calls so."""
    await page.get_by_role("button", name="Move the clock forward").click()
    await page.get_by_role("menuitem", name=span, exact=True).click()


async def choose(inside: Locator, option: str) -> None:
    """An option of a message's menu."""
    await inside.get_by_role("button", name="More actions").click()
    await inside.page.get_by_role("menuitem", name=option, exact=True).click()


def message(page: Page, text: str) -> Locator:
    return page.get_by_role("article").filter(has_text=text)


async def post_card(app: ScriptedApp, box: Box) -> str:
    """An alert with buttons in #orders; its timestamp."""
    text = "Failed: 267 orders are not in the ERP"
    orders = box.channels["orders"]
    answer = await app.web.chat_postMessage(channel=orders, text=text, blocks=card())
    return str(answer["ts"])


async def until_seen(app: ScriptedApp, count: int = 1) -> None:
    """Waits until the app has met that many payloads."""
    async with asyncio.timeout(20):
        while len(app.seen) < count:
            await asyncio.sleep(0.03)
