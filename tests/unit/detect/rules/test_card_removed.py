"""Rule card-removed."""

from __future__ import annotations

from cardwarden.detect.rules.card_removed import CardRemoved
from support.judging import book, judged, person, said
from support.words import reason

BOOK = [person(f"Person {n}x{n}", f"TEL:03-1234-{6000 + n}") for n in range(60)]


def removed(count: int) -> set[str]:
    return {finding.severity.word for finding in judged(book(*BOOK), book(*BOOK[count:]))}


def test_one_removed_contact_is_a_notice_and_many_at_once_are_critical() -> None:
    assert (removed(1), removed(9), removed(10)) == ({"notice"}, {"notice"}, {"critical"})


def test_a_good_part_of_a_small_book_is_critical() -> None:
    found = judged(book(*BOOK[:8]), book(*BOOK[3:8]))
    assert {finding.severity.word for finding in found} == {"critical"}
    assert "3 contacts of 8 disappeared at once" in reason(found[0])


def test_a_merge_that_loses_something_is_a_warning_and_one_that_loses_nothing_a_notice() -> None:
    one, two = person("Jane Roe", "TEL:03-1", uid="1"), person("Jane Roe", "TEL:03-1234-5602", uid="2")
    kept = person("Jane Roe", "TEL:03-1", "TEL:03-1234-5602", uid="1")
    rest = BOOK[:9]
    for after, severity in ((one, "warning"), (kept, "notice")):
        found = [f for f in judged(book(one, two, *rest), book(after, *rest)) if f.rule == "card-removed"]
        assert said(found) == [("card-removed", severity, "Two contacts of one name became one")]


def test_what_a_merge_dropped_is_told_also_if_the_other_card_stayed_as_it_was() -> None:
    number = "TEL:03-1234-5601"
    kept, gone = person("Jane Roe", number, uid="a"), person("Jane Roe", number, "BDAY:1985-04-12", uid="b")
    assert {severity for _, severity, _ in said(judged(book(kept, gone), kept))} == {"warning"}


def test_a_note_that_stands_inside_the_others_note_was_not_dropped() -> None:
    number = "TEL:03-1234-5601"
    before = book(
        person("Jane Roe", number, "NOTE:likes tea", uid="a"), person("Jane Roe", number, "NOTE:plays chess", uid="b")
    )
    after = person("Jane Roe", number, "NOTE:likes tea\\nplays chess", uid="a")
    assert {severity for _, severity, _ in said(judged(before, after))} == {"notice"}


def test_a_household_that_was_taken_for_one_person_is_told() -> None:
    line, his, hers = "TEL:03-1234-5601", "TEL:090-1234-5602", "TEL:090-1234-5603"
    him, her = person("Arjun Mehta", line, his), person("Kavita Mehta", line, hers)
    assert {severity for _, severity, _ in said(judged(book(him, her), him))} == {"warning"}
    assert {severity for _, severity, _ in said(judged(book(him, person("Kavita Mehta", hers)), him))} == {"notice"}


def test_copies_that_are_tidied_away_are_no_failed_synchronisation_however_many_they_are() -> None:
    copies = [person(f"Person {n}x{n}", f"TEL:03-1234-{6000 + n}", uid=f"copy-{n}") for n in range(20)]
    found = judged(book(*BOOK[:20], *copies), book(*BOOK[:20]))
    assert {finding.severity.word for finding in found} == {"notice"}
    others = [person(f"Person {n}x{n}", f"TEL:03-4321-{6000 + n}", uid=f"copy-{n}") for n in range(20)]
    found = judged(book(*BOOK[:20], *others), book(*BOOK[:20]))
    assert {finding.severity.word for finding in found} == {"critical"}


def test_a_quarter_of_a_book_is_a_good_part_and_all_of_it_from_two_contacts_on() -> None:
    def severities(before: list[bytes], after: list[bytes]) -> set[str]:
        return {finding.severity.word for finding in judged(book(*before), book(*after))}

    assert (severities(BOOK[:12], BOOK[3:12]), severities(BOOK[:13], BOOK[3:13])) == ({"critical"}, {"notice"})
    assert (severities(BOOK[:1], []), severities(BOOK[:2], [])) == ({"notice"}, {"critical"})


def test_a_contact_that_was_removed_alone_was_not_merged() -> None:
    [found] = judged(book(*BOOK), book(*BOOK[1:]))
    assert said([found]) == [("card-removed", "notice", "Contact removed")]
    assert reason(found) == "The contact is no longer in the address book."


def test_a_copy_that_went_is_told_as_one_and_its_numbers_stand_in_the_other() -> None:
    one, two = (person("Jane Roe", "TEL:03-1234-5601", uid=uid) for uid in "12")
    [found] = judged(book(one, two, *BOOK), book(one, *BOOK))
    assert "There were two cards of this name" in reason(found)


def test_nobody_was_merged_with_a_card_that_came_at_the_same_time() -> None:
    line = "TEL:03-1234-5601"
    gone, came = person("Kavita Mehta", line, "TEL:090-1234-5603"), person("Arjun Mehta", line)
    found = [f for f in judged(book(gone, *BOOK), book(came, *BOOK)) if f.rule == "card-removed"]
    assert {severity for _, severity, _ in said(found)} <= {"notice"}


def test_a_name_without_letters_was_not_merged_with_one_that_came_at_the_same_time() -> None:
    gone, came = person("❤", "TEL:03-1234-5601", uid="1"), person("❤", "TEL:03-1234-5602", uid="2")
    found = judged(book(gone, *BOOK), book(came, *BOOK), rules=[CardRemoved()])
    assert said(found) == [("card-removed", "notice", "Contact removed")]


def test_a_number_that_a_new_contact_has_too_does_not_make_a_household_of_them() -> None:
    line = "TEL:03-1234-5601"
    gone, came = person("Kavita Mehta", line, "TEL:090-1234-5603"), person("Tom Ungerer", line)
    found = judged(book(gone, *BOOK), book(came, *BOOK), rules=[CardRemoved()])
    assert said(found) == [("card-removed", "notice", "Contact removed")]
