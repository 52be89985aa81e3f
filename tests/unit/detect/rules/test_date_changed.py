"""Rule date-changed."""

from __future__ import annotations

import pytest

from cardwarden.detect.finding import Severity
from support.judging import edited, said
from support.words import reason


@pytest.mark.parametrize(
    ("before", "after", "severity", "title"),
    [
        ("1985-04-12", "1985-04-11", "warning", "Birthday moved by a day"),
        ("1985-04-12", "1985-12-04", "warning", "Birthday has day and month swapped"),
        ("1985-04-12", "1970-01-01", "warning", "Birthday became a computer's zero date"),
        ("1985-04-12", "--0412", "warning", "Birthday lost its year"),
        ("--0412", "1900-04-12", "warning", "Birthday got a made-up year"),
        ("--0412", "1604-04-12", "notice", "Birthday got a made-up year"),
        ("1985-04-12", "1985-04-01", "warning", "Birthday moved to the first"),
        ("1885-04-12", "1985-04-12", "warning", "Birthday moved by a century"),
        ("1985-04-12", "1604-04-12", "warning", "Birthday got a made-up year"),
        ("1985-04-12", "2528-04-12", "warning", "Birthday has a year of another calendar"),
        ("1985-04-12", "1985-05-12", "warning", "Birthday moved by a month"),
        ("--0412", "--0911", "notice", "Birthday was changed"),
        ("1985-04-12", "April", "warning", "Birthday is no date any more"),
        ("1985-04-12", "1991-07-30", "notice", "Birthday was changed"),
    ],
)
def test_a_change_is_named_and_weighed(before: str, after: str, severity: str, title: str) -> None:
    assert said(edited(f"BDAY:{before}", f"BDAY:{after}")) == [("date-changed", severity, title)]


def test_the_same_day_in_another_spelling_is_no_change() -> None:
    for after in ("19850412", "1985-04-12T00:00:00Z"):
        assert edited("BDAY:1985-04-12", f"BDAY:{after}") == []
    assert edited("BDAY:--0412", "BDAY;X-APPLE-OMIT-YEAR=1604:1604-04-12") == []


@pytest.mark.parametrize("midnight", ["19850412T000000+0100", "1985-04-12T00:00:00-05:00"])
def test_a_midnight_in_some_zone_that_comes_or_goes_is_recorded_and_not_sent(midnight: str) -> None:
    for before, after in ((midnight, "1985-04-12"), ("1985-04-12", midnight)):
        found = said(edited(f"BDAY:{before}", f"BDAY:{after}"))
        assert found == [("date-changed", "info", "Birthday is written differently")]


def test_the_same_moment_in_another_zones_time_is_recorded_and_another_day_is_not_the_same() -> None:
    before = "BDAY:1987-09-27T08:30:00-06:00"
    [same] = edited(before, "BDAY:19870927T143000Z")
    assert (same.severity, same.title.name) == (Severity.INFO, "text-same")
    for after in ("19870927T143001Z", "19870927T083000Z", "19870927", "1987-09-28T00:30:00+10:00"):
        [found] = edited(before, f"BDAY:{after}")
        assert found.severity >= Severity.NOTICE


@pytest.mark.parametrize(
    "zero", ["0000-00-00", "00000000", "0000-00-00T00:00:00Z", "--00-00", "1985-00-00", "1985-04-00"]
)
@pytest.mark.parametrize("full", ["1985-04-12", "--0412"])
def test_a_databases_zero_in_place_of_a_date_is_a_loss(full: str, zero: str) -> None:
    lost = [("date-changed", "warning", "Birthday is no date any more")]
    assert said(edited(f"BDAY:{full}", f"BDAY:{zero}")) == lost
    assert said(edited(f"BDAY:{zero}", f"BDAY:{full}")) == [("date-changed", "notice", "Birthday was put right")]


def test_a_month_that_the_owner_most_likely_put_right_is_asked_about() -> None:
    stamped = "BDAY:1985-04-12", "PRODID:-//Phone//1", "REV:20260101T000000Z"
    later = "BDAY:1985-05-12", "PRODID:-//Phone//1", "REV:20260201T000000Z"
    assert said(edited(stamped, later)) == [("date-changed", "notice", "Birthday moved by a month")]


def test_two_dates_of_a_contact_that_changed_places_are_a_warning() -> None:
    found = said(edited(("BDAY:1985-04-12", "ANNIVERSARY:2010-06-05"), ("BDAY:2010-06-05", "ANNIVERSARY:1985-04-12")))
    assert found == [
        ("date-changed", "warning", "Birthday became another date of the contact"),
        ("date-changed", "warning", "Anniversary became another date of the contact"),
    ]


@pytest.mark.parametrize("day", ["2026-02-01", "2026-09-30"])
def test_a_birthday_on_the_day_of_writing_or_later_is_a_warning(day: str) -> None:
    found = edited(("BDAY:1985-04-12", "REV:20260101T000000Z"), (f"BDAY:{day}", "REV:20260201T080000Z"))
    assert said(found) == [("date-changed", "warning", "Birthday is not in the past")]
    found = edited(("ANNIVERSARY:1985-04-12", "REV:20260101T000000Z"), (f"ANNIVERSARY:{day}", "REV:20260201T080000Z"))
    assert said(found) == [("date-changed", "notice", "Anniversary was changed")]


def test_why_a_date_changed_is_said_if_something_shows_it() -> None:
    [drift], [other] = (edited("BDAY:1985-04-12", f"BDAY:{after}") for after in ("1985-04-11", "1991-07-30"))
    assert reason(drift) == "1985-04-12 became 1985-04-11. Programs in different time zones do that."
    assert reason(other) == "1985-04-12 became 1991-07-30."
    assert drift.per_card
