"""The doctor's eyes on Slack: scopes, the channel, who reads it."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest
import yaml

from bot import doctor
from bot.doctor_slack import SCOPES
from bot.settings import load
from sandbox.serve import Box, SandboxOptions, running, slack_options
from store import migrations
from tests.bot.test_service import CONFIG

GUS = "U000000004"
Looks = Callable[..., AbstractAsyncContextManager[dict[str, str]]]


@pytest.fixture
def looks(tmp_path: Path) -> Looks:
    """Run the doctor beside a local Slack; what it says by what it is about, with its sign."""

    @asynccontextmanager
    async def look(
        channel: str = "C000000002",
        team: str = "T000000001",
        *,
        http: bool = False,
        guest: bool = False,
        **slack: object,
    ) -> AsyncIterator[dict[str, str]]:
        async with running(SandboxOptions(slack=slack_options(**slack))) as box:
            if guest:
                box.slack.workspace.conversations[channel].members[GUS] = None
            text = CONFIG.format(erp=box.erp_url).replace("C000000002", channel)
            (tmp_path / "orderwatch.toml").write_text(text.replace("T000000001", team))
            settings = load(_environ(box, tmp_path, http=http))
            await migrations.upgrade(settings.database_url)
            found = [one async for one in doctor.findings(settings)]
            yield {one.about: ("+ " if one.well else "- ") + one.words for one in found}

    return look


def _environ(box: Box, folder: Path, *, http: bool) -> dict[str, str]:
    mode = {"SLACK_SIGNING_SECRET": "s" * 32} if http else {"SLACK_APP_TOKEN": box.app_token}
    return mode | {
        "ORDERWATCH_CONFIG": str(folder / "orderwatch.toml"),
        "DATABASE_URL": f"sqlite:///{folder}/orderwatch.db",
        "SHOP": "shop-token-of-northwind",
        "ERP_SHOP": "erp-token-of-northwind",
        "ERP_KEY": box.erp_token,
        "SLACK_API_URL": box.slack_api_url,
        "SLACK_BOT_TOKEN": box.bot_token,
    }


@pytest.mark.parametrize("http", [True, False])
async def test_all_is_well(looks: Looks, http: bool) -> None:  # noqa: FBT001
    async with looks(http=http) as found:
        assert [words for words in found.values() if not words.startswith("+ ")] == []
        assert list(found) == [
            "Settings",
            "Database",
            "Slack token",
            "Slack scopes",
            "Slack of northwind",
            "ERP of northwind",
            "E-mail",
        ]
        assert found["E-mail"] == "+ off: SMTP_URL is not set"


async def test_a_scope_is_missing(looks: Looks) -> None:
    async with looks(scopes=frozenset(SCOPES) - {"chat:write", "users:read"}) as found:
        assert found["Slack scopes"].startswith("- missing chat:write, users:read; ")


async def test_outsiders_who_read_the_channel_are_named(looks: Looks) -> None:
    async with looks(guest=True) as found:
        words = found["Slack of northwind"]
        assert words.startswith(f"- channel C000000002 is read by {GUS}, no full members")


async def test_a_channel_the_bot_is_not_in(looks: Looks) -> None:
    async with looks("C000000003") as found:
        assert found["Slack of northwind"].startswith("- the bot is not in channel C000000003")


async def test_a_channel_that_is_not_there(looks: Looks) -> None:
    async with looks("C0NOWHERE") as found:
        assert found["Slack of northwind"].startswith("- channel C0NOWHERE: channel_not_found")


async def test_a_workspace_that_is_nobodys(looks: Looks) -> None:
    async with looks(team="T0OTHER") as found:
        assert found["Slack token"].startswith("- valid, but for workspace T000000001")
        assert found["Slack of northwind"].startswith("+ none: its workspace is T0OTHER")


def test_the_scopes_are_the_manifests() -> None:
    manifest = yaml.safe_load((Path(__file__).parents[2] / "manifest.yml").read_text())
    assert sorted(manifest["oauth_config"]["scopes"]["bot"]) == sorted(SCOPES)
