"""Modals and the App Home: triggers, the stack, hashes, answers to a submission, limits."""

from typing import Any

import pytest

from tests.sandbox.slack_world import (
    ADA,
    DANA,
    ELI,
    ORDERS,
    SILENT,
    Json,
    World,
    actions,
    button,
    connected,
    modal,
    plain,
    section,
    text_input,
    world,
)


class Answers:
    """What the app answers to submissions: one after the other."""

    def __init__(self, *payloads: object) -> None:
        self.payloads = list(payloads)

    def __call__(self, envelope: Json) -> object:
        submitted = envelope["payload"].get("type") == "view_submission"
        return self.payloads.pop(0) if submitted and self.payloads else None


async def test_a_trigger_works_once_and_for_three_seconds() -> None:
    async with world() as w, connected(w) as app:
        trigger = await w.trigger(app)
        assert (await w.api("views.open", trigger_id=trigger, view=modal()))["ok"]
        again = await w.api("views.open", trigger_id=trigger, view=modal())
        assert again["error"] == "exchanged_trigger_id"
        late = await w.trigger(app)
        w.box.clock.advance(3.5)
        answer = await w.api("views.open", trigger_id=late, view=modal())
        assert answer["error"] == "expired_trigger_id"
        answer = await w.api("views.open", trigger_id="1.2.3", view=modal())
        assert answer["error"] == "invalid_trigger_id"
        answer = await w.api("views.open", view=modal())
        assert answer["error"] == "invalid_arguments"


async def test_a_wrong_view_leaves_the_trigger_unused() -> None:
    async with world() as w, connected(w) as app:
        trigger = await w.trigger(app)
        assert not (await w.api("views.open", trigger_id=trigger, view={"type": "modal"}))["ok"]
        assert (await w.api("views.open", trigger_id=trigger, view=modal()))["ok"]


async def test_three_views_are_the_most() -> None:
    async with world() as w, connected(w) as app:
        opened = await w.api("views.open", trigger_id=await w.trigger(app), view=modal())
        for _ in range(2):
            pushed = await w.api("views.push", trigger_id=await w.trigger(app), view=modal())
            assert pushed["view"]["root_view_id"] == opened["view"]["id"]
        full = await w.api("views.push", trigger_id=await w.trigger(app), view=modal())
        assert full["error"] == "push_limit_reached"
        assert len((await w.see("views", DANA))["views"]) == 3


async def test_push_needs_an_open_modal() -> None:
    async with world() as w, connected(w) as app:
        pushed = await w.api("views.push", trigger_id=await w.trigger(app), view=modal())
        assert pushed["error"] == "not_found"


async def test_hash_guards_an_update() -> None:
    async with world() as w, connected(w) as app:
        opened = await w.api("views.open", trigger_id=await w.trigger(app), view=modal())
        view = opened["view"]
        first = await w.api("views.update", view_id=view["id"], hash=view["hash"], view=modal())
        assert first["ok"]
        assert first["view"]["hash"] != view["hash"]
        stale = await w.api("views.update", view_id=view["id"], hash=view["hash"], view=modal())
        assert stale["error"] == "hash_conflict"
        assert (await w.api("views.update", view_id=view["id"], view=modal()))["ok"]
        gone = await w.api("views.update", view_id="V1", view=modal())
        assert gone["error"] == "not_found"


async def test_external_ids_find_a_view_and_are_unique() -> None:
    async with world() as w, connected(w) as app:
        named = modal(external_id="order-1")
        await w.api("views.open", trigger_id=await w.trigger(app), view=named)
        assert (await w.api("views.update", external_id="order-1", view=named))["ok"]
        trigger = await w.trigger(app, ELI)
        taken = await w.api("views.open", trigger_id=trigger, view=named)
        assert taken["error"] == "duplicate_external_id"


VIEW_LIMITS: list[tuple[str, Any, int]] = [
    ("title", lambda n: modal(title=plain("t" * n)), 24),
    ("submit", lambda n: modal(submit=plain("t" * n)), 24),
    ("close", lambda n: modal(close=plain("t" * n)), 24),
    ("private_metadata", lambda n: modal(private_metadata="m" * n), 3000),
    ("callback_id", lambda n: modal(callback_id="c" * n), 255),
    ("blocks", lambda n: modal(*[section()] * n), 100),
]


@pytest.mark.parametrize(("what", "view", "most"), VIEW_LIMITS, ids=[v[0] for v in VIEW_LIMITS])
async def test_limits_of_a_view(what: str, view: Any, most: int) -> None:
    del what
    async with world() as w, connected(w) as app:
        trigger = await w.trigger(app)
        over = await w.api("views.open", trigger_id=trigger, view=view(most + 1))
        assert over["error"] == "invalid_arguments"
        assert "json-pointer:/view" in over["response_metadata"]["messages"][0]
        assert (await w.api("views.open", trigger_id=trigger, view=view(most)))["ok"]


WRONG_VIEWS: list[tuple[str, Json]] = [
    ("no title", {"type": "modal", "blocks": []}),
    ("home in a modal", {"type": "home", "blocks": []}),
    ("unknown key", modal(colour="red")),
    ("input without submit", {"type": "modal", "title": plain("t"), "blocks": [text_input()]}),
    ("table in a modal", modal({"type": "table", "rows": [[{"type": "raw_text", "text": "t"}]]})),
    ("unknown block", modal({"type": "lever"})),
]


@pytest.mark.parametrize(("what", "view"), WRONG_VIEWS, ids=[v[0] for v in WRONG_VIEWS])
async def test_what_is_no_modal(what: str, view: Json) -> None:
    del what
    async with world() as w:
        answer = await w.api("views.open", trigger_id="1.2.3", view=view)
        assert answer["error"] == "invalid_arguments"


async def test_a_view_has_at_most_250_kilobytes() -> None:
    async with world() as w:
        large = modal(*[section("t" * 3000) for _ in range(90)])
        answer = await w.api("views.open", trigger_id="1.2.3", view=large)
        assert answer["error"] == "view_too_large"


async def test_errors_stand_at_the_fields_and_keep_what_was_typed() -> None:
    answers = Answers({"response_action": "errors", "errors": {"b": "no such order"}})
    async with world() as w, connected(w, answers) as app:
        opened = await w.api(
            "views.open", trigger_id=await w.trigger(app), view=modal(text_input())
        )
        view_id = opened["view"]["id"]
        given = {"view_id": view_id, "state": {"b": {"a": "x"}}}
        answer = await w.do("submit", DANA, **given)
        assert answer == {"ok": True, "errors": {"b": "no such order"}}
        (shown,) = (await w.see("views", DANA))["views"]
        assert shown["errors"] == {"b": "no such order"}
        assert shown["state"] == {"b": {"a": "x"}}
        assert await w.do("submit", DANA, **given) == {"ok": True}


async def test_errors_for_a_block_that_is_not_there_are_a_fault_of_the_app() -> None:
    answers = Answers({"response_action": "errors", "errors": {"elsewhere": "x"}})
    async with world() as w, connected(w, answers) as app:
        opened = await w.api(
            "views.open", trigger_id=await w.trigger(app), view=modal(text_input())
        )
        state = {"b": {"a": "x"}}
        answer = await w.do("submit", DANA, view_id=opened["view"]["id"], state=state)
        assert answer["error"] == "invalid_response_errors"


async def test_update_push_and_clear_answer_a_submission() -> None:
    second, third = modal(title=plain("Second")), modal(title=plain("Third"))
    answers = Answers(
        {"response_action": "update", "view": second},
        {"response_action": "push", "view": third},
        {"response_action": "clear"},
    )
    async with world() as w, connected(w, answers) as app:
        await w.api("views.open", trigger_id=await w.trigger(app), view=modal())
        titles = []
        for _ in range(3):
            shown = (await w.see("views", DANA))["views"]
            assert (await w.do("submit", DANA, view_id=shown[-1]["id"]))["ok"]
            titles.append([view["title"]["text"] for view in (await w.see("views", DANA))["views"]])
        assert titles == [["Second"], ["Second", "Third"], []]


async def test_a_submission_not_acknowledged_in_time_stays_open() -> None:
    silent = Answers(SILENT)
    async with world(ack_seconds=0.2) as w, connected(w, silent) as app:
        opened = await w.api("views.open", trigger_id=await w.trigger(app), view=modal())
        answer = await w.do("submit", DANA, view_id=opened["view"]["id"])
        assert answer["error"] == "operation_timeout"
        (shown,) = (await w.see("views", DANA))["views"]
        assert shown["busy"] is False


async def test_required_inputs_never_reach_the_app_empty() -> None:
    async with world() as w, connected(w) as app:
        opened = await w.api(
            "views.open",
            trigger_id=await w.trigger(app),
            view=modal(text_input(min_length=3), text_input("free") | {"optional": True}),
        )
        view_id = opened["view"]["id"]
        assert set((await w.do("submit", DANA, view_id=view_id))["errors"]) == {"b"}
        short = await w.do("submit", DANA, view_id=view_id, state={"b": {"a": "xy"}})
        assert "3" in short["errors"]["b"]
        assert app.of("interactive") == []


async def test_closing_is_told_when_asked_for() -> None:
    async with world() as w, connected(w) as app:
        view = modal(notify_on_close=True, private_metadata="kept")
        opened = await w.api("views.open", trigger_id=await w.trigger(app), view=view)
        assert (await w.do("close", DANA, view_id=opened["view"]["id"]))["ok"]
        await app.wait(lambda: app.of("interactive"))
        (closed,) = app.of("interactive")
        assert (closed["type"], closed["is_cleared"]) == ("view_closed", False)
        assert closed["view"]["private_metadata"] == "kept"
        assert (await w.see("views", DANA))["views"] == []


async def test_nobody_touches_another_persons_modal() -> None:
    async with world() as w, connected(w) as app:
        opened = await w.api("views.open", trigger_id=await w.trigger(app), view=modal())
        answer = await w.do("submit", ELI, view_id=opened["view"]["id"])
        assert answer["error"] == "not_found"
        assert (await w.see("views", ELI))["views"] == []


async def test_what_was_typed_survives_an_update_of_the_same_fields() -> None:
    async with world() as w, connected(w) as app:
        press = actions(button("more"), block_id="c")
        opened = await w.api(
            "views.open", trigger_id=await w.trigger(app), view=modal(text_input(), press)
        )
        view_id, state = opened["view"]["id"], {"b": {"a": "typed"}}
        place = {"type": "view", "view_id": view_id}
        given = {"container": place, "block_id": "c", "action_id": "more", "state": state}
        assert (await w.do("action", DANA, **given))["ok"]
        payload = app.of("interactive")[-1]
        assert payload["view"]["state"]["values"]["b"]["a"]["value"] == "typed"
        assert "response_url" not in payload
        await w.api("views.update", view_id=view_id, view=modal(text_input(), section("new")))
        (shown,) = (await w.see("views", DANA))["views"]
        assert shown["state"]["b"]["a"] == "typed"


async def test_home_is_published_for_one_person() -> None:
    async with world() as w, connected(w) as app:
        await w.do("open_home", DANA, app=w.box.app_id)
        await app.wait(lambda: app.events("app_home_opened"))
        (event,) = app.events("app_home_opened")
        assert (event["user"], event["tab"]) == (DANA, "home")
        home = {"type": "home", "blocks": [actions(button())]}
        published = await w.api("views.publish", user_id=DANA, view=home)
        again = await w.api(
            "views.publish", user_id=DANA, view=home, hash=published["view"]["hash"]
        )
        assert again["view"]["id"] == published["view"]["id"]
        stale = await w.api(
            "views.publish", user_id=DANA, view=home, hash=published["view"]["hash"]
        )
        assert stale["error"] == "hash_conflict"
        assert (await w.see("home", DANA))["view"]["blocks"]
        assert (await w.see("home", ADA))["view"] is None
        await w.do("open_home", DANA, app=w.box.app_id)
        await app.wait(lambda: len(app.events("app_home_opened")) == 2)
        assert app.events("app_home_opened")[1]["view"]["type"] == "home"


async def test_a_home_has_no_title_and_needs_its_tab() -> None:
    async with world(home_enabled=False) as w:
        home: Json = {"type": "home", "blocks": []}
        answer = await w.api("views.publish", user_id=DANA, view=home)
        assert answer["error"] == "not_enabled"
    async with world() as w:
        answer = await w.api("views.publish", user_id=DANA, view=home | {"title": plain("t")})
        assert answer["error"] == "invalid_arguments"
        answer = await w.api("views.publish", user_id="U9", view=home)
        assert answer["error"] == "user_not_found"


async def test_every_choice_arrives_in_slacks_form() -> None:
    options = [{"text": plain(name), "value": name} for name in ("x", "y", "z")]

    def choice(kind: str, **more: Any) -> Json:
        element = {"type": kind, "action_id": "a", **more}
        return {"type": "input", "block_id": kind, "label": plain("l"), "element": element}

    view = modal(
        choice("static_select", options=options),
        choice("radio_buttons", options=options, initial_option=options[2]),
        choice("checkboxes", options=options),
        choice("multi_static_select", options=options),
        choice("users_select"),
        choice("multi_users_select"),
        choice("conversations_select"),
        choice("datepicker"),
        choice("timepicker"),
    )
    state: dict[str, Any] = {
        "static_select": {"a": "x"},
        "checkboxes": {"a": ["x", "y"]},
        "multi_static_select": {"a": ["z"]},
        "users_select": {"a": ELI},
        "multi_users_select": {"a": [ADA, ELI]},
        "conversations_select": {"a": ORDERS},
        "datepicker": {"a": "2026-11-24"},
        "timepicker": {"a": "07:30"},
    }
    async with world() as w, connected(w) as app:
        opened = await w.api("views.open", trigger_id=await w.trigger(app), view=view)
        assert (await w.do("submit", DANA, view_id=opened["view"]["id"], state=state))["ok"]
        values = {
            block: entry["a"]
            for block, entry in app.of("interactive")[0]["view"]["state"]["values"].items()
        }
        assert values["static_select"]["selected_option"] == options[0]
        assert values["radio_buttons"]["selected_option"] == options[2]
        assert values["checkboxes"]["selected_options"] == options[:2]
        assert values["multi_static_select"]["selected_options"] == options[2:]
        assert values["users_select"]["selected_user"] == ELI
        assert values["multi_users_select"]["selected_users"] == [ADA, ELI]
        assert values["conversations_select"]["selected_conversation"] == ORDERS
        assert values["datepicker"]["selected_date"] == "2026-11-24"
        assert values["timepicker"]["selected_time"] == "07:30"


async def test_an_option_that_is_not_offered_is_not_taken() -> None:
    options = [{"text": plain("x"), "value": "x"}]
    select = {"type": "static_select", "action_id": "a", "options": options}
    async with world() as w, connected(w) as app:
        posted = await w.api("chat.postMessage", channel=ORDERS, text="t", blocks=[actions(select)])
        answer = await w.press(DANA, posted["ts"], "a", value="forged")
        assert answer["error"] == "no_such_option"
        assert app.of("interactive") == []


# --- a press that crosses an update --------------------------------------------------------------


def rows(drawn: int, *orders: str) -> Json:
    """A page with a box for each order; each drawing has other block ids."""
    return modal(*(row(f"{drawn}.{order}", order) for order in orders))


def row(block_id: str, order: str) -> Json:
    options = [{"text": plain(f"Order {order}"), "value": "ticked"}]
    return {
        "type": "actions",
        "block_id": block_id,
        "elements": [{"type": "checkboxes", "action_id": "tick", "options": options}],
    }


async def test_a_press_that_crosses_an_update_counts_for_what_it_was_meant_for() -> None:
    async with world() as w, connected(w) as app:
        trigger = await w.trigger(app)
        shown = await w.api("views.open", trigger_id=trigger, view=rows(1, "1", "2", "3"))
        view = shown["view"]["id"]
        await w.api("views.update", view_id=view, view=rows(2, "2", "3"))
        assert (await tick(w, view, "1.3"))["ok"]
        [payload] = app.of("interactive")
        assert payload["actions"][0]["block_id"] == "2.3"
        assert (await tick(w, view, "1.1"))["error"] == "no_such_element"


async def test_where_two_offer_the_same_nobody_can_tell_which_was_meant() -> None:
    async with world() as w, connected(w) as app:
        trigger = await w.trigger(app)
        shown = await w.api("views.open", trigger_id=trigger, view=rows(1, "1"))
        view = shown["view"]["id"]
        twice = modal(row("2.1", "1"), row("2.2", "1"))
        await w.api("views.update", view_id=view, view=twice)
        assert (await tick(w, view, "1.1"))["error"] == "no_such_element"
        assert not app.of("interactive")


async def tick(w: World, view: str, block_id: str) -> Json:
    container = {"type": "view", "view_id": view}
    at = {"block_id": block_id, "action_id": "tick"}
    return await w.do("action", DANA, container=container, value=["ticked"], **at)
