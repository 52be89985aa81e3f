"""Real CardDAV servers on free ports of 127.0.0.1, each with an empty address book of the user alice."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from support.ports import free_port

USER = "alice"
PASSWORD = "secret"
_PATIENCE = 30.0  # seconds until a server must answer


@dataclass(frozen=True)
class DavServer:
    """A running server: where it begins, and its one address book."""

    root: str
    book: str


@contextmanager
def radicale(folder: Path) -> Iterator[DavServer]:
    """Radicale, as PyPI has it. Its log is the folder's `log`."""
    port = free_port()
    (folder / "users").write_text(f"{USER}:{PASSWORD}\n")
    (folder / "config").write_text(
        f"[server]\nhosts = 127.0.0.1:{port}\n"
        f"[auth]\ntype = htpasswd\nhtpasswd_filename = {folder}/users\nhtpasswd_encryption = plain\ndelay = 0\n"
        f"[storage]\nfilesystem_folder = {folder}/collections\n[web]\ntype = none\n"
    )
    book = folder / "collections/collection-root/alice/contacts"
    book.mkdir(parents=True)
    (book / ".Radicale.props").write_text('{"tag": "VADDRESSBOOK", "D:displayname": "Contacts"}')
    command = [sys.executable, "-m", "radicale", "--config", str(folder / "config")]
    with running(command, port, folder):
        yield DavServer(f"http://127.0.0.1:{port}/", f"http://127.0.0.1:{port}/alice/contacts/")


@contextmanager
def xandikos(folder: Path) -> Iterator[DavServer]:
    """Xandikos, as PyPI has it. It asks for no password."""
    port = free_port()
    (folder / "data").mkdir()
    command = [
        *(sys.executable, "-m", "xandikos", "serve", "-d", str(folder / "data"), "--current-user-principal", "/alice/"),
        *("--defaults", "--listen-address", "127.0.0.1", "--port", str(port)),
    ]
    with running(command, port, folder):
        yield DavServer(f"http://127.0.0.1:{port}/", f"http://127.0.0.1:{port}/alice/contacts/addressbook/")


@contextmanager
def sabredav(folder: Path, base: str = "/") -> Iterator[DavServer]:
    """SabreDAV 1.8, as Debian has it (the Makefile names the packages), below a path of its server."""
    port = free_port()
    database = folder / "db.sqlite"
    with closing(sqlite3.connect(database)) as connection:
        connection.executescript(_SABREDAV)
    script = Path(__file__).with_name("sabredav.php")
    command = ["php", "-d", "memory_limit=1G", "-d", "post_max_size=0", "-S", f"127.0.0.1:{port}", str(script)]
    with running(command, port, folder, {"DAV_DB": str(database), "DAV_BASE": base, "PHP_CLI_SERVER_WORKERS": "4"}):
        root = f"http://127.0.0.1:{port}{base}"
        yield DavServer(root, f"{root}addressbooks/alice/contacts/")


@contextmanager
def cyrus(folder: Path) -> Iterator[DavServer]:
    """Cyrus httpd, as Debian has it. It gives up root for the user cyrus, so its folder is one that this user may enter."""
    import imaplib  # the Debian packages bring no other way to make a mailbox

    place = Path("/run") / f"cardwarden-cyrus-{os.getpid()}"
    place.mkdir(mode=0o755)
    try:
        port, imap = free_port(), free_port()
        for name in ("conf", "spool", "run/socket", "run/proc", "run/lock"):
            (place / name).mkdir(parents=True)
        (place / "imapd.conf").write_text(_IMAPD.format(place=place))
        (place / "cyrus.conf").write_text(_CYRUS.format(place=place, port=port, imap=imap))
        for user in ("cyrus", USER):
            subprocess.run(
                ["saslpasswd2", "-p", "-c", "-f", str(place / "sasldb2"), "-u", "localhost", user],
                input=PASSWORD, text=True, check=True,
            )  # fmt: skip
        subprocess.run(["chown", "-R", "cyrus:mail", str(place)], check=True)
        master = ["/usr/lib/cyrus/bin/master", "-D", "-C", str(place / "imapd.conf"), "-M", str(place / "cyrus.conf")]
        with running([*master, "-p", str(place / "master.pid")], port, folder):
            wait_for(imap)
            with imaplib.IMAP4("127.0.0.1", imap) as session:
                session.login("cyrus", PASSWORD)
                session.create(f"user/{USER}")
            yield DavServer(
                f"http://127.0.0.1:{port}/", f"http://127.0.0.1:{port}/dav/addressbooks/user/{USER}/Default/"
            )
    finally:
        shutil.rmtree(place)


_SABREDAV = """
CREATE TABLE principals (id INTEGER PRIMARY KEY, uri TEXT UNIQUE, email TEXT, displayname TEXT, vcardurl TEXT);
CREATE TABLE groupmembers (id INTEGER PRIMARY KEY, principal_id INTEGER, member_id INTEGER);
CREATE TABLE addressbooks (id INTEGER PRIMARY KEY, principaluri TEXT, displayname TEXT, uri TEXT, description TEXT, ctag INTEGER);
CREATE TABLE cards (id INTEGER PRIMARY KEY, addressbookid INTEGER, carddata BLOB, uri TEXT, lastmodified INTEGER);
INSERT INTO principals (uri, email, displayname) VALUES ('principals/alice', 'alice@example.org', 'Alice');
INSERT INTO addressbooks (principaluri, displayname, uri, description, ctag)
  VALUES ('principals/alice', 'Contacts', 'contacts', '', 1);
"""
_IMAPD = """\
configdirectory: {place}/conf
partition-default: {place}/spool
defaultpartition: default
proc_path: {place}/run/proc
mboxname_lockpath: {place}/run/lock
lmtpsocket: {place}/run/socket/lmtp
idlesocket: {place}/run/socket/idle
notifysocket: {place}/run/socket/notify
admins: cyrus
servername: localhost
altnamespace: no
unixhierarchysep: yes
virtdomains: off
httpmodules: carddav
httpallowcompress: yes
allowplaintext: yes
sasl_pwcheck_method: auxprop
sasl_auxprop_plugin: sasldb
sasl_sasldb_path: {place}/sasldb2
sasl_mech_list: PLAIN LOGIN
umask: 077
"""
_CYRUS = """\
START {{
 recover cmd="/usr/sbin/cyrus ctl_cyrusdb -C {place}/imapd.conf -r"
}}
SERVICES {{
 imap cmd="imapd -C {place}/imapd.conf -U 30" listen="127.0.0.1:{imap}" prefork=0 maxchild=5
 http cmd="httpd -C {place}/imapd.conf -U 30" listen="127.0.0.1:{port}" prefork=1 maxchild=20
}}
EVENTS {{
 checkpoint cmd="/usr/sbin/cyrus ctl_cyrusdb -C {place}/imapd.conf -c" period=30
}}
"""


@contextmanager
def running(
    command: Sequence[str], port: int, folder: Path, environ: Mapping[str, str] | None = None
) -> Iterator[None]:
    """A server process and its children. Raises AssertionError with what it wrote if it does not come up."""
    log = folder / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, **(environ or {})},
            start_new_session=True,
        )
    try:
        wait_for_http(port, process, log)
        yield
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def wait_for_http(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + _PATIENCE
    while process.poll() is None and time.monotonic() < until:
        connection = HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("OPTIONS", "/")
            connection.getresponse().read()
        except (OSError, HTTPException):
            time.sleep(0.05)
        else:
            return
        finally:
            connection.close()
    raise AssertionError(f"{process.args!r} does not answer:\n{log.read_text(errors='replace')[-4000:]}")


def wait_for(port: int) -> None:
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 5).close()
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)
        else:
            return
