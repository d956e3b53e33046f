"""A Tryton database that is set up but empty, made once and copied. Called by `server`.

Making one takes some twenty seconds, a copy none.
"""

import asyncio
import contextlib
import fcntl
import hashlib
import os
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Final

from sandbox.tryton.names import ADMIN, DATABASE, PASSWORD

HERE: Final = Path(__file__).resolve().parent
ROOT: Final = HERE.parents[1]
CACHE: Final = ROOT / ".tryton"
"""Where the empty database is kept between runs; no part of the repository."""

MODULES: Final = ("sale", "sale_credit_limit")
PACKAGES: Final = ("trytond", "trytond-sale", "trytond-sale-credit-limit", "proteus")
CONFIG: Final = """\
[database]
uri = sqlite://
path = {folder}
[web]
listen = 127.0.0.1:{port}
root = {folder}/www
[queue]
worker = true
[session]
authentications = password
max_attempt = 1
"""
"""`root` is a folder that does not exist: there is no web client to serve. There is no `worker`
either: what follows a confirmation, invoices and shipments, waits for ever and costs nothing.
A login is locked after two wrong passwords instead of six: each makes the next take twice as long.
"""

LAST_WORDS: Final = 2000


class TrytonError(Exception):
    """Tryton could not be set up or started; the message ends with its last words."""


async def copied(folder: Path, cache: Path = CACHE) -> None:
    """Puts a new database into `folder`. Raises TrytonError."""
    _replaced(await kept(cache), folder / f"{DATABASE}.sqlite")


async def kept(cache: Path = CACHE) -> Path:
    """The template in `cache`, made by the first call.

    Several processes may call at once: one makes it, the others wait. Raises TrytonError.
    """
    path = _named(cache)
    async with _locked(path.with_suffix(".lock")):
        if not _is_there(path):
            await _made(path)
    return path


def configuration(folder: Path, port: int = 0) -> Path:
    """Writes trytond's own settings file; where."""
    path = folder / "trytond.conf"
    path.write_text(CONFIG.format(folder=folder, port=port), encoding="utf-8")
    return path


def environment(folder: Path) -> dict[str, str]:
    """All that a Tryton process sees: nothing of the caller's home or settings."""
    return {
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "PATH": os.environ.get("PATH", ""),
        "PYTHONPATH": str(ROOT),
        "TMPDIR": str(folder),
        "TRYTONPASSFILE": str(folder / "password"),
    }


async def run(folder: Path, module: str, *arguments: str, said: str = "") -> str:
    """Runs a module as a process of its own in `folder`; what it printed. Raises TrytonError."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, *arguments,
        cwd=folder, env=environment(folder), start_new_session=True,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        out, err = await process.communicate(said.encode())
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        raise TrytonError(f"{module} failed:\n{err.decode()[-LAST_WORDS:]}")
    return out.decode()


def _named(cache: Path) -> Path:
    cache.mkdir(parents=True, exist_ok=True)
    return cache / f"tryton-{_recipe()}.sqlite"


def _recipe() -> str:
    """What the template is made of: another version, another script, another year."""
    made = hashlib.sha256(str(datetime.now(UTC).year).encode())
    for package in PACKAGES:
        made.update(version(package).encode())
    for script in ("founding.py", "names.py", "template.py"):
        made.update((HERE / script).read_bytes())
    return made.hexdigest()[:16]


@contextlib.asynccontextmanager
async def _locked(path: Path) -> AsyncIterator[None]:
    descriptor = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
    try:
        await asyncio.to_thread(fcntl.flock, descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _is_there(path: Path) -> bool:
    return path.exists()


async def _made(path: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="making-", dir=path.parent) as name:
        folder = Path(name)
        config = str(configuration(folder))
        (folder / "password").write_text(PASSWORD, encoding="utf-8")
        database = folder / f"{DATABASE}.sqlite"
        database.touch()
        asked = ("-c", config, "-d", DATABASE, "--activate-dependencies", "-u", *MODULES)
        user = ("-p", "--login", ADMIN, "--email", "admin@northwind.example")
        await run(folder, "trytond.cli.admin", *asked, *user)
        await run(folder, "sandbox.tryton.founding", config)
        database.replace(path)


def _replaced(template: Path, database: Path) -> None:
    """A journal left by an earlier run would be taken for this one's."""
    for journal in database.parent.glob(f"{database.name}-*"):
        journal.unlink()
    shutil.copyfile(template, database)
