"""Medical alerts: what everybody who treats the patient must see."""

from handover.clients.models import MedicalAlert
from handover.importing.cliniko.readings import Archived
from handover.importing.cliniko.reasons import UPDATED
from handover.importing.cliniko.resources.patients import Patients
from handover.importing.engine import Resource, fields


class MedicalAlerts(
    Resource,
    endpoint="/medical_alerts",
    target=MedicalAlert,
    include=("archived",),
    ignored={"updated_at": UPDATED},
):
    """One alert, as free text."""

    client = fields.Link("patient", to=Patients, required=True)
    name = fields.Text("name", required=True)
    archived_at = Archived()
    created_at = fields.Instant("created_at")
