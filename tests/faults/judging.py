"""The judge: holds what the bot believes against the ERP's own books, and each history together.

No order lost, none twice, every order in a state that is true. Each wrong is a sentence.
"""

from collections.abc import Iterator
from typing import Final

from commands.domain.failures import Code
from commands.domain.history import Entry
from commands.domain.lifecycle import State, Synced
from commands.ports import Order
from tests.faults.play import Outcome

CLAIMED: Final = "claimed"
ANSWERS: Final = frozenset({"accepted", "refused", "deferred", "outcome_unknown", "late_answer"})


def wrongs(outcome: Outcome) -> list[str]:
    """Everything that is not as it must be; empty: the run was right."""
    found = [] if outcome.rested else ["not everything came to rest"]
    for document in outcome.course.documents:
        number = int(document.id)
        order = outcome.orders.get(number)
        if order is None:
            found.append(f"order {number}: lost")
            continue
        history = outcome.histories[number]
        wrong = (
            *_in_the_erp(outcome, number),
            *_true_state(outcome, number, order),
            *_chain(order, history),
            *_attempts(outcome, number, order, history),
        )
        found += [f"order {number}: {words}" for words in wrong]
    return found


def _doubled(outcome: Outcome, number: int) -> int:
    """How many documents the ERP made of one request by its own fault."""
    return sum(
        seen.fault == "twice" and seen.external_id == str(number) and seen.method == "POST"
        for seen in outcome.requests
    )


def _held(outcome: Outcome, number: int) -> list[tuple[str, str, str, str, bool]]:
    return [one for one in outcome.documents[number] if one[1] != "cancelled"]


def _in_the_erp(outcome: Outcome, number: int) -> Iterator[str]:
    documents, most = _held(outcome, number), 1 + _doubled(outcome, number)
    if len(documents) > most:
        numbers = ", ".join(one[0] for one in documents)
        yield f"in the ERP {len(documents)} times ({numbers})"
    if number in outcome.sent_while_held:
        yield "sent while a person held it"


def _true_state(outcome: Outcome, number: int, order: Order) -> Iterator[str]:
    standing, documents = order.standing, _held(outcome, number)
    match standing.state, standing.synced:
        case State.SYNCED, Synced.AUTO | Synced.FOUND:
            yield from _synced(order, documents)
        case State.SYNCED, Synced.MANUAL:
            yield from _marked(outcome, number, order, documents)
        case State.FAILED, _:
            yield from _failed(outcome, number, order, documents)
        case state, _:
            yield f"still {state}"


def _synced(order: Order, documents: list[tuple[str, str, str, str, bool]]) -> Iterator[str]:
    mine = [one for one in documents if one[0] == order.standing.reference]
    if not documents:
        yield "synced, and not in the ERP"
    elif not mine:
        yield f"synced as {order.standing.reference}, in the ERP as {documents[0][0]}"
    else:
        _, status, account, total, draft = mine[0]
        if status != "confirmed" or draft:
            yield f"synced, in the ERP only {'a draft' if draft else status}"
        if (account, total) != (order.document.account_id, str(order.document.total)):
            yield f"synced, in the ERP with {account} {total}"
    if order.standing.hold or order.standing.next_at:
        yield "synced, and not left alone"


def _marked(
    outcome: Outcome, number: int, order: Order, documents: list[tuple[str, str, str, str, bool]]
) -> Iterator[str]:
    known = {one[0] for one in documents}
    if number in outcome.typed and not documents:
        yield "keyed in by hand, and not in the ERP"
    if order.standing.reference and order.standing.reference not in known:
        yield f"marked as {order.standing.reference}, which the ERP does not have"
    if order.standing.settled_by is None:
        yield "marked by nobody"


def _failed(
    outcome: Outcome, number: int, order: Order, documents: list[tuple[str, str, str, str, bool]]
) -> Iterator[str]:
    failure = order.standing.failure
    if failure is None or failure.code is not Code.DUPLICATE:
        yield f"failed with {failure.code if failure else 'nothing'} though all was mended"
    elif len(documents) < 2:
        yield f"failed as a duplicate, and {len(documents)} in the ERP: {failure.message}"
    elif not {one[0] for one in documents} >= set(failure.references):
        yield f"a duplicate of {failure.references}, which the ERP does not have"


def _chain(order: Order, history: list[Entry]) -> Iterator[str]:
    if not history or history[0].what != "received" or history[0].before is not None:
        yield "its history does not begin with its coming"
        return
    state = history[0].after
    for entry in history[1:]:
        if entry.before != state:
            yield f"its history breaks: {entry.what} from {entry.before} after {state}"
        if entry.refused and entry.after != entry.before:
            yield f"its history moves by a refusal: {entry.what}"
        state = entry.after
    if state != order.standing.state:
        yield f"its history ends {state}, it is {order.standing.state}"


def _attempts(outcome: Outcome, number: int, order: Order, history: list[Entry]) -> Iterator[str]:
    claims = [entry.attempt for entry in history if entry.what == CLAIMED]
    posts = sum(
        seen.method == "POST" and seen.external_id == str(number) for seen in outcome.requests
    )
    if len(set(claims)) != len(claims) or None in claims:
        yield "two claims with one attempt"
    if not posts <= order.standing.attempts <= len(claims):
        yield f"{posts} requests, {order.standing.attempts} attempts, {len(claims)} claims"
    for entry in history:
        if entry.what in ANSWERS and entry.attempt not in claims:
            yield f"{entry.what} to an attempt that never was"
