"""Somebody on the same network, with a token for one event: nothing but that event, and nothing that stops the guard."""

from __future__ import annotations

import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import timedelta
from pathlib import Path

import pytest
import requests

from cardwarden.actions.tokens import Bad, Grant, Signer, Verb, signer_beside
from cardwarden.web import server
from cardwarden.web.password import password_beside, set_password
from cardwarden.web.server import PatientProtocol
from support.page import PASSWORD, Page, Visitor, page_of
from support.two_events import OTHER, copied, damaged_home
from support.world import FakeClock, World

TOKEN_FOR = 1


@pytest.fixture(scope="module")
def damaged(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Event 1 is the attacker's, event 2 is somebody else's."""
    return damaged_home(tmp_path_factory.mktemp("attacked"))


@pytest.fixture
def world(damaged: World, tmp_path: Path) -> World:
    return copied(damaged, tmp_path)


@contextmanager
def up(world: World) -> Iterator[Page]:
    with page_of(world, password=PASSWORD) as page:
        yield page


def token(page: Page, *verbs: Verb, event: int = TOKEN_FOR, once: bool = False) -> str:
    until = page.program.clock.now() + timedelta(days=1)
    return signer_beside(page.program.store.path).sign(Grant(event, frozenset(verbs or Verb), until, once))


def state(world: World) -> tuple[dict[str, bytes], list[tuple[int, str]]]:
    """What an attack could change: the book, and what waits."""
    book = {file.name: file.read_bytes() for file in world.book.iterdir()}
    return book, [(one.event_id, one.state.value) for one in world.open()]


def ask(page: Page, request: bytes) -> bytes:
    """Bytes as no browser would send them, and what comes back."""
    host, port = page.base.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(request.replace(b"HOST", f"{host}:{port}".encode()))
        answer = b""
        with suppress(OSError):
            while part := connection.recv(65536):
                answer += part
    return answer


# Other events


@pytest.mark.parametrize(
    "data",
    [
        {"event": "2"},
        {"id": "2"},
        {"id": ["1", "2"]},
        {"card": "2", "version": "1"},
        {"findings": "2", "event_id": "2", "agreed": "0" * 64},
        {"verb": "accept", "next": "/events/2"},
    ],
)
@pytest.mark.parametrize("verb", ["accept", "restore", "quiet"])
def test_a_token_for_one_event_touches_no_other(world: World, verb: str, data: dict[str, object]) -> None:
    with up(world) as page:
        visitor = page.visitor()
        html = visitor.get(f"/e/{token(page)}?event=2&id=2").text
        assert "Keio" not in html
        agreed = re.findall(r'name="agreed" value="([0-9a-f]{64})"', html)[0]
        answer = visitor.post(f"/e/{token(page)}/{verb}?event=2&id=2", {"agreed": agreed, **data})
        assert answer.status_code in {303, 409}
        assert "Keio" not in answer.text
    assert b"+18603-1234-5603" in (world.book / "Keio.vcf").read_bytes()
    assert OTHER in [one.event_id for one in world.open()]


@pytest.mark.parametrize(
    "path",
    [
        "/events/2/accept",
        "/events/2/restore",
        "/e/TOKEN/../../events/2/accept",
        "/e/TOKEN/%2e%2e/%2e%2e/events/2/accept",
        "/e/TOKEN%2F..%2F..%2Fevents%2F2/accept",
        "/e/TOKEN//accept",
        "/e//accept",
        "//events/2/accept",
        "/./events/2/accept",
        "/events/2/accept/",
        "/events/2;x/accept",
        "/EVENTS/2/ACCEPT",
        "/a/TOKEN",
        "/contacts/2/forget",
        "/books/1/check",
        "/books/1/expect",
        "/verify",
        "/sessions/end",
        "/api/events/2",
    ],
)
def test_a_token_opens_no_other_door_whatever_the_path(world: World, path: str) -> None:
    before = state(world)
    with up(world) as page:
        target = path.replace("TOKEN", token(page))
        for method in (b"POST", b"GET"):
            request = (
                b"%b %b HTTP/1.1\r\nHost: HOST\r\nOrigin: http://HOST\r\nSec-Fetch-Site: same-origin\r\n"
                b"Authorization: Bearer %b\r\nCookie: cardwarden=%b\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            ) % (method, target.encode(), token(page).encode(), token(page).encode())
            answer = ask(page, request)
            assert re.match(rb"HTTP/1.1 (303|40[0-9]|410) ", answer), answer[:80]
            assert b"Keio" not in answer
            assert b"Location: /e/" not in answer
    assert state(world) == before


# Tokens


def test_a_token_that_differs_in_anything_is_none(world: World) -> None:
    before = state(world)
    with up(world) as page:
        good = token(page, Verb.ACCEPT, once=True)
        signer, now = signer_beside(page.program.store.path), page.program.clock.now()
        others = [good[:place] + ("B" if good[place] == "A" else "A") + good[place + 1 :] for place in range(len(good))]
        others += [good[:-1], good + "A", good + "=", good + "====", "", "A" * len(good), good.swapcase()]
        for other in others:
            assert signer.read(other, now) is Bad.FORGED, other
        elsewhere = Signer(b"x" * 32).sign(Grant(TOKEN_FOR, frozenset(Verb), now + timedelta(days=1)))
        for other in (*others[::9], f"{good}%3D", f"{good}%3D%3D%3D%3D", f"{good}%00", f"%20{good}", elsewhere):
            visitor = page.visitor()
            assert visitor.get(f"/e/{other}").status_code in {303, 404}
            assert visitor.post(f"/e/{other}/accept").status_code in {303, 404}
            assert visitor.post(f"/a/{other}").status_code in {303, 404, 410}
    assert state(world) == before


def test_a_used_button_cannot_be_used_again_in_another_writing(world: World) -> None:
    with up(world) as page:
        used = token(page, Verb.QUIET, once=True)
        assert page.visitor().post(f"/a/{used}").status_code == 200
        for again in (used, f"{used}%3D", f"{used}%3D%3D%3D%3D", f"%20{used}", f"{used}%0A"):
            assert page.visitor().post(f"/a/{again}").status_code == 410


def test_a_token_of_an_event_that_is_over_does_nothing_more(world: World) -> None:
    with up(world) as page:
        visitor, kept = page.visitor(), token(page)
        assert visitor.post(f"/e/{kept}/accept").status_code == 303
        assert "settled" in visitor.get(visitor.post(f"/e/{kept}/accept").headers["Location"]).text
        before = state(world)
        for verb in ("restore", "quiet", "accept"):
            visitor.post(f"/e/{kept}/{verb}", {"agreed": "0" * 64})
    assert state(world) == before


# Who one says one is


@pytest.mark.parametrize(
    "headers",
    [
        {"Remote-User": "anna"},
        {"X-Forwarded-User": "anna", "X-Remote-User": "anna", "X-Auth-Request-User": "anna"},
        {"X-Forwarded-For": "127.0.0.1", "X-Real-IP": "127.0.0.1", "Forwarded": "for=127.0.0.1"},
        {"X-Forwarded-Host": "localhost", "X-Forwarded-Proto": "https"},
        {"X-Original-URL": "/events/2", "X-Rewrite-URL": "/events/2"},
        {"X-Forwarded-Prefix": "/evil", "X-Script-Name": "/evil"},
    ],
)
def test_no_header_of_a_visitor_lets_in_or_shows_up_in_an_answer(world: World, headers: dict[str, str]) -> None:
    world.more = '[web]\nproxy_user = "Remote-User"\nproxies = ["192.0.2.1"]\n'
    with up(world) as page:
        for path in ("/", "/events/2", "/settings"):
            answer = page.visitor().get(path, **headers)
            assert answer.status_code == 303
            assert answer.headers["Location"].startswith("/sign-in?next=/")
            assert "evil" not in answer.text + str(answer.headers)


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "localhost.evil.example", "[::1].evil"]
)
def test_a_name_that_was_made_to_point_here_reads_nothing_even_with_a_token(world: World, host: str) -> None:
    before = state(world)
    with up(world) as page:
        for path in ("/", f"/e/{token(page)}", "/static/style.css", "/sign-in"):
            assert page.visitor().get(path, Host=host, **{"X-Forwarded-Host": "localhost"}).status_code == 421
        assert page.visitor().post(f"/e/{token(page)}/accept", Host=host).status_code == 421
    assert state(world) == before


def test_two_hosts_in_one_request_are_refused(world: World) -> None:
    with up(world) as page:
        for request in (
            b"GET / HTTP/1.1\r\nHost: HOST\r\nHost: evil.example\r\nConnection: close\r\n\r\n",
            b"GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n",
            b"GET / HTTP/1.0\r\n\r\n",
        ):
            assert re.match(rb"HTTP/1.1 (400|421) ", ask(page, request))


def test_a_session_that_somebody_else_chose_is_not_taken_on(world: World) -> None:
    with up(world) as page:
        victim = page.visitor()
        victim.session.cookies.set("cardwarden", "chosen-by-somebody-else")
        before = victim.sign_in().cookies["cardwarden"]
        again = victim.sign_in().cookies["cardwarden"]
        assert len({before, again, "chosen-by-somebody-else"}) == 3
        attacker = page.visitor()
        attacker.session.cookies.set("cardwarden", "chosen-by-somebody-else")
        assert attacker.get("/").status_code == 303


def test_wrong_passwords_are_slowed_whatever_address_a_visitor_claims(world: World) -> None:
    with up(world) as page:
        codes = {
            page.visitor()
            .post("/sign-in", {"password": f"guess {number}"}, **{"X-Forwarded-For": f"198.51.100.{number}"})
            .status_code
            for number in range(20)
        }
        assert codes == {403, 429}
        assert (
            page.visitor().post("/sign-in", {"password": "x"}, **{"X-Forwarded-For": "203.0.113.9"}).status_code == 429
        )


def test_a_long_password_is_refused_before_anything_is_reckoned(world: World) -> None:
    with up(world) as page:
        assert page.visitor().post("/sign-in", {"password": "x" * 100_000}).status_code == 413
        assert page.visitor().post("/sign-in", {"password": "é" * 9_000}).status_code == 403


def test_how_long_a_wrong_password_takes_tells_nothing_of_the_right_one(world: World) -> None:
    def fastest(word: str) -> float:
        taken = []
        for _ in range(4):
            assert isinstance(world.clock, FakeClock)
            world.clock.at += timedelta(minutes=20)
            began = time.perf_counter()
            assert page.visitor().post("/sign-in", {"password": word}).status_code == 403
            taken.append(time.perf_counter() - began)
        return min(taken)

    with up(world) as page:
        set_password(password_beside(page.program.store.path), PASSWORD)  # as much work as it is for a family
        assert 0.4 < fastest(PASSWORD[:-1] + "x") / fastest("?") < 2.5  # it is the scrypt that takes its time, always


# Requests that another page, or no browser, would send


@pytest.mark.parametrize(
    "kind", ["application/json", "text/plain", "multipart/form-data; boundary=x", "application/xml", ""]
)
def test_a_form_of_another_kind_says_nothing(world: World, kind: str) -> None:
    before = state(world)
    with up(world) as page:
        visitor = page.signed_in()
        answer = visitor.session.post(
            f"{page.base}/events/1/restore",
            data=b'{"agreed": "yes", "id": 1}',
            headers={"Content-Type": kind, "Origin": page.base},
            allow_redirects=False,
            timeout=20,
        )
        assert answer.status_code == 200  # it asks, and writes nothing
    assert state(world) == before


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"])
def test_no_other_method_changes_anything(world: World, method: str) -> None:
    before = state(world)
    with up(world) as page:
        visitor = page.signed_in()
        for path in ("/events/1/accept", f"/e/{token(page)}/accept", f"/a/{token(page, Verb.ACCEPT, once=True)}"):
            answer = visitor.session.request(method, page.base + path, headers={"Origin": page.base}, timeout=20)
            assert answer.status_code == 405
    assert state(world) == before


@pytest.mark.parametrize("header", ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"])
def test_a_get_that_calls_itself_a_post_is_a_get(world: World, header: str) -> None:
    before = state(world)
    with up(world) as page:
        visitor = page.signed_in()
        for path in ("/events/1/accept", f"/e/{token(page)}/accept"):
            assert visitor.get(f"{path}?_method=POST", **{header: "POST", "Origin": page.base}).status_code == 405
    assert state(world) == before


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": ""},
        {"Origin": "null"},
        {"Origin": "file://"},
        {"Origin": "http://localhost.evil.example"},
        {"Origin": "null", "Referer": "http://localhost/"},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "SAME-ORIGIN"},
        {"Sec-Fetch-Site": "same-origin, cross-site"},
    ],
)
def test_who_is_signed_in_does_nothing_that_no_form_of_ours_asked_for(world: World, headers: dict[str, str]) -> None:
    before = state(world)
    with up(world) as page:
        visitor = page.signed_in()
        for path in ("/events/1/accept", "/contacts/1/forget", "/sessions/end", "/sign-out"):
            assert visitor.post(path, {"session": "all"}, **headers).status_code == 403
        assert visitor.get("/").status_code == 200
    assert state(world) == before


def test_nobody_is_signed_in_by_another_page(world: World) -> None:
    with up(world) as page:
        answer = page.visitor().post("/sign-in", {"password": PASSWORD}, **{"Sec-Fetch-Site": "cross-site"})
        assert answer.status_code == 403
        assert "Set-Cookie" not in answer.headers


# Paths


@pytest.mark.parametrize(
    "path",
    [
        "/static/../../desk.py",
        "/static/..%2f..%2fdesk.py",
        "/static/%2e%2e/desk.py",
        "/static/..%5cdesk.py",
        "/static/%2fetc%2fpasswd",
        "/static/style.css%00.svg",
        "/static/.css",
        "/static//etc/passwd",
        "/..%2f..%2fetc/passwd",
    ],
)
def test_no_path_leads_to_a_file_that_is_not_of_the_page(world: World, path: str) -> None:
    with up(world) as page:
        answer = ask(page, b"GET %b HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\n\r\n" % path.encode())
        assert re.match(rb"HTTP/1.1 (303|404) ", answer)
        assert b"import" not in answer
        assert b"root:" not in answer


@pytest.mark.parametrize(
    "path",
    [
        "/cardwardenevil/events/2",
        "/cardwarden/cardwarden/events/2",
        "/evil/cardwarden/events/2",
        "/cardwarden//events/2",
    ],
)
def test_a_path_that_only_looks_like_ours_is_none(world: World, path: str) -> None:
    world.more = '[web]\nurl = "https://home.example.org/cardwarden"\n'
    with up(world) as page:
        assert page.visitor().get(path, Host="home.example.org").status_code in {303, 404}
        assert "Keio" not in page.signed_in().get(path, Host="home.example.org").text


@pytest.mark.parametrize(
    "back",
    ["//evil.example", "/\\evil.example", "https://evil.example", "/%0d%0aSet-Cookie:x", "/x\r\nSet-Cookie: a=b"],
)
def test_signing_in_leads_nowhere_else_and_writes_no_header(world: World, back: str) -> None:
    with up(world) as page:
        answer = page.visitor().post("/sign-in", {"password": PASSWORD, "next": back})
        assert answer.headers["Location"].startswith("/")
        assert not answer.headers["Location"].startswith("//")
        assert "\n" not in answer.headers["Location"]
        assert list(answer.cookies.keys()) == ["cardwarden"]


# What is kept in between


def test_nothing_about_anybody_is_kept_by_a_cache_and_no_header_gets_into_a_page(world: World) -> None:
    poison = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Scheme": "nothttps", "X-Host": "evil.example"}
    with up(world) as page:
        visitor = page.signed_in()
        for path in (
            "/",
            "/events/1",
            f"/e/{token(page)}",
            "/no",
            "/static/none.css",
            "/sign-in",
            "/e/forged",
            "/api/status",
        ):
            answer = visitor.get(path, **poison)
            assert answer.headers["Cache-Control"] == "no-store", path
            assert "evil" not in answer.text
        assert visitor.get("/static/style.css?x=<script>", **poison).text == visitor.get("/static/style.css").text


# A flood


def idle(stack: ExitStack, page: Page, much: int, said: bytes) -> list[socket.socket]:
    """Connections that begin to ask and never end."""
    host, port = page.base.removeprefix("http://").split(":")
    held = []
    for _ in range(much):
        connection = stack.enter_context(socket.create_connection((host, int(port)), timeout=10))
        connection.sendall(said)
        held.append(connection)
    return held


def is_open(connection: socket.socket) -> bool:
    connection.setblocking(False)
    try:
        return connection.recv(1) != b""
    except BlockingIOError:
        return True
    except OSError:
        return False


@pytest.mark.parametrize("said", [b"", b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: "])
def test_whoever_holds_connections_open_keeps_nobody_out_and_few_of_them(world: World, said: bytes) -> None:
    with up(world) as page, ExitStack() as stack:
        held = idle(stack, page, 150, said)
        assert Visitor(page.base).get("/sign-in").status_code == 200
        assert sum(map(is_open, held)) < server._CONNECTIONS


def test_whoever_says_nothing_is_hung_up_on(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PatientProtocol, "patience", 0.5)
    with up(world) as page, ExitStack() as stack:
        held = idle(stack, page, 5, b"GET / HTTP/1.1\r\n")
        visitor = page.visitor()
        assert visitor.get("/sign-in").status_code == 200
        time.sleep(1.2)
        assert not any(map(is_open, held))
        assert visitor.get("/sign-in").status_code == 200


def test_a_flood_neither_delays_nor_ends_a_check(world: World) -> None:
    over = threading.Event()

    def flood() -> None:
        with requests.Session() as session:
            while not over.is_set():
                with suppress(requests.RequestException):
                    session.post(f"{page.base}/sign-in", data={"password": "x"}, timeout=5)
                    session.get(f"{page.base}/e/forged", timeout=5)

    with up(world) as page, ExitStack() as stack:
        idle(stack, page, 100, b"POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\r\n")
        threads = [threading.Thread(target=flood) for _ in range(8)]
        for thread in threads:
            thread.start()
        try:
            world.put("Keio", "TEL;TYPE=WORK:03-1234-5603")
            began = time.monotonic()
            with world.program() as program:
                [done] = program.check("family")
            assert done.outcome == "findings"
            assert time.monotonic() - began < 10
        finally:
            over.set()
            for thread in threads:
                thread.join()
        assert page.visitor().get("/sign-in").status_code == 200
    assert [one.event_id for one in world.open()] == [1]
