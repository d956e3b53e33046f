"""Adapters to ERPs; the only importer of httpx."""
