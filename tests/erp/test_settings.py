"""A connection that could not work, or would give the token away, is refused when it is set up."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from erp import ErpSettings, UnfitSettingsError, connect
from erp.settings import check_url

FINE: dict[str, Any] = {"kind": "rest", "url": "https://erp.example.com", "token": "t" * 20}


@pytest.mark.parametrize(
    "url",
    [
        "https://erp.example.com",
        "https://erp.example.com:8443/gateway/",
        "http://127.0.0.1:9000",
        "http://127.8.8.8",
        "http://[::1]:9000/erp",
        "http://localhost:9000",
    ],
)
def test_addresses_that_are_taken(url: str) -> None:
    check_url(url, insecure=False)


@pytest.mark.parametrize(
    "url",
    [
        "http://erp.example.com",
        "http://10.0.0.1:9000",
        "http://127.0.0.1.example.com",
        "http://localhost.example.com",
        "http://[::2]",
    ],
)
def test_plain_http_to_another_machine_only_when_asked_for(url: str) -> None:
    with pytest.raises(UnfitSettingsError, match="insecure = true"):
        check_url(url, insecure=False)
    check_url(url, insecure=True)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "erp.example.com",
        "ftp://erp.example.com",
        "https://",
        "https://user:secret@erp.example.com",
        "https://secret@erp.example.com",
        "https://erp.example.com?secret=1",
        "https://erp.example.com#secret",
        "https://erp.example.com:port",
        "https://erp.example.com:99999",
        "https://[::1",
        "https://erp example.com",
        "https://érp.example.com",
        f"https://{'a' * 64}.example.com",
        "https://erp.example.com\r\nX: secret",
    ],
)
def test_addresses_that_are_refused_without_repeating_them(url: str) -> None:
    with pytest.raises(UnfitSettingsError) as refused:
        ErpSettings(**FINE | {"url": url, "insecure": True})
    assert refused.value.key == "url"
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("token", ""),
        ("token", "with space"),
        ("token", "line\r\nX: y"),
        ("token", "clé"),
        ("token", "t" * 5_000),
        ("timeout", timedelta(0)),
        ("concurrency", 0),
    ],
)
def test_other_values_that_are_refused(key: str, value: object) -> None:
    with pytest.raises(UnfitSettingsError) as refused:
        ErpSettings(**FINE | {key: value})
    assert refused.value.key == key


def test_an_unknown_kind_is_refused_naming_those_there_are() -> None:
    with pytest.raises(UnfitSettingsError, match="rest") as refused:
        connect(ErpSettings(**FINE | {"kind": "abacus"}))
    assert refused.value.key == "kind"


def test_a_file_that_holds_no_certificate(tmp_path: Path) -> None:
    empty = tmp_path / "ca.pem"
    for path, words in ((empty, "cannot be read: No such file"), (tmp_path, "Is a directory")):
        refused(words, ca_file=str(path))
    empty.write_text("no certificate at all")
    refused("no certificate as PEM", ca_file=str(empty))


def test_a_ca_file_over_plain_http(tmp_path: Path) -> None:
    refused("wants https", ca_file=str(tmp_path / "ca.pem"), url="http://127.0.0.1")


def refused(words: str, **changes: str) -> None:
    with pytest.raises(UnfitSettingsError, match=words) as told:
        ErpSettings(**FINE | changes)
    assert told.value.key == "ca_file"


def test_the_token_is_not_shown() -> None:
    assert FINE["token"] not in repr(ErpSettings(**FINE))
