"""The addresses of the calendar's pages; they stand under the one namespace `web:`."""

from django.urls import path

from handover.web.calendar import appointments, clients, groups, hours, pages, status

ONE = "appointments/<int:appointment_id>"
urlpatterns = [
    path("calendar/", pages.calendar, name="calendar"),
    path("calendar/events/", pages.events, name="calendar_events"),
    path("appointments/new/", appointments.new, name="new_appointment"),
    path("appointments/clients/", clients.find, name="find_client"),
    path(f"{ONE}/", appointments.appointment, name="appointment"),
    path(f"{ONE}/edit/", appointments.edit, name="edit_appointment"),
    path(f"{ONE}/move/", appointments.move, name="move_appointment"),
    path(f"{ONE}/status/", status.appointment_status, name="appointment_status"),
    path(f"{ONE}/cancel/", status.cancel, name="cancel_appointment"),
    path(f"{ONE}/clients/", groups.add, name="add_attendance"),
    path(
        "attendances/<int:attendance_id>/status/",
        groups.attendance_status,
        name="attendance_status",
    ),
    path(
        "clients/<int:client_id>/appointments/",
        clients.client_appointments,
        name="client_appointments",
    ),
    path("availability/", hours.availability, name="availability"),
    path("availability/<int:practitioner_id>/", hours.weekly, name="weekly_hours"),
    path("availability/<int:practitioner_id>/extra/", hours.extra, name="extra_hours"),
    path("availability/extra/<int:extra_id>/remove/", hours.remove_extra, name="remove_extra"),
    path("busy-times/", hours.busy_times, name="busy_times"),
    path("busy-times/new/", hours.new_busy_time, name="new_busy_time"),
    path("busy-times/<int:busy_id>/", hours.busy_time, name="busy_time"),
    path("busy-times/<int:busy_id>/remove/", hours.remove_busy_time, name="remove_busy_time"),
]
