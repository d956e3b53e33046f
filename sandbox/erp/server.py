"""The simulated ERP on a port of its own: for the demo, tests, benchmarks, `python -m sandbox.erp`.

A port of its own can be closed. While `down` is on, connections are refused, so that a caller knows
for certain that nothing arrived; within the sandbox's one port they could only be cut.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from starlette.applications import Starlette

from sandbox.erp.app import routes
from sandbox.erp.state import ErpState
from sandbox.listening import end, listening, quiet_server, shut


@contextlib.asynccontextmanager
async def running(state: ErpState, port: int = 0, *, refuses: bool = False) -> AsyncIterator[str]:
    """Serves the ERP on the loopback interface while the block runs; yields its base URL.

    Port 0 takes a free one. With `refuses` the port is closed while `down` is on, its desk with it:
    for a state whose desk is served elsewhere. Raises OSError when the port is taken.
    """
    gate = Gate(state)
    url = await gate.start(port)
    if refuses:
        state.on_down = gate.turn
    try:
        yield url
    finally:
        state.on_down = None
        await gate.end()


class Gate:
    """One uvicorn server whose port can be shut and opened again."""

    def __init__(self, state: ErpState) -> None:
        self._state = state
        self._server = quiet_server(Starlette(routes=routes(state)))
        self._port = 0
        self._turning = asyncio.Lock()
        self._opening: asyncio.Task[None] | None = None

    async def start(self, port: int) -> str:
        listener = listening(port)
        self._port = listener.getsockname()[1]
        await self._server.startup(sockets=[listener])
        return f"http://127.0.0.1:{self._port}"

    def turn(self, down: bool) -> None:  # noqa: FBT001  # called back with the switch's position
        """Shuts at once, or opens soon."""
        if down:
            shut(self._server)
        else:
            self._opening = asyncio.get_running_loop().create_task(self._open())

    async def end(self) -> None:
        """Drops everything at once, as a process that dies would; uvicorn's own end waits."""
        if self._opening is not None:
            await self._opening
        await end(self._server)

    async def _open(self) -> None:
        async with self._turning:
            if not self._state.switches.down and not self._server.servers:
                await self._server.startup(sockets=[listening(self._port)])
        if self._state.switches.down:  # turned again meanwhile
            shut(self._server)
