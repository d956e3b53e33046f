"""Why an order is not in the ERP: the kinds, the codes, and the one catalogue of their words.

Every surface (alert, direct message, details, mail, history, API) takes title and message from
here, so that one failure reads the same word for word wherever it is shown.
"""

import html
import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """What the bot may do about a failure."""

    TRANSIENT = "transient"
    """It goes by itself, later; a person may hurry it."""
    NEEDS_FIX = "needs_fix"
    """Never by itself: somebody mends the cause, then retries."""
    UNKNOWN = "unknown"
    """The ERP may have it: look before sending again."""


class Code(StrEnum):
    """The failure codes, as in the specification, the API and the gateway's problem documents."""

    ERP_DOWN = "erp_down"
    RATE_LIMITED = "rate_limited"
    CONFLICT = "conflict"
    AUTH = "auth"
    FORBIDDEN = "forbidden"
    MISCONFIGURED = "misconfigured"
    UNKNOWN_CUSTOMER = "unknown_customer"
    INACTIVE_CUSTOMER = "inactive_customer"
    UNKNOWN_ITEM = "unknown_item"
    INACTIVE_ITEM = "inactive_item"
    UOM_INVALID = "uom_invalid"
    PRICE_INVALID = "price_invalid"
    CREDIT_HOLD = "credit_hold"
    PERIOD_CLOSED = "period_closed"
    OUT_OF_STOCK = "out_of_stock"
    MANDATORY_FIELD = "mandatory_field"
    TOO_LARGE = "too_large"
    DUPLICATE = "duplicate"
    PARTIAL = "partial"
    REJECTED = "rejected"
    TIMEOUT = "timeout"


STOPPING: Final = frozenset({Code.AUTH, Code.FORBIDDEN, Code.MISCONFIGURED})
"""Codes that concern the whole connection: they stop it, not one order."""

LONGEST_MESSAGE: Final = 300


class SubjectKind(StrEnum):
    ITEM = "item"
    ACCOUNT = "account"
    FIELD = "field"


@dataclass(frozen=True, slots=True)
class Subject:
    """What a failure is about: an item, an account or a field, as the ERP named it."""

    kind: SubjectKind
    value: str


@dataclass(frozen=True, slots=True)
class Failure:
    """One failure: its code, the ERP's own message (cleaned), and its subject where told.

    `references` are ERP numbers the failure speaks of: the draft of `partial`, the documents of
    `duplicate`.
    """

    code: Code
    message: str = ""
    subject: Subject | None = None
    references: tuple[str, ...] = ()

    @property
    def entry(self) -> "Entry":
        return CATALOGUE[self.code]

    @property
    def kind(self) -> Kind:
        return CATALOGUE[self.code].kind

    @property
    def title(self) -> str:
        return CATALOGUE[self.code].title


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the catalogue. `steps` may name `{subject}` and `{order}`."""

    kind: Kind
    title: str
    meaning: str
    steps: tuple[str, ...]
    about: SubjectKind | None = None


_SUPPORT = "Still refused? Contact support and give the order id, {order}."
_THEN_RETRY = "Then press Retry sync: it goes at once."

CATALOGUE: Final[dict[Code, Entry]] = {
    Code.ERP_DOWN: Entry(
        Kind.TRANSIENT,
        "ERP not answering",
        "The ERP could not be reached. The order is safe and goes by itself when it is back.",
        (
            "Nothing to do for the order: it goes by itself.",
            "Tell whoever runs the ERP that it does not answer.",
            "Cannot wait? Key in by hand, then Mark as synced. Else contact support with {order}.",
        ),
    ),
    Code.RATE_LIMITED: Entry(
        Kind.TRANSIENT,
        "ERP asks to slow down",
        "The ERP takes no more requests for the moment. The order goes by itself a little later.",
        (
            "Nothing to do for the order: it goes by itself.",
            "Lasts longer than an hour? Contact support and give the order id, {order}.",
        ),
    ),
    Code.CONFLICT: Entry(
        Kind.TRANSIENT,
        "Record in use in the ERP",
        "Somebody or something was changing the same record in the ERP. It is tried again.",
        (
            "Close the customer or the order in the ERP if you have it open.",
            "It goes by itself; Retry sync sends it now.",
            _SUPPORT,
        ),
    ),
    Code.AUTH: Entry(
        Kind.NEEDS_FIX,
        "ERP login refused",
        "The ERP does not accept the bot's key. No order can go until the key is right.",
        (
            "Ask whoever runs the ERP for a valid key and have it put into the settings.",
            "Then press Retry sync on one order: it tries the new key.",
            "Orders for today: Key in by hand. Else contact support with {order}.",
        ),
    ),
    Code.FORBIDDEN: Entry(
        Kind.NEEDS_FIX,
        "No access in the ERP",
        "The ERP knows the bot but does not let it enter orders.",
        (
            "Ask whoever runs the ERP to let the bot's user enter sales orders.",
            "Then press Retry sync on one order: it tries again.",
            "Orders for today: Key in by hand. Else contact support with {order}.",
        ),
    ),
    Code.MISCONFIGURED: Entry(
        Kind.NEEDS_FIX,
        "ERP connection set up wrong",
        "The ERP's address or settings are not right, so the bot cannot talk to it.",
        (
            "Ask the person who runs Orderwatch to run `orderwatch check`: it says what is wrong.",
            "Orders for today: Key in by hand, then Mark as synced.",
            "Still stuck? Contact support and give the order id, {order}.",
        ),
    ),
    Code.UNKNOWN_CUSTOMER: Entry(
        Kind.NEEDS_FIX,
        "Unknown customer",
        "The ERP has no customer with this number.",
        (
            "Create the customer {subject} in the ERP, or correct its number there.",
            _THEN_RETRY,
            "No time? Key in by hand, then Mark as synced. Else contact support with {order}.",
        ),
        SubjectKind.ACCOUNT,
    ),
    Code.INACTIVE_CUSTOMER: Entry(
        Kind.NEEDS_FIX,
        "Inactive customer",
        "The customer is switched off or blocked in the ERP.",
        (
            "Reactivate the customer {subject} in the ERP, or ask why it is blocked.",
            _THEN_RETRY,
            _SUPPORT,
        ),
        SubjectKind.ACCOUNT,
    ),
    Code.UNKNOWN_ITEM: Entry(
        Kind.NEEDS_FIX,
        "Unknown item",
        "The ERP has no item with this number.",
        (
            "Create the item {subject} in the ERP, or correct its number there.",
            _THEN_RETRY,
            "Otherwise call the customer, or contact support with {order}.",
        ),
        SubjectKind.ITEM,
    ),
    Code.INACTIVE_ITEM: Entry(
        Kind.NEEDS_FIX,
        "Inactive item",
        "The item is discontinued or switched off in the ERP.",
        (
            "Reactivate the item {subject} in the ERP, or agree on another with the customer.",
            _THEN_RETRY,
            "Otherwise call the customer, or contact support with {order}.",
        ),
        SubjectKind.ITEM,
    ),
    Code.UOM_INVALID: Entry(
        Kind.NEEDS_FIX,
        "Unit not allowed",
        "The ERP does not sell the item in the unit that was ordered.",
        (
            "Add the ordered unit to the item {subject} in the ERP.",
            _THEN_RETRY,
            "No time? Key in by hand in another unit. Else contact support with {order}.",
        ),
        SubjectKind.ITEM,
    ),
    Code.PRICE_INVALID: Entry(
        Kind.NEEDS_FIX,
        "Price not accepted",
        "A price or the total differs from what the ERP allows.",
        (
            "Compare the price of {subject} in the ERP with the order, and correct it there.",
            _THEN_RETRY,
            "No time? Key in by hand, then Mark as synced. Else contact support with {order}.",
        ),
        SubjectKind.ITEM,
    ),
    Code.CREDIT_HOLD: Entry(
        Kind.NEEDS_FIX,
        "Credit hold",
        "The customer is over the credit limit, or its account is on hold.",
        (
            "Ask accounting to release the account {subject}, or call the customer about payment.",
            _THEN_RETRY,
            _SUPPORT,
        ),
        SubjectKind.ACCOUNT,
    ),
    Code.PERIOD_CLOSED: Entry(
        Kind.NEEDS_FIX,
        "Period closed",
        "The ERP's accounting period for this date is closed.",
        (
            "Ask accounting to open the period, or to allow orders with this date.",
            _THEN_RETRY,
            _SUPPORT,
        ),
        SubjectKind.FIELD,
    ),
    Code.OUT_OF_STOCK: Entry(
        Kind.NEEDS_FIX,
        "Out of stock",
        "The ERP does not take orders for an item that it has not in stock.",
        (
            "Allow a back order of {subject} in the ERP, or agree on another item by phone.",
            _THEN_RETRY,
            _SUPPORT,
        ),
        SubjectKind.ITEM,
    ),
    Code.MANDATORY_FIELD: Entry(
        Kind.NEEDS_FIX,
        "Required field missing",
        "The ERP wants a field that the order does not have.",
        (
            "Look in the ERP's message which field it is, {subject}; give it a default there.",
            _THEN_RETRY,
            "No time? Key in by hand with that field. Else contact support with {order}.",
        ),
        SubjectKind.FIELD,
    ),
    Code.TOO_LARGE: Entry(
        Kind.NEEDS_FIX,
        "Order too large",
        "The order has more lines or longer texts than the ERP takes at once.",
        (
            "Key in by hand, as two orders if need be, then Mark as synced.",
            "Still stuck? Contact support and give the order id, {order}.",
        ),
    ),
    Code.DUPLICATE: Entry(
        Kind.NEEDS_FIX,
        "Perhaps twice in the ERP",
        "The ERP holds more than one document for this order, or one that does not match it.",
        (
            "Look in the ERP for {order} and compare what is there with the order's details.",
            "Cancel in the ERP what is too much; keep one.",
            "Is it right now? Mark as synced with its number. If in doubt, contact support.",
        ),
    ),
    Code.PARTIAL: Entry(
        Kind.NEEDS_FIX,
        "Begun but not finished in the ERP",
        "The ERP made a draft and then refused to finish it.",
        (
            "Open the draft in the ERP, mend what the message says.",
            "Press Retry sync: it goes on with that draft and makes no second one.",
            "Or finish the draft by hand, then Mark as synced. Else contact support with {order}.",
        ),
    ),
    Code.REJECTED: Entry(
        Kind.NEEDS_FIX,
        "Refused by the ERP",
        "The ERP refused the order; its own words say why.",
        (
            "Read the ERP's message and mend what it names.",
            _THEN_RETRY,
            _SUPPORT,
        ),
    ),
    Code.TIMEOUT: Entry(
        Kind.UNKNOWN,
        "ERP answered too late",
        "The order was sent, but no answer came in time: the ERP may have it.",
        (
            "Do not key it in: it may already be there.",
            "Look in the ERP for {order}. Is it there? Mark as synced.",
            "Not there? Retry sync looks again before it sends. Else contact support with {order}.",
        ),
    ),
}

_SUBJECT_WORDS: Final = {
    SubjectKind.ITEM: "concerned",
    SubjectKind.ACCOUNT: "concerned",
    SubjectKind.FIELD: "as it names it",
}


def steps(failure: Failure, order: str) -> tuple[str, ...]:
    """What a clerk can do, in order; the last step is what to do when the others do not help."""
    subject = failure.subject.value if failure.subject else ""
    about = failure.entry.about
    filled = subject or (_SUBJECT_WORDS[about] if about else "")
    return tuple(_fill(step, filled, order) for step in failure.entry.steps)


def _fill(step: str, subject: str, order: str) -> str:
    # str.format would trip over braces in a subject that comes from outside.
    return step.replace("{order}", order).replace("{subject}", subject)


def summary(failure: Failure) -> str:
    """The failure in one line: title and subject, as `Unknown customer: VINET`."""
    return f"{failure.title}: {failure.subject.value}" if failure.subject else failure.title


_TAG = re.compile(r"<[^<>]{0,2000}>")
_SCRIPT = re.compile(r"<(script|style|head)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_SPACE = re.compile(r"\s+")
_BIDI = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C])


def clean(text: str, longest: int = LONGEST_MESSAGE) -> str:
    """An ERP's own words made fit to show: no markup, no control characters, `longest` at most.

    Bidirectional overrides go too: they can make a text read as something else.
    """
    bare = _TAG.sub(" ", _SCRIPT.sub(" ", text[: longest * 40]))
    flat = html.unescape(bare).translate(_BIDI)
    shown = "".join(" " if unicodedata.category(char) in {"Cc", "Cs"} else char for char in flat)
    line = _SPACE.sub(" ", shown).strip()
    return line if len(line) <= longest else f"{line[: longest - 1]}…"
