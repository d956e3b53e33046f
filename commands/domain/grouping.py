"""Which troubles share an alert: one message for each cause, not for each order."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from commands.domain.failures import CATALOGUE, Code
from commands.domain.lifecycle import Standing, State


class CauseKind(StrEnum):
    FAILURE = "failure"
    PENDING_VERIFICATION = "pending_verification"
    QUEUED = "queued"
    OUTAGE = "outage"


@dataclass(frozen=True, slots=True)
class Cause:
    """What an alert is about. `code` names the failure, and for an outage what stopped it."""

    kind: CauseKind
    code: Code | None = None

    @property
    def key(self) -> str:
        """Unique among a distributor's open alerts; an outage is one, whatever its code."""
        if self.kind is CauseKind.FAILURE and self.code:
            return f"{self.kind}:{self.code}"
        return str(self.kind)

    @property
    def title(self) -> str:
        match self.kind:
            case CauseKind.PENDING_VERIFICATION:
                return "Pending Verification"
            case CauseKind.QUEUED:
                return "Queued"
            case CauseKind.FAILURE | CauseKind.OUTAGE:
                return CATALOGUE[self.code or Code.ERP_DOWN].title

    @classmethod
    def failure(cls, code: Code) -> Self:
        return cls(CauseKind.FAILURE, code)


def cause(standing: Standing) -> Cause | None:
    """The cause whose alert this order belongs to while its connection works; None: no alert.

    `Queued` is not told from one order alone: the sweep for stuck orders finds it.
    """
    if standing.state is State.FAILED and standing.failure:
        return Cause.failure(standing.failure.code)
    if standing.state is State.PENDING_VERIFICATION:
        return Cause(CauseKind.PENDING_VERIFICATION)
    return None
