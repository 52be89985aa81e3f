"""Apprise loads only what a channel needs, and makes of an address what it makes when it has loaded all."""

import json
import subprocess
import sys
from typing import Any

import pytest

ALL = """
import json
from apprise.plugins import N_MGR
print(json.dumps({scheme: N_MGR[scheme].__name__ for scheme in N_MGR.schemas()}))
"""
EACH = """
import json, sys
from apprise.plugins import N_MGR
from cardwarden.alerts.services import in_use
found = {}
for scheme in json.loads(sys.argv[1]):
    in_use(f"{scheme}://host")
    found[scheme] = N_MGR[scheme].__name__
print(json.dumps([found, N_MGR.module_path in N_MGR._loaded]))
"""
ONE = """
import json, sys
from cardwarden.alerts.channel import Channel
from cardwarden.alerts.sending import look_at_channel
look_at_channel(Channel("phone", lambda: sys.argv[1]))
print(json.dumps([name for name in sys.modules if name.startswith("apprise.plugins.")]))
"""


def in_a_process(script: str, *words: str) -> Any:
    ran = subprocess.run([sys.executable, "-c", script, *words], capture_output=True, text=True, check=True, timeout=60)
    return json.loads(ran.stdout)


@pytest.mark.large
def test_each_service_is_found_alone_and_is_the_one_that_apprise_has_for_it() -> None:
    everything = in_a_process(ALL)
    for computed in ("dbus", "kde", "qt"):  # a desktop's names stand nowhere in the text: all is loaded for them
        del everything[computed]
    found, is_all_loaded = in_a_process(EACH, json.dumps([*everything]))
    ours = dict.fromkeys(("mailto", "mailtos"), "Mail") | dict.fromkeys(("gotify", "gotifys"), "Gotify")
    assert found == everything | ours
    assert not is_all_loaded


def test_a_channel_loads_its_own_service_alone() -> None:
    loaded = in_a_process(ONE, "ntfys://example.org/topic")
    assert "apprise.plugins.ntfy" in loaded
    assert not {f"apprise.plugins.{other}" for other in ("slack", "telegram", "pushover", "email", "gotify")} & {
        *loaded
    }


def test_the_address_of_a_service_s_web_page_is_still_understood() -> None:
    page = "https://discord.com/api/webhooks/4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js"
    assert "apprise.plugins.discord" in in_a_process(ONE, page)
