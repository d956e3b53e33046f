"""`/api/v1/orders` and `/api/v1/erp/confirmations`: what the shop and the ERP call.

Each reads the request, calls one verb or one query, and shapes the answer.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query, Request
from pydantic import ValidationError
from starlette.responses import JSONResponse, Response

from bot.api.bodies import json_body
from bot.api.callers import BEARER, Caller, Callers
from bot.api.problems import ProblemError
from bot.api.shapes import (
    ConfirmationIn,
    ConfirmationOut,
    OrdersOut,
    ProblemOut,
    ResultsOut,
    StandingOut,
    order_out,
    orders_body,
    result_out,
)
from bot.taken import TWICE, result
from bot.wire import Bad, read_order
from bot.wire_fields import Moment, Reference
from commands import intake
from commands.desk import Desk
from commands.domain.documents import Document
from commands.domain.ids import BadIdError, DistributorKey, OrderId, order_id
from commands.domain.lifecycle import Status
from commands.ports import NoSuchOrder
from store.filters import BadCursorError, Filters
from store.queries import Page, Queries

MOST_ORDERS: Final = 1000
UNKNOWN: Final = "there is no order with this id"
PROBLEMS: Final[dict[int | str, dict[str, Any]]] = {
    code: {"model": ProblemOut, "content": {"application/problem+json": {}}}
    for code in (401, 403, 404, 413, 422)
}


class Confirmation(ConfirmationIn):
    """As it comes in, checked."""

    erp_reference: Reference | None = None


@dataclass(frozen=True, slots=True)
class OrdersApi:
    """The routes of the orders, over the distributors' desks."""

    desks: Mapping[DistributorKey, Desk]
    callers: Callers
    queries: Queries

    def router(self) -> APIRouter:
        router = APIRouter(prefix="/api/v1", responses=PROBLEMS)
        self._orders(router)
        self._confirmations(router)
        return router

    def _orders(self, router: APIRouter) -> None:
        shop = Depends(self.callers.shop)

        @router.post(
            "/orders",
            dependencies=[Depends(BEARER)],
            response_model=ResultsOut,
            openapi_extra=orders_body(),
            summary="Send one order, or up to 1,000",
        )
        async def post_orders(request: Request, caller: Caller = shop) -> Response:
            return await self._take(request, caller)

        @router.get(
            "/orders",
            dependencies=[Depends(BEARER)],
            response_model=OrdersOut,
            summary="Orders, newest received first",
        )
        async def list_orders(
            status: Annotated[Status | None, Query()] = None,
            since: Annotated[Moment | None, Query(description="of received_at")] = None,
            limit: Annotated[int, Query(ge=1, le=500)] = 100,
            cursor: Annotated[str | None, Query(max_length=100)] = None,
            caller: Caller = shop,
        ) -> Response:
            filters = Filters(status=status, since=since)
            return await self._list(caller, filters, cursor, limit)

        # An id may hold a slash.
        @router.get(
            "/orders/{id:path}",
            dependencies=[Depends(BEARER)],
            response_model=StandingOut,
            summary="An order and where it stands",
        )
        async def get_order(id: str, caller: Caller = shop) -> Response:  # noqa: A002 - as described
            return await self._show(caller, id)

    def _confirmations(self, router: APIRouter) -> None:
        shop_or_erp = Depends(self.callers.anyone)

        @router.post(
            "/erp/confirmations",
            dependencies=[Depends(BEARER)],
            response_model=ConfirmationOut,
            openapi_extra=_confirmation_body(),
            summary="The ERP has an order",
        )
        async def confirm(request: Request, caller: Caller = shop_or_erp) -> Response:
            return await self._confirm(request, caller)

    async def _take(self, request: Request, caller: Caller) -> Response:
        sent = await json_body(request)
        if not isinstance(sent, dict | list):
            raise _unprocessable("the body is neither an order nor an array of orders")
        many = sent if isinstance(sent, list) else [sent]
        if len(many) > MOST_ORDERS:
            raise _unprocessable(f"{len(many)} orders at once; send at most {MOST_ORDERS}")
        read = await asyncio.to_thread(_read, many, caller.distributor)
        desk = self.desks[caller.distributor]
        documents = [one for one in read if isinstance(one, Document)]
        taken = iter(await intake.take_in(desk, documents) if documents else [])
        results = [result(one if isinstance(one, Bad) else next(taken)) for one in read]
        return JSONResponse({"results": [result_out(one) for one in results]})

    async def _list(
        self, caller: Caller, filters: Filters, cursor: str | None, limit: int
    ) -> Response:
        try:
            page = await self.queries.page(caller.distributor, filters, cursor, limit)
        except BadCursorError as error:
            raise _unprocessable(str(error)) from None
        return await asyncio.to_thread(_listed, page)

    async def _show(self, caller: Caller, text: str) -> Response:
        order = await self.queries.order(caller.distributor, _known(text))
        if order is None:
            raise ProblemError(HTTPStatus.NOT_FOUND, UNKNOWN)
        return JSONResponse(order_out(order))

    async def _confirm(self, request: Request, caller: Caller) -> Response:
        told = _confirmation(await json_body(request))
        order, desk = _known(told.order_id), self.desks[caller.distributor]
        verb = intake.confirmed_by_erp if caller.is_erp else intake.confirmed_by_shop
        outcome = await verb(desk, order, told.erp_reference)
        if isinstance(outcome, NoSuchOrder):
            raise ProblemError(HTTPStatus.NOT_FOUND, UNKNOWN)
        desk.wake()
        shaped = ConfirmationOut(order_id=order, moved=outcome.moved)
        return JSONResponse(shaped.model_dump(mode="json"))


def _read(many: Sequence[object], distributor: DistributorKey) -> list[Document | Bad]:
    """Each order read; the second of one id is refused, whatever became of the first."""
    seen: set[OrderId] = set()
    read: list[Document | Bad] = []
    for data in many:
        one = read_order(data, distributor)
        if one.id is not None and one.id in seen:
            one = Bad(one.id, TWICE)
        elif one.id is not None:
            seen.add(one.id)
        if isinstance(one, Document):
            one.prepare()
        read.append(one)
    return read


def _listed(page: Page) -> Response:
    orders = [order_out(order) for order in page.orders]
    return JSONResponse({"orders": orders, "next_cursor": page.cursor})


def _confirmation(sent: object) -> Confirmation:
    if not isinstance(sent, dict):
        raise _unprocessable("expected an object with order_id and erp_reference")
    try:
        return Confirmation.model_validate(sent)
    except ValidationError as error:
        wrong = error.errors(include_url=False, include_input=False, include_context=False)
        told = "; ".join(f"{one['loc'][0]}: {one['msg']}" for one in wrong)
        raise _unprocessable(told) from None


def _confirmation_body() -> dict[str, Any]:
    schema = ConfirmationIn.model_json_schema()
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


def _known(text: str) -> OrderId:
    """What cannot be an id is no order's."""
    try:
        return order_id(text)
    except BadIdError:
        raise ProblemError(HTTPStatus.NOT_FOUND, UNKNOWN) from None


def _unprocessable(detail: str) -> ProblemError:
    return ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, detail)
