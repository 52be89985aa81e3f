"""Makes the README's pictures of the page from a real run; with a folder, every page in every look, to be looked at."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import requests
from playwright.sync_api import Browser, sync_playwright

from cardwarden.actions.tokens import Grant, Verb, signer_beside
from support.lived import lived
from support.receiver import receiving
from support.world import FakeClock, World

CHROMIUM = "/usr/bin/chromium"
SHOWN = Path(__file__).parents[2] / "docs"
LOOKS = (("en", 1200, False), ("ja", 390, True), ("ja", 1200, False), ("de", 390, False), ("en", 1200, True))


def main(folder: Path | None) -> None:
    """A daemon guards a home with a life behind it and shows it; nothing in it is made up but the contacts."""
    with (
        TemporaryDirectory(prefix="cardwarden-pictures-") as name,
        receiving() as phone,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        clock = FakeClock()
        clock.at = datetime.now(UTC).replace(microsecond=0) - timedelta(days=20, hours=2)
        world = lived(Path(name, "full"), phone=phone.url, clock=clock)
        with running(world) as base:
            if folder is None:
                SHOWN.mkdir(exist_ok=True)
                take(browser, base, "/", SHOWN / "page.png", "en", 1000, dark=False, height=760)
                take(browser, base, link(world), SHOWN / "phone.png", "ja", 390, dark=False, height=844, scale=2)
            else:
                every(browser, world, base, folder)
        if folder is not None:
            with running(World(Path(name, "empty"), phone=phone.url), check=False) as base:
                for language, width, dark in LOOKS[:2]:
                    take(browser, base, "/", folder / f"first-{language}-{width}.png", language, width, dark=dark)
        browser.close()


@contextmanager
def running(world: World, *, check: bool = True) -> Iterator[str]:
    """The daemon with its page, or the page alone."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        base = f"http://127.0.0.1:{free.getsockname()[1]}"
    world.more += f'[web]\nlisten = "{base.removeprefix("http://")}"\n'
    command = [sys.executable, "-m", "cardwarden", "run" if check else "web", "--config", str(world.config)]
    daemon = subprocess.Popen(command, env={**os.environ, "PHONE": world.phone}, stderr=subprocess.DEVNULL)
    try:
        for _ in range(200):
            time.sleep(0.1)
            with suppress(requests.RequestException):
                if requests.get(base, timeout=2).ok:
                    break
        time.sleep(3 if check else 0)  # its first check
        yield base
    finally:
        daemon.terminate()
        daemon.wait(30)


def link(world: World) -> str:
    """The link to the newest event that waits."""
    with world.program() as program:
        event = max(found.event_id for found in world.open())
        until = datetime.now(UTC) + timedelta(days=7)
        return f"/e/{signer_beside(program.store.path).sign(Grant(event, frozenset(Verb), until))}"


def every(browser: Browser, world: World, base: str, folder: Path) -> None:
    with world.program() as program, program.store.read() as connection:
        anna = connection.exec_driver_sql("SELECT id FROM cards WHERE uid = CAST('anna' AS BLOB)").scalar_one()
        events = [row[0] for row in connection.exec_driver_sql("SELECT id FROM events ORDER BY id")]
    paths = {
        "now": "/", "events": "/events?state=all", "contact": f"/contacts/{anna}", "book": "/books/1",
        "check": "/books/1/checks/4", "rules": "/rules", "rule": "/rules/number-plus-added", "about": "/about",
        "settings": "/settings", "contacts": "/contacts?q=Anna", "link": link(world),
        **{f"event-{number}": f"/events/{number}" for number in events},
    }  # fmt: skip
    for language, width, dark in LOOKS:
        for what, path in paths.items():
            name = f"{what}-{language}-{width}{'-dark' if dark else ''}.png"
            take(browser, base, path, folder / name, language, width, dark=dark)
    pressed = {
        "preview": (f"/events/{events[-2]}", "restore"), "preview-one": (f"/events/{events[2]}", "restore"),
        "preview-contact": (f"/contacts/{anna}", "restore"), "forget": (f"/contacts/{anna}", "forget"),
        "let-be": (f"/events/{events[2]}", "quiet"), "guarded": (f"/contacts/{anna}", "guard"),
        "link-let-be": (link(world), "quiet"), "link-accepted": (link(world), "accept"),
    }  # fmt: skip
    for what, (path, button) in pressed.items():
        for language, width, dark in LOOKS[:4]:
            name = f"{what}-{language}-{width}{'-dark' if dark else ''}.png"
            take(browser, base, path, folder / name, language, width, dark=dark, button=button)


def take(
    browser: Browser,
    base: str,
    path: str,
    to: Path,
    language: str,
    width: int,
    *,
    dark: bool,
    height: int = 0,
    scale: int = 1,
    button: str = "",
) -> None:
    """One picture; the whole page unless it is to have a height. `button` is pressed first, if it is there still."""
    context = browser.new_context(
        locale=language,
        viewport={"width": width, "height": height or 800},
        color_scheme="dark" if dark else "light",
        device_scale_factor=scale,
    )
    window = context.new_page()
    window.goto(base + path)
    pressable = window.locator(f"main button[formaction$='/{button}'], main form[action$='/{button}'] button")
    if button and pressable.count():
        pressable.first.click()
    window.screenshot(path=to, full_page=not height)
    context.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
