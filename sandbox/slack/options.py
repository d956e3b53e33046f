"""How the workspace is set up: tokens, scopes, subscriptions. Read once at the start."""

import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from sandbox.slack.methods import ALL_SCOPES
from sandbox.slack.subscriptions import EVENT_SCOPES


@dataclass(frozen=True, slots=True)
class Command:
    """A slash command of the app; `should_escape` turns `@name` into `<@U…|name>`."""

    command: str
    description: str = ""
    usage_hint: str = ""
    should_escape: bool = True


DEFAULT_COMMANDS = (Command("/orders", "Orders that did not reach the ERP", "help"),)


def _token(prefix: str) -> str:
    return f"{prefix}-{secrets.token_hex(16)}"


@dataclass(frozen=True, slots=True)
class SlackOptions:
    """`ack_seconds` is the time to acknowledge, `trigger_seconds` that in which a trigger id works;
    `retry_delays` the waits before an event's retries.

    `events_url` set: signed HTTP to there; None: Socket Mode. `paced` False: no rate limits.
    """

    bot_token: str = field(default_factory=lambda: _token("xoxb"))
    app_token: str = field(default_factory=lambda: _token("xapp"))
    signing_secret: str = field(default_factory=lambda: secrets.token_hex(16))
    control_token: str = field(default_factory=lambda: secrets.token_hex(16))
    scopes: frozenset[str] = ALL_SCOPES
    events: frozenset[str] = frozenset(EVENT_SCOPES)
    commands: tuple[Command, ...] = DEFAULT_COMMANDS
    home_enabled: bool = True
    messages_tab: bool = True
    messages_read_only: bool = False
    interactive: bool = True
    events_url: str | None = None
    ack_seconds: float = 3.0
    trigger_seconds: float = 3.0
    retry_delays: tuple[float, ...] = (0.0, 60.0, 300.0)
    paced: bool = True


def from_manifest(path: Path) -> dict[str, Any]:
    """The keyword arguments of `SlackOptions` that an app manifest settles; empty without one."""
    if not path.exists():
        return {}
    manifest = yaml.safe_load(path.read_text(encoding="utf-8"))
    features, settings = manifest.get("features", {}), manifest.get("settings", {})
    home = features.get("app_home", {})
    scopes = manifest.get("oauth_config", {}).get("scopes", {}).get("bot", [])
    events = settings.get("event_subscriptions", {}).get("bot_events", [])
    return {
        "scopes": frozenset(scopes),
        "events": frozenset(events),
        "commands": tuple(_command(entry) for entry in features.get("slash_commands", [])),
        "home_enabled": bool(home.get("home_tab_enabled", False)),
        "messages_tab": bool(home.get("messages_tab_enabled", True)),
        "messages_read_only": bool(home.get("messages_tab_read_only_enabled", False)),
        "interactive": bool(settings.get("interactivity", {}).get("is_enabled", False)),
    }


def _command(entry: dict[str, Any]) -> Command:
    return Command(
        command=entry["command"],
        description=entry.get("description", ""),
        usage_hint=entry.get("usage_hint", ""),
        should_escape=bool(entry.get("should_escape", False)),
    )
