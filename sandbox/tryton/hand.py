"""An administrator's hand on a running Tryton: what a person would do there by clicking.

It goes in by the same door as the bot, with the administrator's own key, and judges by what Tryton
itself says that it holds. Tryton inherits from it.
"""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

import httpx

Json = dict[str, Any]
CONTEXT: Final = {
    "X-Tryton-Context": base64.urlsafe_b64encode(b'{"active_test": false, "company": 1}').decode()
}
"""Otherwise what is inactive is not found, not even to be activated. There is one company."""

SALE_FIELDS: Final = ("reference", "number", "state", "party.code", "untaxed_amount", "lines")
LINE_FIELDS: Final = (
    *("sale", "product.code", "description", "note", "quantity", "unit.symbol"),
    *("unit_price", "amount", "taxes"),
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a sale as Tryton holds it; `taxes`: how many are on it."""

    code: str | None
    description: str
    note: str
    quantity: Decimal
    unit: str | None
    unit_price: Decimal
    amount: Decimal
    taxes: int


@dataclass(frozen=True, slots=True)
class Held:
    """One sale as Tryton holds it; `reference` is our order id, `number` Tryton's own; `total`
    without taxes.
    """

    id: int
    reference: str
    number: str | None
    state: str
    party: str
    total: Decimal
    lines: tuple[Line, ...]


@dataclass(slots=True)
class Hand:
    """What an administrator may change, and what there is to see."""

    _client: httpx.AsyncClient
    url: str

    async def set_item(self, code: str, **values: object) -> None:
        """As `active=False`. Raises LookupError when there is none of this code."""
        one = await self.id_of("product.product", "code", code)
        await self.write("product.product", one, values)

    async def set_customer(self, code: str, **values: object) -> None:
        """As `active=False` or `credit_limit_amount=Decimal(10)`. Raises LookupError."""
        one = await self.id_of("party.party", "code", code)
        await self.write("party.party", one, values)

    async def new_key(self, login: str) -> str:
        """One more validated key of this user."""
        told = {"user": await self.id_of("res.user", "login", login), "application": "rest"}
        made = await self.create("res.user.application", told, "key", "state")
        if made["state"] != "validated":
            await self.press("res.user.application", made["id"], "validate_")
        return str(made["key"])

    async def revoke_key(self, key: str) -> None:
        await self.press(
            "res.user.application", await self.id_of("res.user.application", "key", key), "cancel"
        )

    async def sales(self, *references: str) -> list[Held]:
        """Those of these order ids, or all of them; oldest first, their lines in their order."""
        asked = [["reference", "in", references]] if references else []
        sales = await self.found("sale.sale", asked, *SALE_FIELDS)
        own = [line for sale in sales for line in sale["lines"]]
        lines = await self.found("sale.line", [["id", "in", own]], *LINE_FIELDS) if own else []
        return [_held(one, lines) for one in sorted(sales, key=lambda sale: int(sale["id"]))]

    async def party_count(self) -> int:
        return len(await self.found("party.party", [], "code"))

    # --- any record ------------------------------------------------------------------------------

    async def found(self, model: str, domain: Sequence[Any], *fields: str) -> list[Json]:
        told = {"domain": domain, "fields_names": ["id", *fields]}
        answer = await self._client.post(f"{model}/search_read", json=told)
        found: list[Json] = [_undotted(one) for one in _checked(answer)]
        return found

    async def id_of(self, model: str, field: str, value: object) -> int:
        found = await self.found(model, [[field, "=", value]])
        if len(found) != 1:
            raise LookupError(f"{len(found)} of {model} have {field} = {value!r}")
        return int(found[0]["id"])

    async def create(self, model: str, values: Json, *fields: str) -> Json:
        answer = await self._client.post(
            model, params={"f": list(fields or ("id",))}, content=_told(values), headers=JSON
        )
        made: Json = _checked(answer)
        return made

    async def write(self, model: str, record: int, values: Json) -> None:
        path = f"{model}/{record}?f=id"
        _checked(await self._client.put(path, content=_told(values), headers=JSON))

    async def press(self, model: str, record: int, button: str) -> None:
        _checked(await self._client.post(f"{model}/{record}/{button}?f=id", json={}))

    async def delete(self, model: str, record: int) -> None:
        _checked(await self._client.delete(f"{model}/{record}"))


JSON: Final = {"Content-Type": "application/json"}


def _told(values: Json) -> str:
    return json.dumps(values, default=_decimal)


def _decimal(value: object) -> Json:
    return {"__class__": "Decimal", "decimal": str(value)}


def _checked(answer: httpx.Response) -> Any:  # noqa: ANN401  # whatever JSON it is
    if answer.is_error:
        raise RuntimeError(f"Tryton said {answer.status_code}: {answer.text[:500]}")
    return json.loads(answer.text, object_hook=_hooked) if answer.content else None


def _hooked(value: Json) -> Any:  # noqa: ANN401  # a decimal or what it was
    return Decimal(value["decimal"]) if value.get("__class__") == "Decimal" else value


def _undotted(found: Json) -> Json:
    """`search_read` writes the records behind a field under its name and a dot."""
    return {name.removesuffix("."): found[name] for name in sorted(found)}


def _held(sale: Json, lines: list[Json]) -> Held:
    own = {line["id"]: line for line in lines}
    return Held(
        id=sale["id"],
        reference=sale["reference"] or "",
        number=sale["number"] or None,
        state=sale["state"],
        party=sale["party"]["code"],
        total=sale["untaxed_amount"],
        lines=tuple(_line(own[one]) for one in sale["lines"]),
    )


def _line(line: Json) -> Line:
    product, unit = line["product"], line["unit"]
    return Line(
        code=product["code"] if product else None,
        description=line["description"] or "",
        note=line["note"] or "",
        quantity=Decimal(str(line["quantity"])),
        unit=unit["symbol"] if unit else None,
        unit_price=line["unit_price"],
        amount=line["amount"],
        taxes=len(line["taxes"]),
    )
