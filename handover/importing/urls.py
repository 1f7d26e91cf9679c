"""The import tool's pages."""

from django.urls import path

from handover.importing import views

app_name = "importing"
urlpatterns = [
    path("", views.imports, name="imports"),
    path("<int:run_id>/", views.report, name="report"),
]
