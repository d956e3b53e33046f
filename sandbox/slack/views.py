"""Modals and App Homes: the stack of each person, hashes and external ids."""

from collections.abc import Callable
from dataclasses import dataclass, field

from sandbox.slack.answers import Json, RefusedError
from sandbox.slack.ids import Ids
from sandbox.slack.people import TEAM

STACK_LIMIT = 3
TEXT_KEYS = ("title", "submit", "close")


@dataclass(slots=True)
class View:
    """`given` is what the app sent; `entered` what the person typed, as the page's raw values.

    `before`: the blocks until the last update, which the person may still have on the screen.
    """

    id: str
    user: str
    given: Json
    hash: str
    root: str
    previous: str | None = None
    entered: dict[str, dict[str, object]] = field(default_factory=dict)
    errors: dict[str, str] | None = None
    busy: bool = False
    before: list[Json] = field(default_factory=list)

    @property
    def kind(self) -> str:
        return str(self.given["type"])

    @property
    def blocks(self) -> list[Json]:
        blocks: list[Json] = self.given["blocks"]
        return blocks

    @property
    def external_id(self) -> str:
        return str(self.given.get("external_id") or "")


class Views:
    """Keeps every view that is open, and each person's published Home."""

    def __init__(self, ids: Ids, changed: Callable[[str, str | None], None]) -> None:
        self._ids = ids
        self._changed = changed
        self.stacks: dict[str, list[View]] = {}
        self.homes: dict[str, View] = {}

    def stack(self, user: str) -> list[View]:
        return self.stacks.setdefault(user, [])

    def _all(self) -> list[View]:
        return [*self.homes.values(), *(view for stack in self.stacks.values() for view in stack)]

    def find(self, view_id: str | None, external_id: str | None = None) -> View:
        """Raises `not_found`."""
        for view in self._all():
            if view.id == view_id or (external_id and view.external_id == external_id):
                return view
        raise RefusedError("not_found")

    def _unique(self, given: Json, but: View | None = None) -> None:
        wanted = given.get("external_id")
        taken = (view for view in self._all() if view is not but and view.external_id == wanted)
        if wanted and any(taken):
            raise RefusedError("duplicate_external_id")

    def _make(self, user: str, given: Json, previous: View | None = None) -> View:
        view_id = self._ids.next("V")
        root = previous.root if previous else view_id
        before = previous.id if previous else None
        return View(view_id, user, given, self._ids.hash(), root, before)

    def open(self, user: str, given: Json) -> View:
        """A new stack: whatever modal was open is gone."""
        self._unique(given)
        view = self._make(user, given)
        self.stacks[user] = [view]
        self._changed("views", user)
        return view

    def push(self, user: str, given: Json) -> View:
        """Raises `not_found` without an open modal, `push_limit_reached` above three."""
        stack = self.stack(user)
        if not stack:
            raise RefusedError("not_found")
        if len(stack) >= STACK_LIMIT:
            raise RefusedError("push_limit_reached")
        self._unique(given)
        view = self._make(user, given, stack[-1])
        stack.append(view)
        self._changed("views", user)
        return view

    def update(self, view: View, given: Json, known_hash: str | None = None) -> View:
        """Replaces the content; what was entered stays where block and action stay."""
        if known_hash and known_hash != view.hash:
            raise RefusedError("hash_conflict")
        self._unique(given, view)
        view.before = view.blocks
        view.given, view.hash = given, self._ids.hash()
        view.errors, view.busy = None, False
        self.view_changed(view)
        return view

    def publish(self, user: str, given: Json, known_hash: str | None = None) -> View:
        home = self.homes.get(user)
        if home is not None:
            return self.update(home, given, known_hash)
        if known_hash:
            raise RefusedError("hash_conflict")
        self._unique(given)
        home = self.homes[user] = self._make(user, given)
        self.view_changed(home)
        return home

    def close(self, view: View) -> list[View]:
        """Takes the view and all above it off the stack; gives those, the uppermost first."""
        stack = self.stack(view.user)
        at = next((i for i, other in enumerate(stack) if other is view), len(stack))
        gone = stack[at:]
        del stack[at:]
        self._changed("views", view.user)
        return gone[::-1]

    def clear(self, user: str) -> list[View]:
        gone = self.stacks.pop(user, [])
        self._changed("views", user)
        return gone[::-1]

    def view_changed(self, view: View) -> None:
        self._changed("views" if view.kind == "modal" else f"home:{APP_HOME}", view.user)


APP_HOME = "A000000001"


def view_json(view: View, values: Json, bot_id: str) -> Json:
    """The view object of answers and payloads; `values` is the state in Slack's form."""
    given = view.given
    shown: Json = {
        "id": view.id,
        "team_id": TEAM,
        "type": view.kind,
        "blocks": view.blocks,
        "private_metadata": given.get("private_metadata", ""),
        "callback_id": given.get("callback_id", ""),
        "external_id": view.external_id,
        "state": {"values": values},
        "hash": view.hash,
        "clear_on_close": bool(given.get("clear_on_close", False)),
        "notify_on_close": bool(given.get("notify_on_close", False)),
        "root_view_id": view.root,
        "previous_view_id": view.previous,
        "app_id": APP_HOME,
        "app_installed_team_id": TEAM,
        "bot_id": bot_id,
    }
    return shown | {key: given.get(key) for key in TEXT_KEYS}
