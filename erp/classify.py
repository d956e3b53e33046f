"""What a gateway's answers mean: the body first, then the status. Called by `rest`.

The one question behind it all: is it certain that the ERP holds no document? Certain are a
connection that never stood, a 429, and a refusal that can be read. Whatever else is not the
promised answer is Silence, and the engine looks the order up. Nothing here raises, whatever the
bytes.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, Final, assert_never

from commands.domain.answers import (
    Answer,
    Declined,
    Documents,
    Healthy,
    Lookup,
    LookupTrouble,
    Postponed,
    Silence,
    Taken,
    Unhealthy,
)
from commands.domain.failures import STOPPING, Code, Failure, Kind, clean
from erp.reading import (
    documents_in,
    is_name,
    name_of,
    read,
    references_of,
    retry_after,
    subject_of,
    words_of,
)
from erp.wire import Lost, Outcome, Reply, Unreached

REFUSALS: Final[Mapping[str, Code]] = MappingProxyType(
    {
        code.value: code
        for code in (
            Code.UNKNOWN_CUSTOMER, Code.INACTIVE_CUSTOMER, Code.UNKNOWN_ITEM, Code.INACTIVE_ITEM,
            Code.UOM_INVALID, Code.PRICE_INVALID, Code.CREDIT_HOLD, Code.PERIOD_CLOSED,
            Code.OUT_OF_STOCK, Code.MANDATORY_FIELD, Code.DUPLICATE, Code.CONFLICT, Code.TOO_LARGE,
            Code.PARTIAL,
        )
    }
)  # fmt: skip
"""The codes a problem document may tell; they count under whatever status they come."""

BY_STATUS: Final[Mapping[int, Code]] = MappingProxyType(
    {
        401: Code.AUTH,
        403: Code.FORBIDDEN,
        413: Code.TOO_LARGE,
        429: Code.RATE_LIMITED,
        **dict.fromkeys(range(300, 400), Code.MISCONFIGURED),
    }
)
"""Statuses that are certain by themselves, unless the body tells a code of the contract."""

BY_STATUS_ALONE: Final[Mapping[int, Code]] = MappingProxyType(
    dict.fromkeys((404, 405, 406, 407, 410, 415), Code.MISCONFIGURED)
)
"""Statuses of a wrong address or method, unless any code shows that the gateway itself speaks."""

SUCCESS: Final = range(200, 300)
ERRORS: Final = range(400, 600)
REFUSAL: Final = frozenset(range(400, 500)) - {HTTPStatus.REQUEST_TIMEOUT}
_LOOKUP_CODES: Final = STOPPING | {Code.RATE_LIMITED, Code.CONFLICT, Code.ERP_DOWN}


# --- what the adapter asks -----------------------------------------------------------------------


def answer(outcome: Outcome, now: datetime, skus: Sequence[str] = ()) -> Answer:
    """What became of an order that was sent. `skus`: its lines' items, to name a refused line."""
    match outcome:
        case Unreached(code, words):
            failure = Failure(code, clean(words))
            return Declined(failure) if code in STOPPING else Postponed(failure, reached=False)
        case Lost(words):
            return Silence(Failure(Code.TIMEOUT, clean(words)))
        case Reply():
            return _answered(outcome, read(outcome), now, skus)
        case _:
            assert_never(outcome)


def lookup(outcome: Outcome, now: datetime) -> Lookup:
    """What a look-up found. Only a list of documents, read whole, can call an order absent."""
    match outcome:
        case Unreached(code, words):
            return LookupTrouble(Failure(code, clean(words)))
        case Lost(words):
            return LookupTrouble(Failure(Code.ERP_DOWN, clean(words)))
        case Reply():
            body = read(outcome)
            found = documents_in(body) if outcome.status == HTTPStatus.OK else None
            if found is not None:
                return Documents(found)
            return LookupTrouble(_trouble(outcome, body), retry_after(outcome, now))
        case _:
            assert_never(outcome)


def health(outcome: Outcome) -> Healthy | Unhealthy:
    """Whether the gateway is well and takes our key."""
    match outcome:
        case Unreached(code, words):
            return Unhealthy(Failure(code, clean(words)))
        case Lost(words):
            return Unhealthy(Failure(Code.ERP_DOWN, clean(words)))
        case Reply():
            body = read(outcome)
            well = outcome.status == HTTPStatus.OK and _code(outcome, body) is None
            return Healthy() if well else Unhealthy(_trouble(outcome, body))
        case _:
            assert_never(outcome)


def before_sending(failure: Failure, retry_after: timedelta | None) -> Answer:
    """The trouble of a look-up that came before the order was sent: certain, nothing was sent.

    An ERP that could not even be asked counts for the breaker, or its orders would be tried again
    and again.
    """
    if failure.kind is Kind.NEEDS_FIX:
        return Declined(failure)
    return Postponed(failure, retry_after, reached=failure.code is not Code.ERP_DOWN)


# --- the table -----------------------------------------------------------------------------------


def _answered(reply: Reply, body: object, now: datetime, skus: Sequence[str]) -> Answer:
    code = _code(reply, body)
    if code is None:
        return _taken(reply, body) or _silence(reply, body, now)
    failure = Failure(
        code, words_of(reply, body), subject_of(code, body, skus), references_of(code, body)
    )
    if code in {Code.RATE_LIMITED, Code.CONFLICT}:
        return Postponed(failure, retry_after(reply, now))
    return Declined(failure)


def _code(reply: Reply, body: object) -> Code | None:
    """The code of a certain refusal; None where the answer is no refusal, or none that is sure."""
    members = body if isinstance(body, dict) else {}
    told = members.get("code")
    if isinstance(told, str) and told in REFUSALS:
        return REFUSALS[told]
    if reply.status in BY_STATUS:
        return BY_STATUS[reply.status]
    if reply.status in SUCCESS:
        return Code.REJECTED if _is_problem(reply, members) else None
    if reply.status not in REFUSAL:
        return None
    if isinstance(told, str) and told:
        return Code.REJECTED
    if reply.status in BY_STATUS_ALONE:
        return BY_STATUS_ALONE[reply.status]
    if not members:
        return None
    return Code.CONFLICT if reply.status == HTTPStatus.CONFLICT else Code.REJECTED


def _is_problem(reply: Reply, members: Mapping[str, Any]) -> bool:
    """An error inside a 200. One that only looks like it could hide an order that was taken."""
    if not members or "confirmed" in members:
        return False
    if reply.headers.get("content-type", "").lower().startswith("application/problem+json"):
        return True
    status = members.get("status")
    return "code" in members and status in ERRORS


def _taken(reply: Reply, body: object) -> Taken | None:
    if not (reply.status in SUCCESS and isinstance(body, dict)):
        return None
    reference, confirmed = body.get("reference"), body.get("confirmed")
    if not isinstance(confirmed, bool) or not is_name(reference):
        return None
    return Taken(name_of(reference), confirmed)


def _silence(reply: Reply, body: object, now: datetime) -> Silence:
    failure = Failure(Code.TIMEOUT, words_of(reply, body))
    return Silence(failure, retry_after(reply, now))


def _trouble(reply: Reply, body: object) -> Failure:
    """Why something that was only read came out wrong.

    A refusal that is about orders is put down as `rejected`: it says nothing about this one. What
    is not the promised answer may be another a moment later, so it stops nothing.
    """
    code = _code(reply, body) or Code.ERP_DOWN
    known = code in _LOOKUP_CODES
    return Failure(code if known else Code.REJECTED, words_of(reply, body))
