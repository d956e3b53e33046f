"""What Slack sends, as values. Who and where come from the payload; a button's value only points.

Read by `bot.listeners` before any handler runs. Anything not shaped as we made it raises
BadPointerError, which is answered like an order that does not exist.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, Self, TypeAlias

from bot.blocks.ids import ActionId, BadPointerError, BlockId, Pointer, ViewId, action_of
from bot.blocks.ticking import ticked_order
from bot.identity import Who
from commands.domain.ids import BadIdError, OrderId, order_id
from commands.domain.people import Permission, PersonId

Json: TypeAlias = Mapping[str, Any]

_PERSON: Final = re.compile(r"[UW][A-Z0-9]{2,30}", re.ASCII)
_LARGEST: Final = 2**63 - 1
TYPED_INTO: Final = "plain_text_input"


@dataclass(frozen=True, slots=True)
class Place:
    """Where something was asked, and the ways to answer there.

    `view`: the id of the view a button stands in, `shows` its callback id, `modal` whether
    it is a modal (on which another is pushed) or the App Home; `beneath`: the modal it covers.
    """

    channel: str | None = None
    thread: str | None = None
    response_url: str | None = None
    trigger: str = ""
    view: str | None = None
    shows: str | None = None
    modal: bool = False
    beneath: str | None = None

    @classmethod
    def of(cls, body: Json) -> Self:
        """From an interaction."""
        container, view = _dict(body.get("container")), _dict(body.get("view"))
        return cls(
            channel=_text(_dict(body.get("channel")).get("id") or container.get("channel_id")),
            thread=_text(container.get("thread_ts")),
            response_url=_text(body.get("response_url")),
            trigger=str(body.get("trigger_id", "")),
            view=_text(view.get("id")),
            shows=_text(view.get("callback_id")),
            modal=view.get("type") == "modal",
            beneath=_text(view.get("previous_view_id")),
        )


@dataclass(frozen=True, slots=True)
class Press:
    """A button pressed, an option chosen, a box ticked, a text entered, or a modal submitted.

    `about`: what the view points at that it happened in; of a submission the same as `pointer`.
    `control`: the control as Slack tells of it.
    """

    who: Who
    place: Place
    name: str
    pointer: Pointer
    state: Json = field(default_factory=dict)
    about: Pointer = field(default_factory=Pointer)
    control: Json = field(default_factory=dict)

    @classmethod
    def of_action(cls, body: Json) -> Self:
        """From `block_actions`."""
        action = _dict(_first(body.get("actions")))
        view = _dict(body.get("view"))
        return cls(
            Who.of(body),
            Place.of(body),
            _known(str(action.get("action_id"))),
            _pointer(action),
            _values(view) if view else _values(body),
            _metadata(view),
            action,
        )

    @classmethod
    def of_submission(cls, body: Json) -> Self:
        """From `view_submission`."""
        view = _dict(body.get("view"))
        pointer = _metadata(view)
        name = str(view.get("callback_id"))
        return cls(Who.of(body), Place.of(body), name, pointer, _values(view), pointer)

    def instead(self) -> Self:
        """An overflow's option as the action it stands for."""
        return replace(self, name=_known(self.pointer.do or ""))

    @property
    def order(self) -> OrderId:
        return _order(self.pointer.order)

    @property
    def alert(self) -> int:
        number = self.pointer.alert
        if number is None or not 0 < number <= _LARGEST:
            raise BadPointerError("no alert")
        return number

    @property
    def in_alert(self) -> int:
        """The alert whose details it was pressed in; 0: none."""
        return _within(self.about.alert)

    @property
    def page(self) -> int:
        return min(max(self.pointer.page or 1, 1), _LARGEST)

    @property
    def past(self) -> int:
        return min(max(self.pointer.past or 1, 1), _LARGEST)

    @property
    def permission(self) -> Permission:
        try:
            return Permission(self.pointer.permission or "")
        except ValueError:
            raise BadPointerError("no permission") from None

    @property
    def person(self) -> PersonId:
        return person(self.pointer.person)

    @property
    def selection(self) -> int:
        """0: none, which is nobody's."""
        return _within(self.pointer.selection)

    @property
    def turn(self) -> int:
        return _within(self.pointer.turn)

    @property
    def box(self) -> OrderId:
        """The order whose box was ticked, or was not any more."""
        return _order(ticked_order(str(self.control.get("block_id"))))

    @property
    def is_ticked(self) -> bool:
        return bool(self.control.get("selected_options"))

    @property
    def typed(self) -> str:
        """What was entered into a field that tells at once."""
        value = self.control.get("value")
        return value.strip() if isinstance(value, str) else ""

    @property
    def selected_person(self) -> PersonId:
        """Chosen in a select that tells at once."""
        return person(self.control.get("selected_user"))

    @property
    def picked(self) -> OrderId:
        """The order chosen in a picker."""
        return _order(self.entered(BlockId.PICK, ActionId.PICK, "selected_option", "value"))

    @property
    def chosen_person(self) -> PersonId:
        return person(self.entered(BlockId.CHOOSE_PERSON, ActionId.CHOOSE_PERSON, "selected_user"))

    def entered(self, *path: str) -> Any:  # noqa: ANN401  # as many shapes as there are inputs
        """What stands in the state at this path; None where nothing was entered."""
        found: Any = self.state
        for part in path:
            found = found.get(part) if isinstance(found, dict) else None
        return found


@dataclass(frozen=True, slots=True)
class Typed:
    """A slash command."""

    who: Who
    place: Place
    text: str

    @classmethod
    def of(cls, body: Json) -> Self:
        who = Who(PersonId(str(body.get("user_id", ""))), str(body.get("team_id", "")))
        place = Place(
            channel=_text(body.get("channel_id")),
            response_url=_text(body.get("response_url")),
            trigger=str(body.get("trigger_id", "")),
        )
        return cls(who, place, str(body.get("text") or ""))


def _pointer(action: Json) -> Pointer:
    """What a button or an option points at; what people type or choose points at nothing."""
    option = action.get("selected_option")
    value = option.get("value") if isinstance(option, dict) else action.get("value")
    if action.get("type") == TYPED_INTO or not isinstance(value, str):
        return Pointer()
    return Pointer.read(value)


def _metadata(view: Json) -> Pointer:
    metadata = view.get("private_metadata")
    return Pointer.read(metadata) if isinstance(metadata, str) and metadata else Pointer()


def _within(number: int | None) -> int:
    return number if number is not None and 0 <= number <= _LARGEST else 0


def person(value: object) -> PersonId:
    """A user id. Raises BadPointerError for anything else."""
    if not isinstance(value, str) or not _PERSON.fullmatch(value):
        raise BadPointerError("no person")
    return PersonId(value)


def _order(value: object) -> OrderId:
    try:
        return order_id(value if isinstance(value, str) else "")
    except BadIdError:
        raise BadPointerError("no order") from None


def _known(action_id: str) -> str:
    try:
        return action_of(action_id)
    except ValueError:
        raise BadPointerError("no such action") from None


def _values(holder: Json) -> Json:
    return _dict(_dict(holder.get("state")).get("values"))


def in_details(place: Place) -> bool:
    """Whether the button stands in an order's details."""
    return place.shows == ViewId.DETAILS


def _first(actions: object) -> object:
    return actions[0] if isinstance(actions, list) and actions else None


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
