"""Adapters to ERPs; the only importer of httpx."""

from erp.registry import KINDS, connect
from erp.settings import ErpSettings, UnfitSettingsError

__all__ = ["KINDS", "ErpSettings", "UnfitSettingsError", "connect"]
