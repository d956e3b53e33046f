"""What one person may see, in the page's JSON. Pure."""

from sandbox.slack.answers import Json
from sandbox.slack.conversations import Conversation
from sandbox.slack.inputs import raw_values
from sandbox.slack.messages import Message, StoredFile
from sandbox.slack.people import TEAM, Person
from sandbox.slack.pictures import shown
from sandbox.slack.state import APP_ID, APP_NAME, BOT_USER, TEAM_NAME, Workspace
from sandbox.slack.views import View

COLOURS = ("#4a7c59", "#8a4f7d", "#2f6690", "#b5651d", "#6b5b95", "#a63d40")


def state_json(slack: Workspace, me: Person) -> Json:
    return {
        "team": {"id": TEAM, "name": TEAM_NAME},
        "me": me.id,
        "now": slack.clock.now(),
        "people": [person_json(person) for person in slack.people.values()],
        "channels": [_channel(c, me) for c in slack.conversations.values() if _sees(c, me)],
        "dms": [_dm(c, me, slack) for c in slack.conversations.values() if _is_dm(c, me)],
        "apps": [
            {
                "id": APP_ID,
                "name": APP_NAME,
                "bot_user": BOT_USER,
                "has_home": slack.options.home_enabled,
            }
        ],
        "commands": [
            {
                "command": command.command,
                "description": command.description,
                "usage_hint": command.usage_hint,
            }
            for command in slack.options.commands
            if not me.is_foreign
        ],
    }


def person_json(person: Person) -> Json:
    return {
        "id": person.id,
        "name": person.name,
        "real_name": person.real_name,
        "title": person.title,
        "avatar": COLOURS[int(person.id[1:] or "0") % len(COLOURS)],
        "is_guest": person.is_guest,
        "is_stranger": person.is_foreign,
        "is_bot": person.is_bot,
        "deleted": person.deleted,
        "label": person.label,
    }


def _sees(channel: Conversation, me: Person) -> bool:
    """Full members find every public channel; guests and strangers only those they are in."""
    if channel.kind not in {"public", "private"} or channel.is_archived:
        return False
    confined = me.is_guest or me.is_foreign or channel.kind == "private"
    return me.id in channel.members or not confined


def _is_dm(channel: Conversation, me: Person) -> bool:
    return channel.kind in {"im", "mpim"} and me.id in channel.members


def _channel(channel: Conversation, me: Person) -> Json:
    is_member = me.id in channel.members
    return {
        "id": channel.id,
        "name": channel.name,
        "topic": channel.topic,
        "is_member": is_member,
        "is_shared": bool(channel.shared_with),
        "is_private": channel.kind == "private",
        "unread": channel.unread(me.id) if is_member else 0,
    }


def _dm(channel: Conversation, me: Person, slack: Workspace) -> Json:
    others = [slack.people[user] for user in channel.members if user != me.id]
    name = ", ".join(other.real_name for other in others)
    unread = channel.unread(me.id)
    shown = {"id": channel.id, "user": others[0].id, "name": name, "unread": unread}
    return {**shown, "read_only": slack.is_read_only(channel)}


def desk_message(slack: Workspace, message: Message, viewer: str) -> Json:
    conversation = slack.conversations[message.channel]
    author = slack.people.get(message.user or "")
    replies = [] if message.is_reply else conversation.replies(message.ts, viewer)
    return {
        "ts": message.ts,
        "channel": message.channel,
        "user": message.user,
        "bot_id": message.bot_id,
        "username": author.real_name if author else message.username,
        "text": message.text,
        "mrkdwn": message.mrkdwn,
        "blocks": shown(slack, message.blocks, viewer),
        "attachments": message.attachments,
        "edited": message.edited_ts is not None,
        "thread_ts": message.thread_ts,
        "reply_count": len(replies),
        "broadcast": message.broadcast,
        "ephemeral": message.seen_only_by is not None,
        "files": [_file(file) for file in message.files],
        "metadata": message.metadata,
    }


def _file(file: StoredFile) -> Json:
    return {
        "id": file.id,
        "name": file.title or file.name,
        "mimetype": file.mimetype,
        "size": file.length,
        "url": f"/slack/files/{file.id}/{file.name}?key={file.key}",
    }


def desk_view(view: View) -> Json:
    """`state` holds raw values as the page sends them: `{block_id: {action_id: value}}`."""
    given = view.given
    return {
        "id": view.id,
        "type": view.kind,
        "title": given.get("title"),
        "submit": given.get("submit"),
        "close": given.get("close"),
        "blocks": view.blocks,
        "state": raw_values(view.blocks, view.entered),
        "hash": view.hash,
        "errors": view.errors,
        "busy": view.busy,
    }
