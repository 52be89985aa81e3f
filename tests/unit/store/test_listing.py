"""One digest says whether a listing is as it was, and roughly where it is not."""

from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from cardwarden.store.listing import changed_pieces, digest_of_listing, listing_of, piece_of

HREFS = st.text(st.characters(exclude_characters="\0"), max_size=6)
MEMBERS = st.dictionaries(HREFS, st.text(min_size=1, max_size=6), max_size=8)


def encoded(href: str) -> bytes:
    return href.encode("utf-8", "surrogatepass")


def digest(members: dict[str, str]) -> bytes:
    listing = listing_of(members)
    assert listing is not None
    return listing.digest


@given(MEMBERS, st.randoms())
def test_the_order_of_a_listing_means_nothing(members: dict[str, str], chance: Random) -> None:
    names = list(members)
    chance.shuffle(names)
    assert digest(names_in_order := {name: members[name] for name in names}) == digest(members)
    assert list(names_in_order) == names


@given(MEMBERS, MEMBERS)
def test_other_members_or_stamps_give_another_digest_in_their_pieces_alone(
    members: dict[str, str], later: dict[str, str]
) -> None:
    before, after = digest(members), digest(later)
    differing = {href for href in members.keys() | later.keys() if members.get(href) != later.get(href)}
    assert changed_pieces(before, after) == {piece_of(href) for href in differing}


@given(MEMBERS)
def test_the_digest_that_is_made_by_itself_is_that_of_the_listing(members: dict[str, str]) -> None:
    assert digest_of_listing(members, members.__getitem__) == digest(members)


def test_a_piece_gives_its_members_back() -> None:
    members = {f"{number}.vcf": str(number) for number in range(1_000)}
    listing = listing_of(members)
    assert listing
    place = piece_of("7.vcf")
    assert listing.members_of([place]) == {href: stamp for href, stamp in members.items() if piece_of(href) == place}


def test_a_stamp_that_says_nothing_leaves_no_digest() -> None:
    members = {"a.vcf": "1", "b.vcf": ""}
    assert listing_of(members) is None
    assert digest_of_listing(members, members.__getitem__) is None
