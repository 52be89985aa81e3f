"""Signing in to Google, as a person does it: the address opened in a real browser, one click, and the thanks at the end."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from support.command import program
from support.fake_google import google
from support.kept_sign_in import refresh_token
from unit.cli.test_login import address, for_google

pytestmark = pytest.mark.browser


def test_one_click_in_the_browser_signs_in(browser: Browser, tmp_path: Path) -> None:
    with google() as fake:
        config = for_google(tmp_path, fake, "ja")
        running = program("login", "anna", "--client", str(tmp_path / "client.json"), "--config", str(config))
        page = browser.new_context(ignore_https_errors=True).new_page()
        page.goto(address(running))
        page.get_by_text("Allow").click()
        expect(page.locator("p")).to_have_text("サインインが終わりました。このページは閉じてかまいません。")
        page.context.close()
        _, err = running.communicate(timeout=20)
        assert running.returncode == 0, err
    assert refresh_token(tmp_path / "anna-login")
