"""Orders from a `.jsonl` file: one JSON object a line."""

import codecs
from collections.abc import Iterator

from bot.importing_rows import LONGEST_LINE, Row, Source
from bot.wire import Bad, NotJsonError, read_json, read_order


def jsonl_rows(source: Source) -> Iterator[Row]:
    """Every line that is not blank."""
    number, inside = 0, False
    for piece in source.lines():
        whole, ends = not inside, piece.endswith(b"\n")
        inside = not ends
        if not whole:
            continue
        number += 1
        line = piece.removeprefix(codecs.BOM_UTF8) if number == 1 else piece
        if len(line) == LONGEST_LINE and not ends:
            yield Row(number, Bad(None, "the line is over 8 MiB"))
        elif line.strip():
            yield _row(number, line)


def _row(number: int, line: bytes) -> Row:
    try:
        return Row(number, read_order(read_json(line)))
    except NotJsonError as error:
        return Row(number, Bad(None, f"not JSON: {error}"))
