"""The page of a server: each household behind a door of its own, and its operator sees how they stand, never their contacts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from cardwarden.cli.main import run
from cardwarden.clock import SystemClock
from cardwarden.setup.front import OPERATOR, front_of
from cardwarden.web.front import front
from cardwarden.web.password import password_beside
from cardwarden.web.server import listener, serving_app
from support.households import Households
from support.page import PASSWORD, Visitor, keep_password

PLUS = "TEL;TYPE=CELL:+186080-1234-5602"
OF_OPERATOR = "the operator's own word"


@dataclass
class Served:
    homes: Households
    base: str

    def visitor(self, household: str = "") -> Visitor:
        """Somebody at a browser, at the page of a household or at the front."""
        return Visitor(f"{self.base}/{household or '_'}")

    def post(self, visitor: Visitor, path: str, data: dict[str, object]) -> int:
        return visitor.post(path, data, Origin=self.base).status_code


@contextmanager
def served(root: Path, more: str = "") -> Iterator[Served]:
    at = listener("127.0.0.1:0")
    base = f"http://127.0.0.1:{at.getsockname()[1]}"
    homes = Households(root, more=f'[web]\nurl = "{base}"\n{more}')
    for name, contact in (("smith", "Anna Smith"), ("jones", "Bert Jones"), ("silent", "Carl Silent")):
        homes.add(name)
        homes.put(name, contact, PLUS)
        assert run(["check", "--config", str(homes.config), "--household", name]) == 1
    for name in ("smith", "jones"):
        keep_password(password_beside(homes.server.record(name)), f"{PASSWORD} {name}")
    keep_password(password_beside(homes.state / OPERATOR), OF_OPERATOR)
    with front_of(homes.server, SystemClock(), {}) as desk, serving_app(front(desk), at):
        yield Served(homes, base)


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Served]:
    with served(tmp_path) as made:
        yield made


def test_each_household_signs_its_people_in_to_their_own(page: Served) -> None:
    smith = page.visitor("smith")
    assert smith.get("/").status_code == 303
    assert page.post(smith, "/sign-in", {"password": f"{PASSWORD} jones", "next": "/"}) == 403
    assert page.post(smith, "/sign-in", {"password": f"{PASSWORD} smith", "next": "/"}) == 303
    shown = smith.get("/")
    assert shown.status_code == 200
    assert "Anna Smith" in shown.text
    assert "Bert" not in shown.text
    assert 'href="/smith/events' in shown.text
    # Whatever is sent along: what opens one opens no other.
    secret = smith.session.cookies.get("cardwarden") or ""
    jones = page.visitor("jones")
    jones.session.cookies.set("cardwarden", secret)
    jones.session.cookies.set("cardwarden-operator", secret)
    assert jones.get("/").status_code == 303
    assert jones.get("/contacts").status_code == 303
    assert page.visitor().get("/").text.count("jones") == 0


def test_its_operator_sees_how_all_stand_and_never_a_contact(page: Served) -> None:
    operator = page.visitor()
    assert "password" in operator.get("/").text
    assert "smith" not in operator.get("/").text
    assert page.post(operator, "/sign-in", {"password": f"{PASSWORD} smith"}) == 403
    assert page.post(operator, "/sign-in", {"password": OF_OPERATOR}) == 303
    shown = operator.get("/").text
    for name in ("smith", "jones", "silent"):
        assert name in shown
    for contact in ("Anna", "Bert", "Carl", "186080", "family"):
        assert contact not in shown
    # It opens no household.
    secret = operator.session.cookies.get("cardwarden-operator") or ""
    for name in ("smith", "jones", "silent"):
        intruder = page.visitor(name)
        intruder.session.cookies.set("cardwarden", secret)
        assert intruder.get("/").status_code in {303, 403}
    assert page.post(operator, "/sign-out", {}) == 303
    assert "smith" not in operator.get("/").text


def test_whoever_tries_names_learns_of_none(page: Served) -> None:
    silent, nobody = page.visitor("silent").get("/"), page.visitor("nobody").get("/")
    assert (silent.status_code, silent.text) == (nobody.status_code, nobody.text)
    assert silent.status_code == 403
    for path in ("/../state", "/%2e%2e/etc", "/Smith", "//smith"):
        assert Visitor(page.base).get(path).status_code in {303, 403, 404}


def test_a_form_of_another_site_changes_nothing_at_the_front(page: Served) -> None:
    visitor = page.visitor()
    answer = visitor.post("/sign-in", {"password": OF_OPERATOR}, Origin="https://evil.example.org")
    assert answer.status_code == 403
    assert not visitor.session.cookies


def test_wrong_words_at_the_front_are_slowed(page: Served) -> None:
    visitor = page.visitor()
    codes = [page.post(visitor, "/sign-in", {"password": "wrong wrong"}) for _ in range(6)]
    assert codes[:5] == [403] * 5
    assert codes[5] == 429


def test_a_proxy_names_whom_the_front_lets_in(tmp_path: Path) -> None:
    more = 'proxy_user = "Remote-User"\nproxies = ["127.0.0.1"]\noperators = ["root@example.org"]'
    with served(tmp_path, more) as page:
        page.homes.add("smith", '[web]\nusers = ["anna"]')
        asked = page.visitor().get
        assert "silent" in asked("/", **{"Remote-User": "root@example.org"}).text
        assert "silent" not in asked("/", **{"Remote-User": "anna"}).text
        smith = page.visitor("smith").get
        assert "Anna Smith" in smith("/", **{"Remote-User": "anna"}).text
        for other in ("root@example.org", "bert"):
            assert smith("/", **{"Remote-User": other}).status_code == 303


def test_new_settings_of_a_household_are_in_force_without_a_restart(page: Served) -> None:
    added = page.visitor("miller")
    assert added.get("/").status_code == 403
    page.homes.add("miller")
    page.homes.server.record("miller").parent.mkdir()
    keep_password(password_beside(page.homes.server.record("miller")), PASSWORD)
    assert added.get("/").status_code == 303


def test_a_household_that_cannot_be_opened_is_not_said_to_have_no_password(page: Served) -> None:
    for name in ("smith", "silent"):
        (page.homes.folder / f"{name}.toml").write_text("region = 5\n")
    answer = page.visitor("smith").get("/")
    assert (answer.status_code, "cardwarden web password" in answer.text) == (503, False)
    assert page.visitor("silent").get("/").status_code == page.visitor("nobody").get("/").status_code == 403
