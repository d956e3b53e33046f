"""Adapters to ERPs; the only importer of httpx."""

from erp.registry import KINDS, check_keys, connect
from erp.settings import ErpSettings, UnfitSettingsError

__all__ = ["KINDS", "ErpSettings", "UnfitSettingsError", "check_keys", "connect"]
