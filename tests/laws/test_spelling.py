"""A number or mail address is the same however its signs are spelled, and what nobody sees in it hides nothing."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardwarden.detect.confusables import LOOKALIKES
from cardwarden.detect.finding import Finding
from cardwarden.detect.mailbox import MailChange, classify_mail
from cardwarden.vcard.addresses import mail
from cardwarden.vcard.number import read_number
from support.examples import examples
from support.judging import edited, judged, person, said
from support.texts import UNSEEN

PLUSES = "+\uff0b\ufe62\u207a\u208a\ufb29\u2795\u02d6"
SLASHES = "/\uff0f\u2044\u2215"
DOTS = ".\u3002\uff61\u30fb\uff65\u00b7\u2022\u2027\uff0e"
BRACKETS = ("()", "[]", "\uff08\uff09", "\u3010\u3011", "\u3014\u3015", "\uff3b\uff3d", "\u207d\u207e")
DASHES = st.characters(categories=["Pd"]) | st.sampled_from("\u02d7\u2212\u2796\u0640\u30fc\uff70\u2043\u207b")
BLANKS = st.characters(categories=["Zs"]) | st.just("\u2800")
ZEROS = st.characters(categories=["Nd"]).map(lambda digit: chr(ord(digit) - unicodedata.decimal(digit)))
NUMBERS = (
    ("JP", "+186-090-1234-5678"), ("JP", "184-03-1234-5678"), ("JP", "+81 90 1234 5678"), ("GB", "+141 020 7946 0018"),
    ("US", "+650-253-0000"), ("US", "(650) 253-0000"), ("DE", "+49 (0)30/23125011"), ("DE", "030.23125011"),
    ("JP", "+03-1234-5678"),
)  # fmt: skip


@st.composite
def spelled(draw: st.DrawFn, number: str) -> str:
    """The same number in the signs of other scripts and widths, each sign by itself."""
    brackets, zero = draw(st.sampled_from(BRACKETS)), ord(draw(ZEROS))
    signs = {
        "+": st.sampled_from(PLUSES), "-": DASHES, " ": BLANKS, "/": st.sampled_from(SLASHES), ".": st.sampled_from(DOTS),
        "(": st.just(brackets[0]), ")": st.just(brackets[1]),
    }  # fmt: skip
    return "".join(chr(zero + int(c)) if c.isdecimal() else draw(signs[c]) for c in number)


def news(before: str, after: str, region: str) -> list[Finding]:
    """What is found of a change of a number; that it is bad in itself is no news."""
    found = edited(f"TEL:{before}", f"TEL:{after}", region)
    return [finding for finding in found if finding.rule != "number-hazard"]


def first_look(region: str, number: str) -> Sequence[Finding]:
    return judged(b"", person("Jane", f"TEL:{number}"), region, first_look=True)


@pytest.mark.parametrize(("region", "number"), NUMBERS)
@examples(60)
@given(data=st.data())
def test_a_number_in_other_signs_is_the_same_number(region: str, number: str, data: st.DataObject) -> None:
    other = data.draw(spelled(number))
    assert read_number(other, region).key == read_number(number, region).key
    assert news(number, other, region) == news(other, number, region) == []
    assert said(first_look(region, other)) == said(first_look(region, number))


@pytest.mark.parametrize(("region", "number"), NUMBERS)
@examples(60)
@given(mark=UNSEEN, data=st.data())
def test_a_mark_that_nobody_sees_comes_as_a_notice_goes_unsaid_and_hides_nothing(
    region: str, number: str, mark: str, data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(number)))
    marked = f"{number[:at]}{mark}{number[at:]}"
    assert [(f.rule, f.severity.word) for f in news(number, marked, region)] == [("number-changed", "notice")]
    assert news(marked, number, region) == []
    assert said(first_look(region, marked)) == said(first_look(region, number))


@pytest.mark.parametrize(("region", "number"), [given for given in NUMBERS if given[1].startswith("+")])
@examples(60)
@given(mark=UNSEEN, data=st.data())
def test_a_plus_that_came_with_a_mark_that_nobody_sees_is_a_plus_that_came(
    region: str, number: str, mark: str, data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(number)))
    marked, bare = f"{number[:at]}{mark}{number[at:]}", number[1:]
    plain, found = said(news(bare, number, region)), said(news(bare, marked, region))
    assert found == plain or (not plain and [severity for _, severity, _ in found] == ["notice"])


@pytest.mark.parametrize(
    "before",
    [
        "tel:",
        "TEL:",
        "Tel: ",
        "tel:tel:",
        "callto:",
        "callto://",
        "fax:",
        "sms:",
        "\u260e ",
        "\u260e\ufe0f",
        '"',
        "\U0001f4de",
    ],
)
@pytest.mark.parametrize(("region", "number"), NUMBERS)
def test_what_telephones_leave_out_before_a_number_hides_nothing(region: str, number: str, before: str) -> None:
    titles = [(rule, severity) for rule, severity, _ in said(first_look(region, number))]
    assert [(rule, severity) for rule, severity, _ in said(first_look(region, before + number))] == titles
    assert [f.severity.word for f in news(before + number, number, region)] == ["notice"]
    assert [f.severity.word for f in news(number, before + number, region)] == ["warning"]
    bare = number.removeprefix("+")
    assert said(news(bare, before + number, region)) == (
        said(news(bare, number, region)) or said(news(number, before + number, region))
    )


@pytest.mark.parametrize(("region", "number"), [given for given in NUMBERS if " " not in given[1]])
def test_a_uri_of_a_number_is_the_number(region: str, number: str) -> None:
    for uri in (f"tel:{number}", f"TEL:{number.replace('+', '%2B')}", f"callto:{number}"):
        found = edited(f"TEL:{number}", f"TEL;VALUE=uri:{uri}", region) + edited(
            f"TEL;VALUE=uri:{uri}", f"TEL:{number}", region
        )
        assert [finding for finding in found if finding.rule != "number-hazard"] == []


ADDRESSES = (
    "jane.roe@example.org",
    "info@b\u00fccher.example",
    "a-1@xn--bcher-kva.example",
    "taro_2@mail.example.co.jp",
)
QUIET = (MailChange.SAME_BOX, MailChange.REPAIRED, MailChange.BROKEN)
WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}


@st.composite
def misspelt(draw: st.DrawFn, address: str) -> str:
    """The same address with something that no mail server knows: other widths, invisible marks, blanks beside a sign, frames."""
    at = draw(st.integers(0, len(address) - 1))
    host = address.index("@") + 1
    dot = address.index(".", host)
    way = draw(st.sampled_from(["wide", "wide sign", "mark", "blank", "stop", "frame"]))
    match way:
        case "wide":
            return (
                f"{address[:at]}{address[at].translate(WIDE)}{address[at + 1 :]}"
                if address.isascii()
                else address.translate(WIDE)
            )
        case "wide sign":
            return address.replace("@", draw(st.sampled_from("\uff20\ufe6b")))
        case "mark":
            return f"{address[:at]}{draw(UNSEEN)}{address[at:]}"
        case "blank":
            blank = draw(st.sampled_from([" ", "\u3000", "\u202f "]))
            return draw(st.sampled_from([address.replace("@", f"@{blank}"), address.replace("@", f"{blank}@")]))
        case "stop":
            return address[:dot] + draw(st.sampled_from("\u3002\uff61\uff0e")) + address[dot + 1 :]
        case _:
            frame = draw(st.sampled_from(["\u201c\u201d", "\u300c\u300d", "\u00ab\u00bb", "\u2018\u2019"]))
            return f"{frame[0]}{address}{frame[1]}"


def mail_news(before: str, after: str) -> list[tuple[str, str]]:
    return [(rule, severity) for rule, severity, _ in said(edited(f"EMAIL:{before}", f"EMAIL:{after}"))]


@pytest.mark.parametrize("address", ADDRESSES)
@given(data=st.data())
def test_an_address_that_is_put_right_is_a_notice_and_one_that_is_spoilt_a_warning(
    address: str, data: st.DataObject
) -> None:
    other = data.draw(misspelt(address))
    assert mail_news(other, address) == [("mail-changed", "notice")]
    assert mail_news(address, other) == [("mail-changed", "warning")]


@pytest.mark.parametrize("address", [address for address in ADDRESSES if "@xn--" not in address])
@given(data=st.data())
def test_a_letter_of_another_script_is_an_attack(address: str, data: st.DataObject) -> None:
    at = data.draw(st.sampled_from([at for at, letter in enumerate(address) if letter in LOOKALIKES]))
    alike = data.draw(st.sampled_from([c for c in LOOKALIKES[address[at]] if not unicodedata.decomposition(c)]))
    assert mail_news(address, f"{address[:at]}{alike}{address[at + 1 :]}") == [("mail-changed", "critical")]


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_mailto_uri_of_an_address_is_the_address(address: str) -> None:
    local, _, domain = address.partition("@")
    for uri in (
        f"mailto:{address}",
        f"MAILTO:{address.upper()}",
        f"mailto:{quote(local)}%40{domain}",
        f"mailto:{address}?subject=a%20b",
    ):
        assert mail_news(address, uri) == mail_news(uri, address) == []


@pytest.mark.parametrize("header", ["to", "cc", "bcc", "BCC", "%62cc"])
@pytest.mark.parametrize("before", ["", "subject=a&", "body=a%20b;"])
def test_a_recipient_that_hides_in_a_mailto_uri_is_told(before: str, header: str) -> None:
    address = "jane.roe@example.org"
    uri = f"mailto:{address}?{before}{header}=evil%40evil.example"
    assert mail_news(address, uri) == [("mail-changed", "warning")]
    assert mail_news(f"mailto:{address}?{before}", uri) == [("mail-changed", "warning")]
    assert mail_news(address, f"mailto:?{header}=evil@evil.example") == [("mail-changed", "critical")]
    assert mail_news(address, f"mailto:?{header}={address}") == []


JOINED = ("\u0646\u0627\u0645\u0647\u200c\u0627\u06cc", "\u0915\u094d\u200d\u0937", "\U0001f468\u200d\U0001f469")
"""A Persian, an Indic and a pictured word, with the sign that joins or parts its letters."""


@pytest.mark.parametrize("word", JOINED)
@pytest.mark.parametrize("address", ["{}@example.org", "info@{}.example"])
def test_a_word_without_the_sign_that_joins_its_letters_is_another_one(address: str, word: str) -> None:
    plain = word.replace("\u200c", "").replace("\u200d", "")
    for before, after in ((word, plain), (plain, word)):
        found = edited(f"EMAIL:{address.format(before)}", f"EMAIL:{address.format(after)}")
        assert [finding.severity.word for finding in found] in (["warning"], ["critical"])
        assert classify_mail(mail(address.format(before)), mail(address.format(after))) not in QUIET
