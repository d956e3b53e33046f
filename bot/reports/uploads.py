"""Files into a thread of Slack's, in its three steps: announce, send, share; and out of it again.

Called by `bot.reports.poster`. A file goes out piece by piece as it is stored; until it is shared
nobody sees it. Whether a share whose answer was lost took place is read in the thread.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

import aiohttp

from bot.blocks.report_trouble import UPLOAD_REFUSED
from bot.listeners.answers import leads_to_slack
from bot.webapi import Answer, Busy, Declined, Said, Unheard, WebApi, is_loopback, retry_after
from commands.outbox import Enclosure
from commands.ports import Posted
from store.files import Files

log = logging.getLogger("orderwatch.reports")

SLOW: Final = aiohttp.ClientTimeout(total=None, connect=5, sock_read=60)
"""A large file takes its time; a connection on which nothing happens does not count."""

LOOKED_AT: Final = 50


@dataclass(frozen=True, slots=True)
class Sent:
    """Slack has the files, and shows them to nobody yet: its ids of them, by name."""

    ids: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Shared:
    """The files are in the thread: Slack's ids of them, by name."""

    ids: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Uploads:
    web: WebApi
    files: Files

    async def send(
        self, report: int, enclosed: Sequence[Enclosure], alt: str
    ) -> Sent | Declined | Busy | Unheard:
        """Give a report's files to Slack. `alt`: what its picture shows."""
        ids: dict[str, str] = {}
        for file in enclosed:
            match await self._sent(report, file, alt):
                case str(file_id):
                    ids[file.name] = file_id
                case trouble:
                    return trouble
        return Sent(ids)

    async def share(self, sent: Sent, at: Posted) -> Shared | Declined | Busy | Unheard:
        """Put what was sent into the thread of a message."""
        call = self.web.client.files_completeUploadExternal(
            files=[{"id": file_id, "title": name} for name, file_id in sent.ids.items()],
            channel_id=at.channel,
            thread_ts=at.ts,
        )
        match await self.web.ask(call):
            case Said():
                return Shared(sent.ids)
            case trouble:
                return trouble

    async def withdraw(self, shared: Shared) -> Busy | Unheard | None:
        """Take them out of the thread. One that cannot be taken is as a rule gone already."""
        for file_id in shared.ids.values():
            match await self.web.ask(self.web.client.files_delete(file=file_id)):
                case Busy() | Unheard() as later:
                    return later
                case Declined(error):
                    log.warning("a file of a report was not taken back: %s", error)
                case Said():
                    pass
        return None

    async def _sent(
        self, report: int, file: Enclosure, alt: str
    ) -> str | Declined | Busy | Unheard:
        """Slack's id of the file, once it has its bytes."""
        about = {"alt_txt": alt} if file.mimetype.startswith("image/") and alt else {}
        call = self.web.client.files_getUploadURLExternal(
            filename=file.name, length=file.size, **about
        )
        match await self.web.ask(call):
            case Said(data):
                went = await self._send(str(data["upload_url"]), report, file)
                return str(data["file_id"]) if went is None else went
            case trouble:
                return trouble

    async def _send(
        self, url: str, report: int, file: Enclosure
    ) -> Declined | Busy | Unheard | None:
        if not leads_to_slack(url, self.web.client.base_url):
            return Declined("upload_url_elsewhere")
        session = self.web.client.session
        assert session is not None, "opened before the first call"
        proxy = None if is_loopback(url) else self.web.client.proxy
        try:
            async with session.post(
                url,
                data=self.files.read(report, file.name),
                headers={"Content-Length": str(file.size), "Content-Type": file.mimetype},
                allow_redirects=False,
                proxy=proxy,
                timeout=SLOW,
            ) as response:
                return _judged(response.status, response.headers)
        except (TimeoutError, aiohttp.ClientError, OSError):
            return Unheard()

    async def found(
        self, at: Posted, enclosed: Sequence[Enclosure], bot_id: str
    ) -> Shared | Answer | None:
        """What of an earlier try stands in the thread. None: nothing of it."""
        call = self.web.client.conversations_replies(channel=at.channel, ts=at.ts, limit=LOOKED_AT)
        match await self.web.ask(call):
            case Said(data):
                return _among(data.get("messages") or (), enclosed, bot_id)
            case trouble:
                return trouble


def _judged(status: int, headers: Mapping[str, str]) -> Declined | Busy | Unheard | None:
    """What the host that takes the bytes says by its status; None: it has them."""
    match status:
        case HTTPStatus.OK:
            return None
        case HTTPStatus.TOO_MANY_REQUESTS:
            return Busy(retry_after(headers))
        case HTTPStatus.REQUEST_TIMEOUT:
            return Unheard()
        case refused if 400 <= refused < 500:  # noqa: PLR2004
            log.warning("a file of a report was refused: status %d", refused)
            return Declined(UPLOAD_REFUSED)
        case _:
            return Unheard()


def _among(
    messages: Sequence[Mapping[str, Any]], enclosed: Sequence[Enclosure], bot_id: str
) -> Shared | None:
    names = {file.name for file in enclosed}
    ours = (one for one in messages if one.get("bot_id") == bot_id)
    ids = {
        str(file.get("title") or file.get("name")): str(file["id"])
        for message in ours
        for file in message.get("files") or ()
    }
    return Shared(ids) if names <= ids.keys() else None
