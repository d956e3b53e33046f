"""`python -m sandbox.erp`: the ERP alone, for benchmarks and for tests that kill processes.

Prints one line, `ERP: http://127.0.0.1:PORT`, as soon as it answers.
"""

import argparse
import asyncio
import contextlib
import signal
import sys
from datetime import UTC, datetime

from sandbox.erp.server import running
from sandbox.erp.setup import Options
from sandbox.erp.state import ErpState


def main() -> int:
    """Serves until SIGINT or SIGTERM; 1 when the port is taken."""
    args = _arguments()
    state = ErpState(
        token=args.token,
        clock=lambda: datetime.now(UTC),
        control_token=args.control_token,
        options=Options(honour_key=not args.ignore_key, lockout=args.lockout),
    )
    for sku in args.inactive_item:
        state.catalogue.set_item(sku, active=False)
    try:
        asyncio.run(_serve(state, args.port))
    except OSError as error:
        print(f"ERP: port {args.port} cannot be used: {error.strerror}", file=sys.stderr)  # noqa: T201
        return 1
    return 0


async def _serve(state: ErpState, port: int) -> None:
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    async with running(state, port) as url:
        print(f"ERP: {url}", flush=True)  # noqa: T201
        with contextlib.suppress(asyncio.CancelledError):
            await stopped.wait()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sandbox.erp", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--token", required=True, help="what the bearer must be")
    parser.add_argument("--control-token", default="", help="opens /control")
    parser.add_argument("--ignore-key", action="store_true", help="no idempotency")
    parser.add_argument("--lockout", action="store_true", help="429 after six wrong tokens")
    parser.add_argument("--inactive-item", action="append", default=[], metavar="SKU")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
