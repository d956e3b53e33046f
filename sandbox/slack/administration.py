"""What administrators of a workspace do, with the events that follow. Called by `control`."""

from dataclasses import fields

from sandbox.slack.answers import Json, RefusedError
from sandbox.slack.conversations import Conversation, Kind
from sandbox.slack.people import TEAM, Person, user_json
from sandbox.slack.state import BOT_USER, Workspace

KINDS: dict[str, Json] = {
    "member": {},
    "admin": {"is_admin": True},
    "guest": {"is_restricted": True},
    "single_channel_guest": {"is_restricted": True, "is_ultra_restricted": True},
    "stranger": {"team_id": "T000000099", "is_stranger": True},
    "bot": {"is_bot": True},
    "deactivated": {"deleted": True},
}
FLAGS = {field.name for field in fields(Person)} - {"id", "bot_id", "updated"}


def add_person(slack: Workspace, kind: str, real_name: str, given: Json) -> Person:
    """A new account; `given` overrides what the kind settles."""
    if kind not in KINDS:
        raise RefusedError("unknown_kind")
    name = real_name.split(maxsplit=1)[0].lower()
    person = Person(slack.ids.next("U"), name, real_name, f"{name}@northwind.example")
    slack.people[person.id] = person
    _set(slack, person, {**KINDS[kind], **given})
    if not person.is_foreign and not person.deleted:
        slack.emit("team_join", {"type": "team_join", "user": _full(person)})
        if not person.is_bot:
            slack.im(person.id)
    slack.changed("state")
    return person


def change_person(slack: Workspace, user: str, given: Json) -> Person:
    """Flags changed: deactivated, made a guest, renamed."""
    person = slack.person(user)
    _set(slack, person, given)
    cached = int(slack.clock.now())
    event = {"type": "user_change", "user": _full(person), "cache_ts": cached}
    slack.emit("user_change", event)
    slack.changed("state")
    return person


def _set(slack: Workspace, person: Person, given: Json) -> None:
    for name, value in given.items():
        if name not in FLAGS:
            raise RefusedError("unknown_flag", [name])
        setattr(person, name, value)
    person.updated = int(slack.clock.now())


def _full(person: Person) -> Json:
    return user_json(person, with_email=True)


def add_channel(
    slack: Workspace, name: str, members: list[str], *, is_private: bool = False
) -> Conversation:
    kind: Kind = "private" if is_private else "public"
    made = Conversation(slack.ids.next("C"), name, kind, int(slack.clock.now()))
    slack.conversations[made.id] = made
    for user in members:
        join(slack, made.id, user)
    slack.changed("state")
    return made


def _channel(slack: Workspace, channel: str) -> Conversation:
    found = slack.conversations.get(channel)
    if found is None:
        raise RefusedError("channel_not_found")
    return found


def join(slack: Workspace, channel: str, user: str) -> None:
    conversation, person = _channel(slack, channel), slack.person(user)
    conversation.members[user] = None
    if BOT_USER in conversation.members:
        slack.emit("member_joined_channel", _membership("joined", conversation, person))
    slack.changed("state")


def leave(slack: Workspace, channel: str, user: str) -> None:
    conversation, person = _channel(slack, channel), slack.person(user)
    was_told = BOT_USER in conversation.members
    conversation.members.pop(user, None)
    if was_told:
        slack.emit("member_left_channel", _membership("left", conversation, person))
    slack.changed("state")


def _membership(what: str, channel: Conversation, person: Person) -> Json:
    return {
        "type": f"member_{what}_channel",
        "user": person.id,
        "channel": channel.id,
        "channel_type": "G" if channel.kind == "private" else "C",
        "team": person.team_id,
    }


def archive(slack: Workspace, channel: str, *, archived: bool) -> None:
    conversation = _channel(slack, channel)
    conversation.is_archived = archived
    what = "channel_archive" if archived else "channel_unarchive"
    slack.emit(what, {"type": what, "channel": channel, "user": next(iter(slack.people))})
    slack.changed("state")


def share(slack: Workspace, channel: str, team: str) -> None:
    """The channel becomes shared with another organisation."""
    conversation = _channel(slack, channel)
    if team == TEAM or team in conversation.shared_with:
        return
    conversation.shared_with.append(team)
    event = {"type": "channel_shared", "connected_team_id": team, "channel": channel}
    slack.emit("channel_shared", event)
    slack.changed("state")


def unshare(slack: Workspace, channel: str, team: str) -> None:
    conversation = _channel(slack, channel)
    if team not in conversation.shared_with:
        return
    conversation.shared_with.remove(team)
    slack.emit(
        "channel_unshared",
        {
            "type": "channel_unshared",
            "previously_connected_team_id": team,
            "channel": channel,
            "is_ext_shared": bool(conversation.shared_with),
        },
    )
    slack.changed("state")
