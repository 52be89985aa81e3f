"""What a service that reads all text as Markdown shows is what was said."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from cardwarden.alerts.channel import Channel
from cardwarden.alerts.markdown import unmarked
from cardwarden.alerts.sending import send
from support.messages import message
from support.receiver import Receiver

HOSTILE = "[Your bank](https://evil.example) 186*090*1234 **now** `x` <b>big</b> _u_ ~~gone~~ ||hidden|| \\* john_doe@example.org"


def shown(text: str) -> str:
    """The text that a reader of CommonMark (with strikethrough) sees, and what it marks, in brackets."""
    marks = {"text", "softbreak", "paragraph_open", "paragraph_close", "inline", "text_special"}
    tokens = MarkdownIt("commonmark", {"html": True}).enable("strikethrough").parse(text)
    each = [inner for token in tokens for inner in [token, *(token.children or [])]]
    return "".join(
        t.content if t.type in {"text", "text_special"} else "" if t.type in marks else f"[{t.type}]" for t in each
    )


def test_what_a_contact_says_marks_nothing() -> None:
    assert shown(unmarked(HOSTILE)) == HOSTILE
    assert shown(HOSTILE) != HOSTILE


@given(st.text(alphabet="ab *_~`[]()<>#-+\\|1.é漢", min_size=1).map(str.strip).filter(lambda text: text[:1].isalpha()))
def test_whatever_a_line_says_is_shown_as_it_is(text: str) -> None:
    assert shown(unmarked(text)).replace("  ", " ") == text.replace("  ", " ")


@pytest.mark.parametrize("line", ["# one", "> quoted", "- item", "+ item", "### three"])
def test_a_line_that_looks_like_a_heading_or_a_list_is_none(line: str) -> None:
    assert shown(unmarked(line)) == line


def test_an_address_stays_whole_and_a_number_as_people_copy_it() -> None:
    link = "https://home.example.org/cardwarden/e/AbC-_12_"
    assert unmarked(f"To see it: {link}\n+81 3-1234-5678 → john_doe@example.org") == (
        f"To see it: {link}\n+81 3-1234-5678 → john_doe@example.org"
    )


def test_mattermost_gets_it_so(receiver: Receiver) -> None:
    address = f"mmost://127.0.0.1:{receiver.port}/{'a' * 24}"
    send(Channel("phone", lambda: address), message("[Your bank](https://evil.example)"), 10)
    assert "[Your bank\\](https://evil.example)" in receiver.requests[0]["text"]
