"""The import tool's pages."""

from django.urls import path

from handover.importing import views

app_name = "importing"
urlpatterns = [
    path("", views.imports, name="imports"),
    path("imports/<int:run_id>/", views.report, name="report"),
    path("imports/<int:run_id>/samples/", views.samples, name="samples"),
    path("imports/<int:run_id>/sign-off/", views.signoff, name="signoff"),
    path("imports/<int:run_id>/sign-off.pdf", views.signoff_pdf, name="signoff_pdf"),
    path("assets/site.css", views.stylesheet, name="stylesheet"),
]
