"""What the readers of import files give, and what they read from."""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from bot.wire import Bad
from commands.domain.documents import Document

LONGEST_LINE: Final = 8 << 20


class BadFileError(Exception):
    """The file as a whole cannot be imported; the message says what would be right."""


@dataclass(frozen=True, slots=True)
class Row:
    """An order of the file and the line it begins on, or why there is none."""

    line: int
    order: Document | Bad


@dataclass(slots=True)
class Source:
    """An open file that knows how much of it has been read."""

    path: Path
    file: IO[bytes]
    size: int

    @property
    def read(self) -> int:
        return self.file.tell()

    def lines(self) -> Iterator[bytes]:
        """Its lines; one without an end comes in pieces."""
        while line := self.file.readline(LONGEST_LINE):
            yield line

    def text(self) -> Iterator[str]:
        """Its lines as text. Bytes that are no UTF-8 are kept as surrogates: the field they are in
        is refused, and not the file.
        """
        decoder = codecs.getincrementaldecoder("utf-8-sig")("surrogateescape")
        return (decoder.decode(line) for line in self.lines())


def open_source(path: Path) -> Source:
    """Raises BadFileError."""
    try:
        file = path.open("rb")
        if path.is_dir():
            raise BadFileError(f"{path}: is a folder")
        return Source(path, file, path.stat().st_size)
    except OSError as error:
        raise BadFileError(f"{path}: {error.strerror}") from None
