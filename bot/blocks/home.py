"""The App Home: how the orders stand, for whoever opens it. Called by `bot.listeners`."""

from datetime import datetime

from bot.blocks.message import View
from bot.blocks.pages import Counts, Page
from commands.domain.connection import Connection
from commands.domain.distributors import Distributor
from commands.domain.people import Actor
from commands.people import Roster


def home_view(
    actor: Actor,
    roster: Roster,
    counts: Counts,
    failed: Page,
    connection: Connection,
    distributor: Distributor,
    now: datetime,
) -> View:
    """`roster`: everyone with a role or permission, read by the listener itself, for who may act
    is shown to all. `failed`: the latest failed orders.
    """
    raise NotImplementedError


def outsider_home() -> View:
    """For a guest or a stranger: nothing of an order."""
    raise NotImplementedError
