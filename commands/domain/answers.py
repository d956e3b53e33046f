"""What an ERP adapter says: outcomes as values, whatever the ERP's own tongue.

The adapters make them, the engine and the verbs match them. The one distinction that matters most:
is it certain that the ERP holds no document?
"""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum

from commands.domain.failures import Failure


@dataclass(frozen=True, slots=True)
class Taken:
    """The ERP has the order, under `reference` where it tells one."""

    reference: str | None
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Declined:
    """A readable refusal. Certain: the ERP holds no finished document."""

    failure: Failure


@dataclass(frozen=True, slots=True)
class Postponed:
    """A transient trouble. Certain: the ERP holds no document.

    `retry_after`: how long the ERP asks to be left alone. `reached` is False where no connection
    stood: only that counts for the breaker.
    """

    failure: Failure
    retry_after: timedelta | None = None
    reached: bool = True


@dataclass(frozen=True, slots=True)
class Silence:
    """No answer that can be read: the ERP may or may not hold the order.

    Whether the line was cut, the time ran out or a proxy answered with a page: for the breaker each
    is a sign that the ERP is not well. `retry_after`: as in Postponed.
    """

    failure: Failure
    retry_after: timedelta | None = None


Answer = Taken | Declined | Postponed | Silence


@dataclass(frozen=True, slots=True)
class Answered:
    """A question was answered and nothing was to be entered: it shows that the ERP is there, not
    that it takes orders.
    """


Sign = Answer | Answered
"""What a call tells of the connection."""


class DocumentStatus(StrEnum):
    RECEIVED = "received"
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class ErpDocument:
    """A sales document that the ERP holds; None where the ERP does not tell.

    `draft`: a call of ours began it and did not come to its end; nobody but `resume` goes on with
    it.
    """

    reference: str | None
    status: DocumentStatus
    external_id: str | None = None
    account_id: str | None = None
    total: Decimal | None = None
    draft: bool = False


@dataclass(frozen=True, slots=True)
class Documents:
    """What a look-up found; empty is `absent`."""

    found: tuple[ErpDocument, ...] = ()


@dataclass(frozen=True, slots=True)
class LookupTrouble:
    """A look-up that failed: it proves nothing."""

    failure: Failure
    retry_after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class CannotTell:
    """The ERP cannot be asked by its own number."""


Lookup = Documents | LookupTrouble


@dataclass(frozen=True, slots=True)
class Healthy:
    pass


@dataclass(frozen=True, slots=True)
class Unhealthy:
    failure: Failure
