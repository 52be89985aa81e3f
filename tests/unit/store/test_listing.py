"""One digest says whether a listing is as it was, and roughly where it is not."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cardwarden.store.listing import changed_pieces, listing_of, piece_of

MEMBERS = st.dictionaries(st.text(max_size=6), st.text(min_size=1, max_size=6), max_size=8)


@given(MEMBERS, st.randoms())
def test_the_order_of_a_listing_means_nothing(members: dict[str, str], chance) -> None:
    names = list(members)
    chance.shuffle(names)
    assert listing_of({name: members[name] for name in names}) == listing_of(members)


@given(MEMBERS, MEMBERS)
def test_other_members_or_stamps_give_another_digest_in_their_pieces_alone(
    members: dict[str, str], later: dict[str, str]
) -> None:
    before, after = listing_of(members), listing_of(later)
    assert before is not None
    assert after is not None
    differing = {href for href in members.keys() | later.keys() if members.get(href) != later.get(href)}
    assert changed_pieces(before, after) == {piece_of(href) for href in differing}


def test_a_stamp_that_says_nothing_leaves_no_digest() -> None:
    assert listing_of({"a.vcf": "1", "b.vcf": ""}) is None
