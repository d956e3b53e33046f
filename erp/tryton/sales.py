"""A sale as Tryton tells it, and what is asked of it. Read by `adapter`."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from commands.domain.answers import DocumentStatus, ErpDocument
from erp.reading import is_name, name_of
from erp.tryton.calls import decimal_of
from erp.tryton.classify import told
from erp.wire import Outcome

SALE: Final = "sale.sale"
FIELDS: Final = ("reference", "number", "state", "party.code", "untaxed_amount")
"""What is asked of a sale. Our total knows no taxes, so it is held against the untaxed amount."""

NEXT: Final = {"draft": "quote", "quotation": "confirm"}
"""The button that brings a sale further, by its state."""

FINISHED: Final = frozenset({"confirmed", "processing", "done"})
CODELESS: Final = "a party without a code"


@dataclass(frozen=True, slots=True)
class Sale:
    """`number`: Tryton's own, which a draft has not yet. `reference`: our order's id."""

    id: int
    number: str | None
    state: str
    reference: str | None
    party: str | None
    total: Decimal | None

    @property
    def finished(self) -> bool:
        return self.state in FINISHED

    @property
    def numbers(self) -> tuple[str, ...]:
        return (self.number,) if self.number else ()

    @property
    def name(self) -> str:
        """How a person finds it in Tryton."""
        return f"sale {self.number}" if self.number else f"the draft with id {self.id}"

    def document(self, *, ours_to_finish: bool) -> ErpDocument:
        """As the core knows it. `ours_to_finish`: nobody else confirms what is not confirmed."""
        status = DocumentStatus.RECEIVED
        if self.finished:
            status = DocumentStatus.CONFIRMED
        elif self.state == "cancelled":
            status = DocumentStatus.CANCELLED
        return ErpDocument(
            reference=self.number,
            status=status,
            external_id=self.reference,
            account_id=self.party,
            total=self.total,
            draft=ours_to_finish and self.state in NEXT,
        )


def one_sale(outcome: Outcome) -> Sale | None:
    """The sale that a call made or changed; None where it gave back anything else."""
    answer = told(outcome)
    return _sale(answer.value) if answer else None


def all_sales(outcome: Outcome) -> list[Sale] | None:
    """The sales that a search found; None where even one is not of the known shape."""
    answer = told(outcome)
    if answer is None or not isinstance(answer.value, list):
        return None
    read = [_sale(entry) for entry in answer.value]
    known = [one for one in read if one is not None]
    return known if len(known) == len(read) else None


def _sale(entry: object) -> Sale | None:
    match entry:
        case {
            "id": int(number_of_record),
            "state": str(state),
            "number": None | str() as number,
            "reference": None | str() as reference,
            **rest,
        } if is_name(number) and is_name(reference):
            return Sale(
                id=number_of_record,
                number=name_of(number),
                state=state,
                reference=reference or None,
                party=_party(rest.get("party")),
                total=decimal_of(rest.get("untaxed_amount")),
            )
        case _:
            return None


def _party(value: object) -> str | None:
    """Its code; None where the key's user may not see it."""
    match value:
        case {"code": str(code)} if code:
            return code
        case {"code": _}:
            return CODELESS
        case _:
            return None
