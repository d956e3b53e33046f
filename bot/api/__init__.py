"""The HTTP side: the shop's and the ERP's API, health and metrics, and Slack's door."""

from bot.api.app import Doors, build

__all__ = ["Doors", "build"]
