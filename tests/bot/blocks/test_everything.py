"""Every card and view: as it is on record, within Slack's limits, and dead to text from outside."""

import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.blocks.message import Message, View
from commands.domain.ids import BadIdError, OrderId, order_id
from sandbox.slack.blocks import check_message_blocks
from sandbox.slack.clock import Clock
from sandbox.slack.ids import Ids
from sandbox.slack.view_shape import checked_view
from tests.bot.blocks.cases import Words
from tests.bot.blocks.everything import CARDS, EVERYTHING, NEWS
from tests.bot.blocks.limits import check_message, check_view

SNAPSHOTS = Path(__file__).parent / "snapshots"
UPDATE = bool(os.environ.get("UPDATE_SNAPSHOTS"))
HOSTILE = (
    "<!channel>",
    "<@U000000001>",
    '<img src=x onerror="alert(1)">',
    "&lt;!here&gt;",
    "http://example.com/a_b_c",
    "*bold* _it_ ~no~ `code` :fire:",
    "\u202etxt.exe\u2066",
    "line\r\nbreak\x00\x1b[31m",
    "=1+1",
    "\ud800",
    "",
    "W" * 4000,
    "&" * 400,
    "🍋" * 500,
)


def _check(drawn: Message | View, *, notice: int) -> None:
    if isinstance(drawn, Message):
        check_message(drawn, notice=notice)
        check_message_blocks(drawn.blocks)
    else:
        check_view(drawn)
        checked_view(drawn, drawn["type"], Ids(Clock()))


def _notice(name: str) -> int:
    """What is told aloud is as short as a card's; a direct message may say more."""
    aloud = name.startswith(("aloud", "goes_on", "notice"))
    return 110 if name in CARDS or (name in NEWS and aloud) else 300


@pytest.mark.parametrize("name", EVERYTHING)
def test_as_on_record(name: str) -> None:
    drawn = EVERYTHING[name](Words(), 267)
    shown: Any = asdict(drawn) if isinstance(drawn, Message) else drawn
    text = json.dumps(shown, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
    path = SNAPSHOTS / f"{name}.json"
    if UPDATE:
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text, "set UPDATE_SNAPSHOTS=1 to put it on record"


def test_no_record_without_its_card() -> None:
    assert {path.stem for path in SNAPSHOTS.glob("*.json")} == set(EVERYTHING)


@pytest.mark.parametrize("name", EVERYTHING)
def test_any_number_fits(name: str) -> None:
    for number in (0, 1, 2, 11, 10_000):
        _check(EVERYTHING[name](Words(), number), notice=_notice(name))


@pytest.mark.parametrize("name", EVERYTHING)
def test_hostile_words_are_dead(name: str) -> None:
    for text in HOSTILE:
        drawn = EVERYTHING[name](Words.of(text, _id(text)), 120)
        _check(drawn, notice=_notice(name))


def _id(text: str) -> OrderId:
    """The text itself as an order's id, where it may be one."""
    try:
        return order_id(text[:100])
    except BadIdError:
        return OrderId("10248")


@given(name=st.sampled_from(sorted(EVERYTHING)), text=st.text(), number=st.integers(0, 10_000))
def test_any_words_are_dead(name: str, text: str, number: int) -> None:
    drawn = EVERYTHING[name](Words.of(text, _id(text)), number)
    _check(drawn, notice=_notice(name))
