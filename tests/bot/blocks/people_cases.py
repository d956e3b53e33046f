"""Who may do what, as admins see and change it: drawn for `everything`."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from bot.blocks import people_replies, people_views
from bot.blocks.message import Message, View
from bot.blocks.people_views import Changes
from commands.domain.history import BOT, By, PeopleEntry, Source, person
from commands.domain.people import Permission, Role, Standing
from commands.people import CannotHave
from commands.ports import Granted, LastAdmin, Revoked, RoleSet
from tests.bot.blocks import cases
from tests.bot.blocks.cases import ADA, DANA, NOW, SAM, Words
from tests.bot.blocks.home_cases import acting_admin

Draw = Callable[[Words, int], Message | View]


def _changes(words: Words) -> Changes:
    told = [
        PeopleEntry(NOW, DANA, "granted", "actions", person(ADA)),
        PeopleEntry(NOW - cases.MINUTE, DANA, "asked", "actions", person(DANA)),
        PeopleEntry(NOW - cases.MINUTE, SAM, "role_set", "admin", By(Source.OPERATOR)),
        PeopleEntry(NOW - timedelta(days=1), SAM, "role_set", "employee", person(ADA)),
        PeopleEntry(NOW - timedelta(days=1), SAM, "withdrawn", "deactivated", BOT),
        PeopleEntry(NOW - timedelta(days=2), ADA, "refused", "last_admin", person(ADA)),
        PeopleEntry(NOW - timedelta(days=2), SAM, "revoked", words.note, person(ADA)),
        PeopleEntry(NOW - timedelta(days=2), SAM, words.note, words.note, person(ADA)),
    ]
    return Changes(tuple(told), 40)


def _people(number_of_page: int = 1) -> Draw:
    def draw(words: Words, number: int) -> View:
        kinds = {SAM: Standing.DEACTIVATED, DANA: Standing.GUEST}
        told = (cases.distributor(words), NOW)
        roster = cases.roster(number)
        return people_views.people_view(roster, kinds, _changes(words), *told, page=number_of_page)

    return draw


PEOPLE_VIEWS: dict[str, Draw] = {
    "people": _people(),
    "people_next": _people(2),
    "people_none": lambda words, _: people_views.people_view(
        replace(cases.roster(), people=()), {}, Changes((), 0), cases.distributor(words), NOW
    ),
    "person": lambda words, _: people_views.person_view(
        cases.clerk(), _changes(words), cases.distributor(words), NOW
    ),
    "person_deactivated": lambda words, _: people_views.person_view(
        replace(acting_admin(), standing=Standing.DEACTIVATED),
        Changes((), 0), cases.distributor(words), NOW,
    ),
}  # fmt: skip
PEOPLE_MESSAGES: dict[str, Draw] = {
    "arranged": lambda _words, _number: people_replies.arranged(
        SAM,
        (
            Granted(SAM, Permission.ACTIONS),
            Revoked(SAM, Permission.NOTIFICATIONS),
            RoleSet(SAM, Role.ADMIN),
        ),
    ),
    "arranged_nothing": lambda _words, _number: people_replies.arranged(SAM, ()),
    "arranged_refused": lambda _words, _number: people_replies.arranged(
        SAM, (CannotHave(SAM, Standing.GUEST), LastAdmin(SAM))
    ),
}
