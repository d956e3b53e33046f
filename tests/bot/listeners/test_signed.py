"""POST /slack/events: nothing gets in that Slack did not sign, and nothing gets in twice."""

import json
import logging
import time
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest
from starlette.requests import Request

from bot.settings_environment import SlackSettings
from bot.signed import LARGEST, BadBodyError, Seen, parsed, signature
from bot.slack import Slack
from tests.bot.listeners.town import DANA, ORDERS, Town, town, trigger
from tests.commands.works import WallClock

CANARY = "canary-7f3a"


@pytest.fixture
async def web(tmp_path: Path) -> AsyncIterator[Town]:
    async with town(tmp_path, http=True) as found:
        yield found


def command(text: str = "help") -> bytes:
    fields = {
        "command": "/orders",
        "text": text,
        "user_id": DANA,
        "team_id": "T000000001",
        "channel_id": ORDERS,
        "trigger_id": trigger(),
        "response_url": "",
    }
    return urlencode(fields).encode()


def headers(web: Town, body: bytes, stamp: str | None = None) -> dict[str, str]:
    stamp = stamp or str(int(time.time()))
    made = signature(web.box.signing_secret, stamp, body).decode()
    return {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": made,
    }


async def knock(
    web: Town, body: bytes, given: dict[str, str | bytes] | dict[str, str]
) -> httpx.Response:
    raw = [
        (name.encode(), value if isinstance(value, bytes) else value.encode())
        for name, value in given.items()
    ]
    return await web.http.post(web.url, content=body, headers=raw)


async def test_what_is_signed_gets_in(web: Town) -> None:
    body = command()
    assert (await knock(web, body, headers(web, body))).status_code == 200
    await web.until_private(DANA, "/orders")


@pytest.mark.parametrize(
    "change",
    [
        {"X-Slack-Signature": "v0=" + "0" * 64},
        {"X-Slack-Signature": ""},
        {"X-Slack-Signature": b"v0=\xe4\xf6\xfc"},
        {"X-Slack-Signature": "v1=abc"},
        {"X-Slack-Request-Timestamp": ""},
        {"X-Slack-Request-Timestamp": "yesterday"},
        {"X-Slack-Request-Timestamp": "1e9"},
        {"X-Slack-Request-Timestamp": "-1"},
        {"X-Slack-Request-Timestamp": "٣٤٥".encode()},
        {"X-Slack-Request-Timestamp": "9" * 400},
        {"X-Slack-Request-Timestamp": str(int(time.time()) + 3600)},
    ],
)
async def test_what_is_not_signed_is_refused_without_a_word_of_it(
    web: Town, caplog: pytest.LogCaptureFixture, change: dict[str, str | bytes]
) -> None:
    caplog.set_level(logging.DEBUG)
    body = command(CANARY)
    answer = await knock(web, body, {**headers(web, body), **change})
    assert answer.status_code == 401
    _nothing_of_it(answer, caplog)


# From ahead with a minute to spare: on a busy machine it comes nearer until it is looked at.
@pytest.mark.parametrize("seconds", [-301, 360, -86400])
async def test_a_late_or_early_signature_is_refused(web: Town, seconds: int) -> None:
    body = command()
    stamp = str(int(time.time()) + seconds)
    assert (await knock(web, body, headers(web, body, stamp))).status_code == 401


async def test_the_timestamp_is_part_of_what_is_signed(web: Town) -> None:
    body = command()
    given = headers(web, body, str(int(time.time()) - 100))
    given["X-Slack-Request-Timestamp"] = str(int(time.time()))
    assert (await knock(web, body, given)).status_code == 401


async def test_too_large_a_body_is_refused_before_it_is_read(web: Town) -> None:
    body = b"x" * (LARGEST + 1)
    assert (await knock(web, body, headers(web, body))).status_code == 413

    async def dripping() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b"x" * 100_000

    answer = await web.http.post(web.url, content=dripping(), headers=headers(web, body))
    assert answer.status_code == 413


async def test_a_replay_has_no_second_effect(web: Town) -> None:
    body = command()
    given = headers(web, body)
    assert (await knock(web, body, given)).status_code == 200
    await web.until_private(DANA, "/orders")
    await web.front.drain()
    assert len(web.calls("chat.postEphemeral")) == 1
    assert (await knock(web, body, given)).status_code == 200
    await web.front.drain()
    assert len(web.calls("chat.postEphemeral")) == 1


async def test_nor_has_one_to_another_process_or_after_a_restart(
    web: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What one process remembers, another does not."""
    monkeypatch.setattr(Seen, "again", lambda *_: False)
    await test_a_replay_has_no_second_effect(web)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", b"{" + CANARY.encode()),
        ("application/json", b"[" * 100_000),
        ("application/json", b"[1, 2]"),
        ("application/json", b"\xff\xfe"),
        ("application/x-www-form-urlencoded", b"payload=%7Bnot"),
        ("application/x-www-form-urlencoded", b"payload=12"),
        ("application/x-www-form-urlencoded", b"a=1&" * 1000),
    ],
)
async def test_a_signed_body_that_is_no_payload_is_a_bad_request(
    web: Town, caplog: pytest.LogCaptureFixture, kind: str, body: bytes
) -> None:
    caplog.set_level(logging.DEBUG)
    answer = await knock(web, body, {**headers(web, body), "Content-Type": kind})
    assert answer.status_code == 400
    _nothing_of_it(answer, caplog)


async def test_a_command_whose_text_speaks_of_a_payload_is_still_a_command(web: Town) -> None:
    await web.type(DANA, "/orders failed payload")
    await web.until_private(DANA, "failed")


async def test_url_verification_is_answered(web: Town) -> None:
    body = json.dumps({"type": "url_verification", "challenge": "abc"}).encode()
    given = {**headers(web, body), "Content-Type": "application/json"}
    answer = await knock(web, body, given)
    assert answer.status_code == 200
    assert "abc" in answer.text


async def test_in_socket_mode_nobody_is_at_the_door(sockets: Town) -> None:
    request = Request({"type": "http", "method": "POST", "path": "/slack/events", "headers": []})
    assert (await sockets.slack.knock(request)).status_code == 404


def test_http_mode_does_not_start_without_a_secret() -> None:
    with pytest.raises(ValueError, match="SLACK_SIGNING_SECRET"):
        Slack(SlackSettings(bot_token="xoxb-1"), WallClock())


def test_a_form_is_read_as_slack_writes_it() -> None:
    form = "application/x-www-form-urlencoded; charset=utf-8"
    assert parsed(form, b"text=a+b%26c&command=%2Forders")["text"] == "a b&c"
    assert parsed(form, urlencode({"payload": '{"type": "x"}'}).encode()) == {"type": "x"}
    with pytest.raises(BadBodyError):
        parsed(form, b"payload=null")


def _nothing_of_it(answer: httpx.Response, caplog: pytest.LogCaptureFixture) -> None:
    assert CANARY not in answer.text
    assert "Traceback" not in answer.text
    assert CANARY not in caplog.text
    assert "Traceback" not in caplog.text
