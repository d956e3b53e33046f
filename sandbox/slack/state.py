"""The whole workspace in memory. Pure: transports call in, and listen for changes and events."""

from collections.abc import Callable

from sandbox.slack.answers import Json, RefusedError
from sandbox.slack.clock import Clock
from sandbox.slack.conversations import EVENT_TYPE, Conversation
from sandbox.slack.ids import Ids
from sandbox.slack.limits import Pace
from sandbox.slack.messages import Message, StoredFile, file_json, message_json
from sandbox.slack.options import SlackOptions
from sandbox.slack.people import TEAM, Person
from sandbox.slack.tickets import Tickets
from sandbox.slack.views import Views

TEAM_NAME = "Northwind Traders"
TEAM_DOMAIN = "northwind"
APP_ID = "A000000001"
APP_NAME = "Orderwatch"
BOT_USER = "U000000005"
BOT_ID = "B000000001"

ChangeListener = Callable[[str, str | None], None]
EventListener = Callable[[str, Json], None]


class Workspace:
    """People, conversations, views and tickets of one team with one app installed.

    `base` is this sandbox's own origin, known once it listens. `scopes` may be taken away while
    running; `revoked` holds the error that the bot token then gets. `deferred` is done after the
    answer has gone, as Slack shares files.
    """

    def __init__(self, options: SlackOptions, clock: Clock) -> None:
        self.options = options
        self.clock = clock
        self.base = ""
        self.scopes = options.scopes
        self.revoked: str | None = None
        self.ids = Ids(clock)
        self.tickets = Tickets(clock, options.trigger_seconds)
        self.pace = Pace(clock, enforced=options.paced)
        self.people: dict[str, Person] = {}
        self.conversations: dict[str, Conversation] = {}
        self.files: dict[str, StoredFile] = {}
        self.views = Views(self.ids, self.changed)
        self.deferred: list[Callable[[], None]] = []
        self.on_change: list[ChangeListener] = []
        self.on_event: list[EventListener] = []

    def changed(self, what: str, only: str | None = None) -> None:
        """Tells the pages that are open; `only` names the one person it concerns."""
        for listener in self.on_change:
            listener(what, only)

    def emit(self, subscription: str, event: Json) -> None:
        for listener in self.on_event:
            listener(subscription, {**event, "event_ts": event.get("event_ts", self.ids.ts())})

    def person(self, user: str) -> Person:
        person = self.people.get(user)
        if person is None:
            raise RefusedError("user_not_found")
        return person

    def conversation(self, channel: str, member: str = BOT_USER) -> Conversation:
        """The conversation, if `member` may know of it. Raises `channel_not_found`."""
        found = self.conversations.get(channel)
        if found is None or (found.kind != "public" and member not in found.members):
            raise RefusedError("channel_not_found")
        return found

    def im(self, user: str, other: str = BOT_USER) -> Conversation:
        """The direct message of two people, made if there is none."""
        pair = {user, other}
        for found in self.conversations.values():
            if found.kind == "im" and set(found.members) == pair:
                return found
        created = int(self.clock.now())
        made = Conversation(self.ids.next("D"), "directmessage", "im", created)
        made.members = dict.fromkeys((user, other))
        self.conversations[made.id] = made
        self.changed("state")
        return made

    def is_read_only(self, channel: Conversation) -> bool:
        """Whether people may not write there: a direct message to an app that only speaks."""
        alone = channel.kind == "im" and BOT_USER in channel.members
        return alone and self.options.messages_read_only

    def message(self, channel: str, ts: str, viewer: str = BOT_USER) -> Message:
        """The message, ephemerals excluded. Raises `channel_not_found`, `message_not_found`."""
        found = self.conversation(channel, viewer).find(ts)
        if found is None or found.seen_only_by is not None:
            raise RefusedError("message_not_found")
        return found

    def message_json(self, message: Message) -> Json:
        conversation = self.conversations[message.channel]
        shown = message_json(message, TEAM, conversation.replies(message.ts))
        if message.files:
            shown["files"] = [file_json(one, self.base, BOT_USER, TEAM) for one in message.files]
        return shown

    def post(self, message: Message) -> Message:
        """Stores the message and tells everyone who should know."""
        conversation = self.conversations[message.channel]
        conversation.messages.append(message)
        if message.seen_only_by is None and message.user:
            self._mark_read(conversation, message)
            self._tell_app(conversation, message)
            self.changed("state")  # unread counts
        self.message_changed(message)
        return message

    def _mark_read(self, conversation: Conversation, message: Message) -> None:
        if message.user and not message.is_reply:
            conversation.last_read[message.user] = message.ts

    def _tell_app(self, conversation: Conversation, message: Message) -> None:
        if BOT_USER not in conversation.members:
            return
        family = {"public": "channels", "private": "groups"}.get(
            conversation.kind, conversation.kind
        )
        shown = self.message_json(message)
        event = {"channel": message.channel, "channel_type": EVENT_TYPE[conversation.kind]}
        self.emit(f"message.{family}", shown | event | {"event_ts": message.ts})
        if f"<@{BOT_USER}" in message.text and message.user != BOT_USER:
            self.emit("app_mention", shown | {"type": "app_mention", "channel": message.channel})

    def message_changed(self, message: Message) -> None:
        only = message.seen_only_by
        self.changed(f"channel:{message.channel}", only)
        if message.is_reply:
            self.changed(f"thread:{message.channel}:{message.thread_ts}", only)
        else:
            self.changed(f"thread:{message.channel}:{message.ts}", only)

    def remove(self, message: Message) -> None:
        self.conversations[message.channel].messages.remove(message)
        self.message_changed(message)
