"""Answers to `/orders`, private to the asker. Called by `bot.listeners`."""

from datetime import datetime

from bot.blocks.message import Message
from bot.blocks.pages import Counts, Page
from commands.domain.connection import Connection
from commands.domain.distributors import Distributor
from commands.people import Roster
from commands.ports import Order
from commands.requests import Listing, NotUnderstood


def summary(
    counts: Counts, connection: Connection, distributor: Distributor, now: datetime
) -> Message:
    """What is not synced now, and the last seven days."""
    raise NotImplementedError


def listing(request: Listing, page: Page, distributor: Distributor, now: datetime) -> Message:
    """A list with its Details buttons and pages (ActionId.LIST_PAGE, Pointer(query, page))."""
    raise NotImplementedError


def show(order: Order, distributor: Distributor, now: datetime, *, may_act: bool) -> Message:
    raise NotImplementedError


def people(roster: Roster) -> Message:
    raise NotImplementedError


def status(
    connection: Connection,
    counts: Counts,
    distributor: Distributor,
    now: datetime,
    *,
    next_sync: datetime | None,
) -> Message:
    """The connection, the next sync, the queue."""
    raise NotImplementedError


def command_help() -> Message:
    """All commands, from the grammar's table."""
    raise NotImplementedError


def not_understood(said: NotUnderstood) -> Message:
    raise NotImplementedError
