"""Orderwatch as the demo composes it. Not part of what is installed."""
