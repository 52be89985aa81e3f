"""Digest: the examples of RFC 7616, and challenges as servers write them."""

from __future__ import annotations

from urllib.request import parse_http_list

import pytest

from cardwarden.carddav.digest import Challenge, authorization, challenges

RFC = (  # section 3.9.1
    'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=SHA-256, '
    'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS", '
    'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=MD5, '
    'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"'
)


def fields(header: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in parse_http_list(header.removeprefix("Digest ")))
    return {name: value.strip('"') for name, _, value in pairs}


@pytest.mark.parametrize(
    ("place", "response"),
    [
        (0, "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
        (1, "8ca523f5e9506fed4657c9700eebdbec"),
    ],
)
def test_the_rfc_s_example_is_answered_as_it_says(place: int, response: str) -> None:
    challenge = list(challenges(RFC))[place]
    answer = authorization(
        challenge, "Mufasa", "Circle of Life", "GET", "http://www.example.org/dir/index.html", 1,
        "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
    )  # fmt: skip
    answered = fields(answer)
    assert (answered["response"], answered["uri"], answered["nc"]) == (response, "/dir/index.html", "00000001")


def test_the_older_form_without_qop_is_answered() -> None:
    """RFC 2069, whose example's printed response is wrong (erratum 749)."""
    [challenge] = challenges(
        'Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc"'
    )
    answered = fields(
        authorization(challenge, "Mufasa", "CircleOfLife", "GET", "http://www.nowhere.org/dir/index.html", 1)
    )
    assert answered["response"] == "1949323746fe6a43ef61f9606e7febea"
    assert "nc" not in answered


def test_a_session_mixes_the_nonces_into_the_secret() -> None:
    one, two = (
        fields(authorization(Challenge("r", "n", "MD5", session, True, None, False), "u", "p", "GET", "/", 1, "c"))
        for session in (True, False)
    )
    assert one["algorithm"] == "MD5-sess"
    assert one["response"] != two["response"]


def test_what_stands_in_quotes_is_read_and_written_as_it_is() -> None:
    [challenge] = challenges(r'Basic realm="x, Digest y", Digest realm="a \"b\" \\c, d", nonce=n, stale=TRUE')
    assert (challenge.realm, challenge.nonce, challenge.stale) == ('a "b" \\c, d', "n", True)
    assert r'realm="a \"b\" \\c, d"' in authorization(challenge, "山", "p", "GET", "http://h/?q", 1)


@pytest.mark.parametrize(
    "header",
    [
        "", 'Basic realm="x"', "Digest", 'Digest realm="x"', 'Digest nonce="n", algorithm=SHA-3',
        'Digest nonce="n", qop="auth-int"', 'Digest nonce="' + '\\"' * 50_000,
    ],
)  # fmt: skip
def test_what_cannot_be_answered_is_no_challenge(header: str) -> None:
    assert list(challenges(header)) == []
