"""What a person is told privately after asking for something: one function for each verb.

`bot.listeners` calls them with the verb's outcome; every outcome has its sentence here.
"""

from datetime import datetime
from typing import assert_never

from bot.blocks.ids import ActionId, Pointer
from bot.blocks.mark_replies import mark, mark_errors, mark_problem, reopen
from bot.blocks.message import Message
from bot.blocks.order_text import MESSAGE_TEXT, copy_of
from bot.blocks.parts import (
    Run,
    actions,
    button,
    code,
    notice,
    paragraphs,
    rich,
    section_of,
    strong,
    who,
    words,
)
from bot.blocks.people_replies import ask_for, request_answered, set_permission, set_role
from bot.blocks.refusals import (
    denied,
    done_already,
    impossible,
    no_such_alert,
    no_such_order,
    trouble,
)
from bot.blocks.said import NOTICE, details_button, named, say
from bot.blocks.wording import Wall, count, erp_words, failure_runs
from commands.desk import Denied, Impossible
from commands.domain.connection import Connection, Line
from commands.domain.distributors import Distributor
from commands.domain.lifecycle import State
from commands.key_in import Held, Released
from commands.ports import NoSuchOrder, Order
from commands.retry import (
    Asked,
    Echo,
    RefusedAgain,
    RetryOutcome,
    StillTrying,
    Through,
)

__all__ = [
    "ask_for",
    "connection_line",
    "denied",
    "done_already",
    "echo",
    "impossible",
    "key_in",
    "mark",
    "mark_errors",
    "mark_problem",
    "no_such_alert",
    "no_such_order",
    "release",
    "reopen",
    "request_answered",
    "retry",
    "set_permission",
    "set_role",
    "trouble",
]


# --- retry ---------------------------------------------------------------------------------------


def retry(outcome: RetryOutcome, distributor: Distributor, now: datetime) -> Message:
    match outcome:
        case Asked(order, _, looks_first, connection):
            wall = Wall.of(distributor, now)
            says = _asked(order, connection, looks_first=looks_first)
            return say(says, connection_line(connection, wall))
        case Denied():
            return denied(outcome)
        case Impossible():
            return impossible(outcome, distributor, now)
        case NoSuchOrder():
            return no_such_order()
        case _ as never:
            assert_never(never)


def _asked(order: str, connection: Connection, *, looks_first: bool) -> str:
    if connection.line is not Line.WORKING:
        return f"Order {named(order)} is first in line."
    if looks_first:
        found = "it is sent only if it is not there"
        return f"Looking in the ERP for order {named(order)} first; {found}."
    return f"Order {named(order)} goes to the ERP now."


def connection_line(connection: Connection, wall: Wall) -> list[Run]:
    """What the connection does to it."""
    match connection.line:
        case Line.WORKING:
            return []
        case Line.LIMITED if connection.until:
            at = wall.at(connection.until)
            return [words("The ERP asks to wait until "), at, words("; then it goes first.")]
        case Line.LIMITED:
            return [words("The ERP asks to slow down; it goes first when it may.")]
        case Line.DOWN:
            return [
                words("The ERP is not answering. It is tried now; otherwise it goes first later.")
            ]
        case Line.STOPPED:
            return [
                words(
                    "The ERP refuses the bot. This one order is tried now, to see if it is mended."
                )
            ]
        case _ as never:
            assert_never(never)


def echo(outcome: Echo, distributor: Distributor, now: datetime) -> Message:
    """What became of a retry within five seconds."""
    wall = Wall.of(distributor, now)
    match outcome:
        case Through(order):
            return _through(order)
        case RefusedAgain(order, same):
            return _refused_again(order, wall, same=same)
        case StillTrying(order, connection):
            says = f"Order {named(order)}: still trying. The alert shows how it ends."
            return say(says, connection_line(connection, wall))
        case _ as never:
            assert_never(never)


def _through(order: Order) -> Message:
    name, number = named(order.id), order.standing.reference
    spoken = [words("ERP number "), code(number)] if number else []
    if order.standing.state is State.SYNCED:
        return say(f"Order {name} is in the ERP.", spoken)
    return say(f"Order {name}: the ERP has taken it; its confirmation is awaited.", spoken)


def _refused_again(order: Order, wall: Wall, *, same: bool) -> Message:
    name, failure = named(order.id), order.standing.failure
    why = "same reason" if same else "another reason"
    at = order.standing.last_sent_at or wall.now
    says = f"Order {name} was refused again at {wall.plain(at)}, {why}."
    if failure is None:
        return say(says, blocks=actions(details_button(order.id)))
    return say(
        says, failure_runs(failure), erp_words(failure), blocks=actions(details_button(order.id))
    )


# --- key in by hand ------------------------------------------------------------------------------


def key_in(
    outcome: Held | Denied | Impossible | NoSuchOrder, distributor: Distributor, now: datetime
) -> Message:
    """With everything that is to be typed."""
    match outcome:
        case Held(order, until):
            return _yours(order, until, Wall.of(distributor, now))
        case Denied():
            return denied(outcome)
        case Impossible():
            return impossible(outcome, distributor, now)
        case NoSuchOrder():
            return no_such_order()
        case _ as never:
            assert_never(never)


def _yours(order: Order, until: datetime, wall: Wall) -> Message:
    name, pointer = named(order.id), Pointer(order=order.id)
    text, left = copy_of(order, wall, MESSAGE_TEXT)
    rest = f"{count(left, 'more line')}: see Details." if left else ""
    steps = section_of(
        [strong(f"Order {name} is yours to key in."), words(" Nobody sends it meanwhile.")],
        [words("Type "), code(name), words(" in the ERP's reference field.")],
        [words("Is it in? Mark as synced. You are asked again at "), wall.at(until), words(".")],
    )
    buttons = actions(
        button("Mark as synced", ActionId.MARK, pointer, style="primary"),
        button("Release", ActionId.RELEASE, pointer),
        details_button(order.id),
    )
    tail = [paragraphs([words(rest)])] if rest else []
    says = f"Order {name} is yours to key in. Type {name} in the ERP's reference field."
    return Message(notice(says, most=NOTICE), [rich(steps), text, *tail, *buttons])


def release(
    outcome: Released | Denied | Impossible | NoSuchOrder, distributor: Distributor, now: datetime
) -> Message:
    match outcome:
        case Released(order, of, goes_by_itself):
            then = "It goes by itself." if goes_by_itself else "Retry sync sends it again."
            return say(
                f"Order {named(order)} is released. {then}", [words("It was held by "), who(of)]
            )
        case Denied():
            return denied(outcome)
        case Impossible():
            return impossible(outcome, distributor, now)
        case NoSuchOrder():
            return no_such_order()
        case _ as never:
            assert_never(never)
