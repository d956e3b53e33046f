"""`/healthz`, `/readyz` and `/metrics`: what the machine room asks. No token, no order data."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from fastapi import APIRouter
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.responses import JSONResponse, PlainTextResponse, Response

from bot.api.problems import problem
from bot.metrics import Metrics
from commands.desk import Desk
from commands.domain.ids import DistributorKey
from store import Store, migrations
from store.summaries import states


@dataclass(frozen=True, slots=True)
class HealthApi:
    """The routes of the machine room."""

    desks: Mapping[DistributorKey, Desk]
    store: Store
    metrics: Metrics

    def router(self) -> APIRouter:
        router = APIRouter()

        @router.get("/healthz", summary="The process lives")
        async def healthz() -> Response:
            return JSONResponse({"status": "ok"})

        @router.get("/readyz", summary="The database answers and has the right schema")
        async def readyz() -> Response:
            return await self._ready()

        @router.get("/metrics", summary="Prometheus text", response_class=PlainTextResponse)
        async def metrics() -> Response:
            return await self._metrics()

        return router

    async def _ready(self) -> Response:
        unready = HTTPStatus.SERVICE_UNAVAILABLE
        try:
            found = await self.store.schema_version()
        except Exception:  # noqa: BLE001 - whatever the driver raises: it does not answer
            return problem(unready, "the database does not answer")
        needed = migrations.head()
        if found != needed:
            told = found or "none"
            return problem(unready, f"the schema is {told}, not {needed}; run orderwatch migrate")
        return JSONResponse({"database": "ok", "schema": found})

    async def _metrics(self) -> Response:
        for key in self.desks:
            async with self.store.database.reading() as connection:
                self.metrics.count(key, await states(connection, key))
        await self.metrics.ask_connections(self.desks.values())
        return Response(self.metrics.text(), media_type=CONTENT_TYPE_LATEST)
