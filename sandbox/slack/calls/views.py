"""views.*: modals and the App Home."""

from sandbox.slack.answers import Json, RefusedError
from sandbox.slack.arguments import Arguments
from sandbox.slack.inputs import values_of
from sandbox.slack.state import BOT_ID, Workspace
from sandbox.slack.view_shape import checked_view
from sandbox.slack.views import View, view_json


def shown(view: View) -> Json:
    return view_json(view, values_of(view.blocks, view.entered), BOT_ID)


def open_modal(slack: Workspace, args: Arguments) -> Json:
    given = checked_view(args.json("view"), "modal", slack.ids)
    user = slack.tickets.exchange(_trigger(args))
    return {"view": shown(slack.views.open(user, given))}


def push(slack: Workspace, args: Arguments) -> Json:
    given = checked_view(args.json("view"), "modal", slack.ids)
    user = slack.tickets.exchange(_trigger(args))
    return {"view": shown(slack.views.push(user, given))}


def _trigger(args: Arguments) -> str:
    trigger = args.text("trigger_id") or args.text("interactivity_pointer")
    if not trigger:
        raise RefusedError("invalid_arguments", ["[ERROR] missing required field: trigger_id"])
    return trigger


def update(slack: Workspace, args: Arguments) -> Json:
    view_id, external_id = args.text("view_id"), args.text("external_id")
    if not view_id and not external_id:
        raise RefusedError("invalid_arguments", ["[ERROR] missing required field: view_id"])
    view = slack.views.find(view_id, external_id)
    given = checked_view(args.json("view"), view.kind, slack.ids)
    return {"view": shown(slack.views.update(view, given, args.text("hash")))}


def publish(slack: Workspace, args: Arguments) -> Json:
    if not slack.options.home_enabled:
        raise RefusedError("not_enabled")
    person = slack.person(args.text("user_id"))
    if person.is_bot or person.deleted:
        raise RefusedError("user_not_found")
    given = checked_view(args.json("view"), "home", slack.ids)
    return {"view": shown(slack.views.publish(person.id, given, args.text("hash")))}
