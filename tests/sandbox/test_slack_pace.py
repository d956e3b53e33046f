"""Rate limits: a tier for each method in a sliding minute, a bucket for posts in each channel."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.slack.clock import Clock
from sandbox.slack.limits import WINDOW, Pace
from tests.sandbox.slack_world import ADA, DANA, ELI, ORDERS, World, world

TIERS: list[tuple[str, Mapping[str, Any], int]] = [
    ("users.list", {}, 20),
    ("conversations.list", {}, 20),
    ("conversations.open", {"users": DANA}, 50),
    ("users.lookupByEmail", {"email": "dana@northwind.example"}, 50),
    ("chat.update", {"channel": ORDERS, "ts": "1.0", "text": "x"}, 50),
    ("users.info", {"user": DANA}, 100),
    ("views.publish", {"user_id": DANA, "view": {"type": "home", "blocks": []}}, 100),
    ("chat.postEphemeral", {"channel": ORDERS, "user": DANA, "text": "x"}, 100),
]


async def _until_limited(w: World, method: str, args: Mapping[str, Any], most: int) -> int:
    for done in range(most + 1):
        if (await w.call(method, **args)).status_code == 429:
            return done
    return most + 1


@pytest.mark.parametrize(("method", "args", "per_minute"), TIERS)
async def test_each_method_has_its_calls_a_minute(
    method: str, args: Mapping[str, Any], per_minute: int
) -> None:
    async with world() as w:
        assert await _until_limited(w, method, args, per_minute + 1) == per_minute
        limited = await w.call(method, **args)
        assert limited.json() == {"ok": False, "error": "ratelimited"}
        assert 1 <= int(limited.headers["Retry-After"]) <= 60
        assert (await w.call("auth.test")).status_code == 200
        w.box.clock.advance(float(limited.headers["Retry-After"]))
        assert (await w.call(method, **args)).status_code == 200


async def test_the_minute_slides() -> None:
    async with world(frozen=True) as w:
        for _ in range(10):
            await w.call("users.list")
        w.box.clock.advance(40)
        assert await _until_limited(w, "users.list", {}, 20) == 10
        w.box.clock.advance(21)
        assert await _until_limited(w, "users.list", {}, 20) == 10


async def test_posts_are_five_at_once_then_one_a_second() -> None:
    async with world(frozen=True) as w:
        post = {"channel": ORDERS, "text": "x"}
        assert await _until_limited(w, "chat.postMessage", post, 7) == 5
        limited = await w.call("chat.postMessage", **post)
        assert limited.headers["Retry-After"] == "1"
        w.box.clock.advance(3)
        assert await _until_limited(w, "chat.postMessage", post, 7) == 3


async def test_each_channel_has_its_own_bucket() -> None:
    async with world() as w:
        for user in (ADA, DANA, ELI):
            for _ in range(4):
                answer = await w.call("chat.postMessage", channel=user, text="x")
                assert answer.status_code == 200


async def test_limits_can_be_switched_off() -> None:
    async with world(paced=False) as w:
        assert await _until_limited(w, "users.list", {}, 25) == 26


@settings(max_examples=100, deadline=None)
@given(st.lists(st.floats(0, 40), max_size=80), st.integers(1, 10))
def test_no_minute_ever_holds_more_calls_than_allowed(steps: list[float], most: int) -> None:
    clock = Clock(lambda: 0.0)
    pace, taken = Pace(clock), list[float]()
    for step in steps:
        clock.advance(step)
        wait = pace.call("users.list", most)
        if not wait:
            taken.append(clock.now())
    for first in taken:
        assert sum(first <= at < first + WINDOW for at in taken) <= most


@settings(max_examples=100, deadline=None)
@given(st.lists(st.floats(0, 3), max_size=60))
def test_the_wait_that_is_named_is_long_enough(steps: list[float]) -> None:
    clock = Clock(lambda: 0.0)
    pace = Pace(clock)
    for step in steps:
        clock.advance(step)
        if wait := pace.post(ORDERS):
            clock.advance(wait)
            assert pace.post(ORDERS) == 0
