"""What a contact says is data to each kind of service: it is shown, and neither acts nor hides anything there."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

import pytest
import requests
from defusedxml.ElementTree import fromstring
from markdown_it import MarkdownIt
from requests.adapters import HTTPAdapter

from cardwarden.actions.preview import PreviewKind, preview
from cardwarden.alerts.channel import Channel
from cardwarden.alerts.message import Message, Occasion
from cardwarden.alerts.sending import send
from cardwarden.detect.finding import Severity
from support.hostile import HOSTILE, Tags, acts, written
from support.mails import mail_server
from support.world import World

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")

KINDS = (PreviewKind.EVENT, PreviewKind.DIGEST, PreviewKind.REMINDER, PreviewKind.ALL_CLEAR)


@dataclass(frozen=True)
class Service:
    """An address, and where in a request its title and text stand: keys of JSON or of a form, or XML."""

    address: str
    fields: tuple[str, ...]
    reads: str = "text"


SERVICES = {
    "webhook": Service("json://127.0.0.1/x", ("title", "message")),
    "form": Service("form://127.0.0.1/x", ("title", "message")),
    "xml": Service("xml://127.0.0.1/x", ("Subject", "Message")),
    "ntfy": Service("ntfy://127.0.0.1/topic", ("title", "message")),
    "ntfy-markdown": Service("ntfy://127.0.0.1/topic?format=markdown", ("message",), "markdown"),
    "gotify": Service("gotify://127.0.0.1/abcdefghijk", ("title", "message")),
    "pushover": Service(f"pover://{'u' * 30}@{'a' * 30}", ("title", "message")),
    "signal": Service("signal://127.0.0.1:8080/+15551234567/+15551234568", ("message",)),
    "telegram": Service("tgram://123456789:abcdefg_hijklmnop/12315544/", ("text",), "html"),
    "discord": Service(f"discord://{'i' * 24}/{'t' * 64}", ("content",), "markdown"),
    "mattermost": Service("mmost://127.0.0.1/3ccdd113474722377935511fc85d3dd4", ("text",), "markdown"),
    "rocket-chat": Service("rocket://webhooka/webhookb@127.0.0.1/%23room?mode=webhook", ("text",), "markdown"),
    "slack": Service("slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/", ("title", "text"), "slack"),
    "matrix": Service("matrix://user:token@127.0.0.1?mode=matrix", ("text",)),
    "line": Service(f"line://{'a' * 30}/{'U' * 30}", ("text",)),
}


@pytest.fixture(scope="module", params=HOSTILE)
def messages(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> list[Message]:
    """Of a book in which every field of a contact says one hostile text: each kind of message."""
    text = written(HOSTILE[request.param])
    world = World(tmp_path_factory.mktemp(request.param))
    world.put(text, "TEL;TYPE=CELL:186090-1234-5601", f"NOTE:{text}", file="a.vcf", uid="a")
    world.check()
    world.put(text, "TEL;TYPE=CELL:+186090-1234-5601", f"NOTE:{text}x", f"TITLE:{text}", file="a.vcf", uid="a")
    world.check()
    with world.program() as program:
        return [
            preview(program.store, Channel("phone", str), program.policy, kind, None, program.clock) for kind in KINDS
        ]


@pytest.fixture
def requested(monkeypatch: pytest.MonkeyPatch) -> list[requests.PreparedRequest]:
    """What would go out to services, which take all of it: most are in the internet, at one fixed address."""
    sent: list[requests.PreparedRequest] = []

    def taken(_: HTTPAdapter, request: requests.PreparedRequest, **__: Any) -> requests.Response:
        sent.append(request)
        answer = requests.Response()
        answer.status_code, answer.url, answer.request = 200, request.url or "", request
        answer._content = b"ok" if "slack" in answer.url else b'{"ok": true}'
        return answer

    monkeypatch.setattr(HTTPAdapter, "send", taken)
    return sent


def texts(request: requests.PreparedRequest, fields: tuple[str, ...]) -> Iterator[str]:
    body = request.body.decode() if isinstance(request.body, bytes) else str(request.body)
    if body.startswith("<"):
        yield from (part.text or "" for part in fromstring(body).iter() if part.tag in fields)
    elif body.startswith("{"):
        yield from (str(value) for key, value in items(json.loads(body)) if key in fields)
    else:
        yield from (value for key, values in parse_qs(body).items() if key in fields for value in values)


def items(value: object) -> Iterator[tuple[str, object]]:
    """Each key of a document, however deep, and what it holds."""
    if isinstance(value, dict):
        for key, below in value.items():
            yield key, below
            yield from items(below)
    elif isinstance(value, list):
        for below in value:
            yield from items(below)


def acting(text: str, reads: str) -> object:
    """What of a text would do more than be shown, to a service that takes it so."""
    if found := acts(text.replace("\r", "")):
        return found
    if re.search(r"<[@!#]|@(everyone|here)\b", text):
        return text
    if reads == "html":
        tags = Tags(text)
        return tags.running or tags.tags - {"b", "i"}
    if reads == "slack":
        return re.findall("[<>]", text)
    if reads == "markdown":
        tokens = MarkdownIt("commonmark").enable("strikethrough").parse(text)
        each = {
            inner.type for token in tokens for inner in [token, *(token.children or [])] if inner.markup != "autolink"
        }
        return each - {"text", "text_special", "softbreak", "inline", "paragraph_open", "paragraph_close"}
    return None


@pytest.mark.parametrize("name", SERVICES)
def test_to_no_service_does_it_act(
    name: str, messages: list[Message], requested: list[requests.PreparedRequest]
) -> None:
    service = SERVICES[name]
    shown = ""
    for message in messages:
        requested.clear()
        send(Channel(name, lambda: service.address), message, 5)
        [request] = requested
        said = list(texts(request, service.fields))
        assert said
        shown += "".join(said)
        for text in said:
            assert not acting(text, service.reads), text
            assert "49" not in re.sub(r"Proof \w+", "", text)
            assert len(text) < 20_000
            assert "\nBcc:" not in text
            assert "\ncardwarden: all is well" not in text
        assert all("\n" not in value for value in request.headers.values())
    assert re.search("(?s)MA.{0,20}RK|МАRК", shown), "so nothing of it was told"


@pytest.mark.parametrize("name", SERVICES)
def test_the_paragraphs_of_a_message_stay_apart(name: str, requested: list[requests.PreparedRequest]) -> None:
    said = Message(
        Occasion.QUESTION, Severity.WARNING, "Jane", ask="Was it you?", why=("One.", "Two."), book="Book: family"
    )
    send(Channel(name, lambda: SERVICES[name].address), said, 5)
    [request] = requested
    shown = "\n".join(texts(request, SERVICES[name].fields)).replace("\r", "").replace("\\.", ".")
    assert "Was it you?\nOne.\nTwo.\n\nBook: family" in shown


def test_in_a_mail_neither_headers_nor_text_nor_page_act(messages: list[Message]) -> None:
    with mail_server() as (port, mails):
        url = f"mailto://127.0.0.1:{port}/?from=a@example.org&to=b@example.org&smtp=127.0.0.1&mode=insecure"
        for message in messages:
            send(Channel("mail", lambda: url), message, 10)
    assert len(mails) == len(messages)
    for mail in mails:
        assert not {"Bcc", "Cc"} & set(mail.keys())
        assert not acts(mail["Subject"])
        text, page = (part.get_content().replace("\r", "") for part in mail.iter_parts())
        assert not acting(text, "text")
        assert len(text) + len(page) < 60_000
        tags = Tags(page)
        assert not tags.running
        assert not {"script", "img", "iframe", "a"} & tags.tags
        assert not acts(page)
