"""How a value of the settings file is written: spans, hours, zones, crontabs, ids, addresses.

Each reads the text or says what would be right. Used by the tables in `bot.settings_file`.
"""

import re
from datetime import time, timedelta
from ipaddress import ip_address
from typing import Annotated, Any, Final
from urllib.parse import SplitResult
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from bot.cadence import BadCrontabError, parse
from commands.domain.reports import BadAddressError, address

_SPAN: Final = re.compile(r"([0-9]{1,6})(s|m|h|d)")
_UNITS: Final = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_HOUR: Final = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")
LONGEST_SPAN: Final = timedelta(days=36500)
SHORTEST_TOKEN: Final = 16
USER_ID: Final = re.compile(r"[UW][A-Z0-9]{2,20}")


def wrong(words: str, key: str = "") -> PydanticCustomError:
    """An error whose words go to the operator as they stand; `key`: of the table it is about."""
    # Braces would be taken for placeholders.
    text = words.replace("{", "(").replace("}", ")")
    return PydanticCustomError("orderwatch", text, {"key": key})


def _span(value: object) -> timedelta:
    match = _SPAN.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise wrong('expected a span like "30s", "30m", "4h" or "400d", in quotes')
    span = timedelta(**{_UNITS[match[2]]: int(match[1])})
    if span > LONGEST_SPAN:
        raise wrong("longer than a hundred years; expected less")
    return span


def _above_zero(span: timedelta) -> timedelta:
    if not span:
        raise wrong("expected a span longer than nothing")
    return span


def _hour(value: object) -> time:
    match = _HOUR.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise wrong('expected an hour of the day like "07:30", in quotes, from 00:00 to 23:59')
    return time(int(match[1]), int(match[2]))


def _zone(value: object) -> ZoneInfo:
    try:
        return ZoneInfo(value if isinstance(value, str) else "")
    except (ZoneInfoNotFoundError, ValueError, TypeError, OSError):
        raise wrong('no such time zone; expected an IANA name like "America/Chicago"') from None


def _crontab(value: str) -> str:
    try:
        parse(value)
    except BadCrontabError as error:
        raise wrong(str(error)) from None
    return value


def _token(value: str) -> str:
    if len(value) < SHORTEST_TOKEN:
        raise wrong(f"has {len(value)} characters; expected {SHORTEST_TOKEN} or more, at random")
    if not value.isascii() or not value.isprintable() or " " in value:
        raise wrong("holds characters a header cannot carry; expected letters, digits, - and _")
    return value


def _mail(value: str) -> str:
    try:
        return address(value)
    except BadAddressError as error:
        what = f"not an e-mail address: {error}; expected one like support@example.com"
        raise wrong(what) from None


def loopback(url: SplitResult) -> bool:
    """Whether it stays on this machine."""
    host = url.hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _slack_id(pattern: re.Pattern[str], what: str, example: str) -> AfterValidator:
    def check(value: str) -> str:
        if not pattern.fullmatch(value):
            raise wrong(f'not the id of {what}; expected one like "{example}"')
        return value

    return AfterValidator(check)


Text = Annotated[str, Field(min_length=1, max_length=200)]
Span = Annotated[timedelta, BeforeValidator(_span)]
LongSpan = Annotated[timedelta, AfterValidator(_above_zero), BeforeValidator(_span)]
Hour = Annotated[time, BeforeValidator(_hour)]
Zone = Annotated[Any, BeforeValidator(_zone)]
Crontab = Annotated[str, AfterValidator(_crontab)]
Token = Annotated[str, AfterValidator(_token)]
MailAddress = Annotated[str, AfterValidator(_mail)]
TeamId = Annotated[str, _slack_id(re.compile(r"[TE][A-Z0-9]{2,20}"), "a workspace", "T000000001")]
ChannelId = Annotated[str, _slack_id(re.compile(r"[CG][A-Z0-9]{2,20}"), "a channel", "C000000002")]
UserId = Annotated[str, _slack_id(USER_ID, "a person", "U000000001")]
