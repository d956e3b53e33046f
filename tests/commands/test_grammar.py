"""The grammar of `/orders`: what is typed, what it asks for, and the page that explains it."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands import grammar
from commands.domain.failures import Code
from commands.domain.ids import BadIdError, OrderId, order_id
from commands.domain.lifecycle import Status
from commands.domain.people import Permission, PersonId, Role
from commands.filters import FILTERS
from commands.grammar import parse, written
from commands.requests import (
    Filters,
    Help,
    History,
    Listing,
    MarkSynced,
    NotUnderstood,
    PeopleAsked,
    Request,
    Retry,
    RetryListed,
    RetrySeveral,
    SetPermission,
    SetRole,
    Show,
    StatusAsked,
    Summary,
)
from commands.typed import RETRIED

DOCS = Path(__file__).parents[2] / "docs" / "commands.md"


@pytest.mark.parametrize(
    ("text", "request_"),
    [
        ("", Summary()),
        ("   ", Summary()),
        ("help", Help()),
        ("HELP", Help()),
        ("failed", Listing(Status.FAILED)),
        ("pending since:12h", Listing(Status.PENDING, Filters(since=timedelta(hours=12)))),
        (
            "failed account:VINET code:unknown_item item:NW-024 since:7d placed:2026-11-20",
            Listing(
                Status.FAILED,
                Filters(
                    "VINET", Code.UNKNOWN_ITEM, "NW-024", timedelta(days=7), date(2026, 11, 20)
                ),
            ),
        ),
        (
            'successful vins "et alcools"',
            Listing(Status.SUCCESSFUL, Filters(words=("vins", "et alcools"))),
        ),
        ('failed account:"DE 7"', Listing(Status.FAILED, Filters(account="DE 7"))),
        ("failed account:“DE 7”", Listing(Status.FAILED, Filters(account="DE 7"))),
        ("show 10248", Show(OrderId("10248"))),
        ("show 10248:", Show(OrderId("10248:"))),
        ("show WEB:10248", Show(OrderId("WEB:10248"))),
        ('show "A 10248"', Show(OrderId("A 10248"))),
        ('show "A ""7"" 1"', Show(OrderId('A "7" 1'))),
        ('show "never closed', Show(OrderId("never closed"))),
        ("show B&amp;B&lt;1&gt;", Show(OrderId("B&B<1>"))),
        ("history 10248", History(OrderId("10248"))),
        ("retry 10248", Retry(OrderId("10248"))),
        ("retry 10248 10248", Retry(OrderId("10248"))),
        ('retry 10248 "A 7" 10248', RetrySeveral((OrderId("10248"), OrderId("A 7")))),
        ("retry WEB:1 WEB:2", RetrySeveral((OrderId("WEB:1"), OrderId("WEB:2")))),
        ("retry failed", RetryListed(Listing(Status.FAILED))),
        ('retry "failed"', Retry(OrderId("failed"))),
        (
            "retry Pending code:erp_down vins",
            RetryListed(
                Listing(Status.PENDING, Filters(code=Code.ERP_DOWN, words=("vins",))),
            ),
        ),
        ("mark-synced 10248", MarkSynced(OrderId("10248"))),
        ("mark-synced 10248 erp:SO-1", MarkSynced(OrderId("10248"), "SO-1")),
        ('mark-synced ERP:"SO 1" "A 7"', MarkSynced(OrderId("A 7"), "SO 1")),
        ("status", StatusAsked()),
        ("people", PeopleAsked()),
        (
            "people grant <@U0000002|dana> actions",
            SetPermission(PersonId("U0000002"), Permission.ACTIONS, granted=True),
        ),
        (
            "people revoke <@W0000002> notifications",
            SetPermission(PersonId("W0000002"), Permission.NOTIFICATIONS, granted=False),
        ),
        ("people admin <@U0000002|Dana Smith>", SetRole(PersonId("U0000002"), Role.ADMIN)),
        ("people employee <@U0000002>", SetRole(PersonId("U0000002"), Role.EMPLOYEE)),
    ],
)
def test_reads(text: str, request_: Request) -> None:
    assert parse(text) == request_


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("fialed account:VINET", "failed account:VINET"),
        ("succesful", "successful"),
        ("10248", "show 10248"),
        ("wobble", "help"),
        ("show", "failed"),
        ("show A 10248", 'show "A 10248"'),
        ("histry 10248", "history 10248"),
        ("history", "failed"),
        ("retry", "failed"),
        ("retry successful", "retry failed"),
        ("retry fialed code:erp_down", "retry failed code:erp_down"),
        ("retry everything code:erp_down", "retry failed code:erp_down"),
        ("mark-synced 10248 ref:SO-1", "mark-synced 10248 erp:SO-1"),
        ("mark-synced A 10248", 'mark-synced "A 10248"'),
        ("mark-synced erp:SO-1", "help"),
        ("people grnt <@U0000002> actions", "people grant"),
        ("people grant <@U0000002> actoins", "people grant <@U0000002> actions"),
        ("people grant @dana actions", "people"),
        ("people grant U0000002 actions", "people"),
        ("people grant &lt;@U0000002&gt; actions", "people"),
        ("people admin <@U0000002> now", "people"),
        ("help me", "help"),
        ("status now", "status"),
    ],
)
def test_says_what_was_perhaps_meant(text: str, meant: str) -> None:
    said = parse(text)
    assert isinstance(said, NotUnderstood)
    assert said.meant == meant


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("failed acount:VINET", "account:"),
        ("failed code:unknown_itm", "code:unknown_item"),
        ("failed since:soon", "since:7d"),
        ("failed since:0d", "since:7d"),
        ("failed placed:yesterday", "placed:2026-11-20"),
        ("failed account:", "needs a value"),
        ('failed account:""', "needs a value"),
        ("people grant <@U0000002>", "actions or notifications"),
        (f"show {'9' * 101}", "1 to 100"),
        (f"retry 1 {'9' * 101}", "1 to 100"),
        ("retry failed code:erp_dwn", "code:erp_down"),
        (f"mark-synced 1 erp:{'9' * 101}", "1 to 100"),
        ("mark-synced 1 erp:", "1 to 100"),
        ("mark-synced 1 erp:2 erp:3", "One ERP number"),
    ],
)
def test_says_what_is_wrong(text: str, part: str) -> None:
    said = parse(text)
    assert isinstance(said, NotUnderstood)
    assert part in said.words


def _is_id(text: str) -> bool:
    try:
        order_id(text)
    except BadIdError:
        return False
    return True


values = st.text(min_size=1, max_size=40)
ids = st.text(min_size=1, max_size=100).filter(_is_id).map(OrderId)
numbers = st.text(min_size=1, max_size=100).map(str.strip).filter(bool)
persons = st.from_regex(r"[UW][A-Z0-9]{6,10}", fullmatch=True).map(PersonId)
spans = st.integers(1, 9999).map(lambda days: timedelta(days=days))
filters = st.builds(
    Filters,
    account=st.none() | values,
    code=st.none() | st.sampled_from(Code),
    item=st.none() | values,
    since=st.none() | spans,
    placed=st.none() | st.dates(),
    words=st.lists(values, max_size=4).map(tuple),
)
requests: st.SearchStrategy[Request] = st.one_of(
    st.sampled_from([Summary(), Help(), StatusAsked(), PeopleAsked()]),
    st.builds(Listing, st.sampled_from(Status), filters),
    st.builds(Show, ids),
    st.builds(History, ids),
    st.builds(Retry, ids),
    st.builds(RetrySeveral, st.lists(ids, min_size=2, max_size=5, unique=True).map(tuple)),
    st.builds(RetryListed, st.builds(Listing, st.sampled_from(RETRIED), filters)),
    st.builds(MarkSynced, ids, st.none() | numbers),
    st.builds(SetPermission, persons, st.sampled_from(Permission), st.booleans()),
    st.builds(SetRole, persons, st.sampled_from(Role)),
)


@given(requests)
def test_reads_what_it_writes(request_: Request) -> None:
    assert parse(written(request_)) == request_


_pieces = st.sampled_from(
    ["failed", "show", "people", "grant", "account:", "since:7d", "code:", '"', "“", "”", ":", " ",
     "retry", "mark-synced", "erp:", "history",
     "<@U0000002|x>", "<@", "&amp;", "&lt;!channel&gt;", "\u202e", "\r\n", "=1+1", "\0"]
)  # fmt: skip


@given(st.one_of(st.text(), st.lists(_pieces | st.text(max_size=5)).map("".join)))
def test_never_raises_and_is_stable(text: str) -> None:
    read = parse(text)
    if not isinstance(read, NotUnderstood):
        assert parse(written(read)) == read
    elif read.meant is not None:
        parse(read.meant)


def test_every_example_of_the_page_is_read() -> None:
    for one in FILTERS:
        assert isinstance(parse(f"failed {one.example}"), Listing), one.example
    for command in grammar.COMMANDS:
        for form, _ in command.forms:
            typed = form.replace("ID ID", "10248 10249").replace("ID", "10248")
            typed = typed.replace("@someone", "<@U0000002>").replace("NUMBER", "SO-1")
            read = parse(typed.replace("[filters]", "since:7d"))
            assert not isinstance(read, NotUnderstood), form


def test_the_docs_page_is_the_table() -> None:
    assert DOCS.read_text(encoding="utf-8") == grammar.page()
