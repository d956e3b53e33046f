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
    # Counted, not asked for: a named pipe cannot tell where it stands.
    read: int = 0

    def lines(self) -> Iterator[bytes]:
        """Its lines; one without an end comes in pieces. Raises BadFileError."""
        while line := self._line():
            self.read += len(line)
            yield line

    def _line(self) -> bytes:
        try:
            return self.file.readline(LONGEST_LINE)
        except OSError as error:
            raise BadFileError(f"{self.path}: cannot be read on: {error.strerror}") from None

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
