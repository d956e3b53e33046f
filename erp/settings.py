"""How one ERP connection is set up; read by `bot.settings` and `orderwatch check`.

A value that could not work, or would send the token where others can read it, is refused when the
settings are made, so that no adapter meets it.
"""

import ipaddress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final
from urllib.parse import SplitResult, urlsplit

LONGEST_TOKEN: Final = 4_096


class UnfitSettingsError(ValueError):
    """A setting that cannot be used. `key` names it; the message says what would be right."""

    def __init__(self, key: str, words: str) -> None:
        super().__init__(words)
        self.key = key


@dataclass(frozen=True, slots=True)
class ErpSettings:
    """One ERP connection, as in the settings file's table `erp`.

    `timeout`: one deadline for a whole call, its body included. `concurrency`: connections at most.
    `insecure`: plain http to another machine. `database` and `confirm` are for kinds that have
    them. Raises UnfitSettingsError.
    """

    kind: str
    url: str
    token: str = field(repr=False)
    timeout: timedelta = timedelta(seconds=30)
    concurrency: int = 4
    insecure: bool = False
    database: str | None = None
    confirm: bool = True

    def __post_init__(self) -> None:
        check_url(self.url, insecure=self.insecure)
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
