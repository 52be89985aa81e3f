"""What a person calls the place of a book."""

from __future__ import annotations

from pathlib import Path

import pytest

from cardwarden.errors import WrongValueError
from cardwarden.settings.kinds import TYPES
from cardwarden.setup.book import SERVER_TYPES, BookLocation, book_location, name_for


@pytest.mark.parametrize(
    ("said", "url", "username"),
    [
        ("anna@example.org", "https://example.org/", "anna@example.org"),
        ("cloud.example.org", "https://cloud.example.org/", ""),
        ("cloud.example.org:8443/dav", "https://cloud.example.org:8443/dav", ""),
        ("nas:5001", "https://nas:5001/", ""),
        ("192.168.1.9:5232", "https://192.168.1.9:5232/", ""),
        ("https://cloud.example.org/remote.php/dav", "https://cloud.example.org/remote.php/dav", ""),
        (" http://127.0.0.1:5232/ ", "http://127.0.0.1:5232/", ""),
        ("https://contacts.icloud.com/17/carddavhome/card/", "https://contacts.icloud.com/17/carddavhome/card/", ""),
    ],
)
def test_a_mail_address_a_host_or_an_address_is_a_server(said: str, url: str, username: str, tmp_path: Path) -> None:
    place = book_location(said, tmp_path)
    assert (place.options, place.username) == ({"type": "carddav", "url": url}, username)


@pytest.mark.parametrize("said", ["localhost:5232", "127.0.0.1:5232", "[::1]:5232"])
def test_a_server_on_this_machine_is_asked_without_tls_unless_the_address_says_so(said: str, tmp_path: Path) -> None:
    assert book_location(said, tmp_path).options["url"] == f"http://{said}/"
    assert book_location(f"https://{said}", tmp_path).options["url"] == f"https://{said}/"


@pytest.mark.parametrize(
    ("said", "kind", "username"),
    [
        ("anna@icloud.com", "icloud", "anna@icloud.com"),
        ("Anna.B@FASTMAIL.com", "fastmail", "Anna.B@FASTMAIL.com"),
        ("anna@gmail.com", "google", "anna@gmail.com"),
        ("anna@posteo.net", "posteo", "anna@posteo.net"),
        ("anna@mailbox.org", "mailbox.org", "anna@mailbox.org"),
        ("anna@outlook.com", "microsoft", "anna@outlook.com"),
        ("iCloud", "icloud", ""),
        ("google-people", "google-people", ""),
        ("https://www.icloud.com/", "icloud", ""),
        ("contacts.google.com", "google", ""),
    ],
)
def test_a_service_is_known_by_mail_address_name_or_host(said: str, kind: str, username: str, tmp_path: Path) -> None:
    place = book_location(said, tmp_path)
    assert (place.options, place.username) == ({"type": kind}, username)


def test_a_type_that_is_given_counts_more_than_what_the_address_says(tmp_path: Path) -> None:
    assert book_location("anna@company.example", tmp_path, "fastmail") == BookLocation(
        {"type": "fastmail"}, "anna@company.example"
    )
    url = "https://cloud.example.org/"
    assert book_location("cloud.example.org", tmp_path, "nextcloud") == BookLocation({"type": "nextcloud", "url": url})


def test_a_server_of_one_s_own_needs_its_address(tmp_path: Path) -> None:
    with pytest.raises(WrongValueError, match="address of your nextcloud server"):
        book_location("nextcloud", tmp_path)


def test_a_folder_and_a_file_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "book").mkdir()
    (tmp_path / "all.vcf").write_bytes(b"")
    assert book_location(str(tmp_path / "book"), tmp_path).options == {"type": "vdir", "path": str(tmp_path / "book")}
    assert book_location("~/all.vcf", tmp_path).options == {"type": "vcf-file", "path": str(tmp_path / "all.vcf")}


def test_a_folder_here_is_a_folder_also_if_it_is_called_like_a_host(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "example.org").mkdir()
    monkeypatch.chdir(tmp_path)
    assert book_location("example.org", tmp_path).options["type"] == "vdir"


@pytest.mark.parametrize(
    ("said", "hint"),
    [
        ("", "mail address"),
        ("/not/there", "/not/there does not exist"),
        ("contacts.vcf", "no file or folder"),
        ("ftp://example.org/", "web address"),
        ("https://anna:secret@example.org/", "leave user and password out"),
    ],
)
def test_what_is_no_place_says_what_to_write(said: str, hint: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=hint) as caught:
        book_location(said, tmp_path)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("place", "name"),
    [
        (BookLocation({"type": "vdir", "path": "/srv/Family Contacts"}), "family-contacts"),
        (BookLocation({"type": "vdir", "path": "/srv/連絡先"}), "contacts"),
        (BookLocation({"type": "vcf-file", "path": "/srv/phone.vcf"}), "phone"),
        (BookLocation({"type": "carddav", "url": "https://www.example.org/"}, "anna@example.org"), "anna"),
        (BookLocation({"type": "carddav", "url": "https://cloud.example.org/"}), "cloud"),
        (BookLocation({"type": "vdir", "path": "/srv/family"}), "family-3"),
    ],
)
def test_a_book_gets_a_name_that_the_settings_take_and_that_is_free(place: BookLocation, name: str) -> None:
    assert name_for(place, {"family", "family-2"}) == name


FILES = ("book.vcf",)
"""A file of each kind of source that is one."""


def test_each_kind_of_source_can_be_reached(tmp_path: Path) -> None:
    for name in FILES:
        (tmp_path / name).write_text("")
    on_disk = {book_location(str(path), tmp_path).kind for path in (tmp_path, *map(tmp_path.joinpath, FILES))}
    on_servers = {book_location("https://dav.example.org/", tmp_path, kind).kind for kind in SERVER_TYPES}
    missing = set(TYPES) - on_disk - on_servers
    assert not missing, (
        f"Say in setup/book.py how init comes to {missing}: in SERVER_TYPES, or in _on_disk and here, in FILES, a file of it"
    )
