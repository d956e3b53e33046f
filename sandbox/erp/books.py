"""The documents in the ERP: made, resumed, confirmed, looked up. Pure; used by `state`.

The books keep no order of their own unique: the same external id twice makes two documents unless
the idempotency key is honoured, because that is what real ERPs do.
"""

import itertools
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Literal, TypeAlias

from sandbox.erp.orders import Order

Status: TypeAlias = Literal["received", "confirmed", "cancelled"]


@dataclass(slots=True)
class Document:
    """A sales order; a `draft` was made before the ERP refused to go on with it."""

    reference: str
    external_id: str
    account_id: str
    total: Decimal
    status: Status
    received_at: datetime
    draft: bool = False


@dataclass(slots=True)
class Books:
    """`last` is the last number given.

    `hidden` counts, for each external id, the look-ups that a lagging copy still answers.
    """

    last: int = 0
    documents: dict[str, Document] = field(default_factory=dict)
    by_external: dict[str, list[Document]] = field(default_factory=dict)
    by_key: dict[str, Document] = field(default_factory=dict)
    hidden: dict[str, int] = field(default_factory=dict)

    def enter(
        self, order: Order, now: datetime, *, key: str, status: Status, draft: bool = False
    ) -> Document:
        """A new document, under the next number."""
        self.last += 1
        reference = f"SO-{self.last}"
        made = Document(reference, order.id, order.account_id, order.total, status, now, draft)
        self.by_key[key] = made
        self.documents[reference] = made
        self.by_external.setdefault(order.id, []).append(made)
        return made

    def newest(self, most: int) -> list[Document]:
        return list(itertools.islice(reversed(self.documents.values()), most))

    def draft_of(self, external_id: str) -> Document | None:
        return next((made for made in self.by_external.get(external_id, ()) if made.draft), None)

    def of(self, external_id: str) -> list[Document]:
        """What a look-up by the shop's id shows; drafts show as received."""
        left = self.hidden.get(external_id, 0)
        if left:
            self.hidden[external_id] = left - 1
            return []
        return list(self.by_external.get(external_id, ()))

    def numbered(self, reference: str) -> list[Document]:
        found = self.documents.get(reference)
        return [] if found is None else [found]

    def set_status(self, external_id: str, status: Status) -> list[Document]:
        """The documents of this id that changed."""
        changed = [made for made in self.by_external.get(external_id, ()) if made.status != status]
        for made in changed:
            made.status = status
        return changed

    def remove(self, external_id: str) -> list[Document]:
        """The documents of this id that were there."""
        gone = self.by_external.pop(external_id, [])
        for made in gone:
            del self.documents[made.reference]
        self.by_key = {key: made for key, made in self.by_key.items() if made not in gone}
        return gone

    def awaiting(self) -> list[str]:
        return [
            made.external_id
            for made in self.documents.values()
            if made.status == "received" and not made.draft
        ]

    def holdings(self) -> dict[str, list[str]]:
        """The judge's list: the references of each external id, cancelled ones left out."""
        return {
            external_id: references
            for external_id, documents in self.by_external.items()
            if (references := [made.reference for made in documents if made.status != "cancelled"])
        }
