"""Rule picture-changed."""

from __future__ import annotations

from base64 import b64encode

import pytest

from support.cards import JPEG
from support.judging import edited, said

BIG, SMALL = (b64encode(JPEG + bytes(range(size))).decode() for size in (200, 90))
OTHER = b64encode(JPEG + b"another face, and a larger one" * 20).decode()


@pytest.mark.parametrize(
    ("after", "severity", "title"),
    [
        ("PHOTO:", "warning", "Picture was emptied"),
        (f"PHOTO;ENCODING=b:{BIG[:80]}", "warning", "Picture was cut"),
        ("PHOTO;ENCODING=b:%%%", "warning", "Picture was broken"),
        ("PHOTO;VALUE=uri:https://example.org/1.jpg", "notice", "Picture was replaced by a link"),
        (f"PHOTO;ENCODING=b:{OTHER}", "notice", "Picture was replaced"),
    ],
)
def test_a_change_is_named_and_weighed(after: str, severity: str, title: str) -> None:
    found = edited(f"PHOTO;ENCODING=b:{BIG}", after)
    assert said(found) == [("picture-changed", severity, title)]


def test_another_key_is_critical() -> None:
    [finding] = edited("KEY:https://a.example/k.asc", "KEY:https://b.example/k.asc")
    assert (finding.rule, finding.severity.word) == ("picture-changed", "critical")


def test_the_same_bytes_in_another_versions_spelling_are_no_change() -> None:
    assert edited(f"PHOTO;ENCODING=b;TYPE=JPEG:{BIG}", f"PHOTO:data:image/jpeg;base64,{BIG}") == []
