"""The demo team: Northwind Traders, its people and channels, and the app's own bot user."""

from sandbox.slack.clock import Clock
from sandbox.slack.conversations import Conversation
from sandbox.slack.options import SlackOptions
from sandbox.slack.people import Person
from sandbox.slack.state import APP_NAME, BOT_ID, BOT_USER, Workspace

ADA, DANA, ELI, GUS = (f"U{number:09d}" for number in range(1, 5))
GENERAL, ORDERS, TASTINGS = (f"C{number:09d}" for number in range(1, 4))


def northwind(options: SlackOptions, clock: Clock) -> Workspace:
    """A new workspace with its people in it, each with a direct message to the app."""
    slack = Workspace(options, clock)
    for person in _people():
        slack.people[person.id] = person
    full = (ADA, DANA, ELI)
    _channel(slack, GENERAL, "general", "The whole company", full)
    _channel(slack, ORDERS, "orders", "Orders that did not reach the ERP", (*full, BOT_USER))
    _channel(slack, TASTINGS, "tastings", "New products, with our suppliers", (*full, GUS))
    slack.conversations[GENERAL].is_general = True
    for user in (*full, GUS):
        slack.im(user)
    return slack


def _people() -> tuple[Person, ...]:
    return (
        _person(ADA, "Ada Admin", "Head of customer service", is_admin=True),
        _person(DANA, "Dana Desk", "Order desk"),
        _person(ELI, "Eli Employee", "Order desk, trainee"),
        _person(GUS, "Gus Guest", "Supplier", is_restricted=True),
        Person(BOT_USER, APP_NAME.lower(), APP_NAME, "", title="App", is_bot=True, bot_id=BOT_ID),
    )


def _person(
    user: str, real_name: str, title: str, *, is_admin: bool = False, is_restricted: bool = False
) -> Person:
    name = real_name.split(maxsplit=1)[0].lower()
    email = f"{name}@northwind.example"
    return Person(
        user, name, real_name, email, title, is_admin=is_admin, is_restricted=is_restricted
    )


def _channel(
    slack: Workspace, channel: str, name: str, topic: str, members: tuple[str, ...]
) -> None:
    made = Conversation(channel, name, "public", int(slack.clock.now()), topic=topic)
    made.members = dict.fromkeys(members)
    slack.conversations[channel] = made
