"""The page of evidence in a real browser: readable on a phone and on a desk, whatever stands in a contact."""

from __future__ import annotations

import os
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from playwright.sync_api import Browser

from cardwarden.actions.queries.naming import card_named
from cardwarden.actions.report.archive import packed
from cardwarden.actions.report.gather import card_evidence, findings_evidence
from cardwarden.phrases.language import LANGUAGES, Voice
from cardwarden.store import findings as finding_store
from support.world import World

pytestmark = pytest.mark.browser

NOTE = (
    "Bring the blue folder, the spare key and the letter of the insurance. "
    "月曜日と木曜日の午前中だけ電話に出られます。急ぎのときは隣の田中さんへ。 "
) * 12
CONTACTS = {
    "山田 太郎": ("TEL;TYPE=CELL:186090-1234-5601", f"NOTE:{NOTE}the end", "EMAIL:taro.yamada@example.org"),
    "Kanzlei für Arbeitsrecht Dr. Müller-Lüdenscheidt & Partner mbB": ("TEL:186090-1234-5602", "ORG:Kanzlei"),
    "<script>alert(1)</script>": ("TEL:186090-1234-5603", "NOTE:\u202egnp.exe <img src=x onerror=alert(1)>"),
    "W" * 300: ("TEL:186090-1234-5604", "URL:https://example.org/" + "x" * 900),
}
# How many lines a text is broken into, by its length: a column one character wide has as many lines as characters.
NARROW = """() => {
  const bad = [];
  const walker = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode.textContent.trim();
    const range = document.createRange();
    range.selectNodeContents(walker.currentNode);
    const lines = new Set([...range.getClientRects()].map(box => Math.round(box.top))).size;
    if (text.length >= 8 && lines > 2 && text.length / lines < 6) bad.push([text.slice(0, 40), lines]);
  }
  return bad;
}"""


@pytest.fixture(scope="module")
def evidence(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], bytes]:
    """The pages by language and what they are about, of a book in which every contact was damaged."""
    world = World(tmp_path_factory.mktemp("evidence"))
    for place, (name, lines) in enumerate(CONTACTS.items()):
        world.put(name, *lines, file=f"{place}.vcf", uid=f"u{place}")
    world.check()
    for place, (name, lines) in enumerate(CONTACTS.items()):
        damaged = [line.replace(":186", ":+186").replace("the end", "the ende") for line in lines]
        world.put(name, *damaged, file=f"{place}.vcf", uid=f"u{place}")
    world.check()
    world.remove("3")
    world.check()
    made = {}
    with world.program() as program, program.store.read() as connection:
        now = world.clock.now()
        found = finding_store.list_findings(connection, include_closed=True)
        for language in LANGUAGES:
            voice = Voice(language)
            person = card_named(connection, "山田")
            of_person = card_evidence(connection, person, now.replace(year=1971), now, lambda _: "JP", now, voice)
            for what, one in (
                ("findings", findings_evidence(connection, found, lambda _: "JP", now, voice)),
                ("contact", of_person),
            ):
                made[language, what] = ZipFile(BytesIO(packed(one))).read("report.html")
    return made


@pytest.mark.parametrize("width", [360, 390, 768, 1100, 1600])
@pytest.mark.parametrize("what", ["findings", "contact"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_it_can_be_read_on_every_screen(
    browser: Browser,
    axe: str,
    evidence: dict[tuple[str, str], bytes],
    tmp_path: Path,
    language: str,
    what: str,
    width: int,
) -> None:
    page = tmp_path / "report.html"
    page.write_bytes(evidence[language, what])
    context = browser.new_context(viewport={"width": width, "height": 900}, bypass_csp=True)
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    window = context.new_page()
    window.on("dialog", lambda dialog: pytest.fail(f"something acted: {dialog.message}"))
    window.goto(page.as_uri())
    if folder := os.environ.get("CARDWARDEN_PICTURES"):
        window.screenshot(path=f"{folder}/evidence-{what}-{language}-{width}.png", full_page=True)
    assert window.evaluate("document.documentElement.scrollWidth") <= width
    assert window.evaluate(NARROW) == []
    window.evaluate(axe)
    found = window.evaluate("axe.run({resultTypes: ['violations']})")["violations"]
    assert [(one["id"], one["nodes"][0]["html"][:200]) for one in found] == []
    assert asked == [page.as_uri()]
    context.close()
