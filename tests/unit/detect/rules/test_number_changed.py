"""Rule number-changed: what happened to a number decides how bad it is."""

from __future__ import annotations

import pytest

from cardwarden.detect.finding import Severity
from cardwarden.detect.rules.number_changed import NumberChanged
from support.judging import edited, judged, person, said
from support.words import reason


@pytest.mark.parametrize(
    ("region", "before", "after", "severity", "title"),
    [
        ("JP", "186080-1234-5602", "080-1234-5602", "warning", "Number lost its caller-ID prefix"),
        ("JP", "184 03-1234-5601", "186 03-1234-5601", "warning", "Number has another caller-ID prefix"),
        ("JP", "080-1234-5602", "184080-1234-5602", "notice", "Number gained a caller-ID prefix"),
        ("CO", "03 601 2345678", "05 601 2345678", "notice", "Number is dialled through another carrier"),
        ("DE", "+49 30 23125011", "+4949 30 23125011", "critical", "Number has its country code twice"),
        ("DE", "+49 30 23125011", "+33 30 23125011", "critical", "Number got another country code"),
        ("DE", "030 23125011", "30 23125011", "warning", "Number lost its leading 0"),
        ("DE", "0030 21 0123 4567", "30 21 0123 4567", "warning", "Number lost its international 00"),
        ("GB", "020 7946 0018", "020 7946 0081", "critical", "Number has two digits swapped"),
        ("GB", "020 7946 0018", "020 7946 0019", "critical", "Number has one digit changed"),
        ("US", "650-253-0000 x12", "650-253-0000", "warning", "Number lost its extension"),
        ("US", "1-800-FLOWERS", "1-800-3569", "warning", "Number was cut"),
        ("BR", "+55 11 7123-4567", "+55 11 97123-4567", "notice", "Number follows a renumbering of its country"),
        ("JP", "080-1234-5602", "8.01235E+10", "critical", "Number was turned into a spreadsheet figure"),
        ("GB", "020 7946 0018", "0906 123 4567", "critical", "Number was replaced by a charged number"),
    ],
)
def test_a_change_is_named_and_weighed(region: str, before: str, after: str, severity: str, title: str) -> None:
    assert said(edited(f"TEL:{before}", f"TEL:{after}", region)) == [("number-changed", severity, title)]


def test_another_number_is_a_warning_that_says_what_it_means() -> None:
    [finding] = edited("TEL:080-1234-5602", "TEL:03-8765-4321")
    assert "go to a stranger" in reason(finding)


def test_another_writing_of_the_same_number_is_no_change() -> None:
    assert edited("TEL:03-1234-5601", "TEL:(03) 1234 5601") == []
    assert edited("TEL:03-1234-5601", "TEL;VALUE=uri:tel:+81-3-1234-5601") == []


def test_its_severities_are_settings() -> None:
    rule = NumberChanged(elsewhere_severity=Severity.INFO)
    before, after = (person("Jane", f"TEL:020 7946 00{end}") for end in ("18", "19"))
    [finding] = judged(before, after, "GB", [rule])
    assert finding.severity is Severity.INFO


@pytest.mark.parametrize(
    ("region", "before", "after"),
    [
        ("JP", "090-1234-5678", "0090-1234-5678"),
        ("JP", "080-1234-5678", "0080-1234-5678"),
        ("JP", "050-1234-5678", "0050-1234-5678"),
        ("JP", "03-1234-5678", "003-1234-5678"),
        ("JP", "+81 3-1234-5678", "003-1234-5678"),
        ("JP", "06-1234-5678", "006-1234-5678"),
        ("JP", "045-123-4567", "0045-123-4567"),
        ("JP", "0120-123-456", "00120-123-456"),
        ("DE", "030 23125011", "0030 23125011"),
        ("GB", "020 7946 0018", "0020 7946 0018"),
    ],
)
def test_a_zero_too_many_in_front_is_said(region: str, before: str, after: str) -> None:
    [finding] = edited(f"TEL:{before}", f"TEL:{after}", region)
    assert said([finding])[0][2] == "Number gained a leading 0"
    assert finding.severity >= Severity.WARNING


def test_where_a_number_with_a_zero_too_many_rings_is_said() -> None:
    [finding] = edited("TEL:090-1234-5678", "TEL:0090-1234-5678")
    assert "takes 0090 for a company's dialling code" in reason(finding)
    [abroad] = edited("TEL:03906 123456", "TEL:003906 123456", "DE")
    assert (abroad.severity, said([abroad])[0][2]) == (Severity.CRITICAL, "Number gained a leading 0")
    assert "Italy" in reason(abroad)


@pytest.mark.parametrize(
    ("after", "why"),
    [
        ("186080-1234-5601", "186 shows your number to them from now on."),
        ("184080-1234-5601", "184 hides your number from them from now on."),
        ("*31#080-1234-5601", "The code before a number decides whether they see yours."),
    ],
)
def test_a_prefix_that_came_is_told_with_what_it_does(after: str, why: str) -> None:
    assert why in reason(edited("TEL:080-1234-5601", f"TEL:{after}")[0])


def test_a_number_that_lost_digits_and_is_still_one_rings_elsewhere() -> None:
    found = edited("TEL:030 12345678", "TEL:030 2345678", "DE")
    assert said(found) == [("number-changed", "critical", "Number lost digits")]


HOME, NEW_HOME = "TEL;TYPE=HOME:+41 52 555 10 99", "TEL;TYPE=HOME:+41 81 555 10 77"
THERE, HERE = "ADR:;;Seeweg 4;Winterthur;ZH;8400;", "ADR:;;Talgasse 1;Chur;GR;7000;"


@pytest.mark.parametrize(
    ("before", "after", "severity"),
    [
        ([HOME, THERE], [NEW_HOME, HERE], "notice"),
        (
            [HOME, THERE, "LABEL:A", "GEO:1;2", "TZ:+01:00"],
            [NEW_HOME, HERE, "LABEL:B", "GEO:3;4", "TZ:+02:00"],
            "notice",
        ),
        ([HOME, THERE], [NEW_HOME, THERE], "critical"),
        ([HOME, THERE], [NEW_HOME, THERE.replace("4;W", "5;W")], "critical"),
        ([HOME, THERE, "EMAIL:jane@example.org"], [NEW_HOME, HERE, "EMAIL:j@example.com"], "critical"),
        (["TEL:+41 78 555 10 01", THERE], ["TEL:+41 79 555 10 77", HERE], "critical"),
    ],
)
def test_another_landline_of_somebody_who_moved_to_another_town_is_a_notice(
    before: list[str], after: list[str], severity: str
) -> None:
    found = [finding for finding in edited(before, after, "CH") if finding.rule == "number-changed"]
    assert [finding.severity.word for finding in found] == [severity]


@pytest.mark.parametrize(
    ("region", "before", "after", "severity", "why"),
    [
        ("JP", "184 03-1234-5601", "03-1234-5601", "warning", "184 hid your number from them; now they see it."),
        ("JP", "186 03-1234-5601", "03-1234-5601", "warning", "186 showed your number;"),
        ("GB", "020 7946 0018", "0906 123 4567", "critical", "The new one is a premium-rate line"),
        ("GB", "+49 906 1234567", "+44 906 123 4567", "critical", "The new one is a premium-rate line"),
        ("DE", "030 23125011", "0030 23125011", "warning", "it cannot be dialled, or is another number."),
        ("JP", "+1 650-253-0000 x12", "+1 650-253-0000", "warning", "The call reaches the switchboard"),
    ],
)
def test_what_a_change_means_for_a_call_is_said(region: str, before: str, after: str, severity: str, why: str) -> None:
    [found] = edited(f"TEL:{before}", f"TEL:{after}", region)
    assert found.severity.word == severity
    assert why in reason(found)


@pytest.mark.parametrize(
    ("before", "after", "severity"),
    [
        (THERE, THERE.replace("Winterthur", "Turbenthal"), "notice"),
        (THERE, THERE + "Schweiz", "critical"),
        ("", HERE, "critical"),
    ],
)
def test_a_town_is_another_one_by_its_name_and_not_by_its_country(before: str, after: str, severity: str) -> None:
    found = [each for each in edited([HOME, before], [NEW_HOME, after], "CH") if each.rule == "number-changed"]
    assert [finding.severity.word for finding in found] == [severity]
