"""What reports have to know of Slack's channels: `commands.outbox.Channels`.

Made by the composition root before Slack answers; until `attach` nothing is known.
"""

from bot.audience import Audience, Closed
from bot.webapi import Said, WebApi


class SlackChannels:
    """The channels of one workspace, once it is known."""

    def __init__(self) -> None:
        self._web: WebApi | None = None
        self._audience: Audience | None = None

    def attach(self, web: WebApi, audience: Audience) -> None:
        """Slack has answered: from now on it is asked."""
        self._web, self._audience = web, audience

    async def link(self, channel: str, ts: str) -> str | None:
        """The address of a message; None: it is not known now."""
        if self._web is None:
            return None
        call = self._web.client.chat_getPermalink(channel=channel, message_ts=ts)
        answer = await self._web.ask(call)
        return str(answer.data["permalink"]) if isinstance(answer, Said) else None

    async def closed(self, channel: str) -> str | None:
        """Slack's word for why nothing can be posted there; None: it can, as far as is known."""
        if self._audience is None:
            return None
        # Somebody may just have invited the bot: what was known before does not count.
        self._audience.changed(channel)
        fit = await self._audience.of(channel)
        return fit.error if isinstance(fit, Closed) else None
