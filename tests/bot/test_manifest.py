"""manifest.yml asks for exactly what the code uses, and is what Slack takes."""

import ast
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from bot.listeners import COMMANDS, EVENTS

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = ROOT.parent / "shared" / "data" / "slack" / "manifest.schema.2.0.0.json"

# What each method of the Web API needs, for the conversations that we use: channels, public and
# private, and direct messages that we open ourselves.
READ = {"channels:read", "groups:read"}
HISTORY = {"channels:history", "groups:history", "im:history"}
NEEDS: dict[str, set[str]] = {
    "auth_test": set(),
    "chat_postMessage": {"chat:write"},
    "chat_postEphemeral": {"chat:write"},
    "chat_update": {"chat:write"},
    "chat_getPermalink": set(),
    "files_getUploadURLExternal": {"files:write"},
    "files_completeUploadExternal": {"files:write"},
    "files_delete": {"files:write"},
    "conversations_open": {"im:write"},
    "conversations_info": READ,
    "conversations_members": READ,
    "conversations_history": HISTORY,
    "conversations_replies": HISTORY,
    "users_info": {"users:read", "users:read.email"},
    "users_list": {"users:read"},
    "views_open": set(),
    "views_push": set(),
    "views_update": set(),
    "views_publish": set(),
}
# For an event one scope of these is enough, each for its kind of channel.
EVENT_NEEDS: dict[str, set[str]] = {
    "app_home_opened": set(),
    "user_change": {"users:read"},
    "channel_shared": READ,
    "channel_unshared": READ,
    "member_joined_channel": READ,
    "member_left_channel": READ,
}


@pytest.fixture(scope="module")
def manifest() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "manifest.yml").read_text(encoding="utf-8"))
    return found


def calls() -> Iterator[str]:
    """Every method called on something named `client`."""
    for path in (ROOT / "bot").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            holder = node.func.value
            name = holder.attr if isinstance(holder, ast.Attribute) else getattr(holder, "id", "")
            if name == "client" and "_" in node.func.attr:
                yield node.func.attr


def test_it_asks_for_the_scopes_that_its_calls_and_events_need_and_no_other(
    manifest: dict[str, Any],
) -> None:
    used = set(calls())
    assert {"chat_postMessage", "users_info", "views_open"} <= used, "the walk finds the calls"
    unknown = used - set(NEEDS)
    assert not unknown, f"say in NEEDS which scopes {unknown} need"
    needed = {"commands"}
    needed |= {scope for method in used for scope in NEEDS[method]}
    needed |= {scope for event in EVENTS for scope in EVENT_NEEDS[event]}
    assert set(manifest["oauth_config"]["scopes"]["bot"]) == needed
    assert "user" not in manifest["oauth_config"]["scopes"]


def test_it_subscribes_to_the_events_that_are_handled(manifest: dict[str, Any]) -> None:
    subscribed = manifest["settings"]["event_subscriptions"]["bot_events"]
    assert sorted(subscribed) == sorted(EVENTS)


def test_its_commands_are_those_that_are_handled_and_name_people_by_id(
    manifest: dict[str, Any],
) -> None:
    commands = manifest["features"]["slash_commands"]
    assert [one["command"] for one in commands] == list(COMMANDS)
    assert all(one["should_escape"] is True for one in commands)


def test_it_switches_on_what_the_listeners_need(manifest: dict[str, Any]) -> None:
    assert manifest["settings"]["socket_mode_enabled"] is True
    assert manifest["settings"]["interactivity"]["is_enabled"] is True
    home = manifest["features"]["app_home"]
    assert home["home_tab_enabled"]
    assert home["messages_tab_enabled"]


def test_it_keeps_to_slacks_lengths(manifest: dict[str, Any]) -> None:
    about = manifest["display_information"]
    assert len(about["name"]) <= 35
    assert len(about["description"]) <= 140
    assert len(manifest["features"]["bot_user"]["display_name"]) <= 80


@pytest.mark.skipif(not SCHEMA.exists(), reason="Slack's schema is not beside the repository")
def test_it_is_valid_by_slacks_own_schema(manifest: dict[str, Any]) -> None:
    jsonschema.validate(manifest, json.loads(SCHEMA.read_text(encoding="utf-8")))
