"""A source whose books could not be asked for at first, as before a sign-in, is read like any other when they can."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cardwarden.cli.main import run
from support.fake_dav import FakeDav, Reply, Request, card, serving


@pytest.fixture
def server() -> Iterator[FakeDav]:
    with serving() as server:
        server.put("a.vcf", card("a"))
        yield server


@pytest.mark.parametrize("status", [401, 403, 500])
def test_nothing_is_missed_of_a_source_that_was_refused_at_first(
    server: FakeDav, status: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("WORD", "secret")
    config = tmp_path / "cardwarden.toml"
    config.write_text(
        f'region = "JP"\n[store]\nurl = "sqlite:///{tmp_path}/x.db"\n[sources.anna]\ntype = "carddav"\n'
        f'url = "{server.root}/"\nusername = "anna"\npassword_env = "WORD"\n'
    )

    def refused(_: Request) -> Reply:
        return Reply(status)

    for answers, code in ((refused, 3), (refused, 3), (None, 0), (None, 0), (refused, 3), (None, 0)):
        server.always = answers
        assert run(["check", "--config", str(config)]) == code, capsys.readouterr()
        said = capsys.readouterr().out
        assert len([line for line in said.splitlines() if line.startswith("anna")]) == 1, said
