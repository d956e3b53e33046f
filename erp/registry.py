"""Which kinds of ERP there are. The composition root calls `connect` for each distributor."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Final

from commands.ports import Erp
from erp.carriers import USUAL, Carrier
from erp.rest import Now, RestErp
from erp.settings import ErpSettings, UnfitSettingsError

Factory = Callable[[ErpSettings, Now, Carrier], Erp]

KINDS: Final[Mapping[str, Factory]] = MappingProxyType({"rest": RestErp})
"""A new kind of ERP is a module and a row here."""


def _utc_now() -> datetime:
    return datetime.now(UTC)


def connect(settings: ErpSettings, now: Now = _utc_now, carrier: Carrier = USUAL) -> Erp:
    """The adapter for these settings; it opens nothing until it is first asked.

    `now` tells the moment that a `Retry-After` with a date is measured from.
    Raises UnfitSettingsError for a kind that there is not.
    """
    factory = KINDS.get(settings.kind)
    if factory is None:
        raise UnfitSettingsError("kind", f"there is no such kind; there is {', '.join(KINDS)}")
    return factory(settings, now, carrier)
