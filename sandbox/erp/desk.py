"""The ERP as people see it: `/view` and `/switches` for the page, `/control` for tests.

A page of another origin must not turn switches, so POST wants this server's Host and Origin.
`/control` works from another process and wants the header `X-Sandbox-Control`.
"""

import hmac
import json
from collections.abc import Callable
from dataclasses import asdict, fields
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox.erp import callbacks
from sandbox.erp.books import Document
from sandbox.erp.faults import from_json
from sandbox.erp.schedules import DOORS
from sandbox.erp.setup import CallbackTarget, Switches
from sandbox.erp.state import ErpState

MOST_SHOWN: Final = 200
NAMES: Final = frozenset(field.name for field in fields(Switches))
OPTION_NAMES: Final = ("honour_key", "lockout", "slow_by", "late_commit_by", "retry_after")


def desk_routes(state: ErpState) -> list[BaseRoute]:
    """What the page and the tests call; the gateway's own routes are in `app`."""
    desk = Desk(state)
    return [
        Route("/view", desk.view, methods=["GET"]),
        Route("/switches", desk.switch, methods=["POST"]),
        Route("/control", desk.control, methods=["GET", "POST"]),
    ]


def is_own_page(request: Request) -> bool:
    """Whether Host and Origin are those of this very server on the loopback interface."""
    host = request.headers.get("host", "")
    _, port = request.scope["server"]
    own = host in {f"127.0.0.1:{port}", f"localhost:{port}", f"[::1]:{port}"}
    return own and request.headers.get("origin") == f"http://{host}"


class Desk:
    """Handlers over one state; errors are `{"ok": false, "error": words}`."""

    def __init__(self, state: ErpState) -> None:
        self._state = state
        self._orders: dict[str, Callable[[Any], None]] = {
            "switches": lambda given: state.switch(_switches(given)),
            "options": self._set_options,
            "faults": lambda given: self._add_faults("post", given),
            "look_up_faults": lambda given: self._add_faults("look_up", given),
            "health_faults": lambda given: self._add_faults("health", given),
            "faults_by_order": self._set_by_order,
            "items": self._set_items,
            "customers": self._set_customers,
            "confirm": lambda given: _each(given, state.confirm),
            "cancel": lambda given: _each(given, state.cancel),
            "callback": self._set_callback,
            "clear_faults": self._clear,
            "unlock": lambda _: setattr(state, "wrong_tokens", 0),
        }

    async def view(self, request: Request) -> Response:
        """What the page shows; the orders newest first."""
        del request
        self._state.settle()
        books = self._state.books
        return JSONResponse(
            {
                "switches": asdict(self._state.switches),
                "orders": [_row(made) for made in books.newest(MOST_SHOWN)],
                "count": len(books.documents),
                "requests": len(self._state.requests),
            }
        )

    async def switch(self, request: Request) -> Response:
        """`{"down": true}`: turns one or several switches."""
        if not is_own_page(request):
            return _no("not from this page", 403)
        return await self._obey(request, lambda raw: self._state.switch(_switches(raw)))

    async def control(self, request: Request) -> Response:
        """GET reads holdings and the request log (`?since=N` from its Nth entry); POST orders."""
        given = request.headers.get("x-sandbox-control", "").encode()
        token = self._state.control_token.encode()
        if not token or not hmac.compare_digest(given, token):
            return _no("X-Sandbox-Control is missing or wrong", 403)
        if request.method == "POST":
            return await self._obey(request, self._control)
        return self._report(request)

    def _report(self, request: Request) -> Response:
        since = request.query_params.get("since", "0")
        if not since.isascii() or not since.isdigit():
            return _no("since is no number", 422)
        seen = self._state.requests[int(since) :]
        return JSONResponse(
            {
                "holdings": self._state.holdings(),
                "requests": [entry._asdict() | {"at": entry.at.isoformat()} for entry in seen],
                "count": len(self._state.requests),
                "pending": len(self._state.pending),
            }
        )

    def _control(self, raw: dict[str, Any]) -> None:
        unknown = raw.keys() - self._orders.keys()
        if unknown:
            raise ValueError(f"unknown: {', '.join(sorted(unknown))}")
        for name, given in raw.items():
            self._orders[name](given)

    async def _obey(self, request: Request, order: Callable[[dict[str, Any]], None]) -> Response:
        try:
            raw = json.loads(await request.body())
            order(_object(raw))
        except ValueError as error:
            return _no(str(error), 422)
        callbacks.drain(self._state)
        return JSONResponse({"ok": True})

    def _set_options(self, given: object) -> None:
        options = _object(given)
        for name, value in options.items():
            present = getattr(self._state.options, name) if name in OPTION_NAMES else None
            if not _replaces(present, value):
                raise ValueError(f"{value!r} cannot be the option {name}")
            setattr(self._state.options, name, value)

    def _add_faults(self, door: str, given: object) -> None:
        lined = [fault for raw in _array(given) for fault in from_json(_object(raw))]
        self._state.schedules.add(next(name for name in DOORS if name == door), lined)

    def _set_by_order(self, given: object) -> None:
        for external_id, raws in _object(given).items():
            lined = [fault for raw in _array(raws) for fault in from_json(_object(raw))]
            self._state.schedules.by_order[external_id] = lined

    def _clear(self, _given: object) -> None:
        for door in DOORS:
            self._state.schedules.load(door, ())
        self._state.schedules.by_order.clear()

    def _set_items(self, given: object) -> None:
        for sku, active in _object(given).items():
            self._state.catalogue.set_item(sku, active=_flag(active))

    def _set_customers(self, given: object) -> None:
        for account, raw in _object(given).items():
            marks = {name: _flag(value) for name, value in _object(raw).items()}
            if marks.keys() - {"active", "credit_hold"}:
                raise ValueError("a customer has active and credit_hold")
            self._state.catalogue.set_customer(account, **marks)

    def _set_callback(self, given: object) -> None:
        match given:
            case {"url": str(url), "token": str(token)}:
                self._state.callback = CallbackTarget(url, token)
            case None:
                self._state.callback = None
            case _:
                raise ValueError("callback is {url, token} or null")


def _row(made: Document) -> dict[str, str]:
    return {
        "reference": made.reference,
        "external_id": made.external_id,
        "account_id": made.account_id,
        "status": made.status,
        "total": str(made.total),
        "received_at": made.received_at.isoformat(),
    }


def _switches(given: object) -> dict[str, bool]:
    changes = _object(given)
    unknown = changes.keys() - NAMES
    if unknown:
        raise ValueError(f"no such switch: {', '.join(sorted(unknown))}")
    return {name: _flag(value) for name, value in changes.items()}


def _object(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError("a JSON object is needed")  # noqa: TRY004  # wrong input, not a wrong call
    return value


def _array(value: object) -> list[Any]:
    if not isinstance(value, list):
        raise ValueError("a JSON array is needed")  # noqa: TRY004  # as above
    return value


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError("true or false is needed")  # noqa: TRY004  # as above
    return value


def _replaces(present: object, value: object) -> bool:
    """Whether `value` is of the kind of `present`; a whole number may stand for any number."""
    if isinstance(present, bool) or isinstance(value, bool):
        return isinstance(present, bool) and isinstance(value, bool)
    kind = int | float if isinstance(present, float) else int
    return present is not None and isinstance(value, kind) and 0 <= value <= 600


def _each(given: object, act: Callable[[str], bool]) -> None:
    missing = [external_id for external_id in _array(given) if not act(str(external_id))]
    if missing:
        raise ValueError(f"nothing to change for {', '.join(map(str, missing))}")


def _no(error: str, status: int) -> Response:
    return JSONResponse({"ok": False, "error": error}, status)
