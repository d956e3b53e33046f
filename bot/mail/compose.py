"""A stored mail as the bytes that go to the server. Called by `bot.mail.smtp`.

Headers are made by the standard library's mail policy, which refuses line breaks; what comes from
outside has none by then, for a refusal would keep the mail from being sent at all.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Final

from bot.blocks.parts import dead
from commands.outbox import Mail

LONGEST_SUBJECT: Final = 200
PICTURE_ID: Final = "picture@report"
"""What the HTML part calls its picture."""


@dataclass(frozen=True, slots=True)
class Attached:
    """A file as it goes along; `inline`: the HTML part shows it."""

    name: str
    mimetype: str
    content: bytes
    inline: bool = False


def compose(mail: Mail, sender: str, files: Sequence[Attached] = ()) -> bytes:
    """The whole mail. The same row gives the same Message-ID at every try."""
    message = _headed(mail, sender)
    letter = mail.draft.letter
    message.set_content(letter.text, cte="quoted-printable")
    if letter.html is not None:
        message.add_alternative(letter.html, subtype="html", cte="quoted-printable")
        for file in (one for one in files if one.inline):
            _show(message, file)
    for file in (one for one in files if not one.inline):
        kind, _, subtype = file.mimetype.partition("/")
        message.add_attachment(file.content, kind, subtype, filename=file.name)
    return message.as_bytes()


def _headed(mail: Mail, sender: str) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = mail.draft.to
    message["Subject"] = dead(mail.draft.letter.subject, LONGEST_SUBJECT)
    message["Date"] = format_datetime(mail.queued_at)
    message["Message-ID"] = f"<{mail.message_id}@{sender.rpartition('@')[2]}>"
    # Nobody's holiday is to answer it.
    message["Auto-Submitted"] = "auto-generated"
    return message


def _show(message: EmailMessage, file: Attached) -> None:
    """A picture within the HTML part."""
    part = message.get_body(("html",))
    assert isinstance(part, EmailMessage)
    kind, _, subtype = file.mimetype.partition("/")
    part.add_related(
        file.content, kind, subtype, cid=f"<{PICTURE_ID}>", filename=file.name, disposition="inline"
    )
