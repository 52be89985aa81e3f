"""A real PostgreSQL that is reached by TLS only: who is not who the address says is refused, and what was wrong is told."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Connection

from cardwarden.cli.main import run
from cardwarden.errors import StoreError
from cardwarden.store.engine import open_store
from cardwarden.store.postgresql import open_server
from support.households import Households
from support.postgresql import Postgres, running

pytestmark = pytest.mark.servers


@dataclass(frozen=True)
class Authority:
    """One that nobody knows but who was given its certificate; it signs itself, for "localhost"."""

    certificate: Path
    key: Path

    @classmethod
    def new(cls, folder: Path, name: str) -> Authority:
        made = cls(folder / f"{name}.crt", folder / f"{name}.key")
        words = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost"
        subject = ("-addext", "subjectAltName=DNS:localhost")
        files = ("-keyout", str(made.key), "-out", str(made.certificate))
        subprocess.run([*words.split(), *subject, *files], check=True, capture_output=True)
        return made


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority.new(tmp_path_factory.mktemp("tls"), "ours")


@pytest.fixture(scope="module")
def secure(ours: Authority) -> Iterator[Postgres]:
    """A server that lets the role "cardwarden" in by TLS only."""
    with running() as server:
        server.offer_tls(ours.certificate, ours.key)
        server.stop()
        server.start()
        yield server


def test_a_record_is_kept_by_tls(secure: Postgres, ours: Authority, tmp_path: Path) -> None:
    address = f"{secure.url(host='localhost')}?sslmode=verify-full&sslrootcert={ours.certificate}"
    server = open_server(address)
    store = server.store("smith", tmp_path / "smith")
    with store.read() as connection:
        asked = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
        assert connection.exec_driver_sql(asked).scalar() is True
    server.drop("smith")
    server.close()


@pytest.mark.parametrize(
    ("host", "asked", "why"),
    [
        ("localhost", "sslmode=verify-full&sslrootcert={others}", "certificate verify failed"),
        ("127.0.0.1", "sslmode=verify-full&sslrootcert={ours}", 'does not match host name "127.0.0.1"'),
        (
            "localhost",
            "sslmode=verify-full&sslrootcert={ours}.none",
            r'root certificate file ".*\.none" does not exist',
        ),
        ("localhost", "sslmode=verify-full&sslrootcert={key}", "could not read root certificate file"),
        ("localhost", "sslmode=require&sslcert={ours}&sslkey={ours}.none", "certificate present, but not private key"),
    ],
    ids=["unknown authority", "other name", "no authority", "authority that is none", "no key"],
)
def test_what_is_wrong_with_tls_is_told(
    host: str, asked: str, why: str, secure: Postgres, ours: Authority, tmp_path: Path
) -> None:
    others = Authority.new(tmp_path, "others")
    query = asked.format(ours=ours.certificate, key=ours.key, others=others.certificate)
    with pytest.raises(StoreError, match=f"because TLS failed.*{why}") as caught:
        open_store(f"{secure.url(host=host)}?{query}", "smith", tmp_path / "smith")
    assert "cardwarden@" not in str(caught.value)


def test_a_server_without_tls_is_told_as_that(ours: Authority, tmp_path: Path) -> None:
    with running() as plain, pytest.raises(StoreError, match=r"because TLS failed.*server does not support SSL"):
        open_store(
            f"{plain.url(host='localhost')}?sslmode=verify-full&sslrootcert={ours.certificate}", "x", tmp_path / "x"
        )


def cut_off(server: Postgres, connection: Connection) -> None:
    """Have a server crash and begin again, and ask it over a connection of before."""
    server.stop("immediate")
    server.start()
    connection.exec_driver_sql("SELECT 1")


def test_a_connection_by_tls_that_is_cut_is_not_told_as_a_refusal(
    secure: Postgres, ours: Authority, tmp_path: Path
) -> None:
    address = f"{secure.url(host='localhost')}?sslmode=verify-full&sslrootcert={ours.certificate}"
    server = open_server(address)
    store = server.store("smith", tmp_path / "smith")
    with pytest.raises(StoreError, match="does not answer"), store.read() as connection:
        cut_off(secure, connection)
    server.close()


def test_workers_and_commands_tell_it_as_well(
    secure: Postgres, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    others = Authority.new(tmp_path, "others")
    address = f"{secure.url(host='localhost')}?sslmode=verify-full&sslrootcert={others.certificate}"
    homes = Households(tmp_path / "server", store=f'url = "{address}"')
    homes.add("smith")
    for words in (["worker"], ["check", "--household", "smith"]):
        assert run([*words, "--config", str(homes.config)]) == StoreError.exit_code
        assert "because TLS failed (certificate verify failed)" in capsys.readouterr().err
