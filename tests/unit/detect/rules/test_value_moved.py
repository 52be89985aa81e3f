"""Rule value-moved."""

from __future__ import annotations

import pytest

from support.cards import card
from support.judging import edited, judged, person, said
from support.words import reason


@pytest.mark.parametrize(
    ("before", "after", "severity", "title"),
    [
        ("TITLE:Lead", "ROLE:Lead", "notice", "Job title moved to another field: role"),
        ("ORG:Acme;Sales", ["ORG:Acme", "TITLE:Sales"], "notice", "Organisation moved to another field: job title"),
        (["TITLE:Lead", "NOTE:tea"], "NOTE:tea\\nLead", "notice", "Job title moved to another field: note"),
        ("X-CALLED:Tea", "NICKNAME:Tea", "info", ""),
        ("TEL:03-1234-5601", "NOTE:Tel 03-1234-5601", "warning", "Phone number moved to another field: note"),
        ("TEL:03-1234-5601", "PHONE1:03-1234-5601", "warning", "Phone number moved to another field: phone1"),
        ("BDAY:1985-04-12", "NOTE:born 1985-04-12", "warning", "Birthday moved to another field: note"),
        ("SOUND:ヤマダ;アオイ;;;", ["X-PHONETIC-LAST-NAME:ヤマダ", "X-PHONETIC-FIRST-NAME:アオイ"], "notice", ""),
    ],
)
def test_a_value_that_changed_places_is_moved_not_lost_and_added(
    before: str | list[str], after: str | list[str], severity: str, title: str
) -> None:
    found = said(edited(before, after))
    assert ("value-moved", severity) in {(rule, how_bad) for rule, how_bad, _ in found}
    assert not title or title in {said for _, _, said in found}
    assert "value-lost" not in {rule for rule, _, _ in found}


def test_a_text_that_stands_inside_another_one_now_is_a_notice() -> None:
    found = edited(["NOTE:likes tea", "NOTE:plays chess"], "NOTE:plays chess\\nlikes tea")
    assert ("value-moved", "notice", "Note was merged into another one") in said(found)


@pytest.mark.parametrize(
    ("handle", "address"),
    [
        ("X-TWITTER:janedoe", "X-SOCIALPROFILE;TYPE=twitter:https://twitter.com/janedoe"),
        ("X-MASTODON:@JaneDoe", "X-SOCIALPROFILE;TYPE=mastodon:https://social.example/@janedoe/"),
        ("X-CHAT:janedoe", "IMPP:pager:janedoe"),
    ],
)
def test_an_account_that_became_its_address_is_moved_and_nothing_was_added(handle: str, address: str) -> None:
    assert {rule for rule, _, _ in said(edited(handle, address))} == {"value-moved"}
    assert "value-added" in {rule for rule, _, _ in said(edited(handle, address.replace("jane", "jo")))}


def test_what_programs_make_out_of_other_fields_comes_without_a_word() -> None:
    address = "ADR;TYPE=HOME:;;1 Road;Town;;12345;"
    for before, after in (
        ([], ["N:Taro;Yamada;;;"]),
        ([address], [address, "LABEL;TYPE=HOME:1 Road\\n12345 Town"]),
        ([address, "LABEL;TYPE=HOME:1 Road\\n12345 Town"], [address]),
        (["NICKNAME:Oma"], ["NICKNAME:Oma", "X-DIAL-BY-WORD:OMA"]),
        (["NICKNAME:Oma"], ["NICKNAME:Oma", "X-FILED-AS:Oma"]),
    ):
        assert {severity for _, severity, _ in said(edited(before, after))} <= {"info"}


def test_surplus_parts_that_became_fields_of_their_own_were_moved() -> None:
    found = edited(
        "N:山口;由美;;;;ユミ;ヤマグチ",
        ["N:山口;由美;;;", "X-PHONETIC-FIRST-NAME:ユミ", "X-PHONETIC-LAST-NAME:ヤマグチ"],
    )
    assert {(rule, severity) for rule, severity, _ in said(found)} == {("value-moved", "notice")}


def test_a_name_shown_that_says_more_of_its_parts_is_recorded() -> None:
    parts = "N:Taro;Yamada;;Dr.;"
    before, after = card("UID:1", "FN:Yamada Taro", parts), card("UID:1", "FN:Dr. Yamada Taro", parts)
    assert {severity for _, severity, _ in said(judged(before, after))} == {"info"}


def test_a_note_that_was_split_in_two_lost_nothing() -> None:
    assert said(edited("NOTE:tea\\ncoffee", ["NOTE:tea", "NOTE:coffee"])) == [
        ("value-moved", "notice", "Note was split in two")
    ]


def test_a_name_shown_that_says_a_word_twice_is_told() -> None:
    parts = "N:Taro;Yamada;;;"
    before, after = card("UID:1", "FN:Yamada Taro", parts), card("UID:1", "FN:Yamada Taro Taro", parts)
    assert {severity for _, severity, _ in said(judged(before, after))} == {"notice"}


def test_name_parts_that_the_name_shown_still_says_are_a_notice() -> None:
    [(rule, severity, _)] = said(edited(["N:Taro;Yamada;;;"], []))
    assert (rule, severity) == ("value-moved", "notice")


def test_a_number_that_is_there_twice_no_more_was_not_lost() -> None:
    cell, work = "TEL;TYPE=CELL:03-1234-5601", "TEL;TYPE=WORK:03-1234-5601"
    assert {severity for _, severity, _ in said(edited([cell, work], cell))} == {"notice"}


@pytest.mark.parametrize("name", ["TEL", "EMAIL", "ADR", "URL", "IMPP", "NOTE", "CATEGORIES", "MEMBER"])
def test_a_copy_that_goes_says_nothing_if_the_other_says_all_it_said(name: str) -> None:
    value = {"ADR": ";;Weg 1;Bonn;;53111;DE", "TEL": "03-1234-5601", "IMPP": "xmpp:a@b.example"}.get(
        name, "a@b.example"
    )
    assert edited([f"{name};TYPE=HOME:{value}"] * 2, f"{name};TYPE=HOME:{value}") == []
    assert edited([f"{name}:{value}", f"{name};TYPE=HOME:{value}"], f"{name};TYPE=HOME:{value}") == []
    is_of_a_set = name in {"CATEGORIES", "MEMBER"}  # what a set has twice it does not have any more than once
    assert (edited(f"{name};TYPE=HOME:{value}", [f"{name};TYPE=HOME:{value}"] * 2) == []) is is_of_a_set


def test_a_label_made_of_an_address_that_has_no_blanks_is_recorded_only() -> None:
    address = ":;;丸の内1-1;千代田区;東京都;100-0005;日本"
    made = edited(f"ADR{address}", f'ADR;LABEL="〒100-0005\\n東京都千代田区丸の内1-1"{address}')
    assert {finding.severity.word for finding in made} == {"info"}
    other = edited(f"ADR{address}", f'ADR;LABEL="〒100-0005\\n東京都千代田区丸の内1-7"{address}')
    assert {finding.severity.word for finding in other} == {"notice"}


def test_a_note_that_says_what_the_uid_says_is_lost_all_the_same() -> None:
    noted, bare = (person("Yamada Taro", "TEL:03-1234-5601", *lines, uid="u1") for lines in (("NOTE:u1",), ()))
    found = said(judged(noted, bare))
    assert ("value-lost", "Note was lost") in {(rule, title) for rule, _, title in found}


def test_what_an_android_field_held_is_found_in_another_field() -> None:
    for kind, title in (("relation", "Related person"), ("x-own", "Phone's own field")):
        before = person("Anna", f"X-ANDROID-CUSTOM:vnd.android.cursor.item/{kind};Jane;14;;")
        titles = [title for _, _, title in said(judged(before, person("Anna", "NOTE:Jane")))]
        assert titles == [f"{title} moved to another field: note"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (["ORG:Acme", "TITLE:Sales"], ["ORG:Acme;Sales"]),
        (["NOTE:plays chess", "TEL:03-1234-5678"], ["NOTE:plays chess\\n03-1234-5678"]),
    ],
)
def test_what_a_value_only_gained_from_another_one_is_told_once(before: list[str], after: list[str]) -> None:
    assert [rule for rule, _, _ in said(edited(before, after))] == ["value-moved"]


@pytest.mark.parametrize(
    ("note", "severity"),
    [
        ("old number at home 03-1234-5601, until January", "notice"),
        ("旧自宅番号は1月まで使っていた 03-1234-5601", "notice"),
        ("Tel: 03-1234-5601", "warning"),
        ("Home phone 03-1234-5601", "warning"),
    ],
)
def test_a_number_that_was_given_up_and_noted_with_words_is_no_value_where_phones_do_not_look(
    note: str, severity: str
) -> None:
    found = said(edited("TEL;TYPE=HOME:03-1234-5601", ["TEL;TYPE=CELL:090-8765-4321", f"NOTE:{note}"]))
    assert ("value-moved", severity) in {(rule, how_bad) for rule, how_bad, _ in found}


def test_a_number_that_none_replaces_is_missed_by_phones_whatever_the_note_says() -> None:
    found = said(edited("TEL:03-1234-5601", "NOTE:old number at home 03-1234-5601, until January"))
    assert ("value-moved", "warning", "Phone number moved to another field: note") in found


@pytest.mark.parametrize(
    ("before", "after", "severity"),
    [
        ([], "NOTE:old until January 03-1234-5601", "notice"),
        ([], "NOTE:old number 03-1234-5601", "warning"),
        ([], "NOTE:一月までの番号 03-1234-5601", "notice"),
        ([], "NOTE:旧番号 03-1234-5601", "warning"),
        ([], "CATEGORIES:03-1234-5601", "warning"),
        (["NOTE:call only before noon please"], "NOTE:call only before noon please 03-1234-5601", "warning"),
    ],
)
def test_a_number_beside_a_new_one_is_noted_if_four_words_at_least_came_with_it(
    before: list[str], after: str, severity: str
) -> None:
    was, now = "TEL;TYPE=CELL:03-1234-5601", "TEL;TYPE=WORK:06-8765-4321"
    [moved] = [finding for finding in edited([was, *before], [now, after]) if finding.rule == "value-moved"]
    assert (moved.severity.word, moved.per_card) == (severity, True)


def test_that_phones_do_not_look_there_is_said_of_numbers_alone() -> None:
    assert "Phones do not look there." in reason(edited("TEL:03-1234-5601", "NOTE:Tel 03-1234-5601")[0])
    assert reason(edited("TITLE:Lead", "ROLE:Lead")[0]) == "Lead now stands in the role: Lead."
