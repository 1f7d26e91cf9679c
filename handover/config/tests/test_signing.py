"""The key that signs sessions and links: made once, the same for all, readable by its owner."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from handover.config.environment import BadSetting, read
from handover.config.signing import signing_key, use_signing_key


def test_the_key_is_made_once_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    home = tmp_path / "home"
    first = signing_key(home)
    assert len(first) >= 50
    assert signing_key(home) == first
    assert (home / "signing.key").stat().st_mode & 0o777 == 0o600


def test_processes_that_ask_at_once_get_the_same_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: signing_key(tmp_path), range(32)))
    assert len(found) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["signing.key"]


def test_a_key_that_cannot_be_made_is_said_in_words(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file, no folder")
    with pytest.raises(BadSetting, match=r"signing\.key cannot be"):
        signing_key(tmp_path / "home")


def test_a_setting_goes_before_the_file(tmp_path: Path) -> None:
    use_signing_key(read({"HANDOVER_SECRET_KEY": "given", "HANDOVER_HOME": str(tmp_path)}))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("https://handover.example", "__Host-session __Host-csrf True 1"),
        ("", "session csrf False 0"),
    ],
)
def test_cookies_are_bound_to_a_site_that_is_reached_by_https(address: str, told: str) -> None:
    program = (
        "from handover.config import settings as s; print(s.SESSION_COOKIE_NAME,"
        " s.CSRF_COOKIE_NAME, s.SESSION_COOKIE_SECURE,"
        " getattr(s, 'ALLAUTH_TRUSTED_PROXY_COUNT', 0))"
    )
    environ = {**os.environ, "HANDOVER_ADDRESS": address}
    ran = subprocess.run(
        [sys.executable, "-c", program], env=environ, capture_output=True, text=True, check=True
    )
    assert ran.stdout.strip() == told


@pytest.mark.parametrize("address", ["handover.example", "https://x.example/path", "https://"])
def test_an_address_that_cannot_be_meant_is_refused(address: str) -> None:
    with pytest.raises(BadSetting, match="HANDOVER_ADDRESS must be"):
        read({"HANDOVER_ADDRESS": address})
