"""A small practice with a calendar: a place in Sydney and one in Perth, and people to book."""

# ruff: noqa: DTZ001 - what a wall shows has no zone

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TypedDict, Unpack

from handover.accounts.models import PracticeDetails, Workspace
from handover.clients.models import Client
from handover.core.tenancy import acting_in
from handover.practice.models import Location, Practitioner, Service
from handover.scheduling.models import (
    Appointment,
    Attendance,
    Availability,
    AvailabilityInterval,
    BusyTime,
)
from handover.scheduling.operations import Slot, book

MONDAY = datetime(2026, 11, 23)


class Other(TypedDict, total=False):
    """What is other than Mary's visits in Sydney on Monday."""

    day: datetime
    location: Location
    practitioner: Practitioner
    service: Service


@dataclass(frozen=True)
class Diary:
    """A practice's calendar, and what there is to book."""

    workspace: Workspace
    sydney: Location
    perth: Location
    mary: Practitioner
    noel: Practitioner
    left: Practitioner
    visit: Service
    pilates: Service
    ann: Client
    ben: Client

    def book(self, at: str, client: Client | None = None, **more: Unpack[Other]) -> Appointment:
        """Book Ann, unless it is somebody else, on Monday at this time: `09:30`."""
        slot = self.slot(at, **more)
        with acting_in(self.workspace.pk):
            whom = client or (None if slot.for_group else self.ann)
            return book(slot, whom, given=frozenset({"a1", "a2", "a3"}))[0]

    def slot(
        self,
        at: str,
        *,
        day: datetime = MONDAY,
        location: Location | None = None,
        practitioner: Practitioner | None = None,
        service: Service | None = None,
    ) -> Slot:
        """A time to book."""
        starts = datetime.combine(day, time.fromisoformat(at))
        where, whom = location or self.sydney, practitioner or self.mary
        return Slot(starts, where, whom, service or self.visit)

    def fresh(self, appointment: Appointment) -> Appointment:
        """The appointment as it is now."""
        with acting_in(self.workspace.pk):
            return Appointment.objects.select_related("client").get(pk=appointment.pk)

    def attendance(self, appointment: Appointment, client: Client | None = None) -> Attendance:
        """How a client stands in an appointment now."""
        with acting_in(self.workspace.pk):
            return Attendance.objects.get(appointment=appointment, client=client or self.ann)

    def busy(self, at: str, hours: int = 1) -> BusyTime:
        """Mary is busy on Monday."""
        starts_at, _ = self.slot(at).times()
        with acting_in(self.workspace.pk):
            return BusyTime.objects.create(
                workspace_id=self.workspace.pk,
                practitioner=self.mary,
                starts_at=starts_at,
                ends_at=starts_at + timedelta(hours=hours),
                time_zone="Australia/Sydney",
                notes="Team meeting",
            )

    def works(self, weekday: int, starts: str, ends: str) -> Availability:
        """Mary works in Sydney on this day of every week."""
        with acting_in(self.workspace.pk):
            day = Availability.objects.create(
                workspace_id=self.workspace.pk,
                practitioner=self.mary,
                location=self.sydney,
                weekday=weekday,
                time_zone="Australia/Sydney",
            )
            AvailabilityInterval.objects.create(
                workspace_id=self.workspace.pk,
                availability=day,
                starts_at=time.fromisoformat(starts),
                ends_at=time.fromisoformat(ends),
            )
            return day


def a_diary(workspace: Workspace) -> Diary:
    """Make one, with nothing booked."""
    mine = {"workspace_id": workspace.pk}
    with acting_in(workspace.pk):
        PracticeDetails.objects.create(**mine, time_zone="Australia/Sydney")
        return Diary(
            workspace,
            sydney=Location.objects.create(**mine, name="Glebe", time_zone="Australia/Sydney"),
            perth=Location.objects.create(**mine, name="Subiaco", time_zone="Australia/Perth"),
            mary=Practitioner.objects.create(**mine, first_name="Mary", last_name="Quant"),
            noel=Practitioner.objects.create(**mine, first_name="Noel", last_name="Reed"),
            left=Practitioner.objects.create(
                **mine, first_name="Old", last_name="Sage", former=True
            ),
            visit=Service.objects.create(**mine, name="Visit", duration_minutes=45),
            pilates=Service.objects.create(
                **mine, name="Pilates", duration_minutes=60, max_clients=2
            ),
            ann=Client.objects.create(**mine, first_name="Ann", last_name="Lee"),
            ben=Client.objects.create(**mine, first_name="Ben", last_name="Ray"),
        )
