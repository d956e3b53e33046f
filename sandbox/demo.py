"""`python -m sandbox.demo`, which is `make demo`: everything needed to try Orderwatch, in one go.

Runs the sandbox in this process and the product as its child, loads orders of which some fail, and
lets more trickle in. With ERP=tryton the ERP is a real Tryton. Nothing outlives it: what it started
ends with it, and its folders are removed.
"""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import httpx

from sandbox.data import ZONE, later_orders, orders
from sandbox.product import Product, ProductError, product_command
from sandbox.serve import Box, SandboxOptions
from sandbox.staging import at_work, at_work_on_tryton
from sandbox.tryton import TrytonError

DEFAULT_PORT: Final = 8700
GRANT_SECONDS: Final = 60.0
TRICKLE_SECONDS: Final = 20.0
ALERT_SECONDS: Final = 100.0
"""After so long the page is shown without them: that is worth looking at as well."""
ENDINGS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

TO_TRY: Final = """\
Open #orders: the alerts there are orders that the ERP refused, and Dana may retry them.
Under ERP, turn on "Sell discontinued items" and press Retry all, or turn on "Down" and watch.
Act as Eli to see what somebody without the permission is told, and as Ada to grant it."""
COMING: Final = "The first orders go to the ERP at {at:%H:%M:%S}; alerts follow."

Say = Callable[[str], None]
Staged = contextlib.AbstractAsyncContextManager[tuple[Box, Product]]


@dataclass(frozen=True, slots=True)
class Scene:
    """Which ERP it is, and for how many reasons the first orders fail there."""

    staged: Callable[[SandboxOptions, Sequence[str]], Staged]
    alerts: int
    before: str = ""


SCENES: Final = {
    "": Scene(at_work, alerts=4),
    "rest": Scene(at_work, alerts=4),
    "tryton": Scene(at_work_on_tryton, 3, "Starting Tryton; the first time takes half a minute."),
}


def main(command: Sequence[str] | None = None) -> int:
    """Runs until SIGINT, SIGTERM or SIGHUP; 1 when it cannot start or the product dies."""
    port = _port(os.environ.get("DEMO_PORT", ""))
    if port is None:
        return _fail("DEMO_PORT is no port number; leave it out or set it to one such as 8701.")
    scene = SCENES.get(os.environ.get("ERP", "").lower())
    if scene is None:
        return _fail("ERP names no ERP of the demo; leave it out or set it to tryton.")
    try:
        asyncio.run(_until_signalled(port, command or product_command(), scene))
    except (ProductError, TrytonError) as error:
        return _fail(str(error))
    except OSError as error:
        return _fail(
            f"Port {port} cannot be used ({error.strerror}): "
            f"end what listens there, or choose another: DEMO_PORT={port + 1} make demo"
        )
    return 0


async def play(
    port: int,
    command: Sequence[str],
    stopped: asyncio.Event,
    say: Say,
    hint: Say,
    scene: Scene = SCENES[""],
) -> None:
    """The whole demo until `stopped`; `hint` takes what is said before there is something to see.

    Raises ProductError or TrytonError, and OSError when the port is taken.
    """
    if scene.before:
        hint(scene.before)
    async with scene.staged(SandboxOptions(port=port), command) as (box, product):
        story = _story(box, product, say, hint, scene.alerts)
        await _first_of(stopped.wait(), product.ended(), story)


async def _until_signalled(port: int, command: Sequence[str], scene: Scene) -> None:
    stopped = asyncio.Event()
    for number in ENDINGS:
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    await play(port, command, stopped, _say, _hint, scene)


async def _story(box: Box, product: Product, say: Say, hint: Say, alerts: int) -> None:
    """What happens by itself; ends only with the demo."""
    await product.ready()
    await grant(box, product, "dana", box.channels["general"])
    now = _now(box).astimezone(ZONE)
    await product.send(orders(now.date(), now=now))
    hint(COMING.format(at=_next_minute()))
    await _alerted(box, alerts)
    say(f"Orderwatch demo: {box.url}\n{TO_TRY}")
    for order in later_orders(lambda: _now(box)):
        await asyncio.sleep(TRICKLE_SECONDS)
        with contextlib.suppress(ProductError):  # if it died, `ended` tells; else the next may go
            await product.send([order])


def _now(box: Box) -> datetime:
    return datetime.fromtimestamp(box.clock.wall(), UTC)


def _next_minute() -> datetime:
    """The next tick of the cadence, as the clock on this machine's wall shows it."""
    return (datetime.now().astimezone() + timedelta(minutes=1)).replace(second=0, microsecond=0)


async def _alerted(box: Box, alerts: int) -> None:
    """Waits until the alerts of the first orders stand in their channel."""
    channel = box.slack.workspace.conversations[box.channels["orders"]]
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(ALERT_SECONDS):
            # What stands there is written by another process.
            while len([one for one in channel.timeline() if one.bot_id]) < alerts:  # noqa: ASYNC110
                await asyncio.sleep(0.2)


async def grant(box: Box, product: Product, name: str, channel: str) -> None:
    """Ada, the admin, lets somebody act and be notified: by hand, as every admin must at first."""
    ada, person = box.people["ada"], box.people[name]
    await _written_to(box, ada, product)
    async with httpx.AsyncClient(headers=box.page_headers, trust_env=False, timeout=10) as page:
        for permission in ("actions", "notifications"):
            words = f"/orders people grant <@{person}> {permission}"
            said = {"as": ada, "channel": channel, "text": words}
            await _said(page, f"{box.url}/desk/send", said, product)


async def _written_to(box: Box, admin: str, product: Product) -> None:
    """The app's first word to its admin: before it knows that she is one, it obeys nobody."""
    direct = box.slack.workspace.im(admin)
    try:
        async with asyncio.timeout(GRANT_SECONDS):
            while not direct.messages:  # noqa: ASYNC110  # the app is another process
                await asyncio.sleep(0.1)
    except TimeoutError:
        told = f"Orderwatch does not write to its admin. Its last lines:\n{product.tail()}"
        raise ProductError(told) from None


async def _said(page: httpx.AsyncClient, url: str, said: dict[str, str], product: Product) -> None:
    """Says it until the app hears it; ready over HTTP, its socket may not stand yet."""
    error = ""
    try:
        async with asyncio.timeout(GRANT_SECONDS):
            while not (answer := (await page.post(url, json=said)).json())["ok"]:
                error = answer.get("message") or answer.get("error", "")
                await asyncio.sleep(0.3)
    except TimeoutError:
        told = f"Orderwatch does not answer in Slack ({error}). Its last lines:\n{product.tail()}"
        raise ProductError(told) from None


async def _first_of(*works: Coroutine[Any, Any, object]) -> None:
    """Runs them until one ends, ends the others, and raises what that one raised."""
    tasks = [asyncio.ensure_future(work) for work in works]
    done, others = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    for task in done:
        task.result()


def _port(text: str) -> int | None:
    if not text:
        return DEFAULT_PORT
    number = int(text) if text.isascii() and text.isdigit() else -1
    return number if 0 <= number <= 65_535 else None


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201


def _hint(text: str) -> None:
    # Not on stdout: there the first line is the URL's.
    print(text, file=sys.stderr, flush=True)  # noqa: T201


def _fail(text: str) -> int:
    print(text, file=sys.stderr)  # noqa: T201
    return 1


if __name__ == "__main__":
    sys.exit(main())
