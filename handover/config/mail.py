"""The address of a mail server, as HANDOVER_MAIL gives it."""

from dataclasses import dataclass, field
from urllib.parse import SplitResult, unquote, urlsplit

PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
FORM = (
    "HANDOVER_MAIL must look like smtp+starttls://user:password@host:587 (or smtps:// for"
    " encryption from the first byte, smtp:// for none)"
)
SPECIAL = (
    "write special characters in user and password as percent signs and digits:"
    " / as %2F, ? as %3F, # as %23, @ as %40, : as %3A, % as %25"
)


@dataclass(frozen=True)
class MailServer:
    """Where mail is handed over; no host means that it is kept."""

    host: str = ""
    port: int = 0
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    starttls: bool = False
    tls: bool = False


def parse_mail(url: str) -> MailServer:
    """Read `smtp+starttls://user:password@host:port`; "" is none. Raises `ValueError`.

    What has no clear meaning is refused, and never quoted: it may be a part of the password.
    """
    if not url:
        return MailServer()
    scheme = url.partition("://")[0]
    if scheme not in PORTS:
        raise ValueError(f"{FORM}; it starts with something else")
    try:
        return _read(scheme, urlsplit(url))
    except ValueError:  # its words quote what cannot be read
        raise ValueError(f"{FORM}, and cannot be read so: {SPECIAL}") from None


def _read(scheme: str, parts: SplitResult) -> MailServer:
    if parts.path.strip("/") or parts.query or parts.fragment or not parts.hostname:
        raise ValueError
    if (parts.username is None) != (parts.password is None):
        raise ValueError
    return MailServer(
        host=parts.hostname,
        port=parts.port or PORTS[scheme],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        starttls=scheme == "smtp+starttls",
        tls=scheme == "smtps",
    )
