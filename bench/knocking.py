"""Sends signed requests as Slack does, to two apps in turn, at an even pace; times each answer.

Run as a child, so that nothing of the rest shares its time: `python -m bench.knocking`, told what
to do as JSON on its input. Prints the seconds of each answer as JSON.
"""

import asyncio
import hashlib
import hmac
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import count
from typing import Any, Final
from urllib.parse import urlencode

import httpx

TYPED: Final = ("", "failed", "show B-17")
PRESSED: Final = ("retry", "release")
PATIENCE: Final = 30.0


@dataclass(frozen=True, slots=True)
class Round:
    """What is to be sent: `requests` to each of the `urls`, so many a second."""

    urls: tuple[str, ...]
    secret: str
    requests: int
    rate: float
    team: str
    person: str
    channel: str

    def __str__(self) -> str:
        return json.dumps(asdict(self))


async def knock(told: Round) -> list[list[float]]:
    """The seconds of each answer, of each app. Raises where one is no success."""
    numbers = count(1)
    # A server closes what is idle for five seconds: let go before, and never meet it at that.
    limits = httpx.Limits(max_keepalive_connections=100, keepalive_expiry=2.0)
    async with httpx.AsyncClient(trust_env=False, timeout=PATIENCE, limits=limits) as client:
        begun, tasks = time.perf_counter(), []
        for number in range(told.requests):
            for at, url in enumerate(told.urls):
                due = begun + (number + at / len(told.urls)) / told.rate
                await asyncio.sleep(max(0.0, due - time.perf_counter()))
                tasks.append(asyncio.create_task(_one(client, url, told, next(numbers))))
        times = await asyncio.gather(*tasks)
    return [list(times[at :: len(told.urls)]) for at in range(len(told.urls))]


async def _one(client: httpx.AsyncClient, url: str, told: Round, number: int) -> float:
    body = urlencode(_payload(told, number))
    stamp = str(int(time.time()))
    signed = hmac.new(told.secret.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256)
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": f"v0={signed.hexdigest()}",
    }
    begun = time.perf_counter()
    answer = await client.post(f"{url}/slack/events", content=body, headers=headers)
    lasted = time.perf_counter() - begun
    answer.raise_for_status()
    return lasted


def _payload(told: Round, number: int) -> dict[str, str]:
    """Each of its own: commands, and presses in the channel."""
    turn = number // len(told.urls) % (len(TYPED) + len(PRESSED))
    trigger = f"{number}.bench.{time.time_ns()}"
    if turn < len(TYPED):
        return {
            "command": "/orders",
            "text": TYPED[turn],
            "user_id": told.person,
            "team_id": told.team,
            "channel_id": told.channel,
            "trigger_id": trigger,
            "response_url": "",
        }
    return {"payload": json.dumps(_press(told, PRESSED[turn - len(TYPED)], trigger, number))}


def _press(told: Round, action: str, trigger: str, number: int) -> dict[str, Any]:
    value = json.dumps({"order": f"B-{number}"}, separators=(",", ":"))
    pressed = {"type": "button", "action_id": action, "block_id": "b", "value": value}
    return {
        "type": "block_actions",
        "team": {"id": told.team},
        "user": {"id": told.person, "team_id": told.team, "username": "x", "name": "x"},
        "trigger_id": trigger,
        "container": {"type": "message", "message_ts": "1.2", "channel_id": told.channel},
        "channel": {"id": told.channel},
        "actions": [pressed],
    }


def _read(text: str) -> Round:
    given = json.loads(text)
    urls: Sequence[str] = given.pop("urls")
    return Round(urls=tuple(urls), **given)


if __name__ == "__main__":
    print(json.dumps(asyncio.run(knock(_read(sys.stdin.read())))))
