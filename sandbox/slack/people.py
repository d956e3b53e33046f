"""A person of the workspace, and how `users.info` shows them."""

from dataclasses import dataclass

from sandbox.slack.answers import Json

TEAM = "T000000001"


@dataclass(slots=True)
class Person:
    """Anyone with a user id: members, guests, people of other organisations, bots."""

    id: str
    name: str
    real_name: str
    email: str
    title: str = ""
    team_id: str = TEAM
    is_admin: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    is_stranger: bool = False
    is_bot: bool = False
    deleted: bool = False
    bot_id: str | None = None
    tz: str = "America/Chicago"
    updated: int = 0

    @property
    def is_guest(self) -> bool:
        return self.is_restricted or self.is_ultra_restricted

    @property
    def is_foreign(self) -> bool:
        return self.team_id != TEAM

    @property
    def label(self) -> str:
        """One word for what kind of person this is, as the page shows it."""
        marks = (
            (self.deleted, "Deactivated"),
            (self.is_bot, "App"),
            (self.is_foreign, "Other organisation"),
            (self.is_guest, "Guest"),
            (self.is_admin, "Admin"),
        )
        return next((label for mark, label in marks if mark), "Employee")


def user_json(person: Person, *, with_email: bool) -> Json:
    """The `user` object. A deactivated account loses its role flags: an absent flag means false."""
    user: Json = {
        "id": person.id,
        "team_id": person.team_id,
        "name": person.name,
        "deleted": person.deleted,
        "color": "4bbe2e",
        "real_name": person.real_name,
        "profile": _profile(person, with_email=with_email),
        "is_bot": person.is_bot,
        "is_app_user": False,
        "updated": person.updated,
    }
    if not person.deleted:
        user |= _flags(person)
    if person.is_foreign:
        user["is_stranger"] = person.is_stranger
    return user


def _flags(person: Person) -> Json:
    return {
        "tz": person.tz,
        "tz_label": "Central Standard Time",
        "tz_offset": -21600,
        "is_admin": person.is_admin,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": person.is_restricted,
        "is_ultra_restricted": person.is_ultra_restricted,
        "is_email_confirmed": not person.is_bot,
        "who_can_share_contact_card": "EVERYONE",
    }


def _profile(person: Person, *, with_email: bool) -> Json:
    first, _, last = person.real_name.partition(" ")
    profile: Json = {
        "title": person.title,
        "phone": "",
        "real_name": person.real_name,
        "real_name_normalized": person.real_name,
        "display_name": person.name,
        "display_name_normalized": person.name,
        "first_name": first,
        "last_name": last,
        "status_text": "",
        "status_emoji": "",
        "status_expiration": 0,
        "avatar_hash": "",
        "team": person.team_id,
    }
    if person.bot_id:
        profile["bot_id"] = person.bot_id
    if with_email and person.email and not person.is_bot:
        profile["email"] = person.email
    return profile
