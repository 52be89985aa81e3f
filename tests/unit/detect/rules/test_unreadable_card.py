"""Rule unreadable-card."""

from __future__ import annotations

from cardwarden.detect.finding import FindingKind
from cardwarden.phrases.phrase import Code, phrase
from support.judging import judged, person, said
from support.words import reason

WHOLE = person("Jane Roe", "TEL:03-1234-5601")
CUT = WHOLE.replace(b"END:VCARD\r\n", b"")


def test_a_card_that_lost_its_end_is_a_warning_that_says_why() -> None:
    [finding] = judged(WHOLE, CUT)
    assert said([finding]) == [("unreadable-card", "warning", "Contact cannot be read")]
    assert "Phones leave such a contact out" in reason(finding)


def test_one_that_is_there_at_the_first_look_is_a_hazard() -> None:
    [finding] = judged(b"", CUT, first_look=True)
    assert (finding.rule, finding.kind) == ("unreadable-card", FindingKind.HAZARD)


def test_one_that_became_unreadable_is_the_same_finding_until_it_can_be_read() -> None:
    [lost], [there] = judged(WHOLE, CUT), judged(b"", CUT, first_look=True)
    assert lost.card
    assert (lost.identity, there.identity) == ("readable", there.meaning)
    file = Code("book.vcf", of_contact=True)
    assert lost.reason == phrase("unreadable-why", file=file, problem=phrase("card-no-end"))
    assert lost.reason != phrase("unreadable-why", file=Code("book.vcf"), problem=phrase("card-no-end"))
