"""How the ERP connection stands, in a line. Called by the `/orders` answers and the App Home."""

from datetime import datetime
from typing import assert_never

from bot.blocks.parts import Run, strong, words
from bot.blocks.wording import Wall
from commands.domain.connection import Connection, Line


def connection_line(connection: Connection, wall: Wall) -> list[Run]:
    """`The ERP connection works · last answer 6:02`."""
    match connection.line:
        case Line.WORKING:
            return [
                words("The ERP connection works"),
                *_at(", last order taken ", connection.last_ok, wall),
            ]
        case Line.LIMITED:
            says = strong("The ERP asks to slow down")
            return [says, *_at(" until ", connection.until, wall), words("; orders go after that.")]
        case Line.DOWN:
            says = strong("The ERP is not answering")
            return [says, *_since(connection, wall), words("; orders wait and go by themselves.")]
        case Line.STOPPED:
            title = connection.failure.title if connection.failure else "Stopped"
            return [
                strong(title),
                *_since(connection, wall),
                words("; orders wait until it is mended."),
            ]
        case _ as never:
            assert_never(never)


def _since(connection: Connection, wall: Wall) -> list[Run]:
    looked = _at(", last looked ", connection.last_asked, wall)
    return [*_at(" since ", connection.since, wall), *looked]


def _at(before: str, at: datetime | None, wall: Wall) -> list[Run]:
    return [words(before), wall.at(at)] if at else []
