"""The import tool's pages."""

from django.urls import path

from handover.importing import views

app_name = "importing"
urlpatterns = [
    path("", views.imports, name="imports"),
    path("imports/<int:run_id>/", views.report, name="report"),
    path("assets/site.css", views.stylesheet, name="stylesheet"),
]
