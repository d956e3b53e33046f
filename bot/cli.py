"""The command `orderwatch`: run, import, check, migrate, report, people.

Entry point `main`. Whatever is wrong ends in one clear line that says what to do, never in a
traceback; 1: it did not work, 2: it was called wrongly.
"""

import asyncio
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Final, NoReturn, assert_never

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

import store as stores
from bot import doctor, importing, logs, reporting, service, settings
from bot.clock import SystemClock, agreed
from bot.database import DatabaseTroubleError, check_schema, upgrade
from bot.desks import desk_of
from bot.findings import bad
from bot.importing_rows import BadFileError, Row, Source, open_source
from bot.reporting import CannotWriteError
from bot.service import ServiceEndedError
from bot.serving import CannotListenError
from bot.settings import Settings, SettingsError
from bot.settings_types import USER_ID
from bot.world import World
from commands import people as people_verbs
from commands.desk import Desk
from commands.domain.ids import DistributorKey
from commands.domain.people import PersonId
from commands.ports import AlreadySo, LastAdmin, RoleSet
from store.engine import DatabaseInUseError, sole

EXPECTED: Final = (
    DatabaseTroubleError,
    DatabaseInUseError,
    CannotListenError,
    ServiceEndedError,
    BadFileError,
    CannotWriteError,
)
"""What can go wrong from outside; each carries its own words."""

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="No order forgotten, none entered into the ERP twice.",
)


class Level(StrEnum):
    """How much of our own doings is logged."""

    DEBUG = "DEBUG"
    INFO = "INFO"
    WARNING = "WARNING"


class Becomes(StrEnum):
    ADMIN = "admin"


def main(world: World | None = None) -> None:
    """Run the command of the command line, in this world or in another."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a sign must not end the command.
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    try:
        app(obj=world or World())
    except SettingsError as error:
        _fail(*error.problems)
    except EXPECTED as error:
        _fail(str(error))
    except KeyboardInterrupt:
        sys.exit(130)


def _fail(*lines: str) -> NoReturn:
    for line in lines:
        print(f"orderwatch: {line}", file=sys.stderr)  # noqa: T201 - the command's own voice
    sys.exit(1)


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - the command's own voice


@app.command()
def run(
    context: typer.Context,
    migrate: Annotated[  # noqa: FBT002 - how typer spells a flag
        bool, typer.Option("--migrate", help="Bring the database up to date first.")
    ] = False,
    log_level: Annotated[Level, typer.Option(help="How much is logged.")] = Level.INFO,
) -> None:
    """Run the bot: Slack, the HTTP API, and the sync with the ERPs."""
    loaded = settings.load()
    if lacking := loaded.slack.lacking():
        raise SettingsError(lacking)
    logs.configure(log_level, loaded.secrets)
    with _alone(loaded):
        asyncio.run(_serve(loaded, context.obj, migrate=migrate))


@contextmanager
def _alone(loaded: Settings) -> Iterator[None]:
    try:
        with sole(loaded.database_url):
            yield
    except OSError as error:
        raise DatabaseTroubleError(f"the database cannot be used: {error.strerror}") from None


async def _serve(loaded: Settings, world: World, *, migrate: bool) -> None:
    await (upgrade if migrate else check_schema)(loaded.database_url)
    await service.run(loaded, world)


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="A .jsonl or .csv file; see docs/import.md.")],
) -> None:
    """Load orders from a file. A bad row is told with its line; the good ones go on."""
    loaded = _for_a_command()
    source = open_source(file)
    with source.file:
        tally = asyncio.run(_import(loaded, source))
    _say(tally.words)
    if tally.refused:
        raise typer.Exit(1)


async def _import(loaded: Settings, source: Source) -> importing.Tally:
    rows = importing.open_rows(source.path, source)
    await check_schema(loaded.database_url)
    async with _desks(loaded) as desks:
        with _progress(source) as (console, watched):

            def complain(line: int, reason: str) -> None:
                console.print(
                    f"{source.path}:{line}: {reason}", markup=False, highlight=False, soft_wrap=True
                )

            return await importing.load(desks, watched(rows), complain)


@contextmanager
def _progress(source: Source) -> Iterator[Any]:
    """A bar on a terminal, nothing elsewhere; and the rows, watched as they go by."""
    console = Console(stderr=True, emoji=False)
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn())
    bar = Progress(
        *columns,
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
    task = bar.add_task(source.path.name, total=source.size)

    def watched(rows: Iterator[Row]) -> Iterator[Row]:
        for number, row in enumerate(rows):
            if number % importing.CHUNK == 0:
                bar.update(task, completed=source.read)
            yield row

    with bar:
        yield console, watched


@app.command()
def check() -> None:
    """Look whether everything the bot needs is there, and say what to do where it is not."""
    logs.configure("ERROR")
    if not asyncio.run(_check()):
        raise typer.Exit(1)


async def _check() -> bool:
    try:
        loaded = settings.load()
    except SettingsError as error:
        for line in error.problems:
            _say(str(bad("Settings", line)))
        return False
    well = True
    async for finding in doctor.findings(loaded):
        _say(str(finding))
        well = well and finding.well
    return well


@app.command()
def migrate() -> None:
    """Bring the database to the schema this program needs."""
    logs.configure("WARNING")
    version = asyncio.run(upgrade(settings.database_only()))
    _say(f"The database has schema {version}, which is current.")


@app.command()
def report(
    distributor: Annotated[str, typer.Argument(help="The distributor's key in the settings.")],
    out: Annotated[Path | None, typer.Option(help="Write the CSV to this file.")] = None,
    send: Annotated[  # noqa: FBT002 - how typer spells a flag
        bool, typer.Option("--send", help="Send it to everybody in the report's settings.")
    ] = False,
) -> None:
    """Build the daily report as of now: write its CSV, to FILE or standard output, or send it."""
    loaded = _for_a_command()
    key = _known(loaded, distributor)
    if not asyncio.run(_report(loaded, key, out, send=send)):
        raise typer.Exit(1)


async def _report(loaded: Settings, key: DistributorKey, out: Path | None, *, send: bool) -> bool:
    await check_schema(loaded.database_url)
    async with reporting.opened(loaded, key) as desk:
        if out is not None or not send:
            told = await desk.write(out)
            print(told, file=sys.stderr)  # noqa: T201 - the command's own voice
        return await desk.send(_say) if send else True


@app.command()
def people(
    distributor: Annotated[str, typer.Argument(help="The distributor's key in the settings.")],
    role: Annotated[Becomes, typer.Argument(help="What the person becomes.")],
    user_id: Annotated[str, typer.Argument(help="A Slack user id, as U000000001.")],
) -> None:
    """Make somebody an admin: the way back in when a distributor has no active one."""
    assert role is Becomes.ADMIN
    loaded = _for_a_command()
    key = _known(loaded, distributor)
    if not USER_ID.fullmatch(user_id):
        _fail(f"{user_id}: not the id of a person; expected one like U000000001")
    _say(asyncio.run(_make_admin(loaded, key, PersonId(user_id))))


async def _make_admin(loaded: Settings, key: DistributorKey, person: PersonId) -> str:
    await check_schema(loaded.database_url)
    async with _desks(loaded) as desks:
        outcome = await people_verbs.make_admin(desks[key], person)
    match outcome:
        case RoleSet():
            return f"{person} is an admin of {key} now."
        case AlreadySo() | LastAdmin():
            return f"{person} is an admin of {key} already."
        case _ as never:
            assert_never(never)


def _known(loaded: Settings, distributor: str) -> DistributorKey:
    key = DistributorKey(distributor)
    if key not in loaded.accounts:
        _fail(f"{distributor}: not in {loaded.config}; there is {', '.join(loaded.accounts)}")
    return key


def _for_a_command() -> Settings:
    loaded = settings.load()
    logs.configure("WARNING", loaded.secrets)
    return loaded


@asynccontextmanager
async def _desks(loaded: Settings) -> AsyncIterator[dict[DistributorKey, Desk]]:
    """The desks for a command that ends soon; no ERP is asked."""
    zones = {key: account.distributor.zone for key, account in loaded.accounts.items()}
    async with stores.open(loaded.database_url, zones) as store:
        clock = await agreed(store, SystemClock())
        yield {key: desk_of(account, store, clock) for key, account in loaded.accounts.items()}


if __name__ == "__main__":
    main()
