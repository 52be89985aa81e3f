"""The keeper: her page is up behind her proxy with nothing but what the README and the guide say."""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from textwrap import dedent
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Browser, BrowserContext

from cardwarden.actions.tokens import Grant, Verb, signer_beside
from support.nginx import nginx
from support.page import PASSWORD, Page, page_of
from support.world import YAMADA, FakeClock, World

pytestmark = pytest.mark.browser
ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")
GUIDE = (ROOT / "docs/how-to/reverse-proxy.md").read_text("utf-8")
WRITTEN = "https://home.example.org/cardwarden"
LISTENS = "http://127.0.0.1:9219"


def locations_of(text: str) -> list[str]:
    """The blocks for nginx that a page shows, indented or in fences."""
    fenced = re.findall(r"(?ms)^```nginx\n(.*?)^```", text)
    return fenced or [dedent(block) for block in re.findall(r"(?m)(?:^    .*\n)+", text) if "location" in block]


def settings_of(text: str) -> list[str]:
    """The [web] tables that a page shows."""
    return re.findall(r"(?ms)^```toml\n(\[web\].*?)^```", text)


@contextmanager
def behind(page: Page, world: World, folder: Path, locations: str, web: str) -> Iterator[str]:
    """The page behind nginx, set up with what is written; only addresses are this test's."""
    folder.mkdir()
    (folder / "htpasswd").write_text("anna:{PLAIN}annas-word\n")
    mine = locations.replace(LISTENS, page.base).replace("/etc/nginx/cardwarden.htpasswd", f"{folder}/htpasswd")
    assert mine != locations
    with nginx(folder, mine) as base:
        assert WRITTEN in web
        world.more = re.sub(r"(?m)^listen = .*\n", "", web).replace(WRITTEN, f"{base}/cardwarden")
        page.settle(world)
        yield f"{base}/cardwarden"


def home(root: Path) -> World:
    world = World(root, FakeClock())
    world.put("Yamada", *YAMADA)
    world.check()
    world.put("Yamada", "TEL;TYPE=HOME:03-1234-5601", "TEL;TYPE=CELL:+186080-1234-5602")
    world.check()
    return world


def walk(context: BrowserContext, url: str) -> None:
    """Through every page by its links, and a button: nothing leads out of the path."""
    window = context.new_page()
    window.goto(url)
    for name in ("Events", "Contacts", "Rules", "Settings", "Now"):
        window.get_by_role("navigation", name="Pages").get_by_role("link", name=name).click()
        assert window.url.startswith(f"{url}/")
        window.locator("h1").wait_for()
    window.get_by_role("link", name="contacts", exact=True).click()
    window.get_by_role("button", name="Check now").click()
    window.get_by_text("Checked.").wait_for()
    assert window.url.startswith(f"{url}/")


@pytest.mark.parametrize(("text", "name"), [(README, "README"), (GUIDE, "guide")], ids=["README", "guide"])
def test_with_one_password_the_page_is_up_behind_nginx_as_it_is_written(
    browser: Browser, tmp_path: Path, text: str, name: str
) -> None:
    world, web = home(tmp_path / "home"), settings_of(text)[0]
    if name == "README":
        assert 'in the settings `proxies = ["127.0.0.1"]`' in text
        web += 'proxies = ["127.0.0.1"]\n'
    with (
        page_of(world, password=PASSWORD) as page,
        behind(page, world, tmp_path / "nginx", locations_of(text)[0], web) as url,
    ):
        context = browser.new_context(ignore_https_errors=True, java_script_enabled=False)
        window = context.new_page()
        window.goto(url)
        window.get_by_label("Password").fill(PASSWORD)
        window.get_by_role("button", name="Sign in").click()
        assert window.url == f"{url}/"
        window.get_by_text("1 event waits for you").wait_for()
        [cookie] = context.cookies()
        assert (cookie["path"], cookie["secure"], cookie["httpOnly"], cookie["sameSite"]) == (
            "/cardwarden",
            True,
            True,
            "Lax",
        )
        walk(context, url)
        context.close()


def test_who_nginx_signs_in_is_known_by_name_and_a_link_needs_nobody_to(browser: Browser, tmp_path: Path) -> None:
    world = home(tmp_path / "home")
    [web] = [one for one in settings_of(GUIDE) if "proxy_user" in one]
    with page_of(world) as page, behind(page, world, tmp_path / "nginx", locations_of(GUIDE)[-1], web) as url:
        anna = {"username": "anna", "password": "annas-word"}
        context = browser.new_context(ignore_https_errors=True, java_script_enabled=False, http_credentials=anna)  # type: ignore[arg-type]
        walk(context, url)
        window = context.new_page()
        window.goto(f"{url}/events/1")
        window.get_by_role("button", name="That is right").click()
        window.get_by_text("anna").first.wait_for()  # who it was stands in its history
        window.get_by_role("button", name="It was not right after all").click()
        context.close()

        assert status(f"{url}/events/1") == 401
        assert status(f"{url}/events/1", **{"Remote-User": "anna"}) == 401
        for way in ("e", "a", "static"):  # what the proxy lets pass is nobody's word
            assert status(f"{url}/{way}/../events/1", **{"Remote-User": "anna"}) == 401
            assert status(f"{url}/{way}/%2e%2e/events/1", **{"Remote-User": "anna"}) == 401
            assert status(f"{url}/{way}/..%2fevents%2f1", **{"Remote-User": "anna"}) in {401, 403, 404}
        until = page.program.clock.now().replace(year=2040)
        token = signer_beside(page.program.store.path).sign(Grant(1, frozenset(Verb), until))
        phone = browser.new_context(
            ignore_https_errors=True, java_script_enabled=False, viewport={"width": 390, "height": 844}
        )
        window = phone.new_page()
        window.goto(f"{url}/e/{token}")
        window.get_by_role("button", name="That is right").click()
        window.get_by_text("that is what is expected from now on").wait_for()
        phone.close()
    assert not world.open()


def status(url: str, **headers: str) -> int:
    """What nginx answers, following nothing."""
    trusting = ssl.create_default_context()
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    try:
        with urlopen(Request(url, headers=headers), context=trusting, timeout=20) as answer:
            return int(answer.status)
    except OSError as error:
        return int(getattr(error, "code", 0))
