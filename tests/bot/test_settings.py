"""The settings: what is taken, and the one line for each thing that is not."""

from collections.abc import Mapping
from datetime import time, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.settings import VARIABLES, Settings, SettingsError, load
from bot.settings_file import KEYS

SHOP = "shop-token-of-northwind"
MINIMAL = """
[distributors.northwind]
name = "Northwind Traders"
timezone = "America/Chicago"
slack_team = "T000000001"
alert_channel = "C000000002"
api_token = "env:NORTHWIND_API_TOKEN"
{more}
[distributors.northwind.erp]
kind = "rest"
url = "http://127.0.0.1:9000"
token = "env:NORTHWIND_ERP_TOKEN"
{erp}
"""
FULL = """
[distributors.northwind]
name = "Northwind Traders"
timezone = "America/Chicago"
slack_team = "T000000001"
alert_channel = "C000000002"
admins = ["U000000001"]
api_token = "env:NORTHWIND_API_TOKEN"
cadence = "*/10 * * * *"
confirm_within = "31m"
stuck_after = "32m"
patience = "33m"
cutoff = "07:30"
support_email = "support@example.com"
it_contact = "IT desk 555-0100"
erp_api_token = "env:NORTHWIND_CONFIRM_TOKEN"
keep_orders = "400d"

[distributors.northwind.alerts]
group_wait = "1s"
update_interval = "2s"
repeat_interval = "3h"

[distributors.northwind.erp]
kind = "rest"
url = "https://erp.example.com/orders/"
token = "env:NORTHWIND_ERP_TOKEN"
concurrency = 8
timeout = "20s"
settle = "0s"
lookup_gap = "4s"
insecure = false
"""
ENVIRON = {
    "NORTHWIND_API_TOKEN": SHOP,
    "NORTHWIND_ERP_TOKEN": "erp-key",
    "NORTHWIND_CONFIRM_TOKEN": "erp-confirms-with-this",
}


class Desk:
    """A place where a settings file can be written and loaded."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "orderwatch.toml"
        self.database = f"sqlite:///{folder}/orderwatch.db"

    def load(self, text: str, environ: Mapping[str, str] | None = None) -> Settings:
        self.path.write_text(text, encoding="utf-8")
        base = {"ORDERWATCH_CONFIG": str(self.path), "DATABASE_URL": self.database}
        return load({**ENVIRON, **base, **(environ or {})})

    def wrong(self, text: str, environ: Mapping[str, str] | None = None) -> list[str]:
        with pytest.raises(SettingsError) as caught:
            self.load(text, environ)
        return list(caught.value.problems)

    def with_line(self, line: str = "", erp: str = "") -> list[str]:
        return self.wrong(MINIMAL.format(more=line, erp=erp))


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_everything_that_can_be_set(desk: Desk) -> None:
    account = desk.load(FULL).accounts["northwind"]  # type: ignore[index]
    one = account.distributor
    assert (one.name, one.zone.key, one.cutoff) == (
        "Northwind Traders",
        "America/Chicago",
        time(7, 30),
    )
    assert (one.confirm_within, one.patience) == (timedelta(minutes=31), timedelta(minutes=33))
    assert one.keep_orders == timedelta(days=400)
    assert one.alerts.repeat_interval == timedelta(hours=3)
    assert (one.erp.concurrency, one.erp.settle) == (8, timedelta())
    assert account.table.erp.settings().url == "https://erp.example.com/orders"
    assert account.table.api_token == SHOP


def test_what_is_left_out_has_its_default(desk: Desk) -> None:
    settings = desk.load(MINIMAL.format(more="", erp=""))
    one = settings.accounts["northwind"].distributor  # type: ignore[index]
    assert one.cadence == "*/5 * * * *"
    assert one.confirm_within == one.stuck_after == one.patience == timedelta(minutes=30)
    assert one.alerts.group_wait == timedelta(seconds=30)
    assert (one.erp.concurrency, one.erp.timeout) == (4, timedelta(seconds=30))
    assert str(settings.listen) == "127.0.0.1:8000"
    assert settings.slack.api_url == "https://slack.com/api/"


AT = "distributors.northwind"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('cutof = "07:30"', f"{AT}.cutof: unknown key; did you mean `cutoff`?"),
        ('zebra = "1"', f"{AT}.zebra: unknown key; known here are name, timezone"),
        ('cutoff = "7.30"', f'{AT}.cutoff: expected an hour of the day like "07:30"'),
        ('cutoff = "24:00"', f'{AT}.cutoff: expected an hour of the day like "07:30"'),
        ("cutoff = 07:30:00", f'{AT}.cutoff: expected an hour of the day like "07:30"'),
        ('patience = "half an hour"', f'{AT}.patience: expected a span like "30s"'),
        ("patience = 30", f'{AT}.patience: expected a span like "30s"'),
        ('patience = "0s"', f"{AT}.patience: expected a span longer than nothing"),
        ('keep_orders = "999999d"', f"{AT}.keep_orders: longer than a hundred years"),
        ('cadence = "every day"', f"{AT}.cadence: has 2 fields; expected five fields"),
        ('cadence = "0 0 30 2 *"', f"{AT}.cadence: never comes"),
        ('cadence = "* * * * 8"', f'{AT}.cadence: the day of week field "8" is wrong'),
        ('admins = ["@dana"]', f"{AT}.admins[0]: not the id of a person"),
        ('admins = "U000000001"', f"{AT}.admins: expected a list"),
        ('support_email = "support"', f"{AT}.support_email: not an e-mail address"),
        ('it_contact = ""', f"{AT}.it_contact: is empty"),
        ('erp_api_token = "short"', f"{AT}.erp_api_token: has 5 characters; expected 16 or more"),
        ('it_contact = "env:NOT_SET"', f"{AT}.it_contact: the environment variable NOT_SET is not"),
        ('it_contact = "env:"', f"{AT}.it_contact: `env:` names no variable"),
        (f'erp_api_token = "{SHOP}"', f"{AT}.erp_api_token: the same as {AT}.api_token"),
    ],
)
def test_a_wrong_key_of_a_distributor(desk: Desk, line: str, expected: str) -> None:
    problems = desk.with_line(line)
    assert len(problems) == 1
    assert problems[0].startswith(expected)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("concurrency = 0", f"{AT}.erp.concurrency: expected a whole number from 1 to 64"),
        ('concurrency = "4"', f"{AT}.erp.concurrency: expected a whole number"),
        ("concurrency = true", f"{AT}.erp.concurrency: expected a whole number"),
        ('insecure = "no"', f"{AT}.erp.insecure: expected true or false"),
        ('timeout = "0s"', f"{AT}.erp.timeout: expected a span longer than nothing"),
        ('setle = "1s"', f"{AT}.erp.setle: unknown key; did you mean `settle`?"),
    ],
)
def test_a_wrong_key_of_the_erp(desk: Desk, line: str, expected: str) -> None:
    problems = desk.with_line(erp=line)
    assert len(problems) == 1
    assert problems[0].startswith(expected)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (("America/Chicago", "Chicago"), f"{AT}.timezone: no such time zone; expected an IANA"),
        (("C000000002", "#orders"), f"{AT}.alert_channel: not the id of a channel"),
        (("T000000001", "northwind"), f"{AT}.slack_team: not the id of a workspace"),
        (('name = "Northwind Traders"', ""), f"{AT}.name: is missing; it is required"),
        (('"rest"', '"sap"'), f'{AT}.erp.kind: there is no "sap" yet; the kinds are: rest'),
        (("http://127.0.0.1:9000", "127.0.0.1:9000"), f"{AT}.erp.url: an address begins with"),
        (("http://127.0.0.1:9000", "https://u:p@x"), f"{AT}.erp.url: no user or password"),
        (("http://127.0.0.1:9000", "http://erp.lan"), f"{AT}.erp.url: plain http sends"),
    ],
)
def test_a_wrong_value(desk: Desk, change: tuple[str, str], expected: str) -> None:
    problems = desk.wrong(MINIMAL.format(more="", erp="").replace(*change))
    assert len(problems) == 1
    assert problems[0].startswith(expected)


def test_plain_http_to_another_machine_when_it_is_meant(desk: Desk) -> None:
    text = MINIMAL.format(more="", erp="insecure = true").replace("127.0.0.1", "erp.lan")
    assert desk.load(text).accounts


def test_headers_for_the_gateway_are_secrets(desk: Desk) -> None:
    table = '[distributors.northwind.erp.headers]\nX-Api-Key = "env:GATEWAY"\n'
    text = MINIMAL.format(more="", erp=table)
    settings = desk.load(text, {"GATEWAY": "only-for-the-gateway"})
    account = settings.accounts["northwind"]  # type: ignore[index]
    assert account.table.erp.settings().headers == {"X-Api-Key": "only-for-the-gateway"}
    assert "only-for-the-gateway" in settings.secrets
    assert "only-for-the-gateway" not in repr(settings)
    (unset,) = desk.wrong(text)
    assert unset.startswith(f"{AT}.erp.headers.X-Api-Key: the environment variable GATEWAY")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('headers = { Authorization = "x" }', "headers.Authorization: this header is set by"),
        ("headers = { X-Key = 1 }", "headers.X-Key: expected text in quotes"),
        ('headers = "X-Key: 1"', "headers: expected a table"),
        ('ca_file = "ca.pem"', "ca_file: plain http shows no certificate"),
    ],
)
def test_headers_and_certificates_that_are_wrong(desk: Desk, line: str, expected: str) -> None:
    (problem,) = desk.with_line(erp=line)
    assert problem.startswith(f"{AT}.erp.{expected}")


def test_a_kind_that_is_not_there_is_told_once(desk: Desk) -> None:
    text = MINIMAL.format(more="", erp='database = "erp"\nconfirm = true')
    problems = desk.wrong(text.replace('"rest"', '"sap"'))
    assert problems == [
        f'{AT}.erp.kind: there is no "sap" yet; the kinds are: rest, tryton (more later)'
    ]


TRYTON = """
database = "erp"
confirm = false
freight_item = "SHIPPING"
units = { "1 kg pkg." = "Kilogram" }
"""


def test_tryton_has_keys_of_its_own(desk: Desk) -> None:
    text = MINIMAL.format(more="", erp=TRYTON).replace('"rest"', '"tryton"')
    account = desk.load(text).accounts["northwind"]  # type: ignore[index]
    settings = account.table.erp.settings()
    assert (settings.database, settings.confirm) == ("erp", False)
    assert (settings.freight_item, settings.units) == ("SHIPPING", {"1 kg pkg.": "Kilogram"})


def test_tryton_cannot_do_without_its_database(desk: Desk) -> None:
    problems = desk.wrong(MINIMAL.format(more="", erp="").replace('"rest"', '"tryton"'))
    assert problems == [f'{AT}.erp.database: is missing; kind = "tryton" needs it']


@pytest.mark.parametrize("key", ["database", "confirm", "freight_item", "units"])
def test_the_keys_of_tryton_are_for_no_other_kind(desk: Desk, key: str) -> None:
    line = next(line for line in TRYTON.splitlines() if line.startswith(f"{key} "))
    problems = desk.with_line(erp=line)
    assert problems == [f'{AT}.erp.{key}: kind = "rest" has no such key; it is for tryton']


@pytest.mark.parametrize("value", ["", "   "])
def test_a_variable_that_is_empty(desk: Desk, value: str) -> None:
    problems = desk.wrong(MINIMAL.format(more="", erp=""), {"NORTHWIND_API_TOKEN": value})
    assert problems == [
        (
            f"{AT}.api_token: the environment variable NORTHWIND_API_TOKEN is not set or empty; "
            "set it, or write the value here"
        )
    ]


def test_all_errors_at_once_and_no_secret_among_them(desk: Desk) -> None:
    text = MINIMAL.format(more='cutoff = "x"\nadmins = [1]', erp="concurrency = 0")
    problems = desk.wrong(text, {"NORTHWIND_API_TOKEN": "hush", "LISTEN": "here"})
    paths = [line.partition(":")[0] for line in problems]
    assert sorted(paths) == [
        "LISTEN",
        f"{AT}.admins[0]",
        f"{AT}.api_token",
        f"{AT}.cutoff",
        f"{AT}.erp.concurrency",
    ]
    assert "hush" not in " ".join(problems)


def test_a_broken_file_is_told_with_its_line(desk: Desk) -> None:
    (problem,) = desk.wrong("[distributors.northwind]\nname = \n")
    assert "not valid TOML" in problem
    assert "line 2" in problem


@pytest.mark.parametrize("text", ["", "[distributors]", "[server]\nport = 1"])
def test_a_file_without_a_distributor(desk: Desk, text: str) -> None:
    assert desk.wrong(text)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="there is no such file"):
        load({"ORDERWATCH_CONFIG": str(tmp_path / "nothing.toml")})


def test_a_key_that_cannot_be(desk: Desk) -> None:
    text = MINIMAL.format(more="", erp="").replace("northwind", "North_Wind")
    assert "made of a-z, 0-9 and -" in desk.wrong(text)[0]


def two(**second: str) -> str:
    first = MINIMAL.format(more="", erp="")
    values = {
        "[distributors.northwind": "[distributors.tailspin",
        "T000000001": "T000000002",
        "env:NORTHWIND_API_TOKEN": "env:TAILSPIN_API_TOKEN",
        "env:NORTHWIND_ERP_TOKEN": "env:TAILSPIN_ERP_TOKEN",
    }
    other = first
    for old, new in (values | second).items():
        other = other.replace(old, new)
    return first + other


TAILSPIN = {"TAILSPIN_API_TOKEN": "shop-token-of-tailspin", "TAILSPIN_ERP_TOKEN": "other-key"}


def test_two_distributors(desk: Desk) -> None:
    assert set(desk.load(two(), TAILSPIN).accounts) == {"northwind", "tailspin"}


@pytest.mark.parametrize(
    ("same", "field"),
    [
        ({"T000000001": "T000000001"}, "slack_team"),
        ({"env:NORTHWIND_API_TOKEN": "env:NORTHWIND_API_TOKEN"}, "api_token"),
        (
            {
                "env:NORTHWIND_ERP_TOKEN": "env:NORTHWIND_ERP_TOKEN",
                "127.0.0.1:9000": "127.0.0.1:9000/",
            },
            "erp",
        ),
    ],
)
def test_two_distributors_that_share(desk: Desk, same: dict[str, str], field: str) -> None:
    (problem,) = desk.wrong(two(**same), TAILSPIN)
    assert problem.startswith(f"distributors.tailspin.{field}: the same as {AT}.{field}; ")


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"SLACK_CLIENT_ID": "1.2"}, "SLACK_CLIENT_ID: installing into many workspaces"),
        ({"SLACK_CLIENT_SECRET": "x"}, "SLACK_CLIENT_SECRET: installing into many workspaces"),
        ({"SLACK_BOT_TOKEN": "xapp-1"}, "SLACK_BOT_TOKEN: not a bot's token"),
        ({"SLACK_APP_TOKEN": "xoxb-1"}, "SLACK_APP_TOKEN: not an app's token"),
        ({"SLACK_API_URL": "slack"}, "SLACK_API_URL: not an address"),
        ({"SLACK_API_URL": "http://slack.lan/"}, "SLACK_API_URL: plain http to another"),
        ({"DATABASE_URL": "orderwatch.db"}, "DATABASE_URL"),
        ({"DATABASE_URL": "mysql://x/y"}, "DATABASE_URL"),
        ({"LISTEN": "8000"}, "LISTEN: expected host:port"),
        ({"LISTEN": "127.0.0.1:65536"}, "LISTEN: expected host:port"),
        ({"SMTP_URL": "mail.example.com"}, "SMTP_URL: not a mail server's URL"),
    ],
)
def test_a_wrong_variable(desk: Desk, environ: dict[str, str], expected: str) -> None:
    (problem,) = desk.wrong(MINIMAL.format(more="", erp=""), environ)
    assert problem.startswith(expected)


def test_the_variables(desk: Desk) -> None:
    settings = desk.load(
        MINIMAL.format(more="", erp=""),
        {
            "SLACK_API_URL": "http://127.0.0.1:8700/slack/api",
            "SLACK_BOT_TOKEN": "xoxb-1",
            "SLACK_SIGNING_SECRET": "sign",
            "LISTEN": "[::1]:0",
            "SMTP_URL": "smtp://orders:p%40ss@mail.example.com?starttls=true",
            "ORDERWATCH_SECRET_KEY": "one, two",
        },
    )
    assert settings.slack.api_url == "http://127.0.0.1:8700/slack/api/"
    assert not settings.slack.socket_mode
    assert not settings.slack.lacking()
    assert (settings.listen.host, settings.listen.port) == ("::1", 0)
    assert settings.smtp
    assert (settings.smtp.port, settings.smtp.starttls, settings.smtp.password) == (
        25,
        True,
        "p@ss",
    )
    assert settings.secret_keys == ("one", "two")
    secrets = {SHOP, "erp-key", "xoxb-1", "sign", "p@ss", "one", "two"}
    assert set(settings.secrets) == secrets
    assert not [secret for secret in secrets - {"one", "two"} if secret in repr(settings)]


@pytest.mark.parametrize(
    ("environ", "lacks"),
    [
        ({}, ["SLACK_BOT_TOKEN", "neither SLACK_APP_TOKEN nor SLACK_SIGNING_SECRET"]),
        ({"SLACK_BOT_TOKEN": "xoxb-1"}, ["neither SLACK_APP_TOKEN nor SLACK_SIGNING_SECRET"]),
        ({"SLACK_APP_TOKEN": "xapp-1"}, ["SLACK_BOT_TOKEN"]),
        ({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}, []),
    ],
)
def test_what_the_bot_cannot_run_without(
    desk: Desk, environ: dict[str, str], lacks: list[str]
) -> None:
    told = desk.load(MINIMAL.format(more="", erp=""), environ).slack.lacking()
    assert len(told) == len(lacks)
    assert all(line.startswith(start) for line, start in zip(told, lacks, strict=True))


def test_every_key_says_what_it_is() -> None:
    from bot import settings_file  # noqa: PLC0415

    tables: list[Any] = [
        settings_file.DistributorTable,
        settings_file.ErpTable,
        settings_file.AlertsTable,
    ]
    for table in tables:
        assert all(field.description for field in table.model_fields.values())
    assert set(KEYS) == {"file", "", "alerts", "erp"}


def test_the_page_lists_every_key_and_variable() -> None:
    page = (Path(__file__).parents[2] / "docs" / "settings.md").read_text(encoding="utf-8")
    listed = {}
    for section in page.split("\n## ")[1:] + page.split("\n### ")[1:]:
        rows = [line for line in section.split("\n##")[0].splitlines() if line.startswith("| `")]
        listed[section.partition("\n")[0]] = tuple(row.split("`")[1] for row in rows)
    assert listed["`[distributors.KEY]`"] == KEYS[""]
    assert listed["`[distributors.KEY.alerts]`"] == KEYS["alerts"]
    assert listed["`[distributors.KEY.erp]`"] == KEYS["erp"]
    assert set(listed["Environment"]) == set(VARIABLES)


class Watched(dict[str, str]):
    """An environment that knows what was asked for."""

    asked: set[str] = set()  # noqa: RUF012 - one test

    def get(self, name: str, default: Any = None) -> Any:
        self.asked.add(name)
        return super().get(name, default)


def test_no_variable_is_read_that_is_not_named(desk: Desk) -> None:
    desk.path.write_text(FULL)
    environ = Watched(ENVIRON | {"ORDERWATCH_CONFIG": str(desk.path)})
    load(environ)
    assert environ.asked == {*VARIABLES, *ENVIRON}
