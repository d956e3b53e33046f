"""Where the bot may speak and look: channels, direct messages, archived and private ones."""

from tests.sandbox.slack_world import ADA, BOT, DANA, GENERAL, GUS, ORDERS, TASTINGS, world


async def test_the_bot_posts_only_where_it_is_a_member() -> None:
    async with world() as w:
        answer = await w.api("chat.postMessage", channel=GENERAL, text="x")
        assert answer["error"] == "not_in_channel"
        assert (await w.api("chat.postMessage", channel=ORDERS, text="x"))["ok"]


async def test_chat_write_public_lifts_that() -> None:
    async with world() as w:
        await w.control("POST", "app", scopes=["chat:write", "chat:write.public"])
        assert (await w.api("chat.postMessage", channel=GENERAL, text="x"))["ok"]


async def test_unknown_channels_and_names_are_not_found() -> None:
    async with world() as w:
        for channel in ("C999999999", "#orders", "U999999999"):
            answer = await w.api("chat.postMessage", channel=channel, text="x")
            assert answer["error"] == "channel_not_found"


async def test_a_private_channel_without_the_bot_does_not_exist_for_it() -> None:
    async with world() as w:
        made = await w.control("POST", "channels", name="board", members=[ADA], is_private=True)
        for method in ("conversations.info", "conversations.members"):
            assert (await w.api(method, channel=made["id"]))["error"] == "channel_not_found"
        listed = await w.api("conversations.list", types="public_channel,private_channel")
        assert made["id"] not in {channel["id"] for channel in listed["channels"]}


async def test_an_archived_channel() -> None:
    async with world() as w:
        posted = await w.api("chat.postMessage", channel=ORDERS, text="x")
        await w.control("PATCH", f"channels/{ORDERS}", is_archived=True)
        answer = await w.api("chat.postMessage", channel=ORDERS, text="x")
        assert answer["error"] == "is_archived"
        again = await w.api("chat.update", channel=ORDERS, ts=posted["ts"], text="y")
        assert again["error"] == "is_inactive"


async def test_direct_messages_are_opened_once_and_reached_by_user_id() -> None:
    async with world() as w:
        opened = await w.api("conversations.open", users=DANA)
        again = await w.api("conversations.open", users=DANA)
        posted = await w.api("chat.postMessage", channel=DANA, text="hello")
        assert opened["channel"]["id"] == again["channel"]["id"] == posted["channel"]
        assert (await w.messages(DANA, posted["channel"]))[0]["text"] == "hello"
        full = await w.api("conversations.open", users=DANA, return_im=True)
        assert full["channel"]["user"] == DANA


async def test_whom_a_direct_message_cannot_reach() -> None:
    async with world() as w:
        await w.control("PATCH", f"people/{DANA}", deleted=True)
        assert (await w.api("conversations.open", users=DANA))["error"] == "user_disabled"
        assert (await w.api("conversations.open", users=BOT))["error"] == "cannot_dm_bot"
        assert (await w.api("conversations.open", users="U9"))["error"] == "user_not_found"
        assert (await w.api("conversations.open"))["error"] == "users_list_not_supplied"
        answer = await w.api("chat.postMessage", channel=DANA, text="x")
        assert answer["error"] == "channel_not_found"


async def test_a_group_message() -> None:
    async with world() as w:
        opened = await w.api("conversations.open", users=f"{ADA},{DANA}")
        group = opened["channel"]["id"]
        assert (await w.api("chat.postMessage", channel=group, text="both"))["ok"]
        assert [m["text"] for m in await w.messages(ADA, group)] == ["both"]


async def test_another_persons_direct_message_is_invisible() -> None:
    async with world() as w:
        direct = (await w.api("conversations.open", users=DANA))["channel"]["id"]
        seen = await w.see("messages", ADA, channel=direct)
        assert seen["error"] == "channel_not_found"


async def test_members_and_info() -> None:
    async with world() as w:
        members = (await w.api("conversations.members", channel=TASTINGS))["members"]
        assert GUS in members
        info = await w.api("conversations.info", channel=ORDERS, include_num_members=True)
        shown = info["channel"]
        assert (shown["name"], shown["is_member"], shown["num_members"]) == ("orders", True, 4)
        assert shown["is_ext_shared"] is False


async def test_a_dm_needs_the_messages_tab() -> None:
    async with world(messages_tab=False) as w:
        answer = await w.api("chat.postMessage", channel=DANA, text="x")
        assert answer["error"] == "messages_tab_disabled"


async def test_history_is_closed_to_those_outside() -> None:
    async with world() as w:
        answer = await w.api("conversations.history", channel=GENERAL)
        assert answer["error"] == "not_in_channel"
