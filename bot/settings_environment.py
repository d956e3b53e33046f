"""The environment's variables, each read and checked. Called by `bot.settings.load`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from bot.settings_types import loopback
from commands.domain.reports import BadAddressError, address
from store.address import DatabaseUrlError, parse

DEFAULT_DATABASE: Final = "sqlite:///orderwatch.db"
DEFAULT_LISTEN: Final = "127.0.0.1:8000"
DEFAULT_SLACK_API: Final = "https://slack.com/api/"
_PORTS: Final = range(65536)


class Problems(list[str]):
    """What is wrong with the settings so far, a line each."""


@dataclass(frozen=True, slots=True)
class Listen:
    """Where the HTTP side listens. Port 0 takes a free one."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class SlackSettings:
    """One workspace's tokens. With an app token the bot speaks Socket Mode, else signed HTTP."""

    bot_token: str | None = field(default=None, repr=False)
    app_token: str | None = field(default=None, repr=False)
    signing_secret: str | None = field(default=None, repr=False)
    api_url: str = DEFAULT_SLACK_API

    @property
    def socket_mode(self) -> bool:
        return self.app_token is not None

    @property
    def secrets(self) -> tuple[str | None, ...]:
        return (self.bot_token, self.app_token, self.signing_secret)

    def lacking(self) -> tuple[str, ...]:
        """What `run` cannot do without."""
        lines = []
        if not self.bot_token:
            lines.append(
                "SLACK_BOT_TOKEN is not set; set it to the Bot User OAuth Token (xoxb-…) from the "
                "app's page OAuth & Permissions"
            )
        if not self.app_token and not self.signing_secret:
            lines.append(
                "neither SLACK_APP_TOKEN nor SLACK_SIGNING_SECRET is set; set SLACK_APP_TOKEN "
                "(xapp-…) for Socket Mode, or SLACK_SIGNING_SECRET for HTTP: without it anybody "
                "could speak as Slack"
            )
        return tuple(lines)


@dataclass(frozen=True, slots=True)
class Smtp:
    """A mail server. `tls`: from the first byte; `starttls`: asked for, then never optional.

    `unguarded`: it is on this machine, or the operator says so: neither a login without TLS nor a
    certificate that cannot be verified is refused.
    """

    host: str
    port: int
    tls: bool
    starttls: bool
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    unguarded: bool = False

    @property
    def where(self) -> str:
        return f"{self.host}:{self.port}"


def database_url(environ: Mapping[str, str], problems: Problems) -> str:
    url = environ.get("DATABASE_URL") or DEFAULT_DATABASE
    try:
        parse(url)
    except DatabaseUrlError as error:
        problems.append(str(error))
    return url


def listen(environ: Mapping[str, str], problems: Problems) -> Listen:
    text = environ.get("LISTEN") or DEFAULT_LISTEN
    host, colon, port = text.rpartition(":")
    bare = host.removeprefix("[").removesuffix("]")
    if colon and bare and port.isascii() and port.isdecimal() and int(port) in _PORTS:
        return Listen(bare, int(port))
    problems.append("LISTEN: expected host:port, as 127.0.0.1:8000, with a port up to 65535")
    return Listen("127.0.0.1", 0)


def slack(environ: Mapping[str, str], problems: Problems) -> SlackSettings:
    _refuse_oauth(environ, problems)
    bot_token, app_token = environ.get("SLACK_BOT_TOKEN"), environ.get("SLACK_APP_TOKEN")
    if bot_token and bot_token.startswith(("xapp-", "xoxp-")):
        problems.append("SLACK_BOT_TOKEN: not a bot's token; expected the one that begins xoxb-")
    if app_token and app_token.startswith(("xoxb-", "xoxp-")):
        problems.append("SLACK_APP_TOKEN: not an app's token; expected the one that begins xapp-")
    return SlackSettings(
        bot_token=bot_token or None,
        app_token=app_token or None,
        signing_secret=environ.get("SLACK_SIGNING_SECRET") or None,
        api_url=_slack_api_url(environ, problems),
    )


def _refuse_oauth(environ: Mapping[str, str], problems: Problems) -> None:
    named = [name for name in ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET") if environ.get(name)]
    if named:
        problems.append(
            f"{' and '.join(named)}: installing into many workspaces through OAuth comes later; "
            "unset it and give one workspace's SLACK_BOT_TOKEN"
        )


def _slack_api_url(environ: Mapping[str, str], problems: Problems) -> str:
    text = environ.get("SLACK_API_URL") or DEFAULT_SLACK_API
    url = _split(text)
    if url is None or url.scheme not in {"http", "https"} or not url.hostname:
        problems.append(f"SLACK_API_URL: not an address; expected one like {DEFAULT_SLACK_API}")
    elif url.scheme == "http" and not loopback(url):
        problems.append("SLACK_API_URL: plain http to another machine; expected https://")
    return text if text.endswith("/") else f"{text}/"


def smtp(environ: Mapping[str, str], problems: Problems) -> Smtp | None:
    text = environ.get("SMTP_URL")
    if not text:
        return None
    url = _split(text)
    if url is None or url.scheme not in {"smtp", "smtps"} or not url.hostname:
        problems.append(
            "SMTP_URL: not a mail server's URL; expected smtp://user:password@host:port, "
            "smtps://… or ?starttls=true"
        )
        return None
    given = _smtp_options(url, problems)
    tls, starttls = url.scheme == "smtps", given.get("starttls", False)
    found = Smtp(
        host=url.hostname,
        port=url.port or (465 if tls else 25),
        tls=tls,
        starttls=starttls and not tls,
        user=unquote(url.username) if url.username else None,
        password=unquote(url.password) if url.password else None,
        unguarded=loopback(url) or given.get("insecure", False),
    )
    if found.user and not (found.tls or found.starttls or found.unguarded):
        problems.append(
            "SMTP_URL: the login would travel readable; expected smtps://… or ?starttls=true, or "
            "?insecure=true to allow it"
        )
    return found


def _smtp_options(url: SplitResult, problems: Problems) -> dict[str, bool]:
    given: dict[str, bool] = {}
    for name, values in parse_qs(url.query, keep_blank_values=True).items():
        if name not in {"starttls", "insecure"}:
            problems.append(f"SMTP_URL: {name} is not known; after ? comes starttls or insecure")
        elif values not in (["true"], ["false"]):
            problems.append(f"SMTP_URL: {name} is neither true nor false")
        else:
            given[name] = values == ["true"]
    return given


def mail_from(environ: Mapping[str, str], problems: Problems) -> str | None:
    text = environ.get("MAIL_FROM")
    if not text:
        return None
    try:
        return address(text)
    except BadAddressError as error:
        problems.append(
            f"MAIL_FROM: not an e-mail address: {error}; expected one like orders@example.com"
        )
        return None


def secret_keys(environ: Mapping[str, str]) -> tuple[str, ...]:
    keys = environ.get("ORDERWATCH_SECRET_KEY", "").split(",")
    return tuple(key.strip() for key in keys if key.strip())


def _split(text: str) -> SplitResult | None:
    try:
        url = urlsplit(text)
        _ = url.port
    except ValueError:
        return None
    return url
