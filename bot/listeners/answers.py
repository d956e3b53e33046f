"""Answering one person privately, wherever they asked. Called by every listener.

A `response_url` comes with the payload, so it is used only where it leads to Slack. What cannot be
answered there is sent as an ephemeral message, and else as a direct message.
"""

import logging
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

import aiohttp

from bot.blocks.mark_view import done_view
from bot.blocks.message import Message, View
from bot.blocks.refusals import not_opened
from bot.listeners.payloads import Place
from bot.webapi import DEADLINE, Answer, Busy, Declined, Said, Unheard, WebApi, is_loopback
from commands.domain.people import PersonId

log = logging.getLogger("orderwatch.slack")

SLACK_HOSTS: Final = (".slack.com", ".slack-gov.com")
HTTP_OK: Final = 200


def leads_to_slack(url: str, api_url: str) -> bool:
    """Whether an address may be called: Slack's own, or of the origin of the Web API."""
    try:
        given, ours = urlsplit(url), urlsplit(api_url)
        ports = given.port, ours.port
    except ValueError:
        return False
    if given.username is not None or given.password is not None or not given.hostname:
        return False
    if (given.scheme, given.hostname, ports[0]) == (ours.scheme, ours.hostname, ports[1]):
        return True
    return given.scheme == "https" and ports[0] is None and given.hostname.endswith(SLACK_HOSTS)


@dataclass(frozen=True, slots=True)
class Answers:
    """The ways to say something to one person."""

    web: WebApi

    async def private(
        self, place: Place, person: PersonId, message: Message, *, instead: bool = False
    ) -> None:
        """Say it where only `person` sees it. `instead`: in the place of what they pressed."""
        way = {"response_type": "ephemeral", "replace_original": instead}
        if place.response_url and await self._respond(place.response_url, message, way):
            return
        if place.channel and await self._ephemeral(place, person, message):
            return
        await self._direct(person, message)

    async def instead(self, place: Place, message: Message) -> None:
        """In the place of the message that was pressed, for whoever sees that one."""
        if place.response_url:
            await self._respond(place.response_url, message, {"replace_original": True})

    async def open(self, place: Place, view: View) -> str | None:
        """Show a modal, on top of the one that is open; its id, or None where that failed."""
        client = self.web.client
        if not place.modal:
            return _view_id(
                await self.web.ask(client.views_open(trigger_id=place.trigger, view=view))
            )
        pushed = await self.web.ask(client.views_push(trigger_id=place.trigger, view=view))
        if isinstance(pushed, Declined) and place.view:
            # Three are open already: this one takes the place of the uppermost.
            return _view_id(await self.update(place.view, view))
        return _view_id(pushed)

    async def update(self, view_id: str, view: View) -> Answer:
        """Show something else in an open modal; it may have been closed meanwhile."""
        answer = await self.web.ask(self.web.client.views_update(view_id=view_id, view=view))
        _tell("views.update", answer)
        return answer

    # --- the ways --------------------------------------------------------------------------------

    async def _respond(self, url: str, message: Message, way: dict[str, Any]) -> bool:
        if not leads_to_slack(url, self.web.client.base_url):
            log.warning("a response_url that does not lead to Slack was not called")
            return False
        body: dict[str, Any] = {
            "text": message.text,
            "blocks": message.blocks,
            "unfurl_links": False,
            "unfurl_media": False,
            **way,
        }
        try:
            return await self._call(url, body)
        except (TimeoutError, aiohttp.ClientError, OSError, ValueError):
            return False

    async def _call(self, url: str, body: dict[str, Any]) -> bool:
        proxy = None if is_loopback(url) else self.web.client.proxy
        async with (
            aiohttp.ClientSession(timeout=DEADLINE) as session,
            session.post(url, json=body, allow_redirects=False, proxy=proxy) as response,
        ):
            if response.status != HTTP_OK:
                log.warning("a response_url answered %d", response.status)
            return response.status == HTTP_OK

    async def _ephemeral(self, place: Place, person: PersonId, message: Message) -> bool:
        assert place.channel
        answer = await self.web.ask(
            self.web.client.chat_postEphemeral(
                channel=place.channel,
                user=person,
                text=message.text,
                blocks=message.blocks or None,
                thread_ts=place.thread,
            )
        )
        return isinstance(answer, Said)

    async def _direct(self, person: PersonId, message: Message) -> None:
        opened = await self.web.ask(self.web.client.conversations_open(users=[person]))
        _tell("conversations.open", opened)
        if isinstance(opened, Said):
            answer = await self.web.ask(
                self.web.client.chat_postMessage(
                    channel=str(opened.data["channel"]["id"]),
                    text=message.text,
                    blocks=message.blocks or None,
                    unfurl_links=False,
                    unfurl_media=False,
                )
            )
            _tell("chat.postMessage", answer)


@dataclass(slots=True)
class Ear:
    """One person who asked something, in a place. Says one thing after the other.

    In a view, the first is said in a modal, and what follows takes its place. Where a modal cannot
    be opened, for a trigger lives three seconds, that is said privately, and so is what follows.
    """

    answers: Answers
    place: Place
    person: PersonId
    view: str | None = None
    shut: bool = False

    async def say(self, message: Message) -> None:
        """Privately, never raising."""
        if self.view is not None:
            await self.answers.update(self.view, in_modal(message))
            return
        if self.place.view is not None and not self.shut:
            self.view = await self.answers.open(self.place, in_modal(message))
        if self.view is None:
            await self.answers.private(self.place, self.person, message)

    async def show(self, view: View) -> None:
        """A modal; where one was opened for this person, in its place."""
        if self.view is not None:
            await self.answers.update(self.view, view)
        elif not self.shut:
            self.view = await self.answers.open(self.place, view)
            self.shut = self.view is None
            if self.shut:
                await self.answers.private(self.place, self.person, not_opened())


def in_modal(message: Message) -> View:
    """What would be an ephemeral message, as a modal."""
    view = done_view(message.text)
    return {**view, "blocks": message.blocks} if message.blocks else view


def _view_id(answer: Answer) -> str | None:
    _tell("views", answer)
    return str(answer.data["view"]["id"]) if isinstance(answer, Said) else None


def _tell(method: str, answer: Answer) -> None:
    match answer:
        case Declined(error):
            log.warning("%s: %s", method, error)
        case Busy() | Unheard():
            log.warning("%s: %s", method, type(answer).__name__)
        case Said():
            pass
