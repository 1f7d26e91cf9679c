"""Who may ask, for what and how often: keys, roles and the rate limit."""

import base64
import binascii
import re
import threading
from collections import deque
from collections.abc import Callable, Mapping
from typing import Literal

SHARD = "au1"


def _key(role: str, number: int) -> str:
    body = base64.b64encode(f"1-{number}-sandbox-{role}-000000".encode()).decode()
    return f"{body}-{SHARD}"


KEYS: dict[str, str] = {
    "administrator": _key("administrator", 2411),
    "receptionist": _key("receptionist", 2413),
    "bookkeeper": _key("bookkeeper", 2414),
    "practitioner": _key("practitioner", 2412),
}
"""The keys by role: they look like Cliniko's, are always the same and open nothing else."""

_CLINICAL = frozenset({"treatment_notes", "treatment_note_templates"})
_OFFICE = frozenset({"users", "practitioner_reference_numbers", "settings"})
FORBIDDEN: dict[str, frozenset[str]] = {
    "administrator": frozenset(),
    "receptionist": _CLINICAL | _OFFICE | {"invoices", "invoice_items", "communications"},
    "bookkeeper": _CLINICAL
    | {"communications", "patient_forms", "patient_attachments", "medical_alerts"},
    "practitioner": _OFFICE | {"stock_adjustments", "product_suppliers"},
}
"""Lists that answer 403 to a role. Which they are at Cliniko is not documented: these are ours."""

UNSEEN: dict[tuple[str, str], frozenset[str]] = {
    ("practitioner", "communications"): frozenset({"content", "content_subject", "from", "to"}),
}
"""Fields silently left out for a role."""

NAMED_AGENT = re.compile(r"\S.*\b[^@\s()<>]+@[^@\s()<>]+\.[A-Za-z]{2,}")


def agent_is_named(user_agent: str) -> bool:
    """Whether a User-Agent gives a name and an e-mail address, as Cliniko requires."""
    return bool(NAMED_AGENT.search(user_agent)) and not user_agent.lstrip().startswith("(")


def key_of(authorization: str) -> str | None:
    """The key in a Basic ``Authorization`` header, without its shard; None if it is malformed."""
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        pair = base64.b64decode(encoded.strip(), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None
    name, colon, password = pair.partition(":")
    return without_shard(name) if colon and not password else None


def without_shard(key: str) -> str:
    """A key's own part; Cliniko takes keys with and without the shard behind them."""
    return key.removesuffix(f"-{SHARD}")


def roles_by_key(role_users: Mapping[str, str]) -> dict[str, str]:
    """Roles that have a user in the practice, by key without shard."""
    return {without_shard(KEYS[role]): role for role in role_users if role in KEYS}


class RateLimit:
    """So many requests a period and key; ``limit=0`` lifts it.

    ``fixed`` windows begin with the first request after the last one ended; a ``sliding`` window
    looks back one period from now. Cliniko does not say which it uses.
    """

    def __init__(
        self,
        limit: int,
        window: Literal["sliding", "fixed"],
        period: float,
        clock: Callable[[], float],
    ) -> None:
        self.limit = limit
        self.window = window
        self.period = period
        self._clock = clock
        self._lock = threading.Lock()
        self._taken: dict[str, deque[float]] = {}

    def take(self, key: str) -> float | None:
        """Count a request. None: it may pass; else the epoch second at which to come again."""
        if not self.limit:
            return None
        now = self._clock()
        with self._lock:
            taken = self._taken.setdefault(key, deque())
            self._forget(taken, now)
            if len(taken) >= self.limit:
                return taken[0] + self.period
            taken.append(now)
        return None

    def _forget(self, taken: deque[float], now: float) -> None:
        if self.window == "fixed":
            if taken and taken[0] + self.period <= now:
                taken.clear()
            return
        while taken and taken[0] + self.period <= now:
            taken.popleft()
