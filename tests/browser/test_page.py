"""The page in a real browser: what the family and the keeper do, and whether everybody can."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from playwright.sync_api import Page as Tab

from cardwarden.actions.tokens import Grant, Verb, signer_beside
from cardwarden.cli.story import book as story
from cardwarden.phrases.language import LANGUAGES
from support.lived import lived, put
from support.page import PASSWORD, Page, page_of
from support.receiver import receiving
from support.world import YAMADA, World

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}
PLACES = (
    "/",
    "/events",
    "/events?state=all",
    "/contacts",
    "/contacts?q=Anna",
    "/books/1",
    "/books/1/checks/4",
    "/rules",
    "/rules/number-plus-added",
    "/settings",
    "/about",
    "/no",
)


@contextmanager
def tab(
    browser: Browser, *, language: str = "en", width: int = 1200, dark: bool = False, bare: bool = True
) -> Iterator[Tab]:
    """A window without JavaScript, unless it is to be looked at by a script."""
    context = browser.new_context(
        locale=language,
        viewport={"width": width, "height": 844},
        color_scheme="dark" if dark else "light",
        java_script_enabled=not bare,
        bypass_csp=not bare,
    )
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    opened = context.new_page()
    yield opened
    hosts = {re.sub(r"^(https?://[^/]+).*", r"\1", url) for url in asked}
    context.close()
    assert len(hosts) == 1, hosts


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with page_of(lived(tmp_path_factory.mktemp("full"))) as page:
        yield page


def everywhere(page: Page) -> list[str]:
    """Every page that an address opens: also the links, and those that a link to nothing opens."""
    with page.program.store.read() as connection:
        events = [row[0] for row in connection.exec_driver_sql("SELECT id FROM events ORDER BY id")]
    anna, gone = people(page)
    return [
        *PLACES,
        *(f"/events/{number}" for number in events),
        *(link_to(page, number) for number in events),
        link_to(page, events[0], days=-1),
        "/e/forged",
        f"/contacts/{anna}",
        f"/contacts/{anna}?older=1",
        f"/contacts/{gone}",
    ]


def people(page: Page) -> tuple[int, int]:
    """Anna, and somebody who is not in the book any more."""
    with page.program.store.read() as connection:
        anna = connection.exec_driver_sql("SELECT id FROM cards WHERE uid = CAST('anna' AS BLOB)").scalar_one()
        gone = connection.exec_driver_sql("SELECT min(id) FROM cards WHERE NOT present").scalar_one()
    return anna, gone


def pressed(page: Page) -> list[tuple[str, str]]:
    """Where a button leads to a page, and its name there: what would be put back, what would be forgotten, who is guarded."""
    anna, gone = people(page)
    return [
        *((f"/events/{number}", "restore") for number in waiting(page)),
        (f"/contacts/{anna}", "restore"),
        (f"/contacts/{anna}", "forget"),
        (f"/contacts/{gone}", "forget"),
        (f"/contacts/{anna}", "guard"),
        (f"/contacts/{anna}", "unguard"),
        *((f"/events/{number}", "quiet") for number in waiting(page)[:1]),
    ]


SEND = """where => {
  const button = document.querySelector(`main button[formaction$='/${where}']`);
  const form = button ? button.form : document.querySelector(`main form[action$='/${where}']`);
  form.requestSubmit(button ?? undefined);
}"""


def look_over(window: Tab, axe: str, place: str) -> None:
    """Nothing stands out to the side, and axe finds nothing, also in what is folded."""
    window.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert window.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), place
    assert window.evaluate(BROKEN) == [], place
    if window.evaluate("innerWidth") < 500:
        assert window.evaluate(SMALL) == [], place
        assert window.evaluate(LINES) <= 1, place
        assert window.evaluate(ASIDE) == 0, place
    window.evaluate(axe)
    found = window.evaluate("axe.run({resultTypes: ['violations']})")["violations"]
    assert [(one["id"], one["nodes"][0]["html"][:200]) for one in found] == [], place


@pytest.mark.parametrize(
    ("language", "width", "dark"), [("en", 1200, False), ("ja", 390, True), ("de", 360, False), ("ja", 1600, False)]
)
def test_nothing_keeps_anybody_out(
    browser: Browser, full: Page, axe: str, language: str, width: int, dark: bool
) -> None:
    with tab(browser, language=language, width=width, dark=dark, bare=False) as window:
        for place in everywhere(full):
            window.goto(full.base + place)
            look_over(window, axe, place)
        for place, button in pressed(full):
            window.goto(full.base + place)
            with window.expect_navigation():
                window.evaluate(SEND, button)
            assert window.url != full.base + place
            look_over(window, axe, f"{place} {button}")


def test_signing_in_keeps_nobody_out(browser: Browser, axe: str, tmp_path: Path) -> None:
    with (
        page_of(World(tmp_path), password=PASSWORD) as page,
        tab(browser, language="ja", width=360, bare=False) as window,
    ):
        window.goto(page.base)
        look_over(window, axe, "/sign-in")
        window.locator("input[type=password]").fill("wrong password")
        window.locator("form button").click()
        look_over(window, axe, "wrong")


def test_a_page_that_is_looked_at_stays_true_and_what_is_in_use_stays_still(browser: Browser, tmp_path: Path) -> None:
    world = home(tmp_path)
    world.put("Yamada", *YAMADA)
    world.put("Keio", "TEL:03-1234-5603")
    world.check()
    with page_of(world) as page, tab(browser, bare=False) as window:
        window.clock.install()
        window.goto(page.base)
        window.get_by_role("heading", name="All is guarded").wait_for()
        world.put("Yamada", "TEL;TYPE=CELL:+186080-1234-5602")
        world.check()
        window.clock.run_for(31_000)
        window.get_by_role("heading", name="event waits for you").wait_for()
        assert window.locator("#news").inner_text() == window.locator("h1").inner_text()
        window.goto(f"{page.base}/events/1")
        window.locator("details summary").first.click()
        world.put("Yamada", *YAMADA)
        world.check()
        window.clock.run_for(100_000)
        window.wait_for_timeout(300)
        assert window.get_by_role("button", name="That is right").count() > 0
        window.locator("details summary").first.click()
        window.locator("main").focus()
        window.clock.run_for(31_000)
        window.get_by_text("Nothing of this waits any more.").wait_for()


def test_one_whose_session_ended_is_asked_to_sign_in_again(browser: Browser, tmp_path: Path) -> None:
    with page_of(World(tmp_path), password=PASSWORD) as page, tab(browser, bare=False) as window:
        window.clock.install()
        window.goto(f"{page.base}/events")
        window.get_by_label("Password").fill(PASSWORD)
        window.get_by_role("button", name="Sign in").click()
        window.get_by_role("heading", name="Events").wait_for()
        page.signed_in().post("/sessions/end", {"session": "all"})
        window.clock.run_for(31_000)
        window.get_by_label("Password").wait_for()


def test_arrow_keys_go_through_a_list(browser: Browser, full: Page) -> None:
    with tab(browser, bare=False) as window:
        window.goto(f"{full.base}/events?state=all")
        links = window.locator(".events a")
        links.first.focus()
        window.keyboard.press("ArrowDown")
        window.keyboard.press("ArrowDown")
        window.keyboard.press("ArrowUp")
        assert window.locator(":focus").get_attribute("href") == links.nth(1).get_attribute("href")
        window.keyboard.press("Enter")
        window.wait_for_url("**/events/*")


def test_an_empty_home_is_led_to_its_first_steps(browser: Browser, axe: str, tmp_path: Path) -> None:
    with page_of(World(tmp_path)) as page, tab(browser, bare=False) as window:
        window.goto(page.base)
        window.get_by_role("heading", name="First steps").wait_for()
        window.evaluate(axe)
        assert window.evaluate("axe.run({resultTypes: ['violations']})")["violations"] == []


def test_the_keyboard_alone_reaches_and_presses_everything(browser: Browser, full: Page) -> None:
    with tab(browser) as window:
        window.goto(full.base)
        window.keyboard.press("Tab")
        assert window.locator(":focus").inner_text() == "Skip to the content"
        names = []
        for _ in range(8):
            window.keyboard.press("Tab")
            names.append(window.locator(":focus").inner_text().strip())
        assert names[1:6] == ["Now", "Events", "Contacts", "Rules", "Settings"]
        window.keyboard.press("Enter")
        window.wait_for_url("**/events/*")


def damaged(root: Path, phone: str, url: str) -> World:
    """A contact whose number was damaged, and the message about it."""
    world = World(root, phone=phone, more=f'[web]\nurl = "{url}"\n')
    read = world.text
    world.text = lambda: read().replace('type = "vdir"', 'type = "vdir"\nrestore = true')  # type: ignore[method-assign]
    world.put("山田 太郎", *YAMADA, file="yamada.vcf")
    world.check()
    world.put("山田 太郎", "TEL;TYPE=HOME:03-1234-5601", "TEL;TYPE=CELL:+186080-1234-5602", file="yamada.vcf")
    world.check()
    return world


def home(root: Path) -> World:
    """A book of files into which may be written."""
    world = World(root)
    read = world.text
    world.text = lambda: read().replace('type = "vdir"', 'type = "vdir"\nrestore = true')  # type: ignore[method-assign]
    return world


def link_in(text: str) -> str:
    found = re.search(r"http://\S+/e/[A-Za-z0-9_-]+", text)
    assert found
    return found[0]


def test_from_the_buzz_to_put_back_in_two_taps_without_signing_in(browser: Browser, tmp_path: Path) -> None:
    with receiving() as phone, page_of(World(tmp_path), password=PASSWORD) as page:
        world = damaged(tmp_path, phone.url, page.base)
        page.settle(world)
        link = link_in(phone.requests[-1]["message"])
        with tab(browser, language="ja", width=390) as window:
            window.goto(link)  # the first tap
            window.get_by_text("186080-1234-5602").first.wait_for()
            window.get_by_role("button", name="元に戻す").click()  # the second
            window.get_by_text("元どおりになりました。").wait_for()
        assert b":186080-1234-5602" in (world.book / "yamada.vcf").read_bytes()
        assert not world.open()
        with world.program() as program:
            program.deliver()
        assert len(phone.requests) == 2  # the all-clear


def test_the_whole_story_of_the_demo_is_lived_through_on_the_phone(browser: Browser, tmp_path: Path) -> None:
    with receiving() as phone, page_of(World(tmp_path), password=PASSWORD) as page:
        world = World(tmp_path, phone=phone.url, more=f'[web]\nurl = "{page.base}"\n')
        read = world.text
        world.text = lambda: read().replace('type = "vdir"', 'type = "vdir"\nrestore = true')  # type: ignore[method-assign]
        good = story.book()
        put(world, good)
        world.check()
        put(world, story.first_pass(good))  # the calling app rewrites 97 numbers
        world.check()
        page.settle(world)
        alert = phone.requests[-1]
        assert "97" in alert["title"]
        with tab(browser, language="ja", width=390) as window:
            window.goto(link_in(alert["message"]))
            window.get_by_role("heading", name="97件の電話番号").wait_for()
            window.get_by_role("button", name="元に戻す").click()
            window.get_by_text("元どおりになりました。").wait_for()
            assert window.get_by_role("button", name="元に戻す").count() == 0
        assert {file.name: file.read_bytes().decode() for file in world.book.glob("*.vcf")} == good
        assert not world.open()
        with world.program() as program:
            program.deliver()
        assert len(phone.requests) == 2  # the all-clear
        put(world, story.second_pass(good))  # it comes again, and this time adds
        world.check()
        assert world.open()
        with tab(browser, language="en", width=390) as window:
            window.goto(link_in(phone.requests[-1]["message"]))
            window.get_by_role("button", name="Remove the new contact").click()
            window.get_by_role("status").first.wait_for()


def test_what_happened_to_97_is_told_in_one_line_and_each_is_put_back_by_itself(
    browser: Browser, tmp_path: Path
) -> None:
    world = home(tmp_path)
    good = story.book()
    put(world, good)
    world.check()
    put(world, story.first_pass(good))
    world.check()
    with page_of(world) as page, tab(browser, width=390) as window:
        window.goto(f"{page.base}/events/1")
        window.get_by_role("heading", name="97 numbers gained a +").wait_for()
        each = window.locator("#each li")
        assert each.count() == 25
        assert tall(window) < 5 * 844
        window.get_by_role("navigation", name="Pages of the list").get_by_role("link", name="4").click()
        assert each.count() == 22
        last = each.last
        assert not last.get_by_role("button").first.is_visible()
        last.locator("summary").first.click()
        last.get_by_role("button", name=re.compile("Put it back: ")).click()
        window.get_by_role("button", name="Write to 1 contact").click()
        window.get_by_text("Done: it is as it was.").wait_for()
        assert window.url.endswith("page=4")
        each.first.locator("summary").first.click()
        each.first.get_by_role("button", name=re.compile("That is right: ")).click()
        window.get_by_text("Accepted: that is what is expected").wait_for()
        window.get_by_text("97 contacts · 95 waiting").wait_for()
        window.get_by_role("button", name="Put it back", exact=True).click()
        window.get_by_role("heading", name="This will be written to 95 contacts").wait_for()
        window.get_by_role("button", name="Write to 95 contacts").click()
        window.get_by_text("Nothing of this waits any more.").wait_for()
    book = {file.name: file.read_bytes().decode() for file in world.book.glob("*.vcf")}
    assert len([name for name in good if book[name] != good[name]]) == 1  # the one that was right


def tall(window: Tab) -> int:
    """Pixels."""
    found: int = window.evaluate("document.documentElement.scrollHeight")
    return found


# What is written on something small stands in no more lines than it has words.
BROKEN = """() => [...document.querySelectorAll('button, nav a, .tag')].filter(one => {
  const tops = new Set();
  const walker = document.createTreeWalker(one, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    if (!walker.currentNode.textContent.trim()) continue;
    const range = document.createRange();
    range.selectNodeContents(walker.currentNode);
    for (const box of range.getClientRects()) tops.add(Math.round(box.top));
  }
  return tops.size > one.textContent.trim().split(/[\\s-]+/).length;
}).map(one => one.textContent.trim())"""
# What a finger presses is as tall as one, and the pages' names stand in one line.
SMALL = """() => [...document.querySelectorAll(
  'button, summary, .button, .top nav a, .tabs a, .pager a, .crumbs a, .rows a, .events a, select, input:not([type=radio])'
)].filter(one => one.checkVisibility() && one.getClientRects().length && one.getBoundingClientRect().height < 40)
  .map(one => [one.outerHTML.slice(0, 120), one.getBoundingClientRect().height])"""
LINES = (
    """() => new Set([...document.querySelectorAll('.top nav a')].map(one => one.getBoundingClientRect().top)).size"""
)
ASIDE = """() => [...document.querySelectorAll('.top nav')].filter(one => one.scrollWidth > one.clientWidth).length"""
OVERLAP = """() => {
  const box = one => one.getBoundingClientRect();
  const bar = box(document.querySelector('.stick'));
  return [...document.querySelectorAll('.why, h1, .note')]
    .filter(one => box(one).bottom > bar.top && box(one).top < bar.bottom).map(one => one.textContent);
}"""


@pytest.mark.parametrize("size", [(360, 640), (360, 560), (390, 844), (640, 360)])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_buttons_never_lie_on_what_is_to_be_decided(
    browser: Browser, full: Page, language: str, size: tuple[int, int]
) -> None:
    context = browser.new_context(locale=language, viewport={"width": size[0], "height": size[1]})
    window = context.new_page()
    for event in waiting(full):
        window.goto(full.base + link_to(full, event))
        buttons = window.locator(".stick button")
        assert buttons.count() == 2
        assert window.evaluate(BROKEN) == []
        assert window.evaluate(OVERLAP) == []
        window.evaluate("window.scrollTo(0, document.documentElement.scrollHeight)")
        assert window.evaluate(OVERLAP) == []
        for place in range(2):
            box = buttons.nth(place).bounding_box()
            assert box
            assert box["height"] >= 44  # as a finger needs it
    context.close()


def waiting(page: Page) -> list[int]:
    """The events that wait."""
    with page.program.store.read() as connection:
        rows = connection.exec_driver_sql("SELECT DISTINCT event_id FROM findings WHERE state = 'open' ORDER BY 1")
        return [row[0] for row in rows]


def link_to(page: Page, event: int, *, days: int = 7) -> str:
    """The path of an event's link, as a message carries it."""
    until = page.program.clock.now() + timedelta(days=days)
    return "/e/" + signer_beside(page.program.store.path).sign(Grant(event, frozenset(Verb), until))


def test_one_field_is_put_back_from_the_contacts_page(browser: Browser, tmp_path: Path) -> None:
    with page_of(World(tmp_path), password=PASSWORD) as page:
        world = damaged(tmp_path, "", page.base)
        world.put("山田 太郎", "TEL;TYPE=HOME:03-1234-5601", "NOTE:ours", file="yamada.vcf")
        world.check()
        page.settle(world)
        with tab(browser, width=390) as window:
            window.goto(f"{page.base}/contacts/1")
            window.locator('input[type="password"]').fill(PASSWORD)
            window.locator('input[type="password"]').press("Enter")
            window.get_by_role("button", name="Put this field back: Note").click()
            window.get_by_role("button", name="Write to 1 contact").click()
            window.get_by_text("Done: it is as it was.").wait_for()
            window.get_by_role("button", name="Guard this one closely").click()
            window.get_by_text("Guarded closely").wait_for()
        assert b"NOTE" not in (world.book / "yamada.vcf").read_bytes()


def test_that_is_right_from_the_phone(browser: Browser, tmp_path: Path) -> None:
    with receiving() as phone, page_of(World(tmp_path), password=PASSWORD) as page:
        world = damaged(tmp_path, phone.url, page.base)
        page.settle(world)
        with tab(browser, width=390) as window:
            window.goto(link_in(phone.requests[-1]["message"]))
            window.get_by_role("button", name="That is right").click()
            window.get_by_text("that is what is expected from now on").wait_for()
            window.goto(link_in(phone.requests[-1]["message"]))  # somebody else of the family taps theirs
            settled = window.get_by_text("Nothing of this waits any more.").bounding_box()
            title = window.locator("h1").bounding_box()
            assert settled
            assert title
            assert settled["y"] < title["y"]
            assert window.get_by_role("button").count() == 0
        assert not world.open()


def test_the_keeper_signs_in_looks_and_puts_back_after_seeing_what_is_written(browser: Browser, tmp_path: Path) -> None:
    with receiving() as phone, page_of(World(tmp_path), password=PASSWORD) as page:
        world = damaged(tmp_path, phone.url, page.base)
        page.settle(world)
        with tab(browser) as window:
            window.goto(f"{page.base}/events/1")
            window.get_by_label("Password").fill("wrong password")
            window.get_by_role("button", name="Sign in").click()
            window.get_by_text("That is not the password.").wait_for()
            window.get_by_label("Password").fill(PASSWORD)
            window.get_by_role("button", name="Sign in").click()
            window.goto(f"{page.base}/events/1")
            window.get_by_role("button", name="Put it back").click()
            window.get_by_role("heading", name="This will be written to 1 contact").wait_for()
            assert world.open()
            window.get_by_role("button", name="Write to 1 contact").click()
            window.get_by_text("Done: it is as it was.").wait_for()
            assert not world.open()
            window.get_by_role("button", name="Sign out").click()
            window.goto(f"{page.base}/")
            window.get_by_label("Password").wait_for()
