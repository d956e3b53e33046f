"""A distributor as the service knows it: who, where, when, and how patient.

Read once from the settings file by `bot.settings` and passed down; nothing here reads anything.
"""

from dataclasses import dataclass, field
from datetime import time, timedelta
from zoneinfo import ZoneInfo

from commands.domain.ids import DistributorKey
from commands.domain.people import PersonId


@dataclass(frozen=True, slots=True)
class AlertPace:
    """How alerts are paced.

    `group_wait`: how long new failures gather before the first message. `update_interval`: at most
    one edit of a message in this time. `repeat_interval`: when an open alert is posted anew.
    """

    group_wait: timedelta = timedelta(seconds=30)
    update_interval: timedelta = timedelta(seconds=10)
    repeat_interval: timedelta = timedelta(hours=4)


@dataclass(frozen=True, slots=True)
class ErpPace:
    """How the ERP is called.

    `concurrency`: requests in flight at once. `timeout`: one deadline for a whole call. `settle`:
    after an unknown outcome, before the first look-up. `lookup_gap`: between the two look-ups that
    prove absence.
    """

    concurrency: int = 4
    timeout: timedelta = timedelta(seconds=30)
    settle: timedelta = timedelta(seconds=10)
    lookup_gap: timedelta = timedelta(seconds=5)

    @property
    def lease(self) -> timedelta:
        """How long a claim lasts: the call's deadline, and time to store its answer."""
        return self.timeout * 2 + timedelta(seconds=15)


@dataclass(frozen=True, slots=True)
class Distributor:
    """One distributor; the fields are those of its table in the settings file."""

    key: DistributorKey
    name: str
    zone: ZoneInfo
    cadence: str
    slack_team: str
    alert_channel: str
    admins: tuple[PersonId, ...] = ()
    confirm_within: timedelta = timedelta(minutes=30)
    stuck_after: timedelta = timedelta(minutes=30)
    patience: timedelta = timedelta(minutes=30)
    cutoff: time | None = None
    support_email: str | None = None
    it_contact: str | None = None
    keep_orders: timedelta | None = None
    alerts: AlertPace = field(default_factory=AlertPace)
    erp: ErpPace = field(default_factory=ErpPace)
