"""Text that acts, wherever a contact's or a book's text goes: each place takes it as data."""

from __future__ import annotations

import logging
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

import cardwarden
from cardwarden.cli.main import run
from cardwarden.service.metrics import metrics
from support.hostile import HOSTILE, Tags, acts, written
from support.receiver import Receiver, receiving
from support.world import FakeClock, World


@dataclass
class Told:
    """A book in which every field of a contact says one hostile text, and a change of it was told."""

    world: World
    receiver: Receiver
    log: list[str] = field(default_factory=list)


@pytest.fixture(scope="module", params=HOSTILE)
def told(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    text = written(HOSTILE[request.param])
    with receiving() as receiver, pytest.MonkeyPatch.context() as patch:
        patch.setenv("PHONE", receiver.url)
        patch.setenv("COLUMNS", "80")
        clock = FakeClock()
        clock.at = datetime.now(UTC) - timedelta(hours=1)
        world = World(tmp_path_factory.mktemp(request.param), clock, phone=receiver.url)
        told = Told(world, receiver)
        handler = logging.Handler()
        handler.emit = lambda record: told.log.append(record.getMessage())  # type: ignore[method-assign]
        logging.getLogger().addHandler(handler)
        rest = (f"NOTE:{text}", f"ORG:{text}", f"EMAIL;TYPE={'X-MARK'}:mark@example.org", f"CATEGORIES:{text}")
        world.put(text, "TEL;TYPE=CELL:186090-1234-5601", *rest, file="a.vcf", uid="a")
        world.check()
        world.put(text, "TEL;TYPE=CELL:+186090-1234-5601", f"NOTE:{text}x", f"TITLE:{text}", file="a.vcf", uid="a")
        world.check()
        yield told
        logging.getLogger().removeHandler(handler)


@pytest.fixture
def printed(told: Told, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    def printed(*words: str) -> str:
        capsys.readouterr()
        run([*words, "--config", str(told.world.config)])
        out = capsys.readouterr()
        return out.out + out.err

    return printed


TERMINAL = (
    ("findings", "--all"), ("show", "e1"), ("show", "1"), ("history",), ("history", "--card", "a"), ("status",), ("check",),
    ("show", "--card", "a"), ("accept", "1", "--undo"), ("restore", "e1", "--dry-run"), ("forget", "--card", "a"),
)  # fmt: skip


@pytest.mark.parametrize("words", TERMINAL, ids=" ".join)
def test_nothing_acts_on_a_terminal(printed: Callable[..., str], words: tuple[str, ...]) -> None:
    out = printed(*words)
    assert out
    assert not acts(out)
    assert len(out) < 60_000


def test_nothing_of_it_is_in_the_log(told: Told) -> None:
    assert not [line for line in told.log if "MARK" in line or "evil.example" in line or "W" * 20 in line]


def test_a_message_says_it_and_nothing_more(told: Told) -> None:
    assert told.receiver.requests
    for message in told.receiver.requests:
        assert not acts(message["title"] + message["message"])
        assert "\n" not in message["title"]
        assert "\nBcc:" not in message["message"]
        assert "\ncardwarden: all is well" not in message["message"]
        assert "49" not in message["title"]
        assert len(message["message"]) < 20_000


def test_the_evidence_shows_it_and_names_its_files_plainly(
    told: Told, tmp_path: Path, printed: Callable[..., str]
) -> None:
    printed("report", "e1", "-o", str(tmp_path / "evidence.zip"))
    with zipfile.ZipFile(tmp_path / "evidence.zip") as archive:
        names = archive.namelist()
        [page] = [archive.read(name).decode() for name in names if name.endswith(".html")]
    assert not [name for name in names if acts(name) or ".." in name or name.startswith("/") or len(name) > 200]
    tags = Tags(page)
    assert not tags.running
    assert not {"script", "img", "iframe", "object"} & tags.tags
    assert not acts(page)
    assert "W" * 5000 not in page


def test_an_export_stays_in_its_folder(told: Told, tmp_path: Path, printed: Callable[..., str]) -> None:
    printed("export", "--source", "family", "-o", str(tmp_path / "out"))
    [file] = [path for path in (tmp_path / "out").rglob("*") if path.is_file()]
    assert file.parent == tmp_path / "out"
    assert not acts(file.name)


QUOTED = {"quotes": 'fa"mily\\\n# HELP evil{x="1"} 1'}


@pytest.mark.parametrize("name", [*HOSTILE, *QUOTED])
def test_a_metric_is_one_line_with_one_label(name: str, tmp_path: Path) -> None:
    """A book is called as its folder is; a folder has no more than 255 bytes of a name, and neither / nor NUL."""
    title = (HOSTILE | QUOTED)[name].replace("/", "").replace("\x00", "").encode()[:200].decode(errors="ignore")
    world = World(tmp_path)
    folder = world.root / title
    folder.mkdir()
    world.text = lambda: (  # type: ignore[method-assign]
        f'region = "JP"\n[store]\nurl = "sqlite:///{world.root}/state/cardwarden.db"\n[sources.family]\ntype = "vdir"\n'
        f"path = {_toml(str(folder))}\n"
    )
    (folder / "a.vcf").write_text("BEGIN:VCARD\nVERSION:3.0\nFN:A\nEND:VCARD\n", "utf-8")
    world.check()
    with world.program() as program:
        text = metrics(program).decode()
    families = list(text_string_to_metric_families(text))
    [sample] = [sample for family in families if family.name == "cardwarden_cards" for sample in family.samples]
    assert sample.value == 1
    assert set(sample.labels) == {"source", "book"}
    assert sample.labels["book"]
    assert not acts(text)
    assert not [family for family in families if not family.name.startswith("cardwarden_")]


def test_nothing_is_written_for_a_spreadsheet_where_a_formula_would_act() -> None:
    for module in Path(cardwarden.__file__).parent.rglob("*.py"):
        assert not re.search(r"\bimport csv\b|text/csv|\.csv\b|\.xlsx?\b", module.read_text("utf-8")), module


def _toml(text: str) -> str:
    import json

    return json.dumps(text)
