"""The source vdir: which files count, and what it says if it cannot read."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

import pytest

from cardwarden.errors import SourceError
from cardwarden.phrases.language import english
from cardwarden.sources.source import BookRef, Fetched, Known, Missed, Observation
from cardwarden.sources.vdir import Vdir
from cardwarden.sources.vdir_options import VdirOptions
from contract.on_files import LaterClock, another_user
from support.steps import calls

CARD = b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Jane\r\nEND:VCARD\r\n"


def observe(path: Path, known: Known = Known({}), **options: object) -> Observation:  # noqa: B008 - frozen
    source = Vdir("family", VdirOptions.model_validate({"type": "vdir", "path": path, **options}), LaterClock())
    (book,) = source.books()
    return source.observe(book, known, deep=False)


def refusal(path: Path) -> str:
    with pytest.raises(SourceError) as caught:
        observe(path)
    return str(caught.value)


@pytest.mark.parametrize("name", ["a.vcf", "A.VCF", "b.vcard", "a.sync-conflict-20250101-120000-A.vcf", "山田.vcf"])
def test_a_file_that_programs_show_as_a_contact_counts(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(CARD)
    assert list(observe(tmp_path).members) == [name]


@pytest.mark.parametrize(
    "name",
    [
        ".Radicale.props",
        ".a.vcf",
        "a.vcf.tmp",
        "a.tmp",
        ".syncthing.a.vcf.tmp",
        "~syncthing~a.vcf.tmp",
        "a.vcf~",
        "color",
    ],
)
def test_a_file_that_is_hidden_unfinished_or_no_card_does_not_count(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(CARD)
    assert dict(observe(tmp_path).members) == {}


def test_a_name_that_is_no_utf8_can_be_read(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"\xff\xfe.vcf")).write_bytes(CARD)
    (body,) = observe(tmp_path).bodies
    assert isinstance(body, Fetched)
    assert (body.href, body.data) == ("%FF%FE.vcf", CARD)


def test_a_pipe_and_a_folder_that_end_in_vcf_are_left_alone(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.vcf")
    (tmp_path / "folder.vcf").mkdir()
    (tmp_path / "a.vcf").write_bytes(CARD)
    assert list(observe(tmp_path).members) == ["a.vcf"]


def test_a_file_that_became_a_pipe_does_not_hang(tmp_path: Path) -> None:
    (tmp_path / "a.vcf").write_bytes(CARD)
    observed = observe(tmp_path)
    (tmp_path / "a.vcf").unlink()
    os.mkfifo(tmp_path / "a.vcf")
    (missed,) = observed.bodies
    assert isinstance(missed, Missed)
    assert "not a regular file" in english(missed.reason)


@pytest.mark.parametrize("follow", [True, False])
def test_a_link_out_of_the_folder_is_followed_only_if_the_settings_say_so(tmp_path: Path, *, follow: bool) -> None:
    (tmp_path / "book").mkdir()
    (tmp_path / "elsewhere").write_bytes(CARD)
    (tmp_path / "book" / "a.vcf").symlink_to(tmp_path / "elsewhere")
    (body,) = observe(tmp_path / "book", follow_links=follow).bodies
    if follow:
        assert isinstance(body, Fetched)
        assert body.data == CARD
    else:
        assert isinstance(body, Missed)
        assert "leads out of the folder" in english(body.reason)


@pytest.mark.parametrize("real", [True, False])
def test_a_link_inside_the_folder_is_followed_also_if_the_folder_is_a_link(tmp_path: Path, *, real: bool) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "book").symlink_to(tmp_path / "real")
    (tmp_path / "real" / "kept").write_bytes(CARD)
    (tmp_path / "real" / "a.vcf").symlink_to("kept")
    (body,) = observe(tmp_path / ("real" if real else "book")).bodies
    assert isinstance(body, Fetched)
    assert body.data == CARD


def test_a_file_that_becomes_a_link_after_the_listing_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "book").mkdir()
    (tmp_path / "book" / "a.vcf").write_bytes(CARD)
    (tmp_path / "secret").write_bytes(b"root:x:0:0")
    observed = observe(tmp_path / "book")
    (tmp_path / "book" / "a.vcf").unlink()
    (tmp_path / "book" / "a.vcf").symlink_to(tmp_path / "secret")
    (missed,) = observed.bodies
    assert isinstance(missed, Missed)


def test_a_link_whose_target_is_away_is_listed_and_missed_every_time(tmp_path: Path) -> None:
    (tmp_path / "a.vcf").symlink_to(tmp_path / "away")
    observed = observe(tmp_path)
    again = observe(tmp_path, Known(observed.members))
    for look in (observed, again):
        (missed,) = look.bodies
        assert isinstance(missed, Missed)
        assert english(missed.reason) == f"{tmp_path / 'a.vcf'} is a link that leads nowhere."


def test_a_file_that_vanishes_after_the_listing_is_missed(tmp_path: Path) -> None:
    (tmp_path / "a.vcf").write_bytes(CARD)
    observed = observe(tmp_path)
    (tmp_path / "a.vcf").unlink()
    assert isinstance(next(iter(observed.bodies)), Missed)
    assert "a.vcf" in observed.members


def test_a_file_that_is_too_large_is_missed_and_says_what_to_set(tmp_path: Path) -> None:
    (tmp_path / "a.vcf").write_bytes(CARD)
    (missed,) = observe(tmp_path, max_bytes=10).bodies
    assert isinstance(missed, Missed)
    assert "max_bytes" in english(missed.reason)


def test_an_empty_folder_and_an_empty_file_are_for_the_guard_to_judge(tmp_path: Path) -> None:
    assert dict(observe(tmp_path).members) == {}
    (tmp_path / "a.vcf").touch()
    (body,) = observe(tmp_path).bodies
    assert isinstance(body, Fetched)
    assert body.data == b""


def test_a_missing_folder_says_which_setting_names_it(tmp_path: Path) -> None:
    path = tmp_path / "away"
    assert refusal(path) == (
        f"The folder {path} does not exist. Correct `path` in [sources.family], or mount the disk it lies on."
    )


def test_a_file_where_a_folder_should_be_names_the_other_type(tmp_path: Path) -> None:
    path = tmp_path / "contacts.vcf"
    path.write_bytes(CARD)
    assert refusal(path) == (f'{path} is not a folder. Use type = "vcf-file" in [sources.family] for a single file.')


def test_the_parent_of_the_books_names_the_book(tmp_path: Path) -> None:
    book = tmp_path / "collection-root" / "anna" / "friends"
    book.mkdir(parents=True)
    (book / "a.vcf").write_bytes(CARD)
    assert refusal(tmp_path) == (
        f"There are no .vcf files in {tmp_path} itself, but in folders below it: {book}. "
        "Set `path` in [sources.family] to one of them, and add a source for each other one."
    )


def test_a_book_that_had_cards_and_is_empty_now_is_for_the_guard_though_a_folder_below_has_some(tmp_path: Path) -> None:
    (tmp_path / "backup").mkdir()
    (tmp_path / "backup" / "a.vcf").write_bytes(CARD)
    assert dict(observe(tmp_path, Known({"a.vcf": "1"})).members) == {}


def test_a_folder_that_may_not_be_read_says_who_and_how(open_folder: Path) -> None:
    book = open_folder / "my book"
    book.mkdir()
    book.chmod(0o000)
    with another_user():
        said = refusal(book)
    assert said.startswith(f"The folder {book} may not be read: cardwarden runs as the user ")
    assert f"sudo setfacl -R -m u:{user_in(said)}:rX,d:u:{user_in(said)}:rX '{book}'" in said


def test_a_folder_above_that_may_not_be_entered_is_the_one_that_is_named(open_folder: Path) -> None:
    (open_folder / "home" / "book").mkdir(parents=True)
    (open_folder / "home").chmod(0o600)
    with another_user():
        said = refusal(open_folder / "home" / "book")
    assert f"{open_folder / 'home'} may not be entered" in said
    assert said.endswith(f"sudo setfacl -m u:{user_in(said)}:x {open_folder / 'home'}")


def test_a_folder_whose_files_may_not_be_looked_at_is_refused(open_folder: Path) -> None:
    book = open_folder / "book"
    book.mkdir()
    (book / "a.vcf").write_bytes(CARD)
    book.chmod(0o444)
    with another_user():
        assert "may not be read" in refusal(book) or "may not be entered" in refusal(book)


def test_one_file_that_may_not_be_read_is_missed_and_the_others_are_read(open_folder: Path) -> None:
    (open_folder / "a.vcf").write_bytes(CARD)
    (open_folder / "b.vcf").write_bytes(CARD)
    (open_folder / "a.vcf").chmod(0o000)
    with another_user():
        first, second = observe(open_folder).bodies
    assert isinstance(first, Missed)
    assert "sudo setfacl -m u:" in english(first.reason)
    assert isinstance(second, Fetched)


def test_a_hostile_path_reaches_no_terminal(tmp_path: Path) -> None:
    assert "\x1b" not in refusal(tmp_path / "\x1b[31m")


def test_a_folder_that_is_a_book_keeps_its_id_when_it_moves(tmp_path: Path) -> None:
    source = Vdir("family", VdirOptions(type="vdir", path=tmp_path / "friends"))
    assert source.books() == [BookRef(id="", title="friends")]


def user_in(said: str) -> str:
    return said.split("as the user ")[1].split(".", maxsplit=1)[0]


def test_a_folder_that_never_stops_changing_is_not_believed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    scan = os.scandir

    def write_meanwhile(path: bytes) -> object:
        (tmp_path / f"{len(list(tmp_path.iterdir()))}.vcf").write_bytes(CARD)
        return scan(path)

    monkeypatch.setattr(os, "scandir", write_meanwhile)
    assert "changed again and again" in refusal(tmp_path)


def test_a_card_behind_a_link_into_a_closed_folder_is_missed_and_names_that_folder(open_folder: Path) -> None:
    (open_folder / "private").mkdir()
    (open_folder / "private" / "a.vcf").write_bytes(CARD)
    (open_folder / "book").mkdir()
    (open_folder / "book" / "a.vcf").symlink_to(open_folder / "private" / "a.vcf")
    (open_folder / "private").chmod(0o000)
    with another_user():
        (missed,) = observe(open_folder / "book", follow_links=True).bodies
    assert isinstance(missed, Missed)
    assert f"{open_folder / 'private'} may not be entered" in english(missed.reason)


class RewritingClock(LaterClock):
    """A moment at which a folder was written just now; while somebody waits, `meanwhile` happens to it."""

    def __init__(self, at: float, meanwhile: Callable[[], object]) -> None:
        self.at, self.meanwhile, self.slept = at, meanwhile, 0.0

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.at, UTC)

    def sleep(self, seconds: float) -> None:
        self.slept += seconds
        self.meanwhile()


def asked_again(
    path: Path, meanwhile: Callable[[], object], *, later: float = 0.5
) -> tuple[list[Fetched | Missed], float]:
    """What the source says of a file that a listing lacked, `later` seconds after the folder was written."""
    clock = RewritingClock(path.stat().st_mtime + later, meanwhile)
    source = Vdir("family", VdirOptions(type="vdir", path=path), clock)
    (book,) = source.books()
    return list(source.ask_again(book, ["a.vcf"])), clock.slept


def test_a_file_that_comes_back_while_its_folder_is_rewritten_was_not_removed(tmp_path: Path) -> None:
    (found,), slept = asked_again(tmp_path, lambda: (tmp_path / "a.vcf").write_bytes(CARD))
    assert isinstance(found, Fetched)
    assert (found.href, found.data, slept > 0) == ("a.vcf", CARD, True)


def test_of_a_folder_that_is_still_being_written_nothing_is_said_to_be_gone(tmp_path: Path) -> None:
    def meanwhile() -> None:
        (tmp_path / "b.vcf").write_bytes(CARD)
        os.utime(tmp_path, (1, 1))

    (found,), _ = asked_again(tmp_path, meanwhile)
    assert isinstance(found, Missed)
    assert "the next check tells whether a.vcf is gone" in english(found.reason)


def test_a_file_that_is_gone_from_a_quiet_folder_is_gone_at_once(tmp_path: Path) -> None:
    assert asked_again(tmp_path, lambda: None, later=3600.0) == ([], 0.0)


def test_a_file_that_is_gone_is_looked_for_by_its_name_and_one_that_is_found_in_the_listing(tmp_path: Path) -> None:
    def listings() -> int:
        return len(calls(Vdir._members, lambda: asked_again(tmp_path, lambda: None, later=3600.0)))

    assert listings() == 0
    (tmp_path / "a.vcf").symlink_to(tmp_path / "away")
    assert listings() == 1


def test_a_folder_that_cannot_say_what_is_gone_says_nothing_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(_: bytes) -> NoReturn:
        raise OSError(errno.EIO, "Input/output error")

    (tmp_path / "a.vcf").write_bytes(CARD)
    monkeypatch.setattr(os, "lstat", refused)
    (found,), _ = asked_again(tmp_path, lambda: None, later=3600.0)
    assert isinstance(found, Fetched)
