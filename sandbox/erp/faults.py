"""What can go wrong with one request, as values. Tests line them up in `ErpState.faults`.

A fault says what the gateway does with the request (`does`), and how the answer leaves (`says`,
`pace`). The switches of the page become the same values, so there is one mechanism. `from_json`
serves `/erp/control`, through which another process orders them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any, Final, Literal, TypeAlias

from sandbox.erp.answers import Answer, RetryAfter, page, problem

Does: TypeAlias = Literal["process", "nothing", "later", "draft", "twice"]
Says: TypeAlias = Literal["answer", "cut", "instead", "throttle"]
Pace: TypeAlias = Literal["whole", "drip", "endless"]


@dataclass(frozen=True, slots=True)
class Fault:
    """The course of one request. Times are in seconds.

    `wait` passes before anything is done, `hold` between the commit and the answer; `delay` is when
    a `later` commit lands. `hide` look-ups call the order absent afterwards. `confirmed` None
    leaves it to the switch. `callbacks` says how often the confirmation is called back.
    """

    kind: str
    does: Does = "process"
    says: Says = "answer"
    pace: Pace = "whole"
    instead: Answer | None = None
    detail: str = ""
    retry_after: RetryAfter = "seconds"
    seconds: int = 1
    wait: float = 0.0
    hold: float = 0.0
    delay: float = 0.05
    hide: int = 0
    confirmed: bool | None = None
    callbacks: int = 0


def none() -> Fault:
    """Nothing goes wrong: lets one request through within a schedule."""
    return Fault("none")


def lost_request() -> Fault:
    """Cut before the request is read: nothing is done."""
    return Fault("lost_request", does="nothing", says="cut")


def lost_answer(hide: int = 0) -> Fault:
    """The order is there, its answer is cut."""
    return Fault("lost_answer", says="cut", hide=hide)


def late_answer(hold: float = 1.0) -> Fault:
    """The order is there at once, the answer takes `hold` seconds."""
    return Fault("late_answer", hold=hold)


def late_commit(delay: float = 0.05) -> Fault:
    """Cut at once; the order appears `delay` seconds later."""
    return Fault("late_commit", does="later", says="cut", delay=delay)


def html(status: int = 500, *, commit: bool = False) -> Fault:
    """An HTML page instead of an answer."""
    headline = "Welcome" if status < 400 else "Something went wrong"
    return instead("html", page(status, headline), commit=commit)


def empty(status: int = 200, *, commit: bool = False) -> Fault:
    """No body at all."""
    return instead("empty", Answer(status, b""), commit=commit)


def server_error(status: int = 503, *, commit: bool = False) -> Fault:
    """A 5xx, before the commit or after it."""
    return instead("server_error", problem("", "try again later", status), commit=commit)


def request_timeout(*, commit: bool = False) -> Fault:
    """408: the gateway gave up waiting, whatever the ERP behind it did."""
    return instead("request_timeout", problem("", "timed out", 408), commit=commit)


def redirect(location: str = "http://127.0.0.1:9/elsewhere", status: int = 307) -> Fault:
    """The gateway sends the caller elsewhere."""
    where = Answer(status, b"", headers=(("location", location),))
    return instead("redirect", where)


def throttle(retry_after: RetryAfter = "seconds", seconds: int = 1) -> Fault:
    """429 in one of its three forms; nothing is done."""
    return Fault(
        "throttle", does="nothing", says="throttle", retry_after=retry_after, seconds=seconds
    )


def slow(wait: float = 1.0) -> Fault:
    """Everything goes well, `wait` seconds later."""
    return Fault("slow", wait=wait)


def drip(hold: float = 0.2) -> Fault:
    """The answer comes byte by byte, `hold` seconds apart."""
    return Fault("drip", pace="drip", hold=hold)


def endless() -> Fault:
    """The answer never stops."""
    return Fault("endless", pace="endless")


def replica(look_ups: int = 1, *, cut: bool = True) -> Fault:
    """The order is there, but so many look-ups are answered by a copy that lags behind."""
    return Fault("replica", says="cut" if cut else "answer", hide=look_ups)


def unconfirmed() -> Fault:
    """201 with `confirmed: false`."""
    return Fault("unconfirmed", confirmed=False)


def duplicate_callbacks(callbacks: int = 2) -> Fault:
    """201 with `confirmed: false`; the confirmation is called back more than once."""
    return Fault("duplicate_callbacks", confirmed=False, callbacks=callbacks)


def twice() -> Fault:
    """The ERP makes two documents of one order."""
    return Fault("twice", does="twice")


def partial(detail: str = "the draft was made, its confirmation refused") -> Fault:
    """A draft is made, then 422 `partial` with its reference; sent again, the draft is resumed."""
    return Fault("partial", does="draft", detail=detail)


def refuse(code: str, detail: str = "", status: int = 0, **subject: str | int) -> Fault:
    """Any refusal by its code; `subject` is item, line, account or field."""
    words = detail or code.replace("_", " ")
    return instead("refuse", problem(code, words, status, subject))


def error_in_200(code: str, detail: str = "", **subject: str | int) -> Fault:
    """A refusal inside a 200."""
    told = problem(code, detail or code.replace("_", " "), 422, subject)
    return instead("error_in_200", replace(told, status=200))


def instead(kind: str, answer: Answer, *, commit: bool = False) -> Fault:
    """Any answer in place of the real one, before the commit or after it."""
    return Fault(kind, does="process" if commit else "nothing", says="instead", instead=answer)


KINDS: Final[dict[str, Callable[..., Fault]]] = {
    maker.__name__: maker
    for maker in (
        none, lost_request, lost_answer, late_answer, late_commit, html, empty, server_error,
        request_timeout, redirect, throttle, slow, drip, endless, replica, unconfirmed,
        duplicate_callbacks, twice, partial, refuse, error_in_200,
    )
}  # fmt: skip


def from_json(raw: Mapping[str, Any]) -> list[Fault]:
    """`{"kind": "late_commit", "delay": 0.2, "times": 3}` as faults. Raises ValueError."""
    rest = dict(raw)
    kind, times = rest.pop("kind", None), rest.pop("times", 1)
    maker = KINDS.get(kind) if isinstance(kind, str) else None
    if maker is None:
        raise ValueError(f"no such fault: {kind!r}; there are {', '.join(KINDS)}")
    if not isinstance(times, int) or not 1 <= times <= 100_000:
        raise ValueError("times is not a whole number from 1 to 100000")
    _check(rest)
    try:
        return [maker(**rest)] * times
    except (TypeError, KeyError) as error:
        raise ValueError(f"{kind}: {error}") from None


def _check(given: Mapping[str, Any]) -> None:
    """Raises ValueError for a value that would only hurt when the fault is met."""
    for name, value in given.items():
        if not FITS.get(name, _is_text)(value):
            raise ValueError(f"{value!r} cannot be the {name} of a fault")


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_time(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 600


def _is_status(value: object) -> bool:
    return isinstance(value, int) and value in set(HTTPStatus)


def _is_flag(value: object) -> bool:
    return isinstance(value, bool)


def _is_form(value: object) -> bool:
    return value in ("seconds", "date", "none")


def _is_text(value: object) -> bool:
    return isinstance(value, str)


FITS: Final[dict[str, Callable[[object], bool]]] = {
    **dict.fromkeys(("seconds", "hide", "look_ups", "callbacks", "line"), _is_whole),
    **dict.fromkeys(("wait", "hold", "delay"), _is_time),
    **dict.fromkeys(("commit", "cut"), _is_flag),
    "status": _is_status,
    "retry_after": _is_form,
}
