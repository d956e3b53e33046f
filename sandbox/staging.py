"""Slack, an ERP and the product in front of them, started and wired, without the demo's story.

Entered by the demo, by the browser tests and for the screenshots. Nothing outlives it: the product
ends with the block, and its folder is removed.
"""

import contextlib
import tempfile
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from sandbox.data import erp_catalogue
from sandbox.erp import server as erp_server
from sandbox.erp.setup import CallbackTarget
from sandbox.product import SETTINGS, Product, Surroundings
from sandbox.serve import Box, SandboxOptions, running
from sandbox.tryton import DATABASE
from sandbox.tryton import running as tryton_running
from sandbox.tryton.desk import Desk, master_data
from sandbox.wire import wired

ON_TRYTON: Final = SETTINGS.replace('kind = "rest"', f'kind = "tryton"\ndatabase = "{DATABASE}"')
"""The demo's settings, in front of a Tryton."""


@contextlib.asynccontextmanager
async def at_work(
    options: SandboxOptions, command: Sequence[str], settings: str = SETTINGS
) -> AsyncIterator[tuple[Box, Product]]:
    """The sandbox, the ERP on a port of its own, and the product started but not `ready` yet.

    Raises ProductError, and OSError when the port is taken.
    """
    async with (
        running(options) as box,
        erp_server.running(box.erp, refuses=True) as erp_url,
        _product(box, erp_url, box.erp_token, command, settings) as product,
    ):
        confirmations = f"{product.url}/api/v1/erp/confirmations"
        box.erp.callback = CallbackTarget(confirmations, product.erp_api_token)
        box.erp.catalogue = erp_catalogue()
        yield box, product


@contextlib.asynccontextmanager
async def at_work_on_tryton(
    options: SandboxOptions, command: Sequence[str], settings: str = ON_TRYTON
) -> AsyncIterator[tuple[Box, Product]]:
    """The same with a real Tryton, over a wire whose troubles the page's switches are.

    Raises TrytonError as well.
    """
    with tempfile.TemporaryDirectory(prefix="orderwatch-tryton-") as folder:
        async with (
            tryton_running(Path(folder), master_data()) as server,
            wired(server.url) as wire,
        ):
            desk = Desk(server, wire)
            async with (
                running(replace(options, erp_routes=desk.routes())) as box,
                _product(box, wire.url, server.key, command, settings) as product,
            ):
                wire.on_passed = lambda: box.slack.live.tell("erp")
                yield box, product


@contextlib.asynccontextmanager
async def _product(
    box: Box, erp_url: str, erp_token: str, command: Sequence[str], settings: str
) -> AsyncIterator[Product]:
    around = Surroundings(
        slack_api_url=box.slack_api_url,
        slack_bot_token=box.bot_token,
        slack_app_token=box.app_token,
        slack_signing_secret=box.signing_secret,
        erp_url=erp_url,
        erp_token=erp_token,
        smtp_url=box.smtp_url,
    )
    with tempfile.TemporaryDirectory(prefix="orderwatch-demo-") as folder:
        product = Product(Path(folder), around, command, settings=settings, clock=box.clock)
        await product.launch()
        try:
            yield product
        finally:
            await product.stop()
