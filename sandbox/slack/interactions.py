"""What people do: press, submit, close, type. Called by the page's API; speaks to the app."""

from dataclasses import dataclass
from typing import Any

from sandbox.slack import payloads
from sandbox.slack.answers import Json, RefusedError
from sandbox.slack.arguments import Arguments
from sandbox.slack.calls.chat import bot_message
from sandbox.slack.calls.content import content_of
from sandbox.slack.calls.views import shown
from sandbox.slack.conversations import Conversation
from sandbox.slack.delivery import Delivery
from sandbox.slack.inputs import Entered, Place, chosen, missing_inputs, pressed
from sandbox.slack.messages import Message
from sandbox.slack.options import Command
from sandbox.slack.outcomes import Acknowledged, Outcome, Unanswered
from sandbox.slack.people import Person
from sandbox.slack.state import Workspace
from sandbox.slack.typed import linked, with_names
from sandbox.slack.view_shape import checked_view
from sandbox.slack.views import View


def action_of(slack: Workspace, element: Json, block_id: str, value: object) -> Json:
    """The entry of `actions`. Raises `no_such_option`."""
    action: dict[str, Any] = {
        "type": element["type"],
        "action_id": element["action_id"],
        "block_id": block_id,
        "action_ts": slack.ids.ts(),
    }
    for key in ("text", "value", "style", "url", "placeholder", "confirm"):
        if key in element:
            action[key] = element[key]
    return action if element["type"] == "button" else action | chosen(element, value)


@dataclass(slots=True)
class Interactions:
    """Every method raises `RefusedError`: the person cannot do that, or the app did not answer."""

    slack: Workspace
    delivery: Delivery

    async def press_in_message(
        self, person: Person, message: Message, at: Place, value: object, entered: Entered
    ) -> None:
        element, block_id = pressed(message.all_blocks, message.before, at)
        action = action_of(self.slack, element, block_id, value)
        payload = payloads.message_action(self.slack, person, message, action, entered)
        await self._interact(payload)

    async def press_in_view(
        self, person: Person, view: View, at: Place, value: object, entered: Entered
    ) -> None:
        element, block_id = pressed(view.blocks, view.before, at)
        if element["type"] != "button":
            entered = {**entered, block_id: {**entered.get(block_id, {}), at[1]: value}}
        view.entered = entered
        if not _dispatches(view.blocks, block_id):
            return
        action = action_of(self.slack, element, block_id, value)
        await self._interact(payloads.view_action(self.slack, person, view, action))

    async def _interact(self, payload: Json) -> Acknowledged:
        if not self.slack.options.interactive:
            raise RefusedError("interactivity_disabled")
        return _must(await self.delivery.send("interactive", payload))

    async def submit(self, person: Person, view: View, entered: Entered) -> dict[str, str]:
        """The errors to show at the fields; empty when the app took it."""
        view.entered, view.errors = entered, None
        if problems := missing_inputs(view.blocks, entered):
            return self._with_errors(view, problems)
        view.busy = True
        self.slack.views.view_changed(view)
        payload = payloads.submission(self.slack, person, view)
        try:
            acknowledged = await self._interact(payload)
        finally:
            view.busy = False
            self.slack.views.view_changed(view)
        return self._respond(person, view, acknowledged.payload or {})

    def _with_errors(self, view: View, errors: dict[str, str]) -> dict[str, str]:
        view.errors = errors
        self.slack.views.view_changed(view)
        return errors

    def _respond(self, person: Person, view: View, answer: Json) -> dict[str, str]:
        """Does what the app's `response_action` says; none closes this view alone."""
        match answer.get("response_action"):
            case None:
                self.slack.views.close(view)
            case "errors":
                return self._with_errors(view, _field_errors(view, answer.get("errors")))
            case "clear":
                self._closed(person, self.slack.views.clear(person.id), is_cleared=True, but=view)
            case "update":
                self.slack.views.update(view, self._given(answer))
            case "push":
                self.slack.views.push(person.id, self._given(answer))
            case _:
                raise RefusedError("invalid_response_action")
        return {}

    def _given(self, answer: Json) -> Json:
        return checked_view(answer.get("view"), "modal", self.slack.ids)

    async def close(self, person: Person, view: View) -> None:
        everything = bool(view.given.get("clear_on_close"))
        views = self.slack.views
        gone = views.clear(person.id) if everything else views.close(view)
        self._closed(person, gone, is_cleared=everything, but=None)

    def _closed(
        self, person: Person, gone: list[View], *, is_cleared: bool, but: View | None
    ) -> None:
        for view in gone:
            if view is not but and view.given.get("notify_on_close"):
                payload = payloads.closed(person, view, is_cleared=is_cleared)
                self.delivery.start(self._send(payload))

    async def _send(self, payload: Json) -> None:
        await self.delivery.send("interactive", payload)

    async def command(self, person: Person, channel: Conversation, typed: str) -> None:
        """A slash command, and what the app says in its acknowledgement."""
        name, _, text = typed.partition(" ")
        command = self._command(name, person)
        text = text.strip()
        if command.should_escape:
            text = with_names(self.slack, linked(self.slack, text))
        payload = payloads.slash_command(self.slack, person, channel, command, text)
        acknowledged = _must(await self.delivery.send("slash_commands", payload))
        if acknowledged.payload:
            self.reply(channel, person, acknowledged.payload)

    def _command(self, name: str, person: Person) -> Command:
        """People of other organisations do not have this workspace's commands."""
        granted = "commands" in self.slack.scopes and not person.is_foreign
        for command in self.slack.options.commands:
            if granted and command.command == name:
                return command
        raise RefusedError("unknown_command")

    def reply(self, channel: Conversation, person: Person, answer: Json) -> Message:
        """A message of the app in answer to a person: private to them unless `in_channel`."""
        args = Arguments(answer)
        thread = args.text("thread_ts") or None
        message = bot_message(self.slack, channel, content_of(args, self.slack.ids), thread)
        if answer.get("response_type", "ephemeral") != "in_channel":
            message.seen_only_by = person.id
        return self.slack.post(message)

    def open_home(self, person: Person) -> None:
        event: Json = {
            "type": "app_home_opened",
            "user": person.id,
            "channel": self.slack.im(person.id).id,
            "tab": "home",
        }
        home = self.slack.views.homes.get(person.id)
        if home is not None:
            event["view"] = shown(home)
        self.slack.emit("app_home_opened", event)


def _dispatches(blocks: list[Json], block_id: str) -> bool:
    """An element of an input block reports only when the block says `dispatch_action`."""
    block = next(block for block in blocks if block["block_id"] == block_id)
    return block["type"] != "input" or bool(block.get("dispatch_action"))


def _field_errors(view: View, errors: object) -> dict[str, str]:
    """Slack takes errors only for input blocks that the view has."""
    inputs = {block["block_id"] for block in view.blocks if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors or not inputs.issuperset(errors):
        raise RefusedError("invalid_response_errors")
    return {block_id: str(words) for block_id, words in errors.items()}


def _must(outcome: Outcome) -> Acknowledged:
    match outcome:
        case Acknowledged():
            return outcome
        case Unanswered(reason):
            raise RefusedError("operation_timeout", [reason])
