"""Names within the Tryton of the demo and the tests, agreed on by its makers and its server."""

from typing import Final

DATABASE: Final = "orderwatch"
ADMIN: Final = "admin"
CLERK: Final = "orderwatch"
"""Whose key the bot has: a user in the group Sales, and in no other."""

OUTSIDER: Final = "outsider"
"""A user who is in no group."""

PASSWORD: Final = "Nor7hwind-traders-sandbox"
"""Of each of them: this Tryton listens on loopback and is thrown away."""
