"""Exactly one report for each distributor and day: two years in ten zones, with two processes that
die and come back, and with changes of hour and zone in between.

The time is virtual: what the database says is due is all that decides.
"""

import asyncio
import random
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

import store as stores
from commands.domain.distributors import Distributor
from commands.domain.history import By, Source
from commands.domain.ids import DistributorKey
from commands.domain.reports import ReportSettings
from commands.domain.windows import day_exists
from commands.outbox import Claim, Letter, Made, Post
from commands.report import LEASE, next_claim
from tests.databases import SqliteFiles

ZONES = (
    *("America/Chicago", "America/Sao_Paulo", "America/St_Johns", "America/Nuuk", "UTC"),
    *("Europe/Berlin", "Asia/Kolkata", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Apia"),
)
ELSEWHERE = ("Asia/Tokyo", "Pacific/Honolulu", "Pacific/Kiritimati", "Europe/Berlin")
"""Where a distributor may move to."""

BEGIN = datetime(2010, 6, 1, 12, tzinfo=UTC)
"""Within the two years from here Samoa leaves out a day, and Brazil's clocks jump at midnight."""

DAYS = 731
DAY = timedelta(days=1)
OPERATOR = By(Source.OPERATOR)
MADE = Made(Letter("s", "t"), Post("{}", "{}"))


@dataclass(slots=True)
class Process:
    """One of two that look what is due. `left`: what it took on before it died, or was slow."""

    store: stores.Store
    chance: random.Random
    left: list[Claim] = field(default_factory=list)

    async def look(self, own: Distributor, now: datetime) -> list[Claim]:
        """As `make_due`, but it may die half-way. Returns what it made."""
        claim = await next_claim(self.store.reports, own, now)
        if claim is None:
            return []
        if self.chance.random() < 0.1:
            self.left.append(claim)
            return []
        # One that was only slow comes back, and finds that it is too late.
        late = [self.left.pop()] if self.left and self.chance.random() < 0.5 else []
        return [one for one in (claim, *late) if await self._finish(one, now)]

    async def _finish(self, claim: Claim, now: datetime) -> bool:
        return await self.store.reports.made(claim, MADE, (), (), now)


@dataclass(slots=True)
class Life:
    """One distributor's two years."""

    processes: tuple[Process, Process]
    own: Distributor
    chance: random.Random
    settings: ReportSettings
    now: datetime = BEGIN
    made: Counter[date] = field(default_factory=Counter)

    async def go(self) -> None:
        await self._save()
        end = BEGIN + DAYS * DAY
        while self.now < end:
            self.now += self._pause()
            await self._tick()
            if self.chance.random() < 0.01:
                await self._change()
        # Whatever was left at the end is made by whoever comes next.
        for _ in range(8):
            self.now += LEASE
            await self._tick()

    def _pause(self) -> timedelta:
        """Until the next look: mostly hours, and sometimes nobody runs for days."""
        if self.chance.random() < 0.03:
            return timedelta(hours=self.chance.uniform(24, 120))
        return timedelta(hours=self.chance.uniform(6, 28))

    async def _tick(self) -> None:
        """One of them looks, or both do at the same moment."""
        looking = self.chance.sample(self.processes, self.chance.choice((1, 1, 1, 2)))
        looks = (one.look(self.own, self.now) for one in looking)
        for made in await asyncio.gather(*looks):
            for claim in made:
                assert claim.due
                self.made.update((claim.due.day, *claim.due.covers))

    async def _change(self) -> None:
        """Another hour, or another zone after a restart."""
        if self.chance.random() < 0.5:
            self.settings = replace(self.settings, at=_hour(self.chance))
            await self._save()
        else:
            self.own = replace(self.own, zone=ZoneInfo(self.chance.choice(ELSEWHERE)))

    async def _save(self) -> None:
        reports = self.processes[0].store.reports
        await reports.save(self.own.key, self.settings, OPERATOR, self.now)


def _hour(chance: random.Random) -> time:
    """The hours around which clocks change, among others."""
    return time(chance.choice((0, 0, 1, 2, 2, 3, 7, 12, 23, 23)), chance.choice((0, 15, 30, 59)))


@asynccontextmanager
async def lived(url: str, zone: str, seed: int) -> AsyncIterator[Life]:
    chance = random.Random(f"{zone} {seed}")
    key = DistributorKey(zone.lower().replace("/", "-").replace("_", "-"))
    own = Distributor(key, zone, ZoneInfo(zone), "* * * * *", "T1", "C1")
    async with stores.open(url) as one, stores.open(url) as other:
        first, second = (Process(store, random.Random(chance.random())) for store in (one, other))
        chosen = ReportSettings(_hour(chance), recipients=("a@example.com",))
        life = Life((first, second), own, chance, chosen)
        await life.go()
        yield life


def expected(made: Counter[date], zones: tuple[ZoneInfo, ...]) -> Iterator[date]:
    """Every day from the first to the last that any of its zones had."""
    day, last = min(made), max(made)
    while day <= last:
        if any(day_exists(day, zone) for zone in zones):
            yield day
        day += DAY


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqliteFiles]:
    """In memory where the system has a folder for that: a year has many transactions."""
    memory = Path("/dev/shm")
    where = memory if memory.is_dir() else tmp_path_factory.mktemp("days")
    with tempfile.TemporaryDirectory(dir=where) as folder:
        yield SqliteFiles(Path(folder))


# In groups, so that several workers share them.
GROUPED = [
    pytest.param(zone, marks=pytest.mark.xdist_group(f"days {at % 3}"))
    for at, zone in enumerate(ZONES)
]


@pytest.mark.parametrize("zone", GROUPED)
async def test_every_day_has_its_report_once(files: SqliteFiles, zone: str) -> None:
    with files.ready() as url:
        async with lived(url, zone, 1) as life:
            repeated = {day: n for day, n in life.made.items() if n != 1}
            assert repeated == {}
            missing = set(expected(life.made, (life.own.zone,))) - set(life.made)
            # A day that one zone left out, and another that came later had.
            assert {day for day in missing if day_exists(day, ZoneInfo(zone))} == set()
            assert len(life.made) > DAYS - 5


def test_the_two_years_hold_what_is_hard() -> None:
    assert not day_exists(date(2011, 12, 30), ZoneInfo("Pacific/Apia"))
    jump = datetime(2011, 10, 16, 0, 30, tzinfo=ZoneInfo("America/Sao_Paulo"))
    assert jump.astimezone(UTC).astimezone(jump.tzinfo).hour == 1
