"""CONTRIBUTING.md and the map say how to add something: each is done here, in a copy of the program, and then used.

Where one of these fails, either the addition needs a file that the page does not name, or the test's own example is out of
date: mend CONTRIBUTING.md, the map and the example together.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

import cardwarden

TESTS = Path(__file__).parents[1]
CARD = "BEGIN:VCARD\nVERSION:3.0\nUID:anna\nFN:Anna\n{}\nEND:VCARD\n"


@dataclass
class Copy:
    """The program in a folder of its own, where something is added to it."""

    root: Path

    def write(self, path: str, text: str) -> None:
        file = self.root / "cardwarden" / path
        assert not file.exists(), f"{path} exists already"
        file.write_text(text, "utf-8")

    def change(self, path: str, old: str, new: str) -> None:
        """Replace the one place where something stands."""
        file = self.root / "cardwarden" / path
        text = file.read_text("utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {path}"
        file.write_text(text.replace(old, new), "utf-8")

    def say(self, **phrases: str) -> None:
        """Add phrases to every language."""
        for file in (self.root / "cardwarden/phrases/languages").glob("*.po"):
            with file.open("a", encoding="utf-8") as po:
                po.writelines(
                    f'\nmsgid "{name.replace("_", "-")}"\nmsgstr "{text}"\n' for name, text in phrases.items()
                )

    def python(self, *arguments: str) -> str:
        environ = os.environ | {"PYTHONPATH": f"{self.root}:{TESTS}", "LANG": "C.UTF-8", "COLUMNS": "100"}
        done = subprocess.run(
            [sys.executable, *arguments],
            env=environ,
            cwd=self.root,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode in {0, 1}, done.stderr
        return done.stdout

    def run(self, *arguments: str) -> str:
        """What the program prints that something was added to."""
        return self.python("-m", "cardwarden", *arguments)

    def diff(self, before: str, after: str, *options: str) -> str:
        for name, line in (("before.vcf", before), ("after.vcf", after)):
            (self.root / name).write_text(CARD.format(line), "utf-8")
        return self.run("diff", "before.vcf", "after.vcf", *options)


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    program = Path(cardwarden.__file__).parent
    shutil.copytree(program, tmp_path / "cardwarden")  # bytecode, too: what nothing was added to is not compiled anew
    return Copy(tmp_path)


RULE = '''"""A note that got louder."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from cardwarden.detect.case import CardChange, Case
from cardwarden.detect.finding import Finding, Severity
from cardwarden.detect.rule import deviation
from cardwarden.phrases.phrase import phrase


@dataclass(frozen=True, slots=True)
class LoudNote:
    """A note ends in more exclamation marks than before."""

    name: ClassVar[str] = "loud_note"
    enabled: bool = True
    severity: Severity = Severity.WARNING

    def look(self, card: CardChange, case: Case) -> Iterable[Finding]:
        for change in card.changes:
            if change.name == "NOTE" and change.after and change.after.text.endswith("!"):
                yield deviation(self, card, change, phrase("loud-note"))
'''


def test_a_rule(copy: Copy) -> None:
    copy.write("detect/rules/loud_note.py", RULE)
    copy.change("detect/rules/__init__.py", "    UnreadableCard,\n", "    UnreadableCard,\n    LoudNote,\n")
    copy.change(
        "detect/rules/__init__.py",
        "from cardwarden.detect.rules.mail_changed",
        "from cardwarden.detect.rules.loud_note import LoudNote\nfrom cardwarden.detect.rules.mail_changed",
    )
    copy.say(loud_note="Note got louder")
    assert "A note ends in more exclamation marks" in copy.run("rules", "loud_note")
    assert "[rules.loud_note]" in copy.run("config", "sample")
    assert "Note got louder" in copy.diff("NOTE:hello", "NOTE:hello!")


def test_a_step(copy: Copy) -> None:
    copy.change(
        "detect/steps/vocabulary.py",
        'CUT = Step("cut", Cost.DAMAGING)\n',
        'CUT = Step("cut", Cost.DAMAGING)\nREVERSED = Step("backwards", Cost.DAMAGING)\n',
    )
    copy.change(
        "detect/steps/pieces.py",
        "    chain = _doubled(before, after)",
        "    if after == before[::-1]:\n        return Chain((steps.REVERSED,))\n    chain = _doubled(before, after)",
    )
    copy.say(text_backwards="{field} reads backwards")
    assert "reads backwards" in copy.diff("NOTE:Key is below the mat", "NOTE:tam eht woleb si yeK")


def test_a_property(copy: Copy) -> None:
    row = '    Row("EXPERTISE", "expertise", source="RFC 6715"),\n'
    copy.change("vcard/properties.py", row, row + '    Row("X-SHOE-SIZE", "shoe size", source="a shop"),\n')
    copy.say(field_X_SHOE_SIZE="shoe size")
    assert "shoe size" in copy.diff("X-SHOE-SIZE:42", "X-SHOE-SIZE:24").lower()


def test_a_language(copy: Copy) -> None:
    languages = copy.root / "cardwarden/phrases/languages"
    text = (languages / "en.po").read_text("utf-8").replace("Language: en", "Language: fr")
    (languages / "fr.po").write_text(text.replace("hour", "heure"), "utf-8")
    config = copy.root / "cardwarden.toml"
    config.write_text(
        f'language = "fr"\n[store]\nurl = "sqlite:///{copy.root}/state.db"\n'
        f'[sources.family]\ntype = "vdir"\npath = "{copy.root}"\n',
        "utf-8",
    )
    copy.run("check", "--config", str(config))
    offered = copy.python("-c", "from cardwarden.web.words import OFFERED; print(*OFFERED)")
    assert "fr" in offered.split()


COMMAND = '''"""`cardwarden hello`: greets."""

from __future__ import annotations

import click

from cardwarden.cli.output import say


@click.command("hello")
def command() -> int:
    """Greet."""
    say("Hello.")
    return 0
'''


def test_a_command(copy: Copy) -> None:
    copy.write("cli/commands/hello.py", COMMAND)
    copy.change("cli/main.py", "COMMANDS: Final = {\n", 'COMMANDS: Final = {\n    "hello": "Greet.",\n')
    copy.change(
        "cli/examples.py",
        '    "demo": (',
        '    "hello": ("cardwarden hello", "cardwarden hello | cat"),\n    "demo": (',
    )
    assert copy.run("hello") == "Hello.\n"
    assert "hello" in copy.run("--help")
    assert "cardwarden hello | cat" in copy.run("hello", "--help")


SOURCE = '''"""The source `lines`: a file with a name on each line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal

from pydantic import Field

from cardwarden.sources import files
from cardwarden.sources.options import OnDiskOptions
from cardwarden.sources.source import BookRef, Fetched, Known, Observation
from cardwarden.sources.watched import WatchTarget, file_target


class LinesOptions(OnDiskOptions):
    """A file with a name on each line."""

    type: Literal["lines"]
    path: files.Location = Field(description="the file")


class Lines:
    def __init__(self, name: str, options: LinesOptions) -> None:
        self.name, self._path = name, options.path

    host = ""

    @property
    def path(self) -> Path | None:
        return self._path

    @property
    def watch(self) -> WatchTarget | None:
        return file_target(self._path)

    def begin(self) -> None:
        """Nothing to begin."""

    def close(self) -> None:
        """Nothing stays open."""

    def books(self) -> list[BookRef]:
        return [BookRef(id="", title="lines")]

    def keeps(self, book: BookRef) -> bool:
        return True

    def unchanged(self, tokens: Mapping[str, str]) -> frozenset[str]:
        return frozenset()

    def observe(self, book: BookRef, known: Known, *, deep: bool) -> Observation:
        stamp = files.stamp_of(self._path.stat())
        return Observation({"lines": stamp}, self._bodies(stamp))

    def _bodies(self, stamp: str) -> Iterator[Fetched]:
        names = self._path.read_text("utf-8").split()
        cards = "".join(f"BEGIN:VCARD\\nVERSION:3.0\\nUID:{n}\\nFN:{n}\\nEND:VCARD\\n" for n in names)
        yield Fetched("lines", stamp, cards.encode(), True)

    def ask_again(self, book: BookRef, hrefs: Sequence[str]) -> tuple[()]:
        return ()
'''


def test_a_source(copy: Copy) -> None:
    copy.write("sources/lines.py", SOURCE)
    kinds = "settings/kinds.py"
    copy.change(kinds, "= VdirOptions | VcfFileOptions |", "= LinesOptions | VdirOptions | VcfFileOptions |")
    copy.change(
        kinds,
        "SOURCES: Final[Mapping[str, str]] = {",
        'SOURCES: Final[Mapping[str, str]] = {"lines": "lines:LinesOptions",',
    )
    copy.change(
        kinds,
        "    from cardwarden.sources.people_options",
        "    from cardwarden.sources.lines import LinesOptions\n    from cardwarden.sources.people_options",
    )
    copy.change(
        "wiring/sources.py",
        '        match options.type:\n            case "vdir":',
        "        match options.type:\n"
        '            case "lines":\n'
        "                from cardwarden.sources.lines import Lines\n"
        "                from cardwarden.writers.vcf_file import VcfFileWriter\n\n"
        "                return OpenedSource(options, Lines(name, options), VcfFileWriter(name, options.path))\n"
        '            case "vdir":',
    )
    sample = "settings/sample.py"
    copy.change(
        sample,
        '        "# A CardDAV server, with',
        '        "# A name on each line.\\n"\n'
        '        + _table("sources.names", LinesOptions, {}, {"type": "lines", "path": "/srv/names"}),\n'
        '        "# A CardDAV server, with',
    )
    copy.change(
        sample,
        "from cardwarden.sources.options",
        "from cardwarden.sources.lines import LinesOptions\nfrom cardwarden.sources.options",
    )
    assert 'type = "lines"' in copy.run("config", "sample")
    (copy.root / "names").write_text("anna\nbert\n", "utf-8")
    config = copy.root / "cardwarden.toml"
    config.write_text(
        f'[store]\nurl = "sqlite:///{copy.root}/state.db"\n[sources.us]\ntype = "lines"\npath = "{copy.root}/names"\n',
        "utf-8",
    )
    assert "2 cards" in copy.run("check", "--config", str(config))


PAGE = """
def hello(desk: Desk, visit: Visit) -> Response:
    \"\"\"A greeting.\"\"\"
    return render(desk, visit, "hello")
"""
ASKED = """
import pathlib, sys
from support.page import page_of
from support.world import World
with page_of(World(pathlib.Path(sys.argv[1]))) as page:
    print(page.visitor().get("/hello").text)
"""


def test_a_page(copy: Copy, tmp_path: Path) -> None:
    pages = copy.root / "cardwarden/web/pages.py"
    pages.write_text(pages.read_text("utf-8") + PAGE, "utf-8")
    copy.write(
        "web/templates/hello.html", '{% extends "base.html" %}{% block main %}{{ t("page-hello") }}{% endblock %}'
    )
    copy.change("web/routes.py", "ROUTES = (\n", 'ROUTES = (\n    Route("GET", "/hello", pages.hello),\n')
    copy.say(page_hello="Good day to you")
    assert "Good day to you" in copy.python("-c", ASKED, str(tmp_path))


SECTION = """<section aria-labelledby="age"><h2 id="age">{{ t('page-oldest') }}</h2><p>{{ view.oldest }}</p></section>
{% endblock %}"""
CONTACT = """
import pathlib, sys
from support.page import page_of
from support.world import World
world = World(pathlib.Path(sys.argv[1]))
world.put("Yamada")
world.check()
with page_of(world) as page:
    print(page.visitor().get("/contacts/1").text)
"""


def test_a_section_of_a_page(copy: Copy, tmp_path: Path) -> None:
    query = "actions/queries/contacts.py"
    copy.change(
        query, "    open: tuple[StoredFinding, ...]\n", "    open: tuple[StoredFinding, ...]\n    oldest: int\n"
    )
    copy.change(
        query,
        "        tuple(finding_store.open_of_card(connection, card_id)),\n",
        "        tuple(finding_store.open_of_card(connection, card_id)),\n        versions[0].since.year,\n",
    )
    copy.change("web/templates/contact.html", "</section>\n{% endblock %}", f"</section>\n{SECTION}")
    copy.say(page_oldest="Known since")
    shown = copy.python("-c", CONTACT, str(tmp_path))
    assert "Known since</h2><p>20" in shown


def test_a_setting(copy: Copy) -> None:
    copy.change(
        "settings/model.py",
        "    store: StoreOptions\n",
        '    colour: str = Field(default="red", description="the colour of the door")\n    store: StoreOptions\n',
    )
    sample = copy.run("config", "sample")
    assert "the colour of the door" in sample
    assert 'colour = "red"' in sample


def test_a_channel_needs_nothing(copy: Copy) -> None:
    config = copy.root / "cardwarden.toml"
    config.write_text(
        f'[store]\nurl = "sqlite:///{copy.root}/state.db"\n[sources.us]\ntype = "vdir"\npath = "{copy.root}"\n'
        '[alerts.channels.chat]\nurl_env = "CHAT"\n',
        "utf-8",
    )
    os.environ["CHAT"] = "matrix://user:password@matrix.example.org"
    try:
        assert "chat" in copy.run("config", "show", "--config", str(config))
    finally:
        del os.environ["CHAT"]


BUILT = """
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, inspect
from cardwarden.store import migrate, tables
with create_engine("sqlite://").begin() as connection:
    migrate.upgrade(connection)
    print([column["name"] for column in inspect(connection).get_columns("care")])
    print("differs:", compare_metadata(MigrationContext.configure(connection), tables.metadata))
"""


def test_a_column(copy: Copy) -> None:
    at = '    "care",\n    metadata,\n    Column("id", Integer, primary_key=True),\n'
    copy.change("store/tables.py", at, at + '    Column("who", String),\n')
    assert "differs: [('add_column'" in copy.python("-c", BUILT)
    at = '        "care",\n        sa.Column("id", sa.Integer, primary_key=True),\n'
    copy.change("store/migrations/0001_initial.py", at, at + '        sa.Column("who", sa.String),\n')
    assert copy.python("-c", BUILT).splitlines() == ["['id', 'who', 'at']", "differs: []"]


EVERY: dict[str, Callable[..., None]] = {
    "a rule": test_a_rule,
    "a step": test_a_step,
    "a property of vCard": test_a_property,
    "a language": test_a_language,
    "a command": test_a_command,
    "a source": test_a_source,
    "a page": test_a_page,
    "a section of a page": test_a_section_of_a_page,
    "a setting": test_a_setting,
    "a channel": test_a_channel_needs_nothing,
    "a table or column": test_a_column,
}


def test_what_contributing_says_how_to_add_is_what_is_tried_here() -> None:
    page = (TESTS.parent / "CONTRIBUTING.md").read_text("utf-8").partition("## How to add")[2]
    assert set(re.findall(r"^\*\*(.+?)\*\*", page, re.MULTILINE)) == EVERY.keys()
