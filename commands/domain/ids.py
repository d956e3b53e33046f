"""What may name an order or a distributor, and how such a name travels.

Called by intake (what the shop sends), by the ERP adapters (keys and queries) and by the settings.
"""

import re
import unicodedata
from typing import Final, NewType
from urllib.parse import quote

OrderId = NewType("OrderId", str)
"""An order's id as the shop gave it: unique within its distributor, 1 to 100 characters."""

DistributorKey = NewType("DistributorKey", str)
"""A distributor's key in the settings file: `[a-z0-9-]+`."""

LONGEST_ID: Final = 100
_KEY = re.compile(r"[a-z0-9-]+")
# Control characters and line separators break headers and logs; lone surrogates cannot be encoded.
_UNSAFE_CATEGORIES = frozenset({"Cc", "Cs", "Zl", "Zp"})


class BadIdError(ValueError):
    """A name that cannot be used; the message says what would be right."""


def order_id(text: str) -> OrderId:
    """Take `text` as an order's id.

    Raises BadIdError unless it has 1 to 100 characters, none a control character, no outer space.
    """
    if not 1 <= len(text) <= LONGEST_ID:
        raise BadIdError(f"an id has 1 to {LONGEST_ID} characters, this one has {len(text)}")
    if text != text.strip():
        raise BadIdError("an id has no space before or after it")
    if any(unicodedata.category(char) in _UNSAFE_CATEGORIES for char in text):
        raise BadIdError("an id has no control character")
    return OrderId(text)


def distributor_key(text: str) -> DistributorKey:
    """Take `text` as a distributor's key. Raises BadIdError unless it is `[a-z0-9-]+`."""
    if not _KEY.fullmatch(text):
        raise BadIdError("a distributor's key is made of a-z, 0-9 and -")
    return DistributorKey(text)


def idempotency_key(distributor: DistributorKey, order: OrderId) -> str:
    """The key an ERP may use to recognise a repeated order: `<distributor>/<order id>`.

    Each part is percent-encoded, so the key is ASCII and the slash stands once.
    """
    return f"{quote(distributor, safe='')}/{quote(order, safe='')}"
