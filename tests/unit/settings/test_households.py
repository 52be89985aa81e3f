"""A household of a server says what a home says, but for what the server decides and what is another's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from cardwarden.errors import SettingsError, UsageError, WrongValueError
from cardwarden.phrases.language import english
from cardwarden.settings.households import ServerSettings, is_of_file, server_in
from cardwarden.settings.kinds import SOURCES, options_of
from cardwarden.settings.load import language_in, load, parse
from cardwarden.settings.model import Settings, store_url
from cardwarden.settings.places import database, plain_url
from cardwarden.settings.share import Share
from cardwarden.sources.limits import HouseholdLimits
from cardwarden.sources.options import Options, SourceOptions
from support.households import Households

POSTGRESQL = 'url = "postgresql+psycopg://guard@db.example.org/families"'


@pytest.fixture
def homes(tmp_path: Path) -> Households:
    return Households(tmp_path)


def problems(homes: Households, more: str, name: str = "smith") -> list[str]:
    homes.add(name, more)
    with pytest.raises(SettingsError) as refused:
        homes.server.settings_of(name)
    return [english(problem) for problem in refused.value.problems]


def test_each_household_has_a_record_of_its_own(homes: Households) -> None:
    for name in ("smith", "jones"):
        homes.add(name)
    smith, jones = (homes.server.settings_of(name).store for name in ("smith", "jones"))
    assert smith.path == homes.state / "smith/household_smith"
    assert smith.url == f"sqlite:///{smith.path}"
    assert jones.path.parent != smith.path.parent


def test_in_postgresql_each_has_a_schema_and_the_same_place_beside_it(homes: Households) -> None:
    homes.add("smith", '[store]\nretain = "2y"')
    before = homes.server.settings_of("smith").store
    homes.store = POSTGRESQL
    after = homes.server.settings_of("smith").store
    assert (after.url, after.db_schema) == ("postgresql+psycopg://guard@db.example.org/families", "household_smith")
    assert after.path == before.path
    assert after.retain == before.retain is not None


@pytest.mark.parametrize(
    ("said", "key"),
    [
        ('households = "/srv/others"', "households"),
        ('[store]\nurl = "sqlite:////srv/other.db"', "store.url"),
        ('[store]\ndb_schema = "household_jones"', "store.db_schema"),
        ('[store]\nstate = "/srv"', "store.state"),
        ('[web]\nlisten = "127.0.0.1:9219"', "web.listen"),
        ('[web]\nurl = "https://evil.example"', "web.url"),
        ('[web]\nproxy_user = "X"', "web.proxy_user"),
        ('[web]\nproxies = ["0.0.0.0/0"]', "web.proxies"),
        ('[web]\nsession = "10y"', "web.session"),
        ('[health]\nlisten = "127.0.0.1:9218"', "health.listen"),
        ('[log]\nlevel = "debug"', "log"),
        ('[workers]\nlevel = "debug"', "workers"),
        ("[limits]\ncards = 1000000", "limits"),
    ],
)
def test_what_the_server_decides_is_refused_and_it_says_where_that_stands(
    said: str, key: str, homes: Households
) -> None:
    path = homes.config
    assert problems(homes, said) == [f"{key}: leave this out: the server decides it for all households, in {path}"]


@pytest.mark.parametrize("kind", ["env", "command", "credential"])
def test_a_secret_is_a_file_of_its_own_folder(kind: str, homes: Households) -> None:
    value = '["cat", "/etc/shadow"]' if kind == "command" else '"JONES"'
    said = f'[sources.cloud]\ntype = "nextcloud"\nurl = "https://a.example"\nusername = "x"\npassword_{kind} = {value}'
    folder = homes.folder / "smith"
    [problem] = problems(homes, said)
    assert problem.startswith(f"sources.cloud.password_{kind}: write password_file instead, a file in {folder}:")
    channel = f"[alerts.channels.phone]\nurl_{kind} = {value}"
    assert any(said.startswith(f"alerts.channels.phone.url_{kind}: ") for said in problems(homes, channel))


@pytest.mark.parametrize(
    "path",
    ["{folder}/jones/url", "{state}/jones/household_jones", "/etc/shadow", "{folder}/smith/../jones/url", "{link}"],
)
def test_a_secret_of_others_cannot_be_named(path: str, homes: Households) -> None:
    (homes.folder / "smith").mkdir()
    (homes.folder / "jones").mkdir()
    link = homes.folder / "smith/link"
    link.symlink_to(homes.folder / "jones/url")
    named = path.format(folder=homes.folder, state=homes.state, link=link)
    said = problems(homes, f'[alerts.channels.phone]\nurl_file = "{named}"')
    own = homes.folder / "smith"
    assert said == [f"alerts.channels.phone.url_file: write a path in this household's own folder, {own}"]


def test_its_own_folder_is_its_home(homes: Households) -> None:
    homes.add("smith", '[alerts.channels.phone]\nurl_file = "~/url"')
    assert homes.server.settings_of("smith").alerts.channels["phone"].url_file == homes.folder / "smith/url"


@pytest.mark.parametrize(
    "path",
    [
        "{state}",
        "{state}/jones",
        "{folder}",
        "{folder}/jones",
        "{root}",
        "{config}",
        "/",
        "{root}/books",
        "{root}/books/jones",
        "{root}/books/smithson",
        "{root}/books/smith/../jones",
        "/srv/contacts",
    ],
)
def test_a_book_of_the_server_s_own_folders_cannot_be_named(path: str, homes: Households) -> None:
    named = path.format(state=homes.state, folder=homes.folder, root=homes.root, config=homes.config)
    [problem] = problems(homes, f'[sources.other]\ntype = "vdir"\npath = "{named}"')
    assert problem == f"sources.other.path: write a path in this household's own folder, {homes.root}/books/smith"


@pytest.mark.parametrize(
    "pattern",
    ["{root}/sta*/jones/*", "{root}/*/*.vcf", "/*/x.vcf", "{state}/j[o]nes/x", "{state}/*", "{root}/books/*/x.vcf"],
)
def test_a_pattern_matches_nothing_of_the_server_s(pattern: str, homes: Households) -> None:
    named = pattern.format(root=homes.root, state=homes.state)
    [problem] = problems(homes, f'[sources.other]\ntype = "vcf-file"\npath = "{named}"')
    assert problem == f"sources.other.path: write a path in this household's own folder, {homes.root}/books/smith"


@pytest.mark.parametrize("pattern", ["{root}/books/smith/export-*.vcf", "{state}/smith/*.vcf"])
def test_a_pattern_of_its_own_is_one(pattern: str, homes: Households) -> None:
    named = pattern.format(root=homes.root, state=homes.state)
    homes.add("smith", f'[sources.other]\ntype = "vcf-file"\npath = "{named}"')
    assert homes.server.settings_of("smith").sources["other"]


def test_links_that_lead_out_of_a_folder_are_not_followed(homes: Households) -> None:
    said = '[sources.other]\ntype = "vdir"\npath = "~/x"\nfollow_links = true'
    [problem] = problems(homes, said)
    assert problem.startswith("sources.other.follow_links: write false")


def locations(model: type[Options]) -> Iterator[str]:
    """Every key that names a file or a folder, in a model and the tables below it."""
    for key, field in model.model_fields.items():
        kinds = [field.annotation, *get_args(field.annotation)]
        while any(inner := [more for kind in kinds for more in get_args(kind) if more not in kinds]):
            kinds += inner
        for kind in kinds:
            if kind is Path:
                yield key
            elif kind is SourceOptions:
                for source in SOURCES:
                    yield from locations(options_of(source))
            elif isinstance(kind, type) and issubclass(kind, Options):
                yield from locations(kind)


def test_every_key_that_names_a_file_is_looked_at() -> None:
    found = set(locations(Settings))
    assert {"path", "tls_ca", "url_file", "templates", "login_file"} <= found
    assert {key for key in found if not is_of_file(key)} == {"state"}  # the server's to say


def test_what_the_server_says_is_in_force_for_each(homes: Households) -> None:
    homes.more = (
        '[web]\nurl = "https://guard.example.org/"\nproxy_user = "Remote-User"\nproxies = ["127.0.0.1"]\nsession = "1d"\n'
        '[workers]\nformat = "json"\nlevel = "warning"'
    )
    homes.add("smith", '[web]\nusers = ["anna"]\nlinks_for = "2d"')
    homes.add("jones")
    smith, jones = (homes.server.settings_of(name) for name in ("smith", "jones"))
    assert smith.web.url == "https://guard.example.org/smith"
    assert (smith.web.proxy_user, smith.web.session.days, smith.web.links_for.days) == ("Remote-User", 1, 2)
    assert (smith.log.format, smith.log.level) == ("json", "warning")
    assert smith.web.users == ("anna",)
    assert jones.web.users == ()  # a proxy's word alone lets nobody in to a household


def test_each_has_the_server_s_limits(homes: Households) -> None:
    homes.more = "[limits]\nbooks = 5\ncards = 20000\nbytes = 200000000\nchecks_a_day = 192"
    homes.add("smith")
    share = homes.server.settings_of("smith").share
    books = (homes.book("smith"), homes.folder / "smith", homes.state / "smith")
    assert share == Share("smith", homes.folder / "smith.server", HouseholdLimits(5, 20_000, 200_000_000, 192), books)
    homes.more = ""
    share = homes.server.settings_of("smith").share
    assert share == Share("smith", homes.folder / "smith.server", HouseholdLimits(), books)


def test_who_is_told_keeps_no_program_unless_that_is_said(homes: Households) -> None:
    channels = '[alerts.channels.{}]\nurl_file = "~/url"\n{}'
    homes.add("smith", channels.format("phone", "") + channels.format("keeper", 'reader = "keeper"'))
    channels_of = homes.server.settings_of("smith").alerts.channels
    assert (channels_of["phone"].reader, channels_of["keeper"].reader) == ("family", "keeper")


@pytest.mark.parametrize("name", ["", ".", "..", "../jones", "Smith", "s/x", "1st", "a" * 41, "smith.toml", "smith\n"])
def test_a_name_that_is_none_leads_nowhere(name: str, homes: Households) -> None:
    with pytest.raises(UsageError):
        homes.server.settings_of(name)


def test_a_household_that_is_not_there_is_told_without_naming_the_others(homes: Households) -> None:
    homes.add("smythe")
    with pytest.raises(UsageError, match='no household "smith"') as refused:
        homes.server.settings_of("smith")
    assert "smythe" not in str(refused.value)


def test_a_server_s_configuration_asks_which_household_and_a_home_s_has_none(homes: Households, tmp_path: Path) -> None:
    homes.add("smith")
    with pytest.raises(UsageError, match="--household NAME"):
        load(homes.config, {}, tmp_path)
    home = tmp_path / "home.toml"
    home.write_text(homes.text("smith"), "utf-8")
    with pytest.raises(UsageError, match="Leave out: --household NAME"):
        load(home, {}, tmp_path, "smith")
    for config, household in ((homes.config, None), (home, "smith")):
        with pytest.raises(UsageError):
            database(config, {}, tmp_path, household)


def test_the_short_way_to_a_database_knows_no_server(homes: Households) -> None:
    text = homes.config.read_text("utf-8")
    assert plain_url(text) is None
    assert plain_url(text.replace("households", '"house\\u0068olds"')) is None


def test_the_path_of_a_record_is_known_without_validating(homes: Households, tmp_path: Path) -> None:
    homes.add("smith", "nonsense = true")
    assert database(homes.config, {}, tmp_path, "smith") == homes.server.record("smith")
    homes.store = POSTGRESQL
    assert database(homes.config, {}, tmp_path, "smith") == homes.server.record("smith")


def test_the_state_is_where_a_home_s_would_be_unless_it_is_said(tmp_path: Path) -> None:
    config = tmp_path / "cardwarden.toml"
    config.write_text('households = "/srv/households"\n', "utf-8")
    given = server_in(config, {"STATE_DIRECTORY": "/var/lib/guard"}, tmp_path)
    assert given.record("smith") == Path("/var/lib/guard/smith/household_smith")
    assert server_in(config, {}, tmp_path).state == tmp_path / ".local/state/cardwarden"


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ('[web]\nproxy_user = "Remote-User"\nproxies = ["127.0.0.1"]', "web: url is needed, too"),
        ('[web]\nlisten = "127.0.0.1:9219"', "web.listen: there is no such key"),
        ('[sources.family]\ntype = "vdir"', "sources: there is no such key"),
        ('[workers]\nlevle = "info"', 'workers.levle: there is no such key; did you mean "level"?'),
        ('[web]\nurll = "x"', 'web.urll: there is no such key; did you mean "url"?'),
    ],
)
def test_what_is_wrong_with_a_server_s_settings_is_told(said: str, problem: str, homes: Households) -> None:
    homes.more = said
    with pytest.raises(SettingsError) as refused:
        _ = homes.server
    [told] = refused.value.problems
    assert english(told).startswith(problem)


@pytest.mark.parametrize(
    "url", ["sqlite:////srv/all.db", "postgresql+psycopg://[x/db", "postgresql://db.example.org/a"]
)
def test_a_server_keeps_no_file_of_sqlite_s_for_all(homes: Households, url: str) -> None:
    homes.store = f'url = "{url}"'
    with pytest.raises(SettingsError) as refused:
        _ = homes.server
    [problem] = refused.value.problems
    assert "postgresql+psycopg://" in english(problem)
    with pytest.raises(WrongValueError):
        store_url(url.replace("sqlite:////", "sqlite:"))


def test_the_language_of_a_household_is_its_own(homes: Households) -> None:
    homes.add("smith", 'language = "de"\nnonsense = 1')
    homes.add("jones")
    assert [language_in(homes.config, name) for name in ("smith", "jones", "none")] == ["de", None, None]
    with pytest.raises(SettingsError) as refused:
        homes.server.settings_of("smith")
    assert refused.value.language == "de"


def test_a_home_may_not_say_what_a_server_says() -> None:
    assert not set(ServerSettings.model_fields) - {"store", "web"} & set(Settings.model_fields)
    with pytest.raises(SettingsError):
        parse('workers = {}\n[sources.a]\ntype = "vdir"\npath = "/x"', Path("/x.toml"), {}, Path("/"))
