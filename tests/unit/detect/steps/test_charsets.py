"""Letters that were read in a wrong character set, thrown away, or replaced by marks; and what only looks so."""

from __future__ import annotations

import pytest

from cardwarden.detect.steps.charsets import marks_for_signs, misread


def read(before: str, after: str) -> list[str]:
    chain = misread(before, after)
    return [step.name for step in chain.steps] if chain else []


@pytest.mark.parametrize(
    ("before", "after", "names"),
    [
        ("Grüße", "GrÃ¼", ["mojibake", "cut"]),
        ("Grüße", "GrÃ", []),
        ("Grüße", "GrÃz", []),
        ("Grüße", "GrÃyz", []),
        ("Grüße", "GrÃ¼z", ["mojibake", "cut"]),
        ("Grüße", "Gre\x7f", []),
        ("Müller", "M¸ller", ["mojibake"]),
        ("Renée", "Ren‚àö¬©e", ["mojibake"]),
        ("À la carte", "‚àö√Ñ la carte", ["mojibake"]),
        ("À é x", "Ã\x80 é x", ["mojibake"]),
        ("Ãx¼", "Ã¼x", []),
        ("山田太郎", "$B;3EDB@O:(B", ["mojibake"]),
        ("山田太郎", "$B;3ED(B", ["mojibake", "cut"]),
        ("山田太郎", "q0*", []),
        ("Сергей", "!5@359", ["low-bytes"]),
        ("Сергей", " !5@359 ", ["low-bytes"]),
        ("日本 é", "é", ["letters-dropped"]),
        ("😀é山x", "éx", ["letters-dropped"]),
        ("é\uffff😀", "é\uffff", ["emoji-lost"]),
        ("Tess é🙂 at home", "Tess é at home", ["emoji-lost"]),
        ("Müller", "M\ufffdller", ["replaced"]),
        ("Müller", "M__ller", ["replaced"]),
        ("山田 太郎", "?? ??", ["replaced"]),
        ("山田 太郎 é", "? é", ["replaced"]),
        ("ä Müller", "ä M\ufffdller", ["replaced"]),
        ("Tess\x80x", "Tess?x", ["replaced"]),
        ("é" + "a" * 1_999, "?" + "a" * 1_999, ["replaced"]),
        ("é" + "a" * 2_000, "?" + "a" * 2_000, []),
        ("Tess € x", "Tess x", ["emoji-lost"]),
        ("Müller", "Mxller", []),
        ("é" * 4_000, "Ã©" * 2_000, ["mojibake", "cut"]),
        ("é" * 4_001, "Ã©" * 2_000, []),
    ],
)
def test_what_became_of_letters_is_known(before: str, after: str, names: list[str]) -> None:
    assert read(before, after) == names


@pytest.mark.parametrize(
    ("before", "after", "step"),
    [
        ("Anna", "A***", "replaced"),
        ("Ax Bx Cx", "A** B** C**", "replaced"),
        ("🐝", "?", "replaced"),
        ("Tess🐝", "Tess?", "signs-replaced"),
        ("Tess🐝🐝", "Tess????????", "signs-replaced"),
        ("Tess—x", "Tess?x", "signs-replaced"),
        ("tea€", "tea?", "signs-replaced"),
        ("a" * 1_999 + "€", "a" * 1_999 + "?", "signs-replaced"),
    ],
)
def test_marks_in_place_of_letters_or_signs_are_known(before: str, after: str, step: str) -> None:
    found = marks_for_signs(before, after)
    assert found is not None
    assert found.name == step


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Ax Bx Cx Dx", "A** B** C** D**"),
        ("!!!", "***"),
        ("a**b", "a**"),
        ("Tess🐝?", "Tess?"),
        ("tea? 🐝", "tea? "),
        ("Anna", "Anna"),
        ("Tess🐝", "Tess?????"),
        ("tea?", "tea"),
        ("tea\x7f", "tea?"),
        ("a" * 2_000 + "€", "a" * 2_000 + "?"),
    ],
)
def test_marks_that_stood_there_or_stand_for_nothing_are_nobodys(before: str, after: str) -> None:
    assert marks_for_signs(before, after) is None
