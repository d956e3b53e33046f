"""chat.*: what the bot posts, edits and deletes."""

from sandbox.slack.answers import Json, RefusedError
from sandbox.slack.arguments import Arguments
from sandbox.slack.calls.content import UPDATE_TEXT, Content, content_of
from sandbox.slack.conversations import Conversation
from sandbox.slack.messages import Message
from sandbox.slack.pictures import check_pictures
from sandbox.slack.state import APP_ID, BOT_ID, BOT_USER, Workspace

CUSTOM = ("username", "icon_emoji", "icon_url")


def _as_itself(slack: Workspace, args: Arguments) -> None:
    """A bot speaks as itself, unless it was granted to choose another name."""
    if args.flag("as_user"):
        raise RefusedError("as_user_not_supported")
    needed = "chat:write.customize"
    if any(args.text(name) for name in CUSTOM) and needed not in slack.scopes:
        raise RefusedError("missing_scope", needed=needed, provided=",".join(sorted(slack.scopes)))


def post_message(slack: Workspace, args: Arguments) -> Json:
    _as_itself(slack, args)
    channel = writable(slack, args.text("channel"))
    thread = _thread(channel, args)
    content = content_of(args, slack.ids)
    check_pictures(slack, content.blocks)
    message = bot_message(slack, channel, content, thread)
    message.broadcast = bool(thread) and args.flag("reply_broadcast")
    message.mrkdwn = args.flag("mrkdwn", default=True)
    slack.post(message)
    return {"channel": channel.id, "ts": message.ts, "message": slack.message_json(message)}


def writable(slack: Workspace, target: str) -> Conversation:
    """Where the bot may post; a user id means the direct message with that person."""
    channel = _direct(slack, target) if target.startswith(("U", "W")) else None
    channel = channel or slack.conversation(target)
    public = "chat:write.public" in slack.scopes and channel.kind == "public"
    if BOT_USER not in channel.members and not public:
        raise RefusedError("not_in_channel")
    if channel.is_archived:
        raise RefusedError("is_archived")
    if channel.kind == "im" and not slack.options.messages_tab:
        raise RefusedError("messages_tab_disabled")
    return channel


def _direct(slack: Workspace, user: str) -> Conversation:
    person = slack.people.get(user)
    if person is None or person.deleted:
        raise RefusedError("channel_not_found")
    if person.is_bot:
        raise RefusedError("cannot_dm_bot")
    return slack.im(user)


def _thread(channel: Conversation, args: Arguments) -> str | None:
    """The timestamp that began the thread, also when that of a reply was given."""
    wanted = args.text("thread_ts")
    if not wanted:
        return None
    parent = channel.find(wanted)
    if parent is None or parent.seen_only_by:
        raise RefusedError("cannot_reply_to_message")
    return parent.thread_ts or parent.ts


def bot_message(
    slack: Workspace, channel: Conversation, content: Content, thread: str | None
) -> Message:
    """A message of the app, not yet posted."""
    return Message(
        ts=slack.ids.ts(),
        channel=channel.id,
        user=BOT_USER,
        bot_id=BOT_ID,
        app_id=APP_ID,
        text=content.text,
        blocks=content.blocks,
        attachments=content.attachments,
        metadata=content.metadata,
        thread_ts=thread,
    )


def post_ephemeral(slack: Workspace, args: Arguments) -> Json:
    _as_itself(slack, args)
    channel = writable(slack, args.text("channel"))
    user = args.text("user")
    if user not in channel.members or slack.person(user).deleted:
        raise RefusedError("user_not_in_channel")
    thread = _thread(channel, args)
    message = bot_message(slack, channel, content_of(args, slack.ids), thread)
    message.seen_only_by = user
    slack.post(message)
    return {"message_ts": message.ts}


def update(slack: Workspace, args: Arguments) -> Json:
    message = _own(slack, args, "cant_update_message")
    content = content_of(args, slack.ids, longest=UPDATE_TEXT)
    check_pictures(slack, content.blocks)
    if slack.conversations[message.channel].is_archived:
        raise RefusedError("is_inactive")
    rewrite(slack, message, content)
    shown = slack.message_json(message)
    return {"channel": message.channel, "ts": message.ts, "text": message.text, "message": shown}


def rewrite(slack: Workspace, message: Message, content: Content) -> None:
    """Blocks and attachments that were not given stay; an empty list removes them."""
    message.text = content.text or message.text
    message.before = message.all_blocks
    if content.has_blocks:
        message.blocks = content.blocks
    if content.has_attachments:
        message.attachments = content.attachments
    if content.metadata is not None:
        message.metadata = content.metadata
    message.edited_ts = slack.ids.ts()
    slack.message_changed(message)


def _own(slack: Workspace, args: Arguments, otherwise: str) -> Message:
    message = slack.message(args.text("channel"), args.text("ts"))
    if message.user != BOT_USER:
        raise RefusedError(otherwise)
    return message


def delete(slack: Workspace, args: Arguments) -> Json:
    message = _own(slack, args, "cant_delete_message")
    slack.remove(message)
    return {"channel": message.channel, "ts": message.ts}


def permalink(slack: Workspace, args: Arguments) -> Json:
    message = slack.message(args.text("channel"), args.text("message_ts"))
    address = f"{slack.base}/archives/{message.channel}/p{message.ts.replace('.', '')}"
    if message.is_reply:
        address += f"?thread_ts={message.thread_ts}&cid={message.channel}"
    return {"channel": message.channel, "permalink": address}
