"""Tokens and scopes: who may call what, and how a refusal is worded."""

from typing import Any

import pytest

from tests.sandbox.slack_world import ADA, DANA, GENERAL, ORDERS, connected, world


async def test_no_token_is_not_authed() -> None:
    async with world() as w:
        answer = await w.http.post("/slack/api/auth.test")
        assert answer.json() == {"ok": False, "error": "not_authed"}


async def test_a_wrong_token_is_invalid_auth() -> None:
    async with world() as w:
        assert (await w.api("auth.test", "xoxb-forged"))["error"] == "invalid_auth"


async def test_token_is_taken_from_a_form_but_not_from_json() -> None:
    async with world() as w:
        given = {"token": w.box.bot_token}
        assert (await w.http.post("/slack/api/auth.test", data=given)).json()["ok"]
        assert (await w.http.get("/slack/api/auth.test", params=given)).json()["ok"]
        assert (await w.http.post("/slack/api/auth.test", json=given)).json()["error"] == (
            "not_authed"
        )


async def test_app_and_bot_token_are_not_interchangeable() -> None:
    async with world() as w:
        wrong = "not_allowed_token_type"
        assert (await w.api("auth.test", w.box.app_token))["error"] == wrong
        assert (await w.api("apps.connections.open"))["error"] == wrong
        assert (await w.api("apps.connections.open", w.box.app_token))["ok"]


async def test_connections_open_wants_post() -> None:
    async with world() as w:
        bearer = {"Authorization": f"Bearer {w.box.app_token}"}
        answer = await w.http.get("/slack/api/apps.connections.open", headers=bearer)
        assert answer.json()["error"] == "insecure_request"


async def test_auth_test_says_who_one_is_and_lists_scopes() -> None:
    async with world(scopes=frozenset({"chat:write", "users:read"})) as w:
        answer = await w.call("auth.test")
        assert answer.headers["x-oauth-scopes"] == "chat:write,users:read"
        me = answer.json()
        assert (me["team_id"], me["user_id"]) == (w.box.team_id, w.box.bot_user)
        assert me["bot_id"] == w.box.bot_id


@pytest.mark.parametrize(
    ("method", "args", "needed"),
    [
        ("chat.postMessage", {"channel": ORDERS, "text": "x"}, "chat:write"),
        ("chat.update", {"channel": ORDERS, "ts": "1", "text": "x"}, "chat:write"),
        ("chat.postEphemeral", {"channel": ORDERS, "user": DANA, "text": "x"}, "chat:write"),
        ("users.info", {"user": DANA}, "users:read"),
        ("users.list", {}, "users:read"),
        ("users.lookupByEmail", {"email": "dana@northwind.example"}, "users:read.email"),
        ("conversations.open", {"users": DANA}, "im:write,mpim:write"),
        ("conversations.info", {"channel": ORDERS}, "channels:read"),
        ("conversations.members", {"channel": ORDERS}, "channels:read"),
        ("conversations.list", {"types": "im"}, "im:read"),
        ("conversations.history", {"channel": ORDERS}, "channels:history"),
        ("files.getUploadURLExternal", {"filename": "a.csv", "length": 1}, "files:write"),
        ("team.info", {}, "team:read"),
    ],
)
async def test_missing_scope_names_needed_and_provided(
    method: str, args: dict[str, Any], needed: str
) -> None:
    async with world(scopes=frozenset({"commands"})) as w:
        answer = await w.api(method, **args)
        assert answer["error"] == "missing_scope"
        assert (answer["needed"], answer["provided"]) == (needed, "commands")


async def test_the_scope_follows_the_kind_of_conversation() -> None:
    async with world(scopes=frozenset({"channels:read"})) as w:
        direct = w.box.slack.workspace.im(DANA).id
        assert (await w.api("conversations.info", channel=ORDERS))["ok"]
        answer = await w.api("conversations.info", channel=direct)
        assert answer["needed"] == "im:read"


async def test_another_name_needs_its_own_scope() -> None:
    async with world() as w:
        answer = await w.api("chat.postMessage", channel=ORDERS, text="x", username="Boss")
        assert answer["needed"] == "chat:write.customize"


async def test_emails_are_shown_with_their_scope_alone() -> None:
    async with world() as w:
        shown = (await w.api("users.info", user=ADA))["user"]["profile"]
        assert shown["email"] == "ada@northwind.example"
        await w.control("POST", "app", scopes=["users:read"])
        assert "email" not in (await w.api("users.info", user=ADA))["user"]["profile"]


async def test_a_revoked_token() -> None:
    async with world() as w:
        await w.control("POST", "app", revoked="token_revoked")
        assert (await w.api("auth.test"))["error"] == "token_revoked"


async def test_an_unknown_method() -> None:
    async with world() as w:
        assert (await w.api("files.upload"))["error"] == "unknown_method"


async def test_commands_need_their_scope_too() -> None:
    async with world(scopes=frozenset({"chat:write"})) as w, connected(w):
        sent = await w.do("send", DANA, channel=ORDERS, text="/orders")
        assert sent["error"] == "unknown_command"


async def test_control_needs_its_token() -> None:
    async with world() as w:
        answer = await w.http.get("/control/requests", headers={"X-Sandbox-Control": "guess"})
        assert answer.status_code == 403
        await w.api("conversations.info", channel=GENERAL)
        (logged,) = (await w.control("GET", "requests"))["requests"]
        assert (logged["method"], logged["args"]) == ("conversations.info", {"channel": GENERAL})
