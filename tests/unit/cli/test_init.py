"""`cardwarden init`: from a few answers to books that are guarded."""

from __future__ import annotations

import stat
import tempfile
import tomllib
from pathlib import Path
from typing import Any

import pytest

from cardwarden.cli.main import run
from support.receiver import Receiver
from support.terminal import Terminal, on_terminal
from support.world import card

HAZARD = "TEL;TYPE=CELL:+186080-1234-5602"


class House:
    """A home folder with a book in it, and the receiver of its alerts."""

    def __init__(self, root: Path, receiver: Receiver) -> None:
        self.root, self.receiver = root, receiver
        self.book = root / "contacts"
        self.book.mkdir()
        (self.book / "yamada.vcf").write_bytes(card("Yamada Taro", HAZARD))
        (root / "tmp").mkdir()

    @property
    def environ(self) -> dict[str, str]:
        return {
            "HOME": str(self.root),
            "TMPDIR": str(self.root / "tmp"),
            "ALERTS": self.receiver.url,
            "TZ": "Asia/Tokyo",
            "XDG_CONFIG_HOME": "",
        }

    @property
    def config(self) -> Path:
        return self.root / ".config/cardwarden/cardwarden.toml"

    def written(self) -> dict[str, Any]:
        return tomllib.loads(self.config.read_text("utf-8"))

    def files(self) -> set[str]:
        return {str(path.relative_to(self.root)) for path in self.root.rglob("*")}


@pytest.fixture
def house(tmp_path: Path, receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> House:
    made = House(tmp_path, receiver)
    for name, value in made.environ.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.delenv("CARDWARDEN_CONFIG", raising=False)
    monkeypatch.setattr(tempfile, "tempdir", None)
    return made


def init(*arguments: str) -> int:
    return run(["init", "--for", "user", *arguments])


def test_with_yes_it_takes_what_is_ready_and_what_options_say(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    assert init("--yes", "--book", str(house.book), "--channel-env", "ALERTS") == 0
    written = house.written()
    assert written["region"] == "JP"
    assert written["sources"] == {"contacts": {"type": "vdir", "path": str(house.book)}}
    secret = Path(written["alerts"]["channels"]["phone"]["url_file"])
    assert secret.read_text() == house.receiver.url + "\n"
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    shown = capsys.readouterr().out
    assert "contacts 1" in shown
    assert "Yamada Taro" in shown  # what already looks wrong
    assert Receiver.SECRET not in shown
    assert [message["title"] for message in house.receiver.requests] == ["cardwarden can reach you here"]
    assert run(["config", "validate"]) == 0
    assert run(["check"]) == 1


def test_a_person_is_asked_one_question_at_a_time(house: House) -> None:
    with on_terminal("init", "--for", "user", "--no-start", **house.environ) as terminal:
        terminal.answers("[JP]:", "jp")
        terminal.answers(f"[{house.book}]:")
        terminal.answers("[contacts]:", "family")
        terminal.answers("Your choice [1]:", "2")
        terminal.answers("not shown):", house.receiver.url)
        terminal.answers("test message now [Y/n]:")
        terminal.answers("Did it arrive [Y/n]:", "y")
        terminal.sees("[sources.family]")
        terminal.answers("Shall it be done [Y/n]:")
        assert terminal.ends() == 0
    assert list(house.written()["sources"]) == ["family"]
    assert len(house.receiver.requests) == 1
    assert Receiver.SECRET not in terminal.screen
    assert [line for line in terminal.screen.splitlines() if len(line) > 80 and str(house.root) not in line] == []


def until_the_end(terminal: Terminal, house: House, questions: int) -> None:
    """Answers so many questions, and waits for the next."""
    asked = [
        ("[JP]:", ""),
        (f"[{house.book}]:", ""),
        ("[contacts]:", ""),
        ("Your choice [1]:", "2"),
        ("not shown):", house.receiver.url),
        ("test message now [Y/n]:", ""),
        ("Did it arrive [Y/n]:", ""),
        ("Shall it be done [Y/n]:", ""),
    ]
    for question, answer in asked[:questions]:
        terminal.answers(question, answer)
    terminal.sees(asked[questions][0])


@pytest.mark.parametrize("questions", range(8))
def test_an_interruption_at_any_question_leaves_nothing_behind(house: House, questions: int) -> None:
    before = house.files()
    with on_terminal("init", "--for", "user", "--no-start", **house.environ) as terminal:
        until_the_end(terminal, house, questions)
        assert terminal.interrupts() == 130
    assert house.files() == before


def test_an_answer_that_is_not_understood_is_asked_for_again(house: House) -> None:
    with on_terminal("init", "--for", "user", "--no-start", **house.environ) as terminal:
        terminal.answers("[JP]:", "Japan")
        terminal.sees("two letters")
        terminal.answers("[JP]:")
        terminal.answers(f"[{house.book}]:", "/not/there")
        terminal.sees("/not/there does not exist")
        (house.root / "above/below").mkdir(parents=True)
        (house.root / "above/below/a.vcf").write_bytes(card("A"))
        terminal.answers(f"[{house.book}]:", str(house.root / "above"))
        terminal.sees("It cannot be read.")
        terminal.answers(f"[{house.book}]:")
        terminal.answers("[contacts]:", "Family!")
        terminal.sees("a name may hold")
        terminal.answers("[contacts]:")
        terminal.answers("Your choice [1]:", "9")
        terminal.sees("from 1 to 3")
        terminal.answers("Your choice [1]:", "3")
        terminal.answers("Shall it be done [Y/n]:", "n")
        assert terminal.ends() == 7
    assert not house.config.exists()


def test_an_alert_that_does_not_arrive_leads_back_to_the_choice(house: House) -> None:
    house.receiver.statuses.append(403)
    with on_terminal("init", "--for", "user", "--no-start", "--book", str(house.book), **house.environ) as terminal:
        terminal.answers("[JP]:")
        terminal.answers("[contacts]:")
        terminal.answers("Your choice [1]:", "2")
        terminal.answers("not shown):", house.receiver.url)
        terminal.answers("test message now [Y/n]:")
        terminal.sees("HTTP 403")
        terminal.answers("Your choice [1]:", "3")
        terminal.answers("Shall it be done [Y/n]:")
        assert terminal.ends() == 0
    assert "alerts" not in house.written()


def test_ntfy_is_explained_and_gets_a_topic_that_nobody_can_guess(house: House) -> None:
    assert init("--yes", "--book", str(house.book), "--channel", "ntfy", "--no-test") == 0
    address = Path(house.written()["alerts"]["channels"]["phone"]["url_file"]).read_text().strip()
    assert address.startswith("ntfys://ntfy.sh/cw-")
    assert len(address) == len("ntfys://ntfy.sh/cw-") + 20


def test_run_again_it_adds_a_book_and_a_channel_and_keeps_every_comment(house: House) -> None:
    assert init("--yes", "--book", str(house.book), "--channel", "none") == 0
    house.config.write_text("# mine\n" + house.config.read_text() + "# the end\n")
    before = house.config.read_text()
    other = house.root / "phone.vcf"
    other.write_bytes(card("B"))
    assert init("--yes", "--book", str(other)) == 0
    assert init("--yes", "--no-book", "--channel-env", "ALERTS") == 0
    lines = iter(house.config.read_text().splitlines())
    assert all(line in lines for line in before.splitlines())
    assert list(house.written()["sources"]) == ["contacts", "phone"]
    assert list(house.written()["alerts"]["channels"]) == ["phone"]


def test_a_book_that_is_guarded_already_is_not_added_again(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    assert init("--yes", "--book", str(house.book), "--channel", "none") == 0
    before = house.config.read_bytes()
    assert init("--yes", "--book", str(house.book)) == 2
    assert "[sources.contacts]" in capsys.readouterr().err
    assert house.config.read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["--book", "/not/there"], 2, "--book: /not/there does not exist."),
        (["--region", "Japan", "--book", "{book}"], 2, "--region:"),
        (["--book", "{book}", "--channel-env", "NOT_SET"], 4, "NOT_SET is not set"),
        (["--book", "{book}", "--channel-env", "WRONG"], 6, "not one that Apprise can send to"),
        (["--book", "127.0.0.1:9/"], 2, "--book:"),
        (["--book", "http://127.0.0.1:9/", "--username", "a"], 2, "--password-env"),
        (["--book", "http://127.0.0.1:9/", "--username", "a", "--password-env", "WRONG"], 3, "refused the connection"),
        (["--no-book"], 2, "needs a book"),
    ],
)
def test_what_cannot_be_done_unattended_is_said_and_nothing_is_written(
    house: House,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    code: int,
    says: str,
) -> None:
    monkeypatch.setenv("WRONG", "nothing://of-that-kind")
    monkeypatch.setattr("time.sleep", lambda _: None)  # between the tries of a connection
    before = house.files()
    assert init("--yes", *(argument.format(book=house.book) for argument in arguments)) == code
    assert says in capsys.readouterr().err
    assert house.files() == before
