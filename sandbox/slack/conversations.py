"""A conversation: a public or private channel, a direct message, a group message."""

from dataclasses import dataclass, field
from typing import Literal

from sandbox.slack.answers import Json
from sandbox.slack.messages import Message
from sandbox.slack.people import TEAM

Kind = Literal["public", "private", "im", "mpim"]

# The word that Slack's scopes and event names use for each kind of conversation.
FAMILY: dict[Kind, str] = {"public": "channels", "private": "groups", "im": "im", "mpim": "mpim"}
TYPE_NAME: dict[Kind, str] = {
    "public": "public_channel",
    "private": "private_channel",
    "im": "im",
    "mpim": "mpim",
}
EVENT_TYPE: dict[Kind, str] = {"public": "channel", "private": "group", "im": "im", "mpim": "mpim"}


@dataclass(slots=True)
class Conversation:
    """`members` keeps the order of joining; `shared_with` holds ids of other organisations."""

    id: str
    name: str
    kind: Kind
    created: int
    members: dict[str, None] = field(default_factory=dict)
    topic: str = ""
    is_general: bool = False
    is_archived: bool = False
    shared_with: list[str] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    last_read: dict[str, str] = field(default_factory=dict)

    def find(self, ts: str) -> Message | None:
        return next((message for message in self.messages if message.ts == ts), None)

    def replies(self, ts: str, viewer: str | None = None) -> list[Message]:
        """Replies of the thread that `ts` began; ephemerals only for who may see them."""
        return [m for m in self.seen_by(viewer) if m.is_reply and m.thread_ts == ts]

    def seen_by(self, viewer: str | None) -> list[Message]:
        return [m for m in self.messages if m.seen_only_by is None or m.seen_only_by == viewer]

    def timeline(self, viewer: str | None = None) -> list[Message]:
        """What stands in the channel itself: no replies but those that were broadcast."""
        return [m for m in self.seen_by(viewer) if not m.is_reply or m.broadcast]

    def unread(self, viewer: str) -> int:
        read = self.last_read.get(viewer, "0")
        fresh = (m for m in self.timeline() if m.ts > read and m.user != viewer)
        return sum(1 for _ in fresh)


def conversation_json(channel: Conversation, viewer: str, *, with_count: bool = False) -> Json:
    """The `channel` object as the bot `viewer` sees it."""
    shown: Json = {
        "id": channel.id,
        "created": channel.created,
        "is_archived": channel.is_archived,
        "is_im": channel.kind == "im",
        "is_org_shared": False,
        "context_team_id": TEAM,
        "updated": channel.created * 1000,
    }
    if channel.kind == "im":
        return shown | {"user": _other(channel, viewer), "is_user_deleted": False, "priority": 0}
    shown |= _named(channel, viewer)
    return shown | ({"num_members": len(channel.members)} if with_count else {})


def _other(channel: Conversation, viewer: str) -> str:
    return next((member for member in channel.members if member != viewer), viewer)


def _named(channel: Conversation, viewer: str) -> Json:
    shared = bool(channel.shared_with)
    return {
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": channel.kind == "public",
        "is_group": channel.kind == "private",
        "is_mpim": channel.kind == "mpim",
        "is_private": channel.kind != "public",
        "is_general": channel.is_general,
        "is_member": viewer in channel.members,
        "is_shared": shared,
        "is_ext_shared": shared,
        "is_pending_ext_shared": False,
        "pending_shared": [],
        "pending_connected_team_ids": [],
        "shared_team_ids": [TEAM, *channel.shared_with],
        "connected_team_ids": list(channel.shared_with),
        "internal_team_ids": [TEAM],
        "unlinked": 0,
        "creator": next(iter(channel.members), ""),
        "topic": {"value": channel.topic, "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
        "previous_names": [],
    }
