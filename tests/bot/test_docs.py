"""The documents name only what is there."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]
LINK = re.compile(r"\]\((?!https?://)([^)#\s]+)[^)]*\)")
PATH = re.compile(r"`((?:bench|bot|commands|docs|erp|sandbox|store|tests)/[\w./-]*)`")


def named(page: Path) -> Iterator[Path]:
    text = page.read_text(encoding="utf-8")
    yield from (page.parent / link for link in LINK.findall(text))
    yield from (ROOT / path for path in PATH.findall(text))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_and_paths_lead_somewhere(page: Path) -> None:
    assert [str(path) for path in named(page) if not path.exists()] == []
