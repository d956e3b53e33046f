"""Private answers go to Slack and nowhere else, and get there by another way when one fails."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.blocks.ids import ActionId, Pointer
from bot.listeners.answers import leads_to_slack
from tests.bot.listeners.town import DANA, ORDERS, Town, trigger

SLACK = "https://slack.com/api/"
HERE = "http://127.0.0.1:8700/slack/api/"


@pytest.mark.parametrize(
    ("url", "api"),
    [
        ("https://hooks.slack.com/actions/T1/2/x", SLACK),
        ("https://hooks.slack-gov.com/actions/T1/2/x", SLACK),
        ("https://slack.com/x", SLACK),
        ("http://127.0.0.1:8700/slack/response/x", HERE),
        ("https://hooks.slack.com/x", HERE),
    ],
)
def test_these_lead_to_slack(url: str, api: str) -> None:
    assert leads_to_slack(url, api)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8701/slack/response/x",
        "https://127.0.0.1:8700/x",
        "http://localhost:8700/x",
        "http://hooks.slack.com/x",
        "https://hooks.slack.com:8443/x",
        "https://hooks.slack.com.example/x",
        "https://evilslack.com/x",
        "https://hooks.slack.com@example.com/x",
        "https://user:pass@hooks.slack.com/x",
        "//hooks.slack.com/x",
        "file:///etc/passwd",
        "http://127.0.0.1:8700@example.com/x",
        "http://[::1/x",
        "http://127.0.0.1:port/x",
        "",
    ],
)
def test_these_do_not(url: str) -> None:
    assert not leads_to_slack(url, HERE)


@given(st.text())
def test_any_text_can_be_asked_about(text: str) -> None:
    assert leads_to_slack(text, SLACK) in {True, False}


@contextlib.asynccontextmanager
async def stranger() -> AsyncIterator[tuple[str, list[bytes]]]:
    """A server of somebody else's, and what it hears."""
    heard: list[bytes] = []

    async def hear(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.read(100))
        writer.close()

    server = await asyncio.start_server(hear, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/x", heard


BUTTON = {
    "type": "button",
    "action_id": str(ActionId.RETRY),
    "block_id": "b",
    "value": str(Pointer(order="10248")),
}


def press(response_url: str) -> dict[str, object]:
    return {
        "type": "block_actions",
        "team": {"id": "T000000001"},
        "user": {"id": DANA, "team_id": "T000000001"},
        "trigger_id": trigger(),
        "container": {"type": "message", "channel_id": ORDERS},
        "channel": {"id": ORDERS},
        "response_url": response_url,
        "actions": [BUTTON],
    }


async def test_a_response_url_that_leads_elsewhere_is_not_called(place: Town) -> None:
    """Verified and all: the payload is signed, or came over our own socket."""
    async with stranger() as (url, heard):
        await place.forge(press(url))
        await place.until_private(DANA, "Order Sync Actions")
        await place.front.drain()
        assert heard == []


async def test_a_response_url_that_fails_is_not_the_end(place: Town) -> None:
    used_up = f"{place.box.url}/slack/response/used-up"
    await place.forge(press(used_up))
    await place.until_private(DANA, "Order Sync Actions")
    assert place.calls("chat.postEphemeral")


async def test_whoever_cannot_be_answered_in_the_channel_gets_a_direct_message(
    sockets: Town,
) -> None:
    await sockets.forge({**press(""), "channel": {"id": "C000000001"}})

    async def told() -> list[object]:
        return [one for one in await sockets.dms(DANA) if "Order Sync Actions" in str(one)]

    await sockets.until(told)


async def test_a_window_that_slack_does_not_open_is_said(place: Town) -> None:
    """A trigger lives three seconds; this one never did."""
    body = press("") | {"actions": [{**BUTTON, "action_id": str(ActionId.DETAILS)}]}
    await place.forge(body)
    told = await place.until_private(DANA, "Slack did not open the window in time")
    await place.front.drain()
    assert len(place.calls("views.open")) == 1
    assert "10248" not in told


async def test_an_answer_is_for_the_asker_alone(sockets: Town) -> None:
    await sockets.type(DANA, "/orders failed")
    await sockets.until_private(DANA, "")
    stored = (await sockets.control("GET", f"channels/{ORDERS}/messages"))["messages"]
    assert [one["seen_only_by"] for one in stored] == [DANA]
