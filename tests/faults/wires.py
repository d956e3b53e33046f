"""The wires to a database server, as bytes: who is at work for us, and where they are cut.

`VirtualLoop` dials through here, so that no virtual time passes while the server has a question of
ours, and so that a connection can be lost between any two of its messages. Each process of a run
has a line of its own, known by the folder that it dials.
"""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final, cast

Dial = Callable[..., Awaitable[tuple[asyncio.Transport, asyncio.BaseProtocol]]]

READY: Final = ord("Z")
KEY_DATA: Final = ord("K")
COMMITTED: Final = b"COMMIT\0"
HEAD: Final = 5
"""Bytes before a message: its kind, and its length without the kind."""


class Line:
    """One process's way to the server, with all of its sessions.

    `refuses`: so many say that nobody gets through. `loses_commits`: so many say that a commit
    takes place and its answer never comes.
    """

    def __init__(self) -> None:
        self.sessions: set[Session] = set()
        self.refuses = 0
        self.loses_commits = 0
        self.was_cut = asyncio.Event()
        self._left: int | None = None

    def cut_at(self, nth: int) -> None:
        """Cut it at the `nth` question from now: an even one is lost, an odd one arrives."""
        self._left = nth
        self.was_cut.clear()

    def cut(self) -> None:
        """All sessions at once, whatever they are at."""
        self._left = None
        for session in list(self.sessions):
            session.cut()
        self.was_cut.set()

    def carries(self, session: "Session", data: bytes) -> bool:
        """Whether a question gets through. The one at which the line is cut may still arrive."""
        if self._left is None or not session.greeted:
            return True
        self._left -= 1
        if self._left > 0:
            return True
        if session.turn % 2:
            session.wire.write(data)
        self.cut()
        return False


class Session(asyncio.Protocol):
    """Between the driver and its socket. Stands as a protocol to the one and a transport to the
    other.
    """

    def __init__(self, line: Line, driver: asyncio.Protocol, wires: "Wires") -> None:
        self._line = line
        self._driver = driver
        self._wires = wires
        self._heard = bytearray()
        self.wire: asyncio.Transport = cast("asyncio.Transport", None)
        self.asked = False
        self.greeted = False
        self.gone = False
        self.turn = 0
        self.pid = 0

    # --- what the driver does --------------------------------------------------------------------

    def write(self, data: bytes) -> None:
        if self.gone:
            return
        self._wires.stir()
        self.turn += 1
        # A farewell too: it is answered by hanging up.
        self.asked = True
        if self._line.carries(self, bytes(data)):
            self.wire.write(data)

    def writelines(self, pieces: list[bytes]) -> None:
        self.write(b"".join(pieces))

    def __getattr__(self, name: str) -> Any:
        return getattr(self.wire, name)

    def cut(self) -> None:
        self.gone, waits = True, self.asked
        self.asked = False
        self.wire.abort()
        if waits:
            self._wires.lost.append(self.pid)

    # --- what the socket does --------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.wire = cast("asyncio.Transport", transport)
        self._line.sessions.add(self)
        self._driver.connection_made(cast("asyncio.Transport", self))

    def data_received(self, data: bytes) -> None:
        if self.gone:
            return
        self._wires.stir()
        if self._line.loses_commits and COMMITTED in data:
            self._line.cut()
            return
        self._heard += data
        self._listen()
        self._driver.data_received(data)

    def _listen(self) -> None:
        """Whether all of the answer is there: it ends with the server's being ready."""
        at = 0
        while len(self._heard) >= at + HEAD:
            kind, size = self._heard[at], int.from_bytes(self._heard[at + 1 : at + HEAD])
            if len(self._heard) < at + 1 + size:
                break
            if kind == READY:
                self.asked, self.greeted = False, True
            elif kind == KEY_DATA:
                self.pid = int.from_bytes(self._heard[at + HEAD : at + HEAD + 4])
            at += 1 + size
        del self._heard[:at]

    def eof_received(self) -> bool | None:
        return self._driver.eof_received()

    def connection_lost(self, exc: Exception | None) -> None:
        self.asked, self.gone = False, True
        self._line.sessions.discard(self)
        self._driver.connection_lost(exc)

    def pause_writing(self) -> None:
        self._driver.pause_writing()

    def resume_writing(self) -> None:
        self._driver.resume_writing()


class Wires:
    """All lines of a run. `blocked` tells of so many sessions whether all of them only wait for a
    lock, which is for one of ours to give back; `ended` waits until the server has done with a
    session that was cut.
    """

    def __init__(self, blocked: Callable[[int], bool], ended: Callable[[list[int]], None]) -> None:
        self.lines: dict[str, Line] = {}
        self.lost: list[int] = []
        self._blocked = blocked
        self._ended = ended
        self._stuck = False
        self._waited = 0

    def stir(self) -> None:
        """Bytes moved: whoever was blocked may not be any more."""
        self._stuck, self._waited = False, 0

    def at_work(self) -> bool:
        """Whether the server is at work for us: until it has answered, no time passes."""
        if self.lost:
            # What was under way when the wire was cut is done, or not, before anything else.
            lost, self.lost = self.lost, []
            self._ended(lost)
        busy = sum(session.asked for line in self.lines.values() for session in line.sessions)
        if not busy or self._stuck:
            return False
        self._waited += 1
        if self._waited > PATIENCE and self._blocked(busy):
            self._stuck = True
        return not self._stuck

    async def dial(self, dial: Dial, factory: Callable[[], Any], path: str) -> tuple[Any, Any]:
        """A session on the line that `path` belongs to, in place of the driver's own."""
        line = self.lines[str(Path(path).parent)]
        if line.refuses:
            raise ConnectionRefusedError(f"nobody answers at {path}")
        driver = factory()
        _, session = await dial(lambda: Session(line, driver, self), path)
        return session, driver


PATIENCE: Final = 5
"""Looks in vain, a thousandth of a second each, before anybody is asked whether we are blocked."""
