"""Where a Chromium is looked for, and what is said when there is none."""

from pathlib import Path

import pytest

from tests.e2e import browser


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without any browser; its home."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.delenv("PLAYWRIGHT_BROWSERS_PATH", raising=False)
    return tmp_path


def _program(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o755)
    return str(path)


def test_without_one_it_says_what_to_do(bare: Path) -> None:
    with pytest.raises(browser.NoBrowserError, match="apt-get install chromium"):
        browser.executable()


def test_the_one_that_was_named_comes_first(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _program(bare / "bin" / "chromium")
    monkeypatch.setenv("ORDERWATCH_CHROMIUM", _program(bare / "mine"))
    assert browser.executable() == str(bare / "mine")


def test_then_playwrights_own_then_the_systems(bare: Path) -> None:
    of_system = _program(bare / "bin" / "chromium")
    assert browser.executable() == of_system
    own = _program(bare / ".cache/ms-playwright/chromium-1255/chrome-linux64/chrome")
    assert browser.executable() == own


def test_a_failed_installation_ends_in_one_line(
    bare: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    # An interpreter that fails stands for a download that fails: no network in tests.
    monkeypatch.setattr("sys.executable", str(bare / "no-python"))
    assert browser.main() == 1
    assert capfd.readouterr().err.strip() == browser.ADVICE
