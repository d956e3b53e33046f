"""The demo's own data: an invented food distributor, its customers, products and orders."""

from sandbox.data.catalogue import erp_catalogue
from sandbox.data.customers import Customer, customers
from sandbox.data.orders import DISTRIBUTOR, ZONE, later_orders, orders
from sandbox.data.products import Product, products

__all__ = [
    "DISTRIBUTOR",
    "ZONE",
    "Customer",
    "Product",
    "customers",
    "erp_catalogue",
    "later_orders",
    "orders",
    "products",
]
