"""The mailbox takes real SMTP and shows each mail to the page."""

import asyncio
import smtplib
from datetime import UTC, datetime
from email.message import EmailMessage
from urllib.parse import urlsplit

import httpx
from starlette.applications import Starlette
from starlette.routing import Mount

from sandbox.mailbox import Mailbox, routes

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def _report() -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = "orderwatch@example.com"
    mail["To"] = "desk@example.com"
    mail["Subject"] = "Bestellungen für Zoë"
    mail.set_content("one line\n")
    mail.add_alternative("<p>one line</p>\n", subtype="html")
    mail.add_attachment("Order id\r\n1\r\n", subtype="csv", filename="report.csv")
    return mail


def _send(url: str, mail: EmailMessage, to: list[str]) -> None:
    where = urlsplit(url)
    assert where.hostname is not None
    with smtplib.SMTP(where.hostname, where.port or 0, timeout=30) as client:
        client.send_message(mail, to_addrs=to)


def _client(mailbox: Mailbox) -> httpx.AsyncClient:
    app = Starlette(routes=[Mount("/mailbox", routes=routes(mailbox))])
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1")


async def test_a_mail_sent_over_smtp_is_shown_with_its_parts() -> None:
    async with Mailbox(clock=lambda: NOON) as mailbox, _client(mailbox) as page:
        await asyncio.to_thread(_send, mailbox.smtp_url, _report(), ["desk@example.com"])
        [mail] = (await page.get("/mailbox/messages")).json()["messages"]
        [attached] = mail.pop("attachments")
        download = await page.get(attached["url"])
    assert mail == {
        "id": "1",
        "to": ["desk@example.com"],
        "from": "orderwatch@example.com",
        "subject": "Bestellungen für Zoë",
        "date": "2026-03-01T12:00:00+00:00",
        "text": "one line\n",
        "html": "<p>one line</p>\n",
    }
    assert attached["name"] == "report.csv"
    assert attached["mimetype"] == "text/csv"
    assert attached["size"] == len(download.content)
    assert download.content.splitlines() == [b"Order id", b"1"]
    assert download.headers["content-disposition"] == "attachment"


async def test_recipients_are_the_envelopes_and_the_newest_mail_comes_first() -> None:
    told: list[int] = []
    async with Mailbox(clock=lambda: NOON) as mailbox, _client(mailbox) as page:
        mailbox.on_change = lambda: told.append(len(mailbox.mails))
        for address in ("a@example.com", "b@example.com"):
            await asyncio.to_thread(_send, mailbox.smtp_url, _report(), [address])
        shown = (await page.get("/mailbox/messages")).json()["messages"]
    assert [mail["to"] for mail in shown] == [["b@example.com"], ["a@example.com"]]
    assert told == [1, 2]


async def test_an_attachment_that_is_not_there_is_404() -> None:
    async with Mailbox(clock=lambda: NOON) as mailbox, _client(mailbox) as page:
        await asyncio.to_thread(_send, mailbox.smtp_url, _report(), ["a@example.com"])
        for path in ("1/attachments/1", "2/attachments/0", "0/attachments/0"):
            answer = await page.get(f"/mailbox/messages/{path}")
            assert answer.status_code == 404, path


async def test_it_listens_on_the_loopback_interface_only() -> None:
    async with Mailbox(clock=lambda: NOON) as mailbox:
        assert mailbox.smtp_url.startswith("smtp://127.0.0.1:")
