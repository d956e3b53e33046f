"""`make screenshots`: the pictures of README and docs, taken of the real thing at work.

The bot, the stand-ins and the page are those of the demo; only the clock is moved, so that it is
two minutes past seven on a working day and pictures taken later look the same.
"""

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final

from playwright.async_api import (
    Browser,
    Locator,
    Page,
    ViewportSize,
    async_playwright,
    expect,
)

from sandbox.data import ZONE, orders
from sandbox.demo import grant
from sandbox.serve import SandboxOptions, slack_options
from sandbox.slack.clock import Clock
from tests.e2e.at_work import Northwind, northwind
from tests.e2e.browser import ARGUMENTS, NoBrowserError, executable
from tests.e2e.driving import ADA, DANA, ELI, act_as, message, open_channel, say
from tests.e2e.small_png import smaller

IMAGES: Final = Path(__file__).parents[2] / "docs" / "images"
MOMENT: Final = datetime(2026, 11, 24, 7, 2, tzinfo=ZONE)
WIDTH, TALL = 1120, 1400
SIZE: Final[ViewportSize] = {"width": WIDTH, "height": 880}
ALONE: Final = ("HARBR", "NEWLF", "OMALL")
"""Customers whose orders fail for other reasons than most; they come later."""
LARGEST: Final = 250_000
LATIN: Final = 0x2000


@dataclass(frozen=True, slots=True)
class Studio:
    """A page, what stands behind it, and the orders of the demo."""

    page: Page
    shop: Northwind
    given: list[dict[str, Any]]

    @property
    def single(self) -> Locator:
        """The card of one order."""
        return message(self.page, "Failed: order 70435")

    async def whole(self, name: str) -> None:
        """All of the page."""
        await self._by_day_and_night(name, self._whole)

    async def part(self, name: str, *parts: Locator) -> None:
        """A rectangle around `parts`, which are on the screen."""
        await self._by_day_and_night(name, partial(self._part, parts))

    async def _by_day_and_night(self, name: str, take: Callable[[], Awaitable[bytes]]) -> None:
        await self._leave()
        await self._keep(name, await take())
        await self.page.emulate_media(color_scheme="dark")
        await self._leave()
        await self._keep(f"{name}-dark", await take())
        await self.page.emulate_media(color_scheme="light")

    async def _whole(self) -> bytes:
        return await self.page.screenshot(animations="disabled")

    async def _part(self, parts: tuple[Locator, ...]) -> bytes:
        # What comes in meanwhile pushes up what was looked at.
        await parts[0].evaluate("part => part.matches('article') && part.scrollIntoView(true)")
        boxes = [box for part in parts if (box := await part.bounding_box())]
        left, top = min(box["x"] for box in boxes), min(box["y"] for box in boxes)
        right = max(box["x"] + box["width"] for box in boxes)
        bottom = max(box["y"] + box["height"] for box in boxes)
        clip: Any = {"x": left, "y": top, "width": right - left, "height": bottom - top}
        return await self.page.screenshot(clip=clip, animations="disabled")

    async def _leave(self) -> None:
        """Nothing is pointed at and nothing has the focus."""
        await self.page.mouse.move(0, 0)
        await self.page.evaluate("document.activeElement?.blur()")
        await self.page.wait_for_timeout(300)  # until it is drawn so

    async def _keep(self, name: str, picture: bytes) -> None:
        small = await smaller(self.page.context, picture)
        IMAGES.mkdir(parents=True, exist_ok=True)
        (IMAGES / f"{name}.png").write_bytes(small)
        print(f"{name}.png  {len(small) // 1000} kB", flush=True)  # noqa: T201
        assert len(small) < LARGEST, f"{name}.png has {len(small)} bytes"


async def alerts(studio: Studio) -> None:
    """A group and a single card."""
    page, bot = studio.page, studio.shop.bot
    await bot.send([one for one in studio.given if one["account_id"] not in ALONE])
    await open_channel(page)
    await act_as(page, DANA)
    await expect(message(page, "orders are not in the ERP")).to_be_visible()
    await bot.send([one for one in studio.given if one["account_id"] == "NEWLF"])
    await expect(studio.single).to_be_visible()
    await studio.whole("alert")


async def details(studio: Studio) -> None:
    """Everything needed to key an order in by hand."""
    page = studio.page
    await studio.single.get_by_role("button", name="Details", exact=True).click()
    dialog = page.get_by_role("dialog", name="Order 70435")
    await expect(dialog).to_be_visible()
    # A modal scrolls within; the picture is to show all of it.
    await page.set_viewport_size({"width": WIDTH, "height": TALL})
    style = await page.add_style_tag(content=f".modal {{ max-height: {TALL}px !important }}")
    await studio.part("details", dialog)
    await style.evaluate("node => node.remove()")
    await page.set_viewport_size(SIZE)
    await page.keyboard.press("Escape")
    await expect(dialog).to_have_count(0)


async def marking(studio: Studio) -> None:
    """Mark as synced, of one order."""
    page = studio.page
    await studio.single.get_by_role("button", name="Mark as synced", exact=True).click()
    dialog = page.get_by_role("dialog", name="Mark as synced")
    await expect(dialog.get_by_label("ERP order number")).to_be_visible()
    await studio.part("mark", dialog)
    await page.keyboard.press("Escape")
    await expect(dialog).to_have_count(0)


async def denied(studio: Studio) -> None:
    """What somebody without the permission is told."""
    page = studio.page
    await act_as(page, ELI)
    await expect(studio.single).to_be_visible()
    # Read once: without the line above what is new.
    await page.reload()
    await studio.single.get_by_role("button", name="Retry sync", exact=True).click()
    told = message(page, "Only visible to you")
    await expect(told).to_be_visible()
    await studio.part("denied", studio.single, told)
    await act_as(page, DANA)


async def commands(studio: Studio) -> None:
    """The answer to /orders."""
    page, bot = studio.page, studio.shop.bot
    await bot.send([one for one in studio.given if one["account_id"] in ALONE])
    await expect(message(page, "Credit hold")).to_be_visible()
    await expect(message(page, "Price not accepted")).to_be_visible()
    await say(page, "/orders")
    told = message(page, "Last 7 days")
    await expect(told).to_be_visible()
    await studio.part("orders-command", told)


async def home(studio: Studio) -> None:
    """The App Home."""
    page = studio.page
    await page.get_by_role("link", name="Orderwatch", exact=True).click()
    await page.get_by_role("tab", name="Home").click()
    await expect(page.get_by_text("Orders of Northwind Traders")).to_be_visible()
    await studio.whole("home")


async def many(studio: Studio) -> None:
    """Orders ticked on the Orders page, and what is asked before they are marked."""
    page = studio.page
    panel = page.get_by_role("tabpanel")
    for order in ("70420", "70435"):
        await panel.get_by_role("checkbox", name=order).check()
    await expect(panel).to_contain_text("2 selected")
    await panel.get_by_role("combobox", name="Actions").click()
    await page.get_by_role("option", name="Mark as synced", exact=True).click()
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_contain_text("Mark 2 orders as synced?")
    await studio.part("mark-many", dialog)
    await page.keyboard.press("Escape")
    await expect(dialog).to_have_count(0)
    await panel.get_by_role("button", name="Clear selection").click()
    await expect(panel).to_contain_text("None selected")


async def people(studio: Studio) -> None:
    """Who may do what, as an admin sees it, and what each chooses for themselves."""
    page = studio.page
    for who, name, picture in (
        (ADA, "People and permissions", "people"),
        (DANA, "Notifications", "notifications"),
    ):
        await act_as(page, who)
        await page.wait_for_timeout(2_000)  # until the bot has drawn the page of who looks now
        await page.get_by_role("tabpanel").get_by_role("button", name=name).click()
        dialog = page.get_by_role("dialog")
        await expect(dialog).to_be_visible()
        await expect(dialog).not_to_contain_text("One moment")
        await studio.part(picture, dialog)
        await page.keyboard.press("Escape")
        await expect(dialog).to_have_count(0)


async def outage(studio: Studio) -> None:
    """The ERP with its switches, and the card of what waits while it is down."""
    page = studio.page
    await page.get_by_role("link", name="ERP", exact=True).click()
    await expect(page.get_by_role("columnheader", name="Reference")).to_be_visible()
    await studio.whole("erp")
    await page.get_by_label("Down", exact=True).check()
    waiting = [one for one in orders(MOMENT.date(), seed=2, now=MOMENT) if _readable(one)]
    await studio.shop.bot.send([{**one, "id": f"8{one['id'][1:]}"} for one in waiting])
    await page.get_by_role("link", name="orders", exact=True).click()
    card = message(page, "Waiting: the ERP has not answered since")
    await expect(card).to_contain_text(f"{len(waiting)} orders wait")
    await studio.part("outage", card)


async def report(studio: Studio) -> None:
    """The daily report, in Slack and as a mail."""
    page, shop = studio.page, studio.shop
    await act_as(page, ADA)
    await say(page, "/orders report")
    dialog = page.get_by_role("dialog", name="Daily report")
    await dialog.get_by_label("E-mail addresses").fill("ada@northwind.example")
    await studio.part("report-settings", dialog)
    await dialog.get_by_role("button", name="Save", exact=True).click()
    await expect(page.get_by_role("dialog")).to_contain_text("The report is on.")
    await page.keyboard.press("Escape")
    shop.pass_time(timedelta(days=1))
    await page.clock.set_fixed_time(MOMENT + timedelta(days=1, minutes=1))
    card = message(page, "Daily Order Sync Status Report")
    await expect(card.get_by_role("img", name="Orders received")).to_be_visible(timeout=60_000)
    await page.set_viewport_size({"width": WIDTH, "height": TALL})
    await studio.part("report", card)
    await page.get_by_role("link", name="Mailbox", exact=True).click()
    await page.get_by_role("link", name="Daily Order Sync Status Report").click()
    picture = page.frame_locator("iframe").get_by_role("img")
    await expect(picture).to_be_visible()
    await studio.part("report-mail", page.locator(".mail-pane"))
    await page.set_viewport_size(SIZE)


def _readable(given: dict[str, Any]) -> bool:
    """Whether any machine has letters for the customer's name."""
    return all(ord(letter) < LATIN for letter in given["account_name"])


PICTURES: Final[tuple[Callable[[Studio], Awaitable[None]], ...]] = (
    alerts, details, marking, denied, commands, home, many, people, outage, report,
)  # fmt: skip


async def main() -> None:
    """Takes all of them. Raises NoBrowserError."""
    ahead = MOMENT.timestamp() - time.time()
    clock = Clock(lambda: time.time() + ahead)
    options = SandboxOptions(slack=slack_options(paced=False), clock=clock)
    async with async_playwright() as playwright, northwind(options) as shop:
        browser = await playwright.chromium.launch(executable_path=executable(), args=ARGUMENTS)
        await grant(shop.box, shop.bot, "dana", shop.box.channels["general"])
        page = await _page(browser, shop)
        given = [one for one in orders(MOMENT.date(), now=MOMENT) if _readable(one)]
        for take in PICTURES:
            await take(Studio(page, shop, given))
        await browser.close()


async def _page(browser: Browser, shop: Northwind) -> Page:
    context = await browser.new_context(
        base_url=shop.box.url,
        viewport=SIZE,
        device_scale_factor=2,
        timezone_id=ZONE.key,
        locale="en-US",
    )
    context.set_default_timeout(20_000)
    page = await context.new_page()
    await page.clock.set_fixed_time(MOMENT + timedelta(minutes=1))
    return page


if __name__ == "__main__":
    try:
        asyncio.run(main())
    except NoBrowserError as error:
        sys.exit(str(error))
