"""How a report's CSV goes along with its mail: as it is, zipped, or not at all.

Mail servers refuse large mails, most of them from ten megabytes on. Called by the letters, which
say where it is, and by the mailer, which encloses it.
"""

import asyncio
import io
import zipfile
from collections.abc import AsyncIterator
from enum import Enum, auto
from typing import Final

from commands.outbox import Enclosure

LARGEST: Final = 4 << 20
"""Bytes; a mail carries a third more of them."""


class Way(Enum):
    PLAIN = auto()
    ZIPPED = auto()
    LEFT_OUT = auto()


def way(csv: Enclosure) -> Way:
    """How a file of this size is enclosed. It is stored packed, about as small as zipped."""
    if csv.size <= LARGEST:
        return Way.PLAIN
    return Way.ZIPPED if csv.packed <= LARGEST else Way.LEFT_OUT


async def zipped(name: str, pieces: AsyncIterator[bytes]) -> bytes:
    """A zip archive with one file, of which never more than a piece is held unpacked."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as box, box.open(name, "w") as file:
        async for piece in pieces:
            await asyncio.to_thread(file.write, piece)
    return archive.getvalue()
