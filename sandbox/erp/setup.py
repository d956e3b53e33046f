"""How the simulated ERP is built, and what was seen of it: plain values for `state` and `app`."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from urllib.parse import unquote

from sandbox.erp.orders import Order


@dataclass(slots=True)
class Switches:
    """What the page can turn on; the names are the ones of `/erp/switches`."""

    down: bool = False
    slow: bool = False
    rate_limited: bool = False
    forbidden: bool = False
    late_commit: bool = False
    cut_connection: bool = False
    unconfirmed: bool = False
    sell_discontinued: bool = False


@dataclass(slots=True)
class Options:
    """How this gateway behaves when nothing is wrong with it. Times are in seconds.

    `honour_key` False makes a second document of the same key; `lockout` answers 429 after six
    wrong tokens, even to the right one. `tells` names the optional members of a look-up;
    `by_number` False answers 501 to a look-up by the ERP's own number.
    """

    honour_key: bool = True
    lockout: bool = False
    slow_by: float = 3.0
    late_commit_by: float = 0.05
    retry_after: int = 2
    tells: frozenset[str] = frozenset({"external_id", "account_id", "total"})
    by_number: bool = True


class Seen(NamedTuple):
    """One request as it was met; `key` is the header as sent, `status` 0 a connection cut."""

    method: str
    external_id: str
    key: str
    at: datetime
    fault: str
    status: int


class Pending(NamedTuple):
    """An order whose connection was cut and which lands at `due`."""

    due: datetime
    order: Order
    key: str


class Callback(NamedTuple):
    """A confirmation to be called back, as `{"order_id", "erp_reference"}`."""

    order_id: str
    erp_reference: str


class CallbackTarget(NamedTuple):
    """Where confirmations are called back, and the bearer token for it."""

    url: str
    token: str


class Posted(NamedTuple):
    """The headers of a `POST /orders` that matter; empty when absent."""

    authorization: bytes = b""
    key: str = ""
    content_type: str = ""

    @property
    def external_id(self) -> str:
        """The order id as the key tells it, before the body was read."""
        return unquote(self.key.partition("/")[2])
