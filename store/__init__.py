"""Adapter to the database; the only importer of SQLAlchemy."""

from store.opened import Store
from store.opened import open_store as open  # noqa: A004 - reads as `store.open(url)`

__all__ = ["Store", "open"]
