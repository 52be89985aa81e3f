"""What a line shows of two values that are longer than it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardwarden.alerts.lines import around_the_change
from cardwarden.text import columns
from support.examples import examples

LONG = "The boiler room key is with the caretaker, flat 3. Door code 4471, notice period three months"


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("short", "shirt", ("short", "shirt")),
        (LONG, LONG.replace("4471", "4472"), ("…code 4471, notice period three…", "…code 4472, notice period three…")),
        (LONG, LONG[:50].replace("The", "A"), ("… flat 3. Door code 4471, notic…", "… flat 3.")),
    ],
)
def test_a_long_value_is_shown_where_it_differs_most(before: str, after: str, shown: tuple[str, str]) -> None:
    old, new = around_the_change(before, after, 32)
    assert (old, new) == shown


@examples(200)
@given(shared=st.text("ab ", max_size=60), one=st.text("ab1 ", max_size=60), other=st.text("ab2 ", max_size=60))
def test_two_values_that_differ_are_never_shown_alike(shared: str, one: str, other: str) -> None:
    before, after = shared + one, shared + other
    old, new = around_the_change(before, after, 24)
    assert max(columns(old), columns(new)) <= 24
    assert (before == after) == (old == new)
