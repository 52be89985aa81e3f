"""Evidence that others can read, and check without a database."""

from __future__ import annotations

import hashlib
import json
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest

from cardwarden.actions.accept import accept, take_back
from cardwarden.actions.queries.naming import card_named
from cardwarden.actions.report.archive import write_archive
from cardwarden.actions.report.evidence import ContactRecord, Evidence
from cardwarden.actions.report.gather import card_evidence, findings_evidence
from cardwarden.actions.restore.perform import looked_at, plans, restore
from cardwarden.actions.restore.plan import RestoreRequest
from cardwarden.actions.verify import find_head, verify_evidence, verify_store
from cardwarden.errors import RefusedError, StoreError, UsageError
from cardwarden.phrases.language import LANGUAGES, Voice
from cardwarden.store import findings as finding_store
from support.receiver import Receiver
from support.world import YAMADA, World

HOSTILE = '<script>alert(1)</script>&"\u202e'


def damaged(world: World, language: str = "en") -> Evidence:
    """A number that gained a + after an unchanged day, as evidence."""
    world.put("Yamada", "PRODID:-//Phone//EN", *YAMADA, f"NOTE:{HOSTILE}")
    for _ in range(5):
        world.check()
    world.put("Yamada", "PRODID:-//App//EN", YAMADA[0], "TEL;TYPE=CELL:+186080-1234-5602", f"NOTE:{HOSTILE}")
    world.check()
    return evidence(world, language)


def evidence(world: World, language: str = "en", *, redact: bool = False) -> Evidence:
    with world.program() as program, program.store.read() as connection:
        found = [f for f in finding_store.open_findings(connection) if f.finding.rule == "number-plus-added"]
        return findings_evidence(connection, found, lambda _: "JP", world.clock.now(), Voice(language), redact=redact)


def proof(world: World, *, name: str = "Yamada", days: int = 100) -> ContactRecord:
    with world.program() as program, program.store.read() as connection:
        found = card_named(connection, name)
        now = world.clock.now()
        made = card_evidence(connection, found, now - timedelta(days=days), now, lambda _: "JP", now, Voice("en"))
        assert made.contact
        return made.contact


def test_it_tells_both_versions_when_they_were_seen_and_what_wrote_them(world: World) -> None:
    [exhibit] = damaged(world).exhibits
    before, after, finding = exhibit.before, exhibit.after, exhibit.finding.finding
    assert before
    assert after
    assert (before.software, after.software) == ("-//Phone//EN", "-//App//EN")
    assert (before.checks, after.checks) == (5, 1)
    assert before.first_seen < before.last_seen < after.first_seen == after.last_seen
    assert (finding.before, finding.after) == ("186080-1234-5602", "+186080-1234-5602")


def test_the_archive_holds_the_raw_cards_and_verifies_without_a_database(world: World, tmp_path: Path) -> None:
    out = tmp_path / "evidence.zip"
    made = damaged(world)
    write_archive(made, out)
    assert out.stat().st_mode & 0o777 == 0o600
    assert verify_evidence(out) == 5
    with zipfile.ZipFile(out) as archive:
        evidence = json.loads(archive.read("report.json"))
        after = evidence["findings"][0]["versions"]["after"]
        raw = archive.read(after["file"])
        lines = archive.read("chain.txt").decode().splitlines()
    assert raw == (world.book / "Yamada.vcf").read_bytes()
    assert hashlib.sha256(raw).hexdigest() == after["sha256"]
    last = "0" * 64
    for line in lines:
        digest, covers = line.split(" ", 1)
        last = hashlib.sha256(f"{last}\n{covers}".encode()).hexdigest()
        assert last == digest
    assert evidence["chain"] == {"head": last, "links": len(lines), "fits": True}
    with pytest.raises(RefusedError):
        write_archive(made, out)


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_in_a_contact_can_act_in_the_page(world: World, tmp_path: Path, language: str) -> None:
    write_archive(damaged(world, language), tmp_path / "evidence.zip")
    with zipfile.ZipFile(tmp_path / "evidence.zip") as archive:
        text = archive.read("report.html").decode()
    assert "<script" not in text
    assert "\u202e" not in text
    assert "&lt;script&gt;" in text
    assert f'<html lang="{language}">' in text
    assert "http" not in text.replace("http-equiv", "")


def test_the_page_says_who_accepted_who_took_it_back_and_who_put_back(world: World, tmp_path: Path) -> None:
    world.more = "restore = true\n"
    for name in ("Sato", "Keio"):
        world.put(name, "TEL:186080-1234-5604")
    world.check()
    for name in ("Sato", "Keio"):
        world.put(name, "TEL:+186080-1234-5604")
    world.check()
    ids = {found.finding.card.name: found.id for found in world.open() if found.finding.card}
    with world.program() as program:
        accept(program.store, [ids["Sato"]], program.judging, world.clock, who="Ichiro")
        take_back(program.store, [ids["Sato"]], program.judging, world.clock, who="Jiro", why="not me")
        accept(program.store, [ids["Sato"]], program.judging, world.clock, who="Hanako")
        request = RestoreRequest(findings=(ids["Keio"],))
        shown = [
            looked_at(plan, program.writer_to_ask("family")) for plan in plans(program.store, request, program.judging)
        ]
        restore(program.store, request, shown, program.writer, program.judging, world.clock, who="Ken")
        with program.store.read() as connection:
            found = finding_store.list_findings(connection, include_closed=True)
            write_archive(
                findings_evidence(connection, found, lambda _: "JP", world.clock.now(), Voice("ja")),
                tmp_path / "evidence.zip",
            )
    with zipfile.ZipFile(tmp_path / "evidence.zip") as archive:
        text = archive.read("report.html").decode()
        told = {said["contact"]["name"]: said for said in json.loads(archive.read("report.json"))["findings"]}
    assert "Hanako が承認" in text
    assert "Jiro が承認を取り消し" in text
    at = world.clock.at.isoformat()
    assert told["Sato"]["taken_back"] == [{"at": at, "who": "Jiro", "why": "not me"}]
    assert told["Keio"]["taken_back"] == []
    assert "Ken が復元" in text


def test_redacted_evidence_leaves_other_fields_out(world: World, tmp_path: Path) -> None:
    damaged(world)
    write_archive(evidence(world, redact=True), tmp_path / "evidence.zip")
    with zipfile.ZipFile(tmp_path / "evidence.zip") as archive:
        for name in archive.namelist():
            assert b"script&" not in archive.read(name)
            assert b"NOTE" not in archive.read(name)


@pytest.mark.parametrize("damage", ["change", "add", "remove", "cut", "sums"])
def test_evidence_that_was_touched_does_not_verify(world: World, tmp_path: Path, damage: str) -> None:
    good, bad = tmp_path / "good.zip", tmp_path / "bad.zip"
    write_archive(damaged(world), good)
    with zipfile.ZipFile(good) as old, zipfile.ZipFile(bad, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if damage == "remove" and name == "chain.txt":
                continue
            if damage == "change" and name == "report.html":
                data = data.replace(b"186080", b"186081", 1)
            if damage == "sums" and name == "SHA256SUMS":
                data = data[:100]
            new.writestr(name, data)
        if damage == "add":
            new.writestr("more.txt", b"")
    if damage == "cut":
        bad.write_bytes(good.read_bytes()[:500])
    with pytest.raises(StoreError):
        verify_evidence(bad)


def test_a_file_that_is_no_evidence_is_said(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as archive:
        archive.writestr("a", "b")
    for name in ("other.zip", "missing.zip"):
        with pytest.raises(UsageError):
            verify_evidence(tmp_path / name)


def test_it_proves_that_a_number_never_changed(world: World) -> None:
    world.put("Yamada", "TEL:186080-1234-5602")
    world.put("Sato", "TEL:03-1234-5604")
    for number in range(4):
        world.check()
        world.put("Sato", "TEL:03-1234-5604", f"NOTE:{number}")
    record = proof(world)
    assert record.is_constant
    assert (record.checks, record.absent, record.inconclusive) == (4, 0, 0)
    assert record.sightings[0].numbers == ("186080-1234-5602",)


def test_it_does_not_claim_more_than_was_seen(world: World) -> None:
    world.put("Sato", "TEL:03-1234-5604")
    world.check()
    world.put("Yamada", "TEL:186080-1234-5602")
    world.check()
    record = proof(world)
    assert not record.is_constant
    assert record.absent == 1
    world.book.rename(world.root / "away")
    world.check()
    (world.root / "away").rename(world.book)
    assert proof(world).inconclusive == 1
    world.clock.at += timedelta(days=10)
    with pytest.raises(UsageError, match="no check in that time"):
        proof(world, days=1)


def test_the_head_in_an_alert_is_found_in_the_chain(world: World, receiver: Receiver) -> None:
    world.phone = receiver.url
    damaged(world)
    body = receiver.requests[-1]["message"]
    head = body.rpartition("Proof ")[2].strip()
    with world.program() as program:
        assert verify_store(program.store).head.startswith(head)
        assert find_head(program.store, head).check_id == 2
        with pytest.raises(StoreError, match="not in the history"):
            find_head(program.store, "0" * 12)
        with pytest.raises(UsageError):
            find_head(program.store, "xyz")
