"""What adapters share: a draft that cannot be gone on with, and an outcome in the log."""

from typing import assert_never

from commands.domain.answers import Answer, Declined, ErpDocument, Postponed, Silence, Taken
from commands.domain.documents import Document
from commands.domain.failures import Code, Failure, clean
from commands.domain.verification import Believed, Nothing, Questioned, judge


def finished(document: Document, found: tuple[ErpDocument, ...], reference: str | None) -> Answer:
    """No draft to go on with: what there is instead."""
    verdict = judge(document, found)
    match verdict:
        case Believed(number, confirmed):
            return Taken(number, confirmed)
        case Questioned(failure):
            return Declined(failure)
        case Nothing():
            words = f"The draft {reference or ''} is no longer found under this order's id"
            known = (reference,) if reference else ()
            return Declined(Failure(Code.PARTIAL, clean(words), references=known))
        case _:
            assert_never(verdict)


def said(answer: Answer) -> str:
    """For the log: a code and no more, the ERP's words may hold anything."""
    match answer:
        case Taken(_, confirmed):
            return "confirmed" if confirmed else "received"
        case Declined(failure) | Postponed(failure) | Silence(failure):
            return failure.code.value
        case _:
            assert_never(answer)
