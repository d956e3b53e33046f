"""What a person typed, turned into the text that Slack stores and sends."""

import re

from sandbox.slack.state import Workspace

_LINKED = re.compile(r"(<[@#][A-Z0-9]+(?:\|[^<>]*)?>|<!(?:here|channel|everyone)>)")
_MENTION = re.compile(r"(?<![\w.])@([\w.-]*\w)")
_CHANNEL = re.compile(r"(?<![\w&])#([\w-]+)")


def escaped(text: str) -> str:
    """Slack's three entities; nothing else is ever escaped."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def linked(slack: Workspace, text: str) -> str:
    """Escapes, and turns `@name` and `#channel` into links; links from the page stay."""
    parts = _LINKED.split(text)
    return "".join(part if i % 2 else _link(slack, part) for i, part in enumerate(parts))


def _link(slack: Workspace, text: str) -> str:
    users = {person.name.lower(): person.id for person in slack.people.values()}
    channels = {c.name: c.id for c in slack.conversations.values() if c.kind == "public"}

    def person(match: re.Match[str]) -> str:
        user = users.get(match[1].lower())
        return f"<@{user}|{match[1]}>" if user else match[0]

    def channel(match: re.Match[str]) -> str:
        found = channels.get(match[1])
        return f"<#{found}|{match[1]}>" if found else match[0]

    return _CHANNEL.sub(channel, _MENTION.sub(person, escaped(text)))
