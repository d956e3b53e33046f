"""The shapes of the API's answers, for /api/openapi.json and for whoever reads the code."""

from datetime import datetime
from typing import Any, Final

from pydantic import BaseModel, ConfigDict

from bot.taken import Outcome, Result
from bot.wire import OrderIn
from commands.domain.documents import to_json
from commands.domain.failures import Code, Failure
from commands.domain.lifecycle import State, Status
from commands.ports import Order


class ResultOut(BaseModel):
    """What came of one order; `detail` only where it was refused."""

    id: str | None
    outcome: Outcome
    detail: str | None = None


class ResultsOut(BaseModel):
    results: list[ResultOut]


class ErrorOut(BaseModel):
    """Why the order is not in the ERP. `subject`: the item, account or field it is about."""

    code: Code
    title: str
    message: str
    subject: str | None

    @classmethod
    def of(cls, failure: Failure) -> "ErrorOut":
        return cls(
            code=failure.code,
            title=failure.title,
            message=failure.message,
            subject=failure.subject.value if failure.subject else None,
        )


class StandingOut(BaseModel):
    """Where an order stands; the answer has the order's own fields beside these."""

    model_config = ConfigDict(extra="allow")

    id: str
    status: Status
    state: State
    error: ErrorOut | None
    erp_reference: str | None
    attempts: int
    received_at: datetime
    held_by: str | None


class OrdersOut(BaseModel):
    orders: list[StandingOut]
    next_cursor: str | None


class ConfirmationIn(BaseModel):
    """The ERP has the order, under this number."""

    order_id: str
    erp_reference: str | None = None


class ConfirmationOut(BaseModel):
    """`moved`: the order changed by it, now."""

    order_id: str
    moved: bool


class ProblemOut(BaseModel):
    """RFC 9457 problem details."""

    type: str
    title: str
    status: int
    detail: str


def result_out(result: Result) -> dict[str, Any]:
    """What came of one order, as JSON."""
    plain = {"id": result.id, "outcome": result.outcome}
    return plain if result.detail is None else {**plain, "detail": result.detail}


def order_out(order: Order) -> dict[str, Any]:
    """An order and where it stands, as JSON."""
    standing = order.standing
    # A reopened order would go back to it; a synced one has none.
    failure = None if standing.state is State.SYNCED else standing.failure
    return {
        **to_json(order.document),
        "status": standing.status,
        "state": standing.state,
        "error": ErrorOut.of(failure).model_dump() if failure else None,
        "erp_reference": standing.reference,
        "attempts": standing.attempts,
        "received_at": order.received_at.isoformat(),
        "held_by": standing.hold.by if standing.hold else None,
    }


ORDER_SCHEMA: Final = OrderIn.model_json_schema(ref_template="#/components/schemas/{model}")


def orders_body() -> dict[str, Any]:
    """The request body of POST /api/v1/orders, for the description."""
    definitions = ORDER_SCHEMA.get("$defs", {})
    order = {key: value for key, value in ORDER_SCHEMA.items() if key != "$defs"}
    inlined = _inlined(order, definitions)
    many = {"type": "array", "items": inlined, "maxItems": 1000}
    schema = {"oneOf": [inlined, many]}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


def _inlined(schema: Any, definitions: dict[str, Any]) -> Any:  # noqa: ANN401 - JSON
    """The schema with what it refers to put in place: it stands in the description alone."""
    match schema:
        case {"$ref": str(ref)}:
            return _inlined(definitions[ref.rpartition("/")[2]], definitions)
        case dict():
            return {key: _inlined(value, definitions) for key, value in schema.items()}
        case list():
            return [_inlined(value, definitions) for value in schema]
        case _:
            return schema
