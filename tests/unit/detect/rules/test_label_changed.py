"""Rule label-changed."""

from __future__ import annotations

import pytest

from cardwarden.phrases.language import Voice
from support.cards import card
from support.judging import edited, judged, said
from support.words import reason

HOME, WORK = "TEL;TYPE=HOME:03-1234-5601", "TEL;TYPE=WORK:03-1234-5602"


def test_two_numbers_that_exchanged_their_labels_are_a_warning() -> None:
    found = edited([HOME, WORK], [HOME.replace("HOME", "WORK"), WORK.replace("WORK", "HOME")])
    assert said(found) == [("label-changed", "warning", "Labels were exchanged (phone number)")] * 2


def test_three_numbers_whose_labels_went_round_are_a_warning() -> None:
    labels, turned = ("HOME", "WORK", "CELL"), ("CELL", "HOME", "WORK")
    before, after = (
        [f"TEL;TYPE={label}:03-1234-560{place}" for place, label in enumerate(kinds)] for kinds in (labels, turned)
    )
    assert {severity for _, severity, _ in said(edited(before, after))} == {"warning"}


def test_another_or_a_lost_label_is_a_notice() -> None:
    for after in ("TEL;TYPE=WORK:03-1234-5601", "TEL:03-1234-5601"):
        found = edited(HOME, after)
        assert said(found) == [("label-changed", "notice", "Label of the phone number was changed")]


def test_a_preference_that_moved_is_a_notice() -> None:
    found = edited(["TEL;TYPE=pref:03-1", "TEL:03-2"], ["TEL:03-1", "TEL;TYPE=pref:03-2"])
    assert {title for _, _, title in said(found)} == {"Preferred phone number was changed"}


def test_default_types_and_the_other_versions_spelling_mean_nothing() -> None:
    assert edited("TEL;TYPE=CELL,VOICE,PREF:03-1", 'TEL;PREF=1;TYPE="cell":03-1') == []
    assert edited(["item1.TEL:03-1", "item1.X-ABLabel:_$!<Mobile>!$_"], "TEL;TYPE=CELL:03-1") == []


@pytest.mark.parametrize("label", ["My Label", "Büro Süd", "母の 携帯"])
@pytest.mark.parametrize(
    "value", ["TEL:03-1", "EMAIL:a@b.example", "ADR:;;Weg 1", "URL:https://b.example/", "IMPP:xmpp:a@b.example"]
)
def test_words_that_are_no_type_and_become_a_label_are_mended_and_the_other_way_is_told(label: str, value: str) -> None:
    name, _, text = value.partition(":")
    typed, labelled = f"{name};TYPE={label}:{text}", [f"item1.{value}", f"item1.X-ABLabel:{label}"]
    assert edited(typed, labelled) == []
    assert [severity for _, severity, _ in said(edited(labelled, typed))] == ["notice"]


@pytest.mark.parametrize("became", ["?????", "??????????", "?", "Î•Î»Î­Î½Î·", "=CE=95=CE=BB=CE=AD=CE=BD=CE=B7"])
def test_a_label_whose_letters_were_destroyed_is_a_warning(became: str) -> None:
    def labelled(label: str) -> list[str]:
        return ["item1.TEL:03-1234-5601", f"item1.X-ABLabel:{label}"]

    found = edited(labelled("Ελένη"), labelled(became))
    assert said(found) == [("label-changed", "warning", "The phone number has a damaged label")]
    assert [severity for _, severity, _ in said(edited(labelled("Ελένη"), labelled("Μαρία")))] == ["notice"]


@pytest.mark.parametrize(
    ("language", "before", "after"),
    [
        ("en", "03-1234-5601 (home)", "03-1234-5601 (fax, Mum, work, preferred)"),
        ("de", "03-1234-5601 (privat)", "03-1234-5601 (Fax, Mum, Büro, bevorzugt)"),
        ("ja", "03-1234-5601（自宅）", "03-1234-5601（ファックス、Mum、勤務先・優先）"),
    ],
)
def test_a_label_is_said_in_the_readers_language_and_an_owners_own_word_is_kept(
    language: str, before: str, after: str
) -> None:
    (found,) = edited(HOME, "TEL;TYPE=WORK,FAX,Mum,PREF:03-1234-5601")
    voice = Voice(language)
    assert (voice.value(found.before), voice.value(found.after)) == (before, after)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("TEL;TYPE=home;PREF=2:03-1234-5601", "TEL;TYPE=work;PREF=2:03-1234-5601", "was home, choice 2 and"),
        ("TEL;PREF=2:03-1234-5601", "TEL;TYPE=work;PREF=2:03-1234-5601", "was choice 2 and"),
    ],
)
def test_a_rank_among_several_numbers_is_said_with_the_label(before: str, after: str, said: str) -> None:
    others = ["TEL;TYPE=cell;PREF=1:03-1234-5602", "TEL;TYPE=car;PREF=3:03-1234-5603"]
    [found] = judged(
        card("UID:1", "FN:Yamada", before, *others, version="4.0"),
        card("UID:1", "FN:Yamada", after, *others, version="4.0"),
    )
    assert said in reason(found)


@pytest.mark.parametrize(
    ("broken", "mended"), [(r"VOICE\,CELL", "VOICE,CELL"), (r"HOME\,FAX", "HOME,FAX"), (r"WORK\,VOICE", "WORK")]
)
def test_a_list_of_types_that_was_escaped_as_text_is_mended_without_a_word(broken: str, mended: str) -> None:
    assert edited(f"TEL;TYPE={broken}:03-1234-5601", f"TEL;TYPE={mended}:03-1234-5601") == []
    assert edited(f"TEL;TYPE={mended}:03-1234-5601", f"TEL;TYPE={broken}:03-1234-5601")
    assert edited(f"TEL;TYPE={broken}:03-1234-5601", "TEL;TYPE=PAGER:03-1234-5601")
