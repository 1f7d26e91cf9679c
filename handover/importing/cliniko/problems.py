"""What can go wrong between us and Cliniko, in words for the person who can mend it.

No text here ever holds a key, a query's values or a body: paths, page numbers and hosts only.
"""

from handover.importing.engine.errors import BadPage, Refused, RetryLater, StopImport


class BadKey(StopImport):
    """What was pasted is not shaped like a Cliniko API key."""

    def __init__(self, why: str) -> None:
        super().__init__(
            f"This is not a Cliniko API key: {why}. In Cliniko, open My Info, choose "
            "Manage API keys, add a key there and paste the whole of it here."
        )


class KeyRefused(StopImport):
    """Cliniko answered 401."""

    def __init__(self, shard: str) -> None:
        super().__init__(
            "Cliniko does not accept this key. It may have been deleted, the user who made it may "
            f"have been deactivated, or it may belong to another region than its ending "
            f"says ({shard}). In Cliniko, open My Info, choose Manage API keys, make a new key "
            "and enter it here; the import then goes on where it stopped."
        )


class RequestRefused(Refused):
    """Cliniko answered 400, 422 or another status that repeating does not mend."""

    def __init__(self, what: str, status: int, message: str) -> None:
        told = f": {message}" if message else ""
        super().__init__(
            f"Cliniko refuses the request for {what} ({status}{told}). Nothing is lost; "
            "please pass this on to support, then resume the import."
        )
        self.status = status


class Redirected(StopImport):
    """Cliniko answered an API call with a redirect, which is never followed."""

    def __init__(self, what: str, status: int, host: str) -> None:
        aim = f" to {host}" if host else ""
        super().__init__(
            f"Cliniko redirects the request for {what}{aim} ({status}). The account may have been "
            "moved to another region: make a new key in Cliniko (My Info, Manage API keys) and "
            "enter it here."
        )
        self.status = status


class StrayLink(StopImport):
    """A page's link to the next page leaves the account's own address."""

    def __init__(self, what: str, host: str) -> None:
        super().__init__(
            f"The answer for {what} points to another address ({host or 'no host'}) for its next "
            "page. Nothing was sent there. Check that the address of Cliniko is the right one."
        )


class NoTrust(StopImport):
    """The server's certificate does not prove who it is."""

    def __init__(self, host: str) -> None:
        super().__init__(
            f"{host} cannot prove that it is Cliniko (its certificate is not trusted), so the key "
            "was not sent. A proxy or a virus scanner may be in between: ask whoever runs this "
            "network, then resume the import."
        )


class UnreadablePage(BadPage):
    """What came is not the JSON that was asked for, even after retries."""

    def __init__(self, path: str, page: int | None, why: str) -> None:
        super().__init__(
            f"Cliniko's answer for {place(path, page)} cannot be read: {why}. "
            "Resume the import later; if it happens again, ask support."
        )
        self.path = path
        self.page = page


class Unreachable(RetryLater):
    """No usable answer came in as many attempts as are made at one time."""

    def __init__(self, what: str, why: str, *, seconds: float) -> None:
        super().__init__(
            f"Cliniko could not be asked for {what}: {why}. Look whether this machine reaches the "
            "internet, and resume the import later; nothing is lost.",
            seconds=seconds,
        )


class RateLimited(RetryLater):
    """Cliniko keeps saying that the limit of requests is used up."""

    def __init__(self, *, seconds: float) -> None:
        super().__init__(
            "Cliniko's limit of requests is used up, by this import or by another program that "
            "uses a key of the same user. Stop that one, or resume the import later; nothing is "
            "lost.",
            seconds=seconds,
        )


class Interrupted(RetryLater):
    """This process was told to stop while it waited; nothing is wrong."""

    def __init__(self) -> None:
        super().__init__("Stopped while waiting for Cliniko.", seconds=0)


class Trouble(Exception):
    """One attempt failed; never leaves this package.

    `unreadable`: an answer came, but not what was asked for. `lasting`: another attempt would
    not mend it. `retry_after`: seconds that the server asks for.
    """

    def __init__(
        self,
        why: str,
        *,
        retry_after: float | None = None,
        unreadable: bool = False,
        lasting: bool = False,
    ) -> None:
        super().__init__(why)
        self.retry_after = retry_after
        self.unreadable = unreadable
        self.lasting = lasting


def place(path: str, page: int | None) -> str:
    """`/patients page 3`, for messages and logs."""
    return path if page is None else f"{path} page {page}"
