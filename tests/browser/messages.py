"""Makes pictures of each kind of message, as a lock screen, an opened notification and a mail show it, 390 points wide.

`PYTHONPATH=daemon:tests .venv/bin/python tests/browser/messages.py FOLDER`: they are to be looked at when words change.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import timedelta
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, sync_playwright

from cardwarden.actions.preview import PreviewKind, preview
from cardwarden.actions.tokens import Verb
from cardwarden.alerts.channel import Channel
from cardwarden.alerts.layout import ROOM
from cardwarden.alerts.message import Message, Pointer
from cardwarden.alerts.reader import Privacy
from support.lived import lived
from support.world import World

CHROMIUM = "/usr/bin/chromium"
LINK = "https://home.example.org/cardwarden/e/AbCdEf"
PAGE = """<!doctype html><meta charset="utf-8"><style>
body {{ margin: 0; padding: 14px; background: #33415c; font: 15px/1.35 system-ui, "Noto Sans CJK JP", sans-serif }}
section {{ background: #f6f6f8; border-radius: 16px; padding: 11px 14px; margin-bottom: 14px; color: #111 }}
b {{ display: block; white-space: nowrap; overflow: hidden; text-overflow: ellipsis }}
p {{ margin: 2px 0 0; white-space: pre-wrap; overflow-wrap: anywhere }}
.lock p {{ display: -webkit-box; -webkit-line-clamp: 4; -webkit-box-orient: vertical; overflow: hidden }}
small {{ color: #666 }} i {{ font-style: normal; color: #1f5fbf; font-weight: 600; margin-right: 18px }}
</style><section class="lock"><small>ntfy · now</small><b>{title}</b><p>{body}</p></section>
<section><b style="white-space:normal">{title}</b><p>{body}</p><p>{buttons}</p></section>"""


def asked(root: Path) -> World:
    """A household whose owner changed a number by hand, as far as a program can tell."""
    world = World(root)
    lines = ("ORG:Example GmbH", "PRODID:-//Apple Inc.//iPhone OS 17.0//EN")
    world.put("山田 太郎", "TEL;TYPE=CELL:090-1234-5678", "REV:20301201T000000Z", *lines)
    world.check()
    world.put("山田 太郎", "TEL;TYPE=CELL:080-8765-4321", "REV:20310101T120000Z", *lines)
    world.check()
    return world


def lost(root: Path) -> World:
    """A household whose book is gone for a day."""
    world = asked(root)
    world.book.rename(root / "away")
    for _ in range(3):
        world.clock.at += timedelta(hours=12)
        world.check()
    return world


def messages(folder: Path, language: str) -> Iterator[tuple[str, Channel, Message]]:
    """Every kind, with its name."""

    def point(event: int, source: str) -> Pointer:
        return Pointer(LINK, tuple((verb, LINK, "") for verb in (Verb.ACCEPT, Verb.RESTORE)))

    phone = Channel("phone", str, language=language, point=point, page=LINK.rpartition("/e/")[0])
    family = Channel("phone", str, language=language, is_keeper=False)
    masked = Channel("phone", str, language=language, privacy=Privacy.MASKED, point=point)
    counted = Channel("phone", str, language=language, privacy=Privacy.COUNT, point=point)
    wanted = (
        ("question", asked(folder / "asked"), phone, PreviewKind.EVENT, None),
        ("question-family", asked(folder / "family"), family, PreviewKind.EVENT, None),
        ("book", lost(folder / "lost"), phone, PreviewKind.EVENT, None),
        ("alarm", lived(folder / "alarm"), phone, PreviewKind.EVENT, 2),
        ("alarm-one", lived(folder / "one"), phone, PreviewKind.EVENT, 3),
        ("alarm-masked", lived(folder / "masked"), masked, PreviewKind.EVENT, 3),
        ("alarm-counted", lived(folder / "counted"), counted, PreviewKind.EVENT, 2),
        *(
            (str(kind), lived(folder / kind), phone, kind, None)
            for kind in (PreviewKind.ALL_CLEAR, PreviewKind.DIGEST, PreviewKind.REMINDER, PreviewKind.CHANNEL)
        ),
    )
    for name, world, channel, kind, event in wanted:
        with world.program() as program:
            yield name, channel, preview(program.store, channel, program.policy, kind, event, program.clock)


def main(to: Path) -> None:
    to.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="cardwarden-pictures-") as name, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for language in ("en", "ja", "de"):
            for kind, channel, message in messages(Path(name, language), language):
                title, body = channel.text_of(message, ROOM, is_linked=True)
                buttons = "".join(f"<i>{escape(button.label)}</i>" for button in message.buttons)
                take(
                    browser,
                    PAGE.format(title=escape(title), body=escape(body), buttons=buttons),
                    to / f"{kind}-{language}.png",
                )
                take(browser, channel.page_of(message), to / f"{kind}-{language}-mail.png")
        browser.close()


def take(browser: Browser, page: str, to: Path) -> None:
    """One picture of a page, as wide as a phone."""
    context = browser.new_context(viewport={"width": 390, "height": 200}, device_scale_factor=1.5)
    window = context.new_page()
    window.set_content(page)
    window.screenshot(path=to, full_page=True)
    context.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
