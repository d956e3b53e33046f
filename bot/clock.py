"""The clock on this machine's wall. The composition root gives it to whatever needs the time."""

import asyncio
from datetime import UTC, datetime, timedelta


class SystemClock:
    """Implements `commands.ports.Clock`."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    async def sleep(self, span: timedelta) -> None:
        await asyncio.sleep(max(0.0, span.total_seconds()))
