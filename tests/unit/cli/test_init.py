"""`cardwarden init`: from a few answers to books that are guarded."""

from __future__ import annotations

import io
import re
import shutil
import stat
import tempfile
import threading
import tomllib
from pathlib import Path
from typing import Any

import pytest
import requests

from cardwarden.cli.main import run
from cardwarden.sources import presets
from cardwarden.text import columns
from support.command import program
from support.dav_servers import PASSWORD, USER, radicale
from support.fake_dav import TLS
from support.fake_google import HERE, FakeGoogle, google
from support.fake_google import USER as GOOGLE_USER
from support.fake_jmap import PASSWORD as JMAP_PASSWORD
from support.fake_jmap import TOKEN as JMAP_TOKEN
from support.fake_jmap import USER as JMAP_USER
from support.fake_jmap import jmap
from support.fake_nextcloud import nextcloud
from support.kept_sign_in import refresh_token
from support.receiver import Receiver
from support.terminal import Terminal, copy_on_terminal, on_terminal
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
        terminal.answers("Your choice [1]:")
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
        ("Your choice [1]:", ""),
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


@pytest.mark.parametrize("questions", range(9))
def test_an_interruption_at_any_question_leaves_nothing_behind(house: House, questions: int) -> None:
    before = house.files()
    with copy_on_terminal("init", "--for", "user", "--no-start", **house.environ) as terminal:
        until_the_end(terminal, house, questions)
        assert terminal.interrupts() == 130
    assert house.files() == before


def test_an_answer_that_is_not_understood_is_asked_for_again(house: House) -> None:
    with copy_on_terminal("init", "--for", "user", "--no-start", **house.environ) as terminal:
        terminal.answers("Your choice [1]:", "4")
        terminal.sees("from 1 to 3")
        terminal.answers("Your choice [1]:")
        terminal.answers("[JP]:", "Japan")
        terminal.sees("two letters")
        terminal.answers("[JP]:")
        terminal.answers(f"[{house.book}]:", "/not/there")
        terminal.sees("/not/there does not exist")
        (house.root / "above/below").mkdir(parents=True)
        (house.root / "above/below/a.vcf").write_bytes(card("A"))
        terminal.answers(f"[{house.book}]:", str(house.root / "above"))
        terminal.sees("It cannot be read.")
        terminal.answers(f"[{house.root / 'above'}]:", str(house.book))
        terminal.answers("[contacts]:", "Family!")
        terminal.sees("a name may hold")
        terminal.answers("[contacts]:")
        terminal.answers("Your choice [1]:", "9")
        terminal.sees("from 1 to 3")
        terminal.answers("Your choice [1]:", "3")
        terminal.answers("Shall it be done [Y/n]:", "n")
        assert terminal.ends() == 7
    assert not house.config.exists()


def test_a_folder_without_contacts_is_asked_about(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    (house.root / "empty").mkdir()
    with copy_on_terminal(
        "init", "--for", "user", "--no-start", "--language", "en", "--channel", "none", **house.environ
    ) as terminal:
        terminal.answers("[JP]:")
        terminal.answers(f"[{house.book}]:", str(house.root / "empty"))
        terminal.sees("no contact in it")
        terminal.answers("all the same [y/N]:")
        terminal.answers(f"[{house.root / 'empty'}]:", str(house.book))
        terminal.answers("[contacts]:")
        terminal.answers("Shall it be done [Y/n]:")
        assert terminal.ends() == 0
    assert house.written()["sources"]["contacts"]["path"] == str(house.book)
    assert init("--yes", "--book", str(house.root / "empty"), "--channel", "none") == 0
    assert "no contact in it" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("no", "language", "again"),
    [("いいえ", "ja", "入力してください"), ("nein", "de", "Schreiben Sie"), ("NO", "en", "Write y")],
)
def test_yes_and_no_are_understood_in_each_language(house: House, no: str, language: str, again: str) -> None:
    given = ("--region", "JP", "--book", str(house.book), "--name", "b", "--channel", "none", "--language", language)
    with copy_on_terminal("init", "--for", "user", "--no-start", *given, **house.environ) as terminal:
        terminal.answers("[Y/n]:", "vielleicht")
        terminal.sees(again)
        terminal.answers("[Y/n]:", no)
        assert terminal.ends() == 7
    assert not house.config.exists()


def test_where_nobody_answers_that_is_said(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    before = house.files()
    with program("init", "--for", "user", **house.environ) as process:
        said = "".join(process.communicate(timeout=30))
    assert process.returncode == 2
    assert "Nobody answered" in said
    assert house.files() == before


def test_an_alert_that_does_not_arrive_leads_back_to_the_choice(house: House) -> None:
    house.receiver.statuses.append(403)
    with copy_on_terminal(
        "init", "--for", "user", "--no-start", "--book", str(house.book), **house.environ
    ) as terminal:
        terminal.answers("Your choice [1]:")
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
        (["--book", "127.0.0.1:9/"], 2, "--username"),
        (["--book", "nextcloud"], 2, "--book: write the address of your nextcloud server"),
        (["--book", "{book}", "--guard", ""], 2, "--guard:"),
        (["--book", "http://127.0.0.1:9/", "--sign-in"], 2, "offers no sign-in"),
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


CERTIFICATE = str(TLS / "certificate.pem")
QUESTIONS = {
    "en": ("Your country", "The address book", "Your user name", "The password", "in messages", "Where shall alerts go?",
           "The address (it", "test message now", "Did it arrive", "Which of them", "Shall it be done", "Done."),
    "ja": ("お住まいの国", "アドレス帳の場所", "利用者名", "パスワード", "呼び名", "通知はどこへ", "画面には出ません",
           "試しの通知", "届きましたか", "どれを特に", "よろしいですか", "できました"),
    "de": ("Ihr Land", "Das Adressbuch", "Ihr Benutzername", "Das Passwort", "Wie soll es", "Wohin sollen",
           "Die Adresse", "Probenachricht", "Ist sie angekommen", "Welche davon", "Soll das so sein", "Fertig."),
}  # fmt: skip


@pytest.mark.parametrize("language", QUESTIONS)
def test_a_book_on_a_radicale_is_asked_for_in_the_reader_s_language(house: House, language: str) -> None:
    country, book, user, password, name, channel, address, test, arrived, guard, write, done = QUESTIONS[language]
    (house.root / "server").mkdir()
    shutil.rmtree(house.book)
    environ = {**house.environ, "LC_ALL": f"{language}_XX.UTF-8"}
    with radicale(house.root / "server") as server:
        for number, who in enumerate(("山田 太郎", "Sparkasse Köln", "母")):
            data = card(who, HAZARD if number == 0 else "TEL:03-1234-5678", uid=str(number))
            stored = requests.put(f"{server.book}{number}.vcf", data, auth=(USER, PASSWORD), timeout=10)
            assert stored.status_code == 201
        with copy_on_terminal("init", "--for", "user", "--no-start", **environ) as terminal:
            terminal.sees("Language / Sprache / 言語")
            terminal.answers("[1]:")
            terminal.sees(country)
            terminal.answers("]: ")
            terminal.sees(book)
            terminal.answers(": ", server.root.removeprefix("http://").rstrip("/"))  # 127.0.0.1:PORT is enough
            terminal.sees(user)
            terminal.answers(": ", USER)
            terminal.sees(password)
            terminal.answers(": ", "wrong")
            terminal.sees(book)
            terminal.answers(": ")  # what was said is ready
            terminal.sees(user)
            terminal.answers(": ", USER)
            terminal.sees(password)
            terminal.answers(": ", PASSWORD)
            terminal.sees("山田 太郎")  # what already looks wrong
            terminal.sees(name)
            terminal.answers("]: ")
            terminal.sees(channel)
            terminal.answers("]: ", "2")
            terminal.sees(address)
            terminal.answers(": ", house.receiver.url)
            terminal.sees(test)
            terminal.answers("]: ")
            terminal.sees(arrived)
            terminal.answers("]: ")
            terminal.sees("1  母")
            terminal.sees("2  Sparkasse Köln")
            terminal.sees(guard)
            terminal.answers("]: ", "2")
            terminal.sees(write)
            terminal.answers("]: ")
            terminal.sees(done)
            assert terminal.ends() == 0
        assert PASSWORD not in terminal.screen.replace("secret;", "").replace("a secret", "")
    written = house.written()
    [(called, source)] = written["sources"].items()
    assert (called, source["type"], source["username"]) == ("alice", "carddav", USER)
    assert Path(source["password_file"]).read_text() == f"{PASSWORD}\n"
    assert written["language"] == language
    assert written["guarded"]["contacts"] == ["Sparkasse Köln"]
    assert [line for line in terminal.screen.splitlines() if columns(line) > 80 and str(house.root) not in line] == []


def test_a_nextcloud_makes_an_app_password_in_the_browser(house: House) -> None:
    with nextcloud() as fake:
        fake.dav.put("yamada.vcf", card("Yamada Taro", HAZARD))
        with copy_on_terminal(
            *("init", "--for", "user", "--no-start", "--language", "en", "--region", "JP", "--channel", "none"),
            *("--book", fake.root, "--tls-ca", CERTIFICATE),
            **house.environ,
        ) as terminal:
            terminal.sees("sign in in a browser")
            terminal.answers("Your choice [1]:")
            terminal.sees("/login/v2/flow/a-long-word")
            agreed = requests.get(f"{fake.root}/login/v2/flow/a-long-word", verify=CERTIFICATE, timeout=10)
            assert agreed.status_code == 200
            terminal.sees("Found: address books 1, contacts 1.")
            terminal.answers("[anna]:")
            terminal.answers("Shall it be done [Y/n]:")
            assert terminal.ends() == 0
    source = house.written()["sources"]["anna"]
    assert (source["type"], source["url"], source["username"]) == ("nextcloud", f"{fake.root}/", "anna")
    assert Path(source["password_file"]).stat().st_mode & 0o777 == 0o600


def test_a_nextcloud_may_also_be_given_a_password(house: House) -> None:
    with nextcloud() as fake:
        fake.dav.put("yamada.vcf", card("Yamada Taro", HAZARD))
        with copy_on_terminal(
            *("init", "--for", "user", "--no-start", "--language", "en", "--region", "JP", "--channel", "none"),
            *("--book", fake.root, "--tls-ca", CERTIFICATE),
            **house.environ,
        ) as terminal:
            terminal.answers("Your choice [1]:", "2")
            terminal.answers("Your user name there", "bert")
            terminal.answers("The password", "typed")
            terminal.answers("[bert]:")
            terminal.answers("Shall it be done [Y/n]:")
            assert terminal.ends() == 0
    assert Path(house.written()["sources"]["bert"]["password_file"]).read_text() == "typed\n"


def agree(fake: FakeGoogle, shown: list[str]) -> None:
    """What a person does in a browser, once the address is shown."""
    for _ in range(400):
        if urls := re.findall(rf"{fake.root}/o/oauth2/auth\S+", "".join(shown)):
            page = requests.get(urls[0], verify=CERTIFICATE, timeout=10)
            [link] = re.findall('href="([^"]+)"', page.text)
            requests.get(link.replace("&amp;", "&"), timeout=10)
            return
        threading.Event().wait(0.05)


def test_google_is_signed_in_to_and_read_before_anything_is_written(
    house: House, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with google() as fake:
        there = presets.Preset(fake.well_known, book=HERE.replace(GOOGLE_USER, "{username}"), signs_in=True)
        monkeypatch.setattr(presets, "PRESETS", {**presets.PRESETS, "google": there})
        monkeypatch.setattr("cardwarden.sources.carddav_options.PRESETS", presets.PRESETS)
        fake.dav.put("yamada.vcf", card("Yamada Taro", HAZARD))
        (house.root / "client.json").write_text(fake.client_file(), "utf-8")
        shown: list[str] = []
        browser = threading.Thread(target=agree, args=(fake, shown), daemon=True)
        browser.start()
        monkeypatch.setattr("sys.stdout", Heard(shown))
        code = init(
            *("--yes", "--type", "google", "--book", GOOGLE_USER, "--client", str(house.root / "client.json")),
            *("--tls-ca", CERTIFICATE, "--channel", "none"),
        )
        browser.join(10)
        assert code == 0, capsys.readouterr().err
    [(_, source)] = house.written()["sources"].items()
    assert (source["type"], source["username"]) == ("google", GOOGLE_USER)
    kept = Path(source["login_file"])
    assert refresh_token(kept) == "refresh-0"
    assert kept.stat().st_mode & 0o777 == 0o600
    assert "contacts 1" in "".join(shown)
    assert "refresh-0" not in "".join(shown)


class Heard(io.TextIOBase):
    """Keeps what was printed, piece by piece."""

    encoding = "utf-8"

    def __init__(self, pieces: list[str]) -> None:
        self.pieces = pieces

    def write(self, text: str) -> int:
        self.pieces.append(text)
        return len(text)


@pytest.mark.parametrize(
    ("options", "secret", "written"),
    [
        (["--username", JMAP_USER], JMAP_PASSWORD, {"username": JMAP_USER, "password_file": "password"}),
        ([], JMAP_TOKEN, {"bearer_file": "bearer"}),
    ],
)
def test_a_book_by_jmap_takes_a_password_or_a_token(
    house: House, monkeypatch: pytest.MonkeyPatch, options: list[str], secret: str, written: dict[str, str]
) -> None:
    monkeypatch.setenv("SECRET", secret)
    with jmap() as fake:
        fake.put("1", {"@type": "Card", "version": "1.0", "uid": "1", "name": {"full": "Yamada Taro"}})
        assert (
            init(
                *("--yes", "--type", "jmap", "--book", fake.root, "--tls-ca", CERTIFICATE, "--name", "anna"),
                *("--password-env", "SECRET", "--channel", "none", *options),
            )
            == 0
        )
    source = house.written()["sources"]["anna"]
    folder = house.config.parent
    expected = {key: value if key == "username" else str(folder / f"anna-{value}") for key, value in written.items()}
    assert {key: source[key] for key in source if key not in {"url", "tls_ca"}} == {"type": "jmap", **expected}
    [file] = [Path(value) for key, value in source.items() if key.endswith("_file")]
    assert (file.read_text(), file.stat().st_mode & 0o777) == (f"{secret}\n", 0o600)


def test_who_has_no_client_of_google_s_yet_is_told_the_command_that_signs_in(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    assert init("--yes", "--book", "anna@gmail.com", "--channel", "none") == 0
    assert house.written()["sources"]["anna"]["type"] == "google"
    assert "cardwarden login anna --client client.json" in capsys.readouterr().out
    assert run(["config", "validate"]) in {0, 4}


def test_a_service_of_a_mail_address_takes_its_own_type_and_nothing_else(house: House) -> None:
    assert init("--yes", "--book", "anna@outlook.com", "--name", "mail", "--channel", "none") == 0
    [source] = house.written()["sources"].values()
    assert source == {"type": "microsoft", "login_file": str(house.config.parent / "mail-login")}


def test_whom_to_guard_can_be_said_by_options(house: House) -> None:
    assert (
        init("--yes", "--book", str(house.book), "--channel", "none", "--guard", "Yamada Taro", "--guard", "uid:7") == 0
    )
    assert house.written()["guarded"]["contacts"] == ["Yamada Taro", "uid:7"]


def test_nobody_is_guarded_closely_unasked(house: House) -> None:
    (house.book / "bank.vcf").write_bytes(card("Sparkasse", "TEL:03-1234-5678", uid="b"))
    assert init("--yes", "--book", str(house.book), "--channel", "none") == 0
    assert "guarded" not in house.written()


def test_the_language_of_a_configuration_stays(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    assert init("--yes", "--book", str(house.book), "--channel", "none", "--language", "ja") == 0
    capsys.readouterr()
    assert init("--yes", "--no-book", "--channel-env", "ALERTS") == 0
    assert "できました" in capsys.readouterr().out
    assert init("--yes", "--no-book", "--channel-env", "ALERTS", "--channel-name", "b", "--language", "de") == 2
