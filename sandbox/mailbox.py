"""The mailbox of the demo and of the tests: a real SMTP server whose mails stay in memory.

The sandbox starts it, gives its `smtp_url` to the product and mounts `routes` under `/mailbox` for
the page. It takes every mail for every address and sends nothing on.
"""

import asyncio
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage, Message, MIMEPart
from typing import Final, Self

from aiosmtpd.smtp import SMTP, Envelope, Session
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

MOST_BYTES: Final = 32 << 20


@dataclass(frozen=True, slots=True)
class Attachment:
    """`size` of it in bytes is the length of `content`."""

    name: str
    mimetype: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail as it was delivered; `to` is the envelope's, which no header can forge."""

    id: str
    sender: str
    to: tuple[str, ...]
    subject: str
    received_at: datetime
    text: str
    html: str | None
    """With its own pictures in it, as `data:` addresses."""
    attachments: tuple[Attachment, ...]
    raw: bytes


class Mailbox:
    """`clock` gives aware datetimes; `on_change` is called after each mail."""

    def __init__(self, *, clock: Callable[[], datetime]) -> None:
        self.mails: list[Mail] = []
        self.on_change: Callable[[], None] | None = None
        self._clock = clock
        self._server: asyncio.Server | None = None

    @property
    def smtp_url(self) -> str:
        """Where to send mail, as `smtp://host:port`. Raises RuntimeError before `start`."""
        if self._server is None:
            raise RuntimeError("the mailbox is not open")
        host, port = self._server.sockets[0].getsockname()[:2]
        return f"smtp://{host}:{port}"

    async def start(self, port: int = 0) -> None:
        """Listens on the loopback interface; port 0 takes a free one. Raises OSError."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._protocol, "127.0.0.1", port)

    async def stop(self) -> None:
        """Closes the port; the mails stay."""
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()
            self._server = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802  # aiosmtpd's name
        """Keeps one mail; called by aiosmtpd."""
        content = envelope.content
        raw = content if isinstance(content, bytes) else (content or "").encode()
        self.mails.append(self._read(raw, envelope.mail_from or "", envelope.rcpt_tos))
        if self.on_change is not None:
            self.on_change()
        return "250 kept"

    def _protocol(self) -> SMTP:
        return SMTP(self, hostname="mailbox", data_size_limit=MOST_BYTES, enable_SMTPUTF8=True)

    def _read(self, raw: bytes, sender: str, to: list[str]) -> Mail:
        message = message_from_bytes(raw, EmailMessage, policy=policy.default)
        html = message.get_body(("html",))
        return Mail(
            id=str(len(self.mails) + 1),
            sender=sender,
            to=tuple(to),
            subject=str(message["subject"] or ""),
            received_at=self._clock(),
            text=_text(message.get_body(("plain",))),
            html=None if html is None else _pictured(_text(html), message),
            attachments=tuple(_attachment(part) for part in message.iter_attachments()),
            raw=raw,
        )


def routes(mailbox: Mailbox, prefix: str = "/mailbox") -> list[BaseRoute]:
    """What the page reads; `prefix` is where they are mounted, for the links to attachments."""

    async def messages(_: Request) -> Response:
        shown = [_shown(mail, prefix) for mail in reversed(mailbox.mails)]
        return JSONResponse({"messages": shown})

    async def attachment(request: Request) -> Response:
        number, index = request.path_params["number"], request.path_params["index"]
        if not 1 <= number <= len(mailbox.mails):
            return Response(status_code=404)
        attachments = mailbox.mails[number - 1].attachments
        return _download(attachments[index]) if index < len(attachments) else Response("", 404)

    return [
        Route("/messages", messages),
        Route("/messages/{number:int}/attachments/{index:int}", attachment),
    ]


def _shown(mail: Mail, prefix: str) -> dict[str, object]:
    return {
        "id": mail.id,
        "to": list(mail.to),
        "from": mail.sender,
        "subject": mail.subject,
        "date": mail.received_at.isoformat(),
        "text": mail.text,
        "html": mail.html,
        "attachments": [
            {
                "name": part.name,
                "mimetype": part.mimetype,
                "size": len(part.content),
                "url": f"{prefix}/messages/{mail.id}/attachments/{index}",
            }
            for index, part in enumerate(mail.attachments)
        ],
    }


def _download(part: Attachment) -> Response:
    # A mail's file must never run as a page of this origin, whatever it calls itself.
    headers = {
        "content-disposition": "attachment",
        "x-content-type-options": "nosniff",
        "content-security-policy": "sandbox",
    }
    return Response(part.content, headers=headers, media_type="application/octet-stream")


def _text(part: MIMEPart | None) -> str:
    return "" if part is None else str(part.get_content()).replace("\r\n", "\n")


def _pictured(html: str, message: MIMEPart) -> str:
    """The page with the pictures that came along: a frame loads nothing from elsewhere."""
    for part in message.walk():
        name = str(part["content-id"] or "").strip("<> ")
        if name and part.get_content_maintype() == "image":
            coded = b64encode(_content(part)).decode()
            html = html.replace(f"cid:{name}", f"data:{part.get_content_type()};base64,{coded}")
    return html


def _attachment(part: MIMEPart) -> Attachment:
    return Attachment(
        name=part.get_filename() or "attachment",
        mimetype=part.get_content_type(),
        content=_content(part),
    )


def _content(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""
