"""Rule uid-changed."""

from __future__ import annotations

from cardwarden.detect.finding import Severity
from support.cards import card
from support.judging import judged, person, said

OLD, NEW = "0f8fad5b-d9cb-469f-a165-70867728950e", "7c9e6679-7425-40de-944b-e07fc1f90ae7"


def with_uid(uid: str) -> bytes:
    return person("Jane Roe", "TEL:03-1234-5601", uid=uid)


def test_another_id_is_a_notice() -> None:
    assert said(judged(with_uid(OLD), with_uid(NEW))) == [("uid-changed", "notice", "ID of the contact was changed")]


def test_another_spelling_of_it_is_no_change() -> None:
    for after in (OLD.upper(), f"urn:uuid:{OLD}", f"{OLD}.vcf"):
        assert judged(with_uid(OLD), with_uid(after)) == []


def test_an_id_that_a_card_got_is_called_so() -> None:
    before = card("FN:Jane Roe", "TEL:03-1234-5601")
    [got] = judged(before, with_uid(NEW))
    [changed] = judged(with_uid(OLD), with_uid(NEW))
    assert (got.title.name, changed.title.name) == ("uid-added", "uid-changed")
    assert got.per_card
    assert (got.severity, changed.severity) == (Severity.INFO, Severity.NOTICE)
