"""Cards as phones and programs really write them: read whole, silent on themselves, and told what a conversion lost.

vobject converts them and is the second opinion: if it reads a property of the converted card as it read that of the first
one, nothing of it may be told; and if it reads another, something must be.
"""

from __future__ import annotations

import contextlib
import warnings
from collections import Counter

import pytest
import vobject

from cardwarden.vcard.canonical import facts_of
from cardwarden.vcard.card import Card
from cardwarden.vcard.content import properties_of, read_card, split_book
from cardwarden.vcard.diff import rewrites
from cardwarden.vcard.patch import put_back
from cardwarden.vcard.properties import ALIASES, row
from support.cards import diff, facts, read
from support.dialects import DIALECTS
from support.judging import book, judged

dialects = pytest.mark.parametrize("data", DIALECTS.values(), ids=DIALECTS.keys())
ODD = {
    "Android 2.1", "KAddressBook", "SOGo group", "with an assistant", "Samsung", "UTF-16", "old western phone",
    "Japanese phone", "line ends mended twice",
}  # fmt: skip
"""What vobject refuses to read or reads in another encoding."""


@dialects
def test_every_line_of_a_dialect_has_a_name_and_the_card_says_something(data: bytes) -> None:
    [raw] = split_book(data)
    assert data.endswith(raw.data)  # all but the byte order mark
    assert all(prop.name for prop in properties_of(data))
    assert isinstance(read_card(raw), Card)
    assert facts(data)


@dialects
def test_a_dialect_is_silent_on_itself(data: bytes) -> None:
    assert diff(data, data) == []
    assert rewrites(read(data), read(data), "DE") == []
    assert judged(data, data) == []
    assert put_back(data, data, [], "JP") == data


@dialects
def test_line_ends_and_folds_mean_nothing_in_any_dialect(data: bytes) -> None:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\r\r\n" in data:
        return
    for end in (b"\n", b"\r\r\n", b"\n\r", b"\r\n\r\n", b"\n\n"):
        assert diff(data, data.replace(b"\r\n", end)) == []


@dialects
def test_each_value_that_goes_is_named_in_every_dialect(data: bytes) -> None:
    """Each fact that stands alone in its line, taken away: exactly its property is told, and it can be put back."""
    found = facts(data)
    lines = Counter(line.start for fact in found for line in fact.lines)
    wide = data.startswith(b"\xff\xfe")
    for fact in found:
        line = fact.lines[0]
        if len(fact.lines) > 1 or lines[line.start] > 1 or fact.row.derived or wide:
            continue
        gone = data[: line.start] + data[line.end :]
        changes = diff(data, gone)
        assert [(change.name, change.after) for change in changes] == [(fact.name, None)]
        assert diff(data, put_back(gone, data, changes, "JP")) == []
        assert {finding.prop for finding in judged(data, gone)} - {"", "REV"} == {fact.name}


def test_a_book_of_all_dialects_is_as_many_cards() -> None:
    plain = [data for data in DIALECTS.values() if not data.startswith(b"\xff\xfe")]
    assert [raw.problem for raw in split_book(book(*plain))] == [""] * len(plain)


def _by_vobject(text: str) -> dict[str, Counter[str]]:
    """What vobject reads, property by property, under our names."""
    said: dict[str, Counter[str]] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for line in vobject.readOne(text, allowQP=True).getChildren():
            name = line.name.upper()
            name = ALIASES[name].to if name in ALIASES else name
            said.setdefault(name, Counter())[f"{line.params} {sorted(line.singletonparams)} {line.value}"] += 1
    return said


@pytest.mark.parametrize("program", sorted(DIALECTS.keys() - ODD))
def test_what_vobject_keeps_is_quiet_and_what_it_loses_is_named(program: str) -> None:
    data = DIALECTS[program]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        converted = vobject.readOne(data.decode(), allowQP=True).serialize(validate=False)
    assert isinstance(converted, str)
    was, now = _by_vobject(data.decode()), _by_vobject(converted)
    escaped = {name for name, values in was.items() if any("\\" in value for value in values)}  # it keeps iOS' "\\:"
    kept = {name for name in was | now if was.get(name) == now.get(name)} - escaped
    changed = {change.name for change in diff(data, converted.encode())}
    lost = {name for name in was if name not in now and not row(name).volatile}
    assert changed.isdisjoint(kept - {"LABEL", "SORT-STRING"}), changed & kept
    assert lost <= changed


def test_a_card_that_fits_its_dialect_is_read_by_vobject_as_by_us() -> None:
    for program in sorted(DIALECTS.keys() - ODD):
        text = DIALECTS[program].decode()
        mine = Counter(
            prop.name for prop in properties_of(text.encode()) if prop.name not in {"VERSION", "BEGIN", "END"}
        )
        with contextlib.suppress(vobject.base.ParseError), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            theirs = Counter(line.name.upper() for line in vobject.readOne(text, allowQP=True).getChildren())
            assert mine == theirs - Counter(VERSION=1)
    assert facts_of(Card("", ()), "DE") == []
