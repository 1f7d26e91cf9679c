"""Pages of the import tool."""

from django.urls import path

from handover.importing import views

app_name = "importing"
urlpatterns = [
    path("", views.imports, name="imports"),
    path("<int:run_id>/", views.report, name="report"),
    path("<int:run_id>/samples/", views.samples, name="samples"),
    path("<int:run_id>/sign-off/", views.signoff, name="signoff"),
    path("<int:run_id>/sign-off.pdf", views.signoff_pdf, name="signoff_pdf"),
]
