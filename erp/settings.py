"""How one ERP connection is set up; read by `bot.settings` and `orderwatch check`.

A value that could not work, or would send the token where others can read it, is refused when the
settings are made, so that no adapter meets it.
"""

import ipaddress
import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final
from urllib.parse import SplitResult, urlsplit

LONGEST_TOKEN: Final = 4_096
OURS: Final = frozenset(
    {
        *("authorization", "idempotency-key", "host", "user-agent", "accept", "accept-encoding"),
        *("content-type", "content-length", "transfer-encoding", "connection", "expect", "te"),
        *("trailer", "upgrade", "x-tryton-context"),
    }
)
"""Headers that are the adapters' own to set, in lower case."""

_HEADER: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}")


class UnfitSettingsError(ValueError):
    """A setting that cannot be used. `key` names it; the message says what would be right."""

    def __init__(self, key: str, words: str) -> None:
        super().__init__(words)
        self.key = key


@dataclass(frozen=True, slots=True)
class ErpSettings:
    """One ERP connection, as in the settings file's table `erp`.

    `timeout`: one deadline for a whole call, its body included. `concurrency`: connections at most.
    `insecure`: plain http to another machine. `headers`: sent with every request. `ca_file`: the
    only certificates that are trusted. The rest is for kinds that have it, see `registry`.
    Raises UnfitSettingsError.
    """

    kind: str
    url: str
    token: str = field(repr=False)
    timeout: timedelta = timedelta(seconds=30)
    concurrency: int = 4
    insecure: bool = False
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    ca_file: str | None = None
    database: str | None = None
    confirm: bool = True
    freight_item: str = "FREIGHT"
    units: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        check_url(self.url, insecure=self.insecure)
        check_headers(self.headers)
        if self.ca_file is not None:
            check_ca_file(self.ca_file, self.url)
        if not 1 <= len(self.token) <= LONGEST_TOKEN or not _visible(self.token):
            raise UnfitSettingsError("token", "a token is made of visible ASCII characters")
        if self.timeout <= timedelta(0):
            raise UnfitSettingsError("timeout", "a time-out is longer than nothing")
        if self.concurrency < 1:
            raise UnfitSettingsError("concurrency", "at least one request is in flight at once")


def check_url(url: str, *, insecure: bool) -> None:
    """Refuse an address that cannot work or is not safe. The words never repeat the address:
    it may hold a password.

    Raises UnfitSettingsError.
    """
    parts = _split(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise UnfitSettingsError("url", "an address begins with http:// or https:// and has a host")
    if parts.username is not None or parts.password is not None:
        raise UnfitSettingsError("url", "no user or password in the address: use `token`")
    if parts.query or parts.fragment:
        raise UnfitSettingsError("url", "no ? and no # in the address")
    if parts.scheme == "http" and not (insecure or _loopback(parts.hostname)):
        raise UnfitSettingsError(
            "url", "plain http sends the token readably: use https, or set insecure = true"
        )


def check_headers(headers: Mapping[str, str]) -> None:
    """Refuse a header that cannot be sent or that an adapter sets itself. The words never repeat a
    value: it may be a secret.

    Raises UnfitSettingsError.
    """
    seen: set[str] = set()
    for name, value in headers.items():
        key = f"headers.{name}"
        if not _HEADER.fullmatch(name):
            raise UnfitSettingsError(key, "a header's name is made of letters, digits and -")
        if name.lower() in OURS:
            raise UnfitSettingsError(key, "this header is set by the adapter; leave it out")
        if name.lower() in seen:
            raise UnfitSettingsError(key, "the same header twice; capitals make no difference")
        if not _sendable(value):
            raise UnfitSettingsError(
                key, "a header's value is made of visible ASCII characters, with spaces inside"
            )
        seen.add(name.lower())


def check_ca_file(path: str, url: str) -> None:
    """Refuse a file that holds no certificates. Raises UnfitSettingsError."""
    if urlsplit(url).scheme != "https":
        raise UnfitSettingsError("ca_file", "plain http shows no certificate; the url wants https")
    try:
        ssl.create_default_context(cafile=path)
    except ssl.SSLError:
        raise UnfitSettingsError(
            "ca_file", f"{path} holds no certificate as PEM: -----BEGIN CERTIFICATE-----"
        ) from None
    except OSError as error:
        raise UnfitSettingsError("ca_file", f"{path} cannot be read: {error.strerror}") from None


def _sendable(value: str) -> bool:
    return (
        1 <= len(value) <= LONGEST_TOKEN
        and value == value.strip()
        and _visible(value.replace(" ", ""))
    )


def _split(url: str) -> SplitResult:
    if not _visible(url):
        raise UnfitSettingsError("url", "an address is made of visible ASCII characters")
    try:
        parts = urlsplit(url)
        # Both raise only when they are read.
        _ = parts.port, (parts.hostname or "").encode("idna")
    except ValueError:
        raise UnfitSettingsError("url", "this is no address: http://host:port/path") from None
    return parts


def _visible(text: str) -> bool:
    return all("!" <= char <= "~" for char in text)


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
