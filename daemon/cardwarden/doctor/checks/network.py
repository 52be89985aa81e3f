"""The servers of the books: does the name lead somewhere, does it answer, and for how long is its certificate good?"""

from __future__ import annotations

import os
import shlex
import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Protocol
from urllib.parse import urlsplit

from cardwarden.carddav.deadline import Deadline
from cardwarden.doctor.patient import Patient
from cardwarden.doctor.result import Result, ok, trouble
from cardwarden.errors import distrust
from cardwarden.sources.options import OnDiskOptions
from cardwarden.trust import authorities


class _OnServer(Protocol):
    """The options of any source that asks a server."""

    @property
    def url(self) -> str: ...

    @property
    def tls_ca(self) -> Path | None: ...


_PATIENCE: Final = 10.0  # seconds
_SOON: Final = 14  # days: most authorities renew at 30


def servers_answer(patient: Patient) -> Iterator[Result]:
    for name, options in patient.settings.sources.items() if patient.settings else ():
        if not isinstance(options, OnDiskOptions):
            yield _server(patient, name, options)


def _server(patient: Patient, name: str, options: _OnServer) -> Result:
    """Whether the server of a source is found, answers, and shows a certificate that can be believed."""
    address = urlsplit(options.url)
    host, port = address.hostname or "", address.port or (443 if address.scheme == "https" else 80)
    try:
        addresses = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return trouble("host-unknown", name, shlex.join(["getent", "hosts", host]), host=host)
    try:
        with socket.create_connection((host, port), _PATIENCE) as connection, Deadline(_PATIENCE) as deadline:
            deadline.hold(connection.fileno())
            if address.scheme != "https":
                return _plain(name, host, [str(where[4][0]) for where in addresses])
            return _certificate(patient, name, options, connection, host)
    except ssl.SSLCertVerificationError as error:
        mend = shlex.join(["openssl", "s_client", "-connect", f"{host}:{port}", "-servername", host])
        return trouble("certificate-bad", name, mend, host=host, why=distrust(error.verify_code, error.verify_message))
    except OSError as error:
        mend = shlex.join(["curl", "-v", f"{address.scheme}://{address.netloc}/"])
        return trouble("host-away", name, mend, host=host, why=error.strerror or type(error).__name__)


def _plain(name: str, host: str, addresses: list[str]) -> Result:
    if all(address.startswith(("127.", "::1")) for address in addresses):
        return ok("host", name, host=host)
    return trouble("host-plain", name, f'url = "https://{host}/"', host=host)


def _certificate(patient: Patient, name: str, options: _OnServer, connection: socket.socket, host: str) -> Result:
    context = ssl.create_default_context(cafile=str(options.tls_ca) if options.tls_ca else authorities(os.environ))
    with context.wrap_socket(connection, server_hostname=host) as safe:
        certificate = safe.getpeercert() or {}
    end = datetime.fromtimestamp(ssl.cert_time_to_seconds(str(certificate["notAfter"])), UTC)
    days = (end - patient.clock.now()).days
    if days < _SOON:
        return trouble("certificate-ends", name, "sudo certbot renew", host=host, count=days)
    return ok("certificate", name, host=host, count=days)
