"""The calendar: appointments, who comes to them, and when practitioners work.

Instants are UTC; `time_zone` beside them is the zone of the place, so that the wall-clock time of
the day is known for ever, whatever happens to the location later.
"""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as later

from handover.clients.models import Case, Client
from handover.core.exact import ExactJSONField
from handover.core.tenancy import WorkspaceForeignKey, WorkspaceOwned
from handover.practice.models import Location, Practitioner, Service


class Status(models.TextChoices):
    """Where a booking stands, for one client."""

    BOOKED = "booked", later("Booked")
    ARRIVED = "arrived", later("Arrived")
    DID_NOT_ARRIVE = "did_not_arrive", later("Did not arrive")
    CANCELLED = "cancelled", later("Cancelled")
    COMPLETED = "completed", later("Completed")


class Appointment(WorkspaceOwned):
    """A time that is booked with a practitioner, for one client or a group.

    What belongs to one client stands in `Attendance`; an individual appointment keeps its own
    state beside it, as booked, so that it stands even where its attendance is not known.
    """

    together: ClassVar = (
        ("starts_at", "ends_at", "time_zone"),
        ("status", "cancelled_at", "cancellation_reason", "cancellation_note"),
    )

    class Kind(models.TextChoices):
        """For one client, or for several."""

        INDIVIDUAL = "individual", later("Individual")
        GROUP = "group", later("Group")

    kind = models.CharField(max_length=10, choices=Kind)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    time_zone = models.TextField()
    service = WorkspaceForeignKey(Service, null=True, on_delete=models.PROTECT, related_name="+")
    practitioner = WorkspaceForeignKey(
        Practitioner, null=True, on_delete=models.PROTECT, related_name="appointments"
    )
    location = WorkspaceForeignKey(
        Location, null=True, on_delete=models.PROTECT, related_name="appointments"
    )
    client = WorkspaceForeignKey(
        Client, null=True, on_delete=models.PROTECT, related_name="appointments"
    )
    case = WorkspaceForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="+")
    client_name = models.TextField(blank=True, default="")
    max_clients = models.PositiveIntegerField(null=True)
    notes = models.TextField(blank=True, default="")
    status = models.CharField(max_length=15, choices=Status, default=Status.BOOKED)
    cancelled_at = models.DateTimeField(null=True)
    cancellation_reason = models.TextField(blank=True, default="")
    cancellation_note = models.TextField(blank=True, default="")
    series_start = WorkspaceForeignKey(
        "scheduling.Appointment", null=True, on_delete=models.PROTECT, related_name="+"
    )
    repeat_rule = ExactJSONField(null=True)
    booked_from_address = models.TextField(blank=True, default="")
    online_booking_policy_accepted = models.BooleanField(null=True)
    source_invoice_status = models.TextField(blank=True, default="")
    source_note_status = models.TextField(blank=True, default="")
    archived_at = models.DateTimeField(null=True)

    class Meta(WorkspaceOwned.Meta):
        indexes = (
            models.Index("workspace", "starts_at", name="appointment_starts_at"),
            models.Index("workspace", "practitioner", "client", name="appointment_own_clients"),
            models.Index(
                fields=("workspace", "practitioner", "id"),
                condition=models.Q(client__isnull=True),
                name="appointment_of_several",
            ),
        )


class Attendance(WorkspaceOwned):
    """One client in one appointment, with their own state."""

    together: ClassVar = (("status", "cancelled_at", "cancellation_reason", "cancellation_note"),)

    appointment = WorkspaceForeignKey(
        Appointment, on_delete=models.PROTECT, related_name="attendances"
    )
    client = WorkspaceForeignKey(
        Client, null=True, on_delete=models.PROTECT, related_name="attendances"
    )
    case = WorkspaceForeignKey(
        Case, null=True, on_delete=models.PROTECT, related_name="attendances"
    )
    status = models.CharField(max_length=15, choices=Status, default=Status.BOOKED)
    notes = models.TextField(blank=True, default="")
    cancelled_at = models.DateTimeField(null=True)
    cancellation_reason = models.TextField(blank=True, default="")
    cancellation_note = models.TextField(blank=True, default="")
    booked_from_address = models.TextField(blank=True, default="")
    online_booking_policy_accepted = models.BooleanField(null=True)
    email_reminders_sent = models.PositiveIntegerField(null=True)
    sms_reminders_sent = models.PositiveIntegerField(null=True)
    email_follow_ups_sent = models.PositiveIntegerField(null=True)
    sms_follow_ups_sent = models.PositiveIntegerField(null=True)
    source_invoice_status = models.TextField(blank=True, default="")
    source_note_status = models.TextField(blank=True, default="")
    archived_at = models.DateTimeField(null=True)


class Availability(WorkspaceOwned):
    """When a practitioner works at a location, on one day of every week.

    From `first_day` to `last_day`, both included; an end that is open is null, as both are of hours
    that were imported. For one weekday they do not overlap.
    """

    once: ClassVar = ("practitioner", "location", "weekday", "first_day")

    practitioner = WorkspaceForeignKey(
        Practitioner, on_delete=models.PROTECT, related_name="availabilities"
    )
    location = WorkspaceForeignKey(Location, null=True, on_delete=models.PROTECT, related_name="+")
    weekday = models.PositiveSmallIntegerField(null=True, help_text="0 Sunday to 6 Saturday")
    time_zone = models.TextField(blank=True, default="")
    first_day = models.DateField(null=True)
    last_day = models.DateField(null=True)

    class Meta(WorkspaceOwned.Meta):
        verbose_name_plural = "availabilities"


class AvailabilityInterval(WorkspaceOwned):
    """From when to when, on the wall clock of the place."""

    availability = WorkspaceForeignKey(
        Availability, on_delete=models.CASCADE, related_name="intervals"
    )
    starts_at = models.TimeField()
    ends_at = models.TimeField()
    position = models.PositiveSmallIntegerField(default=0)

    class Meta(WorkspaceOwned.Meta):
        ordering = ("position",)


class ExtraAvailability(WorkspaceOwned):
    """A time outside the weekly pattern when a practitioner works, once or repeating."""

    together: ClassVar = (("starts_at", "ends_at", "time_zone", "repeat_rule"),)

    practitioner = WorkspaceForeignKey(Practitioner, on_delete=models.PROTECT, related_name="+")
    location = WorkspaceForeignKey(Location, null=True, on_delete=models.PROTECT, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    time_zone = models.TextField(blank=True, default="")
    repeat_rule = ExactJSONField(null=True)

    class Meta(WorkspaceOwned.Meta):
        verbose_name_plural = "extra availabilities"


class BusyTimeType(WorkspaceOwned):
    """Why practitioners are not available."""

    name = models.TextField(blank=True, default="")
    colour = models.TextField(blank=True, default="")
    duration_minutes = models.PositiveIntegerField(null=True)
    counts_towards_utilisation = models.BooleanField(default=False)
    system_controlled = models.BooleanField(null=True)
    archived_at = models.DateTimeField(null=True)


class BusyTime(WorkspaceOwned):
    """A time when a practitioner is not available."""

    together: ClassVar = (("starts_at", "ends_at", "time_zone", "repeat_rule"),)

    practitioner = WorkspaceForeignKey(
        Practitioner, null=True, on_delete=models.PROTECT, related_name="busy_times"
    )
    location = WorkspaceForeignKey(Location, null=True, on_delete=models.PROTECT, related_name="+")
    type = WorkspaceForeignKey(BusyTimeType, null=True, on_delete=models.PROTECT, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    time_zone = models.TextField(blank=True, default="")
    notes = models.TextField(blank=True, default="")
    series_start = WorkspaceForeignKey(
        "scheduling.BusyTime", null=True, on_delete=models.PROTECT, related_name="+"
    )
    repeat_rule = ExactJSONField(null=True)
    archived_at = models.DateTimeField(null=True)

    class Meta(WorkspaceOwned.Meta):
        indexes = (models.Index("workspace", "ends_at", name="busy_time_ends_at"),)
