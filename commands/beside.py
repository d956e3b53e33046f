"""The ERP as those see it who ask beside the engine: people who look, the shop that says something.

Made by the composition root for every door. What they ask is bound by the connection as the orders
are: never more calls out than it takes, and none while it is closed, for a wrong key that is tried
again and again is what locks accounts.
"""

from functools import partial

from commands.domain.answers import Answer, CannotTell, Healthy, Lookup, LookupTrouble, Unhealthy
from commands.domain.documents import Document
from commands.domain.ids import OrderId
from commands.engine import Engine
from commands.ports import Erp


class Beside:
    """Implements `ports.Erp`; what enters orders stays the engine's."""

    def __init__(self, erp: Erp, engine: Engine) -> None:
        self._erp = erp
        self._engine = engine

    async def find(self, order: OrderId) -> Lookup:
        return await self._engine.ask(partial(self._erp.find, order))

    async def find_number(self, reference: str) -> Lookup | CannotTell:
        return await self._engine.ask(partial(self._erp.find_number, reference))

    async def health(self) -> Healthy | Unhealthy:
        told = await self._engine.ask(self._erp.health)
        return Unhealthy(told.failure) if isinstance(told, LookupTrouble) else told

    async def send(self, document: Document) -> Answer:
        raise PermissionError(f"order {document.id}: only the engine sends")

    async def resume(self, document: Document, reference: str | None) -> Answer:
        raise PermissionError(f"order {document.id}: only the engine sends, not even {reference}")

    async def examine(self) -> tuple[str, ...]:
        return await self._erp.examine()

    async def close(self) -> None:
        await self._erp.close()
