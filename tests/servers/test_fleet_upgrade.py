"""Workers of two versions at the same time: the newer one adds to the tables of households, and the older one goes on."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import cardwarden
from cardwarden.store.migrate import REVISIONS
from support.fleet import Fleet, eventually
from support.receiver import receiving

pytestmark = pytest.mark.servers

RIGHT, PLUS = "TEL;TYPE=CELL:080-1234-5602", "TEL;TYPE=CELL:+186080-1234-5602"
EXPANDED = f"{REVISIONS[-1]}.1"
MIGRATION = f'''
import sqlalchemy as sa
from alembic import op

revision = "{EXPANDED}"
down_revision = "{REVISIONS[-1]}"


def upgrade() -> None:
    op.add_column("outbox", sa.Column("later", sa.String))
    op.create_table("notes_of_later", sa.Column("id", sa.Integer, primary_key=True))
'''


def newer_version(root: Path, *, revision: str = EXPANDED) -> Path:
    """A copy of the program with one more revision; gives the folder to import it from."""
    package = root / "newer/cardwarden"
    shutil.copytree(Path(cardwarden.__file__).parent, package, ignore=shutil.ignore_patterns("__pycache__"))
    (package / "store/migrations/later.py").write_text(MIGRATION.replace(EXPANDED, revision))
    migrate = package / "store/migrate.py"
    migrate.write_text(migrate.read_text().replace(f'"{REVISIONS[-1]}")\n', f'"{REVISIONS[-1]}", "{revision}")\n', 1))
    version = package / "__init__.py"
    version.write_text(version.read_text().replace(f'"{cardwarden.__version__}"', '"999.0"'))
    return package.parent


def test_what_only_adds_is_done_while_older_workers_go_on(many: Fleet, tmp_path: Path) -> None:
    with receiving() as phone:
        for name in ("jones", "smith"):
            many.family(name, phone.url)
            many.homes.put(name, f"Anna {name.title()}", RIGHT)
        older = many.start()
        eventually(lambda: all(f"checked household={name}" in older.text for name in ("jones", "smith")))
        newer = many.start(code=newer_version(tmp_path))
        newer.says("checked household=smith")
        newer.says("checked household=jones")
        assert many.sql("SELECT version FROM cardwarden_fleet.workers ORDER BY version DESC LIMIT 1") == "999.0"
        assert many.sql("SELECT version_num FROM household_smith.alembic_version") == EXPANDED
        newer.end()
        before = older.text.count("checked household=smith")
        many.homes.put("smith", "Anna Smith", PLUS)
        eventually(lambda: any("Anna Smith" in str(sent) for sent in phone.requests))
        eventually(lambda: older.text.count("checked household=smith") > before)
        assert many.sql("SELECT version_num FROM household_smith.alembic_version") == EXPANDED
        assert older.end() == 0
    assert "newer version" not in older.text
    for worker in (older, newer):
        assert "a bug" not in worker.text


def test_what_takes_away_waits_until_no_older_worker_lives(many: Fleet, tmp_path: Path) -> None:
    many.family("smith")
    many.homes.put("smith", "Anna Smith", RIGHT)
    older = many.start()
    older.says("checked household=smith")
    code = newer_version(tmp_path, revision="9999")
    refused = many.start(code=code, usual=True)
    assert refused.process.wait(60) != 0
    assert "of another version" in refused.text
    assert many.sql("SELECT version_num FROM household_smith.alembic_version") == REVISIONS[-1]
    assert older.end() == 0
    many.start(code=code).says("checked household=smith")
    assert many.sql("SELECT version_num FROM household_smith.alembic_version") == "9999"
