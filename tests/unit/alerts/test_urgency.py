"""How urgent a message is reaches the service, in its own words; what its address says counts more."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from email.message import EmailMessage

import pytest
from apprise import Apprise

from cardwarden.alerts.channel import Channel, UndeliveredError
from cardwarden.alerts.message import ChangeRow, Line, Message
from cardwarden.alerts.pointing import pointed
from cardwarden.alerts.sending import send
from cardwarden.alerts.urgency import UNMARKED, urgency_of
from cardwarden.detect.finding import Severity
from support.mails import mail_server
from support.messages import message as plain
from support.ntfy import ntfy
from support.ports import free_port
from support.receiver import Receiver

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")


def message(severity: Severity) -> Message:
    return plain(severity=severity, id="e57ab1e0-7", thread="e57ab1e0-e3")


@pytest.fixture
def mails() -> Iterator[tuple[int, list[EmailMessage]]]:
    with mail_server() as server:
        yield server


def by_mail(port: int, more: str = "") -> Channel:
    url = f"mailto://127.0.0.1:{port}/?from=a@example.org&to=b@example.org&smtp=127.0.0.1&mode=insecure{more}"
    return Channel("mail", lambda: url)


@pytest.mark.parametrize(
    ("severity", "importance"), [(Severity.CRITICAL, "high"), (Severity.WARNING, "normal"), (Severity.INFO, "low")]
)
def test_a_mail_has_its_importance(severity: Severity, importance: str, mails: tuple[int, list[EmailMessage]]) -> None:
    port, taken = mails
    send(by_mail(port), message(severity), 10)
    [mail] = taken
    assert mail["Importance"] == importance


def test_a_mail_has_the_same_id_each_time_and_stands_in_one_thread_with_its_alert(
    mails: tuple[int, list[EmailMessage]],
) -> None:
    port, taken = mails
    for _ in range(2):
        send(by_mail(port), message(Severity.CRITICAL), 10)
    assert [mail.get_all("Message-ID") for mail in taken] == [["<e57ab1e0-7@example.org>"]] * 2
    assert [mail["References"] for mail in taken] == ["<e57ab1e0-e3@example.org>"] * 2


def test_a_mail_has_its_text_and_beside_it_a_table_that_loads_nothing_and_escapes_all(
    mails: tuple[int, list[EmailMessage]],
) -> None:
    port, taken = mails
    evil = "<script src=//x.example></script>&<img src=x>"
    row = ChangeRow(evil, "number gained a +", "Phone number", "186 080-1234", "+186 080-1234")
    told = replace(
        message(Severity.CRITICAL), title=evil, lines=(Line(f"{evil} → 山田"),), ask="Was that you?", rows=(row,)
    )
    send(by_mail(port), told, 10)
    [mail] = taken
    assert mail.get_content_type() == "multipart/alternative"
    text, page = (part.get_content().replace("\r", "") for part in mail.iter_parts())
    assert text.startswith(f"{evil} → 山田\nWas that you?\n")
    assert not re.search(r"<(script|img|link|style|iframe)|@import|url\(|https?:", page)
    assert '<u style="font-weight:bold;background:#fff3c4;color:#1a1a1a">+</u>186 080-1234' in page
    assert "&lt;script" in page


def test_a_mail_goes_to_everybody_that_its_address_names(mails: tuple[int, list[EmailMessage]]) -> None:
    port, taken = mails
    send(
        by_mail(port, "&cc=c@example.org,d@example.org&reply=r@example.org&name=Family%20%E5%AE%B6"),
        message(Severity.INFO),
        10,
    )
    [mail] = taken
    assert (mail["Cc"], mail["Reply-To"]) == ("c@example.org, d@example.org", "r@example.org")
    assert mail["From"].addresses[0].display_name == "Family 家"


@pytest.mark.parametrize(
    ("severity", "priority"),
    [(Severity.CRITICAL, "max"), (Severity.WARNING, "high"), (Severity.NOTICE, None), (Severity.INFO, "low")],
)
def test_ntfy_is_told_the_priority(severity: Severity, priority: str | None, receiver: Receiver) -> None:
    url = f"ntfy://127.0.0.1:{receiver.port}/topic"
    send(Channel("phone", lambda: url), message(severity), 10)
    assert receiver.headers[0].get("X-Priority") == priority


def test_a_repeat_replaces_the_first_on_an_ntfy_server() -> None:
    with ntfy() as server:
        for _ in range(2):
            send(Channel("phone", lambda: server.address("topic")), message(Severity.CRITICAL), 10)
        assert [one["sequence_id"] for one in server.of("topic")] == ["e57ab1e0-7"] * 2


def test_a_priority_in_the_address_stays(receiver: Receiver) -> None:
    url = f"ntfy://127.0.0.1:{receiver.port}/topic?priority=min"
    send(Channel("phone", lambda: url), message(Severity.CRITICAL), 10)
    assert receiver.headers[0]["X-Priority"] == "min"


LINK = "https://home.example.org/cardwarden/e/AbC-_12+3%25"


@pytest.mark.parametrize(("more", "shown"), [("", {}), ("?format=markdown", {"contentType": "text/markdown"})])
def test_gotifys_apps_are_told_what_a_tap_opens(receiver: Receiver, more: str, shown: dict[str, str]) -> None:
    channel = Channel("phone", lambda: f"gotify://127.0.0.1:{receiver.port}/way/token{more}")
    send(channel, replace(message(Severity.CRITICAL), link=LINK), 10)
    [came] = receiver.requests
    assert came["extras"]["client::notification"] == {"click": {"url": LINK}}
    assert came["extras"].get("client::display", {}) == shown
    assert came["priority"] == 8
    assert receiver.headers[0]["X-Gotify-Key"] == "token"


def test_a_gotify_server_that_refuses_or_is_away_is_told(receiver: Receiver) -> None:
    receiver.statuses.append(401)
    linked = replace(message(Severity.CRITICAL), link=LINK)
    with pytest.raises(UndeliveredError, match="401"):
        send(Channel("phone", lambda: f"gotify://127.0.0.1:{receiver.port}/token"), linked, 10)
    with pytest.raises(UndeliveredError) as caught:
        send(Channel("phone", lambda: f"gotify://127.0.0.1:{free_port()}/s3cr3t"), linked, 10)
    assert "s3cr3t" not in str(caught.value)


SERVICES = [
    # address, where Apprise keeps the address of a service that has only one, the field, its values by severity
    ("gotify://127.0.0.1:{port}/token", "", "priority", [0, 3, 5, 8]),
    ("bark://127.0.0.1:{port}/key", "", "level", ["passive", "active", "timeSensitive", "timeSensitive"]),
    ("pover://" + "u" * 30 + "@" + "a" * 30, "pushover.NotifyPushover", "priority", ["-1", "-1", "0", "1"]),
    ("prowl://" + "a" * 40, "prowl.NotifyProwl", "priority", ["-1", "-1", "0", "1"]),
    ("psafer://" + "k" * 20, "pushsafer.NotifyPushSafer", "pr", ["-1", "-1", "0", "1"]),
    ("spush://" + "k" * 6, "simplepush.NotifySimplePush", "priority", [2, 3, 4, 4]),
    ("tgram://123456789:abcdefg_hijklmnop/12315544/", "telegram.NotifyTelegram", "disable_notification", [1, 1, 0, 0]),
]


@pytest.mark.parametrize("severity", Severity)
@pytest.mark.parametrize(("address", "kept", "parameter", "values"), SERVICES)
def test_every_service_that_has_a_word_for_it_is_told_how_urgent_it_is(
    address: str,
    kept: str,
    parameter: str,
    values: list[int | str],
    severity: Severity,
    receiver: Receiver,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if kept:
        monkeypatch.setattr(f"apprise.plugins.{kept}.notify_url", f"http://127.0.0.1:{receiver.port}/")
    url = address.replace("{port}", str(receiver.port))
    with suppress(UndeliveredError):  # it may miss an answer of its service's own
        send(Channel("phone", lambda: url), message(severity), 10)
    assert receiver.requests[-1][parameter] == values[severity]


@pytest.mark.parametrize(
    "address",
    [
        "join://" + "k" * 32,
        "growl://127.0.0.1",
        "nctalks://user:password@127.0.0.1/room",
        "lametric://" + "k" * 20 + "@127.0.0.1",
        "opsgenie://a1b2c3d4-1111-2222-3333-444455556666",
        "pagerduty://" + "i" * 10 + "@" + "k" * 20,
    ],
)
def test_a_parameter_that_an_address_gets_is_one_that_apprise_knows(address: str) -> None:
    import apprise

    said = pointed(address, message(Severity.CRITICAL))
    assert said != address
    service = apprise.Apprise.instantiate(said)
    if service is None:  # its library is not here
        return
    name, value = said.rpartition("?")[2].split("=")
    assert str(getattr(service, name)).lower() in {value, "1", "4", "true" if value == "yes" else "false"}


def services() -> Iterator[tuple[str, dict[str, list[str]]]]:
    """Every scheme that Apprise knows, with the parameters by which it may be told how urgent a message is."""
    for service in Apprise().details()["schemas"]:
        words = {
            name: [str(value) for value in argument["values"]]
            for name, argument in service["details"]["args"].items()
            if name in {"priority", "urgency", "severity", "level"} and argument.get("values")
        }
        for scheme in (*(service["protocols"] or ()), *(service["secure_protocols"] or ())):
            yield scheme, words


def test_every_service_of_apprise_s_that_has_words_for_it_is_told_how_urgent_a_message_is() -> None:
    untold = [scheme for scheme, words in services() if words and not urgency_of(scheme, Severity.CRITICAL, ())]
    assert sorted(untold) == sorted(UNMARKED & set(untold))


def test_a_service_that_lists_its_words_is_told_one_of_them() -> None:
    strange = [
        (scheme, parameter, value)
        for scheme, words in services()
        for severity in Severity
        for parameter, value in urgency_of(scheme, severity, ()).items()
        if parameter in words and not all(word.lstrip("-").isdigit() for word in words[parameter])
        if value not in words[parameter]
    ]
    assert strange == []
