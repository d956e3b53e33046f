"""`/slack/response/{token}`: where the app answers an interaction, five times within 30 minutes."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox.slack.answers import Json, RefusedError
from sandbox.slack.arguments import Arguments, parse
from sandbox.slack.calls.chat import rewrite
from sandbox.slack.calls.content import content_of
from sandbox.slack.faults import Faults, faulty
from sandbox.slack.interactions import Interactions
from sandbox.slack.messages import Message
from sandbox.slack.state import BOT_USER, Workspace
from sandbox.slack.tickets import ResponseUrl


@dataclass(slots=True)
class Responses:
    slack: Workspace
    interactions: Interactions
    faults: Faults

    def routes(self) -> list[BaseRoute]:
        endpoint = faulty(self.faults, "response_url", self.answer)
        return [Route("/slack/response/{token}", endpoint, methods=["POST"])]

    async def answer(self, request: Request) -> Response:
        body = await request.body()
        try:
            target = self.slack.tickets.use_response(request.path_params["token"])
        except RefusedError as gone:
            return JSONResponse(gone.body(), status_code=404)
        try:
            values = parse("", request.headers.get("content-type", ""), body)
            self._act(target, values)
        except RefusedError as refused:
            return JSONResponse(refused.body(), status_code=400)
        return JSONResponse({"ok": True})

    def _act(self, target: ResponseUrl, values: Json) -> None:
        args = Arguments(values)
        original = self._original(target)
        if args.flag("delete_original"):
            if original is not None:
                self.slack.remove(original)
        elif args.flag("replace_original") and original is not None:
            rewrite(self.slack, original, content_of(args, self.slack.ids))
        else:
            person = self.slack.person(target.user)
            channel = self.slack.conversations[target.channel]
            self.interactions.reply(channel, person, values)

    def _original(self, target: ResponseUrl) -> Message | None:
        """The message acted upon, if it is the app's; ephemerals can be replaced here alone."""
        if target.ts is None:
            return None
        found = self.slack.conversations[target.channel].find(target.ts)
        return found if found and found.user == BOT_USER else None
