"""Faults that a test orders for the Web API: taken one by one, as calls come in."""

from dataclasses import dataclass, field
from fnmatch import fnmatch
from typing import Literal, get_args

FaultKind = Literal[
    "down",  # the connection is cut before anything is done
    "unavailable",  # 503 with a page, nothing done
    "slow",  # waits `seconds`, then does it
    "ratelimited",  # 429 with Retry-After
    "broken",  # 500 with a page, nothing done
    "refused",  # 200 with the error named in `error`
    "cut_after",  # does it, then cuts the connection before the answer
]
KINDS: tuple[str, ...] = get_args(FaultKind)


@dataclass(slots=True)
class Fault:
    """`method` is a pattern such as `chat.*`; `count` None lasts until the faults are cleared."""

    kind: FaultKind
    method: str = "*"
    count: int | None = 1
    seconds: float = 1.0
    retry_after: int = 1
    error: str = "internal_error"


@dataclass(slots=True)
class Faults:
    ordered: list[Fault] = field(default_factory=list)

    def take(self, method: str) -> Fault | None:
        """The fault for this call, if any; counts it."""
        for fault in self.ordered:
            if not fnmatch(method, fault.method):
                continue
            if fault.count is not None:
                fault.count -= 1
                if fault.count <= 0:
                    self.ordered.remove(fault)
            return fault
        return None
