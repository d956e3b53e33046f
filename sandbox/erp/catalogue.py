"""What the ERP knows of customers and items, and what it refuses for. Pure; used by `state`.

An open list (the default) takes any code; entries then only mark what is inactive or on hold.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from sandbox.erp.orders import Line, Order, RefusedError


@dataclass(frozen=True, slots=True)
class Customer:
    account_id: str
    active: bool = True
    credit_hold: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """`units` empty: any unit; `stock` None: never out; a price under `floor_price` is refused."""

    sku: str
    active: bool = True
    units: tuple[str, ...] = ()
    floor_price: Decimal = Decimal(0)
    stock: Decimal | None = None


@dataclass(slots=True)
class Catalogue:
    """The master data; `required` names order fields this ERP insists on."""

    customers: dict[str, Customer] = field(default_factory=dict)
    items: dict[str, Item] = field(default_factory=dict)
    any_customer: bool = True
    any_item: bool = True
    closed_through: date | None = None
    required: tuple[str, ...] = ()

    def know(
        self, customers: Iterable[Customer] | None = None, items: Iterable[Item] | None = None
    ) -> None:
        """Closes the lists that are given: from now on a code outside them is unknown."""
        if customers is not None:
            self.customers = {customer.account_id: customer for customer in customers}
            self.any_customer = False
        if items is not None:
            self.items = {item.sku: item for item in items}
            self.any_item = False

    def set_item(self, sku: str, *, active: bool) -> None:
        self.items[sku] = replace(self.items.get(sku, Item(sku)), active=active)

    def set_customer(
        self, account_id: str, *, active: bool = True, credit_hold: bool = False
    ) -> None:
        self.customers[account_id] = Customer(account_id, active, credit_hold)

    def judge(self, order: Order, *, sell_discontinued: bool = False) -> None:
        """Raises RefusedError with the first thing that is wrong, as gateways do."""
        self._judge_head(order)
        self._judge_customer(order.account_id)
        for line in order.lines:
            self._judge_line(line, sell_discontinued=sell_discontinued)

    def _judge_head(self, order: Order) -> None:
        for name in self.required:
            if name not in order.present:
                raise RefusedError("mandatory_field", f"{name} is missing", field=name)
        if self.closed_through is not None and order.delivery_date <= self.closed_through:
            detail = f"the period up to {self.closed_through} is closed"
            raise RefusedError("period_closed", detail, field="delivery_date")

    def _judge_customer(self, account: str) -> None:
        customer = self.customers.get(account)
        if customer is None:
            if self.any_customer:
                return
            raise RefusedError("unknown_customer", f"no customer {account}", account=account)
        if not customer.active:
            detail = f"customer {account} is inactive"
            raise RefusedError("inactive_customer", detail, account=account)
        if customer.credit_hold:
            detail = f"customer {account} is on credit hold"
            raise RefusedError("credit_hold", detail, account=account)

    def _judge_line(self, line: Line, *, sell_discontinued: bool) -> None:
        item = self.items.get(line.sku)
        if item is None:
            if self.any_item:
                return
            raise _about(line, "unknown_item", f"no item {line.sku}")
        if not item.active and not sell_discontinued:
            raise _about(line, "inactive_item", f"item {line.sku} is inactive")
        if item.units and line.unit and line.unit not in item.units:
            raise _about(line, "uom_invalid", f"item {line.sku} is not sold by {line.unit}")
        if line.unit_price < item.floor_price:
            detail = f"price {line.unit_price} of {line.sku} is under {item.floor_price}"
            raise _about(line, "price_invalid", detail)
        if item.stock is not None and line.quantity > item.stock:
            raise _about(line, "out_of_stock", f"only {item.stock} of {line.sku} left")


def _about(line: Line, code: str, detail: str) -> RefusedError:
    return RefusedError(code, detail, item=line.sku, line=line.number)
