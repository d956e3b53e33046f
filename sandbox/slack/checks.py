"""Small checks that are put together into the shapes of Block Kit; used by `elements` and `blocks`.

A check looks at one value and writes what is wrong, in Slack's manner, into the report.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias


@dataclass(slots=True)
class Report:
    messages: list[str] = field(default_factory=list)

    def add(self, words: str, pointer: str) -> None:
        self.messages.append(f"[ERROR] {words} [json-pointer:{pointer}]")


Check: TypeAlias = Callable[[object, str, Report], None]
Keys: TypeAlias = Mapping[str, Check]


def string(most: int | None = None, *, least: int = 1) -> Check:
    def check(value: object, pointer: str, report: Report) -> None:
        if not isinstance(value, str):
            report.add("must provide a string", pointer)
        elif len(value) < least:
            report.add(f"must be more than {least - 1} characters", pointer)
        elif most is not None and len(value) > most:
            report.add(f"must be less than {most + 1} characters", pointer)

    return check


def flag(value: object, pointer: str, report: Report) -> None:
    if not isinstance(value, bool):
        report.add("must provide a boolean", pointer)


def number(least: int, most: int) -> Check:
    def check(value: object, pointer: str, report: Report) -> None:
        if isinstance(value, bool) or not isinstance(value, int):
            report.add("must provide a number", pointer)
        elif not least <= value <= most:
            report.add(f"must be between {least} and {most}", pointer)

    return check


def one_of(*allowed: str) -> Check:
    def check(value: object, pointer: str, report: Report) -> None:
        if value not in allowed:
            report.add(f"must be one of: {', '.join(allowed)}", pointer)

    return check


def matching(accepts: Callable[[str], object], words: str) -> Check:
    """A string that `accepts` takes without a ValueError."""

    def check(value: object, pointer: str, report: Report) -> None:
        if not isinstance(value, str):
            report.add("must provide a string", pointer)
            return
        try:
            accepts(value)
        except ValueError:
            report.add(words, pointer)

    return check


def all_of(first: Check, second: Check) -> Check:
    """`second` looks only when `first` found nothing."""

    def check(value: object, pointer: str, report: Report) -> None:
        before = len(report.messages)
        first(value, pointer, report)
        if len(report.messages) == before:
            second(value, pointer, report)

    return check


def items(each: Check, most: int, *, least: int = 1) -> Check:
    def check(value: object, pointer: str, report: Report) -> None:
        if not isinstance(value, list):
            report.add("must provide an array", pointer)
            return
        if len(value) < least:
            report.add(f"no fewer than {least} items allowed", pointer)
        if len(value) > most:
            report.add(f"no more than {most} items allowed", pointer)
        for index, entry in enumerate(value):
            each(entry, f"{pointer}/{index}", report)

    return check


def nullable(inner: Check) -> Check:
    def check(value: object, pointer: str, report: Report) -> None:
        if value is not None:
            inner(value, pointer, report)

    return check


def shape(required: Keys, optional: Keys | None = None) -> Check:
    """An object with these keys and no others; a key given as null counts as unknown."""
    known = {**required, **(optional or {})}

    def check(value: object, pointer: str, report: Report) -> None:
        if not isinstance(value, dict):
            report.add("must provide an object", pointer)
            return
        for key in sorted(required.keys() - value.keys()):
            report.add(f"missing required field: {key}", pointer)
        for key, inner in value.items():
            if key in known:
                known[key](inner, f"{pointer}/{key}", report)
            else:
                report.add(f"invalid additional property: {key}", pointer)

    return check


def kinds(shapes: Mapping[str, Check]) -> Check:
    """An object whose `type` chooses its shape."""

    def check(value: object, pointer: str, report: Report) -> None:
        if not isinstance(value, dict):
            report.add("must provide an object", pointer)
        elif "type" not in value:
            report.add("missing required field: type", pointer)
        elif not isinstance(value["type"], str) or value["type"] not in shapes:
            report.add(f"unsupported type: {value['type']}", f"{pointer}/type")
        else:
            shapes[value["type"]](value, pointer, report)

    return check


def also(first: Check, rule: Callable[[dict[str, Any], str, Report], None]) -> Check:
    """`first`, and a rule between the keys of the object when its shape is right."""

    def check(value: object, pointer: str, report: Report) -> None:
        before = len(report.messages)
        first(value, pointer, report)
        if len(report.messages) == before and isinstance(value, dict):
            rule(value, pointer, report)

    return check


def anything(_value: object, _pointer: str, _report: Report) -> None:
    """For what a check elsewhere has looked at, such as `type`."""
