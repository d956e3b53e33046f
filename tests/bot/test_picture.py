"""The report's picture: drawn by a process of its own, or left out."""

import io
import struct
from datetime import date, timedelta

import pytest

from bot.reports import picture as pictures
from bot.reports.picture import PNG, picture
from bot.reports.plot import SHARPNESS, WIDTH, draw
from commands.domain.digests import DayOutcome

DAYS = [DayOutcome(date(2026, 11, 11) + timedelta(days=at), 300, at, 2 * at) for at in range(14)]


def size(png: bytes) -> tuple[int, int]:
    width, height = struct.unpack(">II", png[16:24])
    return width, height


async def test_it_is_a_png_as_wide_as_a_mail_and_sharp() -> None:
    drawn = await picture(DAYS)
    assert drawn
    assert drawn.startswith(PNG)
    width, height = size(drawn)
    assert width == int(WIDTH * SHARPNESS)
    assert 400 < height < 700
    assert len(drawn) < 100_000


def test_any_numbers_can_be_drawn() -> None:
    numbers = (0, 1, 10_000_000)
    told = [{"label": "Tue\n24", "successful": n, "pending": 0, "failed": n} for n in numbers]
    for days in (told, told[:1], [told[0]] * 14):
        into = io.BytesIO()
        draw(days, into)
        assert into.getvalue().startswith(PNG)


async def test_where_it_cannot_be_drawn_the_report_goes_without(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pictures, "PLOT", pictures.PLOT.with_name("nothing.py"))
    assert await picture(DAYS) is None
    monkeypatch.setattr(pictures, "PATIENCE", 0.001)
    assert await picture(DAYS) is None
