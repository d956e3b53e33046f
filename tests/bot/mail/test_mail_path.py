"""From the row to the mail server and back: real SMTP, with everything that goes wrong there."""

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.mail import smtp as smtp_mailer
from bot.mail.compose import Attached, compose
from bot.mail.smtp import NoConnectionError, SmtpMailer, try_out
from bot.reports.writer import PlainWriter
from bot.settings_environment import Smtp
from commands.domain.alerts import Mention, MentionKind
from commands.domain.grouping import Cause, Trouble
from commands.domain.history import By, Source
from commands.domain.people import Role
from commands.mailing import GIVE_UP, WORRY, Mailman
from commands.outbox import Draft, Letter, Mail, MailKind, NoChannels, Office
from store import mails
from store.engine import Database
from store.files import Files
from store.mails import SqlMails
from store.reports import SqlReports
from tests.bot.mail.offices import PASSWORD, USER, PostOffice, certificate, open_office
from tests.commands.works import ADA, DANA, KEY, Works, works

SENDER = "orders@northwind.example"
MINUTE = timedelta(minutes=1)
LETTER = Letter("Daily Order Sync Status Report", "plain", "<p>rich</p>")


@dataclass
class Desk:
    """A mailman before a mail server, and the rows behind them."""

    shop: Works
    office: PostOffice
    mailman: Mailman
    database: Database

    async def queue(self, *to: str, asked_by: bool = False) -> None:
        drafts = [
            Draft(MailKind.SUPPORT, one, LETTER, asked_by=DANA)
            if asked_by
            else Draft(MailKind.REPORT, one, LETTER)
            for one in to
        ]
        async with self.database.writing() as connection:
            await mails.store(connection, KEY, drafts, self.shop.clock.now())

    async def later(self, span: timedelta = timedelta(minutes=20)) -> None:
        """That much time passes, and what is due by then is tried."""
        self.shop.clock.ahead += span
        await self.mailman.deliver()

    async def told(self) -> list[Mention]:
        return await self.shop.desk.alerts.mentions(KEY, self.shop.clock.now())

    async def pending(self) -> bool:
        return await SqlMails(self.database).next_due(KEY) is not None


@contextlib.asynccontextmanager
async def desk(
    folder: Path, office: PostOffice, smtp: Smtp | None = None, deadline: float = 20
) -> AsyncIterator[Desk]:
    async with works(folder) as shop:
        database: Database = shop.desk.ledger._database  # type: ignore[attr-defined]
        by = By(Source.OPERATOR)
        await shop.desk.people.set_role(KEY, ADA, Role.ADMIN, by, shop.clock.now())
        found = Office(
            shop.desk, SqlReports(database), SqlMails(database), PlainWriter(), NoChannels()
        )
        mailer = SmtpMailer(smtp or office.smtp(), SENDER, Files(database), deadline)
        yield Desk(shop, office, Mailman(found, mailer), database)


@pytest.fixture
async def office() -> AsyncIterator[PostOffice]:
    async with open_office() as found:
        yield found


@pytest.fixture
async def place(tmp_path: Path, office: PostOffice) -> AsyncIterator[Desk]:
    async with desk(tmp_path, office) as found:
        yield found


async def test_a_batch_goes_over_one_connection_a_mail_for_each(place: Desk) -> None:
    await place.queue(*(f"{at}@example.com" for at in range(5)))
    assert await place.mailman.deliver() == 5
    assert place.office.got() == [f"{at}@example.com" for at in range(5)]
    assert place.office.connections == 1
    for to, mail in place.office.mails:
        assert mail["To"] == to
        assert mail["From"] == SENDER
        assert mail["Subject"] == LETTER.subject
        assert mail["Auto-Submitted"] == "auto-generated"
    assert len({mail["Message-ID"] for _, mail in place.office.mails}) == 5
    assert await place.mailman.deliver() == 0
    assert not await place.pending()
    assert await place.told() == []


async def test_a_mail_is_put_together_beside_the_loop(
    place: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: list[int] = []

    def watched(mail: Mail, sender: str, files: Sequence[Attached] = ()) -> bytes:
        threads.append(threading.get_ident())
        return compose(mail, sender, files)

    monkeypatch.setattr(smtp_mailer, "compose", watched)
    await place.queue("a@example.com", "b@example.com")
    await place.mailman.deliver()
    assert place.office.got() == ["a@example.com", "b@example.com"]
    assert len(threads) == 2
    assert threading.get_ident() not in threads


async def test_who_is_refused_is_told_by_name_and_the_others_get_theirs(place: Desk) -> None:
    place.office.refuses["b@example.com"] = "550 5.1.1 nobody of that name"
    await place.queue("a@example.com", "b@example.com", "c@example.com")
    await place.mailman.deliver()
    assert place.office.got() == ["a@example.com", "c@example.com"]
    assert not await place.pending()
    [told] = await place.told()
    assert (told.kind, told.to) == (MentionKind.MAIL_TROUBLE, ADA)
    [failed] = told.facts["failed"]
    assert failed["to"] == "b@example.com"
    assert failed["why"].startswith("550 ")
    assert "nobody of that name" in failed["why"]


async def test_whoever_wrote_to_support_is_told_as_well(place: Desk) -> None:
    place.office.refuses["help@example.com"] = "550 no"
    await place.queue("help@example.com", asked_by=True)
    await place.mailman.deliver()
    assert {one.to for one in await place.told()} == {DANA, ADA}


@pytest.mark.parametrize("fault", ["451 come again", "drop"])
async def test_a_passing_trouble_is_tried_again_and_arrives_once(place: Desk, fault: str) -> None:
    place.office.faults = [fault]
    await place.queue("a@example.com", "b@example.com")
    await place.mailman.deliver()
    assert place.office.got() == ["b@example.com"]
    # Not at once: it waits for its turn.
    assert await place.mailman.deliver() == 0
    await place.later()
    assert place.office.got() == ["a@example.com", "b@example.com"]
    assert not await place.pending()
    assert await place.told() == []


async def test_a_recipient_that_is_put_off_is_tried_again(place: Desk) -> None:
    place.office.refuses["a@example.com"] = "450 greylisted"
    await place.queue("a@example.com")
    await place.mailman.deliver()
    place.office.refuses.clear()
    await place.later()
    assert place.office.got() == ["a@example.com"]


async def test_cut_after_it_was_taken_it_comes_again_under_the_same_id(place: Desk) -> None:
    place.office.faults = ["late"]
    await place.queue("a@example.com")
    await place.mailman.deliver()
    await place.later()
    assert place.office.got() == ["a@example.com"] * 2
    assert len({mail["Message-ID"] for _, mail in place.office.mails}) == 1
    assert len({mail["Date"] for _, mail in place.office.mails}) == 1


async def test_a_server_that_takes_its_time_holds_nothing_up_for_ever(
    tmp_path: Path, office: PostOffice
) -> None:
    office.slow = 5
    async with desk(tmp_path, office, deadline=0.2) as place:
        await place.queue("a@example.com")
        await place.mailman.deliver()
        assert office.got() == []
        assert await place.pending()
        office.slow = 0
        place.mailman._mailer.deadline = 20  # type: ignore[attr-defined]
        await place.later()
        assert office.got() == ["a@example.com"]


async def test_where_nobody_answers_admins_are_told_and_after_a_day_it_is_given_up(
    tmp_path: Path, office: PostOffice
) -> None:
    nowhere = replace(office.smtp(), port=1)
    async with desk(tmp_path, office, nowhere) as place:
        await place.queue("a@example.com", "b@example.com")
        await place.mailman.deliver()
        assert await place.told() == []
        await place.later(WORRY + MINUTE)
        [told] = await place.told()
        assert [one["to"] for one in told.facts["waiting"]] == ["a@example.com", "b@example.com"]
        assert told.facts["waiting"][0]["why"] == "the server does not answer"
        await place.later(GIVE_UP)
        assert not await place.pending()
        given_up = [one for one in await place.told() if "failed" in one.facts]
        assert [one.facts["failed"][0]["to"] for one in given_up] == [
            "a@example.com",
            "b@example.com",
        ]


async def test_mail_that_does_not_go_out_is_an_alert_until_it_does(
    tmp_path: Path, office: PostOffice
) -> None:
    async with desk(tmp_path, office, replace(office.smtp(), port=1)) as place:
        await place.queue("a@example.com")
        await place.mailman.deliver()
        assert await place.shop.desk.alerts.open(KEY) == []
        await place.later(WORRY + MINUTE)
        [alert] = await place.shop.desk.alerts.open(KEY)
        assert (alert.cause, alert.ended_at) == (Cause.of_trouble(Trouble.MAIL_NOT_SENT), None)
        assert alert.facts == {
            "what": "the e-mail to a@example.com",
            "why": "the server does not answer",
        }
        place.mailman._mailer.smtp = office.smtp()  # type: ignore[attr-defined]
        await place.later()
        assert office.got() == ["a@example.com"]
        [alert] = await place.shop.desk.alerts.open(KEY)
        assert alert.ended_at is not None


async def test_many_mails_that_do_not_go_out_are_counted_in_the_alert(
    tmp_path: Path, office: PostOffice
) -> None:
    async with desk(tmp_path, office, replace(office.smtp(), port=1)) as place:
        await place.queue("a@example.com", "b@example.com", "c@example.com")
        await place.later(WORRY + MINUTE)
        [alert] = await place.shop.desk.alerts.open(KEY)
        assert alert.facts == {"what": "3 e-mails", "why": "the server does not answer"}


async def test_whoever_takes_over_the_mails_says_that_they_go_out_again(place: Desk) -> None:
    await place.queue("a@example.com")
    await place.mailman.deliver()
    # Meanwhile another process had the duty, and told of a trouble.
    await place.shop.desk.alerts.trouble(KEY, Trouble.MAIL_NOT_SENT, {}, place.shop.clock.now())
    running = asyncio.create_task(place.mailman.run())
    try:
        await place.queue("b@example.com")
        place.mailman.wake()
        async with asyncio.timeout(20):
            while any(one.ended_at is None for one in await place.shop.desk.alerts.open(KEY)):
                await asyncio.sleep(0.02)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    assert place.office.got() == ["a@example.com", "b@example.com"]


async def test_a_connection_that_is_lost_is_made_anew_within_the_batch(place: Desk) -> None:
    place.office.faults = ["", "drop"]
    await place.queue("a@example.com", "b@example.com", "c@example.com")
    await place.mailman.deliver()
    assert place.office.got() == ["a@example.com", "c@example.com"]
    assert place.office.connections == 2


async def test_a_mail_that_cannot_be_put_together_holds_up_no_other(place: Desk) -> None:
    # No address that Orderwatch takes; as if a row had been written by hand.
    await place.queue("a@example.com", "b\n@example.com", "c@example.com")
    await place.mailman.deliver()
    assert place.office.got() == ["a@example.com", "c@example.com"]
    await place.later(GIVE_UP)
    assert not await place.pending()
    [told] = [one for one in await place.told() if "failed" in one.facts]
    [failed] = told.facts["failed"]
    assert failed["why"] == "it could not be put together"


async def test_the_loop_sends_what_is_queued_while_it_runs(place: Desk) -> None:
    running = asyncio.create_task(place.mailman.run())
    try:
        await place.queue("a@example.com")
        place.mailman.wake()
        async with asyncio.timeout(20):
            while not place.office.mails or await place.pending():
                await asyncio.sleep(0.02)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    assert place.office.got() == ["a@example.com"]


# --- TLS and login -------------------------------------------------------------------------------

GUARDED = {"unguarded": False}


async def fate(folder: Path, office: PostOffice, smtp: Smtp) -> Sequence[str]:
    """Who got a mail, after one try."""
    async with desk(folder, office, smtp) as place:
        await place.queue("a@example.com")
        await place.mailman.deliver()
        return office.got()


@pytest.mark.parametrize("starttls", [True, False])
async def test_over_tls_with_a_certificate_that_is_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, starttls: bool
) -> None:
    server, public = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(public))
    async with open_office(
        certificate=server, starttls=starttls, required=True, login=True
    ) as office:
        smtp = office.smtp(
            tls=not starttls, starttls=starttls, user=USER, password=PASSWORD, **GUARDED
        )
        assert await fate(tmp_path, office, smtp) == ["a@example.com"]
        assert office.logins == [USER.encode()]
        assert await try_out(smtp, SENDER) == " with TLS and takes the login"


@pytest.mark.parametrize("starttls", [True, False])
async def test_a_certificate_that_is_not_trusted_gets_no_login(
    tmp_path: Path, *, starttls: bool
) -> None:
    server, _ = certificate(tmp_path)
    async with open_office(certificate=server, starttls=starttls, login=True) as office:
        smtp = office.smtp(
            tls=not starttls, starttls=starttls, user=USER, password=PASSWORD, **GUARDED
        )
        assert await fate(tmp_path, office, smtp) == []
        assert office.logins == []
        with pytest.raises(NoConnectionError, match="certificate is not valid"):
            await try_out(smtp, SENDER)
        # Where the operator allows it, or on this machine, it goes all the same.
        allowed = replace(smtp, unguarded=True)
        assert await fate(tmp_path, office, allowed) == ["a@example.com"]


async def test_a_certificate_of_another_name_is_not_valid(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server, public = certificate(tmp_path, "mail.example.com")
    monkeypatch.setenv("SSL_CERT_FILE", str(public))
    async with open_office(certificate=server) as office:
        with pytest.raises(NoConnectionError, match="certificate is not valid"):
            await try_out(office.smtp(tls=True, **GUARDED), SENDER)


async def test_starttls_that_is_asked_for_is_never_left_out(tmp_path: Path) -> None:
    async with open_office(login=True) as office:
        smtp = office.smtp(starttls=True, user=USER, password=PASSWORD)
        assert await fate(tmp_path, office, smtp) == []
        assert office.logins == []
        with pytest.raises(NoConnectionError, match="offers no STARTTLS"):
            await try_out(smtp, SENDER)


async def test_a_server_that_wants_tls_is_told_of_as_such(tmp_path: Path) -> None:
    server, _ = certificate(tmp_path)
    async with (
        open_office(certificate=server, starttls=True, required=True) as office,
        desk(tmp_path, office) as place,
    ):
        await place.queue("a@example.com")
        await place.mailman.deliver()
        [told] = await place.told()
        assert told.facts["failed"][0]["why"].startswith("530 ")


async def test_a_wrong_login_is_told_and_the_mail_waits(tmp_path: Path) -> None:
    async with open_office(login=True) as office:
        smtp = office.smtp(user=USER, password="wrong")
        with pytest.raises(NoConnectionError, match=r"login was refused \(535\)"):
            await try_out(smtp, SENDER)
        async with desk(tmp_path, office, smtp) as place:
            await place.queue("a@example.com", "b@example.com")
            await place.mailman.deliver()
            # One try for the batch: repeated ones are what locks accounts.
            assert len(office.logins) == 2
            await place.queue("c@example.com")
            assert await place.mailman.deliver() == 0
            assert len(office.logins) == 2
            await place.later()
            assert len(office.logins) == 3
            assert await place.pending()
