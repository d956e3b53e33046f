"""`make bench`: run every benchmark and print one table."""

import asyncio
import sys

from bench import sync


def main() -> int:
    rates = asyncio.run(sync.measure())
    bare = sum(rate.per_second for rate in rates if rate.name.startswith("bare")) / 2
    print(f"Sync against a null ERP, {sync.IN_FLIGHT} requests in flight\n")
    print(f"{'':24}{'orders':>8}{'orders/s':>10}{'to bare loop':>14}")
    for rate in rates:
        ratio = rate.per_second / bare
        print(f"{rate.name:24}{rate.orders:>8}{rate.per_second:>10.0f}{ratio:>13.2f}x")
    return 0


if __name__ == "__main__":
    sys.exit(main())
