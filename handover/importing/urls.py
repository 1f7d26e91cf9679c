"""Pages of the import tool."""

from django.urls import path

from handover.importing.views import (
    conflicts,
    deleting,
    listing,
    mapping,
    progress,
    results,
    retrying,
    spot_check,
)
from handover.importing.wizard import pages as wizard

app_name = "importing"
urlpatterns = [
    path("", listing.imports, name="imports"),
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
    path("<int:run_id>/", results.report, name="report"),
    path("<int:run_id>/now/", progress.now, name="now"),
    path("<int:run_id>/pause/", progress.pause, name="pause"),
    path("<int:run_id>/resume/", progress.resume, name="resume"),
    path("<int:run_id>/resume/key/", progress.resume_with_key, name="resume_with_key"),
    path("<int:run_id>/cancel/", progress.cancel, name="cancel"),
    path("<int:run_id>/samples/", results.samples, name="samples"),
    path("<int:run_id>/spot-check/", spot_check.spot_check, name="spot_check"),
    path("<int:run_id>/accept/", results.accept_result, name="accept"),
    path("<int:run_id>/sign-off/", results.signoff, name="signoff"),
    path("<int:run_id>/sign-off.pdf", results.signoff_pdf, name="signoff_pdf"),
    path("<int:run_id>/retry/", retrying.retry, name="retry"),
    path("<int:run_id>/errands/<int:errand_id>/", retrying.errand, name="errand"),
    path("<int:run_id>/conflicts/", conflicts.conflicts, name="conflicts"),
    path("<int:run_id>/mapping/<slug:kind>/", mapping.mapping, name="mapping"),
    path("<int:run_id>/mapping/<slug:kind>/<int:row_id>/", mapping.reassign, name="reassign"),
    path("<int:run_id>/mapping-undo/<int:number>/", mapping.take_back, name="take_back"),
    path("<int:run_id>/delete/", deleting.delete, name="delete"),
    path("<int:run_id>/delete/look-ahead/", deleting.look_ahead, name="look_ahead"),
]
