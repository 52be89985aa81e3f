"""Indifference: another way of writing the same card is never a change, and every rewrite has a reason from the list."""

from __future__ import annotations

import random
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardwarden.vcard.diff import REASONS, diff_facts, rewrites
from support.cards import Person, card, diff, facts, lines_21, lines_30, lines_40, people, read

INTERNATIONAL = people.map(
    lambda person: replace(person, numbers=tuple(n for n in person.numbers if n[1].startswith("+")))
)


def refold(data: bytes, cuts: random.Random) -> bytes:
    """Fold lines anywhere, also inside a multi-byte character."""
    lines = []
    for line in data.split(b"\r\n"):
        start = 1
        pieces = [line[:1]]
        while start < len(line):
            step = cuts.randint(1, 40)
            pieces.append(line[start : start + step])
            start += step
        lines.append(b"\r\n ".join(pieces))
    return b"\r\n".join(lines)


@given(people)
def test_a_card_is_what_it_is(person: Person) -> None:
    for lines, version in ((lines_30, "3.0"), (lines_40, "4.0"), (lines_21, "2.1")):
        data = card(*lines(person), version=version)
        assert diff(data, data) == []
        assert rewrites(read(data), read(data), "JP") == []


@given(people, st.randoms(use_true_random=False))
def test_refolding_is_no_change(person: Person, cuts: random.Random) -> None:
    for lines, version in ((lines_30, "3.0"), (lines_40, "4.0")):
        data = card(*lines(person), version=version)
        assert diff(data, refold(data, cuts)) == []


@given(people, st.sampled_from(["\n", "\r", "\r\r\n"]))
def test_line_ends_are_no_change(person: Person, end: str) -> None:
    assert diff(card(*lines_30(person)), card(*lines_30(person), end=end)) == []


@given(people, st.sampled_from(["utf-16", "utf-16-be", "utf-16-le", "utf-8-sig"]))
def test_the_encoding_is_no_change(person: Person, charset: str) -> None:
    assert diff(card(*lines_30(person)), card(*lines_30(person), charset=charset)) == []


@given(people, st.randoms(use_true_random=False))
def test_the_order_of_lines_and_parameters_is_no_change(person: Person, order: random.Random) -> None:
    lines = [
        line.replace("TYPE=CELL,voice:", "TYPE=voice;TYPE=CELL:").replace(
            "ENCODING=b;TYPE=JPEG", "TYPE=JPEG;ENCODING=b"
        )
        for line in lines_30(person)
    ]
    order.shuffle(lines)
    assert diff(card(*lines_30(person)), card(*lines)) == []


@given(people)
def test_letter_case_of_names_and_types_is_no_change(person: Person) -> None:
    swapped = [re.sub(r"\A[^:]*", lambda head: head[0].swapcase(), line) for line in lines_30(person)]
    assert diff(card(*lines_30(person)), card(*swapped)) == []


@given(people)
def test_group_names_are_no_change(person: Person) -> None:
    grouped = [f"item{place}.{line}" for place, line in enumerate(lines_30(person))]
    assert diff(card(*lines_30(person)), card(*grouped)) == []


@given(INTERNATIONAL)
def test_versions_3_and_4_say_the_same(person: Person) -> None:
    old, new = card(*lines_30(person)), card(*lines_40(person), version="4.0")
    assert diff(old, new) == diff(new, old) == []
    assert {rewrite.reason for rewrite in rewrites(read(old), read(new), "JP")} <= REASONS


@given(people)
def test_versions_2_and_3_say_the_same(person: Person) -> None:
    old, new = card(*lines_21(person), version="2.1"), card(*lines_30(person))
    assert diff(old, new) == diff(new, old) == []
    assert {rewrite.reason for rewrite in rewrites(read(old), read(new), "JP")} <= REASONS


@given(people)
def test_what_was_read_and_written_again_is_the_same(person: Person) -> None:
    found = facts(card(*lines_30(person)))
    plain = [fact for fact in found if fact.row.kind.value in {"text", "list", "mail", "date", "uri", "word", "member"}]
    for fact in plain:
        escaped = fact.meaning.replace("\\", "\\\\").replace("\n", "\\n").replace(",", "\\,").replace(";", "\\;")
        types = f";TYPE={','.join(sorted(fact.labels))}" if fact.labels else ""
        assert diff_facts([fact], facts(card(f"{fact.name}{types}:{escaped}"))) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("TEL;TYPE=CELL,PREF:090-1234-5678", "TEL;TYPE=cell;PREF=1:090-1234-5678"),
        ("TEL;TYPE=CELL:+81 90-1234-5678", "TEL;VALUE=uri;TYPE=cell:tel:+81-90-1234-5678"),
        ('TEL;TYPE="cell,home":1234567', "TEL;TYPE=home;TYPE=cell:1234567"),
        ("TEL;CELL;:090-1234-5678", "TEL; TYPE=CELL:090-1234-5678"),
        ("item1.TEL:090-1234-5678\r\nitem1.X-ABLabel:_$!<Mobile>!$_", "TEL;TYPE=cell:090-1234-5678"),
        ("item1.TEL:1234567\r\nitem1.X-ABLabel:_$!<HomeFAX>!$_", "TEL;TYPE=HOME,FAX:1234567"),
        ("item1.TEL:1234567\r\nitem1.X-ABLabel:work fax", "TEL;TYPE=fax;TYPE=work:1234567"),
        ("TEL:090-1234-5678\\,", "TEL:090-1234-5678"),
        ("TEL:03-1234-5678\\,\\,", "TEL:03-1234-5678\\;"),
        ("BDAY:1985-04-12", "BDAY;VALUE=date:19850412"),
        ("BDAY:19850412T000000Z", "BDAY:1985-04-12"),
        ("BDAY;X-APPLE-OMIT-YEAR=1604:1604-04-12", "BDAY:--0412"),
        ("BDAY:1985-04-12T10:00:00+00:00", "BDAY:19850412T100000Z"),
        ("item1.X-ABDATE:2001-02-03\r\nitem1.X-ABLabel:_$!<Anniversary>!$_", "ANNIVERSARY:20010203"),
        ("X-ABShowAs:COMPANY", "KIND:org"),
        ("KIND:individual", ""),
        ("X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:7D8BF3FA-1B26-4B8D-8D56-5A2D0E4C0F01",
         "MEMBER:urn:uuid:7d8bf3fa-1b26-4b8d-8d56-5a2d0e4c0f01"),
        ("N:Doe;Jane,Mary;;;", "N:Doe;Jane Mary;;;"),
        ("N:Doe\\, Jr.;Jane", "N:Doe, Jr.;Jane;;;"),
        ("ORG:Smith, Jones;Law", "ORG:Smith\\, Jones;Law"),
        ("NOTE:a\\:b", "NOTE:a:b"),
        ("NOTE:tidy\vup", "NOTE:tidyup"),
        ("EMAIL:Jane@Example.ORG", "EMAIL:jane@example.org"),
        ("EMAIL:a@müller.de", "EMAIL:a@xn--mller-kva.de"),
        ("URL:HTTP://Example.org", "URL:http://example.org/"),
        ("X-SIP:jane@example.org", "IMPP:sip:jane@example.org"),
        ("ADR;LABEL=\"a^nb\":;;a;b;;;", "ADR:;;a;b;;;\r\nLABEL:a\\nb"),
        ('N;SORT-AS="Harten,Rene":van der Harten;Rene', "N:van der Harten;Rene\r\nSORT-STRING:Harten Rene"),
        ("AGENT:\r\nBEGIN:VCARD\r\nFN:Joe\r\nEND:VCARD", "AGENT:BEGIN:VCARD\\nFN:Joe\\nEND:VCARD"),
    ],
)  # fmt: skip
def test_two_spellings_of_one_value_are_no_change(before: str, after: str) -> None:
    old, new = card(before), card(*([after] if after else []))
    assert diff(old, new) == diff(new, old) == []
    found = rewrites(read(old), read(new), "JP")
    assert found or read(old).properties == read(new).properties
    assert {rewrite.reason for rewrite in found} <= REASONS
