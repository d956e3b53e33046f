"""A process of its own, started by `server`: customers, products and application keys.

`python -m sandbox.tryton.filling CONFIG < MASTERDATA`; prints the keys as JSON: user to key.
"""

import json
import sys
from collections.abc import Iterable, Iterator
from typing import Any

from proteus import Model, config

from sandbox.tryton.masterdata import Customer, Item, read
from sandbox.tryton.names import ADMIN, CLERK, DATABASE, OUTSIDER

STEP = 200

Record = Any
"""A record of proteus, which is untyped."""


def main(configuration: str) -> None:
    config.set_trytond(f"sqlite:///{DATABASE}", user=ADMIN, config_file=configuration)
    data = read(sys.stdin.read())
    category = _category()
    _items(data.items, "goods", category)
    if data.freight:
        _items([Item(data.freight, "Freight")], "service", category)
    _put_away("product.product", [one.code for one in data.items if not one.active])
    _customers(data.customers)
    _put_away("party.party", [one.code for one in data.customers if not one.active])
    print(json.dumps({login: _key(login) for login in (ADMIN, CLERK, OUTSIDER)}))  # noqa: T201


def _category() -> Record:
    category = Model.get("product.category")(name="What is sold", accounting=True)
    category.account_expense = _account("expense")
    category.account_revenue = _account("revenue")
    category.save()
    return category


def _account(kind: str) -> Record:
    open_ones = [(f"type.{kind}", "=", True), ("closed", "!=", True)]
    return Model.get("account.account").find(open_ones, limit=1)[0]


def _items(items: Iterable[Item], kind: str, category: Record) -> None:
    units = {one.name: one for one in Model.get("product.uom").find()}
    template = Model.get("product.template")
    made = [_template(one, kind, units[one.unit], category) for one in items]
    for some in _steps(made):
        template.save(some)


def _template(item: Item, kind: str, unit: Record, category: Record) -> Record:
    one = Model.get("product.template")(name=item.name or item.code)
    one.default_uom = unit
    one.type = kind
    one.salable = item.salable
    one.list_price = item.price
    one.account_category = category
    [product] = one.products
    product.suffix_code = item.code
    return one


def _customers(customers: Iterable[Customer]) -> None:
    party = Model.get("party.party")
    made = []
    for one in customers:
        known = party(name=one.name or one.code, code=one.code)
        known.credit_limit_amount = one.credit_limit
        made.append(known)
    for some in _steps(made):
        party.save(some)


def _put_away(model: str, codes: list[str]) -> None:
    """Afterwards: no field of an inactive record may be written, not even by its own creation."""
    found = Model.get(model).find([("code", "in", codes)])
    for one in found:
        one.active = False
    Model.get(model).save(found)


def _key(login: str) -> str:
    [user] = Model.get("res.user").find([("login", "=", login)])
    key = Model.get("res.user.application")(user=user, application="rest")
    key.save()
    if key.state != "validated":
        key.click("validate_")
    return str(key.key)


def _steps(records: list[Record]) -> Iterator[list[Record]]:
    for start in range(0, len(records), STEP):
        yield records[start : start + STEP]


if __name__ == "__main__":
    main(sys.argv[1])
