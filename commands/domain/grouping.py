"""Which troubles share an alert: one message for each cause, not for each order."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Self

from commands.domain.failures import CATALOGUE, Code
from commands.domain.lifecycle import Standing, State


class CauseKind(StrEnum):
    FAILURE = "failure"
    PENDING_VERIFICATION = "pending_verification"
    QUEUED = "queued"
    OUTAGE = "outage"
    TROUBLE = "trouble"
    """Orderwatch's own: nothing of it may go silent."""


class Trouble(StrEnum):
    """What can be wrong with Orderwatch itself."""

    NO_TICK = "no_tick"
    """A tick of the cadence was due and has not come."""
    QUEUE_STANDS = "queue_stands"
    """Orders have long been due, the connection works, and nothing is asked of the ERP."""
    REPORT_NOT_SENT = "report_not_sent"
    MAIL_NOT_SENT = "mail_not_sent"


_TROUBLES: Final = {
    Trouble.NO_TICK: "Orderwatch misses its sync times",
    Trouble.QUEUE_STANDS: "Orderwatch sends nothing",
    Trouble.REPORT_NOT_SENT: "Daily report not sent",
    Trouble.MAIL_NOT_SENT: "E-mail not sent",
}


@dataclass(frozen=True, slots=True)
class Cause:
    """What an alert is about. `code` names the failure, and for an outage what stopped it;
    `trouble`: what is wrong with Orderwatch.
    """

    kind: CauseKind
    code: Code | None = None
    trouble: Trouble | None = None

    @property
    def key(self) -> str:
        """Unique among a distributor's open alerts; an outage is one, whatever its code."""
        match self.kind:
            case CauseKind.FAILURE if self.code:
                return f"{self.kind}:{self.code}"
            case CauseKind.TROUBLE if self.trouble:
                return f"{self.kind}:{self.trouble}"
            case _:
                return str(self.kind)

    @property
    def title(self) -> str:
        match self.kind:
            case CauseKind.PENDING_VERIFICATION:
                return "Pending Verification"
            case CauseKind.QUEUED:
                return "Queued"
            case CauseKind.TROUBLE:
                return _TROUBLES[self.trouble or Trouble.QUEUE_STANDS]
            case CauseKind.FAILURE | CauseKind.OUTAGE:
                return CATALOGUE[self.code or Code.ERP_DOWN].title

    @classmethod
    def failure(cls, code: Code) -> Self:
        return cls(CauseKind.FAILURE, code)

    @classmethod
    def of_trouble(cls, trouble: Trouble) -> Self:
        return cls(CauseKind.TROUBLE, trouble=trouble)


def cause(standing: Standing) -> Cause | None:
    """The cause whose alert this order belongs to while its connection works; None: no alert.

    `Queued` is not told from one order alone: the sweep for stuck orders finds it.
    """
    if standing.state is State.FAILED and standing.failure:
        return Cause.failure(standing.failure.code)
    if standing.state is State.PENDING_VERIFICATION:
        return Cause(CauseKind.PENDING_VERIFICATION)
    return None
