"""The demo's own data: an invented food distributor, its customers, products and orders."""

from sandbox.data.customers import Customer, customers
from sandbox.data.orders import DISTRIBUTOR, later_orders, orders
from sandbox.data.products import Product, products

__all__ = ["DISTRIBUTOR", "Customer", "Product", "customers", "later_orders", "orders", "products"]
