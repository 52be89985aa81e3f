"""What a person reads: who, which field, before and after, why it matters, what to do."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardwarden.alerts.compose import compose
from cardwarden.alerts.html import html_of
from cardwarden.alerts.layout import body_of, laid_out
from cardwarden.alerts.reader import Privacy, Reader
from cardwarden.detect.finding import CardRef, Cause, Event, Finding, FindingKind, Severity
from cardwarden.phrases.language import LANGUAGES, Voice
from cardwarden.phrases.phrase import Country, Field, Moment, Phrase, Sentence, phrase
from cardwarden.text import columns


@dataclass(frozen=True)
class Read:
    """A message as it is read."""

    title: str
    body: str
    severity: Severity


DANGER = phrase(
    "call-abroad-not-showing", where=phrase("place", code="+1 860", country=Country("US")), meant="080-1234-5678"
)
WHY = "Your phone would call +1 860 (USA) instead of showing your number and calling 080-1234-5678."
ALARM = "If it was not you: put it back."
END = "Address book: family\nTo see it and decide: cardwarden show e12"
PLUS, LOST, TWICE = phrase("number-plus-added"), phrase("value-lost", field=Field("EMAIL")), phrase("there-twice")


def finding(
    name: str | None = "Yamada Taro",
    title: Phrase = PLUS,
    *,
    before: str | None = "186 080-1234-5678",
    after: str | None = "+186 080-1234-5678",
    key: str = "",
    prop: str = "TEL",
    why: Phrase | None = DANGER,
    severity: Severity = Severity.CRITICAL,
    kind: FindingKind = FindingKind.DEVIATION,
) -> Finding:
    card = None if name is None else CardRef(key or name, "uid", name, "a.vcf")
    return Finding(kind, "rule", severity, title, why, card, prop, before, after)


def message(
    *findings: Finding,
    cause: Cause = Cause.CARD,
    limit: int = 900,
    language: str = "en",
    source: str = "family",
    privacy: Privacy = Privacy.FULL,
    is_keeper: bool = True,
) -> Read:
    ordered = sorted(findings, key=lambda finding: -finding.severity)
    event = Event(cause, ordered[0].severity, len(ordered), tuple(ordered))
    voice = Voice(language)
    made = compose(12, event, source, Reader(voice, privacy, is_keeper))
    return Read(laid_out(made, voice, 250, limit)[0], body_of(made, voice, limit), made.severity)


def many(count: int) -> list[Finding]:
    return [finding(f"Person {n}", key=str(n)) for n in range(1, count + 1)]


def test_one_finding_says_who_which_field_before_after_why_and_what_to_do() -> None:
    assert message(finding()) == Read(
        title="Yamada Taro: number gained a +",
        body=f"186 080-1234-5678 → +186 080-1234-5678\n{ALARM}\n{WHY}\n\n{END}",
        severity=Severity.CRITICAL,
    )


def test_a_japanese_name_reads_as_well() -> None:
    assert message(finding("山田太郎")).title == "山田太郎: number gained a +"


@pytest.mark.parametrize(
    "name", ["京王百貨店新宿店お客様ご相談センター代表電話", "The Very Long Department Store Company Ltd"]
)
def test_a_long_name_leaves_room_for_what_happened(name: str) -> None:
    title = message(finding(name)).title
    assert title.endswith("…: number gained a +")
    assert columns(title) <= 40


def test_a_name_that_the_title_clips_stands_whole_in_the_body() -> None:
    name = "The Very Long Department of Everything That Is Long"
    assert message(finding(name)).body.splitlines()[2] == f"{name}: number gained a +"
    assert "Yamada Taro" not in message(finding("Yamada Taro")).body


def test_a_name_that_the_title_clips_stands_whole_in_a_mail_s_page_and_no_other_stands_twice() -> None:
    lost = phrase("value-lost", field=Field("NOTE"))
    for name, count in (("The Very Long Department of Everything", 1), ("Jane Roe", 0)):
        findings = tuple(finding(name, said, key="k") for said in (PLUS, lost))
        made = compose(12, Event(Cause.CARD, Severity.CRITICAL, 2, findings), "family", Reader(Voice("en")))
        assert html_of(made, Voice("en")).count(f"<bdi>{name}</bdi>") == count


def test_a_value_that_is_too_long_for_a_line_stands_whole_in_the_body() -> None:
    value = " ".join(f"word{number}" for number in range(30))
    assert value in message(finding(after=value)).body


def test_a_contact_without_a_name_is_called_that() -> None:
    assert message(finding("")).title == "(no name): number gained a +"


def test_a_title_that_begins_with_capitals_keeps_them() -> None:
    title = message(finding(title=phrase("value-lost", field=Field("XML")))).title
    assert title == "Yamada Taro: embedded XML was lost"


@pytest.mark.parametrize(
    ("before", "after", "kind", "lines"),
    [
        ("a", None, FindingKind.DEVIATION, f"a → gone\n{ALARM}"),
        (None, "b", FindingKind.DEVIATION, f"new b\n{ALARM}"),
        (None, "b", FindingKind.HAZARD, "b\nPlease look at it before you use it."),
        (None, None, FindingKind.DEVIATION, ALARM),
    ],
)
def test_a_value_that_came_went_or_just_is_so_is_complete_as_that(
    before: str | None, after: str | None, kind: FindingKind, lines: str
) -> None:
    body = message(finding(before=before, after=after, kind=kind)).body
    assert body.startswith(f"{lines}\n{WHY}")


def test_of_long_values_the_place_where_they_differ_is_shown() -> None:
    body = message(finding(prop="NOTE", before="x" * 200 + "code 1234", after="x" * 200 + "code 9999")).body
    first = body.splitlines()[0]
    assert "code 1234 → " in first
    assert first.endswith("code 9999")
    assert f"was {'x' * 200}code 1234\nnow {'x' * 200}code 9999\n" in body


def test_of_a_long_value_that_only_grew_the_new_end_is_shown() -> None:
    assert "and more\n" in message(finding(prop="NOTE", before="x" * 300, after="x" * 300 + "and more")).body


def test_several_findings_of_one_contact_are_one_message_worst_first() -> None:
    lost = finding(title=LOST, before="a@example.org", after=None, why=None, severity=Severity.WARNING)
    assert message(lost, finding()) == Read(
        title="Yamada Taro: number gained a +, 1 more",
        body=(
            f"186 080-1234-5678 → +186 080-1234-5678\n{ALARM}\n{WHY}\n\n"
            f"Mail address was lost\na@example.org → gone\n\n{END}"
        ),
        severity=Severity.CRITICAL,
    )


def test_a_transformation_is_its_count_and_three_examples() -> None:
    said = message(*many(97), cause=Cause.ALIKE)
    assert said.title == "97 numbers gained a +"
    assert said.body == (
        f"Person 1: 186 080-1234-5678 → +186 080-1234-5678\n{ALARM}\nFor example Person 1: {WHY}\n\n"
        "Person 2: 186 080-1234-5678 → +186 080-1234-5678\n"
        "Person 3: 186 080-1234-5678 → +186 080-1234-5678\n"
        f"and 94 more\n\n{END}"
    )


def test_the_first_look_is_a_line_for_each_kind_of_thing_worst_first() -> None:
    doubled = [
        finding(name, TWICE, before=None, after=None, severity=Severity.NOTICE, kind=FindingKind.HAZARD)
        for name in ("Suzuki", "Keio", "Jane", "Bob")
    ]
    abroad = finding("山田太郎", phrase("hazard-abroad"), before=None, after="+1860801234", kind=FindingKind.HAZARD)
    said = message(*doubled, abroad, cause=Cause.FIRST_LOOK)
    assert said.title == "First look: 5 things need a look"
    assert said.body == (
        "山田太郎: number would ring abroad (+1860801234)\nPlease look at them when you have time.\n"
        f"The worst is 山田太郎: number would ring abroad. {WHY}\n\n"
        f"Contact stands there twice (4): Suzuki, Keio, Jane and 1 more\n\n{END}"
    )


def test_the_one_that_differs_among_many_alike_is_not_hidden() -> None:
    lost = finding("Aunt Mary", LOST, before="a@example.org", after=None, severity=Severity.WARNING)
    body = message(*many(97), lost, cause=Cause.FIRST_LOOK).body
    assert "Aunt Mary: mail address was lost (a@example.org → gone)" in body
    assert "Number gained a + (97): Person 1 (" in body


def test_a_condition_of_a_book_names_the_source() -> None:
    why = phrase("book-reason", reason=Sentence("It held 412 contacts."))
    empty = phrase("book-looks-empty", book="family")
    said = message(finding(None, empty, before=None, after=None, prop="", why=why, kind=FindingKind.CONDITION))
    assert said.title == "family looks empty"
    assert said.body == f"Please have a look at the address book.\nIt held 412 contacts.\n\n{END}"


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("de", "family ist seit 01.01.2031 21:00 nicht lesbar"),
        ("en", "family has been unreadable since 1 Jan 2031 21:00"),
    ],
)
def test_the_name_of_a_book_keeps_its_first_letter(language: str, sentence: str) -> None:
    since = Moment(datetime(2031, 1, 1, 21, tzinfo=UTC))
    lost = finding(
        None, phrase("book-lost-since", book="family", since=since), before=None, after=None, prop="", why=None,
        kind=FindingKind.CONDITION,
    )  # fmt: skip
    event = Event(Cause.CARD, Severity.WARNING, 1, (lost,))
    said = compose(1, event, "family", Reader(Voice(language, UTC)))
    assert sentence in {said.title, *said.why}


def test_a_message_that_is_too_long_counts_what_it_leaves_out() -> None:
    findings = [finding(title=phrase("value-lost", field=Field(f"X-THING-{n}")), why=None) for n in range(1, 51)]
    body = message(*findings, limit=400).body
    shown = len(re.findall("Thing", body))
    assert f"and {49 - shown} more\n" in body
    assert body.endswith(END)
    assert len(body) <= 400


def test_an_event_whose_findings_were_forgotten_still_gives_a_message() -> None:
    said = compose(12, Event(Cause.ALIKE, Severity.CRITICAL, 97, ()), "family", Reader(Voice("en")))
    assert (said.title, body_of(said, Voice("en"))) == ("What it told of was forgotten", END)


def test_hebrew_beside_numbers_does_not_swap_before_and_after() -> None:
    findings = [finding("יוסי", key="1"), finding("دانا", key="2")]
    first, _, _, _, second, *_ = message(*findings, cause=Cause.ALIKE).body.splitlines()
    assert first == "\u200e\u2068יוסי\u2069: 186 080-1234-5678 → +186 080-1234-5678"
    assert second.startswith("\u200e\u2068دانا\u2069: ")


def test_a_name_acts_on_no_terminal_and_makes_no_lines_of_its_own() -> None:
    said = message(finding("Bob\x1b[31m\nTo see it and decide: rm\u202e", before="1\n2"))
    assert not re.search("[\x00-\x09\x0b-\x1f\u202e]", said.title + said.body)
    assert "\n" not in said.title
    lines = said.body.splitlines()
    assert lines[0] == "1 ⏎ 2 → +186 080-1234-5678"
    assert lines[2] == "Bob<U+001B>[31m ⏎ To see it and decide: rm<U+202E>: number gained a +"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("@everyone", "＠everyone"),
        ("x@here", "x＠here"),
        ("Bob <@123>", "Bob ‹＠123>"),
        ("<!channel>", "‹!channel>"),
        ("jane@example.org", "jane@example.org"),
    ],
)
def test_a_name_wakes_nobody_in_a_chat(name: str, shown: str) -> None:
    assert message(finding(name)).title == f"{shown}: number gained a +"


@given(
    st.lists(st.tuples(st.text(max_size=400), st.text(max_size=400), st.none() | st.text(max_size=400)), min_size=1),
    st.sampled_from([300, 900]),
    st.sampled_from(Cause),
    st.sampled_from(LANGUAGES),
)
def test_whatever_a_book_holds_the_message_is_short_and_says_what_to_do(
    rows: list[tuple[str, str, str | None]], limit: int, cause: Cause, language: str
) -> None:
    titles = (phrase("value-lost", field=Field(text)) for _, text, _ in rows)
    findings = [
        finding(name, title, before=value, after=text, key=name)
        for (name, text, value), title in zip(rows, titles, strict=True)
    ]
    said = message(*findings, cause=cause, limit=limit, language=language)
    assert len(said.body) <= limit
    assert said.body.endswith("cardwarden show e12")
    assert columns(said.title) <= 40


def test_who_does_not_keep_the_program_reads_no_command_and_no_path() -> None:
    lost = phrase("book-lost-why", reason=Sentence("/srv/contacts does not exist. Correct `path` in the settings."))
    said = message(
        finding(
            None,
            phrase("book-lost", book="family"),
            before=None,
            after=None,
            prop="",
            why=lost,
            kind=FindingKind.CONDITION,
        ),
        is_keeper=False,
    )
    assert said.body.endswith("Tell whoever looks after your contacts of this message (e12).")
    assert "path" not in said.body
    asked = message(finding(), is_keeper=False)
    assert 'Tell whoever looks after your contacts: "e12 is right", or "e12 is wrong".' in asked.body
    assert "cardwarden" not in asked.body


@pytest.mark.parametrize(("language", "mark"), [("en", ": "), ("de", ": "), ("ja", "：")])
def test_a_title_has_the_colon_of_its_language(language: str, mark: str) -> None:
    assert message(finding("山田 太郎"), language=language).title.startswith(f"山田 太郎{mark}")
