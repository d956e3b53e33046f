"""Is what a look-up found this order? Called by the engine's look-ups and by mark as synced."""

from dataclasses import dataclass

from commands.domain.answers import DocumentStatus, ErpDocument
from commands.domain.documents import Document, money
from commands.domain.failures import Code, Failure, clean


@dataclass(frozen=True, slots=True)
class Believed:
    """Exactly one document, and it is this order's. `draft`: begun by a call of ours."""

    reference: str | None
    confirmed: bool
    draft: bool = False


@dataclass(frozen=True, slots=True)
class Questioned:
    """Something is there that a person must judge; the failure says what."""

    failure: Failure


@dataclass(frozen=True, slots=True)
class Nothing:
    """The ERP holds no document for this order."""


Verdict = Believed | Questioned | Nothing


def judge(document: Document, found: tuple[ErpDocument, ...]) -> Verdict:
    """Hold what was found against the order: account, and total where the ERP tells it."""
    if not found:
        return Nothing()
    if len(found) > 1:
        return _question(f"The ERP holds {len(found)} documents: {_numbers(found)}", found)
    one = found[0]
    if difference := differs(document, one):
        return _question(f"The ERP holds {_number(one)}, but {difference}", found)
    return Believed(one.reference, one.status is DocumentStatus.CONFIRMED, one.draft)


def differs(document: Document, found: ErpDocument) -> str | None:
    """Why a document is not this order's, in words; None when it is."""
    if found.status is DocumentStatus.CANCELLED:
        return "it is cancelled"
    if found.external_id is not None and found.external_id != document.id:
        return f"it is for order {found.external_id}"
    if found.account_id is not None and found.account_id != document.account_id:
        return f"it is for customer {found.account_id}, not {document.account_id}"
    if found.total is not None and found.total != document.total:
        return f"its total is {money(found.total)}, not {money(document.total)}"
    return None


def _question(words: str, found: tuple[ErpDocument, ...]) -> Questioned:
    references = tuple(one.reference for one in found if one.reference)
    return Questioned(Failure(Code.DUPLICATE, clean(words), references=references))


def _numbers(found: tuple[ErpDocument, ...]) -> str:
    return ", ".join(_number(one) for one in found)


def _number(found: ErpDocument) -> str:
    return found.reference or "one without a number"
