"""The files of a report, in pieces that are compressed each by itself. Called by `store.reports`.

Written and read piece by piece, each in a transaction of its own: a file of any size is never held
whole, and holds nobody up.
"""

import asyncio
import zlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import sqlalchemy as sa

from commands.outbox import Enclosure
from store.engine import Database
from store.tables import report_files, reports

PIECE: Final = 1 << 20
"""Bytes before they are compressed."""

QUICK: Final = 3
"""Orders look much alike: zlib finds that at any level, and is much faster at a low one."""


@dataclass(slots=True)
class Filing:
    """A file that is being stored. Implements `commands.outbox.Filing`."""

    database: Database
    report: int
    name: str
    mimetype: str
    _piece: bytearray = field(default_factory=bytearray)
    _part: int = 0
    _size: int = 0
    _packed: int = 0

    async def write(self, piece: bytes) -> None:
        self._piece += piece
        if len(self._piece) >= PIECE:
            await self._flush()

    async def close(self) -> Enclosure:
        """Store the rest. Nobody reads a file before its report is made."""
        if self._piece or not self._part:
            await self._flush()
        return Enclosure(self.name, self.mimetype, self._size, self._packed)

    async def _flush(self) -> None:
        piece, self._piece = bytes(self._piece), bytearray()
        packed = await asyncio.to_thread(zlib.compress, piece, QUICK)
        values = {
            "report_id": self.report,
            "name": self.name,
            "part": self._part,
            "mimetype": self.mimetype,
            "size": len(piece),
            "packed": packed,
        }
        async with self.database.writing() as connection:
            await connection.execute(sa.insert(report_files).values(values))
        self._part, self._size, self._packed = (
            self._part + 1,
            self._size + len(piece),
            self._packed + len(packed),
        )


class Files:
    """The stored files of all reports."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(self, report: int, name: str, mimetype: str) -> Filing:
        """Store a file anew: what a process left that died half-way is thrown away."""
        f = report_files.c
        async with self._database.writing() as connection:
            await connection.execute(
                sa.delete(report_files).where(f.report_id == report, f.name == name)
            )
        return Filing(self._database, report, name, mimetype)

    async def listed(self, report: int) -> list[Enclosure]:
        """The files of a report, in the order of their names."""
        f = report_files.c
        sizes = sa.func.sum(f.size), sa.func.sum(sa.func.length(f.packed))
        chosen = (
            sa.select(f.name, f.mimetype, *sizes)
            .where(f.report_id == report)
            .group_by(f.name, f.mimetype)
            .order_by(f.name)
        )
        async with self._database.reading() as connection:
            rows = await connection.execute(chosen)
            return [
                Enclosure(name, kind, int(size), int(packed)) for name, kind, size, packed in rows
            ]

    async def read(self, report: int, name: str) -> AsyncIterator[bytes]:
        """A file's pieces, in order."""
        part = 0
        while (packed := await self._packed(report, name, part)) is not None:
            yield await asyncio.to_thread(zlib.decompress, packed)
            part += 1

    async def whole(self, report: int, name: str) -> bytes:
        """A file that is known to be small."""
        return b"".join([piece async for piece in self.read(report, name)])

    async def forget(self, before: datetime) -> int:
        """Throw away the files of reports that were made before then."""
        old = sa.select(reports.c.id).where(reports.c.made_at < before)
        gone = sa.delete(report_files).where(report_files.c.report_id.in_(old))
        async with self._database.writing() as connection:
            return (await connection.execute(gone)).rowcount

    async def _packed(self, report: int, name: str, part: int) -> bytes | None:
        f = report_files.c
        where = f.report_id == report, f.name == name, f.part == part
        async with self._database.reading() as connection:
            packed: bytes | None = await connection.scalar(sa.select(f.packed).where(*where))
            return packed
