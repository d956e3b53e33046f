"""Reads what a gateway's answer holds: JSON, words, subjects, documents, waits.

Called by `classify`, which decides what it means. Nothing here raises, whatever the bytes.
"""

import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import Final

from commands.domain.answers import DocumentStatus, ErpDocument
from commands.domain.failures import CATALOGUE, Code, Subject, SubjectKind, clean
from erp.wire import Reply

LONGEST_TOLD: Final = 200
LONGEST_WAIT: Final = timedelta(days=1)
LONGEST_NAME: Final = 100
_DECIMAL = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,12})?", re.ASCII)
_DIGITS = re.compile(r"[0-9]{1,9}", re.ASCII)


class Unreadable:
    """A body that is not JSON, or not whole."""


UNREADABLE: Final = Unreadable()


def read(reply: Reply) -> object:
    """The body as JSON with exact decimals, or `UNREADABLE`."""
    if reply.cut is not None:
        return UNREADABLE
    try:
        return json.loads(reply.body, parse_float=Decimal, parse_constant=_no_number)
    except (ValueError, ArithmeticError, RecursionError):
        return UNREADABLE


def _no_number(name: str) -> None:
    raise ValueError(name)


def words_of(reply: Reply, body: object) -> str:
    """The ERP's own words where there are any; else what can be said of its answer."""
    if words := _own_words(body):
        return words
    if reply.cut is not None:
        return f"HTTP {reply.status}: {reply.cut.value}"
    page = clean(reply.body.decode("utf-8", "replace")) if isinstance(body, Unreadable) else ""
    return clean(f"HTTP {reply.status}: {page or 'no words with it'}")


def _own_words(body: object) -> str:
    if not isinstance(body, dict):
        return ""
    for member in ("detail", "message", "title", "error"):
        if isinstance(words := body.get(member), str) and (shown := clean(words)):
            return shown
    return ""


def subject_of(code: Code, body: object, skus: Sequence[str]) -> Subject | None:
    """What the refusal is about: of several, what its code is about; a line stands for its item."""
    if not isinstance(body, dict):
        return None
    told = {
        SubjectKind.ITEM: name_of(body.get("item")) or _item_of(body.get("line"), skus),
        SubjectKind.ACCOUNT: name_of(body.get("account")),
        SubjectKind.FIELD: name_of(body.get("field")),
    }
    about = CATALOGUE[code].about
    for kind in (about, *SubjectKind) if about else SubjectKind:
        if value := told[kind]:
            return Subject(kind, value)
    line = name_of(body.get("line"))
    return Subject(SubjectKind.FIELD, f"line {line}") if line else None


def _item_of(line: object, skus: Sequence[str]) -> str | None:
    """The item of a line, counted from 1."""
    if isinstance(line, int) and not isinstance(line, bool) and 1 <= line <= len(skus):
        return clean(skus[line - 1], LONGEST_NAME) or None
    return None


def references_of(code: Code, body: object) -> tuple[str, ...]:
    if code not in {Code.PARTIAL, Code.DUPLICATE} or not isinstance(body, dict):
        return ()
    reference = name_of(body.get("reference"))
    return (reference,) if reference else ()


def documents_in(body: object) -> tuple[ErpDocument, ...] | None:
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
    if not all(map(is_name, names)) or (total is None and entry.get("total") is not None):
        return None
    reference, external_id, account_id = names
    return ErpDocument(
        reference=name_of(reference),
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


def is_name(value: object) -> bool:
    """Whether it can name something: None, a number, or a text that is short and can be stored."""
    if isinstance(value, str):
        return len(value) <= LONGEST_TOLD and not any(
            "\ud800" <= char <= "\udfff" for char in value
        )
    return value is None or (isinstance(value, int) and not isinstance(value, bool))


def name_of(value: object) -> str | None:
    """A name to show and to keep; None where there is none."""
    exact = _exact(value)
    return (clean(exact, LONGEST_NAME) or None) if exact else None


def _exact(value: object) -> str | None:
    """A name to compare; some gateways write numbers without quotes."""
    return str(value) if is_name(value) and value not in {None, ""} else None


def retry_after(reply: Reply, now: datetime) -> timedelta | None:
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
