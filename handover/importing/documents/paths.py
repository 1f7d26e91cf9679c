"""What the path of a document says: whose it is, what it is called, and whether it is dangerous.

Nothing is ever written to such a path. One that leads outside was made to do harm all the same.
"""

import re

_SEPARATORS = re.compile(r"[/\\]")
_DRIVE = re.compile(r"[A-Za-z]:[/\\]")
_MARKS = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")  # direction, and no width
_CLIENT = re.compile(r"(?:^|.*\s)[-\u2010-\u2015] ?([0-9]{1,20})", re.DOTALL)
_ATTACHMENT = re.compile(r"([0-9]{1,20}) - .")
_OF_A_SYSTEM = {".ds_store", "thumbs.db", "desktop.ini", "icon\r"}
_OF_MACOS = "__macosx"
JUNK = "no document: macOS or Windows keeps such things beside files"


def parts(path: str) -> list[str]:
    """Its folders and its name, whichever system's separators it has."""
    return [part for part in _SEPARATORS.split(path) if part not in {"", "."}]


def danger(path: str) -> str:
    """Why an archive with such a path was not made by an honest program; "" if it may have been."""
    if path.startswith(("/", "\\")) or _DRIVE.match(path):
        return "names a place on a computer's disk, instead of a place in itself"
    if any(part.strip() == ".." for part in _SEPARATORS.split(path)):
        return "leads out of the archive, by `..`"
    return ""


def is_junk(path: str) -> bool:
    """Whether a system has put it there for itself."""
    found = [part.casefold() for part in parts(path)]
    return _OF_MACOS in found or bool(
        found and (found[-1] in _OF_A_SYSTEM or found[-1].startswith("._"))
    )


def name_in(path: str) -> str:
    """What the document is called."""
    return (parts(path) or [""])[-1]


def clients_in(path: str) -> list[str]:
    """The numbers that its folders end in, each once, from the outermost on."""
    found = (_CLIENT.fullmatch(_plain(part)) for part in parts(path)[:-1])
    return list(dict.fromkeys(each[1] for each in found if each))


def attachment_in(path: str) -> str:
    """The number of the attachment at Cliniko, if the name begins with one; else ""."""
    found = _ATTACHMENT.match(_plain(name_in(path)))
    return found[1] if found else ""


def _plain(part: str) -> str:
    return _MARKS.sub("", part).strip()
