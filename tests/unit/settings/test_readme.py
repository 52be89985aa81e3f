"""What the README tells people to write is what the program reads."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cardwarden.settings.load import parse
from cardwarden.sources.carddav_options import CarddavOptions
from cardwarden.sources.presets import PRESETS

README = Path(__file__).parents[3] / "README.md"
STORE = '[store]\nurl = "sqlite:////var/lib/cardwarden/cardwarden.db"\n'


def recipes() -> list[tuple[str, str]]:
    """(type, url) of each row of the table of services; "" for one whose address is known."""
    rows = re.findall(r"^\| [^|]+ \| `([a-z.]+)` \| (?:`(https?://\S+)`)? ?\|", README.read_text("utf-8"), re.MULTILINE)
    assert {kind for kind, _ in rows} == set(PRESETS)
    return rows


def blocks() -> list[str]:
    """The pieces of configuration in the README, indented or fenced."""
    text = README.read_text("utf-8")
    indented = re.findall(r"(?:^    .*\n|^\n(?=    ))+", text, re.MULTILINE)
    pieces = [re.sub(r"(?m)^    ", "", piece) for piece in indented] + re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
    return [piece for piece in pieces if re.search(r"^\[[a-z]", piece, re.MULTILINE)]


@pytest.mark.parametrize("block", blocks())
def test_a_piece_of_configuration_is_taken(block: str) -> None:
    top, sections = re.split(r"^(?=\[)", block, maxsplit=1, flags=re.MULTILINE)
    book = "" if "[sources." in block else '[sources.family]\ntype = "vdir"\npath = "/srv/contacts"\n'
    settings = parse(top + STORE + sections + book, Path("/x.toml"), {}, Path("/"))
    assert settings.sources


@pytest.mark.parametrize(("kind", "url"), recipes())
def test_a_recipe_is_taken(kind: str, url: str) -> None:
    address = f'url = "{url}"\n' if url else ""
    secret = 'login_file = "/x"' if PRESETS[kind].signs_in else 'password_env = "SECRET"'
    source = f'[sources.cloud]\ntype = "{kind}"\n{address}username = "jane"\n{secret}\n'
    options = parse(STORE + source, Path("/x.toml"), {}, Path("/")).sources["cloud"]
    assert isinstance(options, CarddavOptions)
