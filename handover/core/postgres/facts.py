"""What a client needs to know to connect."""

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

HOST = "127.0.0.1"  # the server listens nowhere else


@dataclass(frozen=True)
class ConnectionFacts:
    """Where the database is and who may come in; its repr hides the passwords."""

    host: str
    port: int
    database: str
    owner_user: str
    owner_password: str = field(repr=False)
    app_user: str
    app_password: str = field(repr=False)

    def url(self, user: str, password: str, database: str | None = None) -> str:
        """Return a postgresql:// URL for one login."""
        who = f"{quote(user, safe='')}:{quote(password, safe='')}"
        return f"postgresql://{who}@{self.host}:{self.port}/{quote(database or self.database)}"


@dataclass(frozen=True)
class Status:
    """The state of an embedded database, told without touching it.

    `port` and `pid` are None while it does not run; `cluster` and `version` (of the data, e.g.
    "18") are None until it was made.
    """

    running: bool
    pid: int | None
    port: int | None
    cluster: Path | None
    version: str | None
    size_bytes: int
