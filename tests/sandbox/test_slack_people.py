"""People of every kind, what the app hears of changes, and what each may do on the page."""

import pytest

from tests.sandbox.slack_world import (
    ADA,
    BOT,
    DANA,
    ELI,
    GENERAL,
    GUS,
    ORDERS,
    TASTINGS,
    actions,
    button,
    connected,
    world,
)


async def test_the_demo_team() -> None:
    async with world() as w:
        members = {m["id"]: m for m in (await w.api("users.list"))["members"]}
        assert members[ADA]["is_admin"]
        assert members[GUS]["is_restricted"]
        assert not members[DANA]["is_restricted"]
        assert members[BOT]["is_bot"]
        assert {m["team_id"] for m in members.values()} == {w.box.team_id}
        for name in ("ada", "dana", "eli", "gus"):
            found = await w.api("users.lookupByEmail", email=f"{name}@northwind.example")
            assert found["user"]["id"] == w.box.people[name]


@pytest.mark.parametrize(
    ("kind", "flags"),
    [
        ("member", {"is_restricted": False, "deleted": False}),
        ("guest", {"is_restricted": True, "is_ultra_restricted": False}),
        ("single_channel_guest", {"is_restricted": True, "is_ultra_restricted": True}),
        ("stranger", {"is_stranger": True, "team_id": "T000000099"}),
        ("bot", {"is_bot": True}),
        ("deactivated", {"deleted": True}),
    ],
)
async def test_each_kind_of_person(kind: str, flags: dict[str, object]) -> None:
    async with world() as w:
        made = await w.control("POST", "people", kind=kind, real_name="Kim New")
        shown = (await w.api("users.info", user=made["id"]))["user"]
        assert {key: shown[key] for key in flags} == flags


async def test_a_deactivated_account_has_no_flags_and_no_address() -> None:
    async with world() as w:
        await w.control("PATCH", f"people/{DANA}", deleted=True)
        shown = (await w.api("users.info", user=DANA))["user"]
        assert shown["deleted"]
        assert "is_restricted" not in shown
        found = await w.api("users.lookupByEmail", email="dana@northwind.example")
        assert found["error"] == "users_not_found"
        assert (await w.do("send", DANA, channel=ORDERS, text="hi"))["error"] == "account_inactive"
        members = await w.api("conversations.members", channel=ORDERS)
        assert DANA not in members["members"]
        assert (await w.api("users.info", user="U9"))["error"] == "user_not_found"


async def test_a_changed_profile_and_a_new_member_are_told() -> None:
    async with world() as w, connected(w) as app:
        await w.control("PATCH", f"people/{ELI}", is_restricted=True)
        await app.wait(lambda: app.events("user_change"))
        (change,) = app.events("user_change")
        assert (change["user"]["id"], change["user"]["is_restricted"]) == (ELI, True)
        made = await w.control("POST", "people", kind="member", real_name="Kim New")
        await app.wait(lambda: app.events("team_join"))
        assert app.events("team_join")[0]["user"]["id"] == made["id"]


async def test_who_joins_and_leaves_a_channel_is_told_where_the_bot_is() -> None:
    async with world() as w, connected(w) as app:
        await w.control("POST", f"channels/{ORDERS}/members", user=GUS)
        await app.wait(lambda: app.events("member_joined_channel"))
        (joined,) = app.events("member_joined_channel")
        assert (joined["user"], joined["channel"]) == (GUS, ORDERS)
        await w.control("DELETE", f"channels/{ORDERS}/members/{GUS}")
        await app.wait(lambda: app.events("member_left_channel"))
        await w.control("POST", f"channels/{GENERAL}/members", user=GUS)
        await w.control("POST", f"channels/{ORDERS}/members", user=GUS)
        await app.wait(lambda: len(app.events("member_joined_channel")) == 2)
        assert {event["channel"] for event in app.events("member_joined_channel")} == {ORDERS}


async def test_a_channel_becomes_shared() -> None:
    async with world() as w, connected(w) as app:
        await w.control("POST", f"channels/{ORDERS}/share", team="T000000099")
        await app.wait(lambda: app.events("channel_shared"))
        (event,) = app.events("channel_shared")
        assert (event["channel"], event["connected_team_id"]) == (ORDERS, "T000000099")
        info = (await w.api("conversations.info", channel=ORDERS))["channel"]
        assert info["is_ext_shared"]
        assert "T000000099" in info["connected_team_ids"]
        await w.control("DELETE", f"channels/{ORDERS}/share/T000000099")
        await app.wait(lambda: app.events("channel_unshared"))


async def test_events_come_only_with_subscription_and_scope() -> None:
    async with world(events=frozenset({"team_join"})) as w, connected(w) as app:
        await w.control("PATCH", f"people/{ELI}", title="x")
        await w.control("POST", "people", real_name="Kim New")
        await app.wait(lambda: app.received)
        assert [e["payload"]["event"]["type"] for e in app.received] == ["team_join"]
        await w.control("POST", "app", scopes=[])
        await w.control("POST", "people", real_name="Lou New")
        await w.control("POST", "deliver", type="interactive", payload={})
        assert len(app.events("team_join")) == 1


async def test_a_strangers_payload_names_their_own_team() -> None:
    async with world() as w, connected(w) as app:
        await w.control("POST", f"channels/{ORDERS}/share", team="T000000099")
        stranger = await w.control(
            "POST", "people", kind="stranger", real_name="Sam Else", channels=[ORDERS]
        )
        posted = await w.api(
            "chat.postMessage", channel=ORDERS, text="x", blocks=[actions(button())]
        )
        assert (await w.press(stranger["id"], posted["ts"], "a"))["ok"]
        payload = app.of("interactive")[0]
        assert payload["user"]["team_id"] == "T000000099"
        assert payload["team"]["id"] == w.box.team_id
        sent = await w.do("send", stranger["id"], channel=ORDERS, text="/orders")
        assert sent["error"] == "unknown_command"


async def test_a_guest_sees_only_their_own_channels() -> None:
    async with world() as w:
        state = await w.see("state", GUS)
        assert [channel["id"] for channel in state["channels"]] == [TASTINGS]
        assert (await w.see("messages", GUS, channel=ORDERS))["error"] == "channel_not_found"
        assert (await w.do("send", GUS, channel=ORDERS, text="hi"))["error"] == "not_in_channel"
        posted = await w.api(
            "chat.postMessage", channel=ORDERS, text="x", blocks=[actions(button())]
        )
        assert (await w.press(GUS, posted["ts"], "a"))["error"] == "not_in_channel"


async def test_a_guest_in_a_channel_may_press_there() -> None:
    async with world() as w, connected(w) as app:
        await w.control("POST", f"channels/{ORDERS}/members", user=GUS)
        posted = await w.api(
            "chat.postMessage", channel=ORDERS, text="x", blocks=[actions(button())]
        )
        assert (await w.press(GUS, posted["ts"], "a"))["ok"]
        assert app.of("interactive")[0]["user"]["id"] == GUS


async def test_bots_and_teams_introduce_themselves() -> None:
    async with world() as w:
        bot = (await w.api("bots.info", bot=w.box.bot_id))["bot"]
        assert (bot["user_id"], bot["app_id"]) == (w.box.bot_user, w.box.app_id)
        assert (await w.api("bots.info", bot="B9"))["error"] == "bot_not_found"
        team = (await w.api("team.info"))["team"]
        assert (team["id"], team["name"]) == (w.box.team_id, "Northwind Traders")
