"""How the sandbox is set up: from the app's manifest, on its port, with new secrets."""

from html import unescape
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.serve import SandboxOptions, running
from sandbox.slack.options import SlackOptions, from_manifest
from sandbox.slack.typed import escaped
from tests.sandbox.slack_world import DANA, ORDERS, actions, button, connected, world

MANIFEST = """
display_information: {name: Orderwatch}
features:
  app_home:
    home_tab_enabled: true
    messages_tab_enabled: false
    messages_tab_read_only_enabled: true
  slash_commands:
    - {command: /orders, description: Orders, usage_hint: help, should_escape: true}
    - {command: /raw, description: Raw}
oauth_config: {scopes: {bot: [chat:write, commands]}}
settings:
  event_subscriptions: {bot_events: [app_home_opened]}
  interactivity: {is_enabled: true}
"""


def test_a_manifest_settles_scopes_events_and_commands(tmp_path: Path) -> None:
    path = tmp_path / "manifest.yml"
    path.write_text(MANIFEST, encoding="utf-8")
    options = SlackOptions(**from_manifest(path))
    assert options.scopes == {"chat:write", "commands"}
    assert options.events == {"app_home_opened"}
    assert [(c.command, c.should_escape) for c in options.commands] == [
        ("/orders", True),
        ("/raw", False),
    ]
    assert options.home_enabled
    assert not options.messages_tab
    assert options.messages_read_only
    assert options.interactive


def test_without_a_manifest_everything_is_granted(tmp_path: Path) -> None:
    options = SlackOptions(**from_manifest(tmp_path / "none.yml"))
    assert {"chat:write", "users:read", "im:history"} <= options.scopes
    assert [command.command for command in options.commands] == ["/orders"]


async def test_without_interactivity_nothing_can_be_pressed() -> None:
    async with world(interactive=False) as w:
        posted = await w.api(
            "chat.postMessage", channel=ORDERS, text="x", blocks=[actions(button())]
        )
        answer = await w.press(DANA, posted["ts"], "a")
        assert answer["error"] == "interactivity_disabled"


async def test_to_an_app_that_only_speaks_nobody_writes() -> None:
    async with world(messages_read_only=True) as w, connected(w) as app:
        (direct,) = (await w.see("state", DANA))["dms"]
        assert direct["read_only"]
        for text in ("hello", "/orders"):
            answer = await w.do("send", DANA, channel=direct["id"], text=text)
            assert answer["error"] == "restricted_action_read_only_channel"
        assert app.received == []
        assert (await w.api("chat.postMessage", channel=DANA, text="x"))["ok"]


async def test_a_port_in_use_and_new_secrets_each_time() -> None:
    async with running() as first:
        port = int(first.url.rsplit(":", 1)[1])
        with pytest.raises(OSError, match="in use"):
            async with running(SandboxOptions(port=port)):
                pass
        async with running() as second:
            assert first.bot_token != second.bot_token
            assert first.signing_secret != second.signing_secret
            assert first.control_token != second.control_token


@given(st.text())
def test_escaping_can_be_undone_and_leaves_no_markup(text: str) -> None:
    dead = escaped(text)
    assert "<" not in dead
    assert ">" not in dead
    assert dead.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") == text


def test_the_three_entities_are_htmls() -> None:
    assert unescape(escaped("a<b>&c")) == "a<b>&c"
