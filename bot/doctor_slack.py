"""The doctor's questions to Slack: the token, its scopes, and who reads each alert channel."""

from collections.abc import AsyncIterator, Iterable
from typing import Final

from slack_sdk.web.async_slack_response import AsyncSlackResponse

import store as stores
from bot.audience import Audience, Closed, Fit, NotKnown, OurOwn, Outsiders
from bot.clock import SystemClock
from bot.findings import Finding, bad, fine
from bot.identity import Identity
from bot.settings import Account, Settings
from bot.webapi import Busy, Declined, Said, Unheard, WebApi, quiet_logger

SCOPES: Final = (
    "channels:history",
    "channels:read",
    "chat:write",
    "commands",
    "files:write",
    "groups:history",
    "groups:read",
    "im:history",
    "im:write",
    "users:read",
    "users:read.email",
)
"""What `manifest.yml` asks for; a test holds the two together."""


async def slack_findings(settings: Settings, *, database_well: bool) -> AsyncIterator[Finding]:
    """Token, scopes, each distributor's workspace and channel."""
    for line in settings.slack.lacking():
        yield bad("Slack", line)
    if not settings.slack.bot_token:
        return
    logger = quiet_logger("orderwatch.libraries.slack")
    web = WebApi(settings.slack.bot_token, settings.slack.api_url, logger)
    await web.open()
    try:
        async for finding in _ask(settings, web, database_well=database_well):
            yield finding
    finally:
        await web.close()


async def _ask(settings: Settings, web: WebApi, *, database_well: bool) -> AsyncIterator[Finding]:
    headers: dict[str, str] = {}
    match await web.ask(_auth_test(web, headers)):
        case Said(data):
            team = str(data.get("team_id", ""))
        case Declined(error):
            yield bad("Slack token", f"{error}; copy it again, or install the app again")
            return
        case Busy() | Unheard():
            yield bad("Slack token", "Slack does not answer; look at SLACK_API_URL and the network")
            return
    yield _token(settings, team)
    yield _scopes(headers.get("x-oauth-scopes"))
    for account in settings.accounts.values():
        if account.distributor.slack_team != team:
            yield fine(f"Slack of {account.key}", _without(account, team))
        elif not database_well:
            yield bad(f"Slack of {account.key}", "not looked at: first the database")
        else:
            yield await _channel(settings, account, web, team)


async def _auth_test(web: WebApi, headers: dict[str, str]) -> AsyncSlackResponse:
    """Slack names the token's scopes in a header of its answer."""
    response = await web.client.auth_test()
    headers |= {name.lower(): str(value) for name, value in response.headers.items()}
    return response


def _token(settings: Settings, team: str) -> Finding:
    if any(account.distributor.slack_team == team for account in settings.accounts.values()):
        return fine("Slack token", f"valid, for workspace {team}")
    return bad(
        "Slack token",
        f"valid, but for workspace {team}, which is no distributor's slack_team; correct one of "
        "the two",
    )


def _scopes(told: str | None) -> Finding:
    if told is None:
        return bad("Slack scopes", "Slack does not tell them; look at SLACK_API_URL")
    has = {scope.strip() for scope in told.split(",")}
    missing = [scope for scope in SCOPES if scope not in has]
    if missing:
        return bad(
            "Slack scopes",
            f"missing {', '.join(missing)}; paste manifest.yml into the app's page and install "
            "it again",
        )
    return fine("Slack scopes", "all there")


def _without(account: Account, team: str) -> str:
    return (
        f"none: its workspace is {account.distributor.slack_team}, SLACK_BOT_TOKEN is of {team}; "
        "its orders are synced and its API is served all the same"
    )


async def _channel(settings: Settings, account: Account, web: WebApi, team: str) -> Finding:
    about, channel = f"Slack of {account.key}", account.distributor.alert_channel
    match await web.ask(web.client.conversations_info(channel=channel)):
        case Said(data) if not (data.get("channel") or {}).get("is_member"):
            return bad(about, f"the bot is not in channel {channel}; invite it there")
        case Declined(error):
            return bad(about, f"channel {channel}: {error}; correct alert_channel, invite the bot")
        case _:
            pass
    async with stores.open(settings.database_url) as store:
        clock = SystemClock()
        identity = Identity(web, store.profiles, clock, team)
        return _told(about, channel, await Audience(web, identity, clock).of(channel))


def _told(about: str, channel: str, fit: Fit) -> Finding:
    match fit:
        case OurOwn():
            return fine(about, f"channel {channel} is read by full members only")
        case Outsiders(shared=True):
            return bad(
                about,
                f"channel {channel} is shared with another organisation, so it gets counts only; "
                "choose another alert_channel",
            )
        case Outsiders(people=people):
            return bad(
                about,
                f"channel {channel} is read by {_named(people)}, no full members, so it gets "
                "counts only; remove them or choose another alert_channel",
            )
        case Closed(error):
            return bad(about, f"channel {channel}: {error}; invite the bot to it")
        case NotKnown():
            return bad(about, f"channel {channel}: Slack does not answer; try again")


def _named(people: Iterable[str]) -> str:
    return ", ".join(people)
