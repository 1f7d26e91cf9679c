"""Everything that is not a list: one record, the settings, a file, free times."""

from collections.abc import Callable
from urllib.parse import parse_qs

from handover.sandbox.access import UNSEEN
from handover.sandbox.asking import NOT_FOUND, Ask, Parts, message
from handover.sandbox.filters import BadFilter, parse
from handover.sandbox.free_times import (
    BadTimeFrame,
    can_be_booked_online,
    collides,
    free_times,
    read_frame,
)
from handover.sandbox.jsontypes import Json, Record
from handover.sandbox.lists import Page, Query
from handover.sandbox.practice.model import link
from handover.sandbox.practice.settings import public_part
from handover.sandbox.tables import ENCODER
from handover.sandbox.wire import Response

Handler = Callable[[Parts, Ask], Response]


def one_record(parts: Parts, ask: Ask, resource: str, record_id: str) -> Response:
    """``GET /resource/id``: 404 when it is unknown, or hidden and not asked for."""
    table = parts.tables[resource]
    number = table.index_of(record_id)
    if number is None:
        return NOT_FOUND
    try:
        filters = [
            parse(text, table.resource, only=table.resource.hides)
            for text in Query.read(ask.request.query).filters
        ]
    except BadFilter as problem:
        return message(400, str(problem))
    row = table.rows[number]
    if record_id in parts.practice.pending:
        answer = Response(200, table.bytes_of(number))
        parts.processing.asked(record_id)
        return answer
    if not table.shows(row, filters):
        return NOT_FOUND
    unseen = UNSEEN.get((ask.role, resource))
    if unseen is None:
        return Response(200, table.bytes_of(number))
    return Response(200, parts.written(without(row, unseen)))


def without(row: Record, unseen: frozenset[str]) -> Record:
    """A record less the fields that a role does not see."""
    return {key: value for key, value in row.items() if key not in unseen}


def find_handler(parts: tuple[str, ...]) -> Handler | None:
    """What answers an address that is neither a list nor a plain record."""
    for pattern, handler in ROUTES:
        if len(pattern) == len(parts) and all(
            want in {"*", have} for want, have in zip(pattern, parts, strict=True)
        ):
            return handler
    return None


def _user(parts: Parts, ask: Ask) -> Response:
    return one_record(parts, ask, "users", parts.practice.role_users[ask.role])


def _settings(parts: Parts, _ask: Ask) -> Response:
    return Response(200, parts.written(parts.practice.settings))


def _public_settings(parts: Parts, _ask: Ask) -> Response:
    return Response(200, parts.written(public_part(parts.practice.settings)))


def _content(parts: Parts, ask: Ask) -> Response:
    record_id = ask.parts[1]
    try:
        record = parts.practice.find("patient_attachments", record_id)
    except KeyError:
        return NOT_FOUND
    if not record.get("processing_completed"):
        parts.processing.asked(record_id)
        return NOT_FOUND
    location = parts.presign(record_id, str(record.get("filename")))
    return Response(303, headers={"Location": location})


def _referral_source(parts: Parts, ask: Ask) -> Response:
    own: Json = link(f"patients/{ask.parts[1]}")
    for row in parts.practice.records.get("referral_sources", []):
        if row.get("patient") == own:
            return one_record(parts, ask, "referral_sources", str(row["id"]))
    return NOT_FOUND


def _presigned_post(parts: Parts, ask: Ask) -> Response:
    patient_id = ask.parts[1]
    if parts.tables["patients"].index_of(patient_id) is None:
        return NOT_FOUND
    fields: Record = {
        "acl": "private",
        "key": f"sandbox/{patient_id}/${{filename}}",
        "policy": "e30=",
        "success_action_status": "201",
        "x-amz-algorithm": "AWS4-HMAC-SHA256",
        "x-amz-credential": "SANDBOX/au/s3/aws4_request",
        "x-amz-date": "20260101T000000Z",
        "x-amz-signature": "0" * 64,
    }
    url = "https://cliniko-files-sandbox.example.test/"
    return Response(200, parts.written({"url": url, "fields": fields}))


def _signature(parts: Parts, ask: Ask) -> Response:
    own: Json = link(f"patient_forms/{ask.parts[1]}")
    for row in parts.practice.records.get("signatures", []):
        if row.get("id") == ask.parts[3] and row.get("patient_form") == own:
            return Response(200, parts.written(without(row, frozenset({"patient_form"}))))
    return NOT_FOUND


def _conflicts(parts: Parts, ask: Ask) -> Response:
    try:
        record = parts.practice.find(ask.parts[0], ask.parts[1])
    except KeyError:
        return NOT_FOUND
    exist = collides(parts.practice, record)
    return Response(200, ENCODER.encode({"conflicts": {"exist": exist}}))


def _available_times(parts: Parts, ask: Ask) -> Response:
    times = _times(parts, ask)
    if isinstance(times, Response):
        return times
    query = Query.read(ask.request.query)
    first = (query.page - 1) * query.per_page
    rows = [
        ENCODER.encode({"appointment_start": start})
        for start in times[first : first + query.per_page]
    ]
    page = Page("available_times", ask.address, query, rows, len(times))
    return Response(200, page.body(ask.faults))


def _next_available_time(parts: Parts, ask: Ask) -> Response:
    times = _times(parts, ask)
    if isinstance(times, Response):
        return times
    following: Json = {
        "appointment_start": times[0] if times else None,
        "total_entries": min(1, len(times)),
        "links": {"self": ask.address},
    }
    return Response(200, ENCODER.encode(following))


def _times(parts: Parts, ask: Ask) -> list[str] | Response:
    practice = parts.practice
    place, person, kind = ask.parts[1], ask.parts[3], ask.parts[5]
    if not can_be_booked_online(practice, place, person, kind):
        return NOT_FOUND
    asked = {name: values[0] for name, values in parse_qs(ask.request.query).items()}
    try:
        frame = read_frame(asked.get("from", ""), asked.get("to", ""), practice.today)
    except BadTimeFrame as problem:
        return message(400, str(problem))
    return free_times(practice, place, person, kind, frame)


_BOOKABLE = ("businesses", "*", "practitioners", "*", "appointment_types", "*")
ROUTES: tuple[tuple[tuple[str, ...], Handler], ...] = (
    (("user",), _user),
    (("settings",), _settings),
    (("settings", "public"), _public_settings),
    (("patient_attachments", "*", "content"), _content),
    (("patients", "*", "referral_source"), _referral_source),
    (("patients", "*", "attachment_presigned_post"), _presigned_post),
    (("patient_forms", "*", "signatures", "*"), _signature),
    (("individual_appointments", "*", "conflicts"), _conflicts),
    (("group_appointments", "*", "conflicts"), _conflicts),
    (("unavailable_blocks", "*", "conflicts"), _conflicts),
    ((*_BOOKABLE, "available_times"), _available_times),
    ((*_BOOKABLE, "next_available_time"), _next_available_time),
)
