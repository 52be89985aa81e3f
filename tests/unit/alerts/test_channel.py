"""A channel hands messages to a real receiver, and tells nobody else."""

from __future__ import annotations

import logging
import socket
from collections.abc import Iterator

import pytest

from cardwarden.alerts.channel import Channel, UndeliveredError
from cardwarden.alerts.message import trial_message
from cardwarden.alerts.sending import send
from cardwarden.detect.finding import Severity
from cardwarden.errors import SettingsError
from cardwarden.phrases.phrase import Sentence
from support.messages import message
from support.receiver import Receiver, receiving
from support.words import ENGLISH

# Apprise imports imghdr for its mail plugin; Python 3.11 and 3.12 call that deprecated, later ones have it no more.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")

BODY = "was 186080\\n…\nnow +186080 *now* <b> :smile: ${X}"
MESSAGE = message("Yamada Tarō: number gained a +", BODY)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


def channel(url: str) -> Channel:
    return Channel("phone", lambda: url)


def failure(url: str, timeout: float = 5) -> UndeliveredError:
    with pytest.raises(UndeliveredError) as caught:
        send(channel(url), MESSAGE, timeout)
    return caught.value


def test_a_message_arrives_as_it_was_written(receiver: Receiver) -> None:
    send(channel(receiver.url), MESSAGE, 5)
    (request,) = receiver.requests
    assert (request["title"], request["message"]) == (MESSAGE.title, BODY)


@pytest.mark.parametrize(
    ("severity", "kind"),
    [(Severity.CRITICAL, "failure"), (Severity.WARNING, "warning"), (Severity.NOTICE, "info"), (Severity.INFO, "info")],
)
def test_a_message_says_how_urgent_it_is(receiver: Receiver, severity: Severity, kind: str) -> None:
    send(channel(receiver.url), message(severity=severity), 5)
    assert receiver.requests[0]["type"] == kind


def test_the_trial_message_arrives(receiver: Receiver) -> None:
    send(channel(receiver.url), trial_message(ENGLISH), 5)
    assert "cardwarden" in receiver.requests[0]["title"]


@pytest.mark.parametrize(("status", "words"), [(503, "HTTP 503"), (401, "password (HTTP 401)"), (404, "does not know")])
def test_an_answer_that_refuses_can_be_tried_again(receiver: Receiver, status: int, words: str) -> None:
    receiver.statuses = [status]
    error = failure(receiver.url)
    assert not error.permanent
    assert words in str(error)
    send(channel(receiver.url), MESSAGE, 5)
    assert len(receiver.requests) == 2


def test_a_service_that_is_optional_still_fails_when_it_fails(receiver: Receiver) -> None:
    receiver.statuses = [500]
    assert "HTTP 500" in str(failure(receiver.url + "?optional=yes"))


def test_a_service_that_hangs_is_given_up(receiver: Receiver) -> None:
    with receiver.hanging():
        error = failure(receiver.url, timeout=0.2)
    assert not error.permanent


def test_a_service_that_is_not_there_can_be_tried_again() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        error = failure(f"json://127.0.0.1:{free.getsockname()[1]}/")
    assert not error.permanent
    assert str(error) == "Channel phone: the service could not be reached, or did not take the message."


@pytest.mark.parametrize(
    "url",
    [
        "",
        "  ",
        "nonsense",
        "s3cr3t://x",
        "tgram://s3cr3t",
        "json://",
        "http://[s3cr3t",
        "json://:s3cr3t@",
        "://",
        "gotify://s3cr3t/\ud800",
    ],
)
def test_an_address_that_is_none_is_wrong_for_ever_and_is_not_repeated(url: str) -> None:
    error = failure(url)
    assert error.permanent
    assert "s3cr3t" not in str(error)
    assert "cardwarden alert test" in str(error)


def test_an_address_that_names_two_services_is_refused(receiver: Receiver) -> None:
    error = failure(f"{receiver.url}, {receiver.url}")
    assert error.permanent
    assert receiver.requests == []


def test_an_address_whose_secret_is_away_can_be_tried_again() -> None:
    def away() -> str:
        raise SettingsError(Sentence("NTFY_URL is not set. Set it where the service starts."))

    with pytest.raises(UndeliveredError, match="NTFY_URL is not set") as caught:
        send(Channel("phone", away), MESSAGE, 5)
    assert not caught.value.permanent


def test_the_address_is_asked_for_at_each_sending(receiver: Receiver) -> None:
    urls = iter([receiver.url, "nonsense"])
    changing = Channel("phone", lambda: next(urls))
    send(changing, MESSAGE, 5)
    with pytest.raises(UndeliveredError):
        send(changing, MESSAGE, 5)


def test_neither_address_nor_message_reach_a_log_or_the_terminal(
    receiver: Receiver, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(1)
    receiver.statuses = [500]
    errors = [failure(receiver.url), failure("tgram://s3cr3t-t0ken"), failure("json://h:s3cr3t-t0ken/")]
    send(channel(receiver.url), MESSAGE, 5)
    out, err = capfd.readouterr()
    texts = caplog.text + out + err + "".join(map(str, errors))
    assert not [word for word in (Receiver.SECRET, "Yamada", "186080", "s3cr3t") if word in texts]


def test_the_root_logger_is_left_as_it_was(receiver: Receiver) -> None:
    before = logging.getLogger().level, list(logging.getLogger().handlers)
    send(channel(receiver.url), MESSAGE, 5)
    assert (logging.getLogger().level, list(logging.getLogger().handlers)) == before


@pytest.mark.parametrize(
    ("source", "severity", "wanted"),
    [
        ("family", Severity.CRITICAL, True),
        ("family", Severity.WARNING, True),
        ("family", Severity.NOTICE, False),
        ("work", Severity.CRITICAL, False),
    ],
)
def test_a_channel_wants_its_sources_from_its_severity_up(source: str, severity: Severity, wanted: bool) -> None:
    channel = Channel("phone", str, Severity.WARNING, frozenset({"family"}))
    assert channel.wants(source, severity) is wanted


def test_a_channel_without_sources_wants_all() -> None:
    assert Channel("phone", str).wants("anything", Severity.WARNING)
