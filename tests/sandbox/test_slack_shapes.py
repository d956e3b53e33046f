"""Every key that this Slack sends is one that Slack sends; pace and scopes are Slack's own.

The tables below are what is relied on. Where Slack's samples lie beside the checkout, in
`../shared/data/slack`, they are asked instead and say more.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from sandbox.slack.methods import METHODS
from tests.sandbox.slack_world import (
    DANA,
    ORDERS,
    App,
    Json,
    World,
    actions,
    button,
    connected,
    modal,
    text_input,
    world,
)

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "slack"

_INTERACTION = "type team user api_app_id token enterprise is_enterprise_install trigger_id"
TOP_KEYS: dict[str, str] = {
    "BlockActionPayload": f"{_INTERACTION} container channel message state response_url actions "
    "view",
    "ViewSubmissionPayload": f"{_INTERACTION} view",
    "ViewClosedPayload": f"{_INTERACTION} view is_cleared",
    "SlashCommandPayload": "token team_id team_domain channel_id channel_name user_id user_name "
    "command text api_app_id is_enterprise_install response_url trigger_id",
    "AppHomeOpenedPayload": "token team_id api_app_id event type event_id event_time "
    "authorizations is_ext_shared_channel event_context",
    "users.info": "ok user",
    "conversations.info": "ok channel",
    "conversations.members": "ok members response_metadata",
    "auth.test": "ok url team user team_id user_id bot_id is_enterprise_install",
    "chat.getPermalink": "ok channel permalink",
    "chat.postEphemeral": "ok message_ts",
    "views.open": "ok view",
    "files.getUploadURLExternal": "ok upload_url file_id",
}
# What the samples leave out although Slack sends it.
UNSAMPLED = {"response_urls", "view.blocks", "view.state.values", "state.values"}
# Maps whose keys are ids or the app's own, and blocks, which `test_slack_blocks` looks at.
OPEN = {"values", "public", "blocks", "metadata", "elements", "text", "actions"}


def _keys(value: Any, prefix: str = "") -> set[str]:
    if isinstance(value, list):
        return set().union(*(_keys(entry, prefix) for entry in value))
    if not isinstance(value, dict):
        return set()
    found = {prefix + key for key in value}
    inner = ((key, entry) for key, entry in value.items() if key not in OPEN)
    return found.union(*(_keys(entry, f"{prefix}{key}.") for key, entry in inner))


def _known(name: str, sent: Json) -> None:
    sample = DATA / "samples" / f"{name}.json"
    if sample.exists():
        allowed = _keys(json.loads(sample.read_text(encoding="utf-8")))
        surplus = _keys(sent) - allowed - UNSAMPLED
    else:
        surplus = sent.keys() - set(TOP_KEYS[name].split()) - UNSAMPLED
    assert not surplus, f"{name}: Slack sends no {sorted(surplus)}"


async def _press(w: World, app: App) -> Json:
    posted = await w.api("chat.postMessage", channel=ORDERS, text="x", blocks=[actions(button())])
    assert (await w.press(DANA, posted["ts"], "a"))["ok"]
    payload: Json = app.of("interactive")[-1]
    return payload


async def test_payloads_have_slacks_keys() -> None:
    async with world() as w, connected(w) as app:
        pressed = await _press(w, app)
        _known("BlockActionPayload", pressed)
        assert pressed.keys() >= set(TOP_KEYS["BlockActionPayload"].split()) - {"view"}
        _known("SlashCommandPayload", await _command(w, app))
        view = modal(text_input(), notify_on_close=True)
        opened = await w.api("views.open", trigger_id=await w.trigger(app), view=view)
        _known("views.open", opened)
        view_id = opened["view"]["id"]
        await w.do("submit", DANA, view_id=view_id, state={"b": {"a": "x"}})
        submitted = app.of("interactive")[-1]
        _known("ViewSubmissionPayload", submitted)
        assert submitted.keys() >= set(TOP_KEYS["ViewSubmissionPayload"].split())


async def _command(w: World, app: App) -> Json:
    await w.trigger(app)
    command: Json = app.of("slash_commands")[-1]
    assert command.keys() == set(TOP_KEYS["SlashCommandPayload"].split())
    return command


async def test_closing_and_opening_have_slacks_keys() -> None:
    async with world() as w, connected(w) as app:
        view = modal(notify_on_close=True)
        opened = await w.api("views.open", trigger_id=await w.trigger(app), view=view)
        await w.do("close", DANA, view_id=opened["view"]["id"])
        await app.wait(lambda: app.of("interactive"))
        _known("ViewClosedPayload", app.of("interactive")[0])
        await w.do("open_home", DANA, app=w.box.app_id)
        await app.wait(lambda: app.events("app_home_opened"))
        _known("AppHomeOpenedPayload", app.of("events_api")[-1])


@pytest.mark.parametrize(
    ("method", "args"),
    [
        ("auth.test", {}),
        ("users.info", {"user": DANA}),
        ("conversations.info", {"channel": ORDERS}),
        ("conversations.members", {"channel": ORDERS}),
        ("chat.postEphemeral", {"channel": ORDERS, "user": DANA, "text": "x"}),
        ("files.getUploadURLExternal", {"filename": "a.csv", "length": 1}),
    ],
)
async def test_answers_have_slacks_keys(method: str, args: dict[str, Any]) -> None:
    async with world() as w:
        answer = await w.api(method, **args)
        assert answer["ok"], answer
        _known(method, answer)


SCOPES = {
    "chat.postMessage": ("chat:write", 600),
    "chat.update": ("chat:write", 50),
    "chat.postEphemeral": ("chat:write", 100),
    "users.info": ("users:read", 100),
    "users.list": ("users:read", 20),
    "users.lookupByEmail": ("users:read.email", 50),
    "files.getUploadURLExternal": ("files:write", 100),
    "files.completeUploadExternal": ("files:write", 100),
    "files.delete": ("files:write", 50),
    "views.open": (None, 100),
    "conversations.list": (None, 20),
}


def test_pace_and_scopes_of_the_methods() -> None:
    for name, (scope, per_minute) in SCOPES.items():
        method = METHODS[name]
        assert (method.scopes or (None,))[0] == scope, name
        assert method.per_minute == per_minute, name
    if (DATA / "methods.json").exists():
        _as_documented(json.loads((DATA / "methods.json").read_text(encoding="utf-8")))


def _as_documented(documented: Json) -> None:
    for name, method in METHODS.items():
        if name in UNCOPIED:
            continue
        words = documented[name]["tier"]
        tier = words.split()[1].rstrip(":") if words.startswith("Tier") else None
        expected = {"2": 20, "3": 50, "4": 100, None: 600}[tier]
        assert method.per_minute == expected, name
        assert set(method.scopes) <= set(documented[name]["bot_scopes"]), name
        arguments = documented[name]["args"]
        required = {key for key, value in arguments.items() if value["required"]}
        assert set(method.required) == required, name
        assert set(arguments) - set(method.arguments) <= UNUSED, name


# Slack documents it; the copy of its pages leaves it out.
UNCOPIED = {"files.delete"}
# Documented arguments that nobody here reads.
UNUSED = {"current_draft_last_updated_ts", "unfurled_attachments"}
