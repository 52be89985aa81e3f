"""Rule mail-changed."""

from __future__ import annotations

import pytest

from support.judging import edited, said


@pytest.mark.parametrize(
    ("after", "severity", "title"),
    [
        ("jane@examp1e.com", "critical", "Mail address was replaced by a look-alike"),
        ("jane@exarnple.com", "critical", "Mail address was replaced by a look-alike"),
        ("jane@example.co", "warning", "Mail address was cut"),
        ("jane@example.net", "critical", "Mail address was replaced by a look-alike"),
        ("jane@other-place.org", "warning", "Mail address moved to another provider"),
        ("jane", "warning", "Mail address was cut"),
        ("jane@example.com; tom@x.org", "warning", "Mail address has other text attached to it"),
        ("jane at example", "warning", "Mail address is no address any more"),
    ],
)
def test_a_change_is_named_and_weighed(after: str, severity: str, title: str) -> None:
    assert said(edited("EMAIL:jane@example.com", f"EMAIL:{after}")) == [("mail-changed", severity, title)]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("jane@example.com=", "jane@example.com"),
        ("jane@gmial.com", "jane@gmail.com"),
        ("jane&#64;a.org", "jane@a.org"),
    ],
)
def test_a_correction_is_a_notice(before: str, after: str) -> None:
    found = said(edited(f"EMAIL:{before}", f"EMAIL:{after}"))
    assert found == [("mail-changed", "notice", "Mail address was put right")]


def test_somebody_elses_address_is_critical() -> None:
    [finding] = edited(["EMAIL:jane@example.com"], ["EMAIL:j.fox@example.com"])
    assert (finding.rule, finding.severity.word) == ("mail-changed", "critical")


def test_letter_case_and_the_spelling_of_a_domain_mean_nothing() -> None:
    assert edited("EMAIL:Jane@Example.COM", "EMAIL;TYPE=INTERNET:mailto:jane@example.com") == []
    assert edited("EMAIL:jane@bücher.example", "EMAIL:jane@xn--bcher-kva.example") == []


def test_quotes_that_an_address_does_not_need_mean_nothing() -> None:
    assert edited('EMAIL:"jane.roe"@example.com', "EMAIL:jane.roe@example.com") == []
    [needed] = edited('EMAIL:"jane roe"@example.com', "EMAIL:janeroe@example.com")
    assert needed.severity.word == "critical"


@pytest.mark.parametrize("before", ["me.com", "mac.com", "icloud.com"])
@pytest.mark.parametrize("after", ["me.com", "mac.com", "icloud.com"])
def test_apples_three_domains_are_one_mailbox(before: str, after: str) -> None:
    found = said(edited(f"EMAIL:jane@{before}", f"EMAIL:jane@{after}"))
    same = ("mail-changed", "notice", "Mail address reaches the same mailbox in another writing")
    assert found == ([] if before == after else [same])


@pytest.mark.parametrize("domain", ["outlook.com", "fastmail.com", "proton.me", "example.org"])
def test_a_tag_that_came_went_or_changed_reaches_the_same_mailbox(domain: str) -> None:
    for before, after in (("jane", "jane+shop"), ("jane+shop", "jane"), ("jane+shop", "jane+club")):
        [(rule, severity, _)] = said(edited(f"EMAIL:{before}@{domain}", f"EMAIL:{after}@{domain}"))
        assert (rule, severity) == ("mail-changed", "notice")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("jane.roe@proton.me", "janeroe@protonmail.com"), ("jane_roe@pm.me", "jane-roe@proton.me"),
        ("jane.roe@ya.ru", "jane-roe@yandex.com"), ("jane@yandex.ru", "jane@ya.ru"),
    ],
)  # fmt: skip
def test_the_other_domains_of_a_provider_are_one_mailbox(before: str, after: str) -> None:
    assert [(rule, severity) for rule, severity, _ in said(edited(f"EMAIL:{before}", f"EMAIL:{after}"))] == [
        ("mail-changed", "notice")
    ]


def test_a_host_that_is_the_beginning_of_another_one_is_a_look_alike() -> None:
    assert said(edited("EMAIL:jane@bank.example", "EMAIL:jane@bank.example.evil.test")) == [
        ("mail-changed", "critical", "Mail address was replaced by a look-alike")
    ]
