"""users.*, auth.test and what else tells who is who."""

from sandbox.slack.answers import Json, RefusedError
from sandbox.slack.arguments import Arguments
from sandbox.slack.calls.paging import page
from sandbox.slack.people import TEAM, Person, user_json
from sandbox.slack.state import (
    APP_ID,
    APP_NAME,
    BOT_ID,
    BOT_USER,
    TEAM_DOMAIN,
    TEAM_NAME,
    Workspace,
)


def _shown(slack: Workspace, person: Person) -> Json:
    return user_json(person, with_email="users:read.email" in slack.scopes)


def auth_test(slack: Workspace, _args: Arguments) -> Json:
    return {
        "url": f"{slack.base}/",
        "team": TEAM_NAME,
        "user": slack.people[BOT_USER].name,
        "team_id": TEAM,
        "user_id": BOT_USER,
        "bot_id": BOT_ID,
        "is_enterprise_install": False,
    }


def connections_open(slack: Workspace, _args: Arguments) -> Json:
    address = slack.base.replace("http", "ws", 1)
    return {"url": f"{address}/slack/socket/{slack.tickets.socket()}"}


def info(slack: Workspace, args: Arguments) -> Json:
    return {"user": _shown(slack, slack.person(args.text("user")))}


def everyone(slack: Workspace, args: Arguments) -> Json:
    listed, more = page(list(slack.people.values()), args)
    members = [_shown(slack, person) for person in listed]
    return {"members": members, "cache_ts": int(slack.clock.now()), **more}


def by_email(slack: Workspace, args: Arguments) -> Json:
    email = args.text("email").lower()
    for person in slack.people.values():
        if person.email.lower() == email and not person.deleted and not person.is_bot:
            return {"user": _shown(slack, person)}
    raise RefusedError("users_not_found")


def bot_info(slack: Workspace, args: Arguments) -> Json:
    if args.text("bot") not in {"", BOT_ID}:
        raise RefusedError("bot_not_found")
    bot = {"id": BOT_ID, "deleted": False, "name": APP_NAME, "app_id": APP_ID, "user_id": BOT_USER}
    return {"bot": {**bot, "updated": slack.people[BOT_USER].updated, "icons": {}}}


def team_info(slack: Workspace, args: Arguments) -> Json:
    if args.text("team") not in {"", TEAM}:
        raise RefusedError("team_not_found")
    team = {"id": TEAM, "name": TEAM_NAME, "domain": TEAM_DOMAIN, "email_domain": ""}
    return {"team": {**team, "url": f"{slack.base}/", "icon": {"image_default": True}}}
