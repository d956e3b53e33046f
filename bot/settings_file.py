"""The TOML file's tables and keys; each key says its unit, its default and why.

`bot.settings` validates the file against `SettingsFile`. Nothing here reads anything. The page in
the docs lists the same keys, and a test holds the two together.
"""

from datetime import timedelta
from typing import Annotated, Final
from urllib.parse import urlsplit

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from bot.settings_types import (
    ChannelId,
    Crontab,
    Hour,
    LongSpan,
    MailAddress,
    Span,
    TeamId,
    Text,
    Token,
    UserId,
    Zone,
    wrong,
)
from commands.domain.distributors import AlertPace, Distributor, ErpPace
from commands.domain.ids import DistributorKey
from commands.domain.people import PersonId
from erp import KINDS, ErpSettings, UnfitSettingsError, check_keys


def _kind(value: object) -> str:
    if value not in KINDS:
        shown = f'"{value}"' if isinstance(value, str) else "that"
        raise wrong(f"there is no {shown} yet; the kinds are: {', '.join(KINDS)} (more later)")
    return str(value)


class Table(BaseModel):
    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, use_attribute_docstrings=True
    )


class AlertsTable(Table):
    """`[distributors.KEY.alerts]`: how alerts are paced."""

    group_wait: Span = timedelta(seconds=30)
    """How long new failures gather before they are posted together. 30 seconds: long enough for one
    cause to show itself, short enough for the truck."""
    update_interval: Span = timedelta(seconds=10)
    """A message is edited at most once in this time. 10 seconds keeps within Slack's rates."""
    repeat_interval: LongSpan = timedelta(hours=4)
    """An alert that stays open is posted anew after this, for an edit notifies nobody. 4 hours:
    twice in a working day."""


class ErpTable(Table):
    """`[distributors.KEY.erp]`: the connection to the distributor's ERP."""

    kind: Annotated[str, BeforeValidator(_kind)]
    """Which adapter speaks to it: `rest` or `tryton`. Required."""
    url: Text
    """The address of the gateway, without a slash at the end. Required."""
    token: str = Field(repr=False)
    """The key for it, best as env:NAME. Required."""
    concurrency: int = Field(default=4, ge=1, le=64)
    """Requests in flight at once, 1 to 64. 4: most gateways stand it."""
    timeout: LongSpan = timedelta(seconds=30)
    """One deadline for a whole call. 30 seconds: slower than that, nobody knows the outcome."""
    settle: Span = timedelta(seconds=10)
    """How long after an unknown outcome before the first look-up. 10 seconds: an ERP may still be
    writing what it was sent."""
    lookup_gap: Span = timedelta(seconds=5)
    """Between the two look-ups that prove absence. 5 seconds."""
    insecure: bool = False
    """Allow plain http to another machine. false: the key would travel readable."""
    headers: dict[str, str] = Field(default_factory=dict, repr=False)
    """Headers sent with every request, for a gateway that asks for more than the token; values best
    as env:NAME. Those that the adapter sets itself are refused. None by default."""
    ca_file: Text | None = None
    """A PEM file with the certificates to trust, instead of the public ones: for an ERP whose
    certificate the distributor made. None: the public ones."""
    database: Text | None = None
    """Tryton only: the name of its database. Required there."""
    confirm: bool = True
    """Tryton only: quote and confirm the sale. false leaves a draft, and the order waits until
    somebody confirms it there: raise `confirm_within` to the time that takes. true."""
    freight_item: Text = "FREIGHT"
    """Tryton only: the code of the product that freight is entered with. FREIGHT."""
    units: dict[str, Text] = Field(default_factory=dict)
    """Tryton only: the order's unit to the name of Tryton's, in English, for lines that are not to
    be counted in the product's own sales unit. None by default."""

    @model_validator(mode="after")
    def _the_adapter_takes_it(self) -> "ErpTable":
        try:
            check_keys(self.kind, self.model_fields_set)
            self.settings()
        except UnfitSettingsError as error:
            raise wrong(str(error), error.key) from None
        return self

    def settings(self) -> ErpSettings:
        """The same, as the adapter wants it. Raises UnfitSettingsError."""
        return ErpSettings(
            kind=self.kind,
            url=self.url.rstrip("/"),
            token=self.token,
            timeout=self.timeout,
            concurrency=self.concurrency,
            insecure=self.insecure,
            headers=self.headers,
            ca_file=self.ca_file,
            database=self.database,
            confirm=self.confirm,
            freight_item=self.freight_item,
            units=self.units,
        )

    @property
    def account(self) -> str:
        """What makes it one account in one ERP."""
        url = urlsplit(self.url)
        where = f"{url.scheme}://{url.netloc.lower()}{url.path.rstrip('/')}"
        return f"{where} {self.database or ''} {self.token}"

    @property
    def pace(self) -> ErpPace:
        return ErpPace(self.concurrency, self.timeout, self.settle, self.lookup_gap)


class DistributorTable(Table):
    """`[distributors.KEY]`: one distributor; the key is made of a-z, 0-9 and -."""

    name: Text
    """As people know it. Required."""
    timezone: Zone
    """IANA name of its zone: cadence, cut-off and days are meant in it. Required."""
    slack_team: TeamId
    """Its Slack workspace. One workspace is one distributor. Required."""
    alert_channel: ChannelId
    """The channel for its alerts, by id; the bot must be in it. Required."""
    admins: list[UserId] = Field(default_factory=list)
    """The first distributor admins, by Slack user id; more are made in Slack. They count only while
    the distributor has no active admin. None by default."""
    api_token: Token = Field(repr=False)
    """The shop's token for the HTTP API, 16 characters or more, best as env:NAME. Required."""
    erp_api_token: Token | None = Field(default=None, repr=False)
    """The ERP's own token for confirmations. None: only the shop's token is there, and what it
    confirms is looked up first."""
    cadence: Crontab = "*/5 * * * *"
    """When queued orders are sent: a crontab in the distributor's zone, weekdays as in cron(5).
    Every 5 minutes."""
    confirm_within: LongSpan = timedelta(minutes=30)
    """Sent but unconfirmed for longer: Pending Verification. 30 minutes."""
    stuck_after: LongSpan = timedelta(minutes=30)
    """Queued for longer although it was due: reported as Queued. 30 minutes."""
    patience: LongSpan = timedelta(minutes=30)
    """A transient trouble for longer counts as Failed, so that it is seen. 30 minutes."""
    cutoff: Hour | None = None
    """The hour on the delivery date by which an order must be in. None: the day's end."""
    support_email: MailAddress | None = None
    """Where Contact support writes to. None: nowhere."""
    it_contact: Text | None = None
    """Whom to call about the ERP; shown in outages. None: not shown."""
    keep_orders: LongSpan | None = None
    """Personal data of synced orders older than this is removed. None: kept."""
    alerts: AlertsTable = Field(default_factory=AlertsTable)
    """How alerts are paced."""
    erp: ErpTable
    """The connection to its ERP. Required."""

    def distributor(self, key: DistributorKey) -> Distributor:
        """The same, as the core knows it."""
        return Distributor(
            key=key,
            name=self.name,
            zone=self.timezone,
            cadence=self.cadence,
            slack_team=self.slack_team,
            alert_channel=self.alert_channel,
            admins=tuple(PersonId(admin) for admin in self.admins),
            confirm_within=self.confirm_within,
            stuck_after=self.stuck_after,
            patience=self.patience,
            cutoff=self.cutoff,
            support_email=self.support_email,
            it_contact=self.it_contact,
            keep_orders=self.keep_orders,
            alerts=AlertPace(**dict(self.alerts)),
            erp=self.erp.pace,
        )


def _some(value: object) -> object:
    if not value:
        raise wrong("names no distributor; write a table like [distributors.northwind]")
    return value


class SettingsFile(Table):
    distributors: Annotated[dict[str, DistributorTable], BeforeValidator(_some)]
    """One table for each distributor. Required."""


KEYS: Final[dict[str, tuple[str, ...]]] = {
    "file": tuple(SettingsFile.model_fields),
    "": tuple(DistributorTable.model_fields),
    "alerts": tuple(AlertsTable.model_fields),
    "erp": tuple(ErpTable.model_fields),
}
"""The known keys of each table, by its path below a distributor."""
