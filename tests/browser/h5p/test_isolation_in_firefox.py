"""The hostile package once more, in the system's Firefox."""

from pathlib import Path

import pytest

from learning.sample import LEARNER
from tests.browser.firefox import BINARY, firefox

pytestmark = pytest.mark.skipif(BINARY is None, reason="Firefox is not installed (Debian: firefox-esr)")


def test_a_hostile_package_reaches_nothing_in_firefox(hostile_module: str, site: str, tmp_path: Path) -> None:
    with firefox(tmp_path / "profile") as browser:
        browser.open(f"{site}/akun/login/")
        browser.type("input[name=login]", LEARNER.username)
        browser.type("input[name=password]", LEARNER.password)
        browser.click("form:has(input[name=password]) button:not([type=button])")
        browser.wait("return !location.pathname.startsWith('/akun/login/')")
        browser.open(f"{site}{hostile_module}")
        browser.wait("return !document.querySelector('h5p-player [data-part=offer]').hidden")
        browser.click("h5p-player [data-part=begin]")
        browser.into("h5p-player iframe")
        browser.wait("return document.querySelector('h5p-stage')?.dataset.state === 'playing'")
        browser.into("h5p-stage iframe")
        found = browser.wait("return window.isDone && window.found", 150)

        assert not {name: got for name, got in found.items() if got.startswith("REACHED")}
        assert len(found) >= 35
        assert browser.run("return String(self.origin)") == "null"
        browser.ask("WebDriver:SwitchToFrame", id=None)
        assert browser.run("return location.href") == f"{site}{hostile_module}"
        assert len(browser.ask("WebDriver:GetWindowHandles")) == 1
        assert browser.run("return localStorage.getItem('evil')") is None
        assert "evil" not in str(browser.ask("WebDriver:GetCookies"))
        browser.open(f"{site}/belajar/")
        assert browser.run("return location.pathname") == "/belajar/"  # still signed in
