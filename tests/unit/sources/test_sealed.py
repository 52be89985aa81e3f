"""A sign-in at rest: only its key on its machine opens it, and whatever is altered opens nothing."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardwarden.sources import sealed
from cardwarden.sources.login import keeper
from cardwarden.sources.sealed import UnopenedError, key_file, opened, seal, sealed_files, unseal

KEY, OTHER = "00" * 31 + "01", "00" * 31 + "02"


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=300))
def test_what_is_sealed_comes_back_and_shows_nothing(text: str) -> None:
    packed = seal(text, KEY)
    assert unseal(packed, KEY) == text
    assert len(text) < 4 or text not in packed
    assert seal(text, KEY) != packed, "each sealing is another one"


@given(st.integers(0, 163), st.integers(0, 7))
def test_one_altered_bit_opens_nothing(place: int, bit: int) -> None:
    head, where, packed = seal("x" * 100, KEY).split()
    raw = bytearray(base64.b64decode(packed))
    raw[place] ^= 1 << bit
    with pytest.raises(UnopenedError):
        unseal(f"{head} {where} {base64.b64encode(raw).decode()}", KEY)


def test_another_key_opens_nothing() -> None:
    with pytest.raises(UnopenedError):
        unseal(seal("secret", KEY), OTHER)


def test_another_machine_opens_nothing_and_one_without_an_id_needs_the_key_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine = tmp_path / "machine-id"
    monkeypatch.setattr(sealed, "_MACHINE", machine)
    anywhere = seal("secret", KEY)
    machine.write_text("a" * 32 + "\n")
    assert unseal(anywhere, KEY) == "secret"
    here = seal("secret", KEY)
    assert unseal(here, KEY) == "secret"
    machine.write_text("b" * 32 + "\n")
    with pytest.raises(UnopenedError):
        unseal(here, KEY)


def test_what_is_kept_is_the_owner_s_alone_and_keeps_its_key(tmp_path: Path) -> None:
    path = tmp_path / "login"
    keeper(path)("first")
    key = key_file(path).read_text()
    keeper(path)("second")
    assert key_file(path).read_text() == key
    assert opened(path, path.read_text().strip()) == "second"
    assert {file.stat().st_mode & 0o777 for file in tmp_path.iterdir()} == {0o600}
    assert "second" not in path.read_text()


def test_one_that_was_written_by_hand_is_taken_and_sealed_when_it_is_exchanged(tmp_path: Path) -> None:
    path = tmp_path / "login"
    path.write_text('{"by": "hand"}\n')
    assert opened(path, path.read_text().strip()) == '{"by": "hand"}'
    assert opened(None, "a credential of systemd's") == "a credential of systemd's"


def test_without_its_key_a_sign_in_is_lost(tmp_path: Path) -> None:
    path = tmp_path / "login"
    [_, (_, text)] = sealed_files(path, "secret")
    with pytest.raises(UnopenedError):
        opened(path, text)
