"""Reports, their settings and mails to support by name, for `everything`."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, time, timedelta

from bot.blocks import report_message, report_settings, report_trouble, support_view
from bot.blocks.ids import Pointer
from bot.blocks.message import Message, View
from bot.blocks.report_words import picture_words
from bot.blocks.wording import Wall
from bot.mail.letters import order_to_support
from commands.desk import Denied
from commands.domain.people import Deed, NotAdmin
from commands.domain.reports import Contents, ReportSettings
from commands.domain.sheets import Status
from commands.outbox import Letter, OrderPlea, TooSoon
from commands.ports import NoSuchOrder
from commands.report import ClosedChannel, OnItsWay, Saved, WrongRecipients
from commands.retry import NoSuchAlert
from commands.support import Contacted, NoSupport, NothingToAsk, Ready
from tests.bot.blocks import cases
from tests.bot.blocks.cases import ADA, NOW, SAM, Words

Draw = Callable[[Words, int], Message | View]
DENIED = Denied(Deed.SET_REPORT, NotAdmin(), (ADA,))
ON = ReportSettings(time(6, 30), Contents.ALL, ("ada@example.com", "b@example.com"), "C000000002")


def _report(words: Words, number: int) -> Message:
    listed = {Status.FAILED: number, Status.PENDING_VERIFICATION: number // 3}
    given = cases.digest(words, listed=listed, waiting=number, contents=Contents.ALL)
    return report_message.report_message(cases.distributor(words), given)


def _late(words: Words, _number: int) -> Message:
    given = cases.digest(
        words, due_at=NOW - timedelta(days=1), covers=(date(2026, 11, 22), date(2026, 11, 23))
    )
    return report_message.report_message(cases.distributor(words), given)


def _quiet(words: Words, _number: int) -> Message:
    given = cases.digest(
        words, listed={}, waiting=0, oldest=None, next=(), unnumbered=(), alerts=(),
        connection=cases.connection(), more_unnumbered=0, contents=Contents.ALL,
    )  # fmt: skip
    return report_message.report_message(cases.distributor(words), given)


def _pictured(words: Words, number: int) -> Message:
    alt = picture_words(cases.digest(words).days)
    return report_message.with_picture(_report(words, number), "F000000001", alt)


def _counts(words: Words, number: int) -> Message:
    given = cases.digest(words, listed={Status.FAILED: number})
    return report_message.report_counts_message(cases.distributor(words), given)


def _saved(settings: ReportSettings, mail_off: str | None = None) -> Draw:
    saved = Saved(settings, mail_off)
    return lambda words, _: report_settings.saved(saved, cases.distributor(words))


def _wall(words: Words) -> Wall:
    return Wall.of(cases.distributor(words), NOW)


def _mails(words: Words, number: int) -> list[dict[str, str | None]]:
    return [{"to": f"{at}@{words.note}", "why": words.message or None} for at in range(number)]


def _letter(words: Words, number: int) -> Letter:
    plea = OrderPlea(cases.order(words, number), cases.history(words), words.name, words.note, NOW)
    return order_to_support(cases.distributor(words), plea)


MESSAGES: dict[str, Draw] = {
    "report": _report,
    "report_late": _late,
    "report_quiet": _quiet,
    "report_pictured": _pictured,
    "report_counts": _counts,
    "report_saved": _saved(ON),
    "report_saved_mail_off": _saved(ON, "SMTP_URL is not set"),
    "report_saved_slack_only": _saved(replace(ON, recipients=())),
    "report_saved_mail_only": _saved(replace(ON, channel=None)),
    "report_saved_off": _saved(ReportSettings()),
    "report_denied": lambda words, _: report_settings.saved(DENIED, cases.distributor(words)),
    "report_on_its_way": lambda words, _: report_settings.asked(OnItsWay(), _wall(words)),
    "report_too_soon": lambda words, _: report_settings.asked(TooSoon(NOW), _wall(words)),
    "mail_waits": lambda words, number: report_trouble.mail_trouble(
        {"waiting": _mails(words, max(1, number))}
    ),
    "mail_refused": lambda words, _: report_trouble.mail_trouble(
        {"failed": _mails(words, 1), "kind": "report"}
    ),
    "mail_to_support_refused": lambda words, _: report_trouble.mail_trouble(
        {"failed": _mails(words, 1), "kind": "support", "order": words.id}
    ),
    "report_unposted": lambda words, _: report_trouble.report_unposted(
        {"channel": "C000000002", "error": words.message}
    ),
    "report_without_orders": lambda _words, _number: report_trouble.report_unposted(
        {"channel": "C000000002", "error": "outsiders", "people": [str(SAM)]}
    ),
    "support_contacted": lambda words, _: support_view.contacted(
        Contacted(words.note), _wall(words)
    ),
    "support_too_soon": lambda words, _: support_view.contacted(TooSoon(NOW), _wall(words)),
    "support_nothing": lambda words, _: support_view.contacted(NothingToAsk(), _wall(words)),
    "support_denied": lambda words, _: support_view.contacted(DENIED, _wall(words)),
    "support_no_order": lambda words, _: support_view.contacted(NoSuchOrder(), _wall(words)),
    "support_no_alert": lambda words, _: support_view.contacted(NoSuchAlert(), _wall(words)),
}

VIEWS: dict[str, Draw] = {
    "report_settings": lambda words, _: report_settings.settings_view(
        cases.distributor(words), replace(ON, changed_at=NOW), None
    ),
    "report_settings_new": lambda words, _: report_settings.settings_view(
        cases.distributor(words), ReportSettings(), "SMTP_URL and MAIL_FROM are not set"
    ),
    "support": lambda words, number: support_view.support_view(
        Ready("help@example.com", _letter(words, number), [words.id]), Pointer(order=words.id)
    ),
    "support_no_address": lambda words, number: support_view.no_support_view(
        NoSupport(no_address=True, mail_off=None, letter=_letter(words, number))
    ),
    "support_mail_off": lambda _words, _number: support_view.no_support_view(
        NoSupport(no_address=False, mail_off="SMTP_URL is not set")
    ),
}


def errors() -> list[dict[str, str]]:
    """What is said at the fields of the settings."""
    wrong = tuple((f"{at}@x", "after the @ there is no domain") for at in range(7))
    return [
        report_settings.errors(WrongRecipients(wrong)),
        report_settings.errors(WrongRecipients(too_many=51)),
        report_settings.errors(ClosedChannel("C1", "not_in_channel")),
    ]
