"""What a Web API call can end in; raised by the calls, turned into an answer by `web_api`."""

from collections.abc import Sequence
from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]


class RefusedError(Exception):
    """Slack's `{"ok": false, "error": code}`.

    `messages` goes to `response_metadata.messages`; `extra` (`needed`, `provided`) beside it.
    """

    def __init__(self, code: str, messages: Sequence[str] = (), **extra: object) -> None:
        super().__init__(code)
        self.code = code
        self.messages = tuple(messages)
        self.extra = extra

    def body(self) -> Json:
        """The JSON of the answer, as Slack words it."""
        body: Json = {"ok": False, "error": self.code, **self.extra}
        if self.messages:
            body["response_metadata"] = {"messages": list(self.messages)}
        if self.messages and self.code == "invalid_blocks":
            body["errors"] = [message.removeprefix("[ERROR] ") for message in self.messages]
        return body


def invalid_arguments(*messages: str) -> RefusedError:
    return RefusedError("invalid_arguments", [f"[ERROR] {message}" for message in messages])
