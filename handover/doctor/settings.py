"""Settings: which are set, which are ours, and which of them should make one think."""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from handover.doctor.finding import Finding, ok, warning

CHECK = "settings"
#: Their values are not shown: they are secrets, or have one in them.
SECRET = {
    "DATABASE_URL",
    "HANDOVER_CLINIKO_KEY",
    "HANDOVER_MAIL",
    "HANDOVER_SECRET_KEY",
    "HANDOVER_XERO_CLIENT_SECRET",
}
KNOWN = SECRET | {
    "HANDOVER_ADDRESS",
    "HANDOVER_CLINIKO_FILE_HOSTS",
    "HANDOVER_CLINIKO_RATE",
    "HANDOVER_CLINIKO_URL",
    "HANDOVER_CONTACT",
    "HANDOVER_DEBUG",
    "HANDOVER_DEMO",
    "HANDOVER_FILES",
    "HANDOVER_HOME",
    "HANDOVER_KEY_FILE",
    "HANDOVER_LOG",
    "HANDOVER_MAIL_FROM",
    "HANDOVER_PORT",
    "HANDOVER_POSTGRES_BIN",
    "HANDOVER_SIGN_UP",
    "HANDOVER_UNDO_HOURS",
    "HANDOVER_XERO_API_URL",
    "HANDOVER_XERO_A_DAY",
    "HANDOVER_XERO_CLIENT_ID",
    "HANDOVER_XERO_IDENTITY_URL",
    "HANDOVER_XERO_LOGIN_URL",
    "HANDOVER_XERO_RATE",
    "HANDOVER_XERO_SCOPES",
}


def check(variables: Mapping[str, str]) -> Iterator[Finding]:
    """List what is set; warn of what is no setting of ours, and of what is for trying out."""
    given = sorted(name for name in KNOWN if variables.get(name))
    shown = (f"{name}={'(set)' if name in SECRET else variables[name]}" for name in given)
    yield ok(CHECK, ", ".join(shown) or "none is set; every default holds")
    for name in sorted(variables):
        if name.startswith("HANDOVER_") and name not in KNOWN:
            meant = get_close_matches(name, KNOWN, 1)
            do = f"Did you mean {meant[0]}?" if meant else "Remove it, or look in the README."
            yield warning(CHECK, f"{name} is no setting of Handover", do)
    if variables.get("HANDOVER_DEMO") == "1":
        do = "Remove HANDOVER_DEMO: only `make demo` sets it."
        yield warning(CHECK, "the pages ask nobody to sign in (HANDOVER_DEMO)", do)
    if variables.get("HANDOVER_DEBUG") == "1":
        do = "Remove HANDOVER_DEBUG where there is data of a practice."
        yield warning(CHECK, "error pages show values of the program (HANDOVER_DEBUG)", do)
    if not variables.get("HANDOVER_CONTACT"):
        do = "Set HANDOVER_CONTACT to your e-mail address."
        yield warning(CHECK, "Cliniko is not told whom to write to about your requests", do)
