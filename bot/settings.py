"""What the operator may set: the environment and the TOML file, read once at the start.

`bot.cli` calls `load()` and passes the result down; nothing else reads the environment. Whatever is
wrong is told at once, each with its key's path and what would be right, and never with a secret.
"""

import os
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from bot.settings_environment import (
    Listen,
    Problems,
    SlackSettings,
    Smtp,
    database_url,
    listen,
    secret_keys,
    slack,
    smtp,
)
from bot.settings_file import DistributorTable, SettingsFile
from bot.settings_words import problem
from commands.domain.distributors import Distributor
from commands.domain.ids import BadIdError, DistributorKey, distributor_key

DEFAULT_CONFIG: Final = "orderwatch.toml"
VARIABLES: Final = (
    *("ORDERWATCH_CONFIG", "ORDERWATCH_SECRET_KEY", "DATABASE_URL", "LISTEN"),
    *("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_API_URL"),
    *("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "SMTP_URL", "MAIL_FROM"),
)
"""Every variable that is read, beside those the file names."""


class SettingsError(Exception):
    """The settings are wrong; each problem is one line that says where, what, and what is right."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(self.problems))


@dataclass(frozen=True, slots=True)
class Account:
    """A distributor as the settings have it: what the core knows of it, and its table."""

    distributor: Distributor
    table: DistributorTable

    @property
    def key(self) -> DistributorKey:
        return self.distributor.key


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that was set, checked. `accounts` by the distributor's key, as in the file."""

    config: Path
    accounts: Mapping[DistributorKey, Account]
    database_url: str
    listen: Listen
    slack: SlackSettings
    smtp: Smtp | None
    mail_from: str | None
    secret_keys: tuple[str, ...]

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every secret of these settings, for whoever must keep them out of what is printed."""
        tables = [account.table for account in self.accounts.values()]
        tokens = [token for table in tables for token in (table.api_token, table.erp_api_token)]
        erp = [
            secret for table in tables for secret in (table.erp.token, *table.erp.headers.values())
        ]
        mail = self.smtp.password if self.smtp else None
        everything = (*tokens, *erp, *self.slack.secrets, mail, *self.secret_keys)
        return tuple(secret for secret in everything if secret)


def load(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read the environment and the file it names. Raises SettingsError with all that is wrong."""
    problems = Problems()
    config = Path(environ.get("ORDERWATCH_CONFIG") or DEFAULT_CONFIG)
    settings = Settings(
        config=config,
        accounts=_accounts(config, environ, problems),
        database_url=database_url(environ, problems),
        listen=listen(environ, problems),
        slack=slack(environ, problems),
        smtp=smtp(environ, problems),
        mail_from=environ.get("MAIL_FROM") or None,
        secret_keys=secret_keys(environ),
    )
    if problems:
        raise SettingsError(problems)
    return settings


def database_only(environ: Mapping[str, str] = os.environ) -> str:
    """The database's URL, for `migrate`, which needs nothing else. Raises SettingsError."""
    problems = Problems()
    url = database_url(environ, problems)
    if problems:
        raise SettingsError(problems)
    return url


def _accounts(
    config: Path, environ: Mapping[str, str], problems: Problems
) -> dict[DistributorKey, Account]:
    tree = _read(config, problems)
    if tree is None:
        return {}
    resolved, missing = _resolve(tree, environ)
    problems.extend(f"{path}: {words}" for path, words in missing.items())
    tables = _validate(resolved, set(missing), problems)
    accounts = {}
    for key, table in tables.items():
        if account := _account(key, table, problems):
            accounts[account.key] = account
    _refuse_twins(accounts.values(), problems)
    return accounts


def _read(config: Path, problems: Problems) -> dict[str, Any] | None:
    try:
        return tomllib.loads(config.read_text(encoding="utf-8"))
    except FileNotFoundError:
        problems.append(
            f"{config}: there is no such file; write one (docs/operations.md has a first one) "
            "or let ORDERWATCH_CONFIG name it"
        )
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        problems.append(f"{config}: cannot be read: {why}")
    except tomllib.TOMLDecodeError as error:
        problems.append(f"{config}: not valid TOML: {error}")
    return None


def _resolve(
    tree: dict[str, Any], environ: Mapping[str, str], path: str = ""
) -> tuple[dict[str, Any], dict[str, str]]:
    """Put the environment's values where the file says `env:NAME`; the second part: what lacks."""
    resolved: dict[str, Any] = {}
    missing: dict[str, str] = {}
    for key, value in tree.items():
        here = f"{path}.{key}" if path else key
        if isinstance(value, dict):
            resolved[key], below = _resolve(value, environ, here)
            missing |= below
        elif isinstance(value, str) and value.startswith("env:"):
            resolved[key] = environ.get(value[4:], "").strip()
            if not resolved[key]:
                missing[here] = _unset(value[4:])
        else:
            resolved[key] = value
    return resolved, missing


def _unset(name: str) -> str:
    if not name:
        return "`env:` names no variable; write env:NAME"
    return f"the environment variable {name} is not set or empty; set it, or write the value here"


def _validate(
    tree: dict[str, Any], told: set[str], problems: Problems
) -> dict[str, DistributorTable]:
    try:
        return SettingsFile.model_validate(tree).distributors
    except ValidationError as error:
        wrong = error.errors(include_url=False, include_context=True)
        found = [problem(one, wrong) for one in wrong]
    problems.extend(f"{one.path}: {one.words}" for one in found if one and one.path not in told)
    return {}


def _account(key: str, table: DistributorTable, problems: Problems) -> Account | None:
    try:
        return Account(table.distributor(distributor_key(key)), table)
    except BadIdError as error:
        problems.append(f"distributors.{key}: {error}")
        return None


def _refuse_twins(accounts: Iterable[Account], problems: Problems) -> None:
    """No two distributors share a token, a workspace or an account in an ERP."""
    seen: dict[tuple[str, str], str] = {}
    for account in accounts:
        path, table = f"distributors.{account.key}", account.table
        for kind, field, value, advice in _identities(table):
            other = seen.setdefault((kind, value), f"{path}.{field}")
            if other != f"{path}.{field}":
                problems.append(f"{path}.{field}: the same as {other}; {advice}")


def _identities(table: DistributorTable) -> list[tuple[str, str, str, str]]:
    """What must be this distributor's alone: kind, field, value, advice."""
    own = "each distributor needs a token of its own"
    tokens = [("token", "api_token", table.api_token, own)]
    if table.erp_api_token:
        tokens.append(("token", "erp_api_token", table.erp_api_token, own))
    return [
        *tokens,
        ("team", "slack_team", table.slack_team, "one workspace is one distributor"),
        ("erp", "erp", table.erp.account, "two distributors cannot share an ERP account"),
    ]
