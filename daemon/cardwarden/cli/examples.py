"""Two examples for every command, which its help and the manual end in. "" is cardwarden itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

EXAMPLES: Final[Mapping[str, tuple[str, str]]] = {
    "": ("cardwarden init", "cardwarden check --source family"),
    "init": ("cardwarden init", "cardwarden init --yes --book anna@example.org --password-env PASSWORD --channel none"),
    "doctor": ("sudo cardwarden doctor", "cardwarden doctor --send"),
    "demo": ("cardwarden demo", "cardwarden demo | less"),
    "check": ("cardwarden check", "cardwarden check --source family --deep"),
    "run": ("cardwarden run", "cardwarden run --config ./cardwarden.toml"),
    "worker": ("cardwarden worker", "cardwarden worker --listen 127.0.0.1:9220"),
    "web": ("cardwarden web", "cardwarden web --listen 127.0.0.1:9219"),
    "web password": ("cardwarden web password", "sudo -u cardwarden cardwarden web password"),
    "web link": ("cardwarden web link e3", "cardwarden web link e3 --config ./cardwarden.toml"),
    "status": ("cardwarden status", "cardwarden status --json"),
    "healthcheck": ("cardwarden healthcheck", "cardwarden healthcheck || echo it does not live"),
    "findings": ("cardwarden findings", "cardwarden findings --all --source family"),
    "show": ("cardwarden show e3", 'cardwarden show --card "Anna Smith" --at yesterday'),
    "accept": ("cardwarden accept 12", 'cardwarden accept e3 --why "she moved"'),
    "guard": ('cardwarden guard "Anna Smith"', "cardwarden guard --list"),
    "expect": (
        "cardwarden expect 30m --source family",
        'cardwarden expect 2h --source family --why "new phone"',
    ),
    "restore": ("cardwarden restore --mirror phone", 'cardwarden restore --card "Anna Smith" --at 3d'),
    "history": ("cardwarden history --since 2w", 'cardwarden history --card "Anna Smith"'),
    "export": (
        "cardwarden export --source family -o family.vcf",
        "cardwarden export --source family --at 2026-11-22 -o old/",
    ),
    "source": ("cardwarden source rename family home", "cardwarden source rename --json family home"),
    "source rename": ("cardwarden source rename family home", "cardwarden source rename --json family home"),
    "diff": ("cardwarden diff old.vcf new.vcf --region JP", "cardwarden diff --source family --source phone"),
    "report": ("cardwarden report e3 -o evidence.zip", "cardwarden report --since 2w --language ja -o evidence.zip"),
    "verify": ("cardwarden verify", "cardwarden verify evidence.zip"),
    "backup": (
        "cardwarden backup /mnt/disk/cardwarden.db",
        'cardwarden backup "/mnt/disk/cardwarden-$(date +%F).db"',
    ),
    "forget": (
        'cardwarden forget --card "Anna Smith"',
        'cardwarden forget --card "Anna Smith" --ignore-from-now --yes',
    ),
    "rules": ("cardwarden rules", "cardwarden rules number-plus-added"),
    "discover": (
        "cardwarden discover cloud.example.org --username anna",
        "cardwarden discover https://cloud.example.org/dav --username anna --json",
    ),
    "login": ("cardwarden login anna --client client.json", "cardwarden login anna --paste"),
    "config": ("cardwarden config validate", "cardwarden config sample > cardwarden.toml"),
    "config validate": ("cardwarden config validate", "sudo -u cardwarden cardwarden config validate"),
    "config show": ("cardwarden config show", "cardwarden config show --config ./cardwarden.toml"),
    "config sample": ("cardwarden config sample", "cardwarden config sample > cardwarden.toml"),
    "alert": ("cardwarden alert test", "cardwarden alert preview e12"),
    "alert preview": (
        "cardwarden alert preview e12 --channel phone --language ja",
        "cardwarden alert preview --kind digest --html digest.html",
    ),
    "alert test": ("cardwarden alert test", "cardwarden alert test phone"),
    "household": ("cardwarden household list", "cardwarden household add smith smith.toml"),
    "household add": ("cardwarden household add smith smith.toml", "cat smith.toml | cardwarden household add smith -"),
    "household list": ("cardwarden household list", "cardwarden household list --json"),
    "household pause": ("cardwarden household pause smith", "cardwarden household pause --end smith"),
    "household move": (
        "cardwarden household move smith --to postgresql+psycopg://db.example.org/all",
        "cardwarden household move smith --to sqlite",
    ),
    "household remove": (
        "cardwarden household remove smith --export /mnt/disk/smith.db",
        "cardwarden household remove smith --keep-history --yes",
    ),
    "systemd": ("sudo cardwarden systemd install", "cardwarden systemd install --user"),
    "systemd install": ("sudo cardwarden systemd install", "cardwarden systemd install --user"),
}
