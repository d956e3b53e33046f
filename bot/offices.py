"""Makes the offices: the part of each desk that writes reports and mail. Called by the service and
the command line.
"""

from bot.mail.smtp import SmtpMailer
from bot.reports.writer import PlainWriter
from bot.settings import Settings
from commands.desk import Desk
from commands.outbox import Channels, Mailer, NoChannels, Office
from store import Store


def office_of(
    desk: Desk, store: Store, settings: Settings, channels: Channels | None = None
) -> Office:
    """`channels`: those of Slack, where the distributor has Slack."""
    return Office(
        desk=desk,
        reports=store.reports,
        mails=store.mails,
        writer=PlainWriter(),
        channels=channels or NoChannels(),
        mail_off=settings.mail_off,
    )


def mailer_of(store: Store, settings: Settings) -> Mailer | None:
    """The way to the mail server; None: e-mail is off."""
    if settings.smtp is None or settings.mail_from is None:
        return None
    return SmtpMailer(settings.smtp, settings.mail_from, store.reports.files)
