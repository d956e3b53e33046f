"""Who may do what, as admins see and change it. Opened from the App Home."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.blocks.ids import ActionId, BlockId, Pointer, ViewId, numbered
from bot.blocks.list_rows import pager
from bot.blocks.message import Block, View
from bot.blocks.pages import PAGE_SIZE
from bot.blocks.parts import (
    Run,
    bullets,
    button,
    context,
    dead,
    field,
    header,
    headline,
    joined,
    mention,
    option,
    ours,
    paragraphs,
    plain_text,
    rich,
    section_of,
    who,
    words,
)
from bot.blocks.wording import DOT, Wall, count
from commands.domain.distributors import Distributor
from commands.domain.history import PeopleEntry, Source
from commands.domain.people import Actor, Permission, PersonId, Role, Standing
from commands.people import Roster

TITLE: Final = 24
_MEANS: Final = {
    Permission.ACTIONS: "Retry, mark as synced, key in by hand",
    Permission.NOTIFICATIONS: "Gets a message when orders fail",
}
_ROLES: Final = {
    Role.EMPLOYEE: ("Employee", "May ask for orders; acts with the permissions above"),
    Role.ADMIN: ("Admin", "Also grants permissions and sets the report"),
}
_KINDS: Final = {
    Standing.GUEST: "a guest, may do nothing",
    Standing.STRANGER: "of another organisation, may do nothing",
    Standing.BOT: "a bot, may do nothing",
    Standing.DEACTIVATED: "deactivated, may do nothing",
}


@dataclass(frozen=True, slots=True)
class Changes:
    """The latest changes of who may do what, and how many there were in all."""

    latest: tuple[PeopleEntry, ...]
    total: int


def people_view(
    roster: Roster,
    standings: Mapping[PersonId, Standing],
    changes: Changes,
    distributor: Distributor,
    now: datetime,
    page: int = 1,
) -> View:
    """Everybody who has something, a page at a time, and the latest changes."""
    wall = Wall.of(distributor, now)
    number, pages = _within(roster, page)
    shown = on_page(roster, page)
    return {
        "type": "modal",
        "callback_id": str(ViewId.PEOPLE),
        "private_metadata": str(Pointer(page=number)),
        "title": plain_text("People", TITLE),
        "close": plain_text("Close", TITLE),
        "blocks": [
            headline(_says(roster)),
            _choose(),
            *(_person(one, standings, row) for row, one in enumerate(shown)),
            *pager(number, pages, ActionId.PEOPLE_PAGE, lambda one: Pointer(page=one)),
            header("Changes"),
            changes_block(changes, wall),
            context(f"As of {wall.plain(now)}"),
        ],
    }


def on_page(roster: Roster, page: int) -> tuple[Actor, ...]:
    """Those whom a page shows."""
    number, _ = _within(roster, page)
    return roster.people[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]


def _within(roster: Roster, page: int) -> tuple[int, int]:
    """The page that there is, and how many."""
    pages = max(1, -(-len(roster.people) // PAGE_SIZE))
    return min(max(page, 1), pages), pages


def _says(roster: Roster) -> str:
    if roster.nobody_acts:
        return "Nobody may retry orders yet: choose people"
    return "Both permissions are off until an admin grants them"


def _choose() -> Block:
    select: Block = {
        "type": "users_select",
        "action_id": str(ActionId.PERSON_CHOSEN),
        "placeholder": plain_text("Choose a person", 150),
    }
    return {"type": "actions", "elements": [select]}


def _person(one: Actor, standings: Mapping[PersonId, Standing], row: int) -> Block:
    """A line with the button that opens what they may do."""
    has = [permission.words for permission in Permission if permission in one.permissions]
    kind = _KINDS.get(standings.get(one.person, Standing.MEMBER))
    parts = ["admin" if one.role is Role.ADMIN else "", ", ".join(has) or "no permission", kind]
    text = DOT.join([mention(one.person), *(part for part in parts if part)])
    change = button("Change", numbered(ActionId.PERSON, row), Pointer(person=one.person))
    return {"type": "section", "text": ours(text), "expand": True, "accessory": change}


# --- one person ----------------------------------------------------------------------------------


def person_view(
    target: Actor,
    changes: Changes,
    distributor: Distributor,
    now: datetime,
) -> View:
    """What one person may do. State: [RIGHTS][RIGHTS].selected_options (permissions),
    [ROLE][ROLE].selected_option. private_metadata: Pointer(person).
    """
    wall, kind = Wall.of(distributor, now), _KINDS.get(target.standing)
    note = [words(f"This account is {kind}.")] if kind else []
    return {
        "type": "modal",
        "callback_id": str(ViewId.PERSON),
        "private_metadata": str(Pointer(person=target.person)),
        "title": plain_text("Permissions", TITLE),
        "submit": plain_text("Save", TITLE),
        "close": plain_text("Cancel", TITLE),
        "blocks": [
            paragraphs([who(target.person)], note),
            _rights(target),
            _role(target),
            header("Changes"),
            changes_block(changes, wall),
        ],
    }


def _rights(target: Actor) -> Block:
    options = {one: option(one.words, one, _MEANS[one]) for one in Permission}
    has = [options[one] for one in Permission if one in target.permissions]
    element: Block = {
        "type": "checkboxes",
        "action_id": str(ActionId.RIGHTS),
        "options": list(options.values()),
        **({"initial_options": has} if has else {}),
    }
    return field(str(BlockId.RIGHTS), "Permissions", element, optional=True)


def _role(target: Actor) -> Block:
    options = {role: option(name, role, means) for role, (name, means) in _ROLES.items()}
    element: Block = {
        "type": "radio_buttons",
        "action_id": str(ActionId.ROLE),
        "options": list(options.values()),
        "initial_option": options[target.role],
    }
    return field(str(BlockId.ROLE), "Role", element)


# --- changes -------------------------------------------------------------------------------------

_BY: Final = {Source.OPERATOR: "The operator", Source.BOT: "Orderwatch"}


def changes_block(changes: Changes, wall: Wall) -> Block:
    """The latest changes, the newest first, and how many came before them."""
    if not changes.latest:
        return paragraphs([words("None yet")])
    left = changes.total - len(changes.latest)
    more = [words(count(left, "earlier change"))] if left > 0 else []
    return rich(bullets(_change(one, wall) for one in changes.latest), section_of(more))


def _change(entry: PeopleEntry, wall: Wall) -> list[Run]:
    """`7:01  @Ada granted Order Sync Actions to @Dana`."""
    return [wall.at(entry.at), words("  "), *joined(_did(entry), " ")]


def _did(entry: PeopleEntry) -> list[list[Run]]:
    by, whom = _by(entry), [who(entry.person)]
    match entry.what:
        case "granted":
            return [by, [words(f"granted {_named(entry.detail)} to")], whom]
        case "revoked":
            return [by, [words(f"took {_named(entry.detail)} from")], whom]
        case "role_set":
            article = "an admin" if entry.detail == Role.ADMIN else "an employee"
            return [by, [words("made")], whom, [words(article)]]
        case "asked":
            return [whom, [words(f"asked for {_named(entry.detail)}")]]
        case "withdrawn":
            return [whom, [words(f"lost everything: {dead(entry.detail, 60)}")]]
        case "refused":
            return [by, [words("tried to remove the last admin,")], whom]
        case what:
            return [by, [words(dead(what, 60))], whom]


def _by(entry: PeopleEntry) -> list[Run]:
    if entry.by.person:
        return [who(entry.by.person)]
    return [words(_BY.get(entry.by.source, "Somebody"))]


def _named(detail: str) -> str:
    known = set(Permission)
    return Permission(detail).words if detail in known else dead(detail, 60)
