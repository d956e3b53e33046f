"""The upload in two steps: announced, sent, completed; shared a little later, as Slack does."""

import asyncio

from slack_sdk.web.async_client import AsyncWebClient

from tests.pixel import PIXEL
from tests.sandbox.slack_world import DANA, GENERAL, ORDERS, Json, World, world


async def _shared(w: World, thread: str) -> Json:
    """The message in the thread that carries the file, once it is there."""
    async with asyncio.timeout(30):
        while True:
            seen = await w.see("thread", DANA, channel=ORDERS, ts=thread)
            if len(seen["messages"]) > 1:
                found: Json = seen["messages"][1]
                return found


async def test_the_sdks_upload_into_a_thread() -> None:
    async with world() as w:
        web = AsyncWebClient(token=w.box.bot_token, base_url=w.box.slack_api_url)
        parent = (await web.chat_postMessage(channel=ORDERS, text="Report"))["ts"]
        await web.files_upload_v2(
            channel=ORDERS, thread_ts=parent, filename="report.csv", content="a,b\r\n", title="R"
        )
        shared = await _shared(w, parent)
        (file,) = shared["files"]
        assert (file["name"], file["mimetype"], file["size"]) == ("R", "text/csv", 5)
        got = await w.http.get(file["url"])
        assert got.content == b"a,b\r\n"
        assert got.headers["content-disposition"] == "attachment"
        assert (await w.http.get(file["url"].partition("?")[0])).status_code == 404


async def _announced(w: World, length: int = 3) -> Json:
    return await w.api("files.getUploadURLExternal", filename="a.csv", length=length)


async def test_a_file_that_was_not_sent_cannot_be_completed() -> None:
    async with world() as w:
        file_id = (await _announced(w))["file_id"]
        answer = await w.api("files.completeUploadExternal", files=[{"id": file_id}])
        assert answer["error"] == "file_not_found"


async def test_the_bot_must_be_in_the_channel() -> None:
    async with world() as w:
        announced = await _announced(w)
        assert (await w.http.post(announced["upload_url"], content=b"abc")).status_code == 200
        files = [{"id": announced["file_id"]}]
        answer = await w.api("files.completeUploadExternal", files=files, channel_id=GENERAL)
        assert answer["error"] == "not_in_channel"
        answer = await w.api("files.completeUploadExternal", files=files, channel_id=DANA)
        assert answer["error"] == "channel_not_found"
        done = await w.api("files.completeUploadExternal", files=files, channel_id=ORDERS)
        assert done["files"][0]["shares"] == {"public": {}}


async def test_the_length_must_be_the_one_announced() -> None:
    async with world() as w:
        announced = await _announced(w)
        assert (await w.http.post(announced["upload_url"], content=b"abcd")).status_code == 400
        assert (await _announced(w, 0))["error"] == "missing_argument"


async def test_a_form_upload_is_taken_too() -> None:
    async with world() as w:
        announced = await _announced(w)
        sent = await w.http.post(announced["upload_url"], files={"file": ("a.csv", b"abc")})
        assert sent.text == "OK - 3"


async def _uploaded(w: World, content: bytes, name: str, **where: str) -> str:
    """The id of a file that was sent and completed."""
    announced = await w.api("files.getUploadURLExternal", filename=name, length=len(content))
    await w.http.post(announced["upload_url"], content=content)
    file_id: str = announced["file_id"]
    done = await w.api("files.completeUploadExternal", files=[{"id": file_id}], **where)
    assert done["ok"]
    return file_id


def _picture(file_id: str) -> Json:
    return {"type": "image", "alt_text": "by day", "slack_file": {"id": file_id}}


async def test_a_block_shows_a_picture_that_was_shared_with_whoever_reads_it() -> None:
    async with world() as w:
        parent = (await w.api("chat.postMessage", channel=ORDERS, text="Report"))["ts"]
        shared = await _uploaded(w, PIXEL, "a.png", channel_id=ORDERS, thread_ts=parent)
        private = await _uploaded(w, PIXEL, "b.png")
        await _shared(w, parent)
        blocks = [_picture(shared), _picture(private)]
        assert (await w.api("chat.update", channel=ORDERS, ts=parent, text="R", blocks=blocks))[
            "ok"
        ]
        [message] = [
            one
            for one in (await w.see("messages", DANA, channel=ORDERS))["messages"]
            if one["ts"] == parent
        ]
        seen, unseen = (one["slack_file"] for one in message["blocks"])
        assert (await w.http.get(seen["url"])).content == PIXEL
        assert unseen == {"id": ""}


async def test_a_block_takes_no_file_that_is_no_picture_or_not_there_yet() -> None:
    async with world() as w:
        sheet = await _uploaded(w, b"a,b", "a.csv", channel_id=ORDERS)
        announced = await _announced(w)
        for file_id in (sheet, announced["file_id"], "F000000999"):
            answer = await w.api(
                "chat.postMessage", channel=ORDERS, text="R", blocks=[_picture(file_id)]
            )
            assert answer["error"] == "invalid_blocks"
            assert answer["response_metadata"]["messages"] == [
                "invalid slack file [json-pointer:/blocks/0/slack_file]"
            ]


async def test_a_file_that_is_deleted_is_gone_from_its_thread() -> None:
    async with world() as w:
        web = AsyncWebClient(token=w.box.bot_token, base_url=w.box.slack_api_url)
        parent = (await web.chat_postMessage(channel=ORDERS, text="Report"))["ts"]
        await web.files_upload_v2(
            channel=ORDERS, thread_ts=parent, filename="report.csv", content="a,b\r\n"
        )
        url = (await _shared(w, parent))["files"][0]["url"]
        [file_id] = w.box.slack.workspace.files
        assert (await w.api("files.delete", file=file_id))["ok"]
        seen = await w.see("thread", DANA, channel=ORDERS, ts=parent)
        assert [one["text"] for one in seen["messages"]] == ["Report"]
        assert (await w.http.get(url)).status_code == 404
        assert (await w.api("files.delete", file=file_id))["error"] == "file_not_found"
