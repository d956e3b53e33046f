"""Draws the picture of a report; run by `bot.reports.picture`, in a process of its own.

Reads the days as JSON from standard input, and writes a PNG to standard output. A plotting library
takes a second to load and holds memory ever after: both end with this process.
"""

import json
import sys
from collections.abc import Sequence
from typing import Any, BinaryIO, Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

WIDTH, HEIGHT = 6.0, 2.5
"""Inches; at 100 points an inch as wide as a mail."""

SHARPNESS: Final = 200
INK, LINES = "#3a3f44", "#e3e5e8"
PARTS: Final = (
    ("successful", "Successful", "#2f8f5b"),
    ("pending", "Pending", "#e5a323"),
    ("failed", "Failed", "#c2374a"),
)
"""From the bottom up: what went wrong stands on top, where it is seen."""

Days = Sequence[dict[str, Any]]


def draw(days: Days, into: BinaryIO) -> None:
    """A bar for each day, in parts by what became of its orders."""
    figure = Figure(figsize=(WIDTH, HEIGHT), dpi=SHARPNESS, facecolor="white", layout="tight")
    axes = figure.add_subplot()
    _bars(axes, days)
    _dress(axes, days)
    figure.savefig(into, format="png", metadata={"Software": None})


def _bars(axes: Axes, days: Days) -> None:
    places, below = range(len(days)), [0] * len(days)
    for key, label, colour in PARTS:
        heights = [int(day[key]) for day in days]
        axes.bar(places, heights, bottom=below, width=0.72, color=colour, label=label)
        below = [low + height for low, height in zip(below, heights, strict=True)]
    axes.set_ylim(0, max(*below, 1) * 1.08)


def _dress(axes: Axes, days: Days) -> None:
    axes.set_xticks(range(len(days)), [str(day["label"]) for day in days])
    axes.tick_params(colors=INK, labelsize=8, length=0)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=4, integer=True))
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    axes.grid(axis="y", color=LINES, linewidth=0.8)
    axes.set_axisbelow(True)
    for spine in axes.spines.values():
        spine.set_visible(False)
    legend = {"ncols": 3, "frameon": False, "fontsize": 8.5, "labelcolor": INK}
    axes.legend(loc="lower left", bbox_to_anchor=(-0.01, 1.0), handlelength=1, **legend)


if __name__ == "__main__":
    draw(json.load(sys.stdin), sys.stdout.buffer)
