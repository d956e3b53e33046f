"""What a person typed, turned into the text that Slack stores and sends."""

import re

from sandbox.slack.state import Workspace

_LINKED = re.compile(r"(<[@#][A-Z0-9]+(?:\|[^<>]*)?>|<!(?:here|channel|everyone)>)")
_BARE = re.compile(r"<[@#]([A-Z0-9]+)>")
_MENTION = re.compile(r"(?<![\w.])@([\w.-]*\w)")
_CHANNEL = re.compile(r"(?<![\w&])#([\w-]+)")


def escaped(text: str) -> str:
    """Slack's three entities; nothing else is ever escaped."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def linked(slack: Workspace, text: str) -> str:
    """Escapes, and turns `@name` and `#channel` into links; links from the page stay."""
    parts = _LINKED.split(text)
    return "".join(part if i % 2 else _link(slack, part) for i, part in enumerate(parts))


def with_names(slack: Workspace, text: str) -> str:
    """Links as slash commands carry them: the id and, after a bar, the name."""

    def named(match: re.Match[str]) -> str:
        found = slack.people.get(match[1]) or slack.conversations.get(match[1])
        return f"{match[0][:-1]}|{found.name}>" if found else match[0]

    return _BARE.sub(named, text)


def _link(slack: Workspace, text: str) -> str:
    users = {person.name.lower(): person.id for person in slack.people.values()}
    channels = {c.name: c.id for c in slack.conversations.values() if c.kind == "public"}

    def person(match: re.Match[str]) -> str:
        user = users.get(match[1].lower())
        return f"<@{user}>" if user else match[0]

    def channel(match: re.Match[str]) -> str:
        found = channels.get(match[1])
        return f"<#{found}>" if found else match[0]

    return _CHANNEL.sub(channel, _MENTION.sub(person, escaped(text)))
