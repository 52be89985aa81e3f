"""What commands print with `--json` is what the contract says, document by document."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
import pytest

from cardwarden.actions.queries.documents import API, DOCUMENTS, Document
from cardwarden.actions.queries.documents.checks import (
    AcceptedDocument,
    CheckDocument,
    ExpectDocument,
    GuardDocument,
    GuardedListDocument,
    TakenBackDocument,
)
from cardwarden.actions.queries.documents.contacts import ContactDocument, HistoryDocument
from cardwarden.actions.queries.documents.evidence import VerifiedDocument, VerifiedEvidenceDocument
from cardwarden.actions.queries.documents.findings import EventsPageDocument, ExplainedDocument, FindingsDocument
from cardwarden.actions.queries.documents.restores import ImportFileDocument, RestoreDocument, RestoresDocument
from cardwarden.actions.queries.documents.setup import (
    DiscoveredDocument,
    DoctorDocument,
    HouseholdsDocument,
    RenamedDocument,
    RulesDocument,
)
from cardwarden.actions.queries.documents.status import StatusDocument
from cardwarden.cli import main
from cardwarden.cli.main import run
from cardwarden.cli.manual import commands
from support.command import Command
from support.contract import kind_of
from support.lived import lived
from support.world import FakeClock, World

PRINTED: dict[type[Document], list[str]] = {
    CheckDocument: ["check --source family"],
    StatusDocument: ["status"],
    FindingsDocument: ["findings --all", "show e1", "diff --source family --at yesterday", "diff old.vcf new.vcf"],
    ExplainedDocument: ["diff old.vcf new.vcf --explain"],
    ContactDocument: ["show --card Anna"],
    AcceptedDocument: ["accept --card Anna"],
    TakenBackDocument: ["accept --undo"],
    GuardDocument: ["guard Anna", "guard --category family"],
    GuardedListDocument: ["guard --list"],
    ExpectDocument: ["expect 1h --source family"],
    RestoreDocument: ["restore --card Anna --dry-run", "restore --card Anna --yes"],
    RestoresDocument: ["restore --list"],
    ImportFileDocument: ["restore --mirror phone --output import.vcf"],
    HistoryDocument: ["history"],
    VerifiedDocument: ["verify"],
    RulesDocument: ["rules", "rules text-damaged"],
    DoctorDocument: ["doctor"],
}
"""Lines by what they print."""

ELSEWHERE = {
    DiscoveredDocument,
    HouseholdsDocument,
    RenamedDocument,
    VerifiedEvidenceDocument,
    EventsPageDocument,
}
"""Held to the contract where they have a server, other settings or a file of evidence."""


@pytest.fixture(scope="module")
def life(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A book with a life behind it, and a copy of it that lacks most."""
    folder = tmp_path_factory.mktemp("copy")
    (folder / "phone.vcf").write_text("BEGIN:VCARD\nVERSION:3.0\nFN:Yamada Taro\nTEL:+186080-1234-5602\nEND:VCARD\n")
    more = (
        f'[sources.phone]\ntype = "vcf-file"\npath = "{folder}/phone.vcf"\n'
        '[mirrors.phone]\norigin = "family"\ncopy = "phone"\n'
    )
    clock = FakeClock()
    clock.at = datetime.now(UTC) - timedelta(days=20, hours=2)
    world = lived(tmp_path_factory.mktemp("json") / "world", more=more, clock=clock)
    assert run(["check", "--config", str(world.config)]) in {0, 1}
    return world


@pytest.fixture
def world(life: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    shutil.copytree(life.root, tmp_path / "before")
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    for name, number in (("old", "03-1234-5678"), ("new", "+81 3 1234 5678")):
        Path(f"{name}.vcf").write_text(f"BEGIN:VCARD\nVERSION:3.0\nFN:Anna\nTEL:{number}\nEND:VCARD\n")
    yield life
    shutil.rmtree(life.root)
    shutil.copytree(tmp_path / "before", life.root)


def printed(world: World, line: str, capsys: pytest.CaptureFixture[str]) -> str:
    capsys.readouterr()
    assert run([*line.split(), "--json", "--config", str(world.config)]) in {0, 1}, capsys.readouterr().err
    return capsys.readouterr().out


@pytest.mark.parametrize(("kind", "line"), [(kind, line) for kind, lines in PRINTED.items() for line in lines])
def test_a_command_prints_the_document_that_the_contract_says(
    kind: type[Document], line: str, world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    if line == "accept --undo":
        printed(world, "accept --card Anna", capsys)
    name = max((name for name in DOCUMENTS if line.startswith(name)), key=len)
    assert kind_of(printed(world, line, capsys), DOCUMENTS[name]) is kind


def test_a_renamed_source_is_told_to_programs(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    text = world.config.read_text("utf-8")
    renamed = world.root / "renamed.toml"
    renamed.write_text(text.replace("[sources.family]", "[sources.home]").replace('"family"', '"home"'))
    run(["check", "--config", str(renamed)])
    capsys.readouterr()
    assert run(["source", "rename", "family", "home", "--json", "--config", str(renamed)]) == 0
    assert kind_of(capsys.readouterr().out, DOCUMENTS["source rename"]) is RenamedDocument


def test_evidence_that_holds_is_told_to_programs(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["report", "e1", "-o", "evidence.zip", "--config", str(world.config)]) == 0
    assert kind_of(printed(world, "verify evidence.zip", capsys), DOCUMENTS["verify"]) is VerifiedEvidenceDocument


def test_every_command_with_json_and_every_document_is_in_the_contract_and_tried() -> None:
    able = {
        path
        for path, command in commands(main.command)
        if any(isinstance(option, click.Option) and "--json" in option.opts for option in command.params)
    }
    assert able == DOCUMENTS.keys()
    promised = {kind for answers in (DOCUMENTS, API) for kinds in answers.values() for kind in kinds}
    assert promised == PRINTED.keys() | ELSEWHERE


def test_a_rules_document_explains_it_in_the_readers_language(world: World, command: Command) -> None:
    world.settings = 'language = "ja"\nregion = "JP"\n'
    [rule] = command("rules", "value-lost", "--json").json["rules"]
    assert "なくなり" in rule["page"]
