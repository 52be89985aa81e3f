"""Two writings of one address are one address, and two addresses are two."""

from __future__ import annotations

import pytest

from cardwarden.vcard.addresses import chat, mail, mailbox, plain_mail, uri
from support.cards import card, diff


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("HTTPS://Example.COM/", "https://example.com"),
        ("https://münchen.example/kontakt", "https://xn--mnchen-3ya.example/kontakt"),
        ("https://example.org:443/a", "https://example.org/a"),
        ("http://example.org:/a", "http://example.org/a"),
        ("https://example.org/a/", "https://example.org/a"),
        ("https://example.org/%7Ejane", "https://example.org/~jane"),
        ("https://example.org/%c3%bc", "https://example.org/ü"),
        ("https://example.org/%2f", "https://example.org/%2F"),
        ("https://example.org/%ff", "https://example.org/%FF"),
        ("https://jane@Example.org/a", "https://jane@example.org/a"),
        ("ftp://example.org:21/a", "ftp://example.org/a"),
        ("https://twitter.com/jane", "https://x.com/jane"),
        ("https://www.facebook.com/jane", "https://FB.com/jane"),
        ("https://telegram.me/jane", "https://t.me/jane"),
    ],
)
def test_one_web_address_in_two_writings_is_one(one: str, other: str) -> None:
    assert uri(one) == uri(other)
    assert uri(uri(one)) == uri(one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://a.example/X", "https://a.example/x"),
        ("https://a.example/a%2Fb", "https://a.example/a/b"),
        ("https://a.example:8443/", "https://a.example/"),
        ("http://a.example:443/", "http://a.example/"),
        ("https://a.example/?q=a/", "https://a.example/?q=a"),
        ("https://a.example/%E2%80%AE", "https://a.example/\u202e"),
        ("http://a.example/", "https://a.example/"),
        ("www.a.example", "https://www.a.example"),
        ("https://twitter.com/jane", "https://x.com.example/jane"),
        ("https://a.x.com/jane", "https://twitter.com/jane"),
    ],
)
def test_two_web_addresses_are_two(one: str, other: str) -> None:
    assert uri(one) != uri(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("pager:übung", "pager:%C3%BCbung"),
        ("SKYPE:jane.roe", "skype:jane.roe?call"),
        ("skype:live%3A.cid.1", "skype:live:.cid.1"),
        ("skype:Jane.Roe?chat&topic=x", "skype:jane.roe"),
        ("xmpp:Jane@Example.ORG", "xmpp:jane@example.org?message"),
        ("xmpp:jane%40example.org", "xmpp:jane@example.org"),
        ("xmpp:jane@bücher.example", "xmpp:jane@xn--bcher-kva.example"),
        ("sip:Jane@Example.org", "sip:Jane@example.org"),
        ("aim:goim?screenname=jane", "aim:jane"),
        ("msnim:chat?contact=jane@a.example", "msnim:jane@a.example"),
        ("ymsgr:sendIM?jane", "ymsgr:jane"),
    ],
)
def test_one_chat_address_in_two_writings_is_one(one: str, other: str) -> None:
    assert chat(one) == chat(other)
    assert chat(chat(one)) == chat(one)


def test_two_chat_addresses_are_two() -> None:
    assert chat("sip:Jane@a.example") != chat("sip:jane@a.example")
    assert chat("jane") == "jane"
    assert chat("jane", "skype") == chat("skype:jane", "skype") == "skype:jane"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("jane.roe@gmail.com", "janeroe@gmail.com"),
        ("jane@googlemail.com", "jane@gmail.com"),
        ("jane+shop@gmail.com", "jane@gmail.com"),
        ("jane(work)@example.org", "jane@example.org"),
        ("jane roe <jane@example.org>", "jane@example.org"),
    ],
)
def test_one_mailbox_in_two_writings_is_one_box_and_two_addresses(one: str, other: str) -> None:
    assert mailbox(mail(one)) == mailbox(mail(other))
    assert mail(one) != mail(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("jane.roe@example.org", "janeroe@example.org"),
        ("jane+a@example.org", "jane@example.org"),
        ("+a@gmail.com", "+b@gmail.com"),
        ("jane", "joe"),
        ("(jane)", "(joe)"),
    ],
)
def test_two_mailboxes_are_two(one: str, other: str) -> None:
    assert mailbox(mail(one)) != mailbox(mail(other))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("GEO:22.500000;13.4", "GEO:geo:22.5,13.4"),
        ("GEO:-00.0;+013.40", "GEO:geo:0,13.4;crs=wgs84"),
        ("GEO:46.772673;-71.282945", "GEO:46.772675;-71.282944"),
        ("SOUND;X-IRMC-N:;;;;", "SOUND;TYPE=X-IRMC-N:\\;\\;\\;\\;"),
        ("TZ:+01:00", "TZ:+0100"),
        ("TZ:-05", "TZ:-05:00"),
        ("TZ:Z", "TZ:UTC+00:00"),
        ("N:Roe;Jane;;Dr.;Jr.", "N:Roe;Jane;;Dr.;Jr.;;Jr."),
        ("ADR:;;Main St 5;Town;;1;US", "ADR:;;Main St 5;Town;;1;US;;;;5;Main St;;;;;;"),
        ("RELATIONSHIP;TYPE=SPOUSE:Max Roth", "RELATED;TYPE=spouse;VALUE=text:Max Roth"),
        ("SOUND;X-IRMC-N:;;;;", "NOTE:"),
        ("PHOTO:", "NOTE:"),
        ("SOUND;X-IRMC-N:ﾔﾏﾀﾞ;ﾀﾛｳ;;;", "SOUND;X-IRMC-N:ヤマダ;タロウ"),
        ("SOUND;X-IRMC-N:ﾔﾏﾀﾞ;ﾀﾛｳ;;;", "X-PHONETIC-FIRST-NAME:タロウ\r\nX-PHONETIC-LAST-NAME:ヤマダ"),
    ],
)
def test_what_says_the_same_is_no_change(before: str, after: str) -> None:
    assert diff(card(before), card(after)) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("GEO:22.5;13.4", "GEO:-22.5;13.4"),
        ("GEO:22.5;13.4", "GEO:22.05;13.4"),
        ("GEO:22.50000;13.4", "GEO:22.50002;13.4"),
        ("GEO:1" + 60 * "0" + ";1", "GEO:1" + 60 * "0" + ";2"),
        ("TZ:+0100", "TZ:-0100"),
        ("TZ:-0500", "TZ:-500"),
        ("N:Roe;Jane;;;;;", "N:Roe;Jane;;;;;II"),
        ("ADR:;;Main St 5;Town;;1;US", "ADR:;;Main St 5;Town;;1;US;;;;6;Main St;;;;;;"),
        ("ADR:;;Main St 5;Town;;1;US;Cellar;Main", "ADR:;;Main St 5;Town;;1;US;Attic;Main"),
        ("NOTE:", "PHOTO:"),
        ("RELATED;VALUE=text:Jane", "RELATED;VALUE=text:JANE"),
        ("NOTE:urn:uuid:0A186B00-0000-4000-8000-0000000000AA", "NOTE:urn:uuid:0a186b00-0000-4000-8000-0000000000aa"),
        ("SOUND;X-IRMC-N:ﾔﾏﾀﾞ;ﾀﾛｳ", "SOUND;X-IRMC-N:ﾔﾏﾀﾞ;ｼﾞﾛｳ"),
    ],
)
def test_what_says_another_thing_is_a_change(before: str, after: str) -> None:
    assert diff(card(before), card(after)) != []


def test_bytes_that_are_no_text_stay_encoded() -> None:
    assert uri("https://example.org/%ff") == "https://example.org/%FF"


def test_a_hosts_label_is_ascii_up_to_the_length_that_dns_allows() -> None:
    longest, too_long = "ü" * 63, "ü" * 64
    assert mail(f"jane@{longest}").startswith("jane@xn--")
    assert mail(f"jane@{too_long}") == f"jane@{too_long}"


def test_a_name_is_no_host_where_chat_addresses_have_none() -> None:
    assert chat("aim:Jane@Example.ORG") == "aim:Jane@Example.ORG"


def test_one_command_stands_before_a_chat_name_and_what_follows_is_the_name() -> None:
    assert chat("aim:goim?screenname=sendIM?jane") == "aim:sendIM?jane"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("jane@example.org", "jane@example.org"),
        ("jane@xn--bcher-kva.example", "jane@xn--bcher-kva.example"),
        ("\uff4aane\uff20example\u3002org", "jane@example.org"),
        (mail("jane@\uff42\u00fccher.example"), "jane@xn--bcher-kva.example"),
        (mail("\u202ajane@example.org\u202c"), "jane@example.org"),
        ("<mailto:jane @ example.org>", "jane@example.org"),
        ("j\u0430ne@example.org", "j\u0430ne@example.org"),
        (mail("jane@ex\u0430mple.org"), mail("jane@ex\u0430mple.org")),
        ("jane@xn--\u00fc.example", mail("jane@xn--\u00fc.example")),
        ("jane roe", "jane roe"),
    ],
)
def test_an_address_that_no_server_knows_means_one(written: str, meant: str) -> None:
    assert plain_mail(written) == meant


@pytest.mark.parametrize(
    "local",
    [
        "\u0645\u200c\u06cc",  # Persian, which parts two letters
        "a\u0645\u200c1",
        "1\u200d\u0645",
        "\u0645\u200d1",
        "a\u0915\u094d\u200dk",  # a Hindi letter without its vowel
        "a\U0001f468\u200d1",
    ],
)
def test_a_joiner_that_shapes_a_word_or_a_picture_is_a_letter_of_it(local: str) -> None:
    assert plain_mail(f"{local}@example.org") == f"{local}@example.org"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("\u200djane", "jane"),
        ("jane\u200droe", "janeroe"),
        ("\u0645\u200b\u0645", "\u0645\u0645"),  # this one shapes nothing, wherever it is
        ("\u0645a\u200db\u0645", "\u0645ab\u0645"),
    ],
)
def test_what_nobody_sees_and_shapes_nothing_is_not_meant(written: str, meant: str) -> None:
    assert plain_mail(f"{written}@example.org") == f"{meant}@example.org"


def test_a_label_of_the_length_that_dns_allows_is_shown() -> None:
    longest = next(label for n in range(63) if len(label := _punycode("\uff42\u00fc" + "a" * n)) == 63)
    longer = next(label for n in range(63) if len(label := _punycode("\uff42\u00fc" + "a" * n)) == 64)
    assert plain_mail(f"jane\u200b@{longest}") != mail(f"jane@{longest}")
    assert plain_mail(f"jane\u200b@{longer}") == mail(f"jane@{longer}")


def _punycode(label: str) -> str:
    return f"xn--{label.encode('punycode').decode('ascii')}"


def test_a_mailto_uri_is_decoded() -> None:
    assert mail("mailto:jane%2Bshop@example.org?subject=a@b") == "jane+shop@example.org"
    assert mail("jane%2Bshop@example.org?subject=a") == "jane%2bshop@example.org?subject=a"


def test_blanks_that_were_hidden_from_the_reader_take_no_quadratic_time() -> None:
    assert plain_mail(mail("mailto:a" + "%20" * 400_000 + "b@example.org")).endswith("b@example.org")
    assert plain_mail("a" + " \u200b" * 400_000 + "@example.org") == "a@example.org"
