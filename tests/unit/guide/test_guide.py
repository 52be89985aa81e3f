"""The guide keeps its word: what it tells to type can be typed, what it tells to write can be read."""

from __future__ import annotations

import configparser
import json
import re
import runpy
import shlex
import shutil
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
import pytest
import yaml

from cardwarden.cli.main import command, run
from cardwarden.fleet.metrics import fleet_metrics
from cardwarden.fleet.overview import FleetView
from cardwarden.fleet.work import Lane, WorkKind
from cardwarden.service.metrics import metrics
from cardwarden.settings.households import server_in
from cardwarden.settings.load import parse
from cardwarden.settings.places import HOUSEHOLDS
from support.households import Households
from support.lived import lived
from support.receiver import receiving
from support.world import FakeClock, World

DOCS = Path(__file__).parents[3] / "docs"
REFERENCE = runpy.run_path(str(DOCS / "reference.py"))["pages"]()
LEAST = 'region = "JP"\n[sources.family]\ntype = "vdir"\npath = "/srv/contacts"\n'
NOT_HERE = {
    "init",
    "run",
    "web",
    "web password",
    "systemd install",
    "doctor",
    "discover",
    "login",
    "config sample",
    "source rename",
    "household add",
    "household move",
    "household remove",
}
"""What asks, serves for ever, or needs a machine, a server, other settings: only read. Each has tests of its own."""


@dataclass(frozen=True)
class Fenced:
    """What stands in a fence of a page."""

    page: str
    line: int
    language: str
    text: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


def fences() -> Iterator[Fenced]:
    for page in sorted(DOCS.rglob("*.md")):
        text = page.read_text("utf-8")
        for fence in re.finditer(r"(?ms)^( *)```([a-z]+)\n(.*?)^\1```", text):
            inside = re.sub(rf"(?m)^{fence[1]}", "", fence[3])
            yield Fenced(str(page.relative_to(DOCS)), text[: fence.start()].count("\n") + 1, fence[2], inside)


def of(language: str) -> list[Fenced]:
    return [fence for fence in fences() if fence.language == language]


OURS = re.compile(
    r"(?:sudo (?:-u cardwarden )?)?(?:docker compose run --rm |(?:(?:docker compose|podman) exec cardwarden )?)cardwarden (.*)"
)
"""A line that calls our program, as whoever and wherever."""


def typed(page: str) -> Iterator[list[str]]:
    """The words for our program that a page tells to type, line by line."""
    for fence in of("console"):
        if fence.page == page:
            for line in fence.text.splitlines():
                if ours := OURS.fullmatch(line):
                    yield shlex.split(ours[1].partition(" > ")[0], comments=True)


def called(words: list[str]) -> tuple[str, click.Command, list[str]]:
    """The command that a line calls, its whole name, and the words for it."""
    context = click.Context(command, info_name="cardwarden")
    name, rest = "", words
    found: click.Command = command
    while isinstance(found, click.Group) and rest and not rest[0].startswith("-"):
        below = found.get_command(context, rest[0])
        if below is None:
            break
        name, found, rest = f"{name} {rest[0]}".strip(), below, rest[1:]
    return name, found, rest


@pytest.fixture(scope="module")
def life(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A book with a life behind it up to this hour, its channels, and a receiver that takes what they send."""
    clock = FakeClock()
    clock.at = datetime.now(UTC) - timedelta(days=20, hours=2)
    with receiving() as receiver:
        copy = tmp_path_factory.mktemp("copy")
        (copy / "phone.vcf").write_text(
            "BEGIN:VCARD\nVERSION:3.0\nFN:Yamada Taro\nTEL:+186080-1234-5602\nEND:VCARD\n", "utf-8"
        )
        more = (
            f'[alerts.channels.mail]\nurl_env = "PHONE"\n[sources.phone]\ntype = "vcf-file"\npath = "{copy}/phone.vcf"\n'
            '[mirrors.phone]\norigin = "family"\ncopy = "phone"\n'
        )
        yield lived(tmp_path_factory.mktemp("guide") / "world", phone=receiver.url, more=more, clock=clock)


@pytest.fixture
def world(life: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """That book, and the files that the guide's lines speak of; afterwards it is as it was."""
    shutil.copytree(life.root, tmp_path / "before")
    (tmp_path / "here").mkdir()
    monkeypatch.setenv("PHONE", life.phone)
    monkeypatch.chdir(tmp_path / "here")
    for name in ("old.vcf", "new.vcf"):
        Path(name).write_text("BEGIN:VCARD\nVERSION:3.0\nFN:Anna\nTEL:03-1234-5678\nEND:VCARD\n", "utf-8")
    yield life
    shutil.rmtree(life.root)
    shutil.copytree(tmp_path / "before", life.root)


@pytest.fixture
def server(tmp_path: Path) -> Households:
    """A server with the household smith."""
    made = Households(tmp_path / "server")
    made.add("smith")
    made.put("smith", "Anna")
    return made


def here(page: str) -> dict[str, str]:
    """What this world calls the sources and channels that a page makes up, and where it has the page's folders."""
    settings = [tomllib.loads(fence.text) for fence in of("toml") if fence.page == page]
    copies = {name for made in settings for name in made.get("mirrors", {})}
    sources = {name: "family" for made in settings for name in made.get("sources", {}) if name not in copies}
    return sources | {name: "phone" for made in settings for name in made.get("alerts", {}).get("channels", {})}


@pytest.mark.parametrize("page", sorted({fence.page for fence in of("console")} - {"reference/commands.md"}))
def test_what_a_page_tells_to_type_can_be_typed_in_its_order(
    page: str, world: World, server: Households, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    named = here(page)
    for words in typed(page):
        name, found, rest = called(words)
        assert name, f"{' '.join(words)} is no command"
        rest = [named.get(word, word) for word in rest]
        rest = [word.replace("/mnt/disk", str(tmp_path)).replace("/var/lib/cardwarden", str(tmp_path)) for word in rest]
        if name in NOT_HERE:
            found.make_context(name, list(rest))
            continue
        config = server.config if "--household" in rest or name.startswith("household ") else world.config
        code = run([*name.split(), *rest, "--config", str(config)])
        assert code in {0, 1}, f"{' '.join(words)}: {capsys.readouterr().err}"


@pytest.mark.parametrize("fence", of("toml"), ids=str)
def test_each_configuration_of_the_guide_is_one(fence: Fenced, tmp_path: Path) -> None:
    text = fence.text if "[sources." in fence.text else LEAST + fence.text
    if HOUSEHOLDS in tomllib.loads(fence.text):
        (tmp_path / "cardwarden.toml").write_text(fence.text, "utf-8")
        server_in(tmp_path / "cardwarden.toml", {}, tmp_path)
        return
    parse(text, tmp_path / "cardwarden.toml", {}, tmp_path)


@pytest.mark.parametrize("name", sorted(REFERENCE))
def test_a_page_that_is_made_says_what_the_program_says_now(name: str) -> None:
    assert (DOCS / "reference" / name).read_text("utf-8") == REFERENCE[name], "write it anew: make sample"


def test_a_setting_stands_in_the_reference_as_it_is_written() -> None:
    keys = re.findall(r"(?m)^`([a-z_0-9]+)`", REFERENCE["settings.md"])
    assert "copy" in keys  # pydantic has taken that name: the field has another
    assert [key for key in keys if key.endswith("_")] == []


def test_all_that_can_be_installed_besides_is_named() -> None:
    extras = tomllib.loads((DOCS.parent / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    pages = "".join(page.read_text("utf-8") for page in DOCS.rglob("*.md"))
    named = {name for names in re.findall(r"cardwarden\[([\w,]+)\]", pages) for name in names.split(",")}
    assert named == extras.keys() - {"dev", "docs"}


JAPANESE = {"ja/tutorial.md": "tutorial.md", "ja/set-up-family.md": "how-to/family.md"}


@pytest.mark.parametrize("page", JAPANESE)
def test_a_japanese_page_has_each_command_and_setting_of_the_english_one(page: str) -> None:
    def kept(page: str) -> list[str]:
        return [re.sub("#.*", "", fence.text) for fence in fences() if fence.page == page]

    english, japanese = kept(JAPANESE[page]), kept(page)
    assert japanese[: len(english)] == english
    headings = [re.findall("(?m)^## ", (DOCS / name).read_text("utf-8")) for name in (page, JAPANESE[page])]
    assert len(headings[0]) == len(headings[1])


def test_the_japanese_readme_has_each_command_of_the_english_one() -> None:
    english, japanese = ((DOCS / name).read_text("utf-8") for name in ("../README.md", "ja/index.md"))

    def commands(text: str) -> set[str]:
        cells = re.findall(r"(?m)^\| (`cardwarden .*?) \|", text)
        words = {word for cell in cells for word in re.findall(r"`(?:cardwarden )?([a-z]+)", cell)}
        return words & {name for name, found, _ in map(called, ([word] for word in words)) if name}

    assert commands(japanese) == commands(english)


OWN = {"how-to/vdirsyncer.md"}
"""Pages for whoever runs cardwarden as themselves."""
NEEDS_NO_RIGHTS = re.compile(r"(diff old\.vcf|verify \S+\.zip|systemd install --user)")


@pytest.mark.parametrize("fence", [fence for fence in of("console") if fence.page not in OWN], ids=str)
def test_a_command_that_the_service_s_user_alone_may_run_says_so(fence: Fenced) -> None:
    """Its settings and its record are closed to others; and it may write no file where the reader stands."""
    if fence.page.startswith("reference/"):
        return
    for line in fence.text.splitlines():
        if line.startswith("cardwarden "):
            assert NEEDS_NO_RIGHTS.match(line.removeprefix("cardwarden ")), line
        if OURS.fullmatch(line) and re.search(r" (-o|--output|--html|--export|backup) (?!/var/lib/cardwarden)\S", line):
            assert line.startswith("sudo cardwarden "), line


MADE_ELSEWHERE = {
    "ja/tutorial.md",
    "ja/set-up-family.md",
    "how-to/people.md",
    "how-to/family.md",
    "reference/settings.md",
}
"""There init makes it, or the page of that kind of book or channel."""


@pytest.mark.parametrize("page", sorted({fence.page for fence in of("toml")} - MADE_ELSEWHERE))
def test_each_secret_that_a_page_names_is_made_for_the_service_s_user_alone(page: str) -> None:
    text = (DOCS / page).read_text("utf-8")
    named = set(re.findall(r'(?m)^\s*(?:password|url|answers|ping_url|api_token)_file = "(/etc/\S+)"', text))
    made = set(re.findall(r"install -m 0600 -o cardwarden /dev/null (/etc/\S+)", text))
    assert named <= made


@pytest.mark.parametrize("fence", of("ini"), ids=str)
def test_each_unit_of_the_guide_is_one(fence: Fenced) -> None:
    configparser.ConfigParser(strict=False).read_string(fence.text)


def test_every_file_that_a_page_names_is_there() -> None:
    root = DOCS.parent
    for page in DOCS.rglob("*.md"):
        for name in re.findall(r"`((?:docs|container|config|systemd|bench)/[\w./-]+)`", page.read_text("utf-8")):
            assert (root / name).exists(), f"{page.name} names {name}"


def explained() -> dict[str, set[str]]:
    """The metrics that the guide explains, and the labels of each."""
    page = (DOCS / "reference/metrics.md").read_text("utf-8")
    rows = re.findall(r"(?m)^\| `(cardwarden_\w+)` \|([^|]*)\|", page)
    return {name: set(re.findall(r"\w+", labels)) for name, labels in rows}


def test_what_is_measured_is_explained_and_nothing_else(world: World) -> None:
    with world.program() as program:
        given = metrics(program).decode()
    lanes = dict.fromkeys(Lane, 1)
    view = FleetView(world.clock.at, (), (), lanes, lanes, 1.0, {"dav.example.org": 1}, 0)
    given_of_fleet = fleet_metrics(view, {(WorkKind.CHECK, True): (1, 0.5)}, 1).decode()
    names = re.findall(r"(?m)^# TYPE (\w+)", given + given_of_fleet)
    assert sorted(names) == sorted(explained())
    for name, labels in re.findall(r"(?m)^(\w+)(?:\{(.*)\})? ", given_of_fleet):
        assert set(re.findall(r'(\w+)="', labels)) == explained()[name], name


@pytest.mark.parametrize("name", ["alerts.yml", "grafana.json", "fleet-alerts.yml", "fleet-grafana.json"])
def test_alert_rules_and_dashboard_ask_for_what_is_measured(name: str) -> None:
    text = (DOCS / "monitoring" / name).read_text("utf-8")
    assert yaml.safe_load(text) if name.endswith("yml") else json.loads(text)
    asked = set(re.findall(r"cardwarden_\w+", text))
    assert asked
    assert asked <= explained().keys()
    for metric, labels in re.findall(r"(cardwarden_\w+)\{(.*?)\}", text):
        assert set(re.findall(r"(\w+)[=!]", labels)) <= explained()[metric], metric
    for labels, metric in re.findall(r"by \(([\w, ]+)\)\s*\((?:rate\()?(cardwarden_\w+)", text):
        assert set(re.findall(r"\w+", labels)) <= explained()[metric], metric
