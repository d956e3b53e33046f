"""`make bench`: run every benchmark and print their tables."""

import asyncio
import sys
from collections.abc import Sequence
from statistics import median

from bench import sync, topics
from bench.sync import Rate


def main() -> int:
    rounds = asyncio.run(sync.measure())
    first = rounds[0]
    print(f"Sync against a null ERP, {sync.IN_FLIGHT} requests in flight, {len(rounds)} rounds of")
    print(
        f"{first[0].orders} orders each. Medians; the ratio is to the bare httpx loop of a round."
    )
    print()
    print(f"{'':26}{'orders/s':>10}{'ratio':>8}{'least':>8}{'most':>8}{'sending':>10}")
    for at in range(len(first)):
        print(_row([one[at] for one in rounds], [one[0] for one in rounds]))
    topics.measure()
    return 0


def _row(rates: Sequence[Rate], bare: Sequence[Rate]) -> str:
    speeds = [rate.per_second for rate in rates]
    ratios = [rate.per_second / other.per_second for rate, other in zip(rates, bare, strict=True)]
    figures = (
        f"{median(speeds):>10.0f}{median(ratios):>7.2f}x{min(ratios):>7.2f}x{max(ratios):>7.2f}x"
    )
    seen = [rate.sending for rate in rates if rate.sending is not None]
    return f"{rates[0].name:26}{figures}{max(seen, default='-'):>10}"


if __name__ == "__main__":
    sys.exit(main())
