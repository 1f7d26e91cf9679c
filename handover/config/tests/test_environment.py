"""What operators set, and what they are told when it cannot be meant."""

from pathlib import Path

import pytest

from handover.config.database import parse
from handover.config.environment import BadSetting, read


def test_nothing_has_to_be_set() -> None:
    environment = read({})
    assert environment.cliniko_url == "https://api.{shard}.cliniko.com/v1"
    assert environment.cliniko_rate == 200
    assert environment.cliniko_file_hosts == ("*.amazonaws.com",)
    assert not environment.demo


def test_home_is_made_absolute() -> None:
    assert read({"HANDOVER_HOME": "somewhere"}).home == Path.cwd() / "somewhere"


@pytest.mark.parametrize("value", ["ftp://cliniko.example", "cliniko.example", "javascript:1"])
def test_an_address_that_is_none_is_refused_by_name(value: str) -> None:
    with pytest.raises(BadSetting, match="HANDOVER_CLINIKO_URL"):
        read({"HANDOVER_CLINIKO_URL": value})


@pytest.mark.parametrize("value", ["many", "-1", "1.5"])
def test_a_rate_that_is_no_number_is_refused_by_name(value: str) -> None:
    with pytest.raises(BadSetting, match="HANDOVER_CLINIKO_RATE"):
        read({"HANDOVER_CLINIKO_RATE": value})


def test_a_database_address_is_read_with_its_escapes() -> None:
    found = parse("postgresql://me:p%40ss@db.example:6543/prac?sslmode=require")
    assert found["PASSWORD"] == "p@ss"
    assert (found["HOST"], found["PORT"], found["NAME"]) == ("db.example", "6543", "prac")
    assert found["OPTIONS"] == {"sslmode": "require"}


@pytest.mark.parametrize("url", ["mysql://x/y", "postgresql://host", "nonsense", "postgresql:///"])
def test_a_database_address_that_is_none_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(BadSetting, match="DATABASE_URL must look like"):
        parse(url)
    with pytest.raises(BadSetting) as refused:
        parse("mysql://me:secret@host/db")
    assert "secret" not in str(refused.value)


def test_the_environment_shows_no_secret() -> None:
    text = repr(read({"DATABASE_URL": "postgresql://me:secret@h/d", "HANDOVER_SECRET_KEY": "k3y"}))
    assert "secret" not in text
    assert "k3y" not in text
