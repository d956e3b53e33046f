"""Carries what happens to the app: over a socket, or signed to its URL. Events are retried."""

import asyncio
import uuid
from collections import deque
from collections.abc import Coroutine
from dataclasses import dataclass, field

import httpx

from sandbox.slack import signing
from sandbox.slack.answers import Json
from sandbox.slack.outcomes import Acknowledged, Outcome, Unanswered
from sandbox.slack.people import TEAM
from sandbox.slack.sockets import Sockets
from sandbox.slack.state import APP_ID, BOT_USER, Workspace
from sandbox.slack.subscriptions import EVENT_SCOPES

LOGGED = 20_000  # deliveries remembered; a demo may run for days


@dataclass(slots=True)
class Delivery:
    """`events_url` None: Socket Mode. `log` keeps every delivery and how it ended, for tests."""

    slack: Workspace
    sockets: Sockets
    events_url: str | None = None
    log: deque[Json] = field(default_factory=lambda: deque(maxlen=LOGGED))
    _tasks: "set[asyncio.Task[None]]" = field(default_factory=set)
    _client: httpx.AsyncClient | None = None

    async def send(self, kind: str, payload: Json, retry: int = 0, reason: str = "") -> Outcome:
        """`kind` is `events_api`, `interactive` or `slash_commands`, as in Socket Mode."""
        if self.events_url is None:
            outcome = await self.sockets.send(_envelope(kind, payload, retry, reason))
        else:
            outcome = await self._post(self.events_url, kind, payload, retry, reason)
        acknowledged = isinstance(outcome, Acknowledged)
        entry = {"type": kind, "payload": payload, "retry": retry, "via": outcome.via}
        self.log.append({**entry, "acknowledged": acknowledged})
        return outcome

    async def _post(self, url: str, kind: str, payload: Json, retry: int, reason: str) -> Outcome:
        if self._client is None:
            limit = httpx.Timeout(self.slack.options.ack_seconds)
            self._client = httpx.AsyncClient(timeout=limit, trust_env=False)
        body, _ = signing.encoded(kind, payload)
        timestamp = int(self.slack.clock.wall())
        secret = self.slack.options.signing_secret
        headers = {
            "X-Slack-Request-Timestamp": str(timestamp),
            "X-Slack-Signature": signing.signature(secret, timestamp, body),
        }
        if retry:
            headers |= {"x-slack-retry-num": str(retry), "x-slack-retry-reason": reason}
        try:
            async with asyncio.timeout(self.slack.options.ack_seconds):
                return await signing.post(self._client, url, kind, payload, headers)
        except TimeoutError:
            return Unanswered("http_timeout", via=url)

    async def verify(self) -> bool:
        """Whether the request URL answers Slack's challenge."""
        challenge = uuid.uuid4().hex
        asked = {"token": "", "challenge": challenge, "type": "url_verification"}
        outcome = await self.send("events_api", asked)
        said = outcome.payload if isinstance(outcome, Acknowledged) else None
        return said is not None and challenge in said.values()

    def event(self, subscription: str, event: Json) -> None:
        """Sends an event that the app subscribed to and has the scope for, without waiting."""
        needed = EVENT_SCOPES.get(subscription, ())
        allowed = not needed or self.slack.scopes.intersection(needed)
        if subscription in self.slack.options.events and allowed and not self.slack.revoked:
            self.start(self._with_retries(self._callback(event)))

    def start(self, work: Coroutine[object, object, None]) -> None:
        """Runs beside the request that caused it, until `stop`."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _callback(self, event: Json) -> Json:
        return {
            "token": "",
            "team_id": TEAM,
            "api_app_id": APP_ID,
            "event": event,
            "type": "event_callback",
            "event_id": self.slack.ids.next("Ev"),
            "event_time": int(float(event["event_ts"])),
            "authorizations": [
                {
                    "enterprise_id": None,
                    "team_id": TEAM,
                    "user_id": BOT_USER,
                    "is_bot": True,
                    "is_enterprise_install": False,
                }
            ],
            "is_ext_shared_channel": self._is_shared(event.get("channel")),
            "event_context": "sandbox",
        }

    def _is_shared(self, channel: object) -> bool:
        found = self.slack.conversations.get(channel) if isinstance(channel, str) else None
        return bool(found and found.shared_with)

    async def _with_retries(self, payload: Json) -> None:
        outcome = await self.send("events_api", payload)
        for retry, delay in enumerate(self.slack.options.retry_delays, start=1):
            if isinstance(outcome, Acknowledged):
                return
            await asyncio.sleep(delay)
            outcome = await self.send("events_api", payload, retry, outcome.reason)

    async def stop(self) -> None:
        """Drops what still waits for a retry."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._client is not None:
            await self._client.aclose()


def _envelope(kind: str, payload: Json, retry: int, reason: str) -> Json:
    envelope: Json = {
        "envelope_id": str(uuid.uuid4()),
        "type": kind,
        "payload": payload,
        "accepts_response_payload": kind != "events_api",
    }
    if kind == "events_api":
        envelope |= {"retry_attempt": retry, "retry_reason": reason}
    return envelope
