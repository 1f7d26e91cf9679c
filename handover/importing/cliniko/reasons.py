"""Why keys of Cliniko's payloads are left out, where the reason is the same for several lists."""

UPDATED = "kept in the ledger: a later run asks for what has changed since"
TELEHEALTH = "a secret link into Cliniko's own video rooms, which close with the account"
CONFLICTS = "a question that Cliniko answers from its own calendar"
PAYMENTS = "a secret link to Cliniko's own payment page, which closes with the account"
REPEATS = "each occurrence is a record of its own, and names the first one"
LABEL = "the name again, put together by Cliniko"


def listed_at(path: str) -> str:
    """The key only says where a list is that is read as a whole."""
    return f"a list of its own: {path}"


def replaced_by(*keys: str) -> str:
    """The key is an older form of others that are read."""
    return f"Cliniko's older form of {' and '.join(keys)}"
