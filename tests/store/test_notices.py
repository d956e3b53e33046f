"""Who is notified of which alert: one row for each alert, person and way."""

import sqlalchemy as sa

import store as stores
from commands.domain.history import BOT
from commands.domain.notices import UNTIL_RESUMED, Choice, Way
from commands.domain.people import Permission, PersonId
from commands.ports import Posted
from store.tables import notices
from tests.store.making import DANA, EMIL, HOUR, NORTH, NOW, SOUTH
from tests.store.test_cards import refused

FIONA = PersonId("U000000003")


async def grant(store: stores.Store, *people: PersonId) -> None:
    for person in people:
        await store.people.set_permission(
            NORTH, person, Permission.NOTIFICATIONS, BOT, NOW, granted=True
        )


async def rows(store: stores.Store) -> set[tuple[str, str]]:
    async with store.database.reading() as connection:
        found = await connection.execute(sa.select(notices.c.person, notices.c.way))
        return {(row.person, row.way) for row in found}


async def test_everyone_who_may_be_told_is_told_once_in_their_own_way(
    store: stores.Store,
) -> None:
    await grant(store, DANA, EMIL, FIONA)
    await store.people.set_permission(
        SOUTH, PersonId("U9"), Permission.NOTIFICATIONS, BOT, NOW, granted=True
    )
    await store.notices.choose(NORTH, EMIL, Choice(Way.EMAIL), NOW)
    await store.notices.choose(NORTH, FIONA, Choice(Way.BOTH), NOW)
    alert = await refused(store)
    assert await store.notices.announce(alert, NOW, mail=True)
    assert not await store.notices.announce(alert, NOW, mail=True)
    assert await rows(store) == {
        (DANA, "direct"), (EMIL, "email"), (FIONA, "direct"), (FIONA, "email"),
    }  # fmt: skip


async def test_where_there_is_no_mail_nobody_hears_nothing(store: stores.Store) -> None:
    await grant(store, DANA, EMIL)
    await store.notices.choose(NORTH, EMIL, Choice(Way.EMAIL), NOW)
    await store.notices.announce(await refused(store), NOW, mail=False)
    assert await rows(store) == {(DANA, "direct"), (EMIL, "direct")}


async def test_who_pauses_is_left_alone_until_it_is_over(store: stores.Store) -> None:
    await grant(store, DANA, EMIL)
    await store.notices.choose(NORTH, DANA, Choice(paused_until=NOW), NOW)
    await store.notices.choose(NORTH, EMIL, Choice(paused_until=UNTIL_RESUMED), NOW)
    await store.notices.announce(await refused(store), NOW, mail=True)
    assert await rows(store) == {(DANA, "direct")}


async def test_a_choice_is_kept_and_written_down(store: stores.Store) -> None:
    await grant(store, DANA)
    assert await store.notices.choice(NORTH, DANA) == Choice()
    assert await store.notices.choice(NORTH, PersonId("U8")) == Choice()
    chosen = Choice(Way.BOTH, NOW + HOUR)
    await store.notices.choose(NORTH, DANA, chosen, NOW)
    assert await store.notices.choice(NORTH, DANA) == chosen
    [last, *_] = await store.queries.people_history(NORTH, DANA)
    assert (last.what, last.by.person) == ("chose", DANA)
    assert last.detail.startswith("both, paused until")


async def test_a_notice_waits_until_it_is_sent_and_again_at_the_end(store: stores.Store) -> None:
    await grant(store, DANA)
    alert = await refused(store)
    await store.notices.announce(alert, NOW, mail=False)
    [notice] = await store.notices.waiting(NORTH, 9)
    assert (notice.person, notice.ts) == (DANA, None)
    assert await store.notices.waiting(SOUTH, 9) == []
    await store.notices.sent(notice, Posted("D1", "1.1"), NOW)
    assert await store.notices.waiting(NORTH, 9) == []
    await store.alerts.close(alert, NOW)
    [ended] = await store.notices.waiting(NORTH, 9)
    assert (ended.channel, ended.ts) == ("D1", "1.1")
    await store.notices.done(ended, NOW)
    assert await store.notices.waiting(NORTH, 9) == []


async def test_an_alert_that_is_over_is_not_announced(store: stores.Store) -> None:
    await grant(store, DANA)
    alert = await refused(store)
    await store.alerts.close(alert, NOW)
    assert not await store.notices.announce(alert, NOW, mail=False)
    assert await rows(store) == set()
