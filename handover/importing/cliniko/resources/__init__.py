"""Everything that is read from Cliniko, in the order of reading, and what is not, with reasons.

Small structure first, then people, then the calendar: what a practice needs on Monday comes
first; then the records, of which there are most.
"""

from handover.importing.cliniko.reasons import CONFLICTS
from handover.importing.cliniko.resources.appointment_type_billable_items import (
    AppointmentTypeBillableItems,
)
from handover.importing.cliniko.resources.appointment_type_products import AppointmentTypeProducts
from handover.importing.cliniko.resources.appointment_types import AppointmentTypes
from handover.importing.cliniko.resources.attendees import Attendees
from handover.importing.cliniko.resources.availability_blocks import AvailabilityBlocks
from handover.importing.cliniko.resources.billable_items import BillableItems
from handover.importing.cliniko.resources.businesses import Businesses
from handover.importing.cliniko.resources.communications import Communications
from handover.importing.cliniko.resources.concession_prices import ConcessionPrices
from handover.importing.cliniko.resources.concession_types import ConcessionTypes
from handover.importing.cliniko.resources.contacts import Contacts
from handover.importing.cliniko.resources.daily_availabilities import DailyAvailabilities
from handover.importing.cliniko.resources.group_appointments import GroupAppointments
from handover.importing.cliniko.resources.individual_appointments import IndividualAppointments
from handover.importing.cliniko.resources.invoice_items import InvoiceItems
from handover.importing.cliniko.resources.invoices import Invoices
from handover.importing.cliniko.resources.medical_alerts import MedicalAlerts
from handover.importing.cliniko.resources.patient_attachments import PatientAttachments
from handover.importing.cliniko.resources.patient_cases import PatientCases
from handover.importing.cliniko.resources.patient_cases_patient_attachments import (
    PatientCasesPatientAttachments,
)
from handover.importing.cliniko.resources.patient_form_templates import PatientFormTemplates
from handover.importing.cliniko.resources.patient_forms import PatientForms
from handover.importing.cliniko.resources.patient_forms_signatures import PatientFormsSignatures
from handover.importing.cliniko.resources.patients import Patients
from handover.importing.cliniko.resources.practitioner_reference_numbers import (
    PractitionerReferenceNumbers,
)
from handover.importing.cliniko.resources.practitioners import Practitioners
from handover.importing.cliniko.resources.product_suppliers import ProductSuppliers
from handover.importing.cliniko.resources.products import Products
from handover.importing.cliniko.resources.recall_types import RecallTypes
from handover.importing.cliniko.resources.recalls import Recalls
from handover.importing.cliniko.resources.referral_source_types import ReferralSourceTypes
from handover.importing.cliniko.resources.referral_sources import ReferralSources
from handover.importing.cliniko.resources.relationships import Relationships
from handover.importing.cliniko.resources.services import Services
from handover.importing.cliniko.resources.settings import Settings
from handover.importing.cliniko.resources.stock_adjustments import StockAdjustments
from handover.importing.cliniko.resources.taxes import Taxes
from handover.importing.cliniko.resources.treatment_note_templates import TreatmentNoteTemplates
from handover.importing.cliniko.resources.treatment_notes import TreatmentNotes
from handover.importing.cliniko.resources.unavailable_block_types import UnavailableBlockTypes
from handover.importing.cliniko.resources.unavailable_blocks import UnavailableBlocks
from handover.importing.cliniko.resources.users import Users
from handover.importing.engine import Resource

RESOURCES: tuple[type[Resource], ...] = (
    Settings,
    Users,
    Taxes,
    BillableItems,
    ProductSuppliers,
    Products,
    StockAdjustments,
    ConcessionTypes,
    ConcessionPrices,
    TreatmentNoteTemplates,
    PatientFormTemplates,
    AppointmentTypes,
    AppointmentTypeBillableItems,
    AppointmentTypeProducts,
    Businesses,
    Practitioners,
    PractitionerReferenceNumbers,
    Services,
    ReferralSourceTypes,
    RecallTypes,
    UnavailableBlockTypes,
    Contacts,
    Patients,
    PatientCases,
    IndividualAppointments,
    GroupAppointments,
    Attendees,
    DailyAvailabilities,
    AvailabilityBlocks,
    UnavailableBlocks,
    Relationships,
    MedicalAlerts,
    ReferralSources,
    Recalls,
    TreatmentNotes,
    PatientForms,
    Invoices,
    InvoiceItems,
    Communications,
    PatientFormsSignatures,
    PatientAttachments,
    PatientCasesPatientAttachments,
)

FREE_TIMES = "free times, which Cliniko works out from its own calendar"
_BOOKABLE = (
    "/businesses/{business_id}/practitioners/{practitioner_id}"
    "/appointment_types/{appointment_type_id}"
)


def _same(path: str) -> str:
    return f"the same records as {path}"


def _one(path: str) -> str:
    return f"one record of {path} at a time"


#: Lists of the API that are known and not read, and why.
NOT_IMPORTED: dict[str, str] = {
    "/appointment_type_billable_items/{id}": _one("/appointment_type_billable_items"),
    "/appointment_type_products/{id}": _one("/appointment_type_products"),
    "/appointment_types/{appointment_type_id}/practitioners": _same("/practitioners"),
    "/appointment_types/{appointment_type_id}/practitioners/inactive": (
        _same("/practitioners/inactive")
    ),
    "/appointment_types/{id}": _one("/appointment_types"),
    "/appointments/{appointment_id}/invoices": _same("/invoices"),
    "/attendees/{attendee_id}/invoices": _same("/invoices"),
    "/attendees/{attendee_id}/patient_forms": _same("/patient_forms"),
    "/attendees/{id}": _one("/attendees"),
    "/availability_blocks/{id}": _one("/availability_blocks"),
    "/billable_items/{id}": _one("/billable_items"),
    "/bookings": (
        "the same records as /individual_appointments, /group_appointments and /unavailable_blocks"
    ),
    "/bookings/{id}": _one("/bookings"),
    "/businesses/{business_id}/daily_availabilities": _same("/daily_availabilities"),
    "/businesses/{business_id}/practitioners": _same("/practitioners"),
    "/businesses/{business_id}/practitioners/inactive": _same("/practitioners/inactive"),
    f"{_BOOKABLE}/available_times": FREE_TIMES,
    f"{_BOOKABLE}/next_available_time": FREE_TIMES,
    "/businesses/{business_id}/services": _same("/services"),
    "/businesses/{id}": _one("/businesses"),
    "/communications/{id}": _one("/communications"),
    "/concession_prices/{id}": _one("/concession_prices"),
    "/concession_types/{id}": _one("/concession_types"),
    "/contacts/{id}": _one("/contacts"),
    "/daily_availabilities/{id}": _one("/daily_availabilities"),
    "/group_appointments/{group_appointment_id}/attendees": _same("/attendees"),
    "/group_appointments/{id}": _one("/group_appointments"),
    "/group_appointments/{id}/conflicts": CONFLICTS,
    "/individual_appointments/{id}": _one("/individual_appointments"),
    "/individual_appointments/{id}/conflicts": CONFLICTS,
    "/individual_appointments/{individual_appointment_id}/attendees": _same("/attendees"),
    "/invoice_items/{id}": _one("/invoice_items"),
    "/invoices/{id}": _one("/invoices"),
    "/invoices/{invoice_id}/invoice_items": _same("/invoice_items"),
    "/medical_alerts/{id}": _one("/medical_alerts"),
    "/patient_attachments/{id}": _one("/patient_attachments"),
    "/patient_cases/active": _same("/patient_cases"),
    "/patient_cases/{id}": _one("/patient_cases"),
    "/patient_cases/{patient_case_id}/attendees": _same("/attendees"),
    "/patient_cases/{patient_case_id}/bookings": _same("/bookings"),
    "/patient_cases/{patient_case_id}/invoices": _same("/invoices"),
    "/patient_form_templates/{id}": _one("/patient_form_templates"),
    "/patient_forms/{id}": _one("/patient_forms"),
    "/patients/{id}": _one("/patients"),
    "/patients/{patient_id}/attachment_presigned_post": (
        "a place for uploads: nothing is ever written to Cliniko"
    ),
    "/patients/{patient_id}/invoices": _same("/invoices"),
    "/patients/{patient_id}/medical_alerts": _same("/medical_alerts"),
    "/patients/{patient_id}/patient_attachments": _same("/patient_attachments"),
    "/patients/{patient_id}/referral_source": _same("/referral_sources"),
    "/patients/{patient_id}/treatment_notes": _same("/treatment_notes"),
    "/practitioner_reference_numbers/{id}": _one("/practitioner_reference_numbers"),
    "/practitioners/{id}": _one("/practitioners"),
    "/practitioners/{practitioner_id}/appointment_types": _same("/appointment_types"),
    "/practitioners/{practitioner_id}/daily_availabilities": _same("/daily_availabilities"),
    "/practitioners/{practitioner_id}/invoices": _same("/invoices"),
    "/practitioners/{practitioner_id}/practitioner_reference_numbers": (
        _same("/practitioner_reference_numbers")
    ),
    "/product_suppliers/{id}": _one("/product_suppliers"),
    "/products/{id}": _one("/products"),
    "/referral_source_types/{id}": _one("/referral_source_types"),
    "/relationships/{id}": _one("/relationships"),
    "/settings/public": "a part of /settings, read instead where the key may not read that",
    "/stock_adjustments/{id}": _one("/stock_adjustments"),
    "/taxes/{id}": _one("/taxes"),
    "/treatment_note_templates/{id}": _one("/treatment_note_templates"),
    "/treatment_notes/{id}": _one("/treatment_notes"),
    "/unavailable_block_types/{id}": _one("/unavailable_block_types"),
    "/unavailable_blocks/{id}": _one("/unavailable_blocks"),
    "/unavailable_blocks/{id}/conflicts": CONFLICTS,
    "/user": "who the key belongs to: asked once, when the key is checked",
    "/users/{id}": _one("/users"),
}
