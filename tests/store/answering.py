"""What an ERP may answer to a claim or a look-up, for the machine that tries everything."""

from datetime import datetime

import hypothesis.strategies as st

from commands.domain.failures import Code, Failure
from commands.domain.lifecycle import (
    Absent,
    Accepted,
    Deferred,
    Doubted,
    DraftFound,
    Event,
    Found,
    LookupFailed,
    OutcomeUnknown,
    Refused,
)
from commands.ports import Order
from tests.store.making import DOWN, INACTIVE, PACE, SECOND

NUMBERS = st.sampled_from([None, "SO-1", "SO-2"])
FAILURES = st.sampled_from(
    [
        INACTIVE,
        DOWN,
        Failure(Code.CONFLICT, "in use"),
        Failure(Code.PARTIAL, "begun", references=("D-1",)),
    ]
)


def answers(order: Order, now: datetime, *, looking: bool) -> st.SearchStrategy[Event]:
    """Any answer to the claim, or to the look-up, of `order`."""
    soon = st.just(now + 10 * SECOND)
    if looking:
        return st.one_of(
            st.builds(Found, NUMBERS, st.booleans(), soon),
            st.builds(DraftFound, NUMBERS, st.booleans()),
            st.builds(Doubted, st.just(Failure(Code.DUPLICATE, "two"))),
            st.builds(Absent, soon, st.booleans()),
            st.builds(LookupFailed, soon),
        )
    attempt = st.just(str(order.standing.attempt))
    patience = st.just(PACE.patience)
    return st.one_of(
        st.builds(Accepted, attempt, NUMBERS, st.booleans(), soon),
        st.builds(Refused, attempt, FAILURES),
        st.builds(Deferred, attempt, FAILURES, soon, patience, tried=st.booleans()),
        st.builds(OutcomeUnknown, attempt, FAILURES, soon),
    )
