"""The text of `/orders` to requests and back: one table makes the parser, the help and the page.

Called by the slash listener (`parse`), by `bot.blocks.orders` (help, paging) and by the docs.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from commands.domain.lifecycle import Status
from commands.domain.people import Permission, PersonId, Role
from commands.filters import FILTERS
from commands.requests import (
    Help,
    History,
    NotUnderstood,
    PeopleAsked,
    ReportAsked,
    Request,
    SetPermission,
    SetRole,
    Show,
    StatusAsked,
    Summary,
)
from commands.typed import listed, marked, one_order, order_text, retried
from commands.words import Word, nearest, quoted, short, split


def _choose(word: Word, right: Sequence[str], command: str, what: str) -> str | NotUnderstood:
    """The one of `right` that was typed; else what was perhaps meant, after `command`."""
    typed = word.whole.lower()
    if typed in right:
        return typed
    near = nearest(typed, right)
    words = f"“{short(word.whole)}” is not {what}: {', '.join(right)}."
    return NotUnderstood(words, f"{command} {near}".strip() if near else None)


@dataclass(frozen=True, slots=True)
class Command:
    """A row of the table: the first word, its forms with what each does, and how it is read."""

    word: str
    forms: tuple[tuple[str, str], ...]
    read: Callable[[Sequence[Word]], "Request | NotUnderstood"]


def _alone(request: Request) -> Callable[[Sequence[Word]], Request | NotUnderstood]:
    def read(words: Sequence[Word]) -> Request | NotUnderstood:
        if not words:
            return request
        return NotUnderstood("That command takes nothing after it.", written(request) or "help")

    return read


def _report(words: Sequence[Word]) -> Request | NotUnderstood:
    if not words:
        return ReportAsked()
    word = _choose(words[0], ("now",), "report", "the one word that can follow")
    if isinstance(word, NotUnderstood):
        return word
    if len(words) > 1:
        return NotUnderstood("There is something left over; the form is report now.", "report now")
    return ReportAsked(now=True)


_GIVING: Final = ("grant", "revoke")
_DEEDS: Final = (*_GIVING, *Role)


def _people(words: Sequence[Word]) -> Request | NotUnderstood:
    if not words:
        return PeopleAsked()
    deed = _choose(words[0], _DEEDS, "people", "one of")
    if isinstance(deed, NotUnderstood):
        return deed
    form = f"people {deed} @someone" + (" actions" if deed in _GIVING else "")
    who, rest = words[1].person if words[1:] else None, words[2:]
    if who is None:
        return NotUnderstood(f"Say who with an @mention, as {form}.", "people")
    if len(rest) > (deed in _GIVING):
        return NotUnderstood(f"There is something left over; the form is {form}.", "people")
    if deed not in _GIVING:
        return SetRole(who, Role(deed))
    return _permission(rest, who, form, granted=deed == "grant")


def _permission(
    words: Sequence[Word], person: PersonId, form: str, *, granted: bool
) -> Request | NotUnderstood:
    if not words:
        return NotUnderstood(f"Say which: actions or notifications, as {form}.", "people")
    verb = "grant" if granted else "revoke"
    which = _choose(words[0], list(Permission), f"people {verb} <@{person}>", "one of")
    if isinstance(which, NotUnderstood):
        return which
    return SetPermission(person, Permission(which), granted)


COMMANDS: Final[tuple[Command, ...]] = (
    Command("", (("", "what is not synced now, and the last 7 days"),), _alone(Summary())),
    Command("help", (("help", "this list"),), _alone(Help())),
    Command(
        "failed",
        (("failed [filters]", "orders that failed, the newest first"),),
        listed(Status.FAILED),
    ),
    Command(
        "pending",
        (("pending [filters]", "orders on their way or waiting"),),
        listed(Status.PENDING),
    ),
    Command(
        "successful",
        (("successful [filters]", "orders that are in the ERP"),),
        listed(Status.SUCCESSFUL),
    ),
    Command("show", (("show ID", "one order, with what to do"),), one_order("show", Show)),
    Command(
        "history",
        (("history ID", "all that happened to one order"),),
        one_order("history", History),
    ),
    Command(
        "retry",
        (
            ("retry ID", "send one order to the ERP again"),
            ("retry ID ID", "send several again; asks first"),
            ("retry failed [filters]", "send all of a list again; says how many and asks first"),
        ),
        retried,
    ),
    Command(
        "mark-synced",
        (
            ("mark-synced ID", "say that an order is in the ERP already"),
            ("mark-synced ID erp:NUMBER", "the same, with the ERP's order number"),
        ),
        marked,
    ),
    Command(
        "status",
        (("status", "the ERP connection, the next sync, what waits"),),
        _alone(StatusAsked()),
    ),
    Command(
        "report",
        (
            ("report", "the daily report: when, what and to whom (admins)"),
            ("report now", "send me a report now"),
        ),
        _report,
    ),
    Command(
        "people",
        (
            ("people", "who may do what (admins)"),
            ("people grant @someone actions", "let someone retry, mark as synced, key in"),
            ("people grant @someone notifications", "send someone a message about failures"),
            ("people revoke @someone actions", "take a permission back; notifications likewise"),
            ("people admin @someone", "make someone an admin"),
            ("people employee @someone", "make an admin an employee again"),
        ),
        _people,
    ),
)
_BY_WORD: Final = {one.word: one for one in COMMANDS}


def parse(text: str) -> Request | NotUnderstood:
    """Read what stands after `/orders`. Never raises."""
    words = split(text)
    if not words:
        return Summary()
    command = _BY_WORD.get(words[0].whole.lower() or "?")
    return command.read(words[1:]) if command else _unknown(words)


def _unknown(words: Sequence[Word]) -> NotUnderstood:
    typed = words[0].whole
    said = f"“{short(typed)}” is not a command."
    near = nearest(typed, (word for word in _BY_WORD if word))
    if near:
        rest = " ".join(_typed(word) for word in words[1:])
        return NotUnderstood(said, f"{near} {rest}".strip())
    if len(words) == 1 and any(char.isdigit() for char in typed):
        return NotUnderstood(said, f"show {quoted(typed)}")
    return NotUnderstood(said, "help")


def _typed(word: Word) -> str:
    if word.person:
        return f"<@{word.person}>"
    value = quoted(word.value)
    return value if word.key is None else f"{word.key}:{value}"


def written(request: Request) -> str:
    """The text that `parse` reads as this request."""
    match request:
        case Summary():
            return ""
        case Help():
            return "help"
        case StatusAsked():
            return "status"
        case ReportAsked(now):
            return "report now" if now else "report"
        case PeopleAsked():
            return "people"
        case SetPermission(person, permission, granted):
            return f"people {'grant' if granted else 'revoke'} <@{person}> {permission}"
        case SetRole(person, role):
            return f"people {role} <@{person}>"
        case _ as of_orders:
            return order_text(of_orders)


def page() -> str:
    """`docs/commands.md`, from the table."""
    rows = [
        f"| `{f'/orders {form}'.strip()}` | {says} |"
        for one in COMMANDS
        for form, says in one.forms
    ]
    filters = [f"| `{one.example}` | {one.says} |" for one in FILTERS]
    return "\n".join([_PAGE_HEAD, *rows, _PAGE_FILTERS, *filters, _PAGE_FOOT])


_PAGE_HEAD: Final = """# Commands

What can be typed after `/orders`. Answers are seen by the asker alone. Made from the table in
`commands/grammar.py`; a test holds them together.

| command | what it does |
| --- | --- |"""
_PAGE_FILTERS: Final = """
## Filters

They can be put together. Any other words are searched for: an order id, a customer number, the
beginning of a name, a PO number, an ERP number.

| filter | which orders |
| --- | --- |"""
_PAGE_FOOT: Final = """
Quotes hold together what has spaces: `/orders show "A 10248"`, `/orders failed account:"DE 7"`; a
quote inside is typed twice. A word with a colon that is no filter goes in quotes too. A person is
always an @mention, chosen from Slack's own list.
"""
