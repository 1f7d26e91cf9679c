"""Individual and group appointments, each with its attendees."""

# ruff: noqa: PLR2004 - the numbers say "one in so many"

from bisect import bisect_right
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from handover.sandbox.jsontypes import Record
from handover.sandbox.practice.build import Build, Client, Visit
from handover.sandbox.practice.model import stamp
from handover.sandbox.practice.records import attendee_fields, group_fields, individual_fields
from handover.sandbox.practice.timetable import Session, Slot, begins, slots, working_days

REASONS = (10, 20, 30, 31, 40, 50, 60)
GROUP_KINDS = (6, 7)


def add_appointments(build: Build) -> None:
    """As many appointments as were asked for: series first, then classes and single ones."""
    if not build.appointment_count:
        return
    _Calendar(build).fill()


def add_latest_bookings(build: Build) -> None:
    """Each client's newest appointment, as the client's own record links to it."""
    newest: dict[str, Visit] = {}
    for visit in build.visits:
        if visit.client is None or visit.client.record is None or visit.reason or visit.archived_at:
            continue
        other = newest.get(visit.client.id)
        if other is None or other.starts < visit.starts:
            newest[visit.client.id] = visit
    for visit in newest.values():
        if visit.client is not None and visit.client.record is not None:
            visit.client.record["latest_booking"] = build.link("bookings", visit.booking_id)


class _Calendar:
    def __init__(self, build: Build) -> None:
        self.build = build
        self.sessions = working_days(build)
        self.known_from = [client.created for client in build.clients]
        self.weights = [kind.weight for kind in build.kinds]
        self.current = [0 if kind.until else kind.weight for kind in build.kinds]
        self.made = 0
        self.cancelled = 0
        self.series = 0
        self.groups = 0

    def fill(self) -> None:
        """Make every appointment and put the lists in the order of their making."""
        wanted = self.build.appointment_count
        while self.made < wanted // 10:
            self._add_series()
        for slot in slots(self.build, self.sessions, wanted - self.made):
            if self.made % 29 == 3:
                self._add_group(slot, None, None)
            else:
                self._add_individual(slot, self._client_at(slot), None, None)
        for resource in ("individual_appointments", "group_appointments", "attendees"):
            self.build.records.get(resource, []).sort(key=_created)

    def _add_series(self) -> None:
        build = self.build
        session = build.pick(self.sessions)
        slot = Slot(session, 9 * 60 + 15 * build.rng.randint(0, 24))
        for_groups = self.series % 6 == 1
        days = self._weekly(session, 3 if for_groups else build.rng.randint(4, 9))
        rule: Record = {
            "repeat_type": "Weekly",
            "number_of_repeats": max(1, len(days) - 1),
            "repeating_interval": 1,
        }
        client = self._client_at(slot)
        first: str | None = None
        for day in days:
            weekly = Slot(Session(session.practitioner, session.business, day), slot.minutes)
            own_rule = rule if first is None else None
            if for_groups:
                made = self._add_group(weekly, first, own_rule)
            else:
                made = self._add_individual(weekly, client, first, own_rule)
            first = first or made
        self.series += 1

    def _weekly(self, session: Session, times: int) -> list[date]:
        left = self.build.practitioners[session.practitioner].left
        last = min(self.build.end.date(), left or date.max)
        days = [session.day + timedelta(weeks=week) for week in range(times)]
        return [day for day in days if day <= last]

    def _client_at(self, slot: Slot) -> Client | None:
        build = self.build
        if self.made % max(40, build.appointment_count // 5) == 17:
            return build.clients[0]
        if self.made % max(30, build.appointment_count // 6) == 11:
            return None
        known = bisect_right(self.known_from, begins(build, slot) - timedelta(days=1))
        for _ in range(3):
            client = build.clients[int(build.rng.random() * max(1, known))]
            if client.business == slot.session.business:
                break
        return client

    def _add_individual(
        self, slot: Slot, client: Client | None, first: str | None, rule: Record | None
    ) -> str:
        build = self.build
        starts = begins(build, slot)
        kind = self._kind_at(starts)
        visit = self._visit(slot, starts, kind, client, build.new_id())
        fields = individual_fields(build, visit, first, rule)
        visit.booking = build.put("individual_appointments", visit.booking_id, fields)
        self._add_attendee(visit)
        self.made += 1
        return visit.booking_id

    def _add_group(self, slot: Slot, first: str | None, rule: Record | None) -> str:
        build = self.build
        starts = begins(build, slot)
        kind = GROUP_KINDS[self.made % 2]
        booking_id = build.new_id()
        count = build.rng.randint(2, build.kinds[kind].places)
        present = {client.id: client for client in self._some_clients(starts, count)}
        visits = [self._visit(slot, starts, kind, one, booking_id) for one in present.values()]
        fields = group_fields(build, visits, self.groups, first, rule)
        record = build.put("group_appointments", booking_id, fields)
        for visit in visits:
            visit.booking = record
            self._add_attendee(visit)
        self.made += 1
        self.groups += 1
        return booking_id

    def _some_clients(self, starts: datetime, count: int) -> Iterator[Client]:
        known = max(1, bisect_right(self.known_from, starts))
        for _ in range(count):
            yield self.build.clients[int(self.build.rng.random() * known)]

    def _kind_at(self, starts: datetime) -> int:
        retired = self.build.kinds[-1].until
        old = retired is not None and starts.date() < retired
        weights = self.weights if old else self.current
        return self.build.rng.choices(range(len(weights)), weights)[0]

    def _visit(
        self, slot: Slot, starts: datetime, kind: int, client: Client | None, booking_id: str
    ) -> Visit:
        build = self.build
        ends = starts + timedelta(minutes=build.kinds[kind].minutes)
        created = min(starts, build.now) - timedelta(minutes=build.rng.randint(30, 40 * 1440))
        touched = min(ends, build.now)
        past = ends <= build.now
        dice = build.rng.random()
        reason, arrived, cancelled_at = None, None, None
        if dice < (0.09 if past else 0.04):
            reason = REASONS[self.cancelled % len(REASONS)]
            cancelled_at = stamp(created + (min(starts, build.now) - created) * 0.8)
            self.cancelled += 1
        elif past:
            arrived = True if dice < 0.94 else (False if dice < 0.98 else None)
        updated_at = stamp(touched)
        return Visit(
            booking_id, build.new_id(), client, slot.session.practitioner, slot.session.business,
            kind, starts, ends, stamp(created), updated_at, arrived, cancelled_at, reason,
            updated_at if build.rng.random() < 0.01 else None,
        )  # fmt: skip

    def _add_attendee(self, visit: Visit) -> None:
        fields = attendee_fields(self.build, visit)
        visit.attendee = self.build.put("attendees", visit.attendee_id, fields)
        self.build.visits.append(visit)


def _created(record: Record) -> str:
    return str(record["created_at"])
