"""What mails say and how they are put together: dead text, whole parts, headers of ours alone."""

import io
import re
import zipfile
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.mail.compose import PICTURE_ID, Attached, compose
from bot.mail.enclosing import LARGEST, Way, way, zipped
from bot.mail.letters import Letters, alert_to_support, order_to_support
from commands.domain.connection import Connection
from commands.outbox import AlertPlea, Draft, Enclosure, Letter, Mail, MailKind, OrderPlea
from tests.bot.blocks import cases
from tests.bot.blocks.cases import NOW, Words
from tests.bot.blocks.test_everything import HOSTILE

CSV = Enclosure("order-sync-status-2026-11-24.csv", "text/csv", 1000, 300)
PNG = b"\x89PNG\r\n\x1a\n not much of one"
DAY = timedelta(days=1)
PLAIN = Words()


def report(words: Words = PLAIN, csv: Enclosure = CSV, **changes: object) -> Letter:
    own = cases.distributor(words)
    return Letters().report(own, cases.digest(words, **changes), csv, pictured=True)


def mail(letter: Letter, to: str = "ada@example.com") -> Mail:
    return Mail(7, Draft(MailKind.REPORT, to, letter), "report.abc", NOW, "attempt")


def read(content: bytes) -> EmailMessage:
    message = message_from_bytes(content, EmailMessage, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


# --- the report ----------------------------------------------------------------------------------


def test_it_says_what_matters_in_both_its_parts() -> None:
    letter = report()
    assert letter.subject == "Daily Order Sync Status Report"
    assert letter.html
    for part in (letter.text, text_of(letter.html)):
        assert "14 orders are not synced: 11 Failed, 2 Pending Verification, 1 Queued" in part
        assert "200 waiting, ERP down since 23 Nov 16:02" in part
        assert "Waits longest" in part
        assert "Next to deliver" in part
        assert "102480" in part
        assert "Vins et alcools Chevalier · today 7:30 · Unknown customer" in part
        assert "Marked as synced without an ERP number" in part
        assert "and 3 more" in part
        assert "Unknown customer · 11 orders" in part
        assert "Credit hold · 1 order" in part
        assert "Attached: order-sync-status-2026-11-24.csv, 14 orders." in part
        assert "As of 24 Nov 7:02" in part
        assert "Sent late" not in part
    assert "https://x.slack.com/p1" in letter.text
    assert 'href="https://x.slack.com/p1"' in letter.html
    assert f'src="cid:{PICTURE_ID}"' in letter.html
    assert 'alt="Orders received on each of the last 14 days: 11 Nov 20 successful' in letter.html


def test_a_late_one_says_so_and_for_which_days() -> None:
    late = report(due_at=NOW - DAY, covers=(date(2026, 11, 22), date(2026, 11, 23)))
    assert "Sent late: it was due 23 Nov 7:02. It stands for 22 Nov, 23 Nov as well." in late.text
    assert late.html
    assert "Sent late: it was due 23 Nov 7:02." in text_of(late.html)


def test_a_good_day_says_that_as_well() -> None:
    quiet = report(
        listed={},
        waiting=0,
        connection=Connection(),
        oldest=None,
        next=(),
        unnumbered=(),
        more_unnumbered=0,
        alerts=(),
    )
    assert "No order has failed to sync" in quiet.text
    for absent in ("Waits longest", "Next to deliver", "Open alerts", "waiting", "more"):
        assert absent not in quiet.text.replace("more than", "")
    assert quiet.html
    assert "Waits longest" not in quiet.html


def test_a_large_list_is_zipped_and_a_huge_one_is_named() -> None:
    large = replace(CSV, size=LARGEST + 1, packed=LARGEST)
    huge = replace(CSV, size=9 * LARGEST, packed=LARGEST + 1)
    assert [way(one) for one in (CSV, large, huge)] == [Way.PLAIN, Way.ZIPPED, Way.LEFT_OUT]
    assert "Attached, zipped: order-sync-status" in report(csv=large).text
    assert "`orderwatch report northwind --out FILE` writes it." in report(csv=huge).text


class Reader(HTMLParser):
    """The words of a page, and its elements."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def parsed(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    return reader


def text_of(html: str) -> str:
    return " ".join("".join(parsed(html).words).replace("\xa0", " ").split())


KNOWN_TAGS = {tag for tag, _ in parsed(report().html or "").tags}
KNOWN_LINKS = {"https://x.slack.com/p1"}


@pytest.mark.parametrize("text", HOSTILE)
def test_words_from_outside_are_dead(text: str) -> None:
    dead_in_both_parts(text)


@given(st.text())
def test_any_words_from_outside_are_dead(text: str) -> None:
    dead_in_both_parts(text)


def dead_in_both_parts(text: str) -> None:
    letter = report(Words.of(text, cases.ORDER))
    assert letter.html
    page = parsed(letter.html)
    assert {tag for tag, _ in page.tags} == KNOWN_TAGS
    assert not [name for _, given in page.tags for name in given if name.startswith("on")]
    assert {given["href"] for tag, given in page.tags if tag == "a"} == KNOWN_LINKS
    for part in (letter.text, letter.html):
        assert not re.search("[\u202a-\u202e\u2066-\u2069\x00\x1b]", part)
    # Nothing from outside begins a line of its own.
    assert len(letter.text.splitlines()) == len(report().text.splitlines())
    assert read(compose(mail(letter), "orders@example.com"))["subject"] == letter.subject


# --- support -------------------------------------------------------------------------------------


def order_plea(words: Words = PLAIN, note: str = "") -> OrderPlea:
    return OrderPlea(cases.order(words), cases.history(words), "Dana Desk", note, NOW)


def test_support_is_told_everything_about_an_order() -> None:
    letter = order_to_support(cases.distributor(), order_plea(note="I tried twice.\nNo luck."))
    assert letter.subject == "Order Sync Error: order 10248, Northwind Traders"
    assert letter.html is None
    assert letter.text.startswith("Dana Desk asks for help with order 10248 of Northwind Traders")
    for expected in (
        "They write:\n  I tried twice.\n  No luck.",
        "Status: Failed",
        "Failure: Unknown customer: VINET (unknown_customer)",
        "The ERP says: no customer VINET",
        "Customer: VINET, Vins et alcools Chevalier",
        "History\n",
    ):
        assert expected in letter.text


def test_support_is_told_of_an_alerts_orders() -> None:
    words = Words()
    picture = cases.picture(total=267, open=267, subjects=cases.subjects(words))
    lines = cases.lines(words, 3)
    plea = AlertPlea(cases.alert(), picture, lines, "Dana Desk", "", NOW)
    letter = alert_to_support(cases.distributor(words), plea)
    assert letter.subject == "Order Sync Error: 267 orders, Unknown customer, Northwind Traders"
    assert "102480 · Vins et alcools Chevalier · today 7:30 · Unknown customer" in letter.text
    assert "and 264 more" in letter.text


@given(st.text(), st.text())
def test_any_words_to_support_stay_in_their_lines(text: str, note: str) -> None:
    letter = order_to_support(
        cases.distributor(Words.of(text, cases.ORDER)),
        order_plea(Words.of(text, cases.ORDER), note),
    )
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x00\x1b\r]", letter.text)
    message = read(compose(mail(letter), "orders@example.com"))
    assert message["subject"].startswith("Order Sync Error: order 10248")
    assert set(message.keys()) == HEADERS


# --- put together --------------------------------------------------------------------------------

HEADERS = {
    *("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted"),
    *("MIME-Version", "Content-Type", "Content-Transfer-Encoding"),
}


def test_the_parts_of_a_report() -> None:
    files = [
        Attached("orders-by-day.png", "image/png", PNG, inline=True),
        Attached(CSV.name, "text/csv", b"Order id\r\n1\r\n"),
    ]
    content = compose(mail(report()), "orders@example.com", files)
    assert max(map(len, content.split(b"\r\n"))) <= 998
    message = read(content)
    assert message["message-id"] == "<report.abc@example.com>"
    assert message["date"].datetime == NOW.astimezone(UTC).replace(microsecond=0)
    plain, rich = message.get_body(("plain",)), message.get_body(("html",))
    assert plain
    assert rich
    assert "14 orders are not synced" in plain.get_content()
    assert "14 orders are not synced" in rich.get_content()
    [attached] = message.iter_attachments()
    assert attached.get_filename() == CSV.name
    assert attached.get_content_type() == "text/csv"
    assert attached.get_payload(decode=True) == b"Order id\r\n1\r\n"
    [picture] = [one for one in message.walk() if one.get_content_type() == "image/png"]
    assert picture["content-id"] == f"<{PICTURE_ID}>"
    assert picture.get_content_disposition() == "inline"
    assert picture.get_payload(decode=True) == PNG
    assert [one.get_content_type() for one in message.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "multipart/related",
        "text/html",
        "image/png",
        "text/csv",
    ]


@given(st.text(), st.text(min_size=1))
def test_no_header_can_be_put_in_through_words(subject: str, name: str) -> None:
    letter = Letter(f"Order Sync Error: {subject}\r\nBcc: thief@example.com", f"text {name}")
    attached = Attached(f"{CSV.name}", "text/csv", name.encode("utf-8", "replace"))
    message = read(compose(mail(letter), "orders@example.com", [attached]))
    assert set(message.keys()) <= HEADERS
    assert message["to"] == "ada@example.com"
    assert "\n" not in message["subject"]


async def pieces() -> AsyncIterator[bytes]:
    for at in range(50):
        yield f"{at},".encode() * 1000


async def test_a_zip_holds_the_file() -> None:
    archive = await zipped("a.csv", pieces())
    with zipfile.ZipFile(io.BytesIO(archive)) as box:
        assert box.namelist() == ["a.csv"]
        assert box.read("a.csv") == b"".join([piece async for piece in pieces()])
