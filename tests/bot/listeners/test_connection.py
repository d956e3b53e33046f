"""The line to Slack: found again when it is lost, given up with a sentence when it cannot be."""

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot import sockets as socket_mode
from bot.settings_environment import SlackSettings
from bot.slack import Slack, SlackEndedError
from sandbox.serve import Box, running
from sandbox.slack.faults import Fault
from tests.bot.listeners.town import ADA, DANA, ORDERS, Town, town
from tests.commands.works import WallClock, order


@pytest.fixture
async def box() -> AsyncIterator[Box]:
    async with running() as found:
        yield found


def slack(box: Box, **changes: str | None) -> Slack:
    tokens: dict[str, str | None] = {
        "bot_token": box.bot_token,
        "app_token": box.app_token,
        "signing_secret": None,
    }
    return Slack(SlackSettings(**{**tokens, **changes}, api_url=box.slack_api_url), WallClock())


async def test_a_wrong_bot_token_ends_the_start_with_what_to_do(box: Box) -> None:
    wrong = slack(box, bot_token="xoxb-wrong")
    with pytest.raises(SlackEndedError, match=r"SLACK_BOT_TOKEN .*invalid_auth"):
        await wrong.start()
    await wrong.close()


async def test_a_wrong_app_token_ends_the_run_with_what_to_do(box: Box) -> None:
    wrong = slack(box, app_token="xapp-wrong")
    await wrong.start()
    with pytest.raises(SlackEndedError, match=r"SLACK_APP_TOKEN .*invalid_auth"):
        await asyncio.wait_for(wrong.run(), 10)
    await wrong.close()


async def test_a_bot_token_in_the_place_of_the_app_token_is_said(box: Box) -> None:
    wrong = slack(box, app_token=box.bot_token)
    await wrong.start()
    with pytest.raises(SlackEndedError, match="xapp-"):
        await asyncio.wait_for(wrong.run(), 10)
    await wrong.close()


@pytest.mark.parametrize("error", ["account_inactive", "token_revoked"])
async def test_a_token_that_dies_ends_the_run(sockets: Town, error: str) -> None:
    await sockets.control("POST", "app", revoked=error)
    await sockets.front.audience.of(ORDERS)
    with pytest.raises(SlackEndedError, match=error):
        await asyncio.wait_for(sockets.slack.run(), 10)


async def test_a_token_that_is_dead_at_the_start_ends_it(box: Box) -> None:
    box.slack.workspace.revoked = "token_revoked"
    late = slack(box)
    with pytest.raises(SlackEndedError, match=r"was revoked; .*take its new token"):
        await asyncio.wait_for(late.start(), 10)
    await late.close()


async def test_the_start_waits_for_a_slack_that_is_down(box: Box) -> None:
    box.slack.api.faults.ordered.append(Fault("unavailable", "auth.test", count=1))
    patient = Slack(SlackSettings(box.bot_token, None, "secret", box.slack_api_url), Hasty())
    workspace = await asyncio.wait_for(patient.start(), 10)
    assert workspace.team == box.team_id
    await patient.close()


class Hasty(WallClock):
    """Waits shorter than it says."""

    async def sleep(self, span: timedelta) -> None:
        await asyncio.sleep(span.total_seconds() / 100)


@pytest.mark.parametrize("how", ["refresh", "cut"])
async def test_a_socket_that_goes_away_is_opened_again(sockets: Town, how: str) -> None:
    before = (await sockets.control("GET", "sockets"))["sockets"]
    await sockets.control("POST", f"sockets/{how}")

    async def another() -> bool:
        now = (await sockets.control("GET", "sockets"))["sockets"]
        return bool(now) and now != before

    await sockets.until(another)

    async def answered() -> bool:
        # What meets a socket just as it goes away is lost, as in Slack: one types it again.
        await sockets.type(DANA, "/orders help")
        await asyncio.sleep(1)
        return any("/orders" in one for one in await sockets.private(DANA))

    await sockets.until(answered)


async def test_a_connection_that_stays_away_ends_the_run(
    box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket_mode, "GIVE_UP_AFTER", timedelta(milliseconds=50))
    box.slack.api.log.clear()
    lost = Slack(SlackSettings(box.bot_token, box.app_token, None, box.slack_api_url), Hasty())
    await lost.start()
    box.slack.api.faults.ordered.append(Fault("unavailable", "apps.connections.open", count=None))
    with pytest.raises(SlackEndedError, match="no connection to Slack"):
        await asyncio.wait_for(lost.run(), 10)
    await lost.close()


# --- what is logged ------------------------------------------------------------------------------

NAME = "Vins et alcools Chevalier"


async def test_nothing_personal_and_no_token_is_logged_even_at_debug(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for mode in (True, False):
        folder = tmp_path / str(mode)
        folder.mkdir()
        async with town(folder, http=mode) as place:
            await _a_day(place)
            secrets = [place.box.bot_token, place.box.app_token, place.box.signing_secret]
    ours = [
        record
        for record in caplog.records
        if record.name.startswith(("orderwatch", "slack_bolt", "slack_sdk", "aiohttp", "bot"))
    ]
    text = "\n".join(logging.Formatter().format(record) for record in ours)
    for canary in (*secrets, NAME, "VINET", "NW-024", "Ada Admin", "ada@northwind.example"):
        assert canary not in text, canary
    assert "orderwatch" in "".join(record.name for record in ours)


async def _a_day(place: Town) -> None:
    """Refused, looked at, retried; with Slack failing in between."""
    place.shop.gateway.catalogue.set_item("NW-024", active=False)
    await place.shop.send(order(10248, sku="NW-024"))
    await place.until_card("10248")
    await place.grant(DANA)
    await place.press(DANA, "Details")
    await place.until_view(DANA, NAME)
    await place.press(DANA, "Retry sync")
    await place.until_private(DANA, "efused again")
    await place.type(DANA, f"/orders failed {NAME}")
    await place.type(ADA, "/orders show 10248")
    await place.until_private(ADA, "10248")
    await place.control("POST", "faults", kind="broken", method="*", count=3)
    await place.type(DANA, "/orders")
    await place.front.drain()
