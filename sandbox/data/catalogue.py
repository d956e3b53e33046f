"""What the demo's ERP knows: all customers but the one nobody has entered, and every product."""

from decimal import Decimal

from sandbox.data.customers import customers
from sandbox.data.products import products
from sandbox.erp.catalogue import Catalogue, Customer, Item


def erp_catalogue() -> Catalogue:
    """Closed lists; a price under a third of the list price is refused."""
    known = [
        Customer(one.account_id, credit_hold=one.standing == "credit_hold")
        for one in customers()
        if one.standing != "unknown"
    ]
    items = [
        Item(one.sku, not one.discontinued, (one.unit,), (one.price / 3).quantize(Decimal("0.01")))
        for one in products()
    ]
    catalogue = Catalogue()
    catalogue.know(known, items)
    return catalogue
