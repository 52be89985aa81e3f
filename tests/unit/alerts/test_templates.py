"""Templates of the owner's replace what we say; one that fails is not used, and nothing can be reached from one."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from cardwarden.alerts.channel import Channel
from cardwarden.alerts.sending import send
from cardwarden.alerts.templates import Templates
from cardwarden.phrases.language import Voice
from support.messages import message
from support.receiver import Receiver
from support.words import ENGLISH

SAID = message("Jane: number gained a +", "It would ring abroad.")


def templates(folder: Path, **files: str) -> Templates:
    """A folder with these templates; a dot in a name is written as an underscore."""
    for name, text in files.items():
        (folder / name.replace("_", ".")).write_text(text, "utf-8")
    return Templates(folder)


def test_the_first_line_is_the_title_and_the_rest_the_text(tmp_path: Path) -> None:
    made = templates(tmp_path, alarm_txt="{{ title|upper }}\n{% for line in why %}\n* {{ line }}\n{% endfor %}")
    assert made.text(SAID, ENGLISH) == ("JANE: NUMBER GAINED A +", "* It would ring abroad.")


def test_a_language_of_its_own_counts_more(tmp_path: Path) -> None:
    made = templates(tmp_path, alarm_txt="all", alarm_ja_txt="日本語")
    assert made.text(SAID, Voice("ja")) == ("日本語", "")
    assert made.text(SAID, ENGLISH) == ("all", "")


def test_what_has_no_template_is_said_as_ever(tmp_path: Path) -> None:
    made = templates(tmp_path, digest_txt="x")
    assert made.text(SAID, ENGLISH) is None
    assert made.page(SAID, ENGLISH) is None


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{{ title", "line 1: it is not understood"),
        ("{{ title }}\n\n{{ nothing }}", "line 3: there is no nothing"),
        ("{{ title.nothing }}", "line 1: there is no nothing"),
        ("{{ {}[title] }}", "line 1: it asks for something that is not there"),
        ("{{ ''.__class__.__mro__ }}", "line 1: it does what no template may"),
        ("{% include '/etc/passwd' %}", "line 1: it fails (TypeError)"),
        ("{{ '' }}", "it gives no text"),
        ("{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}", "too long"),
        ("{{ 'x' * 10 ** 10 }}", "memory"),
        ("{{ 'x' * 60000 }}", "more than 50,000 characters"),
    ],
)
def test_a_template_that_fails_is_not_used_and_says_why(text: str, why: str, tmp_path: Path) -> None:
    made = templates(tmp_path, alarm_txt=text)
    assert made.text(SAID, ENGLISH) is None
    [(name, problem)] = made.faults()
    assert name == "alarm.txt"
    assert why in ENGLISH.value(problem)


def test_what_is_no_template_is_named(tmp_path: Path) -> None:
    made = templates(tmp_path, alrm_txt="x", alarm_fr_txt="x", question_html="{{ rows[0].who }}")
    assert [name for name, _ in made.faults()] == ["alarm.fr.txt", "alrm.txt"]
    assert [name for name, _ in Templates(tmp_path / "away").faults()] == [str(tmp_path / "away")]


def test_values_are_escaped_in_a_page(tmp_path: Path) -> None:
    made = templates(tmp_path, alarm_html="<p>{{ title }}</p>")
    assert made.page(message("<b>"), ENGLISH) == "<p>&lt;b&gt;</p>"


def test_a_channel_sends_what_its_template_says_and_else_the_default(tmp_path: Path, receiver: Receiver) -> None:
    made = templates(tmp_path, alarm_txt="Hello\n{{ ask }}{{ why[0] }} @everyone")
    send(Channel("phone", lambda: receiver.url, templates=made), SAID, 5)
    (tmp_path / "alarm.txt").write_text("{{ broken")
    send(Channel("phone", lambda: receiver.url, templates=made), SAID, 5)
    first, second = receiver.requests
    assert (first["title"], first["message"]) == ("Hello", "It would ring abroad. ＠everyone")
    assert (second["title"], second["message"]) == (SAID.title, "It would ring abroad.")


@pytest.mark.parametrize("text", ["{{ {}[title] }}", "{{ rows[0][why[0]] }}", "{{ '%d' % title }}", "{{ title + 1 }}"])
def test_what_a_template_fails_at_never_stands_in_the_log(
    text: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    said = message("Jane: number gained a +", "It would ring abroad.")
    assert templates(tmp_path, alarm_txt=text).text(said, ENGLISH) is None
    assert "alarm.txt" in caplog.text
    assert not {"Jane", "abroad"} & set(re.findall(r"\w+", caplog.text))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_that_may_not_be_read_is_as_one_without_templates(tmp_path: Path) -> None:
    made = templates(tmp_path, alarm_txt="x")
    tmp_path.chmod(0)
    try:
        assert made.text(SAID, ENGLISH) is None
    finally:
        tmp_path.chmod(0o700)


def test_what_stands_in_a_templates_place_and_is_no_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "alarm.txt").mkdir()
    assert Templates(tmp_path).text(SAID, ENGLISH) is None
    assert [name for name, _ in Templates(tmp_path).faults()] == ["alarm.txt"]


@pytest.mark.parametrize(
    ("language", "why"), [("ja", "3行目：nothing という値はありません"), ("de", "Zeile 3: nothing gibt es nicht")]
)
def test_what_is_wrong_with_a_template_is_said_in_the_readers_language(language: str, why: str, tmp_path: Path) -> None:
    [(_, problem)] = templates(tmp_path, alarm_txt="{{ title }}\n\n{{ nothing }}").faults()
    assert Voice(language).value(problem) == why
