"""What Tryton's answers mean. Called by `adapter` and `masterdata`.

Tryton answers a call when its transaction has ended: what it refuses readably, it has rolled back.
An error that it did not foresee is a page with the status 500. That is a mistake of ours or of the
database's, and no outage; whether it came before or after the commit, the page does not say.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final, assert_never

from commands.domain.answers import (
    Answer,
    Declined,
    LookupTrouble,
    Postponed,
    Silence,
)
from commands.domain.failures import STOPPING, Code, Failure, Subject, SubjectKind, clean
from erp.classify import BY_STATUS, BY_STATUS_ALONE, SUCCESS
from erp.reading import LONGEST_NAME, UNREADABLE, read, retry_after, words_of
from erp.tryton.calls import Json
from erp.wire import Lost, Outcome, Reply, Unreached

_IN_USE: Final = frozenset({HTTPStatus.CONFLICT, HTTPStatus.LOCKED})
_ACCESS: Final = re.compile(r'You are not allowed to access |Calling button "[^"]*" ?on .* not')
_REQUIRED: Final = re.compile(r'A value is required for field "([^"]*)"')
_PAGE: Final = re.compile(rb"<title>\s*500 Internal Server Error\s*</title>", re.IGNORECASE)
_LOOKUP_CODES: Final = STOPPING | {Code.RATE_LIMITED, Code.CONFLICT, Code.ERP_DOWN}


@dataclass(frozen=True, slots=True)
class Told:
    """The promised answer, read whole."""

    value: Any


def told(outcome: Outcome) -> Told | None:
    """What a call gave back; None where it gave back anything else."""
    if not isinstance(outcome, Reply) or outcome.status not in SUCCESS:
        return None
    body = read(outcome)
    return None if body is UNREADABLE else Told(body)


def sent(outcome: Outcome, now: datetime) -> Answer:
    """What became of the order when creating it did not give the promised answer."""
    match outcome:
        case Unreached(code, words):
            failure = Failure(code, clean(words))
            return Declined(failure) if code in STOPPING else Postponed(failure, reached=False)
        case Lost(words):
            return Silence(Failure(Code.TIMEOUT, clean(words)))
        case Reply():
            return _refused(outcome, now) or _silence(outcome)
        case _:
            assert_never(outcome)


def stepped(outcome: Outcome) -> Declined | Silence:
    """What became of a draft when a button did not give the promised answer.

    Certain is only a refusal; the draft stands in any case, so nothing is ever postponed.
    """
    if not isinstance(outcome, Reply):
        return Silence(Failure(Code.TIMEOUT, clean(outcome.words)))
    failure = _failure(outcome, read(outcome))
    passing = failure is None or failure.code in {Code.RATE_LIMITED, Code.CONFLICT}
    # The database has just answered: it is the draft that is not found any more.
    if failure is None or passing or outcome.status == HTTPStatus.NOT_FOUND:
        return _silence(outcome)
    return Declined(failure)


def trouble(outcome: Outcome, now: datetime) -> LookupTrouble:
    """Why something that was only read did not come."""
    match outcome:
        case Unreached(code, words):
            return LookupTrouble(Failure(code, clean(words)))
        case Lost(words):
            return LookupTrouble(Failure(Code.ERP_DOWN, clean(words)))
        case Reply():
            return LookupTrouble(_trouble(outcome), retry_after(outcome, now))
        case _:
            assert_never(outcome)


def mistaken(outcome: Outcome) -> bool:
    """Whether it is Tryton's own page for an error that it did not foresee."""
    if not isinstance(outcome, Reply) or outcome.status != HTTPStatus.INTERNAL_SERVER_ERROR:
        return False
    return outcome.cut is None and _PAGE.search(outcome.body) is not None


def words(outcome: Outcome) -> str:
    """Tryton's own words, of a page as well."""
    return _words(outcome, read(outcome)) if isinstance(outcome, Reply) else clean(outcome.words)


def _trouble(reply: Reply) -> Failure:
    body = read(reply)
    if failure := _failure(reply, body):
        known = failure.code in _LOOKUP_CODES
        return failure if known else Failure(Code.REJECTED, failure.message)
    code = Code.REJECTED if mistaken(reply) else Code.ERP_DOWN
    return Failure(code, _words(reply, body))


def _refused(reply: Reply, now: datetime) -> Answer | None:
    failure = _failure(reply, read(reply))
    if failure is None:
        return None
    if failure.code in {Code.RATE_LIMITED, Code.CONFLICT}:
        return Postponed(failure, retry_after(reply, now))
    return Declined(failure)


def _silence(reply: Reply) -> Silence:
    return Silence(Failure(Code.TIMEOUT, words(reply)))


def _failure(reply: Reply, body: object) -> Failure | None:
    """A certain refusal; None where the answer is none, or none that is sure."""
    status = reply.status
    if code := BY_STATUS.get(status) or BY_STATUS_ALONE.get(status):
        return Failure(code, _words(reply, body))
    if status in _IN_USE:
        return Failure(Code.CONFLICT, _words(reply, body))
    if status != HTTPStatus.BAD_REQUEST or not isinstance(body, dict) or "message" not in body:
        return None
    return _worded(body, _words(reply, body))


def _worded(body: Json, said: str) -> Failure:
    message = str(body["message"])
    if _ACCESS.match(message):
        return Failure(Code.FORBIDDEN, said)
    if field := _REQUIRED.match(message):
        name = clean(field[1], LONGEST_NAME)
        return Failure(Code.MANDATORY_FIELD, said, Subject(SubjectKind.FIELD, name))
    return Failure(Code.REJECTED, said)


def _words(reply: Reply, body: object) -> str:
    match body:
        case {"message": str(message), "description": str(more)} if message and more:
            return clean(f"{message} ({more})")
        case _:
            return words_of(reply, body)
