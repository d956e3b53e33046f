"""`orderwatch check`: one line for each thing the service needs, with what to do where it fails.

Called by `bot.cli`. Ids, states and codes only, as in the log.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Final

import erp
from bot.database import DatabaseTroubleError, check_schema
from bot.doctor_slack import slack_findings
from bot.findings import Finding, bad, fine
from bot.settings import Account, Settings
from bot.settings_environment import Smtp
from commands.domain.answers import Healthy, Unhealthy

SECONDS: Final = 10


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
    yield await _mail(settings.smtp)


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


async def _mail(smtp: Smtp | None) -> Finding:
    if smtp is None:
        return fine("E-mail", "off: SMTP_URL is not set")
    where = f"{smtp.host}:{smtp.port}"
    try:
        async with asyncio.timeout(SECONDS):
            _, writer = await asyncio.open_connection(smtp.host, smtp.port)
    except (OSError, TimeoutError):
        return bad("E-mail", f"{where} does not answer; look at SMTP_URL and the mail server")
    writer.close()
    return fine("E-mail", f"{where} answers; e-mail itself comes later")
