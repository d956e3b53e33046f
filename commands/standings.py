"""What kind of account people have at this moment, as the desk asks it. Used by the verbs that name
or count admins: a role outlives the account that it was given to.
"""

import asyncio
from collections.abc import Iterable, Sequence
from typing import Protocol

from commands.domain.people import PersonId, Standing


class Standings(Protocol):
    """The workspace. `bot.identity` implements it."""

    async def standing(self, person: PersonId) -> Standing:
        """UNCLEAR: it could not be told at this moment."""
        ...


class Unasked:
    """No workspace to ask: whoever is written down counts."""

    async def standing(self, person: PersonId) -> Standing:
        _ = person
        return Standing.MEMBER


async def surely(asked: Standings, people: Sequence[PersonId]) -> frozenset[PersonId]:
    """Those of whom it is certain that they are full, active members."""
    return frozenset(await _those(asked, people, {Standing.MEMBER}))


async def perhaps(asked: Standings, people: Sequence[PersonId]) -> tuple[PersonId, ...]:
    """All but those of whom it is certain that they are not."""
    return tuple(await _those(asked, people, {Standing.MEMBER, Standing.UNCLEAR}))


async def _those(
    asked: Standings, people: Sequence[PersonId], wanted: set[Standing]
) -> Iterable[PersonId]:
    told = await asyncio.gather(*(asked.standing(one) for one in people))
    return [one for one, standing in zip(people, told, strict=True) if standing in wanted]
