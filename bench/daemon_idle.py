"""What does an idle daemon with ten sources cost, in memory and in time of a core?

python bench/daemon_idle.py [SECONDS]
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SECONDS = int(sys.argv[1]) if len(sys.argv) > 1 else 120
SOURCES = 10


def cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def rss(pid: int) -> float:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * resource.getpagesize() / 1e6


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        config = f'region = "JP"\n[store]\nurl = "sqlite:///{folder}/cardwarden.db"\n'
        for number in range(SOURCES):
            book = folder / f"book{number}"
            book.mkdir()
            for one in range(100):
                lines = ["BEGIN:VCARD", "VERSION:3.0", f"UID:u{one}", f"FN:Person {one}", f"N:{one};Person;;;"]
                lines += [f"TEL:03-1234-{one:04}", "END:VCARD", ""]
                (book / f"{one}.vcf").write_text("\r\n".join(lines))
            config += f'[sources.s{number}]\ntype = "vdir"\npath = "{book}"\n'
        path = folder / "cardwarden.toml"
        path.write_text(config + '[alerts.channels.phone]\nurl_env = "PHONE"\n')
        command = [sys.executable, "-m", "cardwarden", "run", "--config", str(path)]
        environ = {**os.environ, "PHONE": "json://127.0.0.1:1/"}
        with subprocess.Popen(command, env=environ, stderr=subprocess.DEVNULL) as daemon:
            time.sleep(20)
            before, began = cpu(daemon.pid), time.monotonic()
            time.sleep(SECONDS)
            used, took = cpu(daemon.pid) - before, time.monotonic() - began
            print(f"{SOURCES} sources, idle: {rss(daemon.pid):.0f} MB resident, {used / took:.3%} of a core")
            daemon.terminate()


main()
