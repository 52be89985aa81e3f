"""Whom connections trust, read once for all of them: a machine's list of authorities takes half a megabyte and 20 ms."""

from __future__ import annotations

import ssl
import threading
from pathlib import Path
from typing import Any, Final
from weakref import WeakValueDictionary

from requests.adapters import DEFAULT_CA_BUNDLE_PATH, HTTPAdapter
from urllib3.util.ssl_ import ALPN_PROTOCOLS, create_urllib3_context

_Stamp = tuple[str, int, int, int]
"""Where the authorities stand, and what differs once they are others."""

_contexts: Final[WeakValueDictionary[_Stamp, ssl.SSLContext]] = WeakValueDictionary()
_lock: Final = threading.Lock()


class SharedTrust(HTTPAdapter):
    """Its connections share what was read of the authorities that they trust, with those of all others, as long as one is there.

    Those that show a certificate of their own, and those by a proxy, have theirs alone.
    """

    def cert_verify(self, conn: Any, url: str, verify: bool | str | None, cert: Any) -> None:
        """See `HTTPAdapter`, which asks before each request. Raises OSError if the authorities cannot be read."""
        if not verify or cert or conn.scheme != "https" or conn.proxy is not None:
            super().cert_verify(conn, url, verify, cert)  # type: ignore[no-untyped-call]
            return
        conn.conn_kw["ssl_context"] = _trusting(verify if isinstance(verify, str) else DEFAULT_CA_BUNDLE_PATH)
        conn.ca_certs = conn.ca_cert_dir = None  # else each new connection reads them into what is shared


def _trusting(authorities: str) -> ssl.SSLContext:
    """What trusts the authorities of a file, or of a folder as OpenSSL has them; read anew once they are others."""
    status = Path(authorities).stat()
    stamp = (authorities, status.st_mtime_ns, status.st_size, status.st_ino)
    with _lock:
        context = _contexts.get(stamp)
        if context is None:
            context = _contexts[stamp] = _read(Path(authorities))
    return context


def _read(authorities: Path) -> ssl.SSLContext:
    context = create_urllib3_context()
    if authorities.is_dir():
        context.load_verify_locations(capath=authorities)
    else:
        context.load_verify_locations(cafile=authorities)
    context.set_alpn_protocols(ALPN_PROTOCOLS)
    # urllib3 says them again for each connection, while OpenSSL may copy them for another one without Python's lock.
    context.set_alpn_protocols = _nothing  # type: ignore[assignment,method-assign]
    return context


def _nothing(_protocols: object) -> None:
    pass
