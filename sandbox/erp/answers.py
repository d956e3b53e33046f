"""What the gateway says, as values: JSON, problem documents (RFC 9457), and pages nobody can read.

Pure; the ASGI side in `app` puts them on the wire.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from http import HTTPStatus
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

Subject: TypeAlias = Mapping[str, str | int]
RetryAfter: TypeAlias = Literal["seconds", "date", "none"]

JSON: Final = "application/json"
NO_SUBJECT: Final[Subject] = MappingProxyType({})
PROBLEM: Final = "application/problem+json"
HTML: Final = "text/html; charset=utf-8"

# The status a gateway gives each refusal; whatever is not named is 422.
STATUS_OF: Final = {"duplicate": 409, "conflict": 409, "too_large": 413, "mandatory_field": 400}


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP response; `headers` beside content-type and content-length."""

    status: int
    body: bytes
    content_type: str = JSON
    headers: tuple[tuple[str, str], ...] = ()


def document(value: object, status: int = 200) -> Answer:
    return Answer(status, json.dumps(value, ensure_ascii=False).encode())


def problem(code: str, detail: str, status: int = 0, subject: Subject = NO_SUBJECT) -> Answer:
    """A refusal in words; an empty `code` leaves the member out, as plain gateways do.

    `status` 0 takes the usual one of the code; `subject` holds item, line, account or field.
    """
    status = status or STATUS_OF.get(code, 422)
    body: dict[str, str | int] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
    }
    if code:
        body["code"] = code
    return Answer(status, json.dumps(body | dict(subject), ensure_ascii=False).encode(), PROBLEM)


def page(status: int, headline: str) -> Answer:
    """An HTML page such as a proxy in front of the ERP shows."""
    text = f"<!doctype html><html><head><title>{headline}</title></head><body><h1>{headline}</h1>"
    return Answer(status, f"{text}<hr><i>gateway</i></body></html>\n".encode(), HTML)


def throttled(form: RetryAfter, seconds: int, now: datetime) -> Answer:
    """429, with `Retry-After` in seconds, as a date, or not at all."""
    after = {
        "seconds": (("retry-after", str(seconds)),),
        "date": (("retry-after", format_datetime(now + timedelta(seconds=seconds), usegmt=True)),),
        "none": (),
    }[form]
    return Answer(429, b"Too many requests\n", "text/plain; charset=utf-8", after)
