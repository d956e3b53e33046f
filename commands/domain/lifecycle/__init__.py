"""The life of an order: every state, every event, and what each does to the other.

`on()` is the only truth about transitions. It does no I/O: it takes where an order stands and what
happened, and returns where it stands next, or why not. The store carries the answer out as one
conditional UPDATE; the bulk statements in the store are held to this table by tests.
"""

from commands.domain.lifecycle.by_engine import PROOFS_UNTIL_REJECTED
from commands.domain.lifecycle.events import (
    EVENTS,
    Absent,
    Accepted,
    Claimed,
    ConfirmationOverdue,
    Confirmed,
    ContentChanged,
    Deferred,
    Doubted,
    DraftFound,
    Event,
    Found,
    HoldAsked,
    HoldRanOut,
    LateAnswer,
    LeaseRanOut,
    LookupFailed,
    Marked,
    OutcomeUnknown,
    PatienceEnded,
    Refused,
    ReleaseAsked,
    ReopenAsked,
    RetryAsked,
    Why,
)
from commands.domain.lifecycle.moves import Outcome, Reason, Refusal, Rule
from commands.domain.lifecycle.standing import STATUS, Hold, Standing, State, Status, Synced
from commands.domain.lifecycle.table import TABLE, on

__all__ = [
    "EVENTS",
    "PROOFS_UNTIL_REJECTED",
    "STATUS",
    "TABLE",
    "Absent",
    "Accepted",
    "Claimed",
    "ConfirmationOverdue",
    "Confirmed",
    "ContentChanged",
    "Deferred",
    "Doubted",
    "DraftFound",
    "Event",
    "Found",
    "Hold",
    "HoldAsked",
    "HoldRanOut",
    "LateAnswer",
    "LeaseRanOut",
    "LookupFailed",
    "Marked",
    "Outcome",
    "OutcomeUnknown",
    "PatienceEnded",
    "Reason",
    "Refusal",
    "Refused",
    "ReleaseAsked",
    "ReopenAsked",
    "RetryAsked",
    "Rule",
    "Standing",
    "State",
    "Status",
    "Synced",
    "Why",
    "on",
]
