"""The shell's own pages."""

from django.urls import include, path

from handover.web import views
from handover.web.dashboard import dashboard

app_name = "web"
urlpatterns = [
    path("", dashboard, name="dashboard"),
    path("", include("handover.web.clients.urls")),
    path("settings/", views.settings, name="settings"),
    path("settings/outbox/", views.outbox, name="outbox"),
    path("settings/outbox/<int:message_id>/", views.letter, name="letter"),
    path("files/<int:file_id>/", views.file, name="file"),
    path("", include("handover.web.settings.urls")),
    path("", include("handover.web.xero.urls")),
    path("", include("handover.web.records.urls")),
    path("", include("handover.web.calendar.urls")),
    path("", include("handover.web.billing.urls")),
    path("", include("handover.web.debtors.urls")),
    path("", include("handover.web.followups.urls")),
]
