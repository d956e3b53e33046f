"""Which kinds of ERP there are. The composition root calls `connect` for each distributor."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Final

from commands.ports import Erp
from erp.carriers import USUAL, Carrier
from erp.client import Now
from erp.rest import RestErp
from erp.settings import ErpSettings, UnfitSettingsError
from erp.tryton import TrytonErp

Factory = Callable[[ErpSettings, Now, Carrier], Erp]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of ERP: who makes its adapter, and which settings it has beside the common ones, those
    among them that it cannot do without in `needs`.
    """

    adapter: Factory
    needs: frozenset[str] = frozenset()
    knows: frozenset[str] = frozenset()

    @property
    def own(self) -> frozenset[str]:
        return self.needs | self.knows


KINDS: Final[Mapping[str, Kind]] = MappingProxyType(
    {
        "rest": Kind(RestErp),
        "tryton": Kind(
            TrytonErp,
            needs=frozenset({"database"}),
            knows=frozenset({"confirm", "freight_item", "units"}),
        ),
    }
)
"""A new kind of ERP is a module and a row here; docs/erps/ says how to write one."""


def _utc_now() -> datetime:
    return datetime.now(UTC)


def connect(settings: ErpSettings, now: Now = _utc_now, carrier: Carrier = USUAL) -> Erp:
    """The adapter for these settings; it opens nothing until it is first asked.

    `now` tells the moment that a `Retry-After` with a date is measured from.
    Raises UnfitSettingsError for a kind that there is not.
    """
    kind = KINDS.get(settings.kind)
    if kind is None:
        raise UnfitSettingsError("kind", f"there is no such kind; there is {', '.join(KINDS)}")
    return kind.adapter(settings, now, carrier)


def check_keys(name: str, given: Iterable[str]) -> None:
    """Refuse settings that belong to other kinds than `name`, or that it lacks.

    `given`: the keys that were written. Raises UnfitSettingsError.
    """
    written, kind = set(given), KINDS[name]
    for key in sorted(written & _of_some() - kind.own):
        others = ", ".join(other for other in KINDS if key in KINDS[other].own)
        raise UnfitSettingsError(key, f'kind = "{name}" has no such key; it is for {others}')
    for key in sorted(kind.needs - written):
        raise UnfitSettingsError(key, f'is missing; kind = "{name}" needs it')


def _of_some() -> frozenset[str]:
    """The keys that some kinds have and others have not."""
    return frozenset().union(*(kind.own for kind in KINDS.values()))
