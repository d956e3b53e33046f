"""The composition root of `orderwatch run`: everything is made here, wired, started and stopped.

Settings → store → ERP adapters → desks → engines → Slack → HTTP → scheduler. Importing this module
does nothing.
"""

import asyncio
import contextlib
import logging
import signal
from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Coroutine,
    Iterable,
    Iterator,
)
from dataclasses import dataclass, replace
from datetime import UTC, timedelta
from functools import partial
from typing import Any, Final

from apscheduler.schedulers.asyncio import AsyncIOScheduler

import store as stores
from bot.api import Doors, build
from bot.api.callers import Callers
from bot.cadence import Cadence, Ticks
from bot.chores import keep_house
from bot.clock import agreed
from bot.desks import Bell, desk_of
from bot.metrics import Metrics
from bot.offices import mailer_of, office_of
from bot.reports.channels import SlackChannels
from bot.serving import bind, serving
from bot.settings import Account, Settings
from bot.settings_environment import Listen
from bot.slack import SlackEndedError
from bot.slack_side import Post, SlackSide
from bot.world import World
from commands.beside import Beside
from commands.desk import Desk
from commands.domain.ids import DistributorKey
from commands.engine import Engine
from commands.mailing import Mailman
from commands.ports import Clock
from commands.report import Reporter
from commands.watch import TICK
from store.processes import clock_of
from store.signs import Signs

log = logging.getLogger("orderwatch.service")

WIND_DOWN: Final = timedelta(seconds=4)
"""How long calls that are out may take to come back; leases take care of what does not."""

REPORTS_EVERY: Final = 5
"""Seconds between two looks whether a report is due."""


class ServiceEndedError(Exception):
    """The service cannot go on; the message says to an operator why, and what to do."""


@dataclass(frozen=True, slots=True)
class Paperwork:
    """A distributor's reports and mail at work. `mailman` None: e-mail is off."""

    post: Post
    reporter: Reporter
    mailman: Mailman | None


@dataclass(frozen=True, slots=True)
class Bench:
    """One distributor at work. `desk` is what the doors use."""

    desk: Desk
    engine: Engine
    news: Bell
    cadence: Cadence

    @property
    def key(self) -> DistributorKey:
        return self.desk.distributor.key


async def run(settings: Settings, world: World) -> None:
    """Serve until SIGTERM or SIGINT. The database has been checked and is ours alone.

    Raises CannotListenError and ServiceEndedError.
    """
    # First of all: a port that is taken is the commonest reason why a start fails.
    bound = bind(settings.listen)
    stop = _stop_on_signals()
    zones = {key: account.distributor.zone for key, account in settings.accounts.items()}
    async with stores.open(settings.database_url, zones) as store:
        clock, metrics = await agreed(store, world.clock), Metrics()
        world = replace(world, clock=clock)
        async with _benches(settings, store, world, metrics) as benches:
            offices = {key: _paperwork(bench, store, settings) for key, bench in benches.items()}
            posts = {key: one.post for key, one in offices.items()}
            slack = SlackSide(settings.slack, store, clock, posts)
            desks = {key: bench.desk for key, bench in benches.items()}
            callers = Callers.of(settings.accounts.values())
            app = build(Doors(desks, callers, store, metrics, slack.events))
            async with contextlib.AsyncExitStack() as closing:
                closing.push_async_callback(slack.close)
                await closing.enter_async_context(serving(app, bound))
                scheduler = _scheduler(
                    benches.values(), partial(_beat, store.signs, clock, metrics)
                )
                _tick_reports(scheduler, offices.values())
                closing.callback(scheduler.shutdown, wait=False)
                log.info("listening on http://%s", Listen(*bound.getsockname()[:2]))
                await _work(benches.values(), offices.values(), slack, store, stop)
                log.info("stopping")


def _paperwork(bench: Bench, store: stores.Store, settings: Settings) -> Paperwork:
    channels = SlackChannels()
    office = office_of(bench.desk, store, settings, channels)
    mailer = mailer_of(store, settings)
    post = Post(bench.desk, bench.news, office, channels)
    made = Paperwork(post, Reporter(office), Mailman(office, mailer) if mailer else None)
    bench.news.hear(made.reporter.wake)
    if made.mailman:
        bench.news.hear(made.mailman.wake)
    return made


def _tick_reports(scheduler: AsyncIOScheduler, offices: Iterable[Paperwork]) -> None:
    """Let every reporter look what is due, again and again; the database says whose it is."""
    for one in offices:
        scheduler.add_job(
            one.reporter.wake, "interval", seconds=REPORTS_EVERY, misfire_grace_time=None
        )


@contextlib.asynccontextmanager
async def _benches(
    settings: Settings, store: stores.Store, world: World, metrics: Metrics
) -> AsyncIterator[dict[DistributorKey, Bench]]:
    mails, accounts = settings.mail_off is None, settings.accounts
    benches = {
        key: _bench(account, store, world, metrics, mails=mails)
        for key, account in accounts.items()
    }
    try:
        yield benches
    finally:
        for bench in benches.values():
            await bench.desk.erp.close()


def _bench(
    account: Account, store: stores.Store, world: World, metrics: Metrics, *, mails: bool
) -> Bench:
    due, news, own = Bell(), Bell(), account.distributor
    desk = desk_of(account, store, world.clock, metrics, due, world.cadence, mails=mails)
    engine = Engine(desk, news.ring)
    due.hear(engine.wake)
    due.hear(news.ring)
    cadence = world.cadence(own.cadence, own.zone)
    return Bench(replace(desk, erp=Beside(desk.erp, engine)), engine, news, cadence)


async def _beat(signs: Signs, clock: Clock, metrics: Metrics, key: DistributorKey) -> None:
    """The cadence ticks: whoever watches can see it."""
    now = clock.now()
    metrics.last_tick.labels(key).set(now.timestamp())
    await signs.beat(key, TICK, now)


def _scheduler(
    benches: Iterable[Bench], beat: Callable[[DistributorKey], Awaitable[None]]
) -> AsyncIOScheduler:
    """Started: at each tick of a cadence, the engine of the process that holds the distributor's
    clock looks at once.
    """
    scheduler = AsyncIOScheduler(timezone=UTC)

    async def tick(bench: Bench) -> None:
        if not bench.desk.processes.leads(bench.key):
            return
        bench.engine.wake()
        await beat(bench.key)

    for bench in benches:
        scheduler.add_job(
            tick, Ticks(bench.cadence), (bench,), misfire_grace_time=None, coalesce=True
        )
    scheduler.start()
    return scheduler


def _stop_on_signals() -> asyncio.Event:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    loop.set_exception_handler(_unforeseen)
    return stop


def _unforeseen(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    # The default handler writes the exception's own words, and they may quote an order.
    error = context.get("exception")
    log.error("unforeseen: %s", type(error).__name__ if error else "trouble in the event loop")


async def _work(
    benches: Iterable[Bench],
    offices: Iterable[Paperwork],
    slack: SlackSide,
    store: stores.Store,
    stop: asyncio.Event,
) -> None:
    """Engines and Slack, until `stop` or until one of them ends. Raises ServiceEndedError."""
    # The engines' places hang on this line: it goes last.
    lines = [asyncio.create_task(one.keep()) for one in (store.processes, store.clock)]
    engines = {bench: asyncio.create_task(bench.engine.run()) for bench in benches}
    beside = [asyncio.create_task(slack.run())]
    for one in offices:
        beside += [asyncio.create_task(duty) for duty in _duties(one, store)]
    stopping = asyncio.create_task(stop.wait())
    try:
        ended, _ = await asyncio.wait(
            (*engines.values(), *lines, *beside, stopping), return_when=asyncio.FIRST_COMPLETED
        )
        if stopping not in ended:
            raise _why(ended.pop())
    finally:
        await _cancel(stopping, *beside)
        for bench in engines:
            bench.engine.stop()
        _, late = await asyncio.wait(engines.values(), timeout=WIND_DOWN.total_seconds())
        await _cancel(*late, *lines)


def _duties(paper: Paperwork, store: stores.Store) -> Iterator[Coroutine[Any, Any, None]]:
    """What only one of several processes does: keep the clock, and send a distributor's mails."""
    yield _hold_clock(paper, store)
    if paper.mailman:
        name = f"mail of {paper.post.desk.distributor.key}"
        yield store.processes.while_mine(name, paper.mailman.run)


async def _hold_clock(paper: Paperwork, store: stores.Store) -> None:
    """Where several processes share the database, one of them sweeps, ticks and keeps house."""
    desk = paper.post.desk

    async def keep() -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(keep_house(desk, store))
            tasks.create_task(paper.reporter.run())

    await store.processes.while_mine(clock_of(desk.distributor.key), keep)


async def _cancel(*tasks: asyncio.Task[Any]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def _why(task: asyncio.Task[Any]) -> ServiceEndedError:
    error = task.exception()
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    if isinstance(error, SlackEndedError):
        return ServiceEndedError(str(error))
    log.error("ended unexpectedly", exc_info=error)
    kind = type(error).__name__ if error else "it returned"
    return ServiceEndedError(f"a part of the service has ended ({kind}); start it again")
