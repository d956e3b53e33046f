"""What a Tryton is told before the first order: by tests and the demo, read by `filling`."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any, Final

FREIGHT: Final = "FREIGHT"
"""The code of the product that stands for freight, unless the caller says otherwise."""


@dataclass(frozen=True, slots=True)
class Item:
    """A product by its code. `unit` is a name of Tryton's own: Unit, Kilogram, Liter, …"""

    code: str
    name: str = ""
    price: Decimal = Decimal("10.00")
    active: bool = True
    unit: str = "Unit"
    salable: bool = True


@dataclass(frozen=True, slots=True)
class Customer:
    """A party by its code; `credit_limit` in the company's currency, None for none."""

    code: str
    name: str = ""
    active: bool = True
    credit_limit: Decimal | None = None


@dataclass(frozen=True, slots=True)
class MasterData:
    """What a Tryton knows, and nothing else. `freight`: None for no such product."""

    items: Sequence[Item] = ()
    customers: Sequence[Customer] = ()
    freight: str | None = FREIGHT

    @property
    def text(self) -> str:
        """What `read` understands."""
        return json.dumps(asdict(self), default=str)


def read(text: str) -> MasterData:
    told = json.loads(text)
    return MasterData(
        [_item(**one) for one in told["items"]],
        [_customer(**one) for one in told["customers"]],
        told["freight"],
    )


def _item(price: str, **told: Any) -> Item:  # noqa: ANN401  # the fields of an Item
    return Item(price=Decimal(price), **told)


def _customer(credit_limit: str | None, **told: Any) -> Customer:  # noqa: ANN401  # likewise
    limit = None if credit_limit is None else Decimal(credit_limit)
    return Customer(credit_limit=limit, **told)
