"""What the log must not say, line by line."""

import logging
import sys

import pytest

from bot.logs import LIBRARIES, Redacted, configure


def written(name: str, message: str, *args: object, error: BaseException | None = None) -> str:
    trouble = (type(error), error, error.__traceback__) if error else None
    record = logging.LogRecord(name, logging.ERROR, __file__, 1, message, args, trouble)
    return Redacted(["canary-secret", "abc"]).format(record)


def test_a_secret_is_hidden_wherever_it_stands() -> None:
    line = written("orderwatch.x", "token %s and xoxb-12-ab, xapp-1-A", "canary-secret")
    assert line.endswith("orderwatch.x: token [hidden] and [hidden], [hidden]")


def test_what_is_too_short_to_be_a_secret_is_left_alone() -> None:
    assert written("orderwatch", "abc").endswith("abc")


def test_a_line_break_does_not_begin_a_line() -> None:
    assert "\n" not in written("orderwatch", "one\r\n2026-11-24 INFO forged")


def _fail() -> None:
    try:
        int("canary one")
    except ValueError as cause:
        raise KeyError("canary two") from cause


def test_of_an_exception_only_its_kind_and_place() -> None:
    with pytest.raises(KeyError) as caught:
        _fail()
    line = written("orderwatch", "went wrong", error=caught.value)
    assert "ValueError" in line
    assert line.endswith("KeyError")
    assert "test_logs.py" in line
    shown = [
        part
        for part in line.splitlines()
        if "canary" in part and not part.lstrip().startswith(("raise ", "int("))
    ]
    assert shown == []


def test_a_library_says_its_first_line_without_addresses() -> None:
    line = written("asyncio", "never retrieved at https://u:p@host/x?y\nfuture: canary")
    assert line.endswith("asyncio: never retrieved at https://…")


def test_libraries_say_warnings_only() -> None:
    root = logging.getLogger()
    before = root.handlers[:], root.level
    try:
        configure("DEBUG", ["s"])
        assert logging.getLogger("orderwatch.engine").isEnabledFor(logging.DEBUG)
        for name in (LIBRARIES, f"{LIBRARIES}.slack", "httpx", "slack_sdk", "apscheduler"):
            assert not logging.getLogger(name).isEnabledFor(logging.INFO)
        assert root.handlers[0].stream is sys.stderr  # type: ignore[attr-defined]
    finally:
        root.handlers[:], root.level = before
        logging.captureWarnings(capture=False)
        logging.getLogger("orderwatch").setLevel(logging.NOTSET)
