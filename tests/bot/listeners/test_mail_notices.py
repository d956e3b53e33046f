"""Notifications by e-mail: one mail for each alert to whoever chose so, and never silence."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from commands.alert import Crier
from commands.domain.notices import Choice, Way
from commands.domain.people import Permission
from commands.notifying_by_mail import MailNotifier
from commands.outbox import Letter
from tests.bot.listeners.test_alert_life import mended, settle
from tests.bot.listeners.test_messenger import deliver, posted, refused
from tests.bot.listeners.test_notifications import told
from tests.bot.listeners.town import DANA, OPERATOR, Town, said, town
from tests.commands.works import KEY


@dataclass
class Mailing:
    """A town whose distributor has e-mail."""

    place: Town
    notifier: MailNotifier

    async def mailed(self, many: int) -> list[tuple[str, str, str]]:
        """To whom, about what, and what it says; what is due by now is sent."""
        await self.notifier.deliver()
        await self.place.paperwork.mailman.deliver()
        async with asyncio.timeout(60):
            while len(mails := self.place.box.mailbox.mails) < many:
                await asyncio.sleep(0.02)
        assert len(mails) == many
        return [(str(one.to), str(one.subject), str(one.text)) for one in mails]

    async def chooses(self, way: Way) -> None:
        now = self.place.shop.clock.now()
        await self.place.shop.desk.notices.choose(KEY, DANA, Choice(way), now)


@pytest.fixture
async def mailing(tmp_path: Path) -> AsyncIterator[Mailing]:
    """The crier does not run by itself: the test says when. Dana is notified."""
    async with town(tmp_path, crying=False) as place:
        await place.grant(DANA)
        await place.grant(DANA, Permission.NOTIFICATIONS)
        place.shop.desk = desk = replace(place.shop.desk, mails=True)
        place.crier = Crier(desk, place.messenger)
        office = replace(place.paperwork.office, desk=desk)
        yield Mailing(place, MailNotifier(office, place.front.identity))


async def test_who_chose_e_mail_gets_one_mail_of_an_alert(mailing: Mailing) -> None:
    place = mailing.place
    await mailing.chooses(Way.EMAIL)
    await refused(place, 1, 2)
    await deliver(place, lambda: posted(place))
    [(to, subject, text)] = await mailing.mailed(1)
    assert "dana@northwind.example" in to
    assert subject.startswith("Failed: 2 orders not in the ERP: inactive item")
    assert "/archives/" in text
    assert "Next deliveries" in text
    await refused(place, 3)
    await settle(place)
    await mended(place, 1, 2, 3)
    await settle(place)
    assert len(await mailing.mailed(1)) == 1
    assert await told(place, DANA) == []


async def test_both_is_both(mailing: Mailing) -> None:
    await mailing.chooses(Way.BOTH)
    await refused(mailing.place, 1)
    await deliver(mailing.place, lambda: told(mailing.place, DANA))
    assert len(await mailing.mailed(1)) == 1


async def test_whose_address_slack_does_not_tell_gets_a_direct_message(mailing: Mailing) -> None:
    place = mailing.place
    place.box.slack.workspace.people[DANA].email = ""
    await mailing.chooses(Way.EMAIL)
    await refused(place, 1)
    await deliver(place, lambda: posted(place))
    assert await mailing.mailed(0) == []
    await deliver(place, lambda: told(place, DANA))
    [message] = await told(place, DANA)
    assert "Failed: order 1 is not in the ERP" in said(message)


class Tongueless:
    """A writer who finds no words."""

    def notice(self, *_: object) -> Letter:
        raise LookupError("a cause that nobody thought of")


async def test_what_cannot_be_written_is_told_directly(mailing: Mailing) -> None:
    place, office = mailing.place, mailing.notifier._office
    broken: Any = replace(office, writer=Tongueless())  # type: ignore[arg-type]
    mailing.notifier = MailNotifier(broken, place.front.identity)
    await mailing.chooses(Way.EMAIL)
    await refused(place, 1)
    await deliver(place, lambda: posted(place))
    assert await mailing.mailed(0) == []
    await deliver(place, lambda: told(place, DANA))


async def test_only_who_has_the_permission_at_that_moment_is_mailed(mailing: Mailing) -> None:
    place, permission = mailing.place, Permission.NOTIFICATIONS
    await mailing.chooses(Way.EMAIL)
    await refused(place, 1)
    await deliver(place, lambda: posted(place))
    now, people = place.shop.clock.now(), place.shop.desk.people
    await people.set_permission(KEY, DANA, permission, OPERATOR, now, granted=False)
    assert await mailing.mailed(0) == []
    assert await place.shop.desk.notices.to_mail(KEY, 9) == []
