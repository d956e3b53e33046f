"""What a person could only send by tampering: every id, pressed and submitted with any value.

The tables name every id that is listened to, with what it honestly points at.
"""

from dataclasses import dataclass
from typing import Any, Final

from bot.blocks.ids import ActionId, Pointer, ViewId
from tests.bot.listeners.town import DANA, ELI, ORDERS, Town

Json = dict[str, Any]
TEAM: Final = "T000000001"

# Each id with what it honestly points at: {order} and {alert} are filled in.
HONEST: dict[ActionId, Pointer] = {
    ActionId.RETRY: Pointer(order="10248"),
    ActionId.RETRY_ALL: Pointer(alert=1),
    ActionId.MARK: Pointer(order="10248"),
    ActionId.MARK_SOME: Pointer(alert=1),
    ActionId.KEY_IN: Pointer(order="10248"),
    ActionId.KEY_IN_SOME: Pointer(alert=1),
    ActionId.RELEASE: Pointer(order="10248"),
    ActionId.REOPEN: Pointer(order="10248"),
    ActionId.DETAILS: Pointer(order="10248"),
    ActionId.DETAILS_PAGE: Pointer(order="10248", page=1),
    ActionId.ALERT_DETAILS: Pointer(alert=1),
    ActionId.TAKE: Pointer(alert=1),
    ActionId.TAKE_OVER: Pointer(alert=1, person=DANA),
    ActionId.SNOOZE: Pointer(alert=1, span="1h"),
    ActionId.UNSNOOZE: Pointer(alert=1),
    ActionId.NOTIFICATIONS: Pointer(),
    ActionId.PAUSE: Pointer(span="1h"),
    ActionId.MORE: Pointer(alert=1, do="take"),
    ActionId.CHECK_ERP: Pointer(order="10248"),
    ActionId.ASK_FOR_IT: Pointer(permission="actions"),
    ActionId.GRANT: Pointer(permission="actions", person=ELI),
    ActionId.GRANT_CHOSEN: Pointer(permission="actions"),
    ActionId.LIST_PAGE: Pointer(query="failed", page=1),
    ActionId.SHOW_STATUS: Pointer(query="failed"),
    ActionId.SEARCH: Pointer(),
    ActionId.SEARCH_NO_MORE: Pointer(),
    ActionId.NARROW: Pointer(alert=1, do="item", query="NW-024"),
    ActionId.TURN: Pointer(alert=1, page=1),
    ActionId.TICK: Pointer(),
    ActionId.TICK_PAGE: Pointer(alert=1, page=1),
    ActionId.TICK_ALL: Pointer(alert=1),
    ActionId.UNTICK: Pointer(alert=1),
    ActionId.ASK_TICKED: Pointer(alert=1, do="retry"),
    ActionId.SEND: Pointer(selection=1, turn=0),
    ActionId.SEND_NOT: Pointer(selection=1, turn=0),
    ActionId.UNDO: Pointer(selection=1),
    ActionId.PEOPLE: Pointer(),
    ActionId.PEOPLE_PAGE: Pointer(page=1),
    ActionId.PERSON: Pointer(person=ELI),
    ActionId.PERSON_CHOSEN: Pointer(),
    ActionId.CHOOSE_PERSON: Pointer(),
    ActionId.PICK: Pointer(),
    ActionId.REFERENCE: Pointer(),
    ActionId.WHY: Pointer(),
    ActionId.ANYWAY: Pointer(),
    ActionId.SURE: Pointer(),
    ActionId.RIGHTS: Pointer(),
    ActionId.ROLE: Pointer(),
    ActionId.WAY: Pointer(),
    ActionId.PAUSE_FOR: Pointer(),
    ActionId.REPORT_SETTINGS: Pointer(),
    ActionId.REPORT_AT: Pointer(),
    ActionId.REPORT_CONTENTS: Pointer(),
    ActionId.REPORT_RECIPIENTS: Pointer(),
    ActionId.REPORT_CHANNEL: Pointer(),
    ActionId.SUPPORT: Pointer(order="10248"),
    ActionId.SUPPORT_ALERT: Pointer(alert=1),
    ActionId.SUPPORT_NOTE: Pointer(),
}
SUBMITTED: dict[ViewId, tuple[Pointer, Json]] = {
    ViewId.MARK: (
        Pointer(order="10248"),
        {"why": {"why": {"selected_option": {"value": "keyed_in"}}}},
    ),
    ViewId.SEND: (Pointer(selection=1, turn=0), {}),
    ViewId.MARK_MANY: (
        Pointer(selection=1, turn=0),
        {
            "why": {"why": {"selected_option": {"value": "keyed_in"}}},
            "sure": {"sure": {"selected_options": [{"value": "sure"}]}},
        },
    ),
    ViewId.PERSON: (
        Pointer(person=ELI),
        {
            "rights": {"rights": {"selected_options": [{"value": "actions"}]}},
            "role": {"role": {"selected_option": {"value": "admin"}}},
        },
    ),
    ViewId.KEY_IN_PICK: (
        Pointer(alert=1),
        {"pick": {"pick": {"selected_option": {"value": "10248"}}}},
    ),
    ViewId.NOTIFICATIONS: (
        Pointer(),
        {
            "way": {"way": {"selected_option": {"value": "email"}}},
            "pause_for": {"pause_for": {"selected_option": {"value": "until_resumed"}}},
        },
    ),
    ViewId.REPORT_SETTINGS: (
        Pointer(),
        {
            "report_at": {"report_at": {"selected_time": "06:30"}},
            "report_contents": {"report_contents": {"selected_option": {"value": "all"}}},
            "report_recipients": {"report_recipients": {"value": "thief@example.com"}},
            "report_channel": {"report_channel": {"selected_conversations": [ORDERS]}},
        },
    ),
    ViewId.SUPPORT: (Pointer(order="10248"), {}),
}
TYPED = (
    "",
    "failed",
    "pending",
    "successful",
    "show 10248",
    "history 10248",
    "retry 10248",
    "retry 10248 10249",
    "retry failed code:inactive_item",
    "mark-synced 10248",
    "mark-synced 10248 erp:SO-1",
    "status",
    "report",
    "report now",
    "people",
    f"people grant <@{ELI}> actions",
    f"people admin <@{ELI}>",
)
KINDS: Final[dict[ActionId, str]] = {
    ActionId.MORE: "overflow",
    ActionId.NARROW: "static_select",
    ActionId.ASK_TICKED: "static_select",
    ActionId.TICK: "checkboxes",
    ActionId.SEARCH: "plain_text_input",
    ActionId.PERSON_CHOSEN: "users_select",
}
"""Controls that are no buttons."""
AT_HOME: Final = frozenset(
    {
        *(ActionId.SHOW_STATUS, ActionId.SEARCH, ActionId.SEARCH_NO_MORE, ActionId.TURN),
        *(ActionId.TICK, ActionId.TICK_PAGE, ActionId.TICK_ALL, ActionId.UNTICK),
        *(ActionId.ASK_TICKED, ActionId.UNDO, ActionId.PEOPLE, ActionId.GRANT_CHOSEN),
    }
)


def control(action: ActionId, value: str, order: str = "10248") -> Json:
    """A control as Slack tells of it when it was used."""
    kind = KINDS.get(action, "button")
    at = {"type": kind, "action_id": str(action), "block_id": "b"}
    match kind:
        case "overflow" | "static_select":
            return {**at, "selected_option": {"value": value}}
        case "checkboxes":
            block = f"tick.0.{order}"
            return {**at, "block_id": block, "selected_options": [{"value": "ticked"}]}
        case "users_select":
            return {**at, "selected_user": ELI}
        case _:
            return {**at, "value": value}


@dataclass(frozen=True, slots=True)
class Forger:
    """Sends what a person could only send by tampering, from a modal of their own."""

    place: Town
    who: str
    team: str = TEAM

    async def press(
        self, action: ActionId, value: str, *, about: str = "", order: str = ""
    ) -> None:
        """In a modal whose metadata is `about`. `order`: whose box it is."""
        view = self._modal()
        chosen = {"choose_person": {"choose_person": {"selected_user": ELI}}}
        shown = {**view, "callback_id": "details", "state": {"values": chosen}}
        shown["private_metadata"] = about
        await self._act(shown, control(action, value, order or "10248"))

    async def press_at_home(self, action: ActionId, value: str, **changes: str) -> None:
        """`changes`: `block`, the id of the block it stands in."""
        chosen = {"choose_person": {"choose_person": {"selected_user": ELI}}}
        shown = {"id": "V0", "type": "home", "callback_id": "home", "state": {"values": chosen}}
        acted = control(action, value)
        await self._act(shown, {**acted, "block_id": changes.get("block", acted["block_id"])})

    async def press_on_message(self, action: ActionId, value: str) -> None:
        container = {"type": "message", "message_ts": "1.2", "channel_id": ORDERS}
        body = self._head("block_actions") | {"container": container, "channel": {"id": ORDERS}}
        await self._send(body | {"actions": [control(action, value)]})

    async def _act(self, shown: Json, acted: Json) -> None:
        container = {"type": "view", "view_id": shown["id"]}
        body = self._head("block_actions") | {"container": container, "view": shown}
        await self._send(body | {"actions": [acted]})

    async def submit(self, view_id: ViewId, metadata: str, state: Json) -> None:
        view = self._modal()
        shown = {**view, "callback_id": str(view_id), "private_metadata": metadata}
        shown["state"] = {"values": state}
        done = await self._send(self._head("view_submission") | {"view": shown})
        # What Slack would put into the modal, put there.
        if drawn := (done["payload"] or {}).get("view"):
            self._modal(drawn)

    async def type(self, text: str) -> None:
        body = {
            "command": "/orders",
            "text": text,
            "user_id": self.who,
            "team_id": self.team,
            "channel_id": ORDERS,
            "trigger_id": self._trigger(),
            "response_url": "",
        }
        await self._send(body, "slash_commands")

    def _modal(self, given: Json | None = None) -> Json:
        plain = {"type": "plain_text", "text": "Title"}
        given = given or {"type": "modal", "title": plain, "blocks": []}
        view = self.place.box.slack.workspace.views.open(self.who, given)
        return {"id": view.id, "type": "modal"}

    def _head(self, kind: str) -> Json:
        person = {"id": self.who, "team_id": self.team, "username": "x", "name": "x"}
        trigger = self._trigger()
        return {"type": kind, "team": {"id": TEAM}, "user": person, "trigger_id": trigger}

    def _trigger(self) -> str:
        """What Slack gives to whoever presses something."""
        return self.place.box.slack.workspace.tickets.trigger(self.who)

    async def _send(self, body: Json, kind: str = "interactive") -> Json:
        done = await self.place.forge(body, kind)
        assert done["acknowledged"], body
        await self.place.front.drain()
        return done

    async def everything(self) -> None:
        """Every id, honestly pointed."""
        for action, pointer in HONEST.items():
            await self.press(action, str(pointer), about=str(Pointer(alert=1)))
            if action in AT_HOME:
                await self.press_at_home(action, str(pointer))
            else:
                await self.press_on_message(action, str(pointer))
        for view_id, (pointer, state) in SUBMITTED.items():
            await self.submit(view_id, str(pointer), state)
        for text in TYPED:
            await self.type(text)
