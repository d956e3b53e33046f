"""`/slack/upload/{id}` takes the bytes of a file; `/slack/files/{id}/{name}` gives them back."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox.slack.arguments import parse
from sandbox.slack.faults import Faults, faulty
from sandbox.slack.messages import StoredFile
from sandbox.slack.state import Workspace


@dataclass(slots=True)
class Uploads:
    slack: Workspace
    faults: Faults

    def routes(self) -> list[BaseRoute]:
        take = faulty(self.faults, "upload", self.take)
        return [
            Route("/slack/upload/{id}", take, methods=["POST", "PUT"]),
            Route("/slack/files/{id}/{name}", self.give, methods=["GET"]),
        ]

    def _file(self, request: Request) -> StoredFile | None:
        """Whoever has the address has the key; nobody guesses it."""
        file = self.slack.files.get(request.path_params["id"])
        return file if file and file.key == request.query_params.get("key") else None

    async def take(self, request: Request) -> Response:
        file = self._file(request)
        if file is None:
            return PlainTextResponse("not found", status_code=404)
        content = _content(request.headers.get("content-type", ""), await request.body())
        if len(content) != file.length:
            return PlainTextResponse("length differs from what was announced", status_code=400)
        file.content = content
        return PlainTextResponse(f"OK - {len(content)}")

    async def give(self, request: Request) -> Response:
        """Always as a download, so that an uploaded page never runs in this origin."""
        file = self._file(request)
        if file is None or file.content is None:
            return PlainTextResponse("not found", status_code=404)
        headers = {
            "Content-Disposition": "attachment",
            "X-Content-Type-Options": "nosniff",
        }
        return Response(file.content, media_type=file.mimetype, headers=headers)


def _content(content_type: str, body: bytes) -> bytes:
    if not content_type.startswith("multipart/form-data"):
        return body
    parts = parse("", content_type, body).values()
    return next((part for part in parts if isinstance(part, bytes)), b"")
