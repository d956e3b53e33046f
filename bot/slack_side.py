"""The Slack side of a running service: one workspace, its distributor, listeners and alerts.

Made by `bot.service`. The HTTP side is there before Slack answers; until then Slack is told to come
again.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from http import HTTPStatus
from typing import Any, Final, Protocol, TypeAlias

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from bot.audience import Audience
from bot.desks import Bell
from bot.first_admins import keep_led
from bot.homes import Homes
from bot.identity import Identity
from bot.listeners import Front, register
from bot.listeners.answers import Answers
from bot.messenger import SlackMessenger
from bot.onlookers import Onlookers
from bot.reports.channels import SlackChannels
from bot.reports.poster import Poster
from bot.screens import screens_of
from bot.sender import Sender
from bot.settings_environment import SlackSettings
from bot.slack import Slack, Workspace
from commands.alert import Crier
from commands.desk import Desk
from commands.domain.ids import DistributorKey
from commands.notifying_by_mail import MailNotifier
from commands.outbox import Office
from commands.ports import Clock
from commands.watch import Watch
from store import Store

log = logging.getLogger("orderwatch.slack")

SOCKETS: Final = 10
"""How many an app may have; a process beyond them runs without."""

DRAIN: Final = timedelta(seconds=2)
"""How long listeners that are at work have when the process is to stop."""

Task: TypeAlias = Callable[[], Coroutine[Any, Any, None]]


def alerts_of(distributor: DistributorKey) -> str:
    """The name of the duty to speak in a distributor's workspace."""
    return f"alerts of {distributor}"


@dataclass(frozen=True, slots=True)
class Post:
    """A desk, the bell that rings when something of it changed, and its office, which knows Slack's
    `channels` once Slack has answered.
    """

    desk: Desk
    news: Bell
    office: Office
    channels: SlackChannels


class Speaker(Protocol):
    """Says what its rows are there to say; `wake`: there may be a new one."""

    def wake(self) -> None: ...

    async def run(self) -> None: ...


class SlackSide:
    """`run` until cancelled; `events` is the endpoint of POST /slack/events."""

    def __init__(
        self,
        settings: SlackSettings,
        store: Store,
        clock: Clock,
        posts: Mapping[DistributorKey, Post],
    ) -> None:
        self._slack = Slack(settings, clock)
        self._socket_mode = settings.socket_mode
        self._store = store
        self._clock = clock
        self._posts = posts
        self._front: Front | None = None

    async def events(self, request: Request) -> Response:
        """Slack's signed requests; 404 in Socket Mode."""
        if self._front is None and not self._socket_mode:
            return PlainTextResponse("not yet", HTTPStatus.SERVICE_UNAVAILABLE)
        return await self._slack.knock(request)

    async def run(self) -> None:
        """Speak in the workspace of the token. Raises SlackEndedError."""
        workspace, processes = await self._slack.start(), self._store.processes
        seated = partial(processes.while_mine, f"Slack socket of {workspace.team}", seats=SOCKETS)
        post = self._post_of(workspace)
        if post is None:
            await self._slack.run(seated)
            return
        speak, look = self._set_up(post, workspace)
        log.info("%s: speaking in workspace %s", post.desk.distributor.key, workspace.team)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._slack.run(seated))
            tasks.create_task(look())
            tasks.create_task(processes.while_mine(alerts_of(post.desk.distributor.key), speak))

    async def close(self) -> None:
        if self._front is not None:
            try:
                async with asyncio.timeout(DRAIN.total_seconds()):
                    await self._front.drain()
            except TimeoutError:
                log.warning("listeners were still at work when the process stopped")
        await self._slack.close()

    def _post_of(self, workspace: Workspace) -> Post | None:
        """The distributor of the token's workspace; the others are told to have no Slack."""
        found = None
        for key, post in self._posts.items():
            if post.desk.distributor.slack_team == workspace.team:
                found = post
            else:
                log.warning(
                    "%s has no Slack: its workspace is %s, SLACK_BOT_TOKEN is of %s",
                    key,
                    post.desk.distributor.slack_team,
                    workspace.team,
                )
        return found

    def _set_up(self, post: Post, workspace: Workspace) -> tuple[Task, Task]:
        """Listen. Of what comes back the first speaks, which one process at a time may do; the
        second looks after who hears it, in each that may be told of a change.
        """
        web = self._slack.web
        identity = Identity(web, self._store.profiles, self._clock, workspace.team)
        desk = replace(post.desk, standings=identity)
        audience = Audience(web, identity, self._clock)
        screens = screens_of(desk, self._store)
        homes = Homes(desk, identity, screens, web)
        post.channels.attach(web)
        office = replace(post.office, desk=desk)
        answers, seen = Answers(web), self._store.seen
        front = Front(desk, office, identity, audience, screens, answers, homes, seen)
        register(self._slack.app, front)
        self._front = front

        async def speak() -> None:
            speakers = self._speakers(office, identity, audience, workspace)
            with post.news.heard_by(*(one.wake for one in speakers)):
                async with asyncio.TaskGroup() as tasks:
                    tasks.create_task(keep_led(desk, identity))
                    tasks.create_task(homes.run())
                    tasks.create_task(Watch(desk, self._store.signs).run())
                    for one in speakers:
                        tasks.create_task(one.run())

        return speak, Onlookers(desk, audience).run

    def _speakers(
        self, office: Office, identity: Identity, audience: Audience, workspace: Workspace
    ) -> list[Speaker]:
        """Made anew whenever the duty to speak is taken over: until then another process spoke, so
        what it may have posted is in doubt, and what Slack asked of it is read.
        """
        desk, store, web = office.desk, self._store, self._slack.web
        sender = Sender(web, workspace.bot_id, desk.clock, store.signs, desk.distributor.key)
        messenger = SlackMessenger(desk, audience, sender)
        poster = Poster(desk, store.postings, store.reports.files, audience, sender)
        mails = [MailNotifier(office, identity)] if desk.mails else []
        return [Crier(desk, messenger), poster, *mails]
