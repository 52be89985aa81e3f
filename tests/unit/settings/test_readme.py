"""What the README tells people to write is what the program reads."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cardwarden.settings.load import parse
from cardwarden.sources.carddav_options import CarddavOptions

README = Path(__file__).parents[3] / "README.md"
STORE = '[store]\nurl = "sqlite:////var/lib/cardwarden/cardwarden.db"\n'


def recipes() -> list[tuple[str, str, str]]:
    """(service, url, note) of each row of the table of services."""
    rows = re.findall(r"^\| (\w+) \| `(https?://\S+)` \| (.*?) \|", README.read_text("utf-8"), re.MULTILINE)
    assert len(rows) == 5
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
    settings = parse(top + STORE + sections, Path("/x.toml"), {}, Path("/"))
    assert settings.sources


@pytest.mark.parametrize(("service", "url", "note"), recipes())
def test_a_recipe_is_taken(service: str, url: str, note: str) -> None:
    extra = "\n".join(re.findall(r"`(credential_hosts = [^`]*)`", note))
    source = (
        f'[sources.{service.lower()}]\ntype = "carddav"\nurl = "{url.replace("HOST", "cloud.example.org")}"\n'
        f'username = "jane"\npassword_env = "SECRET"\n{extra}\n'
    )
    options = parse(STORE + source, Path("/x.toml"), {}, Path("/")).sources[service.lower()]
    assert isinstance(options, CarddavOptions)
