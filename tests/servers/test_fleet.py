"""Workers on a real PostgreSQL: what is due is done once, by whoever lives, and no household is another's trouble."""

from __future__ import annotations

import signal
import time
import urllib.request
from contextlib import ExitStack
from pathlib import Path

import pytest

from cardwarden.cli.main import run
from support.endless import endless
from support.fleet import Fleet, Worker, eventually
from support.mosquitto import listener, mosquitto
from support.ntfy import ntfy, press
from support.ports import free_port
from support.receiver import Receiver, receiving

pytestmark = pytest.mark.servers

RIGHT = "TEL;TYPE=CELL:080-1234-5602"
PLUS = "TEL;TYPE=CELL:+186080-1234-5602"
CHECK_IS_FAR = "SELECT due_at > now() + interval '5 hours' FROM cardwarden_fleet.work WHERE kind = 'check'"


def guarding(many: Fleet, phone: Receiver, *, usual: bool = False) -> Worker:
    """A worker that has looked at the household smith for the first time."""
    many.family("smith", phone.url)
    many.homes.put("smith", "Anna Smith", RIGHT)
    worker = many.start(usual=usual)
    worker.says("checked")
    return worker


def test_a_household_is_guarded_and_its_phone_told(many: Fleet) -> None:
    with receiving() as phone:
        worker = guarding(many, phone, usual=True)
        many.homes.put("smith", "Anna Smith", PLUS)
        eventually(lambda: bool(phone.requests))
        assert worker.end() == 0
    assert "Traceback" not in worker.text


def test_the_work_of_a_worker_that_is_killed_is_taken_over(many: Fleet) -> None:
    with receiving() as phone:
        first = guarding(many, phone)
        with phone.hanging():
            many.homes.put("smith", "Anna Smith", PLUS)
            eventually(lambda: phone.taken == 1)
            first.kill()  # in the middle of a delivery
        second = many.start()
        began = time.monotonic()
        while len(phone.requests) < 2:
            assert time.monotonic() - began < 120, second.text
            time.sleep(0.2)
    assert "again" in str(phone.requests[1]) or phone.requests[1]["title"] == phone.requests[0]["title"]


def test_no_work_is_lost_when_the_database_is_started_again_and_connections_are_cut(many: Fleet) -> None:
    with receiving() as phone:
        worker = guarding(many, phone)
        for how in ("fast", "immediate"):
            many.postgres.stop(how)
            time.sleep(1)
            many.postgres.start()
        many.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'cardwarden'")
        many.homes.put("smith", "Anna Smith", PLUS)
        began = time.monotonic()
        while not phone.requests:
            assert time.monotonic() - began < 120, worker.text
            time.sleep(0.2)
        assert worker.end() == 0
    assert "Traceback" not in worker.text
    assert len(phone.requests) == 1


def test_whoever_hangs_or_fails_keeps_nobody_else_waiting_and_nothing_of_one_is_seen_at_another(many: Fleet) -> None:
    with ExitStack() as stack:
        phone, hanging = stack.enter_context(receiving()), stack.enter_context(receiving())
        stack.enter_context(hanging.hanging())
        for number in range(12):  # as many as a worker does at once would be held up
            drip = stack.enter_context(endless("drips its body"))
            secret = many.homes.folder / f"drip-{number}/password"
            secret.parent.mkdir()
            secret.write_text("x")
            many.family(
                f"drip-{number}",
                hanging.url,
                f'[sources.cloud]\ntype = "carddav"\nurl = "{drip}"\nusername = "u"\npassword_file = "~/password"\nevery = "1s"',
            )
            many.homes.put(f"drip-{number}", f"Zoe Drip{number}", RIGHT)
        for name in ("raising", "smith"):
            many.family(name, phone.url)
            many.homes.put(name, f"Anna {name.title()}", RIGHT)
        many.homes.folder.joinpath("broken.toml").write_text("region = 5\n")
        worker = many.start(first="support.failing_rule")
        eventually(lambda: "checked household=smith" in worker.text and "checked household=drip-11" in worker.text)
        for number in range(12):
            many.homes.put(f"drip-{number}", f"Zoe Drip{number}", PLUS)
        eventually(lambda: hanging.taken >= 2)
        for name in ("raising", "smith"):
            many.homes.put(name, f"Anna {name.title()}", PLUS)
        eventually(
            lambda: any("Anna Smith" in str(sent) for sent in phone.requests), 30
        )  # what hangs does so for longer
        assert "its settings are wrong, so it is not guarded" in worker.text
        for line in worker.text.splitlines():
            assert not ("household=smith" in line and ("drip" in line or "raising" in line)), line
        assert "secret" not in worker.text
        assert "Anna Smith" not in worker.text
        assert "Zoe" not in worker.text
        for sent in phone.requests:
            assert "Zoe" not in str(sent)


def test_a_household_with_very_many_contacts_keeps_no_other_waiting(many: Fleet) -> None:
    many.family("smith")
    many.homes.put("smith", "Anna Smith", RIGHT)
    worker = many.start()
    worker.says("checked household=smith")
    many.family("large", every="6h")
    for number in range(4_000):
        many.homes.put("large", f"Bert Large{number}", f"TEL;TYPE=CELL:080-1234-{number:04}")
    checked = "checked household=smith"
    eventually(
        lambda: (
            many.asked("SELECT begun_at FROM cardwarden_fleet.work WHERE household = 'large' AND kind = 'check'") != ""
        )
    )
    before = worker.text.count(checked)
    worker.says("checked household=large")
    during = worker.text.partition("checked household=large")[0].count(checked) - before
    assert during  # each second, in the same process: whatever makes one slow makes the other so


def test_monitors_are_told_of_the_fleet_and_of_no_household(many: Fleet, capsys: pytest.CaptureFixture[str]) -> None:
    port = free_port()
    with receiving() as phone:
        for name in ("smith", "jones"):
            many.family(name, phone.url)
            many.homes.put(name, f"Anna {name.title()}", RIGHT)
        many.start("--listen", f"127.0.0.1:{port}", usual=True).says("checked household=smith")

    def asked(path: str) -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
            return str(answer.read().decode())

    eventually(lambda: 'cardwarden_fleet_households{state="guarded"} 2.0' in asked("/metrics"))
    shown = asked("/metrics")
    capsys.readouterr()
    assert run(["household", "list", "--json", "--config", str(many.homes.config)]) == 0
    assert capsys.readouterr().out.count('"guarded"') == 2
    assert asked("/healthz") == asked("/readyz") == "ok\n"
    assert "smith" not in shown
    assert "jones" not in shown
    assert "family" not in shown
    assert "cardwarden_fleet_workers 1.0" in shown
    assert 'cardwarden_worker_jobs_total{kind="check",result="good"}' in shown
    assert "cardwarden_fleet_lag_seconds" in shown


def test_what_a_command_accepts_is_told_without_any_check(many: Fleet) -> None:
    with receiving() as phone:
        worker = guarding(many, phone)
        many.homes.put("smith", "Anna Smith", PLUS)
        eventually(lambda: bool(phone.requests))
        many.family("smith", phone.url, every="6h")
        worker.process.send_signal(signal.SIGHUP)
        eventually(lambda: many.sql(CHECK_IS_FAR) == "t")
        assert run(["accept", "e1", "--config", str(many.homes.config), "--household", "smith"]) == 0
        eventually(lambda: len(phone.requests) == 2)
        assert many.sql(CHECK_IS_FAR) == "t"


def test_a_worker_that_reads_again_says_that_what_the_server_says_counts_at_its_next_start(many: Fleet) -> None:
    worker = many.start()
    worker.says("working")
    right = many.homes.config.read_text("utf-8")

    def reads_again(text: str, expected: str) -> None:
        many.homes.config.write_text(text, "utf-8")
        worker.process.send_signal(signal.SIGHUP)
        worker.says(expected)

    reads_again(f"{right}\n# a remark\n[limits]\nbooks = 5\n", "since this worker was started (limits): it counts")
    reads_again(f"{right}\nregoin = 5\n", "cannot be used, so no worker will start; this one goes on")
    many.family("smith")
    many.homes.put("smith", "Anna Smith", RIGHT)
    reads_again(f"{right}\n# another remark\n", "checked household=smith")
    assert worker.text.count("counts") == worker.text.count("this one goes on") == 1
    assert worker.end() == 0


def test_people_are_told_once_that_their_settings_are_wrong_and_when_they_are_right_again(many: Fleet) -> None:
    with receiving() as phone:
        guarding(many, phone)
        many.start().says("working")
        file = many.homes.folder / "smith.toml"
        right = file.read_text("utf-8")
        phone.statuses[:] = [500]
        file.write_text(f"regoin = 5\n{right}", "utf-8")
        eventually(lambda: phone.taken == 1)
        many.sql("UPDATE cardwarden_fleet.households SET told_at = told_at - interval '2 minutes'")
        eventually(lambda: many.sql("SELECT is_told FROM cardwarden_fleet.households") == "t")
        assert "regoin" in str(phone.requests[-1])
        file.write_text(right, "utf-8")
        eventually(lambda: phone.taken == 3)
        time.sleep(3)
    assert phone.taken == 3  # refused, told, over
    assert "regoin" not in str(phone.requests[-1])


def test_an_answer_is_heard_by_one_worker_and_by_another_when_that_one_dies(many: Fleet) -> None:
    with ntfy() as server:
        many.family("smith")
        file = many.homes.folder / "smith.toml"
        (many.homes.folder / "smith").mkdir()
        (many.homes.folder / "smith/answers").write_text(server.address("secret-answers"))
        (many.homes.folder / "smith/phone").write_text(server.address("phone"))
        channel = (
            '[alerts.channels.phone]\nurl_file = "~/phone"\nanswers_file = "~/answers"\nanswers_may = ["accept"]\n'
        )
        file.write_text(file.read_text("utf-8") + channel, "utf-8")
        many.homes.put("smith", "Anna Smith", RIGHT)
        first, second = many.start(), many.start()
        eventually(lambda: "checked" in first.text + second.text and server.connections == 1)
        hearer = many.sql("SELECT heard_by FROM cardwarden_fleet.households")
        [dies] = [one for one in (first, second) if hearer.endswith(f"/{one.process.pid}")]
        dies.kill()
        many.homes.put("smith", "Anna Smith", PLUS)
        eventually(lambda: bool(server.of("phone")))
        assert press(server.of("phone")[0], "That is right").status_code == 200
        eventually(lambda: many.sql("SELECT count(*) FROM household_smith.findings WHERE state = 'open'") == "0", 120)
        assert many.sql("SELECT heard_by FROM cardwarden_fleet.households") != hearer


def test_a_broker_is_told_by_one_worker_and_by_another_when_that_one_dies(many: Fleet, tmp_path: Path) -> None:
    with mosquitto(tmp_path) as port, listener(port) as known:
        many.family("smith", more=f'[mqtt]\nhost = "127.0.0.1"\nport = {port}\n')
        many.homes.put("smith", "Anna Smith", RIGHT)
        workers = [many.start(), many.start()]
        eventually(lambda: known.get("cardwarden/smith/state") == "online")
        hearer = many.sql("SELECT heard_by FROM cardwarden_fleet.households")
        [dies] = [one for one in workers if hearer.endswith(f"/{one.process.pid}")]
        dies.kill()
        eventually(lambda: known.get("cardwarden/smith/state") == "offline")  # its last will
        eventually(lambda: known.get("cardwarden/smith/state") == "online", 120)
        assert many.sql("SELECT heard_by FROM cardwarden_fleet.households") != hearer
        [lives] = [one for one in workers if one is not dies]
        assert lives.end() == 0
        eventually(lambda: known.get("cardwarden/smith/state") == "offline")
        assert many.sql("SELECT heard_by IS NULL FROM cardwarden_fleet.households") == "t"


def test_two_workers_do_each_piece_of_work_once_and_one_that_ends_drains(many: Fleet) -> None:
    with receiving() as phone:
        for number in range(12):
            many.family(f"home-{number}", phone.url)
            many.homes.put(f"home-{number}", f"Anna Home{number}", RIGHT)
        first, second = many.start(), many.start()
        eventually(lambda: all(f"household=home-{n} " in first.text + second.text for n in range(12)))
        for number in range(12):
            many.homes.put(f"home-{number}", f"Anna Home{number}", PLUS)
        eventually(lambda: len(phone.requests) >= 12)
        assert first.end() == 0
        time.sleep(2)
        assert len(phone.requests) == 12
        assert len({str(sent["message"]) for sent in phone.requests}) == 12
        many.homes.put("home-3", "Bert Home3", PLUS)
        eventually(lambda: len(phone.requests) == 13)
        assert second.end() == 0
        # What was queued while the last one ended is the next one's, and nothing is left half done.
        assert many.sql("SELECT count(*) FROM cardwarden_fleet.procrastinate_jobs WHERE status <> 'todo'") == "0"
        assert many.sql("SELECT count(*) FROM cardwarden_fleet.workers") == "0"
        for worker in (first, second):
            assert "stopped" in worker.text
            assert "error" not in worker.text


def test_deep_checks_care_and_digests_are_done_too_and_new_settings_are_taken_on(many: Fleet) -> None:
    with receiving() as phone, receiving() as other:
        many.family("smith", phone.url, 'deep_at = "03:30"')
        many.homes.put("smith", "Anna Smith", RIGHT)
        worker = many.start()
        eventually(lambda: "checked household=smith" in worker.text)
        many.sql("UPDATE cardwarden_fleet.work SET due_at = now() WHERE kind IN ('deep', 'care', 'digest')")
        undone = "SELECT count(*) FROM cardwarden_fleet.work WHERE good_at IS NULL"
        eventually(lambda: many.sql(undone) == "0")
        assert many.sql("SELECT count(*) FROM household_smith.books WHERE last_deep_at IS NOT NULL") == "1"
        assert (
            many.sql(
                "SELECT count(*) FROM cardwarden_fleet.work WHERE due_at < now() + interval '20 hours' AND kind = 'care'"
            )
            == "0"
        )
        (many.homes.folder / "smith/phone-url").write_text(other.url)
        many.homes.add("jones")
        many.homes.put("jones", "Bert Jones", PLUS)
        eventually(lambda: "household=jones" in worker.text)
        many.homes.put("smith", "Anna Smith", PLUS)
        eventually(lambda: bool(other.requests), 60)  # the secret is read when it is used
        (many.homes.folder / "jones.toml").unlink()
        eventually(lambda: many.sql("SELECT count(*) FROM cardwarden_fleet.work WHERE household = 'jones'") == "0")
        assert run(["household", "pause", "smith", "--config", str(many.homes.config)]) == 0
        eventually(lambda: many.sql("SELECT state FROM cardwarden_fleet.households") == "paused")
        many.homes.put("smith", "Anna Smith", "TEL;TYPE=CELL:+186080-1234-5699")
        before = len(other.requests)
        time.sleep(3)
        assert len(other.requests) == before
        assert run(["household", "pause", "smith", "--end", "--config", str(many.homes.config)]) == 0
        eventually(lambda: len(other.requests) > before)
    assert not phone.requests


def test_a_change_in_a_folder_is_looked_at_before_its_time(many: Fleet) -> None:
    with receiving() as phone:
        many.family("smith", phone.url, every="6h")
        many.homes.put("smith", "Anna Smith", RIGHT)
        worker = many.start()
        eventually(lambda: many.asked("SELECT count(*) FROM cardwarden_fleet.work WHERE kind = 'check'") == "1")
        many.sql("UPDATE cardwarden_fleet.work SET due_at = now()")
        worker.says("checked household=smith")
        worker.says("watching 1 folder")
        many.homes.put("smith", "Anna Smith", PLUS)
        eventually(lambda: bool(phone.requests))
