"""Tryton, spoken to over its REST protocol: `kind = "tryton"`."""

from erp.tryton.adapter import TrytonErp

__all__ = ["TrytonErp"]
