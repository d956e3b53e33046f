"""ERPs behind an integration gateway that speaks our own REST contract: `kind = "rest"`.

Made by `registry`; the engine and the look-up verbs call it as an `Erp`.
"""

import logging
from typing import Final, assert_never

from commands.domain.answers import (
    Answer,
    CannotTell,
    Documents,
    DocumentStatus,
    ErpDocument,
    Healthy,
    Lookup,
    LookupTrouble,
    Unhealthy,
)
from commands.domain.documents import Document
from commands.domain.ids import OrderId, idempotency_key
from erp import classify
from erp.carriers import USUAL, Carrier
from erp.client import Client, Now
from erp.outcomes import finished, said
from erp.settings import ErpSettings
from erp.wire import Reply

CANNOT_TELL: Final = frozenset({400, 404, 501})
_log = logging.getLogger(__name__)


class RestErp:
    """One gateway. Nothing here raises for what it may do."""

    def __init__(self, settings: ErpSettings, now: Now, carrier: Carrier = USUAL) -> None:
        self._client = Client(settings, carrier)
        self._now = now

    async def send(self, document: Document) -> Answer:
        """Enter the order: one POST, one deadline."""
        return await self._post(document, self._client.deadline())

    async def resume(self, document: Document, reference: str | None) -> Answer:
        """Go on with the draft `reference`.

        The contract has no call for it: a gateway goes on with its draft when it is sent the same
        key again. That it honours keys must not be relied on, so it is looked up first, and sent
        again only while our id names exactly this draft, not confirmed and ours. A gateway that
        makes a second document even so gives it another number, and that number, told against the
        one known, is what raises `duplicate`: a draft without a number is left alone.

        What was finished meanwhile is Taken. A draft that is gone, or anything beside it, is for a
        person: a single look-up may lie, and sending on its word could make a second document. The
        total of a draft is not compared: the line that was refused may be missing from it.

        Both requests share one deadline.
        """
        until = self._client.deadline()
        found = await self._look_up({"external_id": document.id}, until)
        match found:
            case LookupTrouble(failure, retry_after):
                return classify.before_sending(failure, retry_after)
            case Documents((one,)) if _is_draft(one, document, reference):
                return await self._post(document, until)
            case Documents(documents):
                return finished(document, documents, reference)
            case _:
                assert_never(found)

    async def find(self, order: OrderId) -> Lookup:
        """What the gateway holds under our id."""
        return await self._look_up({"external_id": order}, self._client.deadline())

    async def find_number(self, reference: str) -> Lookup | CannotTell:
        """What the gateway holds under the ERP's own number, where it can be asked so."""
        outcome = await self._client.get("/orders", [("reference", reference)])
        if isinstance(outcome, Reply) and outcome.status in CANNOT_TELL:
            return CannotTell()
        return classify.lookup(outcome, self._now())

    async def health(self) -> Healthy | Unhealthy:
        """Whether it answers and takes our key."""
        return classify.health(await self._client.get("/health"))

    async def examine(self) -> tuple[str, ...]:
        """The contract tells no more than `health` does."""
        return ()

    async def close(self) -> None:
        await self._client.close()

    async def _post(self, document: Document, until: float) -> Answer:
        key = idempotency_key(document.distributor, document.id)
        sent, named = document.text.encode(), {"Idempotency-Key": key}
        outcome = await self._client.post("/orders", sent, named, until)
        skus = tuple(line.sku for line in document.lines)
        answer = classify.answer(outcome, self._now(), skus)
        _log.info("order %s sent: %s", document.id, said(answer))
        return answer

    async def _look_up(self, query: dict[str, str], until: float) -> Lookup:
        outcome = await self._client.get("/orders", query.items(), until=until)
        return classify.lookup(outcome, self._now())


def _is_draft(one: ErpDocument, document: Document, reference: str | None) -> bool:
    return (
        one.reference == reference is not None
        and one.status is DocumentStatus.RECEIVED
        and one.external_id in {None, document.id}
        and one.account_id in {None, document.account_id}
    )
