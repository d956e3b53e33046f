"""The routes of the simulated ERP, mounted under `/erp` by the sandbox or served alone.

`GET/POST /orders` and `GET /health` are the gateway; `/view`, `/switches` and `/control` belong to
the page and to tests (see `desk`). The gateway's endpoints are bare ASGI: benchmarks measure the
product against it, so it must cost next to nothing.
"""

import asyncio
from urllib.parse import parse_qsl

from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from sandbox.erp import callbacks, wire
from sandbox.erp.answers import Answer, problem
from sandbox.erp.desk import desk_routes
from sandbox.erp.faults import Fault
from sandbox.erp.setup import Posted
from sandbox.erp.state import ErpState


def routes(state: ErpState) -> list[BaseRoute]:
    """Everything the ERP answers; the prefix is the mount's."""
    return [
        Route("/orders", Orders(state), methods=["GET", "POST"]),
        Route("/health", Health(state), methods=["GET"]),
        *desk_routes(state),
    ]


class Orders:
    """`/orders`: taking orders and looking them up."""

    def __init__(self, state: ErpState) -> None:
        self._state = state

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            if scope["method"] == "POST":
                await self._post(scope, receive, send)
            else:
                await self._look_up(scope, receive, send)
        except wire.GoneError:
            return  # the request was never complete: nothing was done

    async def _post(self, scope: Scope, receive: Receive, send: Send) -> None:
        sent = Posted(
            wire.header(scope, b"authorization").encode("latin-1"),
            wire.header(scope, b"idempotency-key"),
            wire.header(scope, b"content-type"),
        )
        course = self._state.course("post", sent.external_id)
        answer = await self._answer(sent, receive, course)
        if course.does == "later":
            asyncio.get_running_loop().call_later(course.delay + 0.001, self._state.settle)
        if course.hold and course.pace == "whole":
            await asyncio.sleep(course.hold)
        await wire.say(send, receive, answer, course)
        callbacks.drain(self._state)

    async def _answer(self, sent: Posted, receive: Receive, course: Fault) -> Answer | None:
        lost = course.does == "nothing" and course.says == "cut"
        body = b"" if lost else await wire.read(receive)
        # Once read, an order is processed even if its sender has given up waiting.
        if course.wait:
            await asyncio.sleep(course.wait)
        if body is None:
            return problem("too_large", "over 1 MiB")
        return self._state.post(sent, body, course)

    async def _look_up(self, scope: Scope, receive: Receive, send: Send) -> None:
        query = dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))
        authorization = wire.header(scope, b"authorization").encode("latin-1")
        course = self._state.course("look_up", query.get("external_id", ""))
        if course.wait:
            await asyncio.sleep(course.wait)
        answer = self._state.look_up(authorization, query, course)
        if course.hold and course.pace == "whole":
            await asyncio.sleep(course.hold)
        await wire.say(send, receive, answer, course)


class Health:
    """`/health`: whether the gateway answers and knows the token."""

    def __init__(self, state: ErpState) -> None:
        self._state = state

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        authorization = wire.header(scope, b"authorization").encode("latin-1")
        course = self._state.course("health")
        if course.wait:
            await asyncio.sleep(course.wait)
        await wire.say(send, receive, self._state.health(authorization, course), course)
