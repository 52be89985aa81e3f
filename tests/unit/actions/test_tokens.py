"""Signed tokens: good for one event, for what they say, until they expire, and for nobody who changes them."""

from __future__ import annotations

import stat
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardwarden.actions.tokens import Bad, Grant, Signer, Verb, signer_beside
from cardwarden.errors import StoreError

NOW = datetime(2031, 1, 1, 12, tzinfo=UTC)
SIGNER = Signer(b"k" * 32)


def grant(**values: Any) -> Grant:
    return replace(Grant(7, frozenset({Verb.ACCEPT}), NOW + timedelta(days=1)), **values)


@given(
    event=st.integers(0, 2**63 - 1),
    verbs=st.frozensets(st.sampled_from(list(Verb))),
    seconds=st.integers(1, 10**9),
    once=st.booleans(),
)
def test_a_token_says_what_was_granted(event: int, verbs: frozenset[Verb], seconds: int, once: bool) -> None:
    given_ = Grant(event, verbs, NOW + timedelta(seconds=seconds), once)
    token = SIGNER.sign(given_)
    assert SIGNER.read(token, NOW) == given_
    assert token.replace("-", "").replace("_", "").isalnum()
    assert len(token) < 64


@given(place=st.integers(0, 55), letter=st.sampled_from("abcXYZ019-_"))
def test_a_token_with_another_letter_is_forged(place: int, letter: str) -> None:
    token = SIGNER.sign(grant())
    other = token[:place] + letter + token[place + 1 :]
    assert SIGNER.read(other, NOW) is Bad.FORGED or other == token


@given(st.text(max_size=80))
def test_any_text_is_read_without_an_error(text: str) -> None:
    assert SIGNER.read(text, NOW) is Bad.FORGED


def test_a_token_is_good_until_it_expires_and_not_a_second_longer() -> None:
    token = SIGNER.sign(grant())
    assert isinstance(SIGNER.read(token, NOW + timedelta(days=1, seconds=-1)), Grant)
    assert SIGNER.read(token, NOW + timedelta(days=1)) is Bad.EXPIRED


def test_a_token_of_another_key_is_forged() -> None:
    assert SIGNER.read(Signer(b"o" * 32).sign(grant()), NOW) is Bad.FORGED


def test_no_two_tokens_are_the_same() -> None:
    assert SIGNER.sign(grant()) != SIGNER.sign(grant())


def test_the_key_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    database = tmp_path / "cardwarden.db"
    token = signer_beside(database).sign(grant())
    assert isinstance(signer_beside(database).read(token, NOW), Grant)
    [key] = tmp_path.iterdir()
    assert stat.S_IMODE(key.stat().st_mode) == 0o600


def test_a_damaged_key_is_told_and_not_used(tmp_path: Path) -> None:
    (tmp_path / "cardwarden.db.key").write_bytes(b"")
    with pytest.raises(StoreError, match="damaged"):
        signer_beside(tmp_path / "cardwarden.db")
