"""Mails in the database: claimed by one process, tried again, told of; support once an hour."""

import asyncio

import store as stores
from commands.domain.alerts import Mention, MentionKind
from commands.domain.history import Source, person
from commands.domain.ids import OrderId
from commands.domain.lifecycle import Marked
from commands.domain.people import PersonId
from commands.domain.reports import Due, ReportSettings
from commands.outbox import (
    Draft,
    Letter,
    Made,
    MailKind,
    NotYet,
    Post,
    Sent,
    TooSoon,
    Turned,
    Verdict,
)
from store import mails
from store.mails import CONTACTED, Outcome
from tests.store.making import (
    DANA,
    EMIL,
    HOUR,
    LEASE,
    MINUTE,
    NORTH,
    NOW,
    SECOND,
    SOUTH,
    loaded,
    queue,
    refuse_all,
)

ADMIN = PersonId("U000000009")
LETTER = Letter("Daily Order Sync Status Report", "plain", "<p>rich</p>")


def draft(to: str = "ada@example.com", **about: object) -> Draft:
    return Draft(MailKind.REPORT, to, LETTER, **about)  # type: ignore[arg-type]


def plea(order: str | None = None, alert: int | None = None) -> Draft:
    about = OrderId(order) if order else None
    return Draft(MailKind.SUPPORT, "help@example.com", LETTER, None, about, alert, DANA)


async def put(store: stores.Store, *drafts: Draft) -> None:
    async with store.database.writing() as connection:
        await mails.store(connection, NORTH, drafts, NOW)


async def test_a_mail_is_claimed_by_one_process(store: stores.Store) -> None:
    await put(store, *(draft(f"{at}@example.com") for at in range(30)))
    taken = await asyncio.gather(*(store.mails.claim(NORTH, 10, LEASE, NOW) for _ in range(5)))
    ids = [mail.id for batch in taken for mail in batch]
    assert len(ids) == len(set(ids)) == 30
    assert await store.mails.claim(SOUTH, 10, LEASE, NOW + HOUR) == []
    assert await store.mails.next_due(NORTH) == NOW + LEASE


async def test_a_mail_whose_process_died_is_due_again_under_the_same_id(
    store: stores.Store,
) -> None:
    await put(store, draft())
    [first] = await store.mails.claim(NORTH, 10, LEASE, NOW)
    assert await store.mails.claim(NORTH, 10, LEASE, NOW + LEASE / 2) == []
    [second] = await store.mails.claim(NORTH, 10, LEASE, NOW + LEASE)
    assert second.message_id == first.message_id
    assert second.draft == first.draft == draft()
    # What the first process has to say comes too late.
    assert not await store.mails.settle(NORTH, Verdict(first, Sent()), (), NOW + LEASE)
    assert await store.mails.settle(NORTH, Verdict(second, Sent()), (), NOW + LEASE)
    assert await store.mails.next_due(NORTH) is None


async def test_what_became_of_a_try_is_stored_with_whom_to_tell(store: stores.Store) -> None:
    await put(store, draft("a@x.io"), draft("b@x.io"), draft("c@x.io"))
    claimed = await store.mails.claim(NORTH, 10, LEASE, NOW)
    telling = [Mention(MentionKind.MAIL_TROUBLE, {"failed": []}, to=ADMIN)]
    verdicts = (
        Verdict(claimed[0], NotYet("later"), NOW + MINUTE),
        Verdict(claimed[1], Turned("550 nobody here")),
        Verdict(claimed[2], NotYet("too late")),
    )
    for verdict in verdicts:
        told = telling if verdict.next_at is None else ()
        assert await store.mails.settle(NORTH, verdict, told, NOW)
    assert await store.mails.next_due(NORTH) == NOW + MINUTE
    [again] = await store.mails.claim(NORTH, 10, LEASE, NOW + MINUTE)
    assert (again.draft.to, again.tries) == ("a@x.io", 1)
    assert len(await store.alerts.mentions(NORTH, NOW)) == 2


async def test_admins_are_told_once_of_mails_that_wait_long(store: stores.Store) -> None:
    await put(store, draft("a@x.io"), draft("b@x.io"))
    await store.mails.worry(NORTH, NOW, [ADMIN], NOW)
    assert await store.alerts.mentions(NORTH, NOW) == []
    for _ in range(2):
        await store.mails.worry(NORTH, NOW + SECOND, [ADMIN], NOW + HOUR)
    [told] = await store.alerts.mentions(NORTH, NOW)
    assert told.to == ADMIN
    assert told.facts == {"waiting": [{"to": "a@x.io", "why": None}, {"to": "b@x.io", "why": None}]}


async def test_words_that_are_old_are_forgotten(store: stores.Store) -> None:
    await put(store, draft("a@x.io"), draft("b@x.io"))
    first, _ = await store.mails.claim(NORTH, 10, LEASE, NOW)
    await store.mails.settle(NORTH, Verdict(first, Sent()), (), NOW)
    assert await store.mails.forget(NOW + SECOND) == 1
    assert await store.mails.forget(NOW + SECOND) == 0
    [waiting] = await store.mails.claim(NORTH, 10, LEASE, NOW + HOUR)
    assert waiting.draft.letter == LETTER


async def test_support_is_told_of_an_order_once_an_hour(store: stores.Store) -> None:
    await queue(store, [1, 2])
    await refuse_all(store)

    async def ask(now_: int, who: PersonId = DANA) -> TooSoon | None:
        about, now = [OrderId("1")], NOW + now_ * MINUTE
        return await store.mails.ask_support(NORTH, plea("1"), about, person(who), now)

    answers = await asyncio.gather(*(ask(0) for _ in range(5)))
    assert answers.count(None) == 1
    assert answers.count(TooSoon(NOW + HOUR)) == 4
    assert await ask(59, EMIL) == TooSoon(NOW + HOUR)
    assert await ask(60, EMIL) is None
    history = await store.queries.history(NORTH, OrderId("1"))
    told = [(one.by.source, one.by.person) for one in history if one.what == CONTACTED]
    assert told == [(Source.PERSON, DANA), (Source.PERSON, EMIL)]
    before = await loaded(store, 1)
    assert history[-1].before == history[-1].after == before.standing.state
    assert history[-1].message == "to help@example.com"
    assert len(await store.mails.claim(NORTH, 10, LEASE, NOW + 2 * HOUR)) == 2


async def test_an_alert_is_told_once_an_hour_and_written_down_for_each_order(
    store: stores.Store,
) -> None:
    await queue(store, [1, 2])
    await refuse_all(store)
    alert = (await loaded(store, 1)).alert_id
    assert alert
    lines = await store.mails.orders_of(NORTH, alert, 100)
    about = [one.id for one in lines]
    assert about == ["1", "2"]
    for now, expected in ((NOW, None), (NOW + MINUTE, TooSoon(NOW + HOUR))):
        said = await store.mails.ask_support(NORTH, plea(alert=alert), about, person(DANA), now)
        assert said == expected
    for order in about:
        history = await store.queries.history(NORTH, order)
        assert [one.what for one in history].count(CONTACTED) == 1
    # An order that support has just been told of is not told of again by itself.
    alone = await store.mails.ask_support(
        NORTH, plea("2"), [OrderId("2")], person(EMIL), NOW + MINUTE
    )
    assert alone == TooSoon(NOW + HOUR)


async def test_an_alert_names_only_what_is_not_synced(store: stores.Store) -> None:
    await queue(store, [1])
    await refuse_all(store)
    alert = (await loaded(store, 1)).alert_id
    assert alert
    assert len(await store.mails.orders_of(NORTH, alert, 100)) == 1
    assert await store.mails.orders_of(SOUTH, alert, 100) == []
    await store.ledger.apply(NORTH, OrderId("1"), Marked(DANA), person(DANA), NOW)
    assert await store.mails.orders_of(NORTH, alert, 100) == []


async def test_the_mails_of_a_report_are_told(store: stores.Store) -> None:
    due = Due(NOW.date(), NOW)
    claim = await store.reports.claim_day(NORTH, due, ReportSettings(), LEASE, NOW)
    assert claim
    drafts = [draft(f"{name}@x.io", report=claim.id) for name in "abc"]
    made = Made(LETTER, Post("{}", "{}"))
    assert await store.reports.made(claim, made, drafts, (), NOW)
    first, second, _ = await store.mails.claim(NORTH, 10, LEASE, NOW)
    await store.mails.settle(NORTH, Verdict(first, Sent()), (), NOW)
    await store.mails.settle(NORTH, Verdict(second, Turned("550 no")), (), NOW)
    assert await store.mails.of_report(claim.id) == [
        Outcome("a@x.io", "sent", None),
        Outcome("b@x.io", "refused", "550 no"),
        Outcome("c@x.io", None, None),
    ]
