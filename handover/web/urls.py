"""The shell's own pages."""

from django.urls import path

from handover.web import views

app_name = "web"
urlpatterns = [
    path("", views.dashboard, name="dashboard"),
    path("settings/", views.settings, name="settings"),
    path("files/<int:file_id>/", views.file, name="file"),
]
