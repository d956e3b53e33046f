"""Every card and view by name, drawn from outside words and a number of orders."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.blocks import (
    alert_details,
    alert_news,
    alert_replies,
    mark_view,
    notices,
    notify_view,
    order_details,
    orders,
    replies,
    thread,
)
from bot.blocks.alert_card import alert_counts_message, alert_message
from bot.blocks.message import Message, View
from bot.blocks.pages import Page
from commands.desk import Denied, Impossible
from commands.domain.alerts import Alert, AlertPicture, Mention, MentionKind, Moved
from commands.domain.answers import Documents, DocumentStatus, ErpDocument
from commands.domain.connection import Line
from commands.domain.failures import Code, Failure
from commands.domain.grouping import Cause, CauseKind, Trouble
from commands.domain.lifecycle import Reason, State, Status, Synced, Why
from commands.domain.notices import UNTIL_RESUMED, Choice, Way
from commands.domain.people import (
    Deed,
    LacksPermission,
    NotAdmin,
    NotAMember,
    Permission,
    Role,
    Standing,
)
from commands.domain.verification import judge
from commands.key_in import Held, Released
from commands.lookup import ErpSays, ErpSilent
from commands.mark_synced import ElsewhereInErp, MarkedSynced, NotThere, OtherOrders
from commands.notify import Chosen, Mine
from commands.people import CannotHave, HasIt, NobodyToAsk, RequestSent
from commands.ports import AlreadySo, Granted, LastAdmin, NoSuchOrder, Retried, Revoked, RoleSet
from commands.requests import Filters, Listing, NotUnderstood
from commands.retry import (
    AllAsked,
    Asked,
    NoSuchAlert,
    NothingToRetry,
    RefusedAgain,
    StillTrying,
    Through,
)
from commands.take import AlertOver, Has, PutAside, TakenBack, TakenOn
from tests.bot.blocks import cases, papers
from tests.bot.blocks.cases import ADA, DANA, NOW, SAM, Words
from tests.bot.blocks.home_cases import ALERT_ORDERS, HOMES
from tests.bot.blocks.many_cases import MANY_MESSAGES, MANY_VIEWS
from tests.bot.blocks.people_cases import PEOPLE_MESSAGES, PEOPLE_VIEWS

Draw = Callable[[Words, int], Message | View]
OUTAGE, UNCONFIRMED, STUCK = (
    CauseKind.OUTAGE,
    CauseKind.PENDING_VERIFICATION,
    CauseKind.QUEUED,
)


def _card(words: Words, alert: Alert, picture: AlertPicture) -> Message:
    return alert_message(cases.distributor(words), alert, picture, NOW)


def _single(
    kind: CauseKind = CauseKind.FAILURE,
    code: Code | None = Code.UNKNOWN_CUSTOMER,
    picture: dict[str, Any] | None = None,
    alert: dict[str, Any] | None = None,
    **changes: Any,
) -> Draw:
    def draw(words: Words, _number: int) -> Message:
        one = cases.line(words, **changes)
        if one.failure and code and kind is CauseKind.FAILURE and "failure" not in changes:
            one = replace(one, failure=cases.refusal(words, code))
        given = replace(cases.alert(kind, code), **(alert or {}))
        return _card(words, given, cases.single(one, **(picture or {})))

    return draw


def _group(
    code: Code = Code.INACTIVE_ITEM, alert: dict[str, Any] | None = None, **changes: Any
) -> Draw:
    def draw(words: Words, number: int) -> Message:
        picture = cases.picture(
            **{
                "total": number, "open": number, "today": number // 10,
                "first_today": cases.TRUCK if number >= 10 else None,
                "subjects": cases.subjects(words), "more_subjects": 7,
                "next": cases.lines(words, min(number, 3)), **changes,
            }
        )  # fmt: skip
        given = replace(cases.alert(code=code), **(alert or {}))
        return _card(words, given, picture)

    return draw


def _outage(
    code: Code = Code.ERP_DOWN, alert: dict[str, Any] | None = None, **changes: Any
) -> Draw:
    def draw(words: Words, number: int) -> Message:
        picture = cases.picture(
            **{
                "total": number, "open": number, "today": number // 50, "in_doubt": number // 30,
                "next": cases.lines(words, min(number, 3)), "last_looked": NOW - cases.MINUTE,
                "since": NOW - timedelta(hours=3), **changes,
            }
        )  # fmt: skip
        given = replace(cases.alert(OUTAGE, code), **(alert or {}))
        return _card(words, given, picture)

    return draw


def _ended_outage(number: int) -> tuple[Alert, AlertPicture]:
    picture = cases.picture(
        total=number + 2 * (number // 3) + 6,
        settled=cases.settled(number),
        moved=cases.moved(3, Code.CREDIT_HOLD, Code.INACTIVE_ITEM),
        held=number % 2,
    )
    back = replace(cases.alert(OUTAGE, Code.ERP_DOWN), ended_at=NOW - timedelta(minutes=42))
    return back, picture


def _ended(words: Words, number: int) -> Message:
    back, picture = _ended_outage(number)
    return _card(words, back, replace(picture, held=0))


def _trouble(kind: Trouble, *, over: bool = False, **facts: Any) -> Draw:
    def draw(words: Words, number: int) -> Message:
        told = {name: getattr(words, str(fact)[1:]) if str(fact).startswith("$") else fact
                for name, fact in facts.items()}  # fmt: skip
        orders = {"orders": number} if kind is Trouble.QUEUE_STANDS else {}
        given = cases.trouble(kind, **told, **orders)
        ended = NOW - timedelta(minutes=42) if over else None
        picture = cases.picture(troubled=not over)
        return _card(words, replace(given, ended_at=ended), picture)

    return draw


def _solved(words: Words, number: int) -> Message:
    done = cases.settled(number)
    return _card(words, cases.alert(), cases.picture(total=done.total, settled=done))


def _solved_but_some(words: Words, number: int) -> Message:
    done = cases.settled(number)
    left = cases.moved(2, Code.CREDIT_HOLD)
    picture = cases.picture(total=done.total + 2, settled=done, moved=left)
    return _card(words, cases.alert(), picture)


def _counts(words: Words, number: int) -> Message:
    picture = cases.picture(
        total=number, open=number, today=number // 10, next=cases.lines(words, min(number, 3))
    )
    return alert_counts_message(cases.distributor(words), cases.alert(), picture, NOW)


def _grouped(kind: CauseKind) -> dict[str, Any]:
    return {"cause": cases.alert(kind, None).cause}


CARDS: dict[str, Draw] = {
    "single_refused": _single(),
    "single_refused_erp_down": _single(code=Code.ERP_DOWN),
    "single_duplicate": _single(code=Code.DUPLICATE),
    "single_on_its_way": _single(state=State.SENDING, picture={"open": 0, "trying": 1}),
    "single_taken_and_posted_anew": _single(alert={"taken_by": DANA, **cases.REPOSTED}),
    "single_snoozed": _single(alert={"snooze": cases.snooze()}),
    "single_held": _single(hold=cases.hold(), picture={"open": 0, "held": 1}),
    "single_hold_run_out": _single(hold=cases.hold(-1), picture={"open": 0, "held": 1}),
    "single_unconfirmed": _single(
        UNCONFIRMED, None, state=State.PENDING_VERIFICATION, failure=None, reference="SO-1"
    ),
    "single_stuck": _single(
        STUCK, None, state=State.QUEUED, failure=None, attempts=0, tried_at=None
    ),
    "single_solved_auto": _single(
        picture={"open": 0, "settled": cases.settled(1)}, **cases.synced(reference="SO-1")
    ),
    "single_solved_found": _single(
        picture={"open": 0}, **cases.synced(synced=Synced.FOUND, reference="SO-1")
    ),
    "single_solved_by_hand": _single(
        picture={"open": 0}, **cases.synced(synced=Synced.MANUAL, settled_by=DANA)
    ),
    "single_moved": _single(
        failure=Failure(Code.CREDIT_HOLD, "limit"),
        picture={"open": 0, "moved": cases.moved(1, Code.CREDIT_HOLD)},
    ),
    "single_moved_to_outage": _single(
        state=State.QUEUED,
        picture={"open": 0, "moved": (Moved(Cause(OUTAGE, Code.ERP_DOWN), 1, cases.LINK),)},
    ),
    "group_refused": _group(),
    "group_taken_and_going_on": _group(
        alert={"taken_by": DANA},
        trying=12,
        asked_by=(DANA,),
        held=2,
        settled=cases.settled(9),
        overdue=3,
    ),
    "group_posted_anew": _group(alert=cases.REPOSTED, moved=cases.moved(2, Code.CREDIT_HOLD)),
    "group_snoozed": _group(alert={"snooze": cases.snooze(), "taken_by": DANA}),
    "group_overdue_and_later": lambda words, number: _group(
        today=0,
        overdue=4,
        next=cases.lines(words, min(number, 3), deliver_at=cases.TRUCK + timedelta(days=1)),
    )(words, number),
    "group_rejected": _group(Code.REJECTED, subjects=(), more_subjects=0, today=0),
    "group_on_its_way": _group(
        open=0, trying=267, asked_by=(DANA, SAM), held=2, settled=cases.settled(9)
    ),
    "group_being_keyed_in": _group(open=0, held=3, today=0),
    "group_unconfirmed": _group(alert=_grouped(UNCONFIRMED)),
    "group_stuck": _group(alert=_grouped(STUCK)),
    "group_solved": _solved,
    "group_solved_but_some": _solved_but_some,
    "group_moved": _group(total=0, open=0),
    "group_moved_to_outage": _group(
        open=0, moved=(Moved(Cause(OUTAGE, Code.ERP_DOWN), 267, cases.LINK),)
    ),
    "group_counts_only": _counts,
    "outage_down": _outage(),
    "outage_posted_anew": _outage(
        alert=cases.REPOSTED, moved=cases.moved(2, Code.INACTIVE_ITEM, Code.CREDIT_HOLD)
    ),
    "outage_snoozed": _outage(alert={"snooze": cases.snooze()}),
    "outage_login_refused": _outage(Code.AUTH, alert={"taken_by": DANA}),
    "outage_forbidden": _outage(Code.FORBIDDEN),
    "outage_misconfigured": _outage(Code.MISCONFIGURED, held=3),
    "outage_nobody_waits": _outage(open=0, total=9, settled=cases.settled(3)),
    "outage_recovering": _outage(
        alert={"ended_at": NOW - cases.MINUTE}, open=2, trying=4000, settled=cases.settled(90)
    ),
    "outage_solved": _ended,
    "trouble_no_tick": _trouble(Trouble.NO_TICK, due=(NOW - timedelta(hours=1)).isoformat()),
    "trouble_queue_stands": _trouble(
        Trouble.QUEUE_STANDS, since=(NOW - timedelta(hours=1)).isoformat()
    ),
    "trouble_report_not_sent": _trouble(Trouble.REPORT_NOT_SENT, day="2026-11-24", why="$message"),
    "trouble_mail_not_sent": _trouble(Trouble.MAIL_NOT_SENT, what="$note", why="$message"),
    "trouble_without_facts": _trouble(Trouble.REPORT_NOT_SENT),
    "trouble_solved": _trouble(Trouble.NO_TICK, over=True),
}


def _news(kind: MentionKind, draw: Callable[[int], tuple[Alert, AlertPicture]]) -> Draw:
    def drawn(words: Words, number: int) -> Message:
        alert, picture = draw(number)
        return alert_news.aloud(kind, cases.distributor(words), alert, picture, NOW)

    return drawn


def _growing(number: int) -> tuple[Alert, AlertPicture]:
    picture = cases.picture(
        total=number, open=number, today=number // 10, first_today=cases.TRUCK, new_today=1
    )
    return cases.alert(code=Code.INACTIVE_ITEM), picture


def _growing_outage(number: int) -> tuple[Alert, AlertPicture]:
    return cases.alert(OUTAGE, Code.ERP_DOWN), _growing(number)[1]


def _unattended(words: Words, number: int) -> Message:
    alert, picture = _growing(number)
    waited = replace(alert, link=cases.LINK, announced_at=NOW - timedelta(hours=4))
    return alert_news.unattended(cases.distributor(words), waited, picture, NOW)


def _notice(draw: Callable[[Words, int], tuple[Alert, AlertPicture]]) -> Draw:
    def drawn(words: Words, number: int) -> Message:
        alert, picture = draw(words, number)
        linked = replace(alert, link=cases.LINK)
        return notices.notice_message(cases.distributor(words), linked, picture, NOW)

    return drawn


NEWS: dict[str, Draw] = {
    "aloud_grew": _news(MentionKind.GREW, _growing),
    "aloud_grew_outage": _news(MentionKind.GREW, _growing_outage),
    "aloud_urgent": _news(MentionKind.URGENT, _growing),
    "aloud_ended_outage": _news(MentionKind.ENDED, _ended_outage),
    "aloud_counts": lambda words, number: alert_news.aloud_counts(
        MentionKind.ENDED, cases.distributor(words), *_ended_outage(number), NOW
    ),
    "goes_on": lambda _words, _number: alert_news.goes_on(cases.LINK),
    "goes_on_unlinked": lambda _words, _number: alert_news.goes_on(None),
    "dm_unattended": _unattended,
    "dm_unattended_one": lambda words, _: alert_news.unattended(
        cases.distributor(words), cases.alert(), cases.single(cases.line(words)), NOW
    ),
    "dm_unattended_trouble": lambda words, _: alert_news.unattended(
        cases.distributor(words), cases.trouble(Trouble.NO_TICK), cases.picture(troubled=True), NOW
    ),
    "notice_one": _notice(lambda words, _: (cases.alert(), cases.single(cases.line(words)))),
    "notice_many": _notice(lambda _words, number: _growing(number)),
    "notice_ended": _notice(
        lambda _words, number: (
            cases.alert(), cases.picture(total=number, settled=cases.settled(number))
        )
    ),
    "notice_trouble": _notice(
        lambda _words, _number: (
            cases.trouble(Trouble.NO_TICK), cases.picture(troubled=True)
        )
    ),
}  # fmt: skip


def _mention(kind: MentionKind, **facts: Any) -> Draw:
    def draw(words: Words, _number: int) -> Message:
        given = {name: getattr(words, str(fact)[1:]) if str(fact).startswith("$") else fact
                 for name, fact in facts.items()}  # fmt: skip
        told = Mention(kind, given, to=ADA)
        if kind is MentionKind.ACTION:
            return thread.thread_line(told, cases.distributor(words), NOW)
        return thread.direct_message(told, cases.distributor(words))

    return draw


MENTIONS: dict[str, Draw] = {
    "thread_retry_all": _mention(
        MentionKind.ACTION, did="retry_all", by=DANA, orders=267, at=NOW.isoformat()
    ),
    "thread_one": _mention(
        MentionKind.ACTION, did="mark_synced", by=DANA, order="$id", ended="$message"
    ),
    "thread_snoozed": _mention(
        MentionKind.ACTION, did="snooze", by=DANA, at=NOW.isoformat(),
        until=(NOW + timedelta(hours=4)).isoformat(),
    ),
    "thread_unknown": _mention(MentionKind.ACTION, did="$note", by="$name", order="$id"),
    "dm_asked": _mention(MentionKind.PERMISSION_ASKED, asked_by=SAM, permission="actions"),
    "dm_granted": _mention(MentionKind.PERMISSION_GRANTED, by=ADA, permission="notifications"),
    "dm_choose_people": _mention(MentionKind.CHOOSE_PEOPLE),
    "dm_channel_outsiders": _mention(
        MentionKind.CHANNEL_UNFIT, channel="C000000002", error="outsiders", people=[SAM]
    ),
    "dm_channel_unfit": _mention(MentionKind.CHANNEL_UNFIT, channel="$note", error="$message"),
    "dm_hold_run_out": _mention(MentionKind.HOLD_RUN_OUT, order="$id"),
}  # fmt: skip

NO = Denied(Deed.RETRY, LacksPermission(Permission.ACTIONS), (ADA,))
Reply = Callable[[Words, int], Message]


def _impossible(reason: Reason, **changes: Any) -> Reply:
    def draw(words: Words, _number: int) -> Message:
        standing = cases.standing(words, **changes)
        told = Impossible(words.id, reason, standing)
        return replies.impossible(told, cases.distributor(words), NOW)

    return draw


def _retried(outcome: Callable[[Words], Any], *, echoed: bool = False) -> Reply:
    def draw(words: Words, _number: int) -> Message:
        reply = replies.echo if echoed else replies.retry
        return reply(outcome(words), cases.distributor(words), NOW)

    return draw


def _marked(outcome: Callable[[Words], Any]) -> Reply:
    return lambda words, _number: replies.mark(outcome(words), cases.distributor(words), NOW)


def _asked(line: Line, *, looks_first: bool = False) -> Reply:
    return _retried(
        lambda words: Asked(
            words.id, cases.standing(words), looks_first, cases.connection(line, words)
        )
    )


def _answered(outcome: Granted | AlreadySo) -> Reply:
    def draw(_words: Words, _number: int) -> Message:
        message = replies.request_answered(outcome, Permission.ACTIONS, ADA)
        assert message is not None
        return message

    return draw


def _all_asked(words: Words, number: int) -> Message:
    done = Retried(number, number // 9, number // 7)
    told = AllAsked(done, cases.connection(Line.DOWN, words))
    return alert_replies.retry_all(told, cases.distributor(words), NOW)


def _nothing_to_retry(words: Words, number: int) -> Message:
    picture = cases.picture(total=number, settled=cases.settled(number), trying=number // 5)
    told = NothingToRetry(cases.alert(), picture, Retried(0, number // 9, 0))
    return alert_replies.retry_all(told, cases.distributor(words), NOW)


def _over(number: int) -> AlertOver:
    closed = replace(cases.alert(), closed_at=NOW - cases.MINUTE)
    done = cases.picture(
        total=number, settled=cases.settled(number), moved=cases.moved(2, Code.CREDIT_HOLD)
    )
    return AlertOver(closed, done)


def _taken(outcome: Callable[[int], Any]) -> Reply:
    return lambda words, number: alert_replies.take(outcome(number), cases.distributor(words), NOW)


def _put_aside(outcome: Any) -> Reply:
    return lambda words, _number: alert_replies.snooze(outcome, cases.distributor(words), NOW)


def _taken_back(outcome: Any) -> Reply:
    return lambda words, _number: alert_replies.unsnooze(outcome, cases.distributor(words), NOW)


def _chosen(choice: Choice, *, mails: bool = True) -> Reply:
    return lambda words, _number: notify_view.chosen(
        Chosen(choice, mails), cases.distributor(words), NOW
    )


def _keyed(words: Words, number: int) -> Message:
    order = cases.order(words, min(number, 500), hold=cases.hold())
    return replies.key_in(Held(order, NOW + 28 * cases.MINUTE), cases.distributor(words), NOW)


def _released(*, goes: bool) -> Reply:
    return lambda words, _number: replies.release(
        Released(words.id, DANA, goes), cases.distributor(words), NOW
    )


REPLIES: dict[str, Draw] = {
    "retry_asked": _asked(Line.WORKING),
    "retry_looks_first": _asked(Line.WORKING, looks_first=True),
    "retry_while_down": _asked(Line.DOWN),
    "retry_while_limited": _asked(Line.LIMITED),
    "retry_while_stopped": _asked(Line.STOPPED),
    "retry_denied": lambda words, _: replies.retry(NO, cases.distributor(words), NOW),
    "retry_no_such_order": lambda words, _: replies.retry(
        NoSuchOrder(), cases.distributor(words), NOW
    ),
    "echo_through": _retried(
        lambda words: Through(cases.order(words, **cases.synced(reference=words.reference))),
        echoed=True,
    ),
    "echo_sent": _retried(lambda words: Through(cases.order(words, state=State.SENT)), echoed=True),
    "echo_refused_again": _retried(
        lambda words: RefusedAgain(cases.order(words), same=True), echoed=True
    ),
    "echo_still_trying": _retried(
        lambda words: StillTrying(words.id, cases.connection(Line.DOWN, words)), echoed=True
    ),
    "retry_all_asked": _all_asked,
    "retry_all_gone": lambda words, _: alert_replies.retry_all(
        NoSuchAlert(), cases.distributor(words), NOW
    ),
    "retry_all_behind": _nothing_to_retry,
    "mark_done": _marked(
        lambda words: MarkedSynced(cases.order(words), words.reference, checked=True)
    ),
    "mark_unchecked": _marked(lambda words: MarkedSynced(cases.order(words), None, checked=False)),
    "mark_not_there": _marked(lambda words: NotThere(words.id, words.reference, words.message)),
    "mark_other": _marked(lambda words: OtherOrders(words.id, words.reference, words.id)),
    "mark_elsewhere": _marked(lambda words: ElsewhereInErp(words.id, words.reference, "SO-2")),
    "key_in_held": _keyed,
    "release_done": _released(goes=False),
    "release_goes": _released(goes=True),
    "take_done": _taken(lambda _: TakenOn(None)),
    "take_over_done": _taken(lambda _: TakenOn(SAM)),
    "take_somebody_has_it": _taken(lambda _: Has(7, DANA, NOW - cases.MINUTE)),
    "take_behind": _taken(_over),
    "take_denied": _taken(lambda _: replace(NO, deed=Deed.TAKE)),
    "snooze_done": _put_aside(PutAside(NOW + timedelta(hours=4))),
    "snooze_gone": _put_aside(NoSuchAlert()),
    "unsnooze_done": _taken_back(TakenBack(was=True)),
    "unsnooze_nothing": _taken_back(TakenBack(was=False)),
    "notify_direct": _chosen(Choice()),
    "notify_both": _chosen(Choice(Way.BOTH)),
    "notify_no_mail": _chosen(Choice(Way.EMAIL), mails=False),
    "notify_paused": _chosen(Choice(paused_until=NOW + timedelta(hours=1))),
    "notify_paused_until_resumed": _chosen(Choice(paused_until=UNTIL_RESUMED)),
    "request_granted": _answered(Granted(SAM, Permission.ACTIONS)),
    "request_granted_already": _answered(AlreadySo(SAM)),
    "granted": lambda _words, _number: replies.set_permission(Granted(SAM, Permission.ACTIONS)),
    "revoked": lambda _words, _number: replies.set_permission(Revoked(SAM, Permission.ACTIONS)),
    "already_so": lambda _words, _number: replies.set_permission(AlreadySo(SAM)),
    "cannot_have": lambda _words, _number: replies.set_role(CannotHave(SAM, Standing.GUEST)),
    "made_admin": lambda _words, _number: replies.set_role(RoleSet(SAM, Role.ADMIN)),
    "made_employee": lambda _words, _number: replies.set_role(RoleSet(SAM, Role.EMPLOYEE)),
    "last_admin": lambda _words, _number: replies.set_role(LastAdmin(ADA)),
    "asked_for": lambda _words, _number: replies.ask_for(
        RequestSent(Permission.ACTIONS, (ADA,), again=True)
    ),
    "asked_again": lambda _words, _number: replies.ask_for(
        RequestSent(Permission.ACTIONS, (ADA,), again=False)
    ),
    "nobody_to_ask": lambda _words, _number: replies.ask_for(NobodyToAsk(Permission.ACTIONS)),
    "has_it": lambda _words, _number: replies.ask_for(HasIt(Permission.ACTIONS)),
    "denied_guest": lambda _words, _number: replies.denied(
        Denied(Deed.QUERY, NotAMember(Standing.GUEST), (ADA,))
    ),
    "denied_unclear": lambda _words, _number: replies.denied(
        Denied(Deed.QUERY, NotAMember(Standing.UNCLEAR), (ADA,))
    ),
    "denied_not_admin": lambda _words, number: replies.denied(
        Denied(Deed.MANAGE_PEOPLE, NotAdmin(), (ADA,) * number)
    ),
    "denied_no_admin": lambda _words, _number: replies.denied(replace(NO, admins=())),
    "impossible_synced": _impossible(
        Reason.ALREADY_SYNCED,
        **cases.synced(synced=Synced.MANUAL, settled_by=DANA, reference="SO-1"),
    ),
    "impossible_held": _impossible(Reason.HELD_BY_OTHER, hold=cases.hold()),
    "trouble": lambda _words, _number: replies.trouble(),
    **{
        f"impossible_{reason}": _impossible(reason, hold=cases.hold())
        for reason in Reason
        if reason not in {Reason.ALREADY_SYNCED, Reason.HELD_BY_OTHER}
    },
}


def _page(words: Words, number: int, most: int = 20, **changes: Any) -> Page:
    return Page(cases.lines(words, min(number, most), **changes), number, NOW)


def _details(
    lines: int | None = None,
    *,
    may_act: bool = True,
    found: int | None = None,
    silent: bool = False,
    page: int = 1,
    checking: bool = False,
    **changes: Any,
) -> Draw:
    def draw(words: Words, number: int) -> View:
        order = cases.order(words, min(number, 500) if lines is None else lines, **changes)
        erp: ErpSays | ErpSilent | None = None
        if silent:
            erp = ErpSilent(order, Failure(Code.ERP_DOWN, words.message), NOW)
        elif found is not None:
            one = ErpDocument(words.reference, DocumentStatus.CONFIRMED, account_id=words.account)
            documents = (one,) * found
            verdict = judge(order.document, documents)
            erp = ErpSays(order, verdict, Documents(documents), NOW)
        return order_details.details_view(
            order, cases.history(words, min(number, 20)), cases.distributor(words), NOW,
            may_act=may_act, erp=erp, page=page, checking=checking,
        )  # fmt: skip

    return draw


VIEWS: dict[str, Draw] = {
    "details_failed": _details(3),
    "details_may_not_act": _details(3, may_act=False),
    "details_held": _details(3, hold=cases.hold()),
    "details_unknown": _details(3, state=State.UNKNOWN, checking=True),
    "details_sending": _details(1, state=State.SENDING),
    "details_synced": _details(
        3, found=1, **cases.synced(reference="SO-1", synced=Synced.MANUAL, settled_by=DANA)
    ),
    "details_duplicate": _details(
        3, found=2, failure=Failure(Code.DUPLICATE, "two", references=("SO-1", "SO-2"))
    ),
    "details_nothing_found": _details(3, found=0),
    "details_erp_silent": _details(3, silent=True),
    "details_long": _details(page=2),
    "key_in_picker": lambda words, number: alert_details.key_in_picker(
        cases.alert(OUTAGE, Code.ERP_DOWN), _page(words, number, 100), cases.distributor(words), NOW
    ),
    "key_in_picker_empty": lambda words, _: alert_details.key_in_picker(
        cases.alert(OUTAGE, Code.ERP_DOWN), _page(words, 0), cases.distributor(words), NOW
    ),
    "mark": lambda words, _: mark_view.mark_view(cases.order(words)),
    "mark_problem": lambda words, _: mark_view.mark_view(
        cases.order(words), reference=words.reference, why=Why.WAS_THERE,
        problem=words.message, offer_anyway=True,
    ),
    "done": lambda words, _: mark_view.done_view(words.message),
    **HOMES,
    **ALERT_ORDERS,
    **MANY_VIEWS,
    **PEOPLE_VIEWS,
    "notifications": lambda words, _: notify_view.notify_view(
        Mine(Choice(Way.BOTH), mails=True), cases.distributor(words), NOW
    ),
    "notifications_paused": lambda words, _: notify_view.notify_view(
        Mine(Choice(Way.EMAIL, NOW + timedelta(days=3)), mails=False), cases.distributor(words), NOW
    ),
}  # fmt: skip

ANSWERS: dict[str, Draw] = {
    "orders_summary": lambda words, number: orders.summary(
        cases.numbers(number), cases.connection(Line.DOWN), cases.distributor(words), NOW
    ),
    "orders_summary_all_in": lambda words, _: orders.summary(
        cases.nothing_open(), cases.connection(), cases.distributor(words), NOW
    ),
    "orders_failed": lambda words, number: orders.listing(
        Listing(Status.FAILED, Filters(account=words.account, words=(words.item,))),
        replace(_page(words, number), number=2, total=number + 20),
        cases.distributor(words), NOW,
    ),
    "orders_none": lambda words, _: orders.listing(
        Listing(Status.PENDING), _page(words, 0), cases.distributor(words), NOW
    ),
    "orders_show": lambda words, _: orders.show(
        cases.order(words), cases.distributor(words), NOW, may_act=True
    ),
    "orders_show_employee": lambda words, _: orders.show(
        cases.order(words), cases.distributor(words), NOW, may_act=False
    ),
    "orders_people": lambda _words, number: orders.people(cases.roster(number)),
    "orders_status": lambda words, number: orders.status(
        cases.connection(Line.LIMITED), cases.numbers(number), cases.distributor(words), NOW,
        next_sync=NOW + 3 * cases.MINUTE,
    ),
    "orders_help": lambda _words, _number: orders.command_help(),
    "orders_not_understood": lambda words, _: orders.not_understood(
        NotUnderstood(f"“{words.note}” is not a command.", f"show {words.account}")
    ),
}  # fmt: skip

DESK: dict[str, Draw] = {**MANY_MESSAGES, **PEOPLE_MESSAGES}
MESSAGES: dict[str, Draw] = {
    **CARDS,
    **NEWS,
    **MENTIONS,
    **REPLIES,
    **ANSWERS,
    **DESK,
    **papers.MESSAGES,
}
EVERYTHING: dict[str, Draw] = {**MESSAGES, **VIEWS, **papers.VIEWS}
