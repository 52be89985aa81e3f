"""Rule text-damaged."""

from __future__ import annotations

import pytest

from cardwarden.detect.finding import Urgency
from cardwarden.detect.rules.text_damaged import TextDamaged
from cardwarden.detect.steps import vocabulary as steps
from cardwarden.detect.steps.explain import explain
from cardwarden.phrases.phrase import phrase
from support.cards import card, facts
from support.judging import book, edited, judged, person, said
from support.words import reason


@pytest.mark.parametrize(
    ("before", "after", "severity", "title"),
    [
        ("Grüße aus Köln", "GrÃ¼ÃŸe aus KÃ¶ln", "warning", "Note has garbled letters"),
        ("山田太郎", "å±±ç”°å¤ªéƒŽ", "warning", "Note has garbled letters"),
        ("Grüße", "Gr=C3=BC=C3=9Fe", "warning", "Note shows =XX codes in place of letters"),
        ("Grüße", "Gr\ufffd\ufffde", "warning", "Note has marks in place of letters"),
        ("Grüße", "Gr??e", "warning", "Note has marks in place of letters"),
        ("Grüße", "Gre", "warning", "Note lost some of its letters"),
        ("Café", "Cafe", "notice", "Note lost its accents"),
        ("Tom & Ann", "Tom &amp;amp; Ann", "notice", "Note shows web codes in place of characters"),
        ("Tom", "<b>Tom</b>", "notice", "Note shows web page codes"),
        ("one\\, two", "one\\\\\\, two", "notice", "Note gained backslashes"),
        ("one\\ntwo", "one two", "notice", "Note lost its line breaks"),
        ("tea\\, coffee", "tea", "warning", "Note was cut"),
        ("hello there", "hello there hello there", "notice", "Note was appended to itself"),
    ],
)
def test_a_programs_mistake_is_told_from_an_edit(before: str, after: str, severity: str, title: str) -> None:
    assert said(edited(f"NOTE:{before}", f"NOTE:{after}")) == [("text-damaged", severity, title)]


@pytest.mark.parametrize(
    ("note", "written", "read"),
    [
        ("山田太郎は左利きの友人です", "utf-8", "cp1252"), ("山田太郎は左利きの友人です", "cp932", "latin-1"),
        ("山田太郎は左利きの友人です", "iso-2022-jp", "ascii"), ("Jörg Müller aus Köln", "utf-8", "latin-1"),
        ("Иван Петров, друг детства", "cp1251", "latin-1"),
    ],
)  # fmt: skip
def test_what_was_garbled_and_cut_is_told_as_both(note: str, written: str, read: str) -> None:
    garbled = note.encode(written).decode(read, "ignore").replace("\x1b", "")
    for kept in (90, 70, 50):
        cut = garbled[: len(garbled) * kept // 100]
        [finding] = judged(person("Yamada Taro", f"NOTE:{note}"), person("Yamada Taro", f"NOTE:{cut}"))
        assert said([finding]) == [("text-damaged", "warning", "Note has garbled letters")], cut
        assert "The rest is gone." in reason(finding)


def test_an_edit_is_none() -> None:
    for before, after in (("tea", "tea\\, coffee"), ("old friend", "new friend"), ("tea", "green tea")):
        assert [finding.rule for finding in edited(f"NOTE:{before}", f"NOTE:{after}")] == ["value-changed"]


def test_a_repair_is_recorded_and_not_sent() -> None:
    assert said(edited("NOTE:GrÃ¼ÃŸe", "NOTE:Grüße")) == [("text-damaged", "info", "Note was repaired")]


def test_quotes_of_another_form_are_recorded_and_not_sent() -> None:
    assert said(edited("NOTE:O’Brien", "NOTE:O'Brien")) == [("text-damaged", "info", "Note is written differently")]


def test_a_damaged_part_is_told_although_another_one_was_edited() -> None:
    found = said(edited("N:Köster;Rüdiger;;;", "N:KÃ¶ster;Tom;;;"))
    assert found == [("text-damaged", "warning", "Structured name has garbled letters")]


def test_damaged_items_of_a_list_are_one_change() -> None:
    found = said(edited("CATEGORIES:Büro,Tea", "CATEGORIES:BÃ¼ro,Tea"))
    assert found == [("text-damaged", "warning", "Category has garbled letters")]


def test_a_part_that_stands_in_another_part_now_was_not_cut() -> None:
    found = said(edited("ADR:;;1 Road\\nFlat 3;Town;;1;", "ADR:;Flat 3;1 Road;Town;;1;"))
    assert found == [("address-changed", "notice", "Address was thrown together")]


def test_lost_accents_in_many_cards_at_once_are_a_warning() -> None:
    names = ("Ann", "Bob", "Cy")
    before = book(*(person(name, "NOTE:Café") for name in names))
    after = book(*(person(name, "NOTE:Cafe") for name in names))
    assert {finding.severity.word for finding in judged(before, after)} == {"warning"}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("N:Ab;Peter;;;", "N:Ab\\;Peter\\;\\;\\;"),
        ("N:Ab;Peter;Paul;Dr.;", "N:Ab\\;Peter\\;Paul\\;Dr.\\;"),
        ("ADR:;;Weg 1;Bonn;;53111;DE", "ADR:\\;\\;Weg 1\\;Bonn\\;\\;53111\\;DE"),
    ],
)
def test_parts_whose_semicolons_were_escaped_are_damage_and_taken_apart_again_a_repair(before: str, after: str) -> None:
    assert [(rule, severity) for rule, severity, _ in said(edited(before, after))] == [("text-damaged", "warning")]
    assert [(rule, severity) for rule, severity, _ in said(edited(after, before))] == [("text-damaged", "info")]


NOTHING = ["null", "NULL", "undefined", "NaN", "(null)", "None", "#REF!", "#N/A", "#VALUE!", "[object Object]"]


@pytest.mark.parametrize("word", NOTHING)
@pytest.mark.parametrize(
    "line", ["FN:{}", "N:{};{};;;", "FN:Jane {}", "NOTE:{}", "ORG:{}", "ADR:;;{};{};;;", "NICKNAME:{}"]
)
def test_a_programs_word_for_nothing_is_a_loss_and_nobodys_name(line: str, word: str) -> None:
    usual = {
        "FN": "Jane Roe",
        "N": "Roe;Jane;;;",
        "NOTE": "by the sea",
        "ORG": "Acme",
        "ADR": ";;1 Main St;Town;;;",
        "NICKNAME": "Jim",
    }

    def lines(**other: str) -> bytes:
        return card("UID:x", "TEL:03-1234-5678", *(f"{name}:{value}" for name, value in {**usual, **other}.items()))

    name, _, value = line.partition(":")
    [(rule, severity, said_of_it)] = said(judged(lines(), lines(**{name: value.format(word, word)})))
    assert (rule, severity) == ("text-damaged", "warning")
    assert said_of_it.endswith("became a program's word for nothing")
    undone = said(judged(lines(**{name: value.format(word, word)}), lines()))
    assert [one[:2] for one in undone] == [("text-damaged", "info")]


@pytest.mark.parametrize("name", ["Nan", "Nil Roe", "Nonette", "Nullius"])
def test_a_name_that_only_begins_so_is_a_name(name: str) -> None:
    before, after = (card("UID:x", "TEL:03-1234-5678", f"FN:{fn}") for fn in ("Jane Roe", name))
    assert "word for nothing" not in str(said(judged(before, after)))


def test_somebody_called_null_who_marries_is_not_repaired() -> None:
    before, after = (card("UID:x", "TEL:03-1234-5678", f"FN:{fn}") for fn in ("Max Null", "Max Roe"))
    assert [one[0] for one in said(judged(before, after))] == ["name-changed"]


@pytest.mark.parametrize("word", [word for word in NOTHING if word.isalpha()])
def test_such_a_word_that_is_the_rest_of_a_longer_one_was_cut(word: str) -> None:
    chain = explain(f"by the sea {word}meier", f"by the sea {word}")
    assert chain is not None
    assert chain.steps == (steps.CUT,)


@pytest.mark.parametrize("word", NOTHING)
def test_such_a_word_cut_short_is_not_repaired(word: str) -> None:
    before, after = (card("UID:x", "FN:Jane Roe", f"NOTE:by the sea {text}") for text in (word, word[:-1]))
    assert [one[1] for one in said(judged(before, after))] in (["warning"], ["notice"])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("N:Müller;Jürgen;;;", "N:M&uuml;ller;J&uuml;rgen;;;"),
        ("N:Müller;Jürgen;;;", "N:M&#252;ller;J&#xFC;rgen;;;"),
        ("ORG:Müller & Söhne;Vertrieb", "ORG:M&uuml;ller &amp; S&ouml;hne;Vertrieb"),
        ("ADR:;;Königstraße 1;Köln;;50667;", "ADR:;;K&ouml;nigstra&szlig;e 1;K&ouml;ln;;50667;"),
    ],
)
def test_the_semicolon_of_an_entity_ends_no_component(before: str, after: str) -> None:
    assert [(rule, severity) for rule, severity, _ in said(edited(before, after))] == [("text-damaged", "warning")]
    assert [(rule, severity) for rule, severity, _ in said(edited(after, before))] == [("text-damaged", "info")]


def test_an_ampersand_that_begins_no_entity_leaves_the_semicolon_alone() -> None:
    [org] = [fact for fact in facts(card("ORG:AT&T;Sales")) if fact.name == "ORG"]
    assert org.parts == ("AT&T", "Sales")


def test_an_item_of_a_list_is_found_damaged_also_behind_one_that_is_new() -> None:
    found = edited("CATEGORIES:Gr\u00fc\u00dfe", "CATEGORIES:Tea,Gr\u00c3\u00bc\u00c3\u0178e")
    assert "text-damaged" in {rule for rule, _, _ in said(found)}


def test_what_a_program_did_is_told_before_what_a_hand_does_too() -> None:
    for before, after in (("ヤマダ タロウ", "ﾔﾏﾀﾞ ﾀﾛｳ"), ("Café Noir", "CafeNoir")):
        [finding] = edited(f"NOTE:{before}", f"NOTE:{after}")
        assert finding.rule == "text-damaged"


@pytest.mark.parametrize(("day", "urgency"), [(1, Urgency.USUAL), (2, Urgency.ASKED)])
def test_a_cut_that_most_likely_was_the_owner_is_asked_about(day: int, urgency: Urgency) -> None:
    before, after = (
        person("Jane Roe", f"REV:2026010{at}T000000Z", "PRODID:-//Phone//EN", f"NICKNAME:{name}")
        for at, name in ((1, "Alexander"), (day, "Alex"))
    )
    [finding] = [finding for finding in judged(before, after) if finding.rule == "text-damaged"]
    assert (finding.severity.word, finding.urgency) == ("warning", urgency)


@pytest.mark.parametrize(
    ("before", "after", "title"),
    [
        ("Friends", "F,r,i,e,n,d,s", "text-letters-apart"),
        ("F,r,i,e,n,d,s", "Friends", "text-repaired"),
        ("Friends,Tea,Work", r"Friends\,Tea\,Work", "text-items-glued"),
        ("Friends,Tea", "Friends;Tea", "text-items-glued"),
        (r"Friends\,Tea\,Work", "Friends,Tea,Work", "text-repaired"),
    ],
)
def test_a_list_whose_items_were_taken_apart_or_for_one_is_told_as_a_whole(before: str, after: str, title: str) -> None:
    findings = edited(f"CATEGORIES:{before}", f"CATEGORIES:{after}")
    assert [(finding.rule, finding.title.name) for finding in findings] == [("text-damaged", title)]


@pytest.mark.parametrize(
    ("before", "after", "severity"),
    [("tea and rum {}", "TEA AND RUM {}", "notice"), ("Gr\u00c3\u00bc\u00c3\u0178e {}", "Gr\u00fc\u00dfe {}", "info")],
)
def test_many_texts_in_capitals_or_repaired_are_no_worse_than_one(before: str, after: str, severity: str) -> None:
    was, now = (book(*(person(f"P{n}x{n}", f"NOTE:{note.format(n)}") for n in range(4))) for note in (before, after))
    assert {(finding.rule, finding.severity.word) for finding in judged(was, now)} == {("text-damaged", severity)}


def test_of_what_can_still_be_read_the_worst_alone_is_explained() -> None:
    [found] = edited("NOTE:tea & rum", "NOTE:tea &amp; rum tea &amp; rum")
    assert found.reason is not None
    assert found.reason.values[1] == ("second", phrase("text-entities-why"))


@pytest.mark.parametrize("line", ["TEL:03-1234-5601", "EMAIL:jane@example.org", "BDAY:1985-04-12"])
def test_a_program_s_word_for_nothing_in_place_of_a_number_address_or_day_is_another_rule_s(line: str) -> None:
    name = line.partition(":")[0]
    was, now = person("Jane", line), person("Jane", f"{name}:null")
    assert judged(was, now, rules=[TextDamaged()]) == []
    assert judged(was, now)


@pytest.mark.parametrize(("before", "after"), [("Tea,TEAM", "Team"), ("Work,WORKERS", "Workers")])
def test_an_item_that_went_did_not_become_what_another_one_became(before: str, after: str) -> None:
    was, now = (person("Jane", f"CATEGORIES:{items}") for items in (before, after))
    assert judged(was, now, rules=[TextDamaged()]) == []
