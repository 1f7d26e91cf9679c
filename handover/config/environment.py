"""The settings an operator gives by environment variable, read once and checked."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from handover.config.mail import MailServer, parse_mail
from handover.xero import place as xero

DEFAULT_CLINIKO_URL = "https://api.{shard}.cliniko.com/v1"
DEFAULT_FILE_HOSTS = "*.amazonaws.com"
DEFAULT_CONTACT = "support@handover.example"
DEFAULT_MAIL_FROM = "handover@localhost"
DEFAULT_RATE = 200
DEFAULT_UNDO_HOURS = 48
LONGEST_UNDO_HOURS = 24 * 365
LOGS = ("quiet", "text", "json")
S3_ADDRESS = re.compile(r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[\w.-]+)*/?", re.ASCII)
E_MAIL = re.compile(r"[!-?A-~]+@[!-?A-~]+")


class BadSetting(Exception):
    """An environment variable has a value that cannot be meant; the text says which and why."""


@dataclass(frozen=True)
class Environment:
    """Everything that differs between installations."""

    home: Path
    database_url: str
    cliniko_url: str
    cliniko_file_hosts: tuple[str, ...]
    cliniko_rate: int
    undo_window: timedelta
    files: str
    contact: str
    address: str
    mail: MailServer
    mail_from: str
    xero: xero.XeroPlace
    log: str
    secret_key: str
    sign_up: bool
    debug: bool
    demo: bool

    def __repr__(self) -> str:
        return f"Environment(home={self.home!s})"


def read(variables: Mapping[str, str] = os.environ) -> Environment:
    """Read the environment. Raises `BadSetting`."""
    return Environment(
        home=Path(variables.get("HANDOVER_HOME") or default_home()).expanduser().absolute(),
        database_url=variables.get("DATABASE_URL", ""),
        cliniko_url=_web_address(variables, "HANDOVER_CLINIKO_URL", DEFAULT_CLINIKO_URL),
        cliniko_file_hosts=tuple(
            host.strip()
            for host in variables.get("HANDOVER_CLINIKO_FILE_HOSTS", DEFAULT_FILE_HOSTS).split(",")
            if host.strip()
        ),
        cliniko_rate=_whole_number(variables, "HANDOVER_CLINIKO_RATE", DEFAULT_RATE),
        undo_window=timedelta(
            hours=_whole_number(
                variables, "HANDOVER_UNDO_HOURS", DEFAULT_UNDO_HOURS, most=LONGEST_UNDO_HOURS
            )
        ),
        files=_place_of_files(variables),
        contact=_e_mail_address(variables, "HANDOVER_CONTACT", DEFAULT_CONTACT),
        mail=_mail_server(variables),
        mail_from=_e_mail_address(variables, "HANDOVER_MAIL_FROM", DEFAULT_MAIL_FROM),
        xero=_xero(variables),
        log=_one_of(variables, "HANDOVER_LOG", LOGS),
        secret_key=variables.get("HANDOVER_SECRET_KEY", ""),
        address=_own_address(variables),
        sign_up=_choice(variables, "HANDOVER_SIGN_UP", ("open", "closed")) == "open",
        debug=variables.get("HANDOVER_DEBUG", "") == "1",
        demo=variables.get("HANDOVER_DEMO", "") == "1",
    )


def default_home() -> Path:
    """Where data lies unless HANDOVER_HOME says otherwise."""
    if os.name == "posix" and os.geteuid() == 0:
        return Path("/var/lib/handover/home")
    return Path(os.environ.get("XDG_DATA_HOME") or "~/.local/share") / "handover"


def _web_address(variables: Mapping[str, str], name: str, default: str) -> str:
    value = variables.get(name) or default
    if value and not value.startswith(("https://", "http://")):
        raise BadSetting(f"{name} must be a web address that starts with https://, not {value!r}")
    return value.rstrip("/")


def _own_address(variables: Mapping[str, str]) -> str:
    """Where browsers find the pages: scheme and host alone; "" while it is this machine only."""
    if not variables.get("HANDOVER_ADDRESS"):
        return ""
    value = _web_address(variables, "HANDOVER_ADDRESS", "")
    if not urlsplit(value).hostname or urlsplit(value).path:
        raise BadSetting(
            "HANDOVER_ADDRESS must be the address of the site without a path, such as"
            f" https://handover.my-practice.example, not {value!r}"
        )
    return value


def _choice(variables: Mapping[str, str], name: str, choices: tuple[str, ...]) -> str:
    """One of the words; the first is the default."""
    value = variables.get(name) or choices[0]
    if value not in choices:
        raise BadSetting(f"{name} must be {' or '.join(choices)}, not {value!r}")
    return value


def _e_mail_address(variables: Mapping[str, str], name: str, default: str) -> str:
    value = (variables.get(name) or default).strip()
    if not E_MAIL.fullmatch(value):
        why = "" if name == "HANDOVER_MAIL_FROM" else ", at which Cliniko reaches you"
        raise BadSetting(f"{name} must be an e-mail address{why}, not {value!r}")
    return value


def _mail_server(variables: Mapping[str, str]) -> MailServer:
    try:
        return parse_mail(variables.get("HANDOVER_MAIL", ""))
    except ValueError as problem:
        raise BadSetting(str(problem)) from None


def _xero(variables: Mapping[str, str]) -> xero.XeroPlace:
    return xero.XeroPlace(
        client_id=variables.get("HANDOVER_XERO_CLIENT_ID", ""),
        client_secret=variables.get("HANDOVER_XERO_CLIENT_SECRET", ""),
        login_url=_web_address(variables, "HANDOVER_XERO_LOGIN_URL", xero.LOGIN_URL),
        identity_url=_web_address(variables, "HANDOVER_XERO_IDENTITY_URL", xero.IDENTITY_URL),
        api_url=_web_address(variables, "HANDOVER_XERO_API_URL", xero.API_URL),
        scopes=variables.get("HANDOVER_XERO_SCOPES") or xero.SCOPES,
        minute=_whole_number(variables, "HANDOVER_XERO_RATE", xero.A_MINUTE),
        day=_whole_number(variables, "HANDOVER_XERO_A_DAY", xero.A_DAY),
    )


def _one_of(variables: Mapping[str, str], name: str, known: tuple[str, ...]) -> str:
    """One of these words; the first one if there is none."""
    value = variables.get(name) or known[0]
    if value not in known:
        raise BadSetting(f"{name} must be {' or '.join(known)}, not {value!r}")
    return value


def _place_of_files(variables: Mapping[str, str]) -> str:
    """A folder's path, an address of S3, or "" for the folder beside the database."""
    value = (variables.get("HANDOVER_FILES") or "").strip()
    if not value or S3_ADDRESS.fullmatch(value):
        return value
    path = Path(value).expanduser()
    if "://" in value or not path.is_absolute():
        raise BadSetting(
            "HANDOVER_FILES must be the whole path of a folder, or s3://bucket/folder,"
            f" not {value!r}"
        )
    return str(path)


def _whole_number(
    variables: Mapping[str, str], name: str, default: int, *, most: int | None = None
) -> int:
    value = variables.get(name) or str(default)
    if most is not None and not (value.isdecimal() and int(value) <= most):
        raise BadSetting(f"{name} must be a whole number, {most:,} at most, not {value!r}")
    if not value.isdecimal():
        raise BadSetting(f"{name} must be a whole number (0 lifts the limit), not {value!r}")
    return int(value)
