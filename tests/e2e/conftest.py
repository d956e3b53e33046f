"""What every browser test shares: one Chromium for the run, a fresh profile and sandbox for each.

The tests run in one event loop, because a browser belongs to the loop that started it.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect

from sandbox.serve import Box, running
from tests.e2e.browser import ARGUMENTS, executable
from tests.e2e.scripted_app import ScriptedApp, scripted
from tests.patience import patient

HERE = Path(__file__).parent
PATIENCE = 60_000
"""Milliseconds; a press may go through three processes, and the machine may be busy."""

expect.set_options(timeout=PATIENCE)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The marks stand here and not in each file: a forgotten one would start a second browser."""
    for item in items:
        if HERE in item.path.parents and item.get_closest_marker("asyncio"):
            item.add_marker(pytest.mark.e2e)
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Headless Chromium. Raises NoBrowserError where there is none."""
    async with async_playwright() as playwright:
        made = await playwright.chromium.launch(executable_path=executable(), args=ARGUMENTS)
        yield made
        await made.close()


@pytest_asyncio.fixture(loop_scope="session")
async def sandbox() -> AsyncIterator[Box]:
    """The local Slack, the ERP and the mailbox on a free port; no limits of pace."""
    async with running(patient(paced=False)) as box:
        yield box


@pytest_asyncio.fixture(loop_scope="session")
async def context(browser: Browser, sandbox: Box) -> AsyncIterator[BrowserContext]:
    """A fresh profile whose relative addresses are the sandbox's."""
    made = await browser.new_context(base_url=sandbox.url, viewport={"width": 1280, "height": 800})
    made.set_default_timeout(PATIENCE)
    yield made
    await made.close()


@pytest_asyncio.fixture(loop_scope="session")
async def page(context: BrowserContext) -> AsyncIterator[Page]:
    """A tab; the test fails when a script on it does."""
    made = await context.new_page()
    broken: list[str] = []
    made.on("pageerror", lambda error: broken.append(str(error)))
    yield made
    assert not broken, f"errors on the page: {broken}"


@pytest_asyncio.fixture(loop_scope="session")
async def app(sandbox: Box) -> AsyncIterator[ScriptedApp]:
    """A scripted Slack app in the place of the product, for tests of the page alone."""
    async with scripted(sandbox) as made:
        yield made
