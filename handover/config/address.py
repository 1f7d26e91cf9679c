"""The address of a database server, as DATABASE_URL gives it."""

from typing import TypedDict
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from handover.config.environment import BadSetting

SPECIAL = (
    "write special characters in the password as percent signs and digits:"
    " / as %2F, ? as %3F, # as %23, @ as %40, : as %3A, [ as %5B, ] as %5D, % as %25"
)


class Address(TypedDict):
    """What Django calls the parts of an address; "" is left to the driver."""

    NAME: str
    USER: str
    PASSWORD: str
    HOST: str
    PORT: str
    OPTIONS: dict[str, str]


def parse(url: str) -> Address:
    """Read `postgresql://user:password@host:port/name?option=value`. Raises `BadSetting`.

    What has no clear meaning is refused, and never quoted: it may be a part of the password.
    """
    scheme = url.partition("://")[0]
    if scheme not in {"postgresql", "postgres"}:
        raise BadSetting(
            "DATABASE_URL must look like postgresql://user:password@host:5432/name"
            " (it starts with something else)"
        )
    try:
        return _read(urlsplit(url))
    except ValueError:  # its words quote what cannot be read
        raise BadSetting(
            "DATABASE_URL must look like postgresql://user:password@host:5432/name, and cannot be"
            f" read so: {SPECIAL}"
        ) from None


def _read(parts: SplitResult) -> Address:
    name = parts.path.removeprefix("/")
    if not name or set("/@") & set(name) or "@" in parts.query or parts.fragment:
        raise ValueError
    return {
        "NAME": unquote(name),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": "" if parts.port is None else str(parts.port),
        "OPTIONS": dict(parse_qsl(parts.query, strict_parsing=True)) if parts.query else {},
    }
