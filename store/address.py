"""DATABASE_URL: which database, where, and how the way to it is secured. Called by `engine`."""

import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

DRIVERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "sqlite": "sqlite+aiosqlite",
        "sqlite+aiosqlite": "sqlite+aiosqlite",
        "postgresql": "postgresql+asyncpg",
        "postgres": "postgresql+asyncpg",
        "postgresql+asyncpg": "postgresql+asyncpg",
    }
)
Tls = str | ssl.SSLContext


class DatabaseUrlError(ValueError):
    """DATABASE_URL cannot be used; the message says what would be right."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where the database is. `tls`: as the driver for a server wants it; None: as it likes."""

    url: URL
    tls: Tls | None = None

    @property
    def is_sqlite(self) -> bool:
        return self.url.get_backend_name() == "sqlite"

    @property
    def path(self) -> Path:
        assert self.url.database
        return Path(self.url.database)


def parse(text: str) -> Address:
    """Read DATABASE_URL. Raises DatabaseUrlError."""
    try:
        url = make_url(text)
    except ArgumentError:
        raise DatabaseUrlError(
            "DATABASE_URL is not a URL: as sqlite:///orderwatch.db or postgresql://host/name"
        ) from None
    driver = DRIVERS.get(url.drivername)
    if driver is None:
        raise DatabaseUrlError(
            f"DATABASE_URL begins with {url.drivername}: sqlite or postgresql would be right"
        )
    address = Address(url.set(drivername=driver))
    if address.is_sqlite:
        _check_path(address)
        return address
    return _of_server(address.url)


def _check_path(address: Address) -> None:
    name = address.url.database
    if not name or name == ":memory:" or name.startswith("file:"):
        raise DatabaseUrlError("DATABASE_URL names no file: as sqlite:///orderwatch.db")
    if not address.path.parent.is_dir():
        raise DatabaseUrlError(f"DATABASE_URL: there is no folder {address.path.parent}")


# --- a server ------------------------------------------------------------------------------------

MODE: Final = "sslmode"
ROOT: Final = "sslrootcert"
PLACES: Final = frozenset({"host", "port"})
"""What else may stand behind the question mark: a Unix socket's folder, for one."""


def _of_server(url: URL) -> Address:
    """TLS in the words of libpq, which everybody knows, for a driver that has others."""
    told = dict(url.query)
    unknown = sorted(set(told) - PLACES - {MODE, ROOT})
    if unknown:
        known = ", ".join(sorted(PLACES | {MODE, ROOT}))
        raise DatabaseUrlError(f"DATABASE_URL: {unknown[0]} is not known; known are {known}")
    mode, root = str(told.pop(MODE, "")), str(told.pop(ROOT, "")) or None
    return Address(url.set(query=told), _tls(mode, root))


def _tls(mode: str, root: str | None) -> Tls | None:
    if not mode and not root:
        return None
    make = _MODES.get(mode or "verify-full")
    if make is None:
        raise DatabaseUrlError(f"DATABASE_URL: {MODE} is one of {', '.join(_MODES)}")
    try:
        return make(root)
    except OSError as error:
        words = getattr(error, "strerror", None) or "no certificate"
        raise DatabaseUrlError(f"DATABASE_URL: {ROOT} {root}: {words}") from None


def _plain(mode: str) -> Callable[[str | None], Tls]:
    return lambda _root: mode


def _require(root: str | None) -> Tls:
    # As libpq has it: encrypted to whoever it is, unless there is a certificate to hold them to.
    return _verify_ca(root) if root else "require"


def _verify_ca(root: str | None) -> Tls:
    context = ssl.create_default_context(cafile=root)
    context.check_hostname = False
    return context


def _verify_full(root: str | None) -> Tls:
    return ssl.create_default_context(cafile=root)


_MODES: Final[Mapping[str, Callable[[str | None], Tls]]] = MappingProxyType(
    {
        "disable": _plain("disable"),
        "allow": _plain("allow"),
        "prefer": _plain("prefer"),
        "require": _require,
        "verify-ca": _verify_ca,
        "verify-full": _verify_full,
    }
)
