"""An alert's orders: all of them in pages, and the selections of one for a deed on it."""

from datetime import datetime

from bot.blocks.message import View
from bot.blocks.pages import Page
from commands.domain.alerts import Alert
from commands.domain.distributors import Distributor


def alert_details_view(alert: Alert, page: Page, distributor: Distributor, now: datetime) -> View:
    """A modal with a row and a Details button for each order. private_metadata: Pointer(alert,
    page). Paging: ActionId.ALERT_PAGE with the same pointer; update the view in place.
    """
    raise NotImplementedError


def key_in_picker(alert: Alert, page: Page, distributor: Distributor, now: datetime) -> View:
    """Choose one order to key in; `page` holds up to 100, next deliveries first. Submit: ViewId
    KEY_IN_PICK; the order's id is the value of the option in [BlockId.PICK][ActionId.PICK].
    """
    raise NotImplementedError


def mark_picker(alert: Alert, page: Page, distributor: Distributor, now: datetime) -> View:
    """Choose one order to mark as synced; submit: ViewId MARK_PICK, as above, then `mark_view`."""
    raise NotImplementedError
