"""Keeps other pages out: the Host of every request and the Origin of what changes anything."""

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

GUARDED = ("/desk/", "/erp/switches")


def guarded(app: ASGIApp) -> ASGIApp:
    """403 for a foreign Host, and for a POST or WebSocket of the page from a foreign Origin."""

    async def guard(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"} or _is_ours(scope):
            await app(scope, receive, send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008})
        else:
            refusal = JSONResponse({"ok": False, "error": "forbidden_origin"}, status_code=403)
            await refusal(scope, receive, send)

    return guard


def _is_ours(scope: Scope) -> bool:
    headers = Headers(scope=scope)
    _, port = scope["server"]
    hosts = {f"127.0.0.1:{port}", f"localhost:{port}"}
    if headers.get("host") not in hosts:
        return False
    changes = scope["type"] == "websocket" or scope["method"] not in {"GET", "HEAD"}
    if not changes or not scope["path"].startswith(GUARDED):
        return True
    origin = urlsplit(headers.get("origin", ""))
    return origin.scheme == "http" and origin.netloc == headers["host"]
