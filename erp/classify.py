"""What a gateway's answers mean: the body first, then the status. Called by `rest`.

The one question behind it all: is it certain that the ERP holds no document? Certain are a
connection that never stood, a 429, and a refusal that can be read. Whatever else is not the
promised answer is Silence, and the engine looks the order up. Nothing here raises, whatever the
bytes.
"""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, Final, assert_never

from commands.domain.answers import (
    Answer,
    Declined,
    Documents,
    DocumentStatus,
    ErpDocument,
    Healthy,
    Lookup,
    LookupTrouble,
    Postponed,
    Silence,
    Taken,
    Unhealthy,
)
from commands.domain.failures import CATALOGUE, STOPPING, Code, Failure, Subject, SubjectKind, clean
from erp.wire import Cut, Lost, Outcome, Reply, Unreached

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
LONGEST_TOLD: Final = 200
LONGEST_WAIT: Final = timedelta(days=1)
LONGEST_NAME: Final = 100
_DECIMAL = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,12})?", re.ASCII)
_DIGITS = re.compile(r"[0-9]{1,9}", re.ASCII)
_LOOKUP_CODES: Final = STOPPING | {Code.RATE_LIMITED, Code.CONFLICT, Code.ERP_DOWN}


class _Unreadable:
    """A body that is not JSON, or not whole."""


_UNREADABLE: Final = _Unreadable()


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
            return _answered(outcome, _read(outcome), now, skus)
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
            body = _read(outcome)
            found = _documents(body) if outcome.status == HTTPStatus.OK else None
            if found is not None:
                return Documents(found)
            return LookupTrouble(_trouble(outcome, body), _retry_after(outcome, now))
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
            body = _read(outcome)
            well = outcome.status == HTTPStatus.OK and _code(outcome, body) is None
            return Healthy() if well else Unhealthy(_trouble(outcome, body))
        case _:
            assert_never(outcome)


def before_sending(failure: Failure, retry_after: timedelta | None) -> Answer:
    """The trouble of a look-up that came before the order was sent: certain, nothing was sent."""
    return Declined(failure) if failure.code in STOPPING else Postponed(failure, retry_after)


# --- the table -----------------------------------------------------------------------------------


def _answered(reply: Reply, body: object, now: datetime, skus: Sequence[str]) -> Answer:
    code = _code(reply, body)
    if code is None:
        return _taken(reply, body) or _silence(reply, body)
    failure = Failure(code, _told(reply, body), _subject(code, body, skus), _references(code, body))
    if code in {Code.RATE_LIMITED, Code.CONFLICT}:
        return Postponed(failure, _retry_after(reply, now))
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
    if not isinstance(confirmed, bool) or not _is_name(reference):
        return None
    return Taken(_name(reference), confirmed)


def _silence(reply: Reply, body: object) -> Silence:
    failure = Failure(Code.TIMEOUT, _told(reply, body))
    return Silence(failure, transport=reply.cut in {Cut.LATE, Cut.BROKEN})


def _trouble(reply: Reply, body: object) -> Failure:
    """Why something that was only read came out wrong.

    A refusal that is about orders is put down as `rejected`: it says nothing about this one. What
    is not the promised answer may be another a moment later, so it stops nothing.
    """
    code = _code(reply, body) or Code.ERP_DOWN
    known = code in _LOOKUP_CODES
    return Failure(code if known else Code.REJECTED, _told(reply, body))


# --- reading -------------------------------------------------------------------------------------


def _read(reply: Reply) -> object:
    """The body as JSON with exact decimals, or `_UNREADABLE`."""
    if reply.cut is not None:
        return _UNREADABLE
    try:
        return json.loads(reply.body, parse_float=Decimal, parse_constant=_no_number)
    except (ValueError, ArithmeticError, RecursionError):
        return _UNREADABLE


def _no_number(name: str) -> None:
    raise ValueError(name)


def _told(reply: Reply, body: object) -> str:
    """The ERP's own words where there are any; else what can be said of its answer."""
    if words := _own_words(body):
        return words
    if reply.cut is not None:
        return f"HTTP {reply.status}: {reply.cut.value}"
    page = clean(reply.body.decode("utf-8", "replace")) if isinstance(body, _Unreadable) else ""
    return clean(f"HTTP {reply.status}: {page or 'no words with it'}")


def _own_words(body: object) -> str:
    if not isinstance(body, dict):
        return ""
    for member in ("detail", "message", "title", "error"):
        if isinstance(words := body.get(member), str) and (shown := clean(words)):
            return shown
    return ""


def _subject(code: Code, body: object, skus: Sequence[str]) -> Subject | None:
    """What the refusal is about: of several, what its code is about; a line stands for its item."""
    if not isinstance(body, dict):
        return None
    told = {
        SubjectKind.ITEM: _name(body.get("item")) or _item_of(body.get("line"), skus),
        SubjectKind.ACCOUNT: _name(body.get("account")),
        SubjectKind.FIELD: _name(body.get("field")),
    }
    about = CATALOGUE[code].about
    for kind in (about, *SubjectKind) if about else SubjectKind:
        if value := told[kind]:
            return Subject(kind, value)
    line = _name(body.get("line"))
    return Subject(SubjectKind.FIELD, f"line {line}") if line else None


def _item_of(line: object, skus: Sequence[str]) -> str | None:
    """The item of a line, counted from 1."""
    if isinstance(line, int) and not isinstance(line, bool) and 1 <= line <= len(skus):
        return clean(skus[line - 1], LONGEST_NAME) or None
    return None


def _references(code: Code, body: object) -> tuple[str, ...]:
    if code not in {Code.PARTIAL, Code.DUPLICATE} or not isinstance(body, dict):
        return ()
    reference = _name(body.get("reference"))
    return (reference,) if reference else ()


def _documents(body: object) -> tuple[ErpDocument, ...] | None:
    """The documents of a look-up; None where even one is not of the promised shape."""
    if not isinstance(body, list):
        return None
    found = [_document(entry) for entry in body]
    whole = tuple(one for one in found if one is not None)
    return whole if len(whole) == len(found) else None


def _document(entry: object) -> ErpDocument | None:
    if not isinstance(entry, dict) or entry.get("status") not in list(DocumentStatus):
        return None
    names = [entry.get(key) for key in ("reference", "external_id", "account_id")]
    total = _total(entry.get("total"))
    if not all(map(_is_name, names)) or (total is None and entry.get("total") is not None):
        return None
    reference, external_id, account_id = names
    return ErpDocument(
        reference=_name(reference),
        status=DocumentStatus(entry["status"]),
        external_id=_exact(external_id),
        account_id=_exact(account_id),
        total=total,
    )


def _total(value: object) -> Decimal | None:
    """An amount; None where there is none, or none that can be believed."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        return None
    text = value if isinstance(value, str) else f"{_plain(value)}"
    return Decimal(text) if _DECIMAL.fullmatch(text) else None


def _plain(value: int | Decimal) -> str:
    # Written out, 1e999999 would be a million digits.
    number = Decimal(value)
    return f"{number:f}" if abs(number.adjusted()) < LONGEST_NAME else ""


def _is_name(value: object) -> bool:
    """Whether it can name something: None, a number, or a text that is short and can be stored."""
    if isinstance(value, str):
        return len(value) <= LONGEST_TOLD and not any(
            "\ud800" <= char <= "\udfff" for char in value
        )
    return value is None or (isinstance(value, int) and not isinstance(value, bool))


def _name(value: object) -> str | None:
    """A name to show and to keep; None where there is none."""
    exact = _exact(value)
    return (clean(exact, LONGEST_NAME) or None) if exact else None


def _exact(value: object) -> str | None:
    """A name to compare; some gateways write numbers without quotes."""
    return str(value) if _is_name(value) and value not in {None, ""} else None


def _retry_after(reply: Reply, now: datetime) -> timedelta | None:
    """How long the gateway asks to be left alone: told in seconds, as a date, or not at all."""
    told = reply.headers.get("retry-after", "").strip()
    if _DIGITS.fullmatch(told):
        return min(timedelta(seconds=int(told)), LONGEST_WAIT)
    try:
        moment = parsedate_to_datetime(told)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return min(max(aware - now, timedelta(0)), LONGEST_WAIT)
