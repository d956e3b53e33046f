"""Finds the Chromium that the browser tests and the screenshots drive, or installs one.

`make browser` calls it as `python -m tests.e2e.browser`; `conftest.py` asks for the path.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

# What a container without graphics, sandbox or network can bear.
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
COMMANDS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ADVICE = (
    "No Chromium: install one (Debian: apt-get install chromium) or set ORDERWATCH_CHROMIUM "
    "to the path of a Chrome or Chromium."
)
PLACES = (
    "chromium-*/chrome-linux*/chrome",
    "chromium-*/chrome-mac*/*.app/Contents/MacOS/*",
    "chromium-*/chrome-win*/chrome.exe",
)


class NoBrowserError(RuntimeError):
    """There is no Chromium; the message says what to do."""


def executable() -> str:
    """The path of a Chromium. Raises NoBrowserError."""
    found = next(_candidates(), None)
    if found is None:
        raise NoBrowserError(ADVICE)
    return found


def _candidates() -> Iterator[str]:
    given = os.environ.get("ORDERWATCH_CHROMIUM", "")
    if given and Path(given).is_file():
        yield given
    yield from _downloaded()
    yield from (path for name in COMMANDS if (path := shutil.which(name)))


def _downloaded() -> list[str]:
    """Playwright's own downloads, the newest first."""
    caches = (
        os.environ.get("PLAYWRIGHT_BROWSERS_PATH", ""),
        "~/.cache/ms-playwright",
        "~/Library/Caches/ms-playwright",
    )
    roots = [Path(cache).expanduser() for cache in caches if cache]
    found = [path for root in roots for place in PLACES for path in root.glob(place)]
    return [str(path) for path in sorted(found, reverse=True) if path.is_file()]


def _as_root() -> list[str] | None:
    """What stands before apt-get; None when there is no way to be root without being asked."""
    if os.name == "posix" and os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo and _runs([sudo, "-n", "true"], quiet=True):
        return [sudo, "-n"]
    return None


def _runs(command: list[str], *, quiet: bool = False) -> bool:
    # apt's chatter goes to stderr: stdout of `make` stays for what people asked for.
    out = subprocess.DEVNULL if quiet else sys.stderr
    try:
        return subprocess.run(command, check=False, stdout=out, stderr=out).returncode == 0
    except OSError:
        return False


def _install() -> None:
    apt, before = shutil.which("apt-get"), _as_root()
    if apt and before is not None:
        _runs([*before, apt, "update", "-q"])
        _runs([*before, apt, "install", "-q", "-y", "--no-install-recommends", "chromium"])
    elif not apt:
        _runs([sys.executable, "-m", "playwright", "install", "chromium"])


def main() -> int:
    """Makes sure there is one; the last line says which, or what to do. 1 without one."""
    if next(_candidates(), None) is None:
        _install()
    try:
        print(f"Browser: {executable()}")  # noqa: T201
    except NoBrowserError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
