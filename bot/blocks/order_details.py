"""One order, with all that is needed to key it in by hand. Opened by `Details`."""

from collections.abc import Sequence
from datetime import datetime

from bot.blocks.message import View
from commands.domain.distributors import Distributor
from commands.domain.history import Entry
from commands.lookup import ErpSays, ErpSilent
from commands.ports import Order


def details_view(
    order: Order,
    history: Sequence[Entry],
    distributor: Distributor,
    now: datetime,
    *,
    may_act: bool,
    page: int = 1,
    erp: ErpSays | ErpSilent | None = None,
    checking: bool = False,
) -> View:
    """A modal without submit. `history`: oldest first. `page`: of the order's lines. `erp`: what
    Check the ERP found; `checking`: it has just been asked. `may_act`: whether the reader has the
    permission (the buttons ask again). private_metadata is a Pointer(order, page).
    """
    raise NotImplementedError
