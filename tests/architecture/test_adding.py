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
from datetime import UTC, datetime
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
            timeout=600,
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


def add_rule(copy: Copy) -> None:
    copy.write("detect/rules/loud_note.py", RULE)
    copy.change("detect/rules/__init__.py", "    UnreadableCard,\n", "    UnreadableCard,\n    LoudNote,\n")
    copy.change(
        "detect/rules/__init__.py",
        "from cardwarden.detect.rules.mail_changed",
        "from cardwarden.detect.rules.loud_note import LoudNote\nfrom cardwarden.detect.rules.mail_changed",
    )
    copy.say(loud_note="Note got louder")


def test_a_rule(copy: Copy) -> None:
    add_rule(copy)
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


def add_command(copy: Copy) -> None:
    copy.write("cli/commands/hello.py", COMMAND)
    copy.change("cli/main.py", "COMMANDS: Final = {\n", 'COMMANDS: Final = {\n    "hello": "Greet.",\n')
    copy.change(
        "cli/examples.py",
        '    "demo": (',
        '    "hello": ("cardwarden hello", "cardwarden hello | cat"),\n    "demo": (',
    )


def test_a_command(copy: Copy) -> None:
    add_command(copy)
    assert copy.run("hello") == "Hello.\n"
    assert "hello" in copy.run("--help")
    assert "cardwarden hello | cat" in copy.run("hello", "--help")


OPTIONS = '''"""What the source `lines` can be told."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from cardwarden.sources.files import Location
from cardwarden.sources.options import OnDiskOptions


class LinesOptions(OnDiskOptions):
    """A file with a name on each line."""

    type: Literal["lines"]
    path: Location = Field(description="the file")
'''
SOURCE = '''"""The source `lines`: a file with a name on each line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from cardwarden.errors import SourceError
from cardwarden.sources import files
from cardwarden.sources.lines_options import LinesOptions
from cardwarden.sources.source import BookRef, Fetched, Known, Observation
from cardwarden.sources.watched import WatchTarget, file_target


class Lines:
    """A member is a line, which is its own stamp."""

    def __init__(self, name: str, options: LinesOptions) -> None:
        self.name = name
        self._path = options.path

    @property
    def host(self) -> str:
        return ""

    @property
    def path(self) -> Path | None:
        return self._path

    @property
    def watch(self) -> WatchTarget | None:
        return file_target(self._path)

    def begin(self) -> None:
        """A disk is not asked for time."""

    def close(self) -> None:
        """Nothing stays open."""

    def books(self) -> list[BookRef]:
        return [BookRef(id="", title="lines")]

    def keeps(self, book: BookRef) -> bool:
        return True

    def unchanged(self, tokens: Mapping[str, str]) -> frozenset[str]:
        return frozenset()

    def observe(self, book: BookRef, known: Known, *, deep: bool) -> Observation:
        try:
            names = self._path.read_text("utf-8").split()
        except OSError as error:
            raise SourceError(files.why_unreadable(error, self._path)) from error
        wanted = (name for name in names if deep or name not in known.members)
        return Observation({name: name for name in names}, map(_fetched, wanted))

    def ask_again(self, book: BookRef, hrefs: Sequence[str]) -> tuple[()]:
        return ()


def _fetched(name: str) -> Fetched:
    card = f"BEGIN:VCARD\\r\\nVERSION:3.0\\r\\nUID:{name}\\r\\nFN:{name}\\r\\nEND:VCARD\\r\\n"
    return Fetched(name, name, card.encode())
'''
WRITER = '''"""Writes into a source `lines`."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from cardwarden.errors import RefusedError
from cardwarden.phrases.phrase import Code, phrase
from cardwarden.writers import files
from cardwarden.writers.writer import Replacement, changed


class LinesWriter:
    """Adds lines, and takes lines out."""

    def __init__(self, name: str, path: Path) -> None:
        self._name = name
        self._path = os.fsencode(path)

    def look(self, replacements: Sequence[Replacement]) -> Iterator[bytes | None]:
        names = self._bytes().decode().split()
        return (each.seen or each.wanted if each.place.href in names else None for each in replacements)

    def write(self, replacements: Sequence[Replacement]) -> Iterator[Mapping[int, bytes | None]]:
        before = self._bytes()
        names = before.decode().split()
        for each, there in zip(replacements, self.look(replacements), strict=True):
            if there != each.seen:
                raise changed(self._name, there)
            if each.wanted is None:
                names.remove(each.place.href)
            elif each.seen is None:
                names.append(each.place.href)
        if not files.replace(self._path, before, "\\n".join(names).encode(), follow=True):
            raise changed(self._name, None)
        yield {number: each.wanted for number, each in enumerate(replacements)}

    def _bytes(self) -> bytes:
        data = files.read(self._path, follow=True)
        if data is None:
            raise RefusedError(phrase("writer-file-gone", path=Code(os.fsdecode(self._path)), source=Code(self._name)))
        return data
'''
OPENED = """

def _lines_writer(name: str, options: LinesOptions) -> Writer:
    from cardwarden.writers.lines import LinesWriter  # noqa: PLC0415

    return LinesWriter(name, options.path)
"""


def add_source(copy: Copy) -> None:
    copy.write("sources/lines_options.py", OPTIONS)
    copy.write("sources/lines.py", SOURCE)
    copy.write("writers/lines.py", WRITER)
    imported = "    from cardwarden.sources.lines_options import LinesOptions\n"
    kinds = "settings/kinds.py"
    copy.change(kinds, "| JmapOptions\n", "| JmapOptions | LinesOptions\n")
    copy.change(
        kinds,
        '    "jmap": "jmap_options:JmapOptions",\n',
        '    "jmap": "jmap_options:JmapOptions",\n    "lines": "lines_options:LinesOptions",\n',
    )
    copy.change(
        kinds, "    from cardwarden.sources.people_options", f"{imported}    from cardwarden.sources.people_options"
    )
    opening = "wiring/sources.py"
    copy.change(
        opening, "    from cardwarden.sources.people_options", f"{imported}    from cardwarden.sources.people_options"
    )
    copy.change(
        opening,
        "            case _:  # of CardDAV",
        '            case "lines":\n'
        "                from cardwarden.sources.lines import Lines  # noqa: PLC0415\n\n"
        "                return OpenedSource(options, Lines(name, options), cache(partial(_lines_writer, name, options)))\n"
        "            case _:  # of CardDAV",
    )
    file = copy.root / "cardwarden" / opening
    file.write_text(file.read_text("utf-8") + OPENED, "utf-8")
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
        "from cardwarden.sources.lines_options import LinesOptions\nfrom cardwarden.sources.options",
    )


def test_a_source(copy: Copy) -> None:
    add_source(copy)
    assert 'type = "lines"' in copy.run("config", "sample")
    names = copy.root / "names"
    names.write_text("anna bert cleo dora emil", "utf-8")
    config = copy.root / "cardwarden.toml"
    config.write_text(
        f'[store]\nurl = "sqlite:///{copy.root}/state.db"\n[sources.us]\ntype = "lines"\npath = "{names}"\nrestore = true\n',
        "utf-8",
    )
    assert "5 cards" in copy.run("check", "--config", str(config))
    then = datetime.now(UTC).isoformat()
    names.write_text("anna bert dora emil", "utf-8")
    assert "cleo" in copy.run("check", "--config", str(config))
    copy.run("restore", "--card", "cleo", "--at", then, "--yes", "--config", str(config))
    assert sorted(names.read_text("utf-8").split()) == ["anna", "bert", "cleo", "dora", "emil"]
    assert "clean" in copy.run("check", "--config", str(config))


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


def add_page(copy: Copy) -> None:
    pages = copy.root / "cardwarden/web/pages.py"
    pages.write_text(pages.read_text("utf-8") + PAGE, "utf-8")
    copy.write(
        "web/templates/hello.html", '{% extends "base.html" %}{% block main %}{{ t("page-hello") }}{% endblock %}'
    )
    copy.change("web/routes.py", "ROUTES = (\n", 'ROUTES = (\n    Route("GET", "/hello", pages.hello),\n')
    copy.say(page_hello="Good day to you")


def test_a_page(copy: Copy, tmp_path: Path) -> None:
    add_page(copy)
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


@pytest.mark.large
def test_what_is_added_fits_by_its_types(copy: Copy) -> None:
    for add in (add_rule, add_command, add_source, add_page):
        add(copy)
    (copy.root / "mypy.ini").write_text(
        "[mypy]\nstrict = True\nwarn_unreachable = True\nexplicit_package_bases = True\n"
        "[mypy-vobject.*,apscheduler.*,apprise.*,requests_oauthlib.*,oauthlib.*]\nignore_missing_imports = True\n",
        "utf-8",
    )
    said = copy.python("-m", "mypy", "cardwarden")
    assert said.startswith("Success"), said


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
