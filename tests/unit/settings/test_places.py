"""The short way to the database's path says what a TOML parser says, or that it does not know."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardwarden.settings.places import plain_url

LINES = st.sampled_from(
    [
        "[store]", "[store] # where", " [ store ] ", "[alerts]", "[sources.store]", "[store.more]", '["store"]',
        'url = "sqlite:////a.db"', 'url="sqlite:////b.db" # there', "url = 'sqlite:////c.db'", 'url = "a\\u0041"',
        'url = ""', '# url = "d"', 'store.url = "e"', 'store = { url = "f" }', '"store".url = "g"', '"url" = "h"',
        'path = """', '"""', "names = [", '  "x",', "]", "retain = true", "region = \"JP\"", "", 'u = "[store]"',
        "[[store]]", "curl = \"i\"", "url.more = 1",
    ]
)  # fmt: skip


@given(st.lists(LINES, max_size=8).map("\n".join))
def test_what_it_says_is_what_toml_says(text: str) -> None:
    said = plain_url(text)
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return  # nothing is guarded with it; the command that is asked next tells
    store = document.get("store", {})
    if said is not None and isinstance(store, dict):
        assert said == str(store.get("url", ""))


@pytest.mark.parametrize(
    "text",
    ['[sources.family]\ntype = "vdir"\n[store]\nurl = "sqlite:////srv/x.db"\n', '\n[store]\nurl="sqlite:////srv/x.db"'],
)
def test_a_configuration_of_plain_lines_needs_no_parser(text: str) -> None:
    assert plain_url(text) == "sqlite:////srv/x.db"
    assert plain_url('region = "JP"\n[sources.family]\n') == ""
