"""The configuration is found, read, and refused with everything that is wrong with it."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import ClassVar

import pytest

from cardwarden.detect.finding import Severity
from cardwarden.errors import SettingsError, WrongValueError
from cardwarden.phrases.language import english
from cardwarden.phrases.phrase import phrase
from cardwarden.settings.kinds import TYPES
from cardwarden.settings.load import SYSTEM, find_configuration, load, parse, state_directory
from cardwarden.settings.model import Settings
from cardwarden.settings.shown import shown_settings
from cardwarden.sources.options import Options

PATH = Path("/home/jane/cardwarden.toml")
HOME = Path("/home/jane")
FAMILY = '[sources.family]\ntype = "vdir"\npath = "/srv/contacts"\n'

KINDS = "write one of " + ", ".join(f'"{kind}"' for kind in TYPES)


@dataclass(frozen=True, slots=True)
class Plus:
    """A number gained a plus."""

    name: ClassVar[str] = "number-plus"
    enabled: bool = True
    severity: Severity = Severity.CRITICAL
    within: timedelta = timedelta(hours=1)
    share: float = 0.5
    codes: frozenset[str] = frozenset({"184", "186"})

    def __post_init__(self) -> None:
        if self.share > 1:
            raise WrongValueError(phrase("write-number"))


def read(text: str) -> Settings:
    return parse(text, PATH, {}, HOME, known_regions=frozenset({"JP", "DE"}), rules=(Plus,))


def problems(text: str) -> list[str]:
    with pytest.raises(SettingsError) as refused:
        read(text)
    return [english(problem) for problem in refused.value.problems]


def test_a_source_is_all_that_is_needed() -> None:
    settings = read(FAMILY)
    assert settings.sources["family"].every == timedelta(minutes=15)
    assert settings.hold_at is Severity.WARNING
    assert settings.rules == (Plus(),)
    assert settings.store.url == "sqlite:////home/jane/.local/state/cardwarden/cardwarden.db"


def test_everything_can_be_set() -> None:
    settings = read(
        'region = "JP"\nhold_at = "critical"\n[store]\nurl = "sqlite:////srv/c.db"\n'
        '[sources.family]\ntype = "vdir"\npath = "~/contacts"\nevery = "1h30m"\nregion = "DE"\nignore = ["X-A"]\n'
        '[sources.phone]\ntype = "vcf-file"\npath = "/srv/*.vcf"\n'
        '[alerts.channels.phone]\nurl_env = "NTFY_URL"\nmin_severity = "notice"\nsources = ["family"]\n'
        '[rules.number-plus]\nenabled = false\nseverity = "notice"\nwithin = "2d"\nshare = 1\ncodes = ["186"]\n'
    )
    assert settings.region == "JP"
    assert settings.hold_at is Severity.CRITICAL
    assert settings.store.url == "sqlite:////srv/c.db"
    assert settings.sources["family"].every == timedelta(minutes=90)
    assert getattr(settings.sources["family"], "path", None) == Path("/home/jane/contacts")
    assert settings.alerts.channels["phone"].min_severity is Severity.NOTICE
    assert settings.rules == (Plus(False, Severity.NOTICE, timedelta(days=2), 1.0, frozenset({"186"})),)


def test_a_table_that_is_left_out_is_one_with_nothing_in_it() -> None:
    settings = read(FAMILY)
    left_out = {
        key: table
        for key, field in Settings.model_fields.items()
        if isinstance(table := field.annotation, type) and issubclass(table, Options) and not field.is_required()
    }
    assert {"alerts", "web"} < left_out.keys()
    assert {key: getattr(settings, key) for key in left_out} == {
        key: table.model_validate({}) for key, table in left_out.items()
    }


def test_what_is_shown_means_the_same_settings() -> None:
    settings = read(
        f'region = "JP"\n{FAMILY}every = "26h"\nignore = ["X-A\\u007f\\"é"]\n[alerts.channels.a]\nurl_file = "~/url"\n'
        '[sources.phone]\ntype = "vcf-file"\npath = "/srv/*.vcf"\n'
        '[mirrors.nightly]\norigin = "family"\ncopy = "phone"\nlag = "2d"\nkeeps = ["TEL", "FN"]\n'
    )
    text = shown_settings(settings)
    assert read(text) == settings
    assert 'every = "1d2h"' in text
    assert 'url_file = "/home/jane/url"' in text
    assert '[mirrors.nightly]\norigin = "family"\ncopy = "phone"\nlag = "2d"\nkeeps = ["TEL", "FN"]\n' in text


def test_every_part_of_the_settings_is_shown() -> None:
    text = shown_settings(
        read(
            'region = "JP"\nlanguage = "ja"\ntimezone = "Asia/Tokyo"\n'
            f'{FAMILY}[mirrors.a]\norigin = "family"\ncopy = "family/x"\n[alerts.channels.a]\nurl_file = "~/url"\n'
        )
    )
    tables = {line.strip("[]").partition(".")[0] for line in text.splitlines() if line.startswith("[")}
    keys = {line.partition(" = ")[0] for line in text.splitlines()}
    assert {field.alias or name for name, field in Settings.model_fields.items()} - tables - keys == set()


def test_all_problems_are_named_at_once_with_their_paths() -> None:
    found = problems(
        'region = "XX"\nhold_at = "loud"\n'
        '[sources.family]\ntype = "vdir"\npath = "contacts"\nevery = 15\nregoin = "JP"\n'
        '[sources.phone]\ntype = "vcf"\npath = "/x"\n'
        '[alerts.channels.mine]\nmin_severity = 3\nsources = ["famly"]\n'
        '[rules.number-plus]\nseverity = "bad"\nenabeld = false\n'
    )
    assert found == [
        'region: write a country\'s two letters (ISO 3166), such as "JP"',
        'alerts.channels.mine.sources: there is no source "famly"; did you mean "family"?',
        'rules.number-plus.severity: write one of "info", "notice", "warning", "critical"',
        'rules.number-plus.enabeld: there is no such key; did you mean "enabled"?',
        'hold_at: write one of "info", "notice", "warning", "critical"',
        'sources.family.every: write a duration such as "90s", "15m", "2h" or "1d"',
        "sources.family.path: write the whole path, starting with / or ~",
        'sources.family.regoin: there is no such key; did you mean "region"?',
        f"sources.phone.type: {KINDS}",
        'alerts.channels.mine.min_severity: write one of "info", "notice", "warning", "critical"',
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "sources: no address book is named; add a table [sources.NAME]"),
        (FAMILY + '[web]\nlissten = "127.0.0.1:1"\n', 'web.lissten: there is no such key; did you mean "listen"?'),
        (FAMILY + "[rulse.number-plus]\n", 'rulse: there is no such key; did you mean "rules"?'),
        (FAMILY + '[mqtt]\nhots = "here"\n', 'mqtt.hots: there is no such key; did you mean "host"?'),
        (FAMILY + "[sourcs]\n", 'sourcs: there is no such key; did you mean "sources"?'),
        (FAMILY + '[store]\nurl = "sqlite:///c.db"\n', "store.url: a relative path depends on where the program is"),
        (
            FAMILY + '[store]\nurl = "mysql://me:pa55@x"\n',
            'store.url: write "sqlite:////" and a full path, or "postgresql+psycopg',
        ),
        (
            FAMILY + '[store]\nurl = "postgresql+psycopg://me:pa55@host/db"\n',
            "store.url: leave the password out: libpq finds it",
        ),
        (
            FAMILY + '[store]\nurl = "postgresql+psycopg://me@host/db?password=pa55"\n',
            "store.url: leave the password out: libpq finds it",
        ),
        (
            FAMILY + '[store]\nurl = "postgresql+psycopg://me@host/db?sslkey=/k&sslpassword=pa55"\n',
            "store.url: leave sslpassword out: libpq finds it in a service file",
        ),
        (FAMILY + "[store]\n", "store.url: this key is needed"),
        (FAMILY + "[alerts.channel]\n", 'alerts.channel: there is no such key; did you mean "channels"?'),
        (FAMILY + "[alerts.channels.a]\n", "alerts.channels.a: write exactly one of url_env, url_file, url_credential"),
        (FAMILY + '[alerts.channels.a]\nurl_env = "A"\nurl_credential = "a"\n', "alerts.channels.a: write exactly one"),
        (FAMILY + '[alerts.channels.a]\nurl_env = "A"\nsources = []\n', "alerts.channels.a.sources: name at least one"),
        (
            FAMILY + '[alerts.channels.a]\nurl = "A"\n',
            'alerts.channels.a.url: there is no such key; did you mean "url_',
        ),
        (FAMILY + "[rules.number-pluss]\n", 'rules.number-pluss: there is no such rule; did you mean "number-plus"?'),
        (FAMILY + "[rules.number-plus]\nshare = 2\n", "rules.number-plus: write a number without quotes"),
        (FAMILY + '[rules.number-plus]\nshare = "x"\n', "rules.number-plus.share: write a number without quotes"),
        ("rules = 1\n" + FAMILY, "rules: write a table for each rule, [rules.NAME]"),
        ("sources = 1", "sources: write a table, with its name in square brackets on a line of its own"),
        ("[sources]\nfamily = 1", "sources.family: write a table, with its name in square brackets"),
        ('[sources.Family]\ntype = "vdir"\npath = "/x"', 'sources.Family: a name may hold only a-z, 0-9, "_" and "-"'),
        ('[sources.a]\ntype = "vdir"', "sources.a.path: this key is needed"),
        (
            '[sources.a]\npath = "/x"',
            f"sources.a.type: {KINDS}",
        ),
        ('[sources.a]\ntype = "vdir"\npath = 1', 'sources.a.path: write a text in quotes, such as "text"'),
        (FAMILY + 'ignore = "X"', 'sources.family.ignore: write a list, such as ["one", "two"]'),
        (FAMILY + 'region = "jp"', 'sources.family.region: write a country\'s two letters (ISO 3166), such as "JP"'),
        *(
            (FAMILY + f'[web]\nurl = "{url}"\n', "web.url: write the address as people type it")
            for url in ("https://[", "https://home:99999", "https://home:x", "https://home:0", "ftp://home", "home")
        ),
        (FAMILY + '"\\u001b[31m" = 1', "sources.family.<U+001B>[31m: there is no such key"),
    ],
)
def test_a_fault_is_named_with_its_place_and_what_to_write(text: str, problem: str) -> None:
    found = problems(text)
    assert found[0].startswith(problem)
    assert len(found) == 1 or "url" in text


@pytest.mark.parametrize("key", ["url_env", "url_file", "url_credential"])
def test_a_secret_in_place_of_its_name_is_refused_and_not_repeated(key: str) -> None:
    found = problems(f'{FAMILY}[alerts.channels.phone]\n{key} = "tgram://123:pa55word"\n')
    assert [line.partition(":")[0] for line in found] == [f"alerts.channels.phone.{key}"]
    assert "pa55word" not in str(found)


def test_a_syntax_error_is_told_with_its_line() -> None:
    with pytest.raises(SettingsError, match=r"/home/jane/cardwarden\.toml is not valid TOML: .*line 2"):
        read('region = "JP"\nhold_at = \n')


def test_the_configuration_is_looked_for_in_four_places(tmp_path: Path) -> None:
    own = tmp_path / ".config/cardwarden/cardwarden.toml"
    system = tmp_path / "system.toml"
    system.write_text("")
    assert find_configuration(None, {}, tmp_path, system) == system
    own.parent.mkdir(parents=True)
    own.write_text("")
    assert find_configuration(None, {}, tmp_path, system) == own
    assert find_configuration(None, {"CARDWARDEN_CONFIG": "/named"}, tmp_path, system) == Path("/named")
    assert find_configuration(Path("/given"), {"CARDWARDEN_CONFIG": "/named"}, tmp_path, system) == Path("/given")


def test_without_any_configuration_the_places_and_the_remedy_are_named(tmp_path: Path) -> None:
    with pytest.raises(
        SettingsError, match=r'neither .*\.config.* nor .*system\.toml exists.*"cardwarden config sample"'
    ):
        find_configuration(None, {}, tmp_path, tmp_path / "system.toml")


def test_the_state_lies_where_systemd_or_the_place_of_the_configuration_says() -> None:
    assert state_directory(SYSTEM, {"STATE_DIRECTORY": "/var/lib/a:/var/lib/b"}, HOME) == Path("/var/lib/a")
    assert state_directory(SYSTEM, {}, HOME) == Path("/var/lib/cardwarden")
    assert state_directory(PATH, {}, HOME) == Path("/home/jane/.local/state/cardwarden")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, r"There is no configuration .*cardwarden config sample"),
        (b'region = "\xff"', r"is not UTF-8 text \(line 1\)"),
        (b"\n\xff", r"is not UTF-8 text \(line 2\)"),
    ],
)
def test_a_file_that_cannot_be_read_is_told(tmp_path: Path, content: bytes | None, sentence: str) -> None:
    path = tmp_path / "cardwarden.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SettingsError, match=sentence):
        load(path, {}, tmp_path)


def test_a_directory_in_place_of_the_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"is a directory\. Name the file in it"):
        load(tmp_path, {}, tmp_path)


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "cardwarden.toml"
    path.write_text(FAMILY, "utf-8-sig")
    assert list(load(path, {}, tmp_path).sources) == ["family"]


def test_who_may_not_read_it_is_told_which_command_to_use(open_folder: Path) -> None:
    path = open_folder / "cardwarden.toml"
    path.write_text(FAMILY)
    path.chmod(0)
    script = (
        "import os, sys; from pathlib import Path; from cardwarden.errors import SettingsError\n"
        "from cardwarden.settings.load import load\n"
        "from cardwarden.phrases.phrase import phrase\n"
        "str(SettingsError(phrase('init-nothing-written')))  # loads languages while their folder can be read\n"
        "if os.geteuid() == 0: os.setuid(65534)\n"
        "try: load(Path(sys.argv[1]), {}, Path('/'))\n"
        "except SettingsError as error: print(error)\n"
    )
    answer = subprocess.run(
        [sys.executable, "-c", script, path],
        capture_output=True, text=True, check=True, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip
    assert f"may not be read by this user. Run the command as the user it belongs to: sudo -u {path.owner()} " in (
        answer.stdout
    )
