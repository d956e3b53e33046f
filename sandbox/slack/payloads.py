"""The payloads of interactions, key for key as Slack sends them. Pure."""

from typing import Any

from sandbox.slack.answers import Json
from sandbox.slack.calls.views import shown
from sandbox.slack.conversations import Conversation
from sandbox.slack.inputs import Entered, values_of
from sandbox.slack.messages import Message
from sandbox.slack.options import Command
from sandbox.slack.people import TEAM, Person
from sandbox.slack.state import APP_ID, TEAM_DOMAIN, Workspace
from sandbox.slack.views import View


def _head(kind: str, person: Person) -> Json:
    """For a stranger `user.team_id` is their own team, while `team` stays the app's."""
    return {
        "type": kind,
        "team": {"id": TEAM, "domain": TEAM_DOMAIN},
        "user": {
            "id": person.id,
            "username": person.name,
            "name": person.name,
            "team_id": person.team_id,
        },
        "api_app_id": APP_ID,
        "token": "",
        "enterprise": None,
        "is_enterprise_install": False,
    }


def _response_url(slack: Workspace, channel: str, user: str, ts: str | None = None) -> str:
    return f"{slack.base}/slack/response/{slack.tickets.response(channel, user, ts)}"


def message_action(
    slack: Workspace, person: Person, message: Message, action: Json, entered: Entered
) -> Json:
    """`block_actions` on a message. An ephemeral message is not sent along, as in Slack."""
    channel = slack.conversations[message.channel]
    ephemeral = message.seen_only_by is not None
    container: dict[str, Any] = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": channel.id,
        "is_ephemeral": ephemeral,
    }
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    payload = _head("block_actions", person) | {
        "container": container,
        "trigger_id": slack.tickets.trigger(person.id),
        "channel": {"id": channel.id, "name": _channel_name(channel)},
        "state": {"values": values_of(message.blocks, entered)},
        "response_url": _response_url(slack, channel.id, person.id, message.ts),
        "actions": [action],
    }
    return payload if ephemeral else payload | {"message": slack.message_json(message)}


def view_action(slack: Workspace, person: Person, view: View, action: Json) -> Json:
    """`block_actions` in a modal or the Home: no channel, no message, no response URL."""
    return _head("block_actions", person) | {
        "container": {"type": "view", "view_id": view.id},
        "trigger_id": slack.tickets.trigger(person.id),
        "view": shown(view),
        "actions": [action],
    }


def submission(slack: Workspace, person: Person, view: View) -> Json:
    return _head("view_submission", person) | {
        "trigger_id": slack.tickets.trigger(person.id),
        "view": shown(view),
        "response_urls": [],
    }


def closed(person: Person, view: View, *, is_cleared: bool) -> Json:
    return _head("view_closed", person) | {"view": shown(view), "is_cleared": is_cleared}


def slash_command(
    slack: Workspace, person: Person, channel: Conversation, command: Command, text: str
) -> Json:
    return {
        "token": "",
        "team_id": TEAM,
        "team_domain": TEAM_DOMAIN,
        "channel_id": channel.id,
        "channel_name": _channel_name(channel),
        "user_id": person.id,
        "user_name": person.name,
        "command": command.command,
        "text": text,
        "api_app_id": APP_ID,
        "is_enterprise_install": "false",
        "response_url": _response_url(slack, channel.id, person.id),
        "trigger_id": slack.tickets.trigger(person.id),
    }


def _channel_name(channel: Conversation) -> str:
    return "privategroup" if channel.kind == "private" else channel.name
