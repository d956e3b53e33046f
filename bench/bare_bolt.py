"""A Bolt app that acknowledges and does nothing else, beside which the bot's answers are measured.

Run as a child: `python -m bench.bare_bolt API_URL`, with the bot's token and the signing secret in
its environment. Prints its address.
"""

import asyncio
import os
import re
import sys

import uvicorn
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.listening import listening


def bare(api_url: str) -> Starlette:
    client = AsyncWebClient(token=os.environ.pop("SLACK_BOT_TOKEN"), base_url=api_url)
    app = AsyncApp(client=client, signing_secret=os.environ["SLACK_SIGNING_SECRET"])

    async def nothing(ack: AsyncAck) -> None:
        await ack()

    app.command("/orders")(nothing)
    app.action(re.compile(".*"))(nothing)
    handler = AsyncSlackRequestHandler(app)

    async def knock(request: Request) -> Response:
        return await handler.handle(request)

    return Starlette(routes=[Route("/slack/events", knock, methods=["POST"])])


async def main() -> None:
    with listening(0) as listener:
        print(f"http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
        config = uvicorn.Config(bare(sys.argv[1]), log_level="error", access_log=False)
        await uvicorn.Server(config).serve(sockets=[listener])


if __name__ == "__main__":
    asyncio.run(main())
