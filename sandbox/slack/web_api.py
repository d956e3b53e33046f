"""`/slack/api/{method}`: authentication, pace, faults, and the answer in Slack's envelope."""

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox.cutting import cut
from sandbox.slack.answers import Json, RefusedError
from sandbox.slack.arguments import Arguments, parse
from sandbox.slack.calls import CALLS
from sandbox.slack.faults import Faults, ratelimited
from sandbox.slack.methods import METHODS, Method
from sandbox.slack.state import Workspace

LOGGED = 20_000  # calls remembered; a demo may run for days


class TooManyError(Exception):
    """429; `wait` in whole seconds."""

    def __init__(self, wait: int) -> None:
        super().__init__(wait)
        self.wait = wait


@dataclass(slots=True)
class WebApi:
    """`log` keeps every call for the tests: method, arguments without token, and how it ended."""

    slack: Workspace
    faults: Faults = field(default_factory=Faults)
    log: deque[Json] = field(default_factory=lambda: deque(maxlen=LOGGED))

    def routes(self) -> list[BaseRoute]:
        return [Route("/slack/api/{method}", self.answer, methods=["GET", "POST"])]

    async def answer(self, request: Request) -> Response:
        method = request.path_params["method"]
        fault = self.faults.take(method)
        early = await self.faults.before(fault, request) if fault else None
        if early is not None:
            self._note(method, {}, f"fault:{fault.kind}" if fault else None)
            return early
        response = self._serve(method, request, await request.body())
        if fault and fault.kind == "cut_after":
            await cut(request)
        return response

    def _serve(self, method: str, request: Request, body: bytes) -> Response:
        values: dict[str, object] = {}
        try:
            values = parse(request.url.query, request.headers.get("content-type", ""), body)
            answer = self._call(method, Arguments(values), request)
        except RefusedError as refused:
            self._note(method, values, refused.code)
            return self._answer(refused.body(), method)
        except TooManyError as too_many:
            self._note(method, values, "ratelimited")
            return ratelimited(too_many.wait)
        self._note(method, values, None)
        return self._answer({"ok": True, **answer}, method)

    def _call(self, name: str, args: Arguments, request: Request) -> Json:
        method = METHODS.get(name)
        if method is None:
            raise RefusedError("unknown_method")
        if name == "apps.connections.open" and request.method != "POST":
            raise RefusedError("insecure_request")
        self._authorise(method, _token(request, args))
        self._pace(name, method, args)
        self._scope(method)
        args.check(method)
        return CALLS[name](self.slack, args)

    def _authorise(self, method: Method, token: str) -> None:
        options = self.slack.options
        if not token:
            raise RefusedError("not_authed")
        if token not in {options.bot_token, options.app_token}:
            raise RefusedError("invalid_auth")
        if (token == options.app_token) != method.app_level:
            raise RefusedError("not_allowed_token_type")
        if self.slack.revoked and not method.app_level:
            raise RefusedError(self.slack.revoked)

    def _scope(self, method: Method) -> None:
        if method.scopes and not self.slack.scopes.intersection(method.scopes):
            provided = ",".join(sorted(self.slack.scopes))
            raise RefusedError("missing_scope", needed=",".join(method.scopes), provided=provided)

    def _pace(self, name: str, method: Method, args: Arguments) -> None:
        wait = self.slack.pace.call(name, method.per_minute)
        if not wait and name == "chat.postMessage":
            wait = self.slack.pace.post(args.text("channel"))
        if wait:
            raise TooManyError(wait)

    def _answer(self, body: Json, name: str) -> JSONResponse:
        headers = {}
        method = METHODS.get(name)
        if method and body.get("error") not in {"not_authed", "invalid_auth"}:
            headers["x-oauth-scopes"] = ",".join(sorted(self.slack.scopes))
            headers["x-accepted-oauth-scopes"] = ",".join(method.scopes)
        work, self.slack.deferred = self.slack.deferred, []
        task = BackgroundTask(_do_all, work) if work else None
        return JSONResponse(body, headers=headers, background=task)

    def _note(self, method: str, values: Mapping[str, object], error: str | None) -> None:
        shown = {k: v for k, v in values.items() if k != "token" and not isinstance(v, bytes)}
        entry = {"method": method, "args": shown, "error": error, "at": self.slack.clock.now()}
        self.log.append(entry)


def _token(request: Request, args: Arguments) -> str:
    """From the header; a form may carry it too, a JSON body may not."""
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    if kind.lower() == "bearer" and token:
        return token.strip()
    is_json = request.headers.get("content-type", "").startswith("application/json")
    return "" if is_json else args.text("token")


async def _do_all(work: list[Callable[[], None]]) -> None:
    for do in work:
        do()
