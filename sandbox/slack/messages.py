"""A message as it is stored, and as `conversations.history` and the payloads show it."""

from dataclasses import dataclass, field

from sandbox.slack.answers import Json


@dataclass(slots=True)
class StoredFile:
    """An uploaded file; `key` makes its address unguessable. `ready`: it was looked through."""

    id: str
    name: str
    length: int
    key: str
    created: int
    title: str = ""
    mimetype: str = "application/octet-stream"
    content: bytes | None = None
    shares: list[tuple[str, str]] = field(default_factory=list)
    ready: bool = False


@dataclass(slots=True)
class Message:
    """`seen_only_by` set: an ephemeral message, which nobody else and no method ever sees.

    `before`: the blocks until the last edit, which somebody may still have on the screen.
    """

    ts: str
    channel: str
    user: str | None
    text: str
    bot_id: str | None = None
    app_id: str | None = None
    username: str = ""
    blocks: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    thread_ts: str | None = None
    broadcast: bool = False
    metadata: Json | None = None
    files: list[StoredFile] = field(default_factory=list)
    edited_ts: str | None = None
    seen_only_by: str | None = None
    mrkdwn: bool = True
    before: list[Json] = field(default_factory=list)

    @property
    def all_blocks(self) -> list[Json]:
        """Those of its attachments as well."""
        attached = (entry.get("blocks", []) for entry in self.attachments)
        return [*self.blocks, *(block for blocks in attached for block in blocks)]

    @property
    def is_reply(self) -> bool:
        return self.thread_ts is not None and self.thread_ts != self.ts


def message_json(message: Message, team: str, replies: list[Message]) -> Json:
    """The message object; `replies` are those of the thread that it began."""
    shown: Json = {"type": "message", "user": message.user, "text": message.text, "ts": message.ts}
    shown["team"] = team
    if message.bot_id:
        shown |= {"bot_id": message.bot_id, "app_id": message.app_id}
    if message.blocks:
        shown["blocks"] = message.blocks
    if message.attachments:
        shown["attachments"] = message.attachments
    if message.edited_ts:
        shown["edited"] = {"user": message.user, "ts": message.edited_ts}
    return shown | _thread(message, replies)


def _thread(message: Message, replies: list[Message]) -> Json:
    if message.is_reply:
        mark = {"subtype": "thread_broadcast"} if message.broadcast else {}
        return {"thread_ts": message.thread_ts, **mark}
    if not replies:
        return {}
    users = list(dict.fromkeys(reply.user for reply in replies))
    return {
        "thread_ts": message.ts,
        "reply_count": len(replies),
        "reply_users": users,
        "reply_users_count": len(users),
        "latest_reply": replies[-1].ts,
        "subscribed": False,
    }


def file_json(file: StoredFile, base: str, user: str, team: str) -> Json:
    """The `file` object; `base` is the origin of this sandbox."""
    url = f"{base}/slack/files/{file.id}/{file.name}?key={file.key}"
    kind = file.name.rsplit(".", 1)[-1] if "." in file.name else "binary"
    return {
        "id": file.id,
        "created": file.created,
        "timestamp": file.created,
        "name": file.name,
        "title": file.title or file.name,
        "mimetype": file.mimetype,
        "filetype": kind,
        "pretty_type": kind.upper(),
        "user": user,
        "user_team": team,
        "size": file.length,
        "mode": "hosted",
        "is_external": False,
        "is_public": True,
        "url_private": url,
        "url_private_download": url,
        "permalink": url,
        "channels": [channel for channel, _ in file.shares],
        "shares": {"public": {c: [{"ts": ts, "channel_name": c}] for c, ts in file.shares}},
    }
