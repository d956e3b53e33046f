"""Signed requests to the app's request URL: events, interactivity, slash commands (HTTP mode)."""

import hashlib
import hmac
import json
from urllib.parse import urlencode

import httpx

from sandbox.slack.answers import Json
from sandbox.slack.outcomes import Acknowledged, Outcome, Unanswered

FORM = "application/x-www-form-urlencoded"
AGENT = "Slackbot 1.0 (+https://api.slack.com/robots)"


def signature(secret: str, timestamp: int, body: bytes) -> str:
    """`v0=` and the HMAC-SHA256 of `v0:{timestamp}:{body}`."""
    signed = b"v0:%d:%b" % (timestamp, body)
    return "v0=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def encoded(kind: str, payload: Json) -> tuple[bytes, str]:
    """The body and its content type: JSON for events, a form for all else."""
    if kind == "events_api":
        return json.dumps(payload).encode(), "application/json"
    if kind == "interactive":
        return urlencode({"payload": json.dumps(payload)}).encode(), FORM
    return urlencode(payload).encode(), FORM


async def post(
    client: httpx.AsyncClient, url: str, kind: str, payload: Json, headers: dict[str, str]
) -> Outcome:
    """One request; a 2xx within the client's time-out is an acknowledgement."""
    body, content_type = encoded(kind, payload)
    sent = {"Content-Type": content_type, "User-Agent": AGENT, **headers}
    try:
        response = await client.post(url, content=body, headers=sent)
    except httpx.TimeoutException:
        return Unanswered("http_timeout", via=url)
    except httpx.HTTPError:
        return Unanswered("connection_failed", via=url)
    if not response.is_success:
        return Unanswered("http_error", via=f"{url} {response.status_code}")
    return Acknowledged(_payload(response), via=url)


def _payload(response: httpx.Response) -> Json | None:
    if not response.content.strip():
        return None
    try:
        value = response.json()
    except ValueError:
        return {"text": response.text}
    return value if isinstance(value, dict) else None
