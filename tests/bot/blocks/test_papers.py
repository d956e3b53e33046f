"""What reports, their settings and Contact support say, beside their records."""

from typing import Any

import pytest

from bot.blocks import report_settings, support_view
from bot.blocks.ids import BlockId, Pointer
from bot.blocks.message import Message
from bot.blocks.report_settings import gear
from commands.domain.ids import OrderId
from commands.domain.lifecycle import State
from commands.support import Ready
from tests.bot.blocks import cases, papers
from tests.bot.blocks.cases import Words
from tests.bot.blocks.limits import walk


def said(drawn: Any) -> str:
    blocks = drawn.blocks if isinstance(drawn, Message) else drawn["blocks"]
    return " ".join(one["text"] for one in walk(blocks) if isinstance(one.get("text"), str))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("report_saved", "The report is on."),
        ("report_saved_slack_only", "E-mail is off; still posted in "),
        ("report_saved_off", "The report is off."),
        ("report_saved_mail_off", "No e-mail can be sent yet: SMTP_URL is not set."),
        ("report_late", "Sent late: it was due 23 Nov 7:02."),
        ("report", "267 waiting, ERP down since 23 Nov 16:02"),
        ("report_quiet", "No order has failed to sync"),
        ("support_too_soon", "It can be told again at 7:02."),
    ],
)
def test_the_agreed_words(name: str, expected: str) -> None:
    assert expected in said(papers.MESSAGES[name](Words(), 267))


def test_outsiders_read_nothing_of_an_order_in_a_report() -> None:
    told = said(papers.MESSAGES["report_counts"](Words(), 267))
    assert "267 orders are not synced" in told
    for word in ("10248", "VINET", "Vins et alcools", "thread"):
        assert word not in told


def test_wrong_addresses_are_named_at_their_field() -> None:
    named, many, closed = papers.errors()
    assert named[BlockId.REPORT_RECIPIENTS].startswith(
        "“0@x” is no e-mail address: after the @ there is no domain."
    )
    assert named[BlockId.REPORT_RECIPIENTS].endswith("And 2 more.")
    assert many == {BlockId.REPORT_RECIPIENTS: "51 addresses are too many: at most 50."}
    assert "Invite it there with /invite." in closed[BlockId.REPORT_CHANNEL]


def test_the_gear_is_for_admins() -> None:
    button = gear(cases.admin())
    assert button
    assert button["text"]["text"] == "⚙ Report settings"
    assert gear(cases.clerk()) is None


def test_before_anything_was_saved_the_channel_of_the_alerts_is_proposed() -> None:
    def chosen(name: str) -> object:
        view = papers.VIEWS[name](Words(), 0)
        assert isinstance(view, dict)
        [select] = [
            one for one in walk(view["blocks"]) if one.get("type") == "multi_conversations_select"
        ]
        return select.get("initial_conversations")

    assert chosen("report_settings_new") == [cases.distributor().alert_channel]
    assert chosen("report_settings") == ["C000000002"]


def test_support_is_offered_for_every_order_that_is_not_synced() -> None:
    for state in State:
        button = support_view.support_button(cases.order(state=state))
        assert (button is None) is (state is State.SYNCED)


def test_an_id_that_finds_no_room_in_a_menu_is_left_to_the_details() -> None:
    assert support_view.order_support("10248")
    assert support_view.order_support("W" * 100)
    assert support_view.order_support('"' * 100) == []
    assert support_view.support_button(cases.order(Words.of("x", OrderId('"' * 100))))


def test_what_is_sent_is_shown_whole() -> None:
    long = papers._letter(Words(), 400)
    view = support_view.support_view(
        Ready("help@example.com", long, [OrderId("1")]), Pointer(order="1")
    )
    shown = "".join(
        run["text"]
        for one in view["blocks"]
        if one["type"] == "rich_text"
        for element in one["elements"]
        if element["type"] == "rich_text_preformatted"
        for run in element["elements"]
    )
    assert shown == long.text


def test_without_address_or_mail_it_says_what_to_do() -> None:
    told = said(papers.VIEWS["support_no_address"](Words(), 3))
    assert "no support address is set" in told
    assert "sets support_email in the settings file" in told
    assert "Order Sync Error: order 10248" in told
    assert "SMTP_URL is not set" in said(papers.VIEWS["support_mail_off"](Words(), 3))


def test_every_kind_of_settings_is_read_back() -> None:
    view = report_settings.settings_view(cases.distributor(), papers.ON, None)
    ids = {one["block_id"]: one["element"]["action_id"] for one in view["blocks"][1:]}
    assert ids == {name: name for name in ids}
    assert view["blocks"][3]["element"]["initial_value"] == "ada@example.com\nb@example.com"
