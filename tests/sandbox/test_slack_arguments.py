"""Arguments come in the query, a form, JSON and multipart, and are held to their types."""

import contextlib
import json
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.slack.answers import RefusedError
from sandbox.slack.arguments import parse
from tests.sandbox.slack_world import ORDERS, section, world


def _bearer(token: str, content_type: str | None = None) -> dict[str, str]:
    kind = {"Content-Type": content_type} if content_type else {}
    return {"Authorization": f"Bearer {token}", **kind}


async def test_query_form_json_and_multipart_are_merged() -> None:
    async with world() as w:
        url, bearer = "/slack/api/chat.postMessage", _bearer(w.box.bot_token)
        where = {"channel": ORDERS}
        blocks = json.dumps([section()])
        for n, given in enumerate(
            (
                {"data": {"text": "0", "blocks": blocks}},
                {"json": {"text": "1", "blocks": [section()]}},
                {"files": {"text": (None, "2"), "blocks": (None, blocks)}},
            )
        ):
            more: Any = given
            answer = await w.http.post(url, params=where, headers=bearer, **more)
            message = answer.json()["message"]
            assert (message["text"], message["blocks"][0]["type"]) == (str(n), "section")


@pytest.mark.parametrize(
    ("content_type", "body", "error"),
    [
        ("application/json", b"{", "invalid_json"),
        ("application/json", b"[]", "json_not_object"),
        ("application/xml", b"<a/>", "invalid_post_type"),
        ("", b"text=1", "missing_post_type"),
    ],
)
async def test_a_body_that_cannot_be_read(content_type: str, body: bytes, error: str) -> None:
    async with world() as w:
        headers = _bearer(w.box.bot_token, content_type)
        answer = await w.http.post("/slack/api/auth.test", content=body, headers=headers)
        assert answer.json()["error"] == error


@pytest.mark.parametrize(
    ("method", "args", "words"),
    [
        ("chat.postMessage", {"text": "x"}, "missing required field: channel"),
        ("chat.update", {"channel": ORDERS, "text": "x"}, "missing required field: ts"),
        ("users.info", {}, "missing required field: user"),
        ("views.open", {"trigger_id": "1.2.3"}, "missing required field: view"),
        ("chat.postMessage", {"channel": [ORDERS], "text": "x"}, "must provide a string"),
        (
            "chat.postMessage",
            {"channel": ORDERS, "text": "x", "unfurl_links": "maybe"},
            "must provide a boolean",
        ),
        ("conversations.members", {"channel": ORDERS, "limit": "few"}, "must provide a number"),
    ],
)
async def test_missing_and_mistyped_arguments(
    method: str, args: dict[str, Any], words: str
) -> None:
    async with world() as w:
        answer = await w.api(method, **args)
        assert answer["error"] == "invalid_arguments"
        assert words in answer["response_metadata"]["messages"][0]


async def test_lists_come_in_pages() -> None:
    async with world() as w:
        first = await w.api("users.list", limit=3)
        cursor = first["response_metadata"]["next_cursor"]
        rest = await w.api("users.list", limit=3, cursor=cursor)
        ids = [member["id"] for member in first["members"] + rest["members"]]
        assert len(ids) == len(set(ids)) == 5
        assert rest["response_metadata"]["next_cursor"] == ""
        assert (await w.api("users.list", cursor="nonsense"))["error"] == "invalid_cursor"


KINDS = ["application/json", "application/x-www-form-urlencoded", "text/plain", "image/png", ""]


@settings(max_examples=200, deadline=None)
@given(
    st.text(max_size=30),
    st.sampled_from([*KINDS, "multipart/form-data", "multipart/form-data; boundary=x"]),
    st.binary(max_size=60) | st.just(b"--x\r\n\r\n\xff\r\n--x--"),
)
def test_no_body_whatsoever_breaks_it(query: str, content_type: str, body: bytes) -> None:
    with contextlib.suppress(RefusedError):
        assert isinstance(parse(query, content_type, body), dict)


@given(st.dictionaries(st.from_regex(r"[a-z_]{1,8}", fullmatch=True), st.text(max_size=20)))
def test_a_form_arrives_whole(values: dict[str, str]) -> None:
    body = urlencode(values).encode()
    assert parse("", "application/x-www-form-urlencoded", body) == (values if body else {})
