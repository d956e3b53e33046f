"""What one seed comes to: orders, paces, and everything that will go wrong. Drawn by `drawing`,
carried out by `play`.
"""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import StrEnum

from commands.domain.distributors import ErpPace
from commands.domain.documents import Document
from sandbox.erp.faults import Fault

TIMEOUT = 2.0
SETTLE = 10.0
LOOKUP_GAP = 5.0


@dataclass(frozen=True, slots=True)
class Stall:
    """A worker frozen around one call of the ERP. Seconds.

    `before` the first byte but after every check; `after` the answer came; `till_next`: with the
    answer in hand until the next request for the same order has left, and `after` on top.
    """

    before: float = 0.0
    after: float = 0.0
    till_next: bool = False
    till_look: bool = False


@dataclass(frozen=True, slots=True)
class Plot:
    """What happens to one order: each fault meets one request to enter it, each stall one call.

    `callbacks`: when the ERP calls its confirmation back, in seconds from the commit.
    """

    name: str
    faults: tuple[Fault, ...] = ()
    stalls: tuple[Stall, ...] = ()
    look_stalls: tuple[Stall, ...] = ()
    callbacks: tuple[float, ...] = ()

    def then(self, other: "Plot") -> "Plot":
        """One after the other: only for a first plot after which the ERP holds nothing."""
        awake = (Stall(),) * (len(self.faults) - len(self.stalls)) if other.stalls else ()
        return replace(
            self,
            name=f"{self.name}, {other.name}",
            faults=self.faults + other.faults,
            stalls=self.stalls + awake + other.stalls,
            look_stalls=self.look_stalls + other.look_stalls,
            callbacks=other.callbacks,
        )


class Act(StrEnum):
    """What happens at a moment to the bot, the ERP or the clock, or is done by people."""

    KILL = "kill"
    LATE_CLAIM = "late_claim"
    DATABASE_GONE = "database_gone"
    ANSWER_LOST = "database_answer_lost"
    DATABASE_LOCKED = "database_locked"
    CLOCK_STEP = "clock_step"
    ERP_DOWN = "erp_down"
    RATE_LIMITED = "rate_limited"
    FORBIDDEN = "forbidden"
    CLICKS = "clicks"
    KEY_IN = "key_in"
    SHOP_SAYS = "shop_says"
    CHANGE = "change"
    ARRIVE = "arrive"


@dataclass(frozen=True, slots=True)
class Deed:
    """One act. `span` in seconds; `order` and `process` where it concerns one; `words`: the verbs
    that are clicked in the same moment.
    """

    at: float
    act: Act
    span: float = 0.0
    order: int = 0
    process: int = 0
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Course:
    """All of one seed."""

    seed: int
    documents: tuple[Document, ...]
    plots: dict[int, Plot]
    looks: tuple[Fault, ...]
    deeds: tuple[Deed, ...]
    processes: int = 1
    honour_key: bool = False
    refuses: bool = False
    unsellable: frozenset[str] = frozenset()
    confirm_within: timedelta = timedelta(minutes=30)
    patience: timedelta = timedelta(minutes=30)
    concurrency: int = 4
    pace: ErpPace = field(default_factory=ErpPace)

    @property
    def length(self) -> float:
        """Seconds until the last deed is over."""
        return max((deed.at + deed.span for deed in self.deeds), default=0.0)
