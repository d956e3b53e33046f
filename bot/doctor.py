"""`orderwatch check`: one line for each thing the service needs, with what to do where it fails.

Called by `bot.cli`. Ids, states and codes only, as in the log.
"""

from collections.abc import AsyncIterator

import erp
from bot.database import DatabaseTroubleError, check_schema
from bot.doctor_slack import slack_findings
from bot.findings import Finding, bad, fine
from bot.mail.smtp import NoConnectionError, try_out
from bot.settings import Account, Settings
from commands.domain.answers import Healthy, Unhealthy


async def findings(settings: Settings) -> AsyncIterator[Finding]:
    """What was found, as it is found."""
    many = len(settings.accounts)
    yield fine("Settings", f"{settings.config}: {many} distributor{'s' if many > 1 else ''}")
    database = await _database(settings.database_url)
    yield database
    async for finding in slack_findings(settings, database_well=database.well):
        yield finding
    for account in settings.accounts.values():
        for finding in await _erp(account):
            yield finding
    yield await _mail(settings)


async def _database(url: str) -> Finding:
    try:
        version = await check_schema(url)
    except DatabaseTroubleError as error:
        return bad("Database", str(error))
    return fine("Database", f"answers, schema {version} is current")


async def _erp(account: Account) -> list[Finding]:
    adapter = erp.connect(account.table.erp.settings())
    try:
        return _told_of_erp(account, await adapter.health(), await adapter.examine())
    finally:
        await adapter.close()


def _told_of_erp(
    account: Account, health: Healthy | Unhealthy, lacking: tuple[str, ...]
) -> list[Finding]:
    what = f"ERP of {account.key}"
    match health:
        case Healthy():
            good = [] if lacking else [fine(what, "answers and takes the key")]
            return good + [bad(what, one) for one in lacking]
        case Unhealthy(failure):
            # The ERP's own words could say anything.
            trouble = f"{failure.title} ({failure.code})"
            return [bad(what, f"{trouble}; {one}") for one in lacking or (_advice(account),)]


def _advice(account: Account) -> str:
    return f"look at url and token under [distributors.{account.key}.erp], then at the ERP"


async def _mail(settings: Settings) -> Finding:
    smtp, sender = settings.smtp, settings.mail_from
    if smtp is None:
        return fine("E-mail", "off: SMTP_URL is not set")
    if sender is None:
        return bad("E-mail", "off: MAIL_FROM is not set; set it to the sender of all mails")
    try:
        took = await try_out(smtp, sender)
    except NoConnectionError as trouble:
        return bad("E-mail", f"{smtp.where}: {trouble}; look at SMTP_URL and the mail server")
    return fine("E-mail", f"{smtp.where} answers{took}")
