"""Orders from a `.jsonl` file: one JSON object a line."""

import codecs
from collections.abc import Iterator
from typing import Final

from bot.importing_rows import Row, Source
from bot.wire import Bad, NotJsonError, read_json, read_order

LONGEST_LINE: Final = 8 << 20


def jsonl_rows(source: Source) -> Iterator[Row]:
    """Every line that is not blank."""
    number = 0
    while line := source.file.readline(LONGEST_LINE + 1):
        number += 1
        if number == 1:
            line = line.removeprefix(codecs.BOM_UTF8)
        if len(line) > LONGEST_LINE:
            _skip_rest(source)
            yield Row(number, Bad(None, "the line is over 8 MiB"))
        elif line.strip():
            yield _row(number, line)


def _row(number: int, line: bytes) -> Row:
    try:
        return Row(number, read_order(read_json(line)))
    except NotJsonError as error:
        return Row(number, Bad(None, f"not JSON: {error}"))


def _skip_rest(source: Source) -> None:
    while (rest := source.file.readline(LONGEST_LINE)) and not rest.endswith(b"\n"):
        pass
