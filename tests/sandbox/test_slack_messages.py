"""Messages: threads, broadcasts, edits, what only one person sees, and what people type."""

from typing import Any

import pytest

from sandbox.slack.typed import escaped
from tests.sandbox.slack_world import (
    ADA,
    DANA,
    ELI,
    GENERAL,
    ORDERS,
    World,
    actions,
    button,
    connected,
    section,
    world,
)


async def _post(w: World, text: str = "x", **more: Any) -> str:
    ts: str = (await w.api("chat.postMessage", channel=ORDERS, text=text, **more))["ts"]
    return ts


async def test_an_ephemeral_is_seen_by_its_reader_alone() -> None:
    async with world() as w:
        parent = await _post(w)
        for thread in ({}, {"thread_ts": parent}):
            sent = await w.api(
                "chat.postEphemeral", channel=ORDERS, user=DANA, text="secret", **thread
            )
            assert sent["message_ts"]
        assert [m["text"] for m in await w.messages(DANA)] == ["x", "secret"]
        assert [m["text"] for m in await w.messages(ELI)] == ["x"]
        seen = await w.see("thread", DANA, channel=ORDERS, ts=parent)
        assert [m["text"] for m in seen["messages"]] == ["x", "secret"]
        unseen = await w.see("thread", ELI, channel=ORDERS, ts=parent)
        assert [m["text"] for m in unseen["messages"]] == ["x"]
        history = await w.api("conversations.history", channel=ORDERS)
        assert [m["text"] for m in history["messages"]] == ["x"]
        replies = await w.api("conversations.replies", channel=ORDERS, ts=parent)
        assert [m["text"] for m in replies["messages"]] == ["x"]


async def test_nobody_presses_in_another_persons_ephemeral() -> None:
    async with world() as w, connected(w):
        sent = await w.api(
            "chat.postEphemeral", channel=ORDERS, user=DANA, text="x", blocks=[actions(button())]
        )
        answer = await w.press(ELI, sent["message_ts"], "a")
        assert answer["error"] == "message_not_found"


async def test_an_ephemeral_wants_its_reader_in_the_channel() -> None:
    async with world() as w:
        outside = await w.api("chat.postEphemeral", channel=ORDERS, user="U000000004", text="x")
        assert outside["error"] == "user_not_in_channel"
        closed = await w.api("chat.postEphemeral", channel=GENERAL, user=DANA, text="x")
        assert closed["error"] == "not_in_channel"


async def test_a_thread_and_a_broadcast() -> None:
    async with world() as w:
        parent = await _post(w, "parent")
        reply = await _post(w, "reply", thread_ts=parent)
        await _post(w, "told to all", thread_ts=reply, reply_broadcast=True)
        shown = await w.messages(DANA)
        assert [(m["text"], m["broadcast"]) for m in shown] == [
            ("parent", False),
            ("told to all", True),
        ]
        assert shown[0]["reply_count"] == 2
        thread = await w.api("conversations.replies", channel=ORDERS, ts=parent)
        first, second, third = thread["messages"]
        assert (first["reply_count"], first["latest_reply"]) == (2, third["ts"])
        assert second["thread_ts"] == third["thread_ts"] == parent
        assert third["subtype"] == "thread_broadcast"


async def test_a_thread_needs_its_parent() -> None:
    async with world() as w:
        answer = await w.api("chat.postMessage", channel=ORDERS, text="x", thread_ts="1.000001")
        assert answer["error"] == "cannot_reply_to_message"


async def test_commands_cannot_be_used_in_threads() -> None:
    async with world() as w, connected(w) as app:
        parent = await _post(w)
        answer = await w.do("send", DANA, channel=ORDERS, thread_ts=parent, text="/orders")
        assert answer["error"] == "not_in_thread"
        assert "threads" in answer["message"]
        assert app.of("slash_commands") == []


async def test_an_update_keeps_what_it_does_not_name() -> None:
    async with world() as w:
        ts = await _post(w, blocks=[section("first")], metadata=None)
        await w.api("chat.update", channel=ORDERS, ts=ts, text="new")
        (message,) = await w.messages(DANA)
        assert message["text"] == "new"
        assert message["blocks"][0]["text"]["text"] == "first"
        assert message["edited"]
        await w.api("chat.update", channel=ORDERS, ts=ts, text="bare", blocks=[])
        assert (await w.messages(DANA))[0]["blocks"] == []


async def test_an_update_notifies_nobody() -> None:
    async with world() as w:
        ts = await _post(w)
        await w.do("read", DANA, channel=ORDERS)
        await w.api("chat.update", channel=ORDERS, ts=ts, text="new")
        state = await w.see("state", DANA)
        assert {c["unread"] for c in state["channels"]} == {0}
        await _post(w)
        unread = {c["id"]: c["unread"] for c in (await w.see("state", DANA))["channels"]}
        assert unread[ORDERS] == 1


@pytest.mark.parametrize("method", ["chat.update", "chat.delete"])
async def test_only_its_own_messages_are_the_bots_to_change(method: str) -> None:
    async with world() as w:
        sent = await w.do("send", DANA, channel=ORDERS, text="mine")
        answer = await w.api(method, channel=ORDERS, ts=sent["ts"], text="x")
        assert answer["error"] == f"cant_{method.removeprefix('chat.')}_message"
        gone = await w.api(method, channel=ORDERS, ts="1.000001", text="x")
        assert gone["error"] == "message_not_found"


async def test_delete_and_permalink() -> None:
    async with world() as w:
        ts = await _post(w)
        link = await w.api("chat.getPermalink", channel=ORDERS, message_ts=ts)
        assert link["permalink"].endswith(f"/archives/{ORDERS}/p{ts.replace('.', '')}")
        assert (await w.api("chat.delete", channel=ORDERS, ts=ts))["ok"]
        assert await w.messages(DANA) == []
        gone = await w.api("chat.getPermalink", channel=ORDERS, message_ts=ts)
        assert gone["error"] == "message_not_found"


async def test_metadata_comes_back_when_asked_for() -> None:
    async with world() as w:
        given = {"event_type": "alert", "event_payload": {"id": 7}}
        await _post(w, metadata=given)
        plain = (await w.api("conversations.history", channel=ORDERS))["messages"][0]
        assert "metadata" not in plain
        full = await w.api("conversations.history", channel=ORDERS, include_all_metadata=True)
        assert full["messages"][0]["metadata"] == given


async def test_history_between_two_times_newest_first() -> None:
    async with world() as w:
        first, second, third = [await _post(w, text) for text in "abc"]
        between = await w.api("conversations.history", channel=ORDERS, oldest=first, latest=third)
        assert [m["ts"] for m in between["messages"]] == [second]
        whole = await w.api(
            "conversations.history", channel=ORDERS, oldest=first, latest=third, inclusive=True
        )
        assert [m["text"] for m in whole["messages"]] == ["c", "b", "a"]
        wrong = await w.api("conversations.history", channel=ORDERS, oldest="yesterday")
        assert wrong["error"] == "invalid_ts_oldest"
        page = await w.api("conversations.history", channel=ORDERS, limit=2)
        assert page["has_more"]


async def test_text_is_stored_as_the_app_sent_it() -> None:
    async with world() as w:
        text = "<https://example.com|x> &amp; *bold* <!channel> <@U000000001>"
        await _post(w, text)
        assert (await w.messages(DANA))[0]["text"] == text


async def test_what_people_type_is_escaped_and_linked() -> None:
    async with world() as w, connected(w) as app:
        await w.do("send", DANA, channel=ORDERS, text="a < b & c @eli #orders <@U000000001>")
        (message,) = await w.messages(ADA)
        expected = f"a &lt; b &amp; c <@{ELI}> <#{ORDERS}> <@U000000001>"
        assert message["text"] == expected
        for typed in ("@dana", f"<@{DANA}>", f"<@{DANA}|dana>"):
            await w.do("send", ADA, channel=ORDERS, text=f"/orders people grant {typed} actions")
            command = app.of("slash_commands")[-1]
            assert command["text"] == f"people grant <@{DANA}|dana> actions"
        assert escaped("<&>") == "&lt;&amp;&gt;"


async def test_messages_of_people_are_events_where_the_bot_is() -> None:
    async with world() as w, connected(w) as app:
        await w.do("send", DANA, channel=GENERAL, text="not here")
        await w.do("send", DANA, channel=ORDERS, text="here")
        await app.wait(lambda: app.events("message"))
        (event,) = app.events("message")
        assert (event["text"], event["channel_type"], event["user"]) == ("here", "channel", DANA)


async def test_an_unknown_command_and_an_element_that_is_gone() -> None:
    async with world() as w, connected(w):
        answer = await w.do("send", DANA, channel=ORDERS, text="/weather")
        assert answer["error"] == "unknown_command"
        ts = await _post(w, blocks=[actions(button())])
        await w.api("chat.update", channel=ORDERS, ts=ts, text="done", blocks=[])
        assert (await w.press(DANA, ts, "a"))["error"] == "no_such_element"
