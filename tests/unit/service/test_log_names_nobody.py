"""The daemon's log never says whose contact it is: files and addresses of cards are often called after somebody."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

import pytest

from cardwarden.errors import RefusedError
from cardwarden.phrases.language import Voice, english
from cardwarden.phrases.phrase import Code, Person, dumped, loaded, of_contact, phrase
from cardwarden.service.after_check import look_again_in
from cardwarden.store.books import books
from support.fake_dav import BOOK, Reply, card, serving
from support.world import World

NAME = "Anna%20Geheim"
SECRETS = ("Geheim", "Anna")


def logged(world: World, source: str, caplog: pytest.LogCaptureFixture) -> tuple[str, str]:
    """What the log says of a check, and what people are told of it."""
    caplog.clear()
    with caplog.at_level(logging.INFO, "cardwarden"), world.program() as program:
        look_again_in(program, source, program.check(source), 0.1)
        with program.store.read() as connection:
            [book] = books(connection, source)
        told = program.voice.value(book.reason)
    return caplog.text, told


def dangling(file: Path) -> None:
    file.symlink_to("nowhere")


def leads_out(file: Path) -> None:
    file.symlink_to("/etc/hostname")


def large(file: Path) -> None:
    file.write_bytes(b"x" * 2000)


@pytest.mark.parametrize("spoiled", [dangling, leads_out, large])
@pytest.mark.parametrize("others", [0, 2])
def test_no_name_of_a_file_that_cannot_be_read_is_logged(
    world: World, caplog: pytest.LogCaptureFixture, spoiled: Callable[[Path], None], others: int
) -> None:
    world.more = "max_bytes = 1000\n"
    for number in range(others):
        world.put(f"Guest {number}", "NOTE:tea")
    spoiled(world.book / "Anna Geheim.vcf")
    log, told = logged(world, "family", caplog)
    assert "Anna Geheim.vcf" in told
    assert "in no log" in log
    assert not [secret for secret in SECRETS if secret in log]


@pytest.mark.parametrize("status", [404, 403, 500])
@pytest.mark.parametrize("others", [0, 2])
def test_no_address_of_a_card_that_a_server_does_not_give_is_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, status: int, others: int
) -> None:
    with serving() as dav:
        world = World(tmp_path)
        world.text = lambda: (  # type: ignore[method-assign]
            f'region = "JP"\n[store]\n{world.store}\n[sources.cloud]\ntype = "carddav"\nurl = "{dav.url}"\n'
        )
        for number in range(others):
            dav.put(f"{number}.vcf", card(f"u{number}"))
        dav.put(f"{NAME}.vcf", b"")
        dav.always = lambda asked: (
            Reply(status, "no") if asked.method == "GET" and asked.path == f"{BOOK}{NAME}.vcf" else None
        )
        log, told = logged(world, "cloud", caplog)
        assert "Geheim" in told
        assert not [secret for secret in SECRETS if secret in log]


def test_an_error_that_names_a_contact_does_so_to_people_only() -> None:
    error = RefusedError(phrase("error-not-there-then", who=Person("Anna Geheim", "k"), source="family"))
    assert "Anna Geheim" in error.sentence(Voice("en"))
    assert "Anna" not in str(error)
    assert "family" in str(error)


def test_what_is_of_a_contact_stays_so_in_the_record_and_is_said_to_people() -> None:
    said = of_contact(phrase("dav-forbidden", host=Code("dav.example"), url=Code("https://dav.example/Anna.vcf")))
    assert loaded(dumped(said)) == said
    assert "dav.example/Anna.vcf" in Voice("en").value(said)
    assert english(said).count("dav.example") == 1
