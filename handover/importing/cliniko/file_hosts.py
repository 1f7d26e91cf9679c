"""Which hosts a file's content may be fetched from. Nothing is ever sent to any other."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

HTTPS_PORT = 443


@dataclass(frozen=True, slots=True)
class FileHosts:
    """The operator's list: `*.amazonaws.com`, `files.example`, `127.0.0.1:4011`.

    What a star matches is reached by https on its own port alone. A host that is written out may
    be reached by http too, and at any port, or at its own if it names one.
    """

    patterns: tuple[str, ...]

    @classmethod
    def of(cls, patterns: Iterable[str]) -> "FileHosts":
        """Read the list, whatever its capitals and spaces."""
        return cls(tuple(each.strip().casefold() for each in patterns if each.strip()))

    def allow(self, url: str) -> bool:
        """Whether this address may be fetched."""
        try:
            parts = urlsplit(url)
            return any(_fits(parts, pattern) for pattern in self.patterns)
        except ValueError:  # no address at all, or no port
            return False


def host_of(url: str) -> str:
    """The host, for people to read: an address's path and query are nobody's business."""
    try:
        return "".join(each for each in urlsplit(url).hostname or "" if each.isprintable())[:100]
    except ValueError:
        return ""


def _fits(parts: SplitResult, pattern: str) -> bool:
    host = (parts.hostname or "").rstrip(".")
    if not host or parts.username is not None or parts.password is not None:
        return False
    if pattern.startswith("*."):
        plain = parts.scheme == "https" and parts.port in {None, HTTPS_PORT}
        return plain and host.endswith(pattern[1:]) and len(host) >= len(pattern)
    wanted = urlsplit(f"//{pattern}")
    return (
        parts.scheme in {"https", "http"}
        and host == wanted.hostname
        and wanted.port in {None, parts.port}
    )
