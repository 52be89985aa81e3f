"""Rule value-lost."""

from __future__ import annotations

import pytest

from support.judging import edited, said


def test_a_lost_number_mail_birthday_or_picture_is_a_warning() -> None:
    for line in (
        "TEL:03-1234-5601",
        "EMAIL:jane@example.org",
        "BDAY:1985-04-12",
        "PHOTO;ENCODING=b:/9j/4AAA",
        "NOTE:hi",
    ):
        [(rule, severity, title)] = said(edited(line, []))
        assert (rule, severity, title[-8:]) == ("value-lost", "warning", "was lost")


def test_a_letter_is_not_kept_by_an_initial() -> None:
    found = said(edited(["N:Roe;Jane;M;;", "GENDER:M"], ["N:Roe;Jane;M;;"]))
    assert found == [("value-lost", "notice", "Gender was lost")]


def test_what_only_one_program_knows_is_a_notice() -> None:
    assert said(edited("X-SOME-PROGRAM:1", [])) == [("value-lost", "notice", "Some program was lost")]


@pytest.mark.parametrize(
    ("line", "severity"), [("X-SOME-PROGRAM:1", "notice"), ("X-SPOUSE:Tom", "warning"), ("HEADLINE:tea", "warning")]
)
def test_what_no_table_knows_is_minor_if_a_program_made_it_up(line: str, severity: str) -> None:
    [found] = edited(line, [])
    assert (found.rule, found.severity.word, found.per_card) == ("value-lost", severity, True)
