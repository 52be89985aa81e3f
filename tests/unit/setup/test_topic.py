"""Topics of ntfy's."""

from __future__ import annotations

import re

import pytest

from cardwarden.setup.topic import address_of, new_topic, page_of


def test_no_two_topics_are_alike_and_each_can_be_typed() -> None:
    topics = {new_topic() for _ in range(200)}
    assert len(topics) == 200
    assert all(re.fullmatch(r"cw-[a-km-np-z2-9]{20}", topic) for topic in topics)


@pytest.mark.parametrize(
    ("server", "address", "page"),
    [
        ("ntfy.sh", "ntfys://ntfy.sh/t", "https://ntfy.sh/t"),
        ("https://ntfy.example.org/", "ntfys://ntfy.example.org/t", "https://ntfy.example.org/t"),
        ("http://192.168.1.2:8080", "ntfy://192.168.1.2:8080/t", "http://192.168.1.2:8080/t"),
    ],
)
def test_a_topic_has_an_address_for_us_and_one_for_people(server: str, address: str, page: str) -> None:
    assert (address_of("t", server), page_of("t", server)) == (address, page)
