"""What came of an order that was sent in, in the words of the API and of `orderwatch import`."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, assert_never

from bot.wire import Bad
from commands.domain.ids import OrderId
from commands.domain.lifecycle import Reason
from commands.ports import Created, NotTaken, Taken, Unchanged, Updated


class Outcome(StrEnum):
    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Result:
    """One order's answer; `detail` says why it was refused."""

    id: OrderId | None
    outcome: Outcome
    detail: str | None = None


TWICE: Final = "id: appears twice in one request; send each order once"

WHY_NOT_TAKEN: Final[dict[Reason, str]] = {
    Reason.BEING_SENT: "the order is being sent to the ERP; send the change again in a minute",
    Reason.ON_ITS_WAY: "the order is on its way to the ERP; send the change again in a minute",
    Reason.ERP_HAS_IT: "the ERP has the order already; change it there",
    Reason.OUTCOME_UNKNOWN: "the ERP may have the order already; send the change again once its "
    "state is known",
    Reason.ALREADY_SYNCED: "the order is synced; change it in the ERP",
    Reason.HELD_BY_OTHER: "somebody is keying the order in by hand; change it in the ERP, or send "
    "the change again when it is released",
    Reason.HELD_BY_YOU: "somebody is keying the order in by hand; change it in the ERP, or send "
    "the change again when it is released",
    Reason.IN_DOUBT: "the ERP may hold a document of this order, and a person has to look first; "
    "change it there",
}
"""Why changed content is refused. The reasons that no change of content meets are not here."""

_OTHERWISE: Final = "the order cannot be changed in its present state"


def result(taken: Taken | Bad) -> Result:
    """The answer for one order."""
    match taken:
        case Created(id):
            return Result(id, Outcome.CREATED)
        case Updated(id):
            return Result(id, Outcome.UPDATED)
        case Unchanged(id):
            return Result(id, Outcome.UNCHANGED)
        case NotTaken(id, reason):
            return Result(id, Outcome.REFUSED, WHY_NOT_TAKEN.get(reason, _OTHERWISE))
        case Bad(id, detail):
            return Result(id, Outcome.REFUSED, detail)
        case _ as never:
            assert_never(never)
