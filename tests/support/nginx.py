"""A real nginx on loopback, by https, with the locations that a test or the guide writes."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from support.ports import free_port, is_open

TLS = Path(__file__).parent / "tls"


@contextmanager
def nginx(folder: Path, locations: str) -> Iterator[str]:
    """Where it is reached, "https://localhost:PORT", for as long as the block lasts."""
    port = free_port()
    (folder / "nginx.conf").write_text(f"""
daemon off; pid {folder}/pid; error_log stderr; worker_processes 1; user root;
events {{ worker_connections 64; }}
http {{
  access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/f;
  uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  server {{
    listen 127.0.0.1:{port} ssl; server_name localhost;
    ssl_certificate {TLS}/certificate.pem; ssl_certificate_key {TLS}/key.pem;
    location / {{ return 404; }}
    {locations}
  }}
}}
""")
    program = shutil.which("nginx", path="/usr/sbin:/usr/bin")
    assert program
    running = subprocess.Popen([program, "-e", "stderr", "-p", str(folder), "-c", str(folder / "nginx.conf")])
    try:
        for _ in range(100):
            if is_open(port):
                break
            time.sleep(0.05)
        yield f"https://localhost:{port}"
    finally:
        running.terminate()
        running.wait(10)
