"""Each command's screen in each language: no line is wider than the terminal, and all is said in that language."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cardwarden.cli.main import run
from cardwarden.phrases.language import LANGUAGES
from cardwarden.text import columns
from support.lived import lived
from support.world import FakeClock, World

SCREENS = (
    "status", "findings", "findings --all", "show e1", "show e8", "show 1", "show --card Anna", "history", "history Anna",
    "diff --source family --at 30d --at 0d", "diff old.vcf new.vcf --explain", "rules", "rules number-plus",
    "rules number-plus-added", "check", "verify", "restore e1 --dry-run", "restore --card Anna --dry-run --at 10d",
    "accept e1", "accept e1 --undo", "guard Anna", "guard --list", "guard Anna --remove", "expect 30m --source family",
    "report e1 -o evidence.zip", "export --source family -o then.vcf", "backup copy.db", "alert preview e1", "alert test",
    "config validate", "doctor", "household list", "show e999", "findings --sorce x", "lsit", "show --card Nobody",
    "restore e1 --sorce x", "demo",
)  # fmt: skip
WITHOUT_CONFIGURATION = ("demo", "lsit", "diff old")
_STYLE = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")
_COPIED = re.compile(r"^\s*(\$ .*|cardwarden .*|\S+)$")
"""A line that is one command, or one word such as a path: it stays whole, to be copied."""
_ENGLISH = re.compile(r"\b[a-z]+ [a-z]+ [a-z]+\b")
_NOT_OURS = re.compile(r"cardwarden [a-z]+( [a-z0-9]+)?|Allergic to nuts")


class Screen(io.StringIO):
    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


@pytest.fixture(scope="module")
def life(tmp_path_factory: pytest.TempPathFactory) -> World:
    clock = FakeClock()
    clock.at = datetime.now(UTC) - timedelta(days=20, hours=2)
    return lived(tmp_path_factory.mktemp("screens"), clock=clock)


@pytest.fixture
def screen(life: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str, int], str]:
    """What a command shows in a language on a terminal of so many columns."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("HOME", str(tmp_path))
    for name, number in (("old.vcf", "03-1234-5678"), ("new.vcf", "+03-1234-5678")):
        card = f"BEGIN:VCARD\nVERSION:3.0\nFN:{'山田太郎代表取締役社長補佐' * 5}\nTEL:{number}\nEND:VCARD\n"
        Path(name).write_text(card, "utf-8")

    def show(words: str, language: str, width: int) -> str:
        life.settings = f'region = "JP"\nlanguage = "{language}"\n'
        said = Screen()
        monkeypatch.setenv("LANG", f"{language}.UTF-8")
        monkeypatch.setenv("COLUMNS", str(width))
        monkeypatch.setattr("sys.stdout", said)
        monkeypatch.setattr("sys.stderr", said)
        run([*words.split(), *([] if words.startswith(WITHOUT_CONFIGURATION) else ["--config", str(life.config)])])
        return _STYLE.sub("", said.getvalue())

    return show


@pytest.mark.large
@pytest.mark.parametrize(("language", "width"), [*((language, 80) for language in sorted(LANGUAGES)), ("de", 60)])
def test_each_command_fits_the_terminal_and_speaks_one_language(
    screen: Callable[[str, str, int], str], language: str, width: int
) -> None:
    wide, strange = [], []
    for words in SCREENS:
        lines = screen(words, language, width).splitlines()
        assert lines, words
        wide += [f"{words}: {line}" for line in lines if columns(line) > width and not _COPIED.match(line)]
        if language == "ja":
            strange += [f"{words}: {line}" for line in lines if _ENGLISH.search(_NOT_OURS.sub("", line))]
    assert (wide, strange) == ([], [])
