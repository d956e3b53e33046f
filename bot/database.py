"""The database before it is used: does it answer, is its schema the one this program needs?

Called by `bot.cli` and the doctor. What the driver raises ends here, in one line.
"""

from store import migrations
from store.address import DatabaseUrlError


class DatabaseTroubleError(Exception):
    """The database cannot be used as it is; the message says what to do."""


async def check_schema(url: str) -> str:
    """The schema's version, which is the one needed. Raises DatabaseTroubleError."""
    try:
        found = await migrations.current(url)
    except DatabaseUrlError as error:
        raise DatabaseTroubleError(str(error)) from None
    except Exception as error:  # noqa: BLE001 - whatever a driver raises
        raise DatabaseTroubleError(_does_not_answer(error)) from None
    needed = migrations.head()
    if found is None:
        raise DatabaseTroubleError("the database is empty; run `orderwatch migrate`")
    if found != needed:
        raise DatabaseTroubleError(
            f"the database has schema {found}, this program needs {needed}; "
            "run `orderwatch migrate`, or the newer program"
        )
    return found


async def upgrade(url: str) -> str:
    """Bring the schema up to date; its version. Raises DatabaseTroubleError."""
    try:
        await migrations.upgrade(url)
    except DatabaseUrlError as error:
        raise DatabaseTroubleError(str(error)) from None
    except Exception as error:  # noqa: BLE001 - whatever a driver or the migration raises
        raise DatabaseTroubleError(_does_not_answer(error)) from None
    return migrations.head()


def _does_not_answer(error: Exception) -> str:
    """The driver's own words name the trouble best; an address in them would hold a password."""
    cause = getattr(error, "orig", None) or error
    first = str(cause).partition("\n")[0]
    words = first if first and "://" not in first else type(cause).__name__
    return f"the database cannot be used: {words}; look at DATABASE_URL and at the database"
