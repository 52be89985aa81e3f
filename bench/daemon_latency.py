"""How long from a file's last write to the receiver's HTTP request, on a folder of 10,000 cards, with default settings?

python bench/daemon_latency.py [CARDS] [ROUNDS]
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

CARDS = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
ROUNDS = int(sys.argv[2]) if len(sys.argv) > 2 else 20


def card(number: int, phone: str) -> bytes:
    lines = ["BEGIN:VCARD", "VERSION:3.0", f"UID:u{number}", f"FN:Person {number}", f"N:{number};Person;;;"]
    return "\r\n".join([*lines, f"TEL;TYPE=CELL:{phone}", f"EMAIL:p{number}@mail.example", "END:VCARD", ""]).encode()


def main() -> None:
    arrived: list[float] = []
    came = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            arrived.append(time.monotonic())
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()
            came.set()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        book = folder / "contacts"
        book.mkdir()
        for number in range(CARDS):
            (book / f"{number}.vcf").write_bytes(card(number, f"186080-{number // 10000:04}-{number % 10000:04}"))
        config = folder / "cardwarden.toml"
        config.write_text(
            f'region = "JP"\n[store]\nurl = "sqlite:///{folder}/cardwarden.db"\n[sources.family]\ntype = "vdir"\n'
            f'path = "{book}"\n[alerts]\nlimit = 1000\n[alerts.channels.phone]\nurl_env = "PHONE"\n'
        )
        environ = {**os.environ, "PHONE": f"json://127.0.0.1:{server.server_address[1]}/"}
        log = (folder / "log").open("wb")
        command = [sys.executable, "-m", "cardwarden", "run", "--config", str(config)]
        with subprocess.Popen(command, env=environ, stderr=log) as daemon:
            while b"outcome=clean" not in (folder / "log").read_bytes():
                time.sleep(0.1)
            time.sleep(6)
            taken = []
            for number in range(ROUNDS):
                came.clear()
                arrived.clear()
                path = book / f"{number}.vcf"
                path.write_bytes(card(number, f"+186080-0000-{number:04}"))
                written = time.monotonic()
                came.wait(30)
                taken.append(arrived[0] - written)
                time.sleep(4)
            daemon.terminate()
    server.shutdown()
    taken.sort()
    p95 = taken[min(len(taken) - 1, round(0.95 * (len(taken) - 1)))]
    print(
        f"{CARDS:,} cards, {ROUNDS} changes: median {statistics.median(taken):.2f} s, p95 {p95:.2f} s, max {taken[-1]:.2f} s"
    )


main()
