"""What Slack said about people, and when: asked again once it is too old. Called by `bot`."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from commands.domain.people import PersonId, Standing
from store.dialects import insert
from store.engine import Database
from store.tables import profiles


@dataclass(frozen=True, slots=True)
class Profile:
    """A person's kind of account as Slack last told it; `fetched_at` says how old that is."""

    team: str
    person: PersonId
    standing: Standing
    fetched_at: datetime
    name: str | None = None
    email: str | None = None


class Profiles:
    """The cache of `users.info`, seen by all processes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def load(self, team: str, person: PersonId) -> Profile | None:
        p = profiles.c
        chosen = sa.select(profiles).where(p.team == team, p.person == person)
        async with self._database.reading() as connection:
            row = (await connection.execute(chosen)).one_or_none()
        if row is None:
            return None
        return Profile(
            row.team,
            PersonId(row.person),
            Standing(row.standing),
            row.fetched_at,
            row.name,
            row.email,
        )

    async def save(self, profile: Profile) -> None:
        """Keep what Slack said; an older word never replaces a newer one."""
        values = {
            "standing": profile.standing.value,
            "name": profile.name,
            "email": profile.email,
            "fetched_at": profile.fetched_at,
        }
        async with self._database.writing() as connection:
            await connection.execute(
                insert(connection, profiles)
                .values(team=profile.team, person=profile.person, **values)
                .on_conflict_do_update(
                    index_elements=["team", "person"],
                    set_=values,
                    where=profiles.c.fetched_at <= profile.fetched_at,
                )
            )
