"""The simulated ERP without its wire: decides each request and keeps what came of it.

`app` calls it for each HTTP request; tests set `faults`, `switches`, `options` and `catalogue`, and
judge by `holdings()`. Nothing here waits or opens a connection: time comes from `clock`, and what
lands later stays in `pending` until `settle()` finds it due.
"""

import hmac
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import unquote

from sandbox.erp.answers import Answer, document, page, problem, throttled
from sandbox.erp.books import Books, Document, Status
from sandbox.erp.catalogue import Catalogue
from sandbox.erp.faults import Fault
from sandbox.erp.orders import Order, RefusedError, read
from sandbox.erp.schedules import FINE, Door, Schedules, SwitchBoard
from sandbox.erp.setup import Callback, CallbackTarget, Options, Pending, Posted, Seen, Switches

WRONG_BEFORE_LOCKOUT: Final = 6
NEVER_SENT: Final = Answer(204, b"")


class ErpState:
    """One ERP with one account.

    `clock` gives aware datetimes. `seed` is the last number given to a document before. Control
    from another process is closed while `control_token` is empty. `on_change` is called after
    anything that the page shows has changed, `on_request` after each request, before its answer
    goes out, `on_down` when that switch is turned.
    """

    def __init__(
        self,
        *,
        token: str,
        clock: Callable[[], datetime],
        seed: int = 0,
        catalogue: Catalogue | None = None,
        options: Options | None = None,
        control_token: str = "",
    ) -> None:
        self.clock = clock
        self.catalogue = catalogue or Catalogue()
        self.options = options or Options()
        self.control_token = control_token
        self.switches = Switches()
        self.books = Books(seed)
        self.schedules = Schedules()
        self.requests: list[Seen] = []
        self.pending: list[Pending] = []
        self.outbox: list[Callback] = []
        self.callback: CallbackTarget | None = None
        self.on_change: Callable[[], None] | None = None
        self.on_request: Callable[[], None] | None = None
        self.on_down: Callable[[bool], None] | None = None
        self.wrong_tokens = 0
        self._board = SwitchBoard(self.switches, self.options)
        self._bearer = f"bearer {token}".encode()

    @property
    def faults(self) -> Iterator[Fault]:
        """The faults that the next `POST /orders` meet, one each; assign any iterable."""
        return self.schedules.line("post")

    @faults.setter
    def faults(self, line: Iterable[Fault]) -> None:
        self.schedules.load("post", line)

    def holdings(self) -> dict[str, list[str]]:
        """The judge's list, as of now: external id to the references it was given."""
        self.settle()
        return self.books.holdings()

    def course(self, door: Door, external_id: str = "") -> Fault:
        """What the next request meets. Consumes one scheduled fault, except while down."""
        if self.switches.down:
            return self._board.fault(door)
        return self.schedules.next(door, external_id) or self._board.fault(door)

    def post(self, sent: Posted, body: bytes, course: Fault) -> Answer | None:
        """The answer to an order, or None where the connection is cut."""
        answer = self._guarded(sent.authorization, course, lambda: self._take(sent, body, course))
        self._log("POST", sent.external_id, sent.key, course, answer)
        return answer

    def look_up(self, authorization: bytes, query: dict[str, str], course: Fault) -> Answer | None:
        """The answer to `GET /orders`, or None where the connection is cut."""
        self.settle()
        answer = self._guarded(authorization, course, lambda: self._found(query))
        self._log("GET", query.get("external_id", ""), "", course, answer)
        return answer

    def health(self, authorization: bytes, course: Fault) -> Answer | None:
        """The answer to `GET /health`, or None where the connection is cut."""
        answer = self._guarded(authorization, course, lambda: document({"status": "ok"}))
        self._log("HEALTH", "", "", course, answer)
        return answer

    def settle(self) -> None:
        """Lands every late commit that is due."""
        now = self.clock()
        due = [late for late in self.pending if late.due <= now]
        if due:
            self.pending = [late for late in self.pending if late.due > now]
            for late in due:
                self._land(late)

    def confirm(self, external_id: str, *, callbacks: int = 1) -> bool:
        """Confirms an order late, and calls back so often; False when there is none to confirm."""
        return self._mark(external_id, "confirmed", callbacks)

    def cancel(self, external_id: str) -> bool:
        """Cancels every document of an order in the ERP itself."""
        return self._mark(external_id, "cancelled", 0)

    def delete(self, external_id: str) -> bool:
        """Takes every document of an order away, as if it had never been."""
        gone = self.books.remove(external_id)
        self._changed()
        return bool(gone)

    def switch(self, changes: dict[str, bool]) -> None:
        """Turns switches; without `unconfirmed` whatever awaits its confirmation gets it."""
        was_down = self.switches.down
        for name, value in changes.items():
            setattr(self.switches, name, value)
        if self.switches.down != was_down and self.on_down is not None:
            self.on_down(self.switches.down)
        if changes.get("unconfirmed") is False:
            for external_id in self.books.awaiting():
                self.confirm(external_id)
        self._changed()

    def _guarded(
        self, authorization: bytes, course: Fault, process: Callable[[], Answer]
    ) -> Answer | None:
        if course.does != "nothing":
            denied = self._denied(authorization)
            answer = denied or process()
            if denied is not None or course.says == "answer":
                return answer
        if course.says == "throttle":
            return throttled(course.retry_after, course.seconds, self.clock())
        return course.instead if course.says == "instead" else None

    def _denied(self, authorization: bytes) -> Answer | None:
        if self.options.lockout and self.wrong_tokens >= WRONG_BEFORE_LOCKOUT:
            return throttled("none", 0, self.clock())
        scheme, _, token = authorization.partition(b" ")
        if hmac.compare_digest(scheme.lower() + b" " + token, self._bearer):
            self.wrong_tokens = 0
            return None
        self.wrong_tokens += 1
        return page(401, "401 Unauthorized")

    def _take(self, sent: Posted, body: bytes, course: Fault) -> Answer:
        try:
            order = _read(sent, body)
            if course.does != "later":
                return self._commit(order, sent.key, course)
        except RefusedError as refused:
            return problem(refused.code, refused.detail, subject=refused.subject)
        due = self.clock() + timedelta(seconds=course.delay)
        self.pending.append(Pending(due, order, sent.key))
        return NEVER_SENT

    def _land(self, late: Pending) -> None:
        try:
            self._commit(late.order, late.key, FINE)
        except RefusedError:
            return  # its connection is gone: nobody is left to tell

    def _commit(self, order: Order, key: str, course: Fault) -> Answer:
        known = self.books.draft_of(order.id)
        if known is None and self.options.honour_key:
            known = self.books.by_key.get(key)
        if known is not None and not known.draft:
            return _taken(known, 200)
        self.catalogue.judge(order, sell_discontinued=self.switches.sell_discontinued)
        if known is not None:
            return self._resume(known)
        return self._enter(order, key, course)

    def _resume(self, draft: Document) -> Answer:
        draft.draft, draft.status = False, self._status(FINE)
        self._changed()
        return _taken(draft, 200)

    def _enter(self, order: Order, key: str, course: Fault) -> Answer:
        draft, now = course.does == "draft", self.clock()
        status: Status = "received" if draft else self._status(course)
        made = self.books.enter(order, now, key=key, status=status, draft=draft)
        if course.does == "twice":
            self.books.enter(order, now, key=key, status=status)
        if course.hide:
            self.books.hidden[order.id] = course.hide
        answer = _drafted(made, course.detail) if draft else _taken(made, 201)
        if course.callbacks:
            self.confirm(order.id, callbacks=course.callbacks)
        self._changed()
        return answer

    def _status(self, course: Fault) -> Status:
        if course.confirmed is None:
            return "received" if self.switches.unconfirmed else "confirmed"
        return "confirmed" if course.confirmed else "received"

    def _mark(self, external_id: str, status: Status, callbacks: int) -> bool:
        changed = self.books.set_status(external_id, status)
        for made in changed:
            self.outbox += [Callback(external_id, made.reference)] * callbacks
        self._changed()
        return bool(changed)

    def _found(self, query: dict[str, str]) -> Answer:
        match query:
            case {"external_id": external_id, **rest} if not rest:
                return document([self._told(made) for made in self.books.of(external_id)])
            case {"reference": reference, **rest} if not rest and self.options.by_number:
                return document([self._told(made) for made in self.books.numbered(reference)])
            case {"reference": _, **rest} if not rest:
                return problem("", "cannot look up by number", 501)
        return problem("rejected", "one of external_id and reference is needed", 400)

    def _told(self, made: Document) -> dict[str, str]:
        told = {"reference": made.reference, "status": made.status}
        optional = {
            "external_id": made.external_id,
            "account_id": made.account_id,
            "total": str(made.total),
        }
        return told | {key: optional[key] for key in optional if key in self.options.tells}

    def _log(
        self, method: str, external_id: str, key: str, course: Fault, answer: Answer | None
    ) -> None:
        status = 0 if answer is None else answer.status
        self.requests.append(Seen(method, external_id, key, self.clock(), course.kind, status))
        if self.on_request is not None:
            self.on_request()

    def _changed(self) -> None:
        if self.on_change is not None:
            self.on_change()


def _read(sent: Posted, body: bytes) -> Order:
    if sent.content_type.partition(";")[0].strip().lower() != "application/json":
        raise RefusedError("rejected", "the content type is not application/json")
    if not sent.key:
        raise RefusedError("mandatory_field", "no Idempotency-Key", field="Idempotency-Key")
    order = read(body)
    if [unquote(part) for part in sent.key.split("/")] != [order.distributor, order.id]:
        raise RefusedError("rejected", "not the key of this order", field="Idempotency-Key")
    return order


def _taken(made: Document, status: int) -> Answer:
    confirmed = "true" if made.status == "confirmed" else "false"
    body = f'{{"reference": "{made.reference}", "confirmed": {confirmed}}}'
    return Answer(status, body.encode())


def _drafted(made: Document, detail: str) -> Answer:
    return problem("partial", detail, subject={"reference": made.reference})
