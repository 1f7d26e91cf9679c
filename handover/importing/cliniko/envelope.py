"""An answer's bytes taken apart into records, each left exactly as it came."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import msgspec

from handover.importing.cliniko.listing import Listing
from handover.importing.cliniko.problems import StrayLink, Trouble

_LONGEST_ID = 100
_HEX = rb"[0-9a-fA-F]"
_PAIR = rb"\\u[dD][89abAB]%b{2}\\u[dD][c-fC-F]%b{2}" % (_HEX, _HEX)
_SURROGATES = re.compile(rb"(?<!\\)((?:\\\\)*)(?:(%b)|\\u[dD][89a-fA-F]%b{2})" % (_PAIR, _HEX))


@dataclass(frozen=True, slots=True)
class Envelope:
    """What one answer to a list held."""

    records: tuple[bytes, ...] = field(repr=False)
    total: int | None
    has_next: bool


class _WithId(msgspec.Struct):
    id: msgspec.Raw = msgspec.Raw(b"")


_as_object = msgspec.json.Decoder(dict[str, msgspec.Raw])
_as_list = msgspec.json.Decoder(list[msgspec.Raw])
_as_anything = msgspec.json.Decoder()
_as_id = msgspec.json.Decoder(_WithId)


def open_list(content: bytes, listing: Listing, number: int, api_url: str) -> Envelope:
    """The envelope of page `number`.

    Raises Trouble if this is not the list that was asked for (a proxy's HTML, a cut body), and
    StrayLink if its link to the next page leads away from `api_url`.
    """
    envelope = _open(content)
    if listing.list_key not in envelope:
        raise Trouble(f'it has no list named "{listing.list_key}"', unreadable=True)
    records = _records(envelope[listing.list_key], listing.list_key)
    total = _total(envelope)
    links = _plain(envelope, "links")
    onward = links.get("next") if isinstance(links, dict) else None
    if onward and (stray := _astray(str(onward), api_url)) is not None:
        raise StrayLink(listing.path, stray)
    has_next = bool(onward) or _more_to_come(listing, number, len(records), total, links)
    return Envelope(records, total, has_next)


def open_single(content: bytes) -> Envelope:
    """One object that comes without an envelope; raises Trouble if it is none."""
    _open(content)
    return Envelope((content.strip(),), 1, has_next=False)


def record_id(raw: bytes) -> str | None:
    """A record's id as text, exact however long; None if it has none that could be one."""
    try:
        text = bytes(_as_id.decode(raw).id)
        name = msgspec.json.decode(text, type=str) if text.startswith(b'"') else _digits(text)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None
    name = name.strip()
    return name if 0 < len(name) <= _LONGEST_ID and name.isprintable() else None


def _digits(text: bytes) -> str:
    return text.decode() if text.isdigit() else ""


def _open(content: bytes) -> dict[str, msgspec.Raw]:
    for mend in (bytes, mended):  # nearly every page is whole, and mending takes long
        try:
            return _as_object.decode(mend(content))
        except (msgspec.MsgspecError, UnicodeDecodeError):
            pass
    raise Trouble(_what_it_is(content), unreadable=True)


def mended(content: bytes) -> bytes:
    """The same JSON with whole characters: a half one, which no text can hold, becomes U+FFFD."""
    return _SURROGATES.sub(lambda found: found[1] + (found[2] or rb"\ufffd"), content)


def _what_it_is(content: bytes) -> str:
    if not content.strip():
        return "it is empty"
    if content.lstrip()[:1] == b"<":
        return (
            "it is a web page, not data; a proxy or a sign-in page of this network may be between"
        )
    return "it is cut off or is not JSON"


def _records(raw: msgspec.Raw, name: str) -> tuple[bytes, ...]:
    try:
        return tuple(bytes(record) for record in _as_list.decode(raw))
    except (msgspec.MsgspecError, UnicodeDecodeError):
        pass
    raise Trouble(f'"{name}" is not a list', unreadable=True)


def _plain(envelope: Mapping[str, msgspec.Raw], name: str) -> object:
    """A value of the envelope that nothing depends on: None if it cannot be read."""
    try:
        value: object = _as_anything.decode(envelope[name])
    except (KeyError, msgspec.MsgspecError, UnicodeDecodeError):
        return None
    return value


def _total(envelope: Mapping[str, msgspec.Raw]) -> int | None:
    total = _plain(envelope, "total_entries")
    whole = isinstance(total, int) and not isinstance(total, bool) and total >= 0
    return total if isinstance(total, int) and whole else None


def _more_to_come(
    listing: Listing, number: int, came: int, total: int | None, links: object
) -> bool:
    """Without a link: by the total, and without that too by whether the page is full."""
    if not came:
        return False
    if total is not None:
        return number * listing.per_page < total
    return not isinstance(links, dict) and came >= listing.per_page


def _astray(link: str, api_url: str) -> str | None:
    """The host a link leads to if that is not below `api_url`, else None."""
    ours = urlsplit(api_url)
    try:
        theirs = urlsplit(link)
        same_host = (theirs.hostname, theirs.port) == (ours.hostname, ours.port)
    except ValueError:
        return ""
    relative = not theirs.scheme and not theirs.netloc
    if (relative or same_host) and theirs.path.startswith(f"{ours.path}/"):
        return None
    return theirs.hostname or ""
