"""Whose certificates are trusted."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cardwarden.trust import authorities, trust_the_machine
from support.command import program
from support.fake_dav import TLS, card, serving


def test_what_the_environment_names_comes_first_then_the_machine_s_own(tmp_path: Path) -> None:
    (tmp_path / "second").write_text("")
    (tmp_path / "third").write_text("")
    places = [tmp_path / name for name in ("first", "second", "third")]
    assert authorities({}, places) == str(tmp_path / "second")
    assert authorities({"REQUESTS_CA_BUNDLE": "/own.pem"}, places) == "/own.pem"
    assert authorities({}, places[:1]) is None


def test_what_nobody_names_is_left_to_the_library() -> None:
    environ: dict[str, str] = {"REQUESTS_CA_BUNDLE": "/own.pem"}
    trust_the_machine(environ)
    assert environ == {"REQUESTS_CA_BUNDLE": "/own.pem"}


@pytest.mark.parametrize("trusted", [True, False])
def test_a_book_is_read_from_a_server_whose_authority_is_trusted_and_from_no_other(
    tmp_path: Path, trusted: bool
) -> None:
    config = tmp_path / "cardwarden.toml"
    with serving(tls=True) as server:
        server.put("a.vcf", card("a"))
        config.write_text(
            f'region = "JP"\n[store]\nurl = "sqlite:///{tmp_path}/x.db"\n[sources.own]\ntype = "carddav"\n'
            f'url = "{server.url}"\nusername = "a"\npassword_env = "WORD"\n'
        )
        environ = {"REQUESTS_CA_BUNDLE": str(TLS / "certificate.pem")} if trusted else {}
        with program("check", "--json", "--config", str(config), WORD="x", **environ) as process:
            out, err = process.communicate(timeout=60)
    assert process.returncode == (0 if trusted else 3), err
    assert ("certificate" in json.dumps(json.loads(out))) is not trusted
