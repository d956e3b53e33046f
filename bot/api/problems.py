"""Errors as RFC 9457 problem details. Installed on the application by `bot.api.app`."""

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

log = logging.getLogger("orderwatch.api")

MEDIA_TYPE: Final = "application/problem+json"


class ProblemError(Exception):
    """An answer that is not the one asked for: `detail` says what would be right."""

    def __init__(
        self, status: HTTPStatus, detail: str, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = headers


def problem(
    status: HTTPStatus, detail: str, headers: Mapping[str, str] | None = None
) -> JSONResponse:
    body = {"type": "about:blank", "title": status.phrase, "status": status, "detail": detail}
    return JSONResponse(body, status, dict(headers or {}), MEDIA_TYPE)


async def _ours(_request: Request, error: Exception) -> Response:
    assert isinstance(error, ProblemError)
    return problem(error.status, error.detail, error.headers)


async def _http(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    status = HTTPStatus(error.status_code)
    details = {
        HTTPStatus.NOT_FOUND: "there is nothing at this address; see /api/openapi.json",
        HTTPStatus.METHOD_NOT_ALLOWED: "not this method here; see /api/openapi.json",
    }
    return problem(status, details.get(status, status.phrase), error.headers)


async def _invalid(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    told = [f"{one['loc'][-1]}: {one['msg']}" for one in error.errors()]
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, "; ".join(told))


async def _unforeseen(_request: Request, error: Exception) -> Response:
    log.error("a request failed: %s", type(error).__name__)
    return problem(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "something went wrong here; send it again, the same order twice changes nothing",
    )


def install(app: FastAPI) -> None:
    """Every error of this application answers as a problem document."""
    app.add_exception_handler(ProblemError, _ours)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(Exception, _unforeseen)
