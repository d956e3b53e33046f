"""Block Kit's limits: at the limit it is taken, one beyond it is refused, with Slack's words."""

import contextlib
import copy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.slack.answers import RefusedError
from sandbox.slack.blocks import check_message_blocks, check_view_blocks
from tests.sandbox.slack_world import (
    ORDERS,
    Json,
    actions,
    button,
    plain,
    section,
    text_input,
    world,
)


def _mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def _options(count: int, text: int = 1, value: int = 1) -> list[Json]:
    return [{"text": plain("t" * text), "value": f"{n}".rjust(value, "v")} for n in range(count)]


def _element(kind: str, **more: Any) -> Json:
    return actions({"type": kind, "action_id": "a", **more})


def _confirm(title: int = 1, text: int = 1) -> Json:
    words = {"title": plain("t" * title), "text": plain("t" * text)}
    return {**words, "confirm": plain("Yes"), "deny": plain("No")}


def _table(rows: int, columns: int) -> Json:
    cell = {"type": "raw_text", "text": "x"}
    return {"type": "table", "rows": [[cell] * columns for _ in range(rows)]}


# What is measured, a block with the measure n, and the greatest n.
LIMITS: list[tuple[str, Any, int]] = [
    ("section text", lambda n: section("t" * n), 3000),
    ("field text", lambda n: {"type": "section", "fields": [_mrkdwn("t" * n)]}, 2000),
    ("fields", lambda n: {"type": "section", "fields": [_mrkdwn("t")] * n}, 10),
    ("header", lambda n: {"type": "header", "text": plain("t" * n)}, 150),
    ("context elements", lambda n: {"type": "context", "elements": [_mrkdwn("t")] * n}, 10),
    ("actions", lambda n: actions(*(button(f"a{i}") for i in range(n))), 25),
    ("button text", lambda n: actions(button() | {"text": plain("t" * n)}), 75),
    ("button value", lambda n: actions(button(value="v" * n)), 2000),
    ("action_id", lambda n: actions(button("a" * n)), 255),
    ("block_id", lambda n: actions(button(), block_id="b" * n), 255),
    ("options", lambda n: _element("static_select", options=_options(n)), 100),
    ("option text", lambda n: _element("static_select", options=_options(1, text=n)), 75),
    ("option value", lambda n: _element("static_select", options=_options(1, value=n)), 150),
    ("overflow", lambda n: _element("overflow", options=_options(n)), 5),
    ("checkboxes", lambda n: _element("checkboxes", options=_options(n)), 10),
    ("radio buttons", lambda n: _element("radio_buttons", options=_options(n)), 10),
    ("confirm title", lambda n: actions(button(confirm=_confirm(title=n))), 100),
    ("confirm text", lambda n: actions(button(confirm=_confirm(text=n))), 300),
    ("markdown", lambda n: {"type": "markdown", "text": "t" * n}, 12_000),
    ("table rows", lambda n: _table(n, 1), 100),
    ("table columns", lambda n: _table(1, n), 20),
    (
        "option description",
        lambda n: _element(
            "checkboxes", options=[_options(1)[0] | {"description": plain("t" * n)}]
        ),
        75,
    ),
]


@pytest.mark.parametrize(("what", "block", "most"), LIMITS, ids=[limit[0] for limit in LIMITS])
def test_each_limit_to_the_unit(what: str, block: Any, most: int) -> None:
    del what
    check_message_blocks([block(1)])
    check_message_blocks([block(most)])
    with pytest.raises(RefusedError) as refused:
        check_message_blocks([block(most + 1)])
    assert refused.value.code == "invalid_blocks"
    assert "json-pointer:/blocks/0" in refused.value.messages[0]


WRONG: list[tuple[str, Json]] = [
    ("unknown block", {"type": "carousel_of_dreams"}),
    ("no type", {"text": plain("t")}),
    ("unknown key", {"type": "divider", "colour": "red"}),
    ("unknown element", actions({"type": "lever", "action_id": "a"})),
    ("unknown key in an element", actions(button(color="red"))),
    ("unknown key in a text", {"type": "header", "text": plain("t") | {"size": "big"}}),
    ("emoji in mrkdwn", {"type": "section", "text": _mrkdwn("t") | {"emoji": True}}),
    ("verbatim in plain text", {"type": "header", "text": plain("t") | {"verbatim": True}}),
    ("mrkdwn header", {"type": "header", "text": _mrkdwn("t")}),
    ("mrkdwn on a button", actions(button() | {"text": _mrkdwn("t")})),
    ("empty text", section("")),
    ("no text and no fields", {"type": "section"}),
    ("empty actions", actions()),
    ("empty fields", {"type": "section", "fields": []}),
    ("text that is no string", {"type": "header", "text": {"type": "plain_text", "text": 1}}),
    ("text that is no object", {"type": "section", "text": "words"}),
    ("unknown style", actions(button(style="huge"))),
    ("null", {"type": "divider", "block_id": None}),
    ("address that is none", actions(button(url="example"))),
    ("options and groups at once", _element("static_select", options=[], option_groups=[])),
    ("no options", _element("static_select", placeholder=plain("t"))),
    ("option without value", _element("overflow", options=[{"text": plain("t")}])),
    (
        "initial option that is not offered",
        _element("static_select", options=_options(1), initial_option=_options(2)[1]),
    ),
    ("no date", _element("datepicker", initial_date="today")),
    ("text input in actions", _element("plain_text_input")),
    ("confirm without deny", actions(button(confirm={"title": plain("t"), "text": plain("t")}))),
    ("image without a picture", {"type": "image", "alt_text": "a"}),
    ("accessory that is none", section(accessory={"type": "plain_text_input"})),
    (
        "unknown key deep in rich text",
        {
            "type": "rich_text",
            "elements": [
                {
                    "type": "rich_text_section",
                    "elements": [{"type": "text", "text": "t", "style": {"blink": True}}],
                }
            ],
        },
    ),
]


@pytest.mark.parametrize(("what", "block"), WRONG, ids=[wrong[0] for wrong in WRONG])
def test_what_is_not_block_kit(what: str, block: Json) -> None:
    del what
    with pytest.raises(RefusedError, match="invalid_blocks"):
        check_message_blocks([block])


RICH: list[Json] = [
    section("t", accessory=button("acc", confirm=_confirm()), expand=True),
    actions(
        button("one", style="primary"),
        {"type": "overflow", "action_id": "two", "options": _options(3)},
        {"type": "static_select", "action_id": "three", "options": _options(2)},
    ),
    {"type": "context", "elements": [_mrkdwn("t") | {"verbatim": True}]},
    text_input("input", "four", max_length=10),
    {
        "type": "rich_text",
        "elements": [
            {
                "type": "rich_text_list",
                "style": "ordered",
                "elements": [
                    {
                        "type": "rich_text_section",
                        "elements": [{"type": "text", "text": "t", "style": {"bold": True}}],
                    }
                ],
            }
        ],
    },
    _table(2, 2),
]


def _objects(value: object) -> list[dict[str, Any]]:
    """Every object in there, however deep."""
    if isinstance(value, list):
        return [found for entry in value for found in _objects(entry)]
    if isinstance(value, dict):
        return [value, *(found for entry in value.values() for found in _objects(entry))]
    return []


def test_a_rich_message_is_taken() -> None:
    check_message_blocks(RICH)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_an_unknown_key_is_found_wherever_it_hides(data: st.DataObject) -> None:
    blocks = copy.deepcopy(RICH)
    places = _objects(blocks)
    places[data.draw(st.integers(0, len(places) - 1))]["surprise"] = True
    with pytest.raises(RefusedError, match="invalid_blocks"):
        check_message_blocks(blocks)


KEYS = """
type text elements element accessory options value block_id action_id confirm fields rows section
actions input header context button overflow static_select checkboxes rich_text table mrkdwn
plain_text label initial_option
"""
WORDS = st.sampled_from(KEYS.split())
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.dictionaries(WORDS, JUNK, max_size=4), min_size=1, max_size=3))
def test_junk_is_refused_and_never_breaks_the_check(blocks: list[Json]) -> None:
    for check in (check_message_blocks, check_view_blocks):
        with contextlib.suppress(RefusedError):
            check(blocks)


def test_ids_are_unique_within_a_message() -> None:
    for blocks in (
        [actions(button("a")), actions(button("c"))],
        [actions(button("a"), block_id="x"), actions(button("a"), block_id="y")],
        [actions(button("a"), button("a"))],
    ):
        with pytest.raises(RefusedError) as refused:
            check_message_blocks(blocks)
        assert "already exists" in refused.value.messages[0]


def test_in_a_view_action_ids_are_unique_within_their_block() -> None:
    check_view_blocks([actions(button("a"), block_id="x"), actions(button("a"), block_id="y")])
    with pytest.raises(RefusedError, match="invalid_arguments"):
        check_view_blocks([actions(button("a"), button("a"))])


def test_one_focus() -> None:
    focused: dict[str, Any] = {"focus_on_load": True}
    check_view_blocks([text_input("x", **focused), text_input("y")])
    with pytest.raises(RefusedError, match="invalid_arguments"):
        check_view_blocks([text_input("x", **focused), text_input("y", **focused)])


async def test_at_most_fifty_blocks() -> None:
    async with world() as w:
        post = {"channel": ORDERS, "text": "x"}
        assert (await w.api("chat.postMessage", **post, blocks=[section()] * 50))["ok"]
        answer = await w.api("chat.postMessage", **post, blocks=[section()] * 51)
        assert answer["error"] == "invalid_blocks"
        said = answer["response_metadata"]["messages"]
        assert said == ["[ERROR] no more than 50 items allowed [json-pointer:/blocks]"]
        assert answer["errors"] == ["no more than 50 items allowed [json-pointer:/blocks]"]


async def test_all_block_text_together() -> None:
    async with world() as w:
        long = [section("t" * 3000) for _ in range(5)]
        answer = await w.api("chat.postMessage", channel=ORDERS, text="x", blocks=long)
        assert answer["error"] == "msg_blocks_too_long"
        answer = await w.api("chat.postMessage", channel=ORDERS, text="x", blocks=long[:4])
        assert answer["ok"]


async def test_one_table_in_a_message() -> None:
    async with world() as w:
        answer = await w.api(
            "chat.postMessage", channel=ORDERS, text="x", blocks=[_table(1, 1), _table(1, 1)]
        )
        assert answer["error"] == "invalid_blocks"


async def test_text_limits_and_no_text() -> None:
    async with world() as w:
        posted = await w.api("chat.postMessage", channel=ORDERS, text="t" * 40_000)
        assert posted["ok"]
        update = {"channel": ORDERS, "ts": posted["ts"]}
        assert (await w.api("chat.update", **update, text="t" * 4000))["ok"]
        too_long = await w.api("chat.update", **update, text="t" * 4001)
        assert too_long["error"] == "msg_too_long"
        too_long = await w.api("chat.postMessage", channel=ORDERS, text="t" * 40_001)
        assert too_long["error"] == "msg_too_long"
        nothing: list[Json] = [{}, {"text": " "}, {"blocks": []}]
        for empty in nothing:
            answer = await w.api("chat.postMessage", channel=ORDERS, **empty)
            assert answer["error"] == "no_text"


async def test_blocks_that_are_no_array() -> None:
    async with world() as w:
        for blocks in ("{", "{}", {"type": "divider"}):
            answer = await w.api("chat.postMessage", channel=ORDERS, text="x", blocks=blocks)
            assert answer["error"] == "invalid_blocks_format"


async def test_missing_ids_are_filled_in() -> None:
    async with world() as w:
        bare = {"type": "actions", "elements": [{"type": "button", "text": plain("t")}]}
        posted = await w.api("chat.postMessage", channel=ORDERS, text="x", blocks=[bare])
        (block,) = posted["message"]["blocks"]
        assert block["block_id"]
        assert block["elements"][0]["action_id"]


async def test_attachments_and_metadata() -> None:
    async with world() as w:
        post = {"channel": ORDERS, "text": "x"}
        many = await w.api("chat.postMessage", **post, attachments=[{"text": "a"}] * 101)
        assert many["error"] == "too_many_attachments"
        inner = await w.api("chat.postMessage", **post, attachments=[{"blocks": [{"type": "?"}]}])
        assert inner["error"] == "invalid_blocks"
        bad = await w.api("chat.postMessage", **post, metadata={"event_type": "x"})
        assert bad["error"] == "invalid_metadata_format"
