"""An answer becomes rows, and a card in it stays the same to the byte."""

from __future__ import annotations

from functools import partial

import pytest

from cardwarden.carddav.multistatus import Multistatus, MultistatusError, Resource, _Rows, parse_multistatus
from cardwarden.phrases.language import english
from support.steps import calls, turns

SPACES = b'xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:carddav" xmlns:S="http://calendarserver.org/ns/"'


def multistatus(content: bytes) -> Multistatus:
    return parse_multistatus(b"<multistatus " + SPACES + b">" + content + b"</multistatus>")


def row(content: bytes) -> Resource:
    (only,) = multistatus(b"<response><href>/a</href>" + content + b"</response>").rows
    return only


def card(text: bytes) -> bytes | None:
    data = b"<C:address-data>" + text + b"</C:address-data>"
    return row(b"<propstat><prop>" + data + b"</prop><status>HTTP/1.1 200 OK</status></propstat>").data


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        pytest.param(b"a\r\nb\rc\nd", b"a\r\nb\rc\nd", id="raw line ends, which XML would rewrite"),
        pytest.param(b"a&#13;\nb&#xD;&#10;c", b"a\r\nb\r\nc", id="escaped line ends"),
        pytest.param(b"<![CDATA[a\r\nb & <c>\r\n]]>", b"a\r\nb & <c>\r\n", id="CDATA"),
        pytest.param(b"a<![CDATA[\r]]>\r\n<!-- x\r\n -->b", b"a\r\r\nb", id="mixed"),
        pytest.param(b"R&amp;D &lt;&gt;", b"R&D <>", id="entities are decoded"),
        pytest.param(b"R&amp;amp;D &amp;#13;", b"R&amp;D &#13;", id="entities are decoded once"),
        pytest.param("J\ufffd\ufffdrg 山".encode(), "J\ufffd\ufffdrg 山".encode(), id="a server's own decoding fault"),
        pytest.param(b"\r\n \r\n", b"\r\n \r\n", id="white space"),
        pytest.param(b"", b"", id="nothing"),
    ],
)
def test_a_card_is_decoded_once_and_keeps_its_line_ends(written: bytes, meant: bytes) -> None:
    assert card(written) == meant


def test_line_ends_keep_their_places_after_wide_characters_and_in_a_long_answer() -> None:
    text = ("NOTE:" + "山é" * 3000 + "\r\n").encode() * 50
    assert card(text) == text


def test_an_answer_in_utf_16_is_read() -> None:
    body = '<?xml version="1.0" encoding="utf-16"?><multistatus xmlns="DAV:"><response><href>/山</href></response></multistatus>'
    assert parse_multistatus(body.encode("utf-16")).rows == (Resource("/山"),)


def test_properties_count_only_where_their_status_is_good() -> None:
    found = row(
        b"<propstat><status>HTTP/1.1 200 OK</status><prop><getetag> &quot;1&quot; </getetag></prop></propstat>"
        b"<propstat><prop><displayname>x</displayname><S:getctag/></prop><status>HTTP/1.1 404 Not Found</status></propstat>"
    )
    assert (found.etag, found.title, found.ctag, found.status) == ('"1"', "", "", 0)


def test_a_book_is_told_from_a_collection() -> None:
    found = row(b"<propstat><prop><resourcetype><collection/><C:addressbook/></resourcetype></prop></propstat>")
    assert (found.is_collection, found.is_book) == (True, True)
    found = row(b"<propstat><prop><resourcetype><collection/></resourcetype></prop></propstat>")
    assert (found.is_collection, found.is_book) == (True, False)


def test_several_hrefs_share_one_status() -> None:
    answer = multistatus(
        b"<response><href>/a</href><href>/b</href><status>HTTP/1.1 404 Not Found</status></response>"
        b"<sync-token>t1</sync-token>"
    )
    assert [(r.href, r.status) for r in answer.rows] == [("/a", 404), ("/b", 404)]
    assert answer.sync_token == "t1"


def test_an_href_inside_a_property_is_not_the_row_s() -> None:
    found = row(
        b"<propstat><prop><current-user-principal><href>/p/</href></current-user-principal>"
        b"<C:addressbook-home-set><href>/h1/</href><href>/h2/</href></C:addressbook-home-set></prop></propstat>"
    )
    assert (found.href, found.principal, found.homes) == ("/a", "/p/", ("/h1/", "/h2/"))


@pytest.mark.parametrize("name", [b"address-data-type", b"content-type"])
def test_vcard_4_is_offered_in_either_spelling(name: bytes) -> None:
    kind = b"<C:supported-address-data><C:" + name + b' version="4.0"/></C:supported-address-data>'
    assert row(b"<propstat><prop>" + kind + b"</prop></propstat>").offers4


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b'<!DOCTYPE x [<!ENTITY a "b">]><multistatus xmlns="DAV:"/>', "document type"),
        (b"<!DOCTYPE html><html></html>", "document type"),
        (b'<error xmlns="DAV:"/>', "not a multistatus"),
        (b'<multistatus xmlns="DAV:">' + b"<a>" * 100 + b"</a>" * 100 + b"</multistatus>", "nested more than 64 deep"),
        (b'<multistatus xmlns="DAV:"><response>', "not well-formed"),
        (b'<multistatus xmlns="DAV:">\x00\x0b</multistatus>', "not well-formed"),
        (b'<multistatus xmlns="DAV:">\xff</multistatus>', "not well-formed"),
        (b'<?xml version="1.0" encoding="nope"?><multistatus xmlns="DAV:"/>', "encoding"),
        (b"", "not well-formed"),
        (b"BEGIN:VCARD", "not well-formed"),
    ],
)
def test_what_is_no_multistatus_says_why(body: bytes, reason: str) -> None:
    with pytest.raises(MultistatusError) as refused:
        parse_multistatus(body)
    assert reason in english(refused.value.said)


def with_homes(count: int) -> bytes:
    homes = b"<C:addressbook-home-set>" + b"<href>/a</href>" * count + b"</C:addressbook-home-set>"
    return b"<propstat><prop>" + homes + b"</prop><status>HTTP/1.1 200 OK</status></propstat>"


def test_any_number_of_homes_takes_linear_work() -> None:
    """A turn of the machine for each, and all of them in one list: none of those before is copied when another comes."""
    few, many = (turns(partial(row, with_homes(count))) for count in (400, 800))
    assert many <= 2.2 * few
    lists = calls(_Rows._take_reference, partial(row, with_homes(800)), lambda names: names["self"].props["homes"])
    assert (len(lists), len({id(one) for one in lists})) == (800, 1)
    assert len(row(with_homes(800)).homes) == 800
