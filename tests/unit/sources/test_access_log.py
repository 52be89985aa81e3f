"""Who wrote a member last, by a server's access log: each format, and what logs and strangers do to it."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cardwarden.sources.access_log import AccessLog
from cardwarden.sources.source import WrittenBy
from cardwarden.text import harmless, product_of

AT = datetime(2026, 11, 27, 1, 2, 3, tzinfo=UTC)
PATH = "/alice/contacts/jane.vcf"


def combined(
    agent: str = "DAVx5/4.3", *, path: str = PATH, status: int = 201, at: str = "27/Nov/2026:02:02:03 +0100"
) -> str:
    return f'192.0.2.7 - alice [{at}] "PUT {path} HTTP/1.1" {status} 0 "-" "{agent}"\n'


def radicale(
    agent: str = "DAVx5/4.3", *, thread: str = "9/Thread-1", status: str = "201 Created", path: str = PATH
) -> str:
    head = f"[2026-11-27 02:02:03 +0100] [{thread}] [INFO] PUT"
    return (
        f"{head} request for {path!r} received from 127.0.0.1 using {agent!r} HTTP/1.1\n"
        f"{head} response status for {path!r} in 0.005 seconds plain 0 bytes: {status}\n"
    )


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "access.log"


def last(log: AccessLog, path: str = PATH) -> WrittenBy | None:
    log.read()
    return log.last_write(path)


@pytest.mark.parametrize("line", [combined, radicale])
def test_the_last_program_that_wrote_a_member_is_known(file: Path, line: type) -> None:
    file.write_text(line("Contacts/1") + line("DAVx5/4.3"), "utf-8")
    assert last(AccessLog(file)) == WrittenBy("DAVx5/4.3", AT)


@pytest.mark.parametrize(
    "text", [combined(status=403), combined(status=500), radicale(status="412 Precondition Failed"), "", "PUT \x00\n" * 3,
             combined().replace("PUT", "GET"), radicale().splitlines()[0] + "\n", combined(at="99/Nov/2026:02:02:03 +0100")]
)  # fmt: skip
def test_what_did_not_write_is_no_writer(file: Path, text: str) -> None:
    file.write_text(text, "utf-8")
    assert last(AccessLog(file)) is None


def test_answers_belong_to_the_request_of_their_own_thread(file: Path) -> None:
    one, other = (
        radicale("One", thread="9/Thread-1").splitlines(True),
        radicale("Other", thread="9/Thread-2").splitlines(True),
    )
    refused = other[1].replace("201 Created", "412 Precondition Failed")
    file.write_text(one[0] + other[0] + refused + one[1], "utf-8")
    assert last(AccessLog(file)) == WrittenBy("One", AT)


def test_a_server_behind_a_proxy_knows_less_of_the_path(file: Path) -> None:
    file.write_text(combined(), "utf-8")
    log = AccessLog(file)
    assert last(log, "/radicale/alice/contacts/jane.vcf") == WrittenBy("DAVx5/4.3", AT)
    assert last(log, "/radicale/bob/contacts/jane.vcf") is None
    assert last(log, "/jane.vcf") is None


def test_only_what_is_new_is_read_and_a_line_under_way_is_waited_for(file: Path) -> None:
    file.write_text(combined("One") + combined("Two")[:-9], "utf-8")
    log = AccessLog(file)
    assert last(log) == WrittenBy("One", AT)
    with file.open("a") as more:
        more.write(combined("Two")[-9:])
    assert last(log) == WrittenBy("Two", AT)


@pytest.mark.parametrize("is_kept", [True, False], ids=["logrotate", "its old file is gone"])
def test_a_log_that_was_rotated_is_followed(file: Path, *, is_kept: bool) -> None:
    file.write_text(combined("One"), "utf-8")
    log = AccessLog(file)
    assert last(log) == WrittenBy("One", AT)
    with file.open("a") as more:
        more.write(combined("Two", path="/alice/contacts/taro.vcf"))
    before = file.rename(file.with_name("access.log.1"))
    file.write_text(combined("Three"), "utf-8")
    if not is_kept:
        before.unlink()
    assert last(log) == WrittenBy("Three", AT)
    assert (last(log, "/alice/contacts/taro.vcf") == WrittenBy("Two", AT)) is is_kept


def test_a_log_that_was_emptied_in_its_place_is_read_from_its_start(file: Path) -> None:
    file.write_text(combined("One") * 9, "utf-8")
    log = AccessLog(file)
    log.read()
    file.write_text(combined("Two"), "utf-8")
    assert last(log) == WrittenBy("Two", AT)


def test_of_a_huge_log_only_the_end_is_read(file: Path) -> None:
    with file.open("w") as writing:
        writing.truncate(5 << 30)  # a hole: it takes no room
        writing.seek(5 << 30)
        writing.write("\n" + combined())
    begun = time.process_time()
    assert last(AccessLog(file)) == WrittenBy("DAVx5/4.3", AT)
    assert time.process_time() - begun < 5


def test_a_log_that_is_not_there_hinders_nothing(file: Path, caplog: pytest.LogCaptureFixture) -> None:
    log = AccessLog(file)
    assert last(log) is None
    assert last(log) is None
    assert len(caplog.records) == 1
    file.write_text(combined(), "utf-8")
    assert last(log) == WrittenBy("DAVx5/4.3", AT)


@pytest.mark.parametrize(
    ("agent", "program"),
    [
        (r"a\" 200 0 \"-\" \"b", 'a" 200 0 "-" "b'),
        (r"a\x22b\xE5\xB1\xB1", 'a"b山'),
        ("-", ""),
        ("x" * 3000, "x" * 199 + "…"),
    ],
)
def test_whatever_calls_itself_a_user_agent_is_data(file: Path, agent: str, program: str) -> None:
    file.write_text(combined(agent), "utf-8")
    assert last(AccessLog(file)) == WrittenBy(program, AT)


@pytest.mark.parametrize("agent", ["it's \" using 'x' HTTP/1.1", "a\nb", "山\x1b[2J", "' received from '"])
def test_radicale_writes_it_as_python_does(file: Path, agent: str) -> None:
    file.write_text(radicale(agent), "utf-8")
    assert last(AccessLog(file)) == WrittenBy(harmless(agent), AT)


def test_lines_that_strangers_make_long_cost_no_time(file: Path) -> None:
    file.write_text(
        ('1 - - [27/Nov/2026:02:02:03 +0100] "PUT ' + "a" * 8000 + "\n") * 300 + ("[" * 8000 + " PUT \n") * 100, "utf-8"
    )
    begun = time.process_time()
    assert last(AccessLog(file)) is None
    assert time.process_time() - begun < 5


def test_a_program_is_the_same_in_another_version() -> None:
    assert product_of("DAVx5/4.3.1-ose (dav4jvm; okhttp/4.12.0) Android/14") == "davx5 android"
    assert product_of("iOS/17.0 (21A329) dataaccessd/1.0") == "ios dataaccessd"
