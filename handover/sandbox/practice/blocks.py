"""Time that cannot be booked: leave, meetings, lunches."""

# ruff: noqa: PLR2004 - the numbers say "one in so many"

from datetime import timedelta

from handover.sandbox.jsontypes import Record
from handover.sandbox.practice.build import Build
from handover.sandbox.practice.model import link, stamp

KINDS = (("Annual leave", 480, True), ("Meeting", 60, False), ("Old lunch", 30, False))


def add_blocks(build: Build) -> None:
    """Types, then blocks: without a type, repeating, archived, and over two days."""
    kinds = []
    for number, (name, minutes, system) in enumerate(KINDS):
        fields: Record = {
            "name": name,
            "color": "#9E9E9E",
            "duration_in_minutes": minutes,
            "system_controlled": system,
            "archived_at": stamp(build.moment()) if number == len(KINDS) - 1 else None,
        }
        kinds.append(str(build.add("unavailable_block_types", build.start, fields)["id"]))
    for number in range(max(14, build.extent // 3)):
        _add_block(build, number, kinds)


def _add_block(build: Build, number: int, kinds: list[str]) -> None:
    identity = build.new_id()
    person = build.practitioners[number % len(build.practitioners)]
    place = build.practitioner_businesses[person.id][0]
    starts = build.moment(build.start, build.end).replace(minute=0, second=0)
    gone = stamp(build.now) if number % 13 == 5 else None
    series = number % 7 == 2
    weekly: Record = {"repeat_type": "Weekly", "number_of_repeats": 2, "repeating_interval": 1}
    fields: Record = {
        "starts_at": stamp(starts),
        "ends_at": stamp(starts + timedelta(hours=30 if number % 11 == 4 else 1)),
        "notes": "Team meeting" if number % 3 == 0 else "",
        "repeat_rule": weekly if series else ({} if number % 2 else None),
        "repeats": link(f"unavailable_blocks?q[]=repeated_from_id:={identity}") if series else None,
        "business": link(f"businesses/{place}"),
        "practitioner": link(f"practitioners/{person.id}"),
        "conflicts": link(f"unavailable_blocks/{identity}/conflicts"),
        "archived_at": gone,
        "deleted_at": gone,
    }
    if number % 4:
        fields["unavailable_block_type"] = link(f"unavailable_block_types/{kinds[number % 3]}")
    created = min(starts, build.now) - timedelta(days=12)
    build.add("unavailable_blocks", created, fields, record_id=identity)
    for week in (1, 2) if series else ():
        again = build.new_id()
        later = starts + timedelta(weeks=week)
        repeat: Record = {
            **fields,
            "starts_at": stamp(later),
            "ends_at": stamp(later + timedelta(hours=1)),
            "repeat_rule": None,
            "repeats": None,
            "repeated_from": link(f"unavailable_blocks/{identity}"),
            "conflicts": link(f"unavailable_blocks/{again}/conflicts"),
        }
        build.add("unavailable_blocks", created, repeat, record_id=again)
