"""An error is a phrase: a sentence in the reader's language, in English for logs."""

from __future__ import annotations

import errno

import pytest

from cardwarden.errors import _KNOWN, RefusedError, because, distrust
from cardwarden.phrases.language import LANGUAGES, Voice
from cardwarden.phrases.phrase import Code, Phrase, Sentence, dumped, loaded, phrase


def test_an_error_is_read_in_the_reader_s_language_and_logged_in_english() -> None:
    error = RefusedError(phrase("init-written", path=Code("/srv/a")))
    assert error.sentence(Voice("de")) == "Geschrieben: /srv/a"
    assert str(error) == "Written: /srv/a"


def test_a_path_is_shown_whole_and_harmless() -> None:
    error = RefusedError(phrase("init-written", path=Code("/srv/" + "x" * 300 + "\x1b[31m")))
    assert error.sentence(Voice("en")) == "Written: /srv/" + "x" * 300 + "<U+001B>[31m"


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_system_refuses_is_said_in_the_reader_s_language(language: str) -> None:
    for name in _KNOWN:
        said = because(OSError(getattr(errno, name), "in the system's words"))
        assert isinstance(said, Phrase)
        assert not Voice(language).say(said).startswith("os-"), name


def test_what_the_system_says_rarely_stands_in_its_own_words() -> None:
    assert because(OSError(errno.EXDEV, "Invalid cross-device link")) == Sentence("Invalid cross-device link")
    assert because(TimeoutError()) == Sentence("TimeoutError")


def test_code_comes_back_from_the_store() -> None:
    assert loaded(dumped(Code("/srv/a"))) == Code("/srv/a")


def test_why_a_certificate_is_not_trusted_is_said_in_the_readers_language() -> None:
    assert Voice("ja").value(distrust(10, "certificate has expired")) == "期限が切れています"
    assert Voice("de").value(distrust(62, "Hostname mismatch")) == "es gilt für einen anderen Namen"
    assert distrust(999, "in OpenSSL's words") == Sentence("in OpenSSL's words")
