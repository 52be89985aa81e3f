"""Laws of reconciling: findings open, stand, change and resolve, and none is lost or told twice."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from cardwarden.detect.baseline import Reconciled, baseline_of, reconcile
from cardwarden.detect.finding import CardRef, Finding, FindingKind, Severity, Urgency
from cardwarden.detect.judge import judge
from cardwarden.phrases.phrase import phrase
from support.judging import EVERY_RULE, case, person

CARDS = [CardRef(key, key, f"Name of {key}", "book.vcf") for key in ("a", "b", "c")]
findings = st.builds(
    Finding,
    kind=st.sampled_from([FindingKind.DEVIATION, FindingKind.HAZARD]),
    rule=st.sampled_from(["one", "two"]),
    severity=st.sampled_from(Severity),
    title=st.just(phrase("number-plus-added")),
    card=st.sampled_from(CARDS),
    prop=st.sampled_from(["TEL", "NOTE"]),
    identity=st.sampled_from(["1", "2"]),
    meaning=st.sampled_from(["3", "4"]),
    already=st.booleans(),
)
many = st.lists(findings, max_size=8)
opens = st.lists(findings, max_size=5, unique_by=lambda finding: finding.fingerprint).map(
    lambda some: dict(enumerate(some, start=1))
)
keys = st.sets(st.sampled_from(["a", "b", "c"]))


def reconciled(waiting: dict[int, Finding], found: list[Finding], examined: set[str], *accepted: str) -> Reconciled:
    return reconcile(waiting, found, examined=examined, accepted=accepted, hold_at=Severity.WARNING)


@given(opens, many, keys)
def test_every_open_finding_stands_changes_or_resolves(
    waiting: dict[int, Finding], found: list[Finding], examined: set[str]
) -> None:
    result = reconciled(waiting, found, examined)
    parts = [*result.changed, *result.persisting, *result.resolved]
    assert sorted(parts) == sorted(waiting)


@given(opens, many, keys)
def test_only_what_was_looked_at_and_not_found_resolves(
    waiting: dict[int, Finding], found: list[Finding], examined: set[str]
) -> None:
    prints = {finding.fingerprint for finding in found}
    for number in reconciled(waiting, found, examined).resolved:
        card = waiting[number].card
        assert card
        assert card.key in examined
        assert waiting[number].fingerprint not in prints


@given(opens, many, keys)
def test_what_opens_is_bad_enough_new_and_told_once(
    waiting: dict[int, Finding], found: list[Finding], examined: set[str]
) -> None:
    result = reconciled(waiting, found, examined)
    opened = [finding.fingerprint for finding in result.opened]
    assert len(opened) == len(set(opened))
    assert not set(opened) & {finding.fingerprint for finding in waiting.values()}
    assert all(finding.severity >= Severity.WARNING for finding in result.opened)
    assert all(finding.severity < Severity.WARNING and not finding.already for finding in result.passed)


@given(opens, many, keys)
def test_the_same_findings_again_open_and_change_nothing(
    waiting: dict[int, Finding], found: list[Finding], examined: set[str]
) -> None:
    first = reconciled(waiting, found, examined)
    now = {**first.persisting, **first.changed} | dict(enumerate(first.opened, start=100))
    again = reconciled(now, list(now.values()), examined)
    assert (again.opened, again.passed, again.changed, again.resolved) == ((), (), {}, ())


@given(many)
def test_an_accepted_hazard_opens_no_more_and_an_accepted_deviation_does(found: list[Finding]) -> None:
    marks = [finding.accepted_key for finding in found]
    result = reconciled({}, found, set(), *marks)
    assert all(finding.kind is FindingKind.DEVIATION for finding in (*result.opened, *result.passed))


def test_a_value_is_held_and_a_hazard_is_not() -> None:
    value, hazard = number_changed(), number_changed(kind=FindingKind.HAZARD)
    for result in (reconciled({}, [value, hazard], {"a"}), reconciled({1: value, 2: hazard}, [], set())):
        assert result.held == (value,)


def test_a_hazard_that_was_accepted_is_told_no_more_and_another_one_is() -> None:
    known, other = (number_changed(kind=FindingKind.HAZARD, identity=said, meaning=said) for said in "12")
    assert reconciled({}, [known, other], {"a"}, known.accepted_key).opened == (other,)


def test_a_card_that_moved_on_opens_what_is_found_and_one_that_did_not_what_is_no_value_alone() -> None:
    value, card = number_changed(), number_changed(whole_card=True, identity="whole")
    for unmoved, opened in ((frozenset[str](), (value, card)), (frozenset({"a"}), (card,))):
        result = reconcile({}, [value, card], examined={"a"}, accepted=(), hold_at=Severity.WARNING, unmoved=unmoved)
        assert result.opened == opened


def test_what_was_found_in_the_values_of_a_card_that_cannot_be_read_stands_and_what_was_found_in_the_card_does_not() -> (
    None
):
    value, hazard = number_changed(), number_changed(kind=FindingKind.HAZARD)
    card = number_changed(whole_card=True, prop="", identity="whole")
    result = reconcile(
        {1: value, 2: hazard, 3: card}, [], examined={"a"}, accepted=(), hold_at=Severity.WARNING, unreadable={"a"}
    )
    assert (dict(result.persisting), result.resolved) == ({1: value, 2: hazard}, (3,))


def test_a_value_that_changed_again_is_the_same_finding_changed() -> None:
    card = CARDS[0]
    title = phrase("number-plus-added")
    finding = Finding(FindingKind.DEVIATION, "one", Severity.CRITICAL, title, card=card, identity="1", meaning="2")
    result = reconciled({7: finding}, [replace(finding, meaning="3")], {"a"})
    assert list(result.changed) == [7]
    assert result.opened == ()


def test_another_writing_of_the_value_is_the_same_finding_and_nothing_new() -> None:
    first = Finding(
        FindingKind.DEVIATION,
        "one",
        Severity.CRITICAL,
        phrase("number-plus-added"),
        card=CARDS[0],
        identity="1",
        meaning="2",
    )
    result = reconciled({7: replace(first, after="0339460777")}, [replace(first, after="03-3946-0777")], {"a"})
    assert (list(result.persisting), result.changed, result.opened) == ([7], {}, ())


def test_what_was_told_as_urgent_stays_so_when_its_value_changes_again_to_something_milder() -> None:
    told = number_changed(severity=Severity.CRITICAL, urgency=Urgency.SEVERAL)
    milder = number_changed(severity=Severity.WARNING, by_owner=Severity.WARNING, meaning="another")
    result = reconciled({1: told}, [milder], {"a"})
    assert (result.changed[1].severity, result.changed[1].urgency) == (Severity.CRITICAL, Urgency.SEVERAL)
    worse = reconciled({1: milder}, [replace(milder, severity=Severity.CRITICAL, meaning="a third")], {"a"})
    assert worse.changed[1].severity is Severity.CRITICAL


def test_a_card_that_says_what_it_said_opens_nothing_and_ends_nothing_of_its_values() -> None:
    told = number_changed()
    result = reconcile({1: told}, [], examined={"a"}, accepted=(), hold_at=Severity.WARNING, unmoved={"a"})
    assert dict(result.persisting) == {1: told}
    result = reconcile({}, [told], examined={"a"}, accepted=(), hold_at=Severity.WARNING, unmoved={"a"})
    assert (result.opened, result.passed) == ((), ())


def test_a_hazard_is_told_though_its_card_says_what_it_said() -> None:
    hazard = number_changed(kind=FindingKind.HAZARD)
    result = reconcile({}, [hazard], examined={"a"}, accepted=(), hold_at=Severity.WARNING, unmoved={"a"})
    assert result.opened == (hazard,)


def test_another_change_that_is_as_bad_is_as_urgent_as_it_is_itself() -> None:
    told = number_changed(urgency=Urgency.SEVERAL, by_owner=Severity.NOTICE)
    again = number_changed(urgency=Urgency.UNSIGNED, by_owner=Severity.NOTICE, meaning="another")
    assert reconciled({1: told}, [again], {"a"}).changed[1].urgency is Urgency.UNSIGNED


def number_changed(**given: Any) -> Finding:
    values = {
        "kind": FindingKind.DEVIATION, "rule": "number-changed", "severity": Severity.WARNING,
        "title": phrase("number-plus-added"), "card": CARDS[0], "prop": "TEL", "identity": "1", "meaning": "2", **given,
    }  # fmt: skip
    return Finding(**values)


def held_in(was: bytes, now: bytes, rule: str) -> tuple[bytes | None, Finding]:
    """What a card is held to if the finding of one rule waits for its owner, and that finding."""
    changed = case(was, now)
    [card] = changed.cards
    bodies = {entry.digest: data for entry, data in ((card.before, was), (card.after, now)) if entry}
    [found] = [finding for finding in judge(changed, EVERY_RULE) if finding.rule == rule]
    return baseline_of(card, [found], bodies.__getitem__, "JP"), found


def test_a_card_is_held_to_what_is_there_with_the_value_that_waits_as_it_was() -> None:
    was, now = (
        person("Jane", f"TEL:{tel}", f"NOTE:{note}") for tel, note in (("03-1234-5601", "a"), ("+03-1234-5601", "b"))
    )
    held, _ = held_in(was, now, "number-plus-added")
    assert held == person("Jane", "TEL:03-1234-5601", "NOTE:b")


def test_a_card_that_went_is_held_to_what_it_was_and_one_that_came_to_nothing() -> None:
    jane = person("Jane", "TEL:03-1234-5601")
    assert held_in(jane, b"", "card-removed")[0] == jane
    assert held_in(b"", jane, "card-added")[0] is None


def test_what_waits_in_another_card_holds_none() -> None:
    was, now = person("Jane", "TEL:03-1234-5601"), person("Jane", "TEL:+03-1234-5601")
    _, found = held_in(was, now, "number-plus-added")
    [card] = case(was, now).cards
    bodies = {entry.digest: data for entry, data in ((card.before, was), (card.after, now)) if entry}
    assert baseline_of(card, [replace(found, card=CARDS[1])], bodies.__getitem__, "JP") == now


def test_a_card_that_is_held_as_a_whole_or_cannot_be_put_together_keeps_its_baseline() -> None:
    was, now = person("Jane", "TEL:03-1234-5601"), person("Jane", "TEL:03-1234-5602")
    changed = case(was, now)
    [card] = changed.cards
    bodies = {entry.digest: data for entry, data in ((card.before, was), (card.after, now)) if entry}
    [held] = [finding for finding in judge(changed, EVERY_RULE) if finding.severity > Severity.INFO]
    for finding in (replace(held, whole_card=True), held):
        assert baseline_of(card, [finding], bodies.__getitem__, "JP") == was
    assert baseline_of(card, [], bodies.__getitem__, "JP") == now
    broken = dict.fromkeys(bodies, b"")
    assert baseline_of(card, [held], broken.__getitem__, "JP") == b""
