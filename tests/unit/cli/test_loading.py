"""Who asks what is open waits for what is needed to answer: not for the detector, and not for what sends or writes."""

from __future__ import annotations

import subprocess
import sys

import pytest

from support.store import environment
from support.world import YAMADA, World

HEAVY = {
    "apprise", "asyncio", "babel", "cardwarden.actions.queries.documents", "cardwarden.alerts.compose",
    "cardwarden.alerts.sending", "cardwarden.detect.judge", "cardwarden.detect.rules",
    "cardwarden.writers.member", "email", "importlib.metadata", "jinja2", "procrastinate", "psycopg", "rapidfuzz", "requests",
    "sqlalchemy.dialects.postgresql", "ssl", "subprocess", "vobject",
}  # fmt: skip
OF_CARDS = {"cardwarden.vcard.canonical", "lzma", "phonenumbers", "socket"}
"""An event says who wrote the contact: where that was not kept, its card is read."""
OF_BOOKS = {"cardwarden.sources.source", "cardwarden.sources.vdir"}
OF_OTHER_KINDS = {
    f"cardwarden.sources.{kind}_options" for kind in ("carddav", "graph", "jmap", "people", "vcf_file")
}  # fmt: skip
OF_SERVERS = {"cardwarden.settings.households", "cardwarden.settings.share", "cardwarden.sources.limits"}
"""A home is on no server of many households."""
OF_FINDINGS = {"cardwarden.store.cards", "cardwarden.store.findings", "cardwarden.vcard.card"}


def loaded_by(world: World, *asked: str, of: set[str], codes: tuple[int, ...] = (0, 1)) -> list[str]:
    """Which of these modules a command has loaded when it has answered."""
    program = (
        f"import sys; from cardwarden.__main__ import main; sys.argv = ['cardwarden', *{asked!r}, '--config', sys.argv[1]]\n"
        "try: main()\n"
        f"except SystemExit as end: assert end.code in {codes!r}, end.code\n"
        f"print(*sorted({of!r} & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(world.config)],
        env=environment(), capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout
    return done.stderr.split()


@pytest.mark.parametrize("asked", [["status"], ["findings"], ["show", "e1"], ["status", "--json"]])
def test_a_question_loads_no_detector(asked: list[str], world: World) -> None:
    world.put("Yamada", *YAMADA)
    world.check()
    world.put("Yamada", "TEL;TYPE=CELL:+186080-1234-5602")
    world.check()
    heavy = HEAVY | OF_BOOKS | OF_OTHER_KINDS | OF_SERVERS | {"cardwarden.actions.checked", "cardwarden.sources.cron"}
    if "show" not in asked:
        heavy = heavy | OF_CARDS | {"rich.console"}
    if "status" in asked:
        heavy = heavy | OF_FINDINGS
    if "--json" in asked:
        heavy = heavy - {"cardwarden.actions.queries.documents"}
    assert loaded_by(world, *asked, of=heavy) == []


def test_a_check_that_finds_nothing_changed_loads_neither_what_judges_nor_what_sends(world: World) -> None:
    world.put("Yamada", *YAMADA)
    world.check()
    world.check()

    judging = {"cardwarden.actions.record", "cardwarden.vcard.index", "cardwarden.packing", *OF_OTHER_KINDS}
    assert loaded_by(world, "check", of=HEAVY | OF_CARDS | OF_SERVERS | judging | {"rich"}, codes=(0,)) == []


def test_a_check_asks_nobody_for_a_second_opinion(world: World) -> None:
    """Only what was mended is read by vobject, too: that takes long to load."""
    world.put("Yamada", *YAMADA)
    world.check()
    world.put("Yamada", "TEL;TYPE=CELL:+186080-1234-5602")
    assert loaded_by(world, "check", of={"cardwarden.vcard.header", "vobject"}) == ["cardwarden.vcard.header"]


def test_tables_that_a_file_does_not_write_are_not_made(world: World) -> None:
    program = (
        "import sys; from pathlib import Path; from cardwarden.settings.load import load\n"
        "from cardwarden.sources.options import Options\n"
        "load(Path(sys.argv[1]), {}, Path.home())\n"
        "def below(kind): yield kind; yield from (one for inner in kind.__subclasses__() for one in below(inner))\n"
        "print(*sorted(kind.__name__ for kind in below(Options) if kind.__pydantic_complete__))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(world.config)],
        env=environment(), capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.split() == ["Settings", "VdirOptions"]


def test_the_daemon_begins_without_what_prints_sends_and_compares() -> None:
    later = {"apprise", "babel", "cardwarden.actions.queries.documents", "rapidfuzz", "requests", "rich"}
    program = (
        "import cardwarden.cli.main, cardwarden.cli.commands.run, cardwarden.service.runner, sys\n"
        f"print(*sorted({later!r} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment(), capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == []


@pytest.mark.parametrize(
    "module", ["cardwarden.service.runner", "cardwarden.beside", "cardwarden.web.server", "cardwarden.doctor.examine"]
)
def test_a_home_loads_nothing_that_only_workers_need(module: str) -> None:
    program = (
        f"import {module}, sys\n"
        "import cardwarden.cli.commands.run, cardwarden.cli.commands.check\n"
        "heavy = {'procrastinate', 'psycopg', 'psycopg_pool', 'asgiref', 'cardwarden.fleet'}\n"
        "print(*sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment(), capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == []
