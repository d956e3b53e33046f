"""What reports have to know of Slack's channels: `commands.outbox.Channels`.

Made by the composition root before Slack answers; until `attach` nothing is known.
"""

from collections.abc import Mapping
from typing import Any

from bot.webapi import Busy, Declined, Said, Unheard, WebApi


class SlackChannels:
    """The channels of one workspace, once it is known."""

    def __init__(self) -> None:
        self._web: WebApi | None = None

    def attach(self, web: WebApi) -> None:
        """Slack has answered: from now on it is asked."""
        self._web = web

    async def link(self, channel: str, ts: str) -> str | None:
        """The address of a message; None: it is not known now."""
        if self._web is None:
            return None
        call = self._web.client.chat_getPermalink(channel=channel, message_ts=ts)
        answer = await self._web.ask(call)
        return str(answer.data["permalink"]) if isinstance(answer, Said) else None

    async def closed(self, channel: str) -> str | None:
        """Slack's word for why nothing can be posted there; None: it can, as far as is known."""
        if self._web is None:
            return None
        match await self._web.ask(self._web.client.conversations_info(channel=channel)):
            case Said(data):
                return _closed(data.get("channel") or {})
            case Declined(error):
                return error
            case Busy() | Unheard():
                # It will be told when there is something to post.
                return None


def _closed(channel: Mapping[str, Any]) -> str | None:
    if channel.get("is_archived"):
        return "is_archived"
    return None if channel.get("is_member") else "not_in_channel"
