"""A process of its own, started by `server`: trytond as it is, which ends when its parent does.

`python -m sandbox.tryton.serving -c CONFIG -d DATABASE`. The parent holds the other end of its
standard input; when that closes, however the parent died, this process ends too.
"""

import os
import sys
import threading

from trytond.cli import main


def _end_with_parent() -> None:
    sys.stdin.buffer.read()
    os._exit(0)


if __name__ == "__main__":
    threading.Thread(target=_end_with_parent, daemon=True).start()
    main()
