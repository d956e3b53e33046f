"""For every test: nothing of the surrounding environment, nothing beyond loopback."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

# Examples are few in the suite and many on demand: HYPOTHESIS_PROFILE=long pytest …
settings.register_profile(
    "suite", deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile(
    "long", deadline=None, max_examples=2000, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "suite"))

_FOREIGN = ("ORDERWATCH_", "SLACK_", "DATABASE_URL", "SMTP_", "MAIL_FROM", "LISTEN", "DEMO_PORT")
_PROXIES = ("http_proxy", "https_proxy", "all_proxy")


@pytest.fixture(autouse=True)
def scrubbed_environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A developer's own Slack token or database must never be met by a test."""
    for name in list(os.environ):
        if name.startswith(_FOREIGN) or name.lower() in _PROXIES:
            monkeypatch.delenv(name)
    yield
