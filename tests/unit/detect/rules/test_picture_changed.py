"""Rule picture-changed."""

from __future__ import annotations

from base64 import b64encode

import pytest

from cardwarden.phrases.language import Voice
from support.cards import JPEG
from support.judging import edited, said
from support.words import reason, title

BIG, SMALL = (b64encode(JPEG + bytes(range(size))).decode() for size in (200, 90))
PNG = b"\x89PNG\r\n\x1a\n" + bytes(4) + b"IHDR" + bytes((0, 0, 0, 9, 0, 0, 0, 7)) + bytes(60) + b"IEND\xaeB`\x82"
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


@pytest.mark.parametrize("written", ["PHOTO;ENCODING=b:iVBORw0KGgo%%%", "PHOTO:data:image/png;base64,iVBORw0KGgo%%%"])
def test_a_picture_that_cannot_be_read_is_shown_by_its_size(written: str) -> None:
    [broken] = edited(f"PHOTO;ENCODING=b:{BIG}", written)
    assert [Voice(code).value(broken.after) for code in ("en", "de", "ja")] == [
        "10 bytes, unreadable", "10 Byte, nicht lesbar", "10バイト、読み取れません",
    ]  # fmt: skip
    for before, after in (("NOTE:a", ["NOTE:a", written]), (["NOTE:a", written], "NOTE:a")):
        assert all("iVBOR" not in f"{found.before} {found.after} {found.reason}" for found in edited(before, after))


def test_another_key_is_critical() -> None:
    [finding] = edited("KEY:https://a.example/k.asc", "KEY:https://b.example/k.asc")
    assert (finding.rule, finding.severity.word) == ("picture-changed", "critical")


SHOWN = (
    "PHOTO;ENCODING=b;TYPE=JPEG:",
    "PHOTO;TYPE=image/jpeg;ENCODING=BASE64:",
    "PHOTO;JPEG;BASE64:",
    "PHOTO;VALUE=BINARY;ENCODING=b:",
    "PHOTO;MEDIATYPE=image/jpeg;ENCODING=b:",
    "PHOTO:data:image/jpeg;base64,",
    "PHOTO;VALUE=uri:data:;base64,",
    "PHOTO;ENCODING=b;VALUE=uri:data:image/jpeg;base64,",
)
HIDDEN = (
    "PHOTO;TYPE=image/jpeg:",
    "PHOTO:",
    "PHOTO;VALUE=uri;ENCODING=b:",
    "PHOTO;ENCODING=8BIT:",
    "PHOTO:data:image/jpeg;base64\\,",
)


@pytest.mark.parametrize("before", SHOWN + HIDDEN)
@pytest.mark.parametrize("after", SHOWN)
@pytest.mark.parametrize("name", ["PHOTO", "LOGO", "SOUND", "KEY"])
def test_the_same_bytes_declared_otherwise_are_no_change(before: str, after: str, name: str) -> None:
    assert edited(before.replace("PHOTO", name) + BIG, after.replace("PHOTO", name) + BIG) == []


@pytest.mark.parametrize("after", HIDDEN)
def test_the_same_bytes_written_so_that_programs_do_not_look_for_them_are_told(after: str) -> None:
    [finding] = edited(f"{SHOWN[0]}{BIG}", f"{after}{BIG}")
    assert (finding.severity.word, title(finding)) == ("notice", "Picture is written so that programs may not show it")
    assert f"Before: jpeg, 226 bytes, written as {SHOWN[0]}. Now: jpeg, 226 bytes, written as {after}" in reason(
        finding
    )


def test_two_pictures_of_one_size_are_told_apart() -> None:
    one, other = (b64encode(JPEG + letter * 90).decode() for letter in (b"a", b"b"))
    [finding] = edited(f"PHOTO;ENCODING=b:{one}", f"PHOTO;ENCODING=b:{other}")
    assert finding.before != finding.after
    assert reason(finding).count("jpeg, 116 bytes, SHA-256 ") == 2


def test_a_short_word_without_an_encoding_is_a_link() -> None:
    assert said(edited("PHOTO:me.jpg", "PHOTO:you.jpg")) == [("picture-changed", "warning", "Picture was broken")]


@pytest.mark.parametrize(
    ("before", "after", "title_"),
    [
        ("PHOTO;VALUE=uri:https://a.example/1.jpg", f"PHOTO;ENCODING=b:{BIG}", "Picture was replaced"),
        (
            f"PHOTO;ENCODING=b:{b64encode(PNG).decode()}",
            f"PHOTO;ENCODING=b:{b64encode(PNG[:60]).decode()}",
            "Picture was cut",
        ),
        (
            f"PHOTO;ENCODING=b:{b64encode(PNG).decode()}",
            f"PHOTO;ENCODING=b:{b64encode(PNG.replace(bytes((13, 10)), bytes((10,)))).decode()}",
            "Picture was broken",
        ),
    ],
)
def test_what_became_of_a_picture_is_seen_in_its_bytes(before: str, after: str, title_: str) -> None:
    [finding] = edited(before, after)
    assert title(finding) == title_


@pytest.mark.parametrize(
    ("after", "severity", "title"),
    [
        (b"<!DOCTYPE html><html><body>404</body></html>", "warning", "Picture is no picture any more"),
        (b'{"error": "gone"}', "warning", "Picture is no picture any more"),
        (
            PNG.replace(bytes((0, 0, 0, 9, 0, 0, 0, 7)), bytes((0, 0, 0, 5, 0, 0, 0, 4))),
            "notice",
            "Picture was made smaller",
        ),
        (PNG.replace(bytes(60), bytes(50)), "notice", "Picture was replaced"),
        (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', "notice", "Picture was made smaller"),
        (b"\0\0\0\x18ftypheic" + bytes(200), "notice", "Picture was replaced"),
    ],
)
def test_what_is_there_instead_is_looked_into(after: bytes, severity: str, title: str) -> None:
    found = edited(f"PHOTO;ENCODING=b:{b64encode(PNG).decode()}", f"PHOTO;ENCODING=b:{b64encode(after).decode()}")
    assert said(found) == [("picture-changed", severity, title)]


def test_bytes_that_are_no_picture_of_any_kind_stand_for_one() -> None:
    nothing = b64encode(bytes(range(256)) * 4).decode()
    found = edited(f"PHOTO;ENCODING=b:{b64encode(PNG).decode()}", f"PHOTO;ENCODING=b:{nothing}")
    assert said(found) == [("picture-changed", "warning", "Picture is no picture any more")]


PAGE = b64encode(b"<html>Not found</html>" * 9).decode()
LINKS = "PHOTO;VALUE=uri:https://a.example/1.jpg", "PHOTO;VALUE=uri:https://a.example/2.jpg"
WHOLE, CUT = (f"PHOTO;ENCODING=b:{b64encode(raw).decode()}" for raw in (PNG, PNG[:-6]))
ONE_SIZE = tuple(f"PHOTO;ENCODING=b:{b64encode(JPEG + b'a' * 200 + end).decode()}" for end in (b"a", b"b"))


@pytest.mark.parametrize(
    ("before", "after", "severity", "name"),
    [
        (*LINKS, "notice", "Picture was replaced by another link"),
        (LINKS[0], f"PHOTO;ENCODING=b:{BIG}", "notice", "Picture was replaced"),
        (LINKS[0], f"PHOTO;ENCODING=b:{PAGE}", "warning", "Picture is no picture any more"),
        (WHOLE, CUT, "warning", "Picture was cut"),
        (*ONE_SIZE, "notice", "Picture was replaced"),
    ],
    ids=["another link", "a picture for a link", "a page for a link", "cut", "one byte"],
)  # fmt: skip
def test_what_became_of_a_picture_or_a_link_to_one_is_told(before: str, after: str, severity: str, name: str) -> None:
    [found] = edited(before, after)
    assert (found.severity.word, title(found), found.per_card) == (severity, name, True)
