"""What a person is told privately after asking for something: one function for each verb.

`bot.listeners` calls them with the verb's outcome; every outcome has its sentence here.
"""

from datetime import datetime
from typing import assert_never

from bot.blocks.ids import ActionId, BlockId, Pointer
from bot.blocks.message import Block, Message
from bot.blocks.order_text import MESSAGE_TEXT, copy_of
from bot.blocks.parts import (
    Run,
    actions,
    button,
    code,
    dead,
    joined,
    notice,
    paragraphs,
    people,
    quote,
    rich,
    section_of,
    strong,
    who,
    words,
)
from bot.blocks.reasons import sentence
from bot.blocks.wording import ID_SHOWN, Wall, count, erp_words, failure_runs
from commands.desk import Denied, Impossible
from commands.domain.connection import Connection, Line
from commands.domain.distributors import Distributor
from commands.domain.lifecycle import State
from commands.domain.people import LacksPermission, NotAdmin, NotAMember, Permission, Role
from commands.key_in import Held, Released
from commands.mark_synced import ElsewhereInErp, MarkedSynced, MarkOutcome, NotThere, OtherOrders
from commands.people import CannotHave, HasIt, RequestSent
from commands.ports import AlreadySo, Granted, LastAdmin, NoSuchOrder, Order, Revoked, RoleSet
from commands.retry import (
    AllAsked,
    Asked,
    Echo,
    NoSuchAlert,
    RefusedAgain,
    RetryOutcome,
    StillTrying,
    Through,
)

_NOTICE = 300


def _say(text: str, *lines: list[Run], blocks: list[Block] | None = None) -> Message:
    """A reply: a plain sentence for screen readers, and the same with its lines and buttons."""
    shown = paragraphs([quote(text)], *lines)
    return Message(notice(text, most=_NOTICE), [shown, *(blocks or [])])


def _named(order: str) -> str:
    return dead(order, ID_SHOWN)


def _details(order: str) -> Block:
    return button("Details", ActionId.DETAILS, Pointer(order=order))


# --- retry ---------------------------------------------------------------------------------------


def retry(outcome: RetryOutcome, distributor: Distributor, now: datetime) -> Message:
    match outcome:
        case Asked(order, _, looks_first, connection):
            wall = Wall.of(distributor, now)
            return _say(_asked(order, looks_first=looks_first), _line(connection, wall))
        case Denied():
            return denied(outcome)
        case Impossible():
            return impossible(outcome, distributor, now)
        case NoSuchOrder():
            return no_such_order()
        case _ as never:
            assert_never(never)


def _asked(order: str, *, looks_first: bool) -> str:
    if looks_first:
        found = "it is sent only if it is not there"
        return f"Looking in the ERP for order {_named(order)} first; {found}."
    return f"Order {_named(order)} goes to the ERP now."


def _line(connection: Connection, wall: Wall) -> list[Run]:
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
            says = f"Order {_named(order)}: still trying. The alert shows how it ends."
            return _say(says, _line(connection, wall))
        case _ as never:
            assert_never(never)


def _through(order: Order) -> Message:
    name, number = _named(order.id), order.standing.reference
    spoken = [words("ERP number "), code(number)] if number else []
    if order.standing.state is State.SYNCED:
        return _say(f"Order {name} is in the ERP.", spoken)
    return _say(f"Order {name}: the ERP has taken it; its confirmation is awaited.", spoken)


def _refused_again(order: Order, wall: Wall, *, same: bool) -> Message:
    name, failure = _named(order.id), order.standing.failure
    why = "same reason" if same else "another reason"
    at = order.standing.last_sent_at or wall.now
    says = f"Order {name} was refused again at {wall.plain(at)}, {why}."
    if failure is None:
        return _say(says, blocks=actions(_details(order.id)))
    return _say(says, failure_runs(failure), erp_words(failure), blocks=actions(_details(order.id)))


def retry_all(
    outcome: AllAsked | Denied | NoSuchAlert, distributor: Distributor, now: datetime
) -> Message:
    match outcome:
        case AllAsked(done, connection):
            says = f"{count(done.queued, 'order')} sent again: the alert shows how it goes."
            if not done.queued:
                says = "Nothing was sent again: none of them waits for a retry."
            held = f"{done.held:,} being keyed in by hand: left out." if done.held else ""
            later = f"{done.later:,} came in later: press Retry all again." if done.later else ""
            told = [[words(line)] if line else [] for line in (held, later)]
            broken = _line(connection, Wall.of(distributor, now)) if done.queued else []
            return _say(says, *told, broken)
        case Denied():
            return denied(outcome)
        case NoSuchAlert():
            return no_such_alert()
        case _ as never:
            assert_never(never)


# --- mark as synced ------------------------------------------------------------------------------


def mark(outcome: MarkOutcome, distributor: Distributor, now: datetime) -> Message:
    match outcome:
        case MarkedSynced(order, reference, checked):
            return _marked(order, reference, checked=checked)
        case NotThere() | OtherOrders() | ElsewhereInErp():
            return _say(f"Order {_named(outcome.order)} was not marked. {_against(outcome)}")
        case Denied():
            return denied(outcome)
        case Impossible():
            return impossible(outcome, distributor, now)
        case NoSuchOrder():
            return no_such_order()
        case _ as never:
            assert_never(never)


def _marked(order: Order, reference: str | None, *, checked: bool) -> Message:
    number = f" as {dead(reference, 60)}" if reference else ""
    seen = "The ERP has it." if checked else "Not checked in the ERP."
    return _say(f"Order {_named(order.id)} is marked as synced{number}. {seen}")


def _against(outcome: NotThere | OtherOrders | ElsewhereInErp) -> str:
    """What speaks against marking it, in a sentence."""
    match outcome:
        case NotThere(_, _, told):
            return f"{dead(told, 200)}."
        case OtherOrders(_, reference, other):
            return f"{dead(reference, 60)} belongs to order {_named(other)}."
        case ElsewhereInErp(_, reference, found):
            both = f"{dead(found, 60)}, not as {dead(reference, 60)}"
            return f"The ERP has it as {both}. Look there which is right."
        case _ as never:
            assert_never(never)


def mark_errors(outcome: MarkOutcome) -> dict[str, str] | None:
    """Errors at the fields of the mark view, by block id; None: nothing for a field to say."""
    match outcome:
        case OtherOrders() | ElsewhereInErp():
            return {str(BlockId.REFERENCE): _against(outcome)}
        case NotThere():
            return {str(BlockId.REFERENCE): f"{_against(outcome)} Right all the same? Tick below."}
        case MarkedSynced() | Denied() | Impossible() | NoSuchOrder():
            return None
        case _ as never:
            assert_never(never)


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
    name, pointer = _named(order.id), Pointer(order=order.id)
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
        _details(order.id),
    )
    tail = [paragraphs([words(rest)])] if rest else []
    says = f"Order {name} is yours to key in. Type {name} in the ERP's reference field."
    return Message(notice(says, most=_NOTICE), [rich(steps), text, *tail, *buttons])


def release(
    outcome: Released | Denied | Impossible | NoSuchOrder, distributor: Distributor, now: datetime
) -> Message:
    match outcome:
        case Released(order, of, goes_by_itself):
            then = "It goes by itself." if goes_by_itself else "Retry sync sends it again."
            return _say(
                f"Order {_named(order)} is released. {then}", [words("It was held by "), who(of)]
            )
        case Denied():
            return denied(outcome)
        case Impossible():
            return impossible(outcome, distributor, now)
        case NoSuchOrder():
            return no_such_order()
        case _ as never:
            assert_never(never)


def take(taken: bool | Denied | NoSuchAlert) -> Message:  # noqa: FBT001  # as `Alerts.take` answers
    """I have it. False: it is solved already, or it is theirs."""
    match taken:
        case True:
            return _say("You have it. Everybody sees that in the alert.")
        case False:
            return _say("Nothing changed: it is solved already, or you have it.")
        case Denied():
            return denied(taken)
        case NoSuchAlert():
            return no_such_alert()
        case _ as never:
            assert_never(never)


# --- people --------------------------------------------------------------------------------------


def set_permission(outcome: Granted | Revoked | AlreadySo | CannotHave | Denied) -> Message:
    match outcome:
        case Granted(person, permission):
            return _people(f"{permission.words} granted.", "Has it now: ", person)
        case Revoked(person, permission):
            return _people(f"{permission.words} revoked.", "Has it no longer: ", person)
        case AlreadySo(person):
            return _people("Nothing to change.", "That is so already for ", person)
        case CannotHave():
            return _cannot(outcome)
        case Denied():
            return denied(outcome)
        case _ as never:
            assert_never(never)


def _people(says: str, about: str, person: str) -> Message:
    return _say(says, [words(about), who(person)])


def _cannot(outcome: CannotHave) -> Message:
    kind = {
        "guest": "is a guest",
        "stranger": "is from another organisation",
        "bot": "is a bot",
        "deactivated": "is deactivated",
    }.get(outcome.standing, "could not be checked in Slack just now")
    says = "Nothing changed: only full members of this workspace can be given this."
    return _say(says, [who(outcome.person), words(f" {kind}.")])


def set_role(outcome: RoleSet | AlreadySo | LastAdmin | CannotHave | Denied) -> Message:
    match outcome:
        case RoleSet(person, Role.ADMIN):
            return _people("Made an admin.", "An admin now: ", person)
        case RoleSet(person, _):
            return _people("Made an employee.", "No longer an admin: ", person)
        case AlreadySo(person):
            return _people("Nothing to change.", "That is so already for ", person)
        case LastAdmin(person):
            says = "Nothing changed: the last admin stays. Make another one first."
            return _people(says, "The last admin is ", person)
        case CannotHave():
            return _cannot(outcome)
        case Denied():
            return denied(outcome)
        case _ as never:
            assert_never(never)


def ask_for(outcome: RequestSent | HasIt | Denied) -> Message:
    match outcome:
        case RequestSent(permission, admins, fresh):
            says = f"You asked for {permission.words}."
            if not fresh:
                says = f"You asked for {permission.words} within the last hour."
            told = [words("Told: "), *people(admins[:10])] if admins else []
            return _say(says, told)
        case HasIt(permission):
            return _say(f"You have {permission.words} already.")
        case Denied():
            return denied(outcome)
        case _ as never:
            assert_never(never)


# --- no ------------------------------------------------------------------------------------------


def denied(outcome: Denied) -> Message:
    """What is missing and who grants it; to outsiders nothing but that they may not."""
    match outcome.lack:
        case NotAMember():
            return _say("Orderwatch is only for members of this workspace.")
        case LacksPermission(permission):
            return _lacks(permission, outcome)
        case NotAdmin():
            says = "Only admins may do that. Nothing changed."
            return _say(says, _admins("Admins: ", outcome))
        case _ as never:
            assert_never(never)


def _lacks(permission: Permission, outcome: Denied) -> Message:
    ask = Pointer(permission=str(permission))
    return _say(
        f"You need the permission {permission.words} for that. Nothing changed.",
        _admins("It is granted by ", outcome),
        blocks=actions(button("Ask for it", ActionId.ASK_FOR_IT, ask, style="primary")),
    )


def _admins(before: str, outcome: Denied) -> list[Run]:
    if not outcome.admins:
        return [words("There is no admin yet: ask whoever runs Orderwatch.")]
    left = len(outcome.admins) - 10
    more = [words(f" and {left} more")] if left > 0 else []
    return [words(before), *people(outcome.admins[:10]), *more]


def impossible(outcome: Impossible, distributor: Distributor, now: datetime) -> Message:
    """Why nothing changed, from where the order stands."""
    wall, name = Wall.of(distributor, now), _named(outcome.order)
    runs = sentence(outcome.reason, outcome.standing, wall)
    line = [words(f"Order {name}: "), *runs, words(" Nothing changed.")]
    text = f"Order {name}: nothing changed."
    return Message(notice(text, most=_NOTICE), [paragraphs(joined([line], ""))])


def no_such_order() -> Message:
    return _say("There is no such order.")


def no_such_alert() -> Message:
    return _say("There is no such alert any more.")


def trouble() -> Message:
    """Something broke on our side: says that nothing was lost, and nothing else."""
    return _say("Something went wrong here. No order is lost; please try again in a minute.")
