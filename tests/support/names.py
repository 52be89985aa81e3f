"""A name server on loopback that knows what it is told."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import dns.flags
import dns.message
import dns.rcode
import dns.resolver
import dns.rrset


@contextmanager
def naming(records: Mapping[tuple[str, str], list[str]]) -> Iterator[dns.resolver.Resolver]:
    """A resolver that asks a server with these records, by name (with its last dot) and type."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))

        def serve() -> None:
            while True:
                data, peer = sock.recvfrom(4096)
                if not data:
                    return
                query = dns.message.from_wire(data)
                question = query.question[0]
                name, kind = question.name.to_text().lower(), dns.rdatatype.to_text(question.rdtype)
                reply = dns.message.make_response(query)
                reply.flags |= dns.flags.RA
                if found := records.get((name, kind)):
                    reply.answer.append(dns.rrset.from_text(question.name, 60, "IN", kind, *found))
                elif not any(known == name for known, _ in records):
                    reply.set_rcode(dns.rcode.NXDOMAIN)
                sock.sendto(reply.to_wire(), peer)

        thread = threading.Thread(target=serve)
        thread.start()
        resolver = dns.resolver.Resolver(configure=False)
        resolver.nameservers, resolver.port = ["127.0.0.1"], sock.getsockname()[1]
        try:
            yield resolver
        finally:
            sock.sendto(b"", sock.getsockname())
            thread.join()
