"""What a person calls the place of a book."""

from __future__ import annotations

from pathlib import Path

import pytest

from cardwarden.setup.book import BookLocation, name_for, place_of


@pytest.mark.parametrize(
    ("said", "url", "username"),
    [
        ("anna@example.org", "https://example.org/", "anna@example.org"),
        ("anna@icloud.com", "https://contacts.icloud.com/", "anna@icloud.com"),
        ("Anna.B@FASTMAIL.com", "https://carddav.fastmail.com/", "Anna.B@FASTMAIL.com"),
        ("cloud.example.org", "https://cloud.example.org/", ""),
        ("cloud.example.org:8443/dav", "https://cloud.example.org:8443/dav", ""),
        ("https://cloud.example.org/remote.php/dav", "https://cloud.example.org/remote.php/dav", ""),
        (" http://127.0.0.1:5232/ ", "http://127.0.0.1:5232/", ""),
    ],
)
def test_a_mail_address_a_host_or_an_address_is_a_server(said: str, url: str, username: str, tmp_path: Path) -> None:
    place = place_of(said, tmp_path)
    assert (place.options["type"], place.options["url"], place.username) == ("carddav", url, username)


def test_the_password_may_go_to_the_hosts_that_a_service_hands_its_users_to(tmp_path: Path) -> None:
    assert place_of("anna@me.com", tmp_path).options["credential_hosts"] == ("*.icloud.com",)
    assert "credential_hosts" not in place_of("anna@example.org", tmp_path).options


def test_a_folder_and_a_file_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "book").mkdir()
    (tmp_path / "all.vcf").write_bytes(b"")
    assert place_of(str(tmp_path / "book"), tmp_path).options == {"type": "vdir", "path": str(tmp_path / "book")}
    assert place_of("~/all.vcf", tmp_path).options == {"type": "vcf-file", "path": str(tmp_path / "all.vcf")}


def test_a_folder_here_is_a_folder_also_if_it_is_called_like_a_host(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "example.org").mkdir()
    monkeypatch.chdir(tmp_path)
    assert place_of("example.org", tmp_path).options["type"] == "vdir"


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
        place_of(said, tmp_path)
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
