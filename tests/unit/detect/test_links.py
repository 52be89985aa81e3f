"""What of a web address says where it leads."""

from __future__ import annotations

import pytest

from cardwarden.detect.links import linked_host


@pytest.mark.parametrize(
    ("link", "host"),
    [
        ("https://www.Example.com:8443/a?b#c", "example.com"),
        ("jane:pw@example.com/a", ""),
        ("https://bank.example@evil.example/", "evil.example"),
        ("example.com", "example.com"),
        ("mailto:jane", ""),
        ("jane", ""),
    ],
)
def test_the_host_is_the_one_that_answers(link: str, host: str) -> None:
    assert linked_host(link) == host
