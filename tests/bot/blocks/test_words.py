"""What the cards say, beside their records: the rules that hold for any numbers."""

import contextlib
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.blocks import replies
from bot.blocks.alert_card import alert_counts_message, alert_message
from bot.blocks.alert_details import key_in_picker
from bot.blocks.ids import ActionId, BadPointerError, Pointer, action_of, numbered, pattern
from bot.blocks.message import Message
from bot.blocks.pages import Page
from bot.blocks.parts import dead, escaped, notice
from commands.domain.failures import CATALOGUE, Code, Failure
from commands.domain.grouping import CauseKind
from commands.domain.lifecycle import State
from commands.mark_synced import NotThere, OtherOrders
from tests.bot.blocks import cases
from tests.bot.blocks.cases import DANA, NOW, Words
from tests.bot.blocks.everything import CARDS
from tests.bot.blocks.limits import walk

CALM = {"Solved", "Changed"}


def _buttons(message: Message) -> list[str]:
    return [one["text"]["text"] for one in walk(message.blocks) if one.get("type") == "button"]


def _said(message: Message) -> str:
    return " ".join(one["text"] for one in walk(message.blocks) if isinstance(one.get("text"), str))


def _drawn(name: str) -> Message:
    drawn = CARDS[name](Words(), 267)
    assert isinstance(drawn, Message)
    return drawn


@pytest.mark.parametrize("name", CARDS)
def test_a_card_begins_with_a_sentence_and_its_status(name: str) -> None:
    card = _drawn(name)
    assert card.blocks[0]["type"] == "section"
    status = card.text.split(":")[0]
    assert card.blocks[0]["text"]["text"].lstrip("*").startswith(f"{status}: ")
    assert not set("*_~`<>") & set(card.text)


@pytest.mark.parametrize("name", CARDS)
def test_at_most_four_buttons_of_fifteen_characters(name: str) -> None:
    labels = _buttons(_drawn(name))
    assert len(labels) <= 4
    assert all(len(label) <= 15 for label in labels)
    if any(end in name for end in ("solved", "moved", "counts", "nobody_waits")):
        assert not labels
    elif "trouble" in name:
        assert labels == ["I have it"]
    else:
        assert "Details" in labels


@pytest.mark.parametrize("code", Code)
def test_title_and_message_are_the_catalogues_word_for_word(code: Code) -> None:
    failure = Failure(code, "in the ERP's own words")
    one = cases.line(failure=failure)
    card = alert_message(
        cases.distributor(), cases.alert(code=code), cases.single(one), NOW
    )  # fmt: skip
    said = _said(card)
    assert CATALOGUE[code].title in said
    assert failure.message in said
    assert {"Retry sync", "Mark as synced", "Details"} <= set(_buttons(card))


def _is_retry_all(one: dict[str, Any]) -> bool:
    return one.get("action_id") == ActionId.RETRY_ALL


def test_retry_all_says_how_many_before_it_sends() -> None:
    button = next(one for one in walk(_drawn("group_refused").blocks) if _is_retry_all(one))
    confirm = button["confirm"]
    assert confirm["text"]["text"] == (
        "Send 267 orders again? What the ERP already has is not sent again. "
        "Held orders are left out."
    )
    assert confirm["confirm"]["text"] == "Send 267"


def test_every_update_has_block_ids_of_its_own() -> None:
    picture = cases.single(cases.line())
    first = alert_message(cases.distributor(), cases.alert(), picture, NOW)
    later = alert_message(
        cases.distributor(), cases.alert(), replace(picture, seen=5), NOW + timedelta(seconds=1)
    )
    ids = [{block["block_id"] for block in one.blocks} for one in (first, later)]
    assert not ids[0] & ids[1]


@pytest.mark.parametrize("kind", CauseKind)
def test_outsiders_read_counts_alone(kind: CauseKind) -> None:
    picture = cases.single(cases.line(), total=3, open=3)
    card = alert_counts_message(cases.distributor(), cases.alert(kind), picture, NOW)
    told = _said(card) + card.text
    for secret in ("10248", "VINET", "Vins", "440", "SO-1", DANA):
        assert secret not in told
    assert not _buttons(card)


def test_without_a_cut_off_no_truck_is_invented() -> None:
    midnight = NOW.replace(hour=5, minute=59, second=59) + timedelta(days=1)
    picture = cases.picture(total=2, open=2, today=2, first_today=midnight)
    card = alert_message(cases.distributor(), cases.alert(), picture, NOW)
    assert "2 deliver today" in card.text
    assert "truck" not in card.text


def test_the_last_place_of_a_notice_may_be_cut() -> None:
    assert notice("One.", "Two.", "A long name indeed", most=26) == "One. Two. A long name ind…"
    assert notice("One.", "Two.", "A long name indeed", most=12) == "One. Two."


def test_field_errors_stand_at_the_number() -> None:
    order = Words().id
    assert replies.mark_errors(NotThere(order, "SO-9", "The ERP has no SO-9")) == {
        "reference": "The ERP has no SO-9. Right all the same? Tick below."
    }
    assert replies.mark_errors(OtherOrders(order, "SO-9", order)) == {
        "reference": "SO-9 belongs to order 10248."
    }


def test_a_synced_order_in_a_failed_alert_has_no_buttons() -> None:
    one = cases.line(**cases.synced(reference="SO-1"))
    card = alert_message(cases.distributor(), cases.alert(), cases.single(one, open=0), NOW)
    assert card.text.split(":")[0] in CALM
    assert not _buttons(card)


@pytest.mark.parametrize("state", [State.QUEUED, State.SENDING, State.SENT, State.UNKNOWN])
def test_on_its_way_there_is_nothing_to_press_but_details(state: State) -> None:
    one = cases.line(state=state)
    card = alert_message(
        cases.distributor(), cases.alert(), cases.single(one, open=0, trying=1), NOW
    )
    assert _buttons(card) == ["Details"]
    assert card.text.startswith("Retrying: ")


def test_only_what_can_be_held_is_offered_for_keying_in() -> None:
    lines = (
        cases.line(id="free"),
        cases.line(id="waiting", state=State.QUEUED, failure=None),
        cases.line(id="held", hold=cases.hold()),
        cases.line(id="out", state=State.SENDING),
        cases.line(id="unsure", state=State.UNKNOWN),
        cases.line(id="twice", failure=Failure(Code.DUPLICATE)),
    )
    view = key_in_picker(cases.alert(), Page(lines, 6, NOW), cases.distributor(), NOW)
    offered = [one["value"] for one in walk(view) if "value" in one]
    assert offered == ["free", "waiting"]


pointers = st.builds(
    Pointer,
    order=st.none() | st.text(max_size=100),
    alert=st.none() | st.integers(),
    permission=st.none() | st.text(max_size=20),
    person=st.none() | st.text(max_size=20),
    query=st.none() | st.text(max_size=200),
    page=st.none() | st.integers(),
    do=st.none() | st.text(max_size=20),
    seen=st.none() | st.integers(),
    span=st.none() | st.text(max_size=20),
)


@given(pointers)
def test_a_pointer_comes_back_as_it_went(pointer: Pointer) -> None:
    assert Pointer.read(str(pointer)) == pointer


@pytest.mark.parametrize(
    "forged",
    ["", "10248", "[]", "null", '{"role":"admin"}', '{"order":7}', '{"alert":"7"}', '{"page":true}',
     '{"order":null}', "[" * 100_000],
)  # fmt: skip
def test_a_forged_value_is_no_pointer(forged: str) -> None:
    with pytest.raises(BadPointerError):
        Pointer.read(forged)


@given(st.text() | st.recursive(st.text(), st.lists).map(str))
def test_reading_any_value_ends_well(value: str) -> None:
    with contextlib.suppress(BadPointerError):
        assert isinstance(Pointer.read(value), Pointer)


@pytest.mark.parametrize("action", ActionId)
def test_an_action_is_found_again_with_its_number(action: ActionId) -> None:
    for action_id in (str(action), numbered(action, 3)):
        assert action_of(action_id) is action
        assert [one for one in ActionId if pattern(one).match(action_id)] == [action]


@given(st.text(), st.integers(1, 50))
def test_dead_text_fits_and_stays_dead(text: str, most: int) -> None:
    line = dead(text, most)
    assert 0 < len(line) <= max(most, 1)
    assert dead(line, most) == line
    safe = escaped(text, most)
    assert len(safe) <= most
    assert not set("<>") & set(safe)
