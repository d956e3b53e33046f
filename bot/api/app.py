"""The HTTP application, put together. Called by the composition root, served by uvicorn."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from fastapi import FastAPI, Request
from starlette.responses import Response

from bot.api import problems
from bot.api.callers import Callers
from bot.api.health import HealthApi
from bot.api.orders import OrdersApi
from bot.metrics import Metrics
from commands.desk import Desk
from commands.domain.ids import DistributorKey
from store import Store

Knock = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Doors:
    """What the HTTP side opens to. `slack_events`: None where no Slack is spoken over HTTP."""

    desks: Mapping[DistributorKey, Desk]
    callers: Callers
    store: Store
    metrics: Metrics = field(default_factory=Metrics)
    slack_events: Knock | None = None


def build(doors: Doors) -> FastAPI:
    """The application; it starts nothing."""
    app = FastAPI(
        title="Orderwatch",
        version="1",
        openapi_url="/api/openapi.json",
        # Both pages would load their scripts from elsewhere.
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    problems.install(app)
    app.include_router(OrdersApi(doors.desks, doors.callers, doors.store.queries).router())
    app.include_router(HealthApi(doors.desks, doors.store, doors.metrics).router())
    if doors.slack_events:
        app.add_route("/slack/events", doors.slack_events, methods=["POST"])
    return app
