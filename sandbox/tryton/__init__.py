"""A real Tryton that starts by itself, for the tests and `make demo ERP=tryton`."""

from sandbox.tryton.hand import Hand, Held, Line
from sandbox.tryton.masterdata import FREIGHT, Customer, Item, MasterData
from sandbox.tryton.names import CLERK, DATABASE, OUTSIDER
from sandbox.tryton.server import Tryton, running
from sandbox.tryton.template import TrytonError

__all__ = [
    "CLERK",
    "DATABASE",
    "FREIGHT",
    "OUTSIDER",
    "Customer",
    "Hand",
    "Held",
    "Item",
    "Line",
    "MasterData",
    "Tryton",
    "TrytonError",
    "running",
]
