"""What operators set, and what they are told when it cannot be meant."""

from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handover.config.address import Address, parse
from handover.config.environment import BadSetting, read
from handover.config.mail import MailServer


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


@pytest.mark.parametrize(
    "written",
    ["hush/hush", "4711/hush", "4711/a?hush", "hush#hush", "hush?hush", "[hush", "hush]",
     "p\u2100hush", "hush:hush/", "4711#hush", "hush?a=hush"],
)  # fmt: skip
def test_a_password_with_special_characters_is_not_shown_but_how_to_write_it_is(
    written: str,
) -> None:
    with pytest.raises(BadSetting, match="special characters in the password") as refused:
        parse(f"postgresql://me:{written}@db.example:6543/prac")
    assert "hush" not in str(refused.value)
    assert "4711" not in str(refused.value)
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__


@given(st.text(min_size=1))
def test_every_password_is_read_once_it_is_written_with_percent_signs(password: str) -> None:
    try:
        written = quote(password, safe="")
    except UnicodeEncodeError:
        return
    found = parse(f"postgresql://me:{written}@db.example:6543/prac")
    assert (found["PASSWORD"], found["HOST"]) == (password, "db.example")


@given(st.text(alphabet="aZ9/?#@:[]%&=+ \u2100", max_size=12))
def test_no_password_however_it_is_written_is_taken_for_something_else(password: str) -> None:
    found = read_or_refused(f"postgresql://me:{password}@db.example:6543/prac")
    if isinstance(found, str):
        assert f"me:{password}@" not in found
    else:
        assert (found["USER"], found["HOST"]) == ("me", "db.example")
        assert (found["PORT"], found["NAME"]) == ("6543", "prac")


def read_or_refused(url: str) -> Address | str:
    try:
        return parse(url)
    except BadSetting as refused:
        return str(refused)


@pytest.mark.parametrize("port", ["65536", "-1", "x"])
def test_a_port_that_is_none_is_refused(port: str) -> None:
    with pytest.raises(BadSetting, match="DATABASE_URL"):
        parse(f"postgresql://me:p@db.example:{port}/prac")


def test_the_environment_shows_no_secret() -> None:
    text = repr(read({"DATABASE_URL": "postgresql://me:secret@h/d", "HANDOVER_SECRET_KEY": "k3y"}))
    assert "secret" not in text
    assert "k3y" not in text


@pytest.mark.parametrize(
    ("written", "port", "starttls", "tls"),
    [("smtp://mail.example", 25, False, False), ("smtp+starttls://mail.example", 587, True, False),
     ("smtps://mail.example", 465, False, True), ("smtp://mail.example:2525", 2525, False, False)],
)  # fmt: skip
def test_a_mail_server_is_read_with_its_way_of_encrypting(
    written: str, port: int, starttls: bool, tls: bool
) -> None:
    found = read({"HANDOVER_MAIL": written}).mail
    assert found == MailServer("mail.example", port, starttls=starttls, tls=tls)


@given(st.text(min_size=1))
def test_a_password_of_a_mail_server_comes_as_it_was_and_is_shown_nowhere(password: str) -> None:
    url = f"smtps://me%40x:{quote(password, safe='')}@mail.example"
    environment = read({"HANDOVER_MAIL": url})
    assert (environment.mail.user, environment.mail.password) == ("me@x", password)
    assert repr(environment.mail) == (
        "MailServer(host='mail.example', port=465, starttls=False, tls=True)"
    )


@pytest.mark.parametrize(
    "written",
    ["mail.example", "imap://mail.example", "smtp://", "smtp://me@mail.example", "smtp://x:y:z",
     "smtps://me:4711/hush@mail.example", "smtps://me:hush#@mail.example",
     "smtps://me:hush?@mail.example", "smtps://me:[hush@mail.example"],
)  # fmt: skip
def test_a_mail_server_that_is_none_is_refused_without_its_password(written: str) -> None:
    with pytest.raises(BadSetting, match="HANDOVER_MAIL must look like") as refused:
        read({"HANDOVER_MAIL": written})
    assert "hush" not in str(refused.value)


def test_mail_and_its_links_are_off_until_they_are_set() -> None:
    environment = read({})
    assert (environment.mail, environment.address) == (MailServer(), "")
    with pytest.raises(BadSetting, match="HANDOVER_ADDRESS"):
        read({"HANDOVER_ADDRESS": "handover.practice.example"})
    with pytest.raises(BadSetting, match="HANDOVER_MAIL_FROM must be an e-mail address, not"):
        read({"HANDOVER_MAIL_FROM": "nobody"})


def test_logs_have_three_forms() -> None:
    assert [read({"HANDOVER_LOG": each}).log for each in ("", "text", "json")] == [
        "quiet",
        "text",
        "json",
    ]
    with pytest.raises(BadSetting, match="HANDOVER_LOG must be quiet or text or json"):
        read({"HANDOVER_LOG": "xml"})
