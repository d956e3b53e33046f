"""The arguments of a Web API call: merged from query, form, JSON and multipart, then typed."""

import json
from collections.abc import Mapping
from email.parser import BytesParser
from email.policy import HTTP
from urllib.parse import parse_qsl

from sandbox.slack.answers import Json, RefusedError, invalid_arguments
from sandbox.slack.methods import Method

FORM = "application/x-www-form-urlencoded"


class Arguments:
    """Typed access; every getter raises `invalid_arguments` for a value of the wrong type."""

    def __init__(self, values: Mapping[str, object]) -> None:
        self.values = {name: value for name, value in values.items() if value is not None}

    def __contains__(self, name: str) -> bool:
        return name in self.values

    def text(self, name: str) -> str:
        value = self.values.get(name, "")
        if isinstance(value, (dict, list, bool)):
            raise invalid_arguments(f"must provide a string [json-pointer:/{name}]")
        return str(value)

    def flag(self, name: str, *, default: bool = False) -> bool:
        value = self.values.get(name, default)
        if isinstance(value, bool):
            return value
        if str(value).lower() in {"true", "1", "false", "0", ""}:
            return str(value).lower() in {"true", "1"}
        raise invalid_arguments(f"must provide a boolean [json-pointer:/{name}]")

    def number(self, name: str, default: int) -> int:
        try:
            return int(str(self.values.get(name, default)))
        except ValueError:
            raise invalid_arguments(f"must provide a number [json-pointer:/{name}]") from None

    def json(self, name: str) -> object:
        """A value that came as JSON, or as a string that holds JSON; None if it did not come."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value) if value else None
        except ValueError:
            code = "invalid_blocks_format" if name == "blocks" else "invalid_arguments"
            raise RefusedError(code, [f"[ERROR] invalid JSON [json-pointer:/{name}]"]) from None

    def check(self, method: Method) -> None:
        """Raises `invalid_arguments` for what is missing or of the wrong type."""
        missing = [name for name in method.required if self.values.get(name, "") == ""]
        if missing:
            raise invalid_arguments(*(f"missing required field: {name}" for name in missing))
        for name, kind in method.arguments.items():
            if name in self.values and kind == "flag":
                self.flag(name)
            elif name in self.values and kind == "number":
                self.number(name, 0)
            elif name in self.values and kind == "text":
                self.text(name)


def parse(query: str, content_type: str, body: bytes) -> dict[str, object]:
    """Everything that came, later sources before earlier ones. Raises Slack's own errors."""
    values: dict[str, object] = dict(parse_qsl(query, keep_blank_values=True))
    if not body:
        return values
    kind = content_type.partition(";")[0].strip().lower()
    match kind:
        case "application/json":
            return values | _json_body(body)
        case "application/x-www-form-urlencoded" | "text/plain":
            return values | dict(parse_qsl(_decoded(body), keep_blank_values=True))
        case "multipart/form-data":
            return values | _multipart(content_type, body)
        case "":
            raise RefusedError("missing_post_type")
        case _:
            raise RefusedError("invalid_post_type")


def _decoded(body: bytes) -> str:
    try:
        return body.decode()
    except ValueError:
        raise RefusedError("invalid_charset") from None


def _json_body(body: bytes) -> Json:
    try:
        value = json.loads(body)
    except ValueError:
        raise RefusedError("invalid_json") from None
    if not isinstance(value, dict):
        raise RefusedError("json_not_object")
    return value


def _multipart(content_type: str, body: bytes) -> dict[str, object]:
    whole = b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + body
    message = BytesParser(policy=HTTP).parsebytes(whole)
    if not message.is_multipart():
        raise RefusedError("invalid_form_data")
    parts: dict[str, object] = {}
    for part in message.iter_parts():
        content = part.get_payload(decode=True)
        name = part.get_param("name", header="content-disposition")
        if isinstance(content, bytes) and isinstance(name, str):
            parts[name] = content if part.get_filename() else _decoded(content)
    return parts
