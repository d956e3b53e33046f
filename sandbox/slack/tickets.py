"""What Slack hands out for a short time: trigger ids, response URLs, socket addresses."""

import secrets
from dataclasses import dataclass, field

from sandbox.slack.answers import RefusedError
from sandbox.slack.clock import Clock

RESPONSE_SECONDS = 30 * 60.0
RESPONSE_USES = 5
SOCKET_SECONDS = 30.0


@dataclass(slots=True)
class Trigger:
    user: str
    at: float
    used: bool = False


@dataclass(slots=True)
class ResponseUrl:
    """Who may be answered where: `ts` is the message acted upon, `None` for a slash command."""

    channel: str
    user: str
    at: float
    ts: str | None = None
    uses: int = 0


@dataclass(slots=True)
class Tickets:
    clock: Clock
    trigger_seconds: float
    _triggers: dict[str, Trigger] = field(default_factory=dict)
    _responses: dict[str, ResponseUrl] = field(default_factory=dict)
    _sockets: dict[str, float] = field(default_factory=dict)

    def trigger(self, user: str) -> str:
        """A new trigger id in Slack's form of three parts."""
        key = f"{secrets.randbelow(10**6)}.{secrets.randbelow(10**7)}.{secrets.token_hex(8)}"
        self._triggers[key] = Trigger(user, self.clock.now())
        return key

    def exchange(self, key: str) -> str:
        """The user behind the trigger; it works once, for a short time."""
        trigger = self._triggers.get(key)
        if trigger is None:
            raise RefusedError("invalid_trigger_id")
        if trigger.used:
            raise RefusedError("exchanged_trigger_id")
        if self.clock.now() - trigger.at > self.trigger_seconds:
            raise RefusedError("expired_trigger_id")
        trigger.used = True
        return trigger.user

    def response(self, channel: str, user: str, ts: str | None = None) -> str:
        """The last part of a new response URL."""
        key = secrets.token_urlsafe(18)
        self._responses[key] = ResponseUrl(channel, user, self.clock.now(), ts)
        return key

    def use_response(self, key: str) -> ResponseUrl:
        """Counts one of five uses within 30 minutes. Raises `used_url` or `expired_url`."""
        response = self._responses.get(key)
        if response is None or self.clock.now() - response.at > RESPONSE_SECONDS:
            raise RefusedError("expired_url")
        if response.uses >= RESPONSE_USES:
            raise RefusedError("used_url")
        response.uses += 1
        return response

    def socket(self) -> str:
        key = secrets.token_urlsafe(18)
        self._sockets[key] = self.clock.now()
        return key

    def redeem_socket(self, key: str) -> bool:
        at = self._sockets.pop(key, None)
        return at is not None and self.clock.now() - at <= SOCKET_SECONDS
