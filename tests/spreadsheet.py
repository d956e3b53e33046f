"""`make spreadsheet`: whether a real spreadsheet opens the report's CSV without a live formula.

It wants LibreOffice, which is large, so it is run on request and not with the tests. The CSV is
converted headless, with formulas evaluated, to a page of XML in which a formula would stand as one.
"""

# ruff: noqa: T201 - it speaks to whoever runs it

import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from commands.domain.sheets import Sheet, Status, original

HOSTILE: Final = (
    *("=1+1", "+1+1", "-1+1", "@SUM(1;1)", "=cmd|' /C calc'!A0", '=HYPERLINK("http://x.example")'),
    *("\t=1+1", "\uff1d1+1", "\uff0b1", "'=1+1", 'a "quoted" one', "a,b", "🍋", "\u202eabc"),
    *("two\nlines", "=1\n+1"),
)
CSV: Final = "order-sync-status.csv"
# Comma, double quotes, UTF-8, from the first line; quoted fields as text is left off, formulas are
# evaluated.
READING: Final = "CSV:44,34,76,1,,0,false,true,false,false,false,-1,true"
TABLE: Final = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
PARAGRAPH: Final = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}p"


def written(texts: Sequence[str], *, safe: bool = True) -> bytes:
    """The report's CSV with these as order ids; or without what makes it safe, to compare."""
    sheet = Sheet("Northwind", ZoneInfo("America/Chicago"))
    placed = datetime(2026, 11, 24, 13, tzinfo=UTC)
    lines = sheet.lines(
        [(text, "VINET", date(2026, 11, 25), placed) for text in texts], Status.FAILED
    )
    if safe:
        return sheet.head() + lines
    return sheet.head() + lines.replace(b"'=", b"=").replace(b"'+", b"+").replace(b"'-", b"-")


def opened(office: str, folder: Path, content: bytes) -> tuple[list[str], list[str]]:
    """The first cell of each row, and every formula, as the spreadsheet has them."""
    (folder / CSV).write_bytes(content)
    subprocess.run(
        [
            *(office, f"-env:UserInstallation=file://{folder}/profile", "--headless"),
            *(f"--infilter={READING}", "--convert-to", "fods", "--outdir", str(folder)),
            str(folder / CSV),
        ],
        check=True,
        capture_output=True,
        timeout=180,
    )
    tree = ET.parse((folder / CSV).with_suffix(".fods"))
    rows = [row for row in tree.iter(f"{TABLE}table-row") if row.find(f"{TABLE}table-cell")]
    cells = [row[0] for row in rows][1:]
    formulas = [
        one.attrib[f"{TABLE}formula"] for one in tree.iter() if f"{TABLE}formula" in one.attrib
    ]
    return [_text(cell) for cell in cells], formulas


def _text(cell: ET.Element) -> str:
    """Each of its lines stands as a paragraph."""
    return "\n".join("".join(line.itertext()) for line in cell.iter(PARAGRAPH)).strip()


def main() -> int:
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        print("There is no LibreOffice here: install the package libreoffice-calc.")
        return 1
    with tempfile.TemporaryDirectory() as folder:
        _, live = opened(office, Path(folder), written(HOSTILE, safe=False))
        texts, formulas = opened(office, Path(folder), written(HOSTILE))
    print(f"Without our quotes {len(live)} cells are formulas; with them {len(formulas)}.")
    wrong = [one for one, text in zip(HOSTILE, texts, strict=True) if original(text) != one.strip()]
    for text in wrong:
        print(f"did not come back: {text!r}")
    return 0 if live and not formulas and not wrong else 1


if __name__ == "__main__":
    sys.exit(main())
