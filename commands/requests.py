"""What `/orders` can ask for, as values: `commands.grammar` reads them, `bot.listeners` obeys."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeAlias

from commands.domain.failures import Code
from commands.domain.ids import OrderId
from commands.domain.lifecycle import Status
from commands.domain.people import Permission, PersonId, Role


@dataclass(frozen=True, slots=True)
class Summary:
    """`/orders` alone."""


@dataclass(frozen=True, slots=True)
class Help:
    """`/orders help`."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What narrows a list. `since`: received within this span; `words`: free text, each of which
    must be found (id, account, name's beginning, PO number, ERP number).
    """

    account: str | None = None
    code: Code | None = None
    item: str | None = None
    since: timedelta | None = None
    placed: date | None = None
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Listing:
    """`/orders failed`, `pending`, `successful`."""

    status: Status
    filters: Filters = Filters()


@dataclass(frozen=True, slots=True)
class Show:
    order: OrderId


@dataclass(frozen=True, slots=True)
class History:
    order: OrderId


@dataclass(frozen=True, slots=True)
class Retry:
    order: OrderId


@dataclass(frozen=True, slots=True)
class RetrySeveral:
    """`/orders retry 10248 10249`: two or more, each once."""

    orders: tuple[OrderId, ...]


@dataclass(frozen=True, slots=True)
class RetryListed:
    """`/orders retry failed code:erp_down`: all of a list."""

    listing: Listing


@dataclass(frozen=True, slots=True)
class MarkSynced:
    """`reference`: the ERP's order number, where it was typed."""

    order: OrderId
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class StatusAsked:
    """`/orders status`."""


@dataclass(frozen=True, slots=True)
class ReportAsked:
    """`/orders report`, which opens the settings, or `/orders report now`."""

    now: bool = False


@dataclass(frozen=True, slots=True)
class PeopleAsked:
    """`/orders people`."""


@dataclass(frozen=True, slots=True)
class SetPermission:
    """`/orders people grant @someone actions` (or `revoke`)."""

    person: PersonId
    permission: Permission
    granted: bool


@dataclass(frozen=True, slots=True)
class SetRole:
    """`/orders people admin @someone` (or `employee`)."""

    person: PersonId
    role: Role


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """`words`: a sentence for the person. `meant`: the nearest command that would be right."""

    words: str
    meant: str | None = None


Request: TypeAlias = (
    Summary
    | Help
    | Listing
    | Show
    | History
    | Retry
    | RetrySeveral
    | RetryListed
    | MarkSynced
    | StatusAsked
    | ReportAsked
    | PeopleAsked
    | SetPermission
    | SetRole
)
