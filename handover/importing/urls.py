"""Pages of the import tool."""

from django.urls import path

from handover.importing import views
from handover.importing.wizard import pages as wizard

app_name = "importing"
urlpatterns = [
    path("", views.imports, name="imports"),
    path("new/", wizard.start, name="wizard_start"),
    path("new/key/", wizard.key, name="wizard_key"),
    path("new/look-again/", wizard.look_again, name="wizard_look_again"),
    path("new/give-up/", wizard.give_up, name="wizard_give_up"),
    path("new/locations/", wizard.locations, name="wizard_locations"),
    path("new/people/", wizard.people, name="wizard_people"),
    path("new/services/", wizard.services, name="wizard_services"),
    path("new/data/", wizard.data_page, name="wizard_data"),
    path("new/debtors/", wizard.debtors, name="wizard_debtors"),
    path("new/review/", wizard.review, name="wizard_review"),
    path("<int:run_id>/", views.report, name="report"),
    path("<int:run_id>/samples/", views.samples, name="samples"),
    path("<int:run_id>/sign-off/", views.signoff, name="signoff"),
    path("<int:run_id>/sign-off.pdf", views.signoff_pdf, name="signoff_pdf"),
]
