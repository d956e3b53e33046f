"""`python -m sandbox.tryton`: makes the empty database that the tests and the demo copy.

It takes half a minute, once; whoever finds none makes it as well, but has less patience.
"""

import asyncio
import sys

from sandbox.tryton.template import TrytonError, kept


def main() -> int:
    """1 when it cannot be made."""
    try:
        asyncio.run(kept())
    except TrytonError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
