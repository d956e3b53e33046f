"""The way to the mail server: `commands.outbox.Mailer` over SMTP. Used by the service, `report` and
the doctor.

One connection carries a batch. Whatever a server may do becomes a value: taken, refused for good,
or not now.
"""

import asyncio
import contextlib
import logging
import ssl
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from typing import Final

from aiosmtplib import (
    SMTP,
    SMTPAuthenticationError,
    SMTPException,
    SMTPRecipientsRefused,
    SMTPResponseException,
)

from bot.blocks.parts import dead
from bot.mail.compose import Attached, compose
from bot.mail.enclosing import Way, way, zipped
from bot.settings_environment import Smtp
from commands.outbox import Enclosure, Fate, Mail, NotYet, Sent, Told, Turned
from commands.report import CSV_TYPE
from store.files import Files

log = logging.getLogger("orderwatch.mail")

DEADLINE: Final = 60.0
"""Seconds for one mail, connecting included."""

LONGEST_WORDS: Final = 200
PERMANENT: Final = 500
ZIP_TYPE: Final = "application/zip"


class NoConnectionError(Exception):
    """The server cannot be used now; the message says why."""


def client(smtp: Smtp, sender: str) -> SMTP:
    """Not connected yet. Certificates are verified, but where a login may go unprotected anyway."""
    return SMTP(
        hostname=smtp.host,
        port=smtp.port,
        use_tls=smtp.tls,
        # Not by the library: it says only in words why it could not.
        start_tls=False,
        validate_certs=not smtp.unguarded,
        # Its own guess would ask the name servers.
        local_hostname=sender.rpartition("@")[2],
        timeout=DEADLINE,
    )


async def connect(line: SMTP, smtp: Smtp) -> None:
    """Open the connection, and log in. Raises NoConnectionError."""
    try:
        async with asyncio.timeout(DEADLINE):
            await line.connect()
            await _guard(line, smtp)
            await _log_in(line, smtp)
    except SMTPAuthenticationError as error:
        raise NoConnectionError(f"the login was refused ({error.code})") from None
    except SMTPResponseException as error:
        raise NoConnectionError(f"the server refused the connection ({error.code})") from None
    except (SMTPException, OSError, TimeoutError) as error:
        raise NoConnectionError(_why(error)) from None


async def _guard(line: SMTP, smtp: Smtp) -> None:
    """STARTTLS that was asked for is never optional."""
    if not smtp.starttls:
        return
    await line.ehlo()
    if not line.supports_extension("starttls"):
        raise NoConnectionError("the server offers no STARTTLS")
    await line.starttls()


async def _log_in(line: SMTP, smtp: Smtp) -> None:
    """By one way: trying a wrong password by every way that is offered locks accounts."""
    if smtp.user is None:
        return
    await line.ehlo()
    name, word = smtp.user, smtp.password or ""
    match line.supported_auth_methods:
        case ["cram-md5", *_]:
            await line.auth_crammd5(name, word)
        case ["plain", *_]:
            await line.auth_plain(name, word)
        case ["login", *_]:
            await line.auth_login(name, word)
        case _:
            raise NoConnectionError("the server offers no login")


async def try_out(smtp: Smtp, sender: str) -> str:
    """Connect, log in where there is a login, take leave: what of it there was, in words. Raises
    NoConnectionError.
    """
    line = client(smtp, sender)
    async with _closing(line):
        await connect(line, smtp)
    guarded = " with TLS" if smtp.tls or smtp.starttls else ""
    return f"{guarded}{' and takes the login' if smtp.user else ''}"


def _why(error: BaseException | None) -> str:
    """Not the error's own words: they quote whatever was sent."""
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return "the server's certificate is not valid"
        error = error.__cause__ or error.__context__
    return "the server does not answer"


@dataclass(slots=True)
class SmtpMailer:
    """`sender`: the address in From. `files`: what reports enclose."""

    smtp: Smtp
    sender: str
    files: Files
    deadline: float = DEADLINE
    _enclosed: tuple[int, list[Attached]] | None = field(default=None)

    async def deliver(self, mails: Iterable[Mail], told: Told) -> bool:
        """Send them over one connection; `told` hears of each what became of it, as it happens.
        False: the server could not be used.
        """
        line, trouble = client(self.smtp, self.sender), None
        async with _closing(line):
            for mail in mails:
                if trouble is None and not line.is_connected:
                    trouble = await self._connected(line)
                await told(mail, trouble or await self._tried(line, mail))
        self._enclosed = None
        return trouble is None

    async def _connected(self, line: SMTP) -> NotYet | None:
        """Without a connection no mail of the batch goes: each new try would wait as long."""
        try:
            await connect(line, self.smtp)
        except NoConnectionError as error:
            return NotYet(str(error))
        return None

    async def _tried(self, line: SMTP, mail: Mail) -> Fate:
        """Whatever is the matter with one mail, those behind it have their turn."""
        try:
            return await self._send(line, mail)
        except Exception as trouble:
            line.close()
            log.warning("mail %d: cannot be sent: %s", mail.id, type(trouble).__name__)
            log.debug("the trouble was", exc_info=trouble)
            return NotYet("it could not be put together")

    async def _send(self, line: SMTP, mail: Mail) -> Fate:
        files = await self._files(mail.draft.report)
        # A list of 4 MB takes a quarter of a second to encode, and every recipient's anew.
        content = await asyncio.to_thread(compose, mail, self.sender, files)
        try:
            async with asyncio.timeout(self.deadline):
                await line.sendmail(self.sender, [mail.draft.to], content)
        except SMTPRecipientsRefused as error:
            return _judged(error.recipients[0])
        except SMTPResponseException as error:
            return _judged(error)
        except (SMTPException, OSError, TimeoutError):
            # Whether it was taken is not known. The same Message-ID goes again.
            line.close()
            return NotYet("the connection was lost")
        return Sent()

    # --- what goes along -------------------------------------------------------------------------

    async def _files(self, report: int | None) -> list[Attached]:
        """A report's files, the same for all its mails."""
        if report is None:
            return []
        if self._enclosed is None or self._enclosed[0] != report:
            listed = await self.files.listed(report)
            found = [one for file in listed for one in await self._attached(report, file)]
            self._enclosed = report, found
        return self._enclosed[1]

    async def _attached(self, report: int, file: Enclosure) -> list[Attached]:
        if file.mimetype != CSV_TYPE:
            content = await self.files.whole(report, file.name)
            return [Attached(file.name, file.mimetype, content, inline=True)]
        match way(file):
            case Way.PLAIN:
                content = await self.files.whole(report, file.name)
                return [Attached(file.name, file.mimetype, content)]
            case Way.ZIPPED:
                content = await zipped(file.name, self.files.read(report, file.name))
                return [Attached(f"{file.name}.zip", ZIP_TYPE, content)]
            case Way.LEFT_OUT:
                return []


@contextlib.asynccontextmanager
async def _closing(line: SMTP) -> AsyncIterator[None]:
    """Take leave as is proper, where the server still listens."""
    try:
        yield
        if line.is_connected:
            with contextlib.suppress(SMTPException, OSError, TimeoutError):
                await line.quit()
    finally:
        line.close()


def _judged(error: SMTPResponseException) -> Fate:
    """By its code: what begins with 5 stays so."""
    words = f"{error.code} {dead(error.message, LONGEST_WORDS)}"
    return Turned(words) if error.code >= PERMANENT else NotYet(words)
