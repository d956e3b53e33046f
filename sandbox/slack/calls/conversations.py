"""conversations.*: where the bot is, who is there, what was said."""

from sandbox.slack.answers import Json, RefusedError
from sandbox.slack.arguments import Arguments
from sandbox.slack.calls.paging import page
from sandbox.slack.conversations import FAMILY, TYPE_NAME, Conversation, conversation_json
from sandbox.slack.messages import Message
from sandbox.slack.state import BOT_USER, Workspace


def scoped(slack: Workspace, family: str, right: str) -> None:
    """Raises `missing_scope`; which scope is needed depends on the kind of conversation."""
    needed = f"{family}:{right}"
    if needed not in slack.scopes:
        raise RefusedError("missing_scope", needed=needed, provided=",".join(sorted(slack.scopes)))


def _seen(slack: Workspace, args: Arguments, right: str) -> Conversation:
    channel = slack.conversation(args.text("channel"))
    scoped(slack, FAMILY[channel.kind], right)
    return channel


def open_direct(slack: Workspace, args: Arguments) -> Json:
    if args.text("channel"):
        channel = slack.conversation(args.text("channel"))
        return {"channel": {"id": channel.id}, "no_op": True, "already_open": True}
    users = [user for user in args.text("users").split(",") if user]
    if not users:
        raise RefusedError("users_list_not_supplied")
    if len(users) > 1:
        return {"channel": {"id": _group(slack, users).id}}
    scoped(slack, "im", "write")
    known = len(slack.conversations)
    channel = slack.im(_reachable(slack, users[0]))
    marks = {"no_op": True, "already_open": True} if len(slack.conversations) == known else {}
    full = conversation_json(channel, BOT_USER)
    return {"channel": full if args.flag("return_im") else {"id": channel.id}, **marks}


def _reachable(slack: Workspace, user: str) -> str:
    person = slack.person(user)
    if person.deleted:
        raise RefusedError("user_disabled")
    if person.is_bot:
        raise RefusedError("cannot_dm_bot")
    return user


def _group(slack: Workspace, users: list[str]) -> Conversation:
    scoped(slack, "mpim", "write")
    members = dict.fromkeys([BOT_USER, *(_reachable(slack, user) for user in users)])
    for found in slack.conversations.values():
        if found.kind == "mpim" and found.members.keys() == members.keys():
            return found
    made = Conversation(slack.ids.next("G"), "mpdm", "mpim", int(slack.clock.now()))
    made.members = members
    slack.conversations[made.id] = made
    return made


def info(slack: Workspace, args: Arguments) -> Json:
    channel = _seen(slack, args, "read")
    counted = args.flag("include_num_members")
    return {"channel": conversation_json(channel, BOT_USER, with_count=counted)}


def members(slack: Workspace, args: Arguments) -> Json:
    channel = _seen(slack, args, "read")
    active = [user for user in channel.members if not slack.people[user].deleted]
    listed, more = page(active, args)
    return {"members": listed, **more}


def everything(slack: Workspace, args: Arguments) -> Json:
    wanted = [name for name in (args.text("types") or "public_channel").split(",") if name]
    families = {TYPE_NAME[kind]: family for kind, family in FAMILY.items()}
    for name in wanted:
        if name not in families:
            raise RefusedError("invalid_types")
        scoped(slack, families[name], "read")
    found = [c for c in slack.conversations.values() if _listed(c, wanted)]
    if args.flag("exclude_archived"):
        found = [c for c in found if not c.is_archived]
    listed, more = page(found, args)
    return {"channels": [conversation_json(c, BOT_USER, with_count=True) for c in listed], **more}


def _listed(channel: Conversation, wanted: list[str]) -> bool:
    visible = channel.kind == "public" or BOT_USER in channel.members
    return visible and TYPE_NAME[channel.kind] in wanted


def _readable(slack: Workspace, args: Arguments) -> Conversation:
    channel = _seen(slack, args, "history")
    if BOT_USER not in channel.members:
        raise RefusedError("not_in_channel")
    return channel


def history(slack: Workspace, args: Arguments) -> Json:
    channel = _readable(slack, args)
    between = [m for m in channel.timeline() if _within(m, args)]
    listed, more = page(between[::-1], args)
    return _messages(slack, listed, args) | _cursor(more)


def _within(message: Message, args: Arguments) -> bool:
    """Bounds are exclusive unless `inclusive`."""
    oldest, latest = _moment(args, "oldest"), _moment(args, "latest")
    at = float(message.ts)
    if args.flag("inclusive") and at in {oldest, latest}:
        return True
    return (oldest is None or at > oldest) and (latest is None or at < latest)


def _moment(args: Arguments, name: str) -> float | None:
    try:
        return float(args.text(name)) if args.text(name) else None
    except ValueError:
        raise RefusedError(f"invalid_ts_{name}") from None


def _messages(slack: Workspace, listed: list[Message], args: Arguments) -> Json:
    full = args.flag("include_all_metadata")
    return {"messages": [_with_metadata(slack, message, full=full) for message in listed]}


def _with_metadata(slack: Workspace, message: Message, *, full: bool) -> Json:
    shown = slack.message_json(message)
    return shown | ({"metadata": message.metadata} if full and message.metadata else {})


def _cursor(more: Json) -> Json:
    has_more = bool(more["response_metadata"]["next_cursor"])
    return {"has_more": has_more, **(more if has_more else {})}


def replies(slack: Workspace, args: Arguments) -> Json:
    channel = _readable(slack, args)
    parent = channel.find(args.text("ts"))
    if parent is None or parent.seen_only_by:
        raise RefusedError("thread_not_found")
    thread = [parent, *channel.replies(parent.ts)]
    listed, more = page(thread, args)
    return _messages(slack, listed, args) | _cursor(more)
