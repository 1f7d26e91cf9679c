"""What commands and settings are refused, how they end, and what they say then."""

TAXES = ("--create", "--only", "taxes")
KEYLESS = ("import", "--workspace", "Refused", *TAXES)
REFUSED = {
    "no key": (KEYLESS, 2, "a key is needed: --key, or HANDOVER_CLINIKO_KEY in the environment"),
    "a key that is none": (
        (*KEYLESS, "--key", "hello"), 1,
        "This is not a Cliniko API key: it is too short. In Cliniko, open My Info",
    ),
    "an empty line for a key": (
        (*KEYLESS, "--key", "-"), 1, "This is not a Cliniko API key: nothing was entered.",
    ),
    "a type that is none": (
        ("import", "--workspace", "Refused", "--create", "--key", "KEY", "--only", "taxes,pets"),
        1, "'pets' is no type of record; known are: settings, users, taxes",
    ),
    "a workspace that is none": (
        ("import", "--workspace", "Refused", "--key", "KEY"), 1,
        "there is no workspace 'Refused' (there are: ",
    ),
    "a name that is none": (
        ("import", "--workspace", "!?", "--create", "--key", "KEY"), 1,
        "'!?' cannot be the name of a workspace: it has no letter or digit",
    ),
    "a report in no folder": (
        (*KEYLESS, "--key", "KEY", "--report", "/nowhere/report.json"), 2,
        "the report cannot be written to /nowhere/report.json: no such folder, or not ours",
    ),
    "no workspace at all": (("import",), 2, "Missing option '--workspace'"),
    "an import that is none": (
        ("import-resume", "4711"), 1, "there is no import 4711; `handover imports` lists them",
    ),
    "an undo that is none": (
        ("import-undo", "4711"), 1, "there is no import 4711; `handover imports` lists them",
    ),
    "a pause of none": (("import-pause", "4711"), 1, "there is no import 4711"),
    "a report of what has none yet": (
        (*KEYLESS, "--key", "KEY", "--background", "--report", "report.json"), 2,
        "a background import has no report yet: leave out --report",
    ),
    "a preview that nobody sees": (
        ("import-undo", "1", "--preview", "--background"), 2, "give --preview or --background",
    ),
    "a worker without a place": (("worker", "--concurrency", "0"), 2, "0 is not in the range"),
    "a zone that is none": (
        (*KEYLESS, "--key", "KEY", "--time-zone", "Mars/Olympus"), 2,
        "'Mars/Olympus' is no time zone; give one as Australia/Perth",
    ),
    "an import without number": (("import-undo", "last"), 2, "'last' is not a valid integer"),
    "an export of nothing": (
        ("export", "--workspace", "Refused", "--to", "HOME"), 1, "there is no workspace 'Refused'",
    ),
}  # fmt: skip


SETTINGS = {
    ("HANDOVER_CLINIKO_RATE", "fast"): (
        "HANDOVER_CLINIKO_RATE must be a whole number (0 lifts the limit), not 'fast'"
    ),
    ("HANDOVER_CLINIKO_URL", "cliniko.com"): (
        "HANDOVER_CLINIKO_URL must be a web address that starts with https://, not 'cliniko.com'"
    ),
    ("HANDOVER_CONTACT", "nobody"): (
        "HANDOVER_CONTACT must be an e-mail address, at which Cliniko reaches you, not 'nobody'"
    ),
    ("DATABASE_URL", "mysql://x/y"): (
        "DATABASE_URL must look like postgresql://user:password@host:5432/name"
    ),
}
