"""A product that does the least: ready, writes to its admin, hears Slack over Socket Mode, takes
orders, says so.

Run as a child by the demo's tests. With the argument `die` it ends by itself, after a last word.
"""

import asyncio
import os
import sys
from typing import Any

from aiohttp import web
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient


async def main() -> None:
    if "die" in sys.argv:
        sys.exit("the last word")
    print(os.getpid(), flush=True)  # noqa: T201  # the log, where the test looks for it
    web_client = AsyncWebClient(os.environ["SLACK_BOT_TOKEN"], os.environ["SLACK_API_URL"])
    # A channel takes a message a second.
    web_client.retry_handlers.append(AsyncRateLimitErrorRetryHandler(max_retry_count=9))

    async def say(text: str, channel: str = "C000000002") -> None:
        await web_client.chat_postMessage(channel=channel, text=text)

    async def hear(client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        await client.send_socket_mode_response(SocketModeResponse(request.envelope_id))
        if request.type == "slash_commands":
            heard = request.payload
            await say(f"{heard['user_id']} says in #{heard['channel_name']}: {heard['text']}")

    async def take(request: web.Request) -> web.Response:
        assert request.headers["Authorization"] == f"Bearer {os.environ['DEMO_API_TOKEN']}"
        orders: list[dict[str, Any]] = await request.json()
        for number in range(4):
            await say(f"alert {number} of {len(orders)} orders")
        return web.json_response(
            {"results": [{"id": order["id"], "outcome": "created"} for order in orders]}
        )

    async def ready(_: web.Request) -> web.Response:
        return web.Response(text="ready")

    app = web.Application()
    app.add_routes([web.get("/readyz", ready), web.post("/api/v1/orders", take)])
    runner = web.AppRunner(app)
    await runner.setup()
    host, _, port = os.environ["LISTEN"].partition(":")
    await web.TCPSite(runner, host, int(port)).start()
    client = SocketModeClient(os.environ["SLACK_APP_TOKEN"], web_client=web_client)
    client.socket_mode_request_listeners.append(hear)
    await client.connect()  # type: ignore[no-untyped-call]  # of slack_sdk
    await say("choose people", "U000000001")
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
