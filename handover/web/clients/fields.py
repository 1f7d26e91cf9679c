"""The fields of a client as people read them: their names, their groups, and who sees those."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from handover.accounts.models import User
from handover.accounts.permissions import May, may

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

ADDRESS = (
    *("address_1", "address_2", "address_3"),
    *("city", "state", "post_code", "country"),
)
CONSENTS = (
    *("privacy_policy_accepted", "email_marketing_accepted", "sms_marketing_accepted"),
    *("receives_confirmation_emails", "receives_cancellation_emails"),
)


@dataclass(frozen=True)
class Group:
    """Fields that stand together, and what one must be allowed to do to see them."""

    title: "StrOrPromise"
    names: tuple[str, ...]
    needs: May = May.SEE_CLIENTS


GROUPS = (
    Group(
        _("Who they are"),
        (
            *("title", "first_name", "middle_name", "last_name", "preferred_name", "pronouns"),
            *("birth_date", "sex", "gender_identity", "occupation"),
        ),
    ),
    Group(
        _("How to reach them"),
        ("phones", "email", *ADDRESS, "time_zone", "emergency_contact"),
    ),
    Group(_("Consents and reminders"), (*CONSENTS, "reminder_preference")),
    Group(
        _("Who pays"),
        (
            *("medicare_number", "medicare_reference_number", "dva_number"),
            *("health_fund_name", "health_fund_member_number", "health_fund_reference_number"),
            *("ndis_number", "ndis_fund_management", "ndis_plan_start", "ndis_plan_end"),
            *("concession_type", "send_invoices_to", "invoice_recipient", "invoice_email"),
            "invoice_extra_information",
        ),
    ),
    Group(
        _("Referral"),
        ("referring_doctor", "referral_source_text", "old_reference_id"),
    ),
    Group(
        _("What the team should know"),
        ("alerts", "notes", "medications_and_allergies", "diagnosis"),
        May.SEE_ALERTS,
    ),
)

LABELS: dict[str, "StrOrPromise"] = {
    "title": _("Title"),
    "first_name": _("First name"),
    "middle_name": _("Middle name"),
    "last_name": _("Last name"),
    "preferred_name": _("Preferred name"),
    "pronouns": _("Pronouns"),
    "birth_date": _("Birth date"),
    "sex": _("Sex"),
    "gender_identity": _("Gender identity"),
    "occupation": _("Occupation"),
    "phones": _("Phone numbers"),
    "email": _("E-mail address"),
    "address_1": _("Address"),
    "address_2": _("Address, second line"),
    "address_3": _("Address, third line"),
    "city": _("Suburb or town"),
    "state": _("State"),
    "post_code": _("Postcode"),
    "country": _("Country"),
    "time_zone": _("Time zone"),
    "emergency_contact": _("Emergency contact"),
    "privacy_policy_accepted": _("Privacy policy accepted"),
    "email_marketing_accepted": _("Marketing by e-mail"),
    "sms_marketing_accepted": _("Marketing by SMS"),
    "receives_confirmation_emails": _("Confirmations by e-mail"),
    "receives_cancellation_emails": _("Cancellations by e-mail"),
    "reminder_preference": _("Reminders"),
    "medicare_number": _("Medicare number"),
    "medicare_reference_number": _("Medicare reference number (IRN)"),
    "dva_number": _("DVA number"),
    "health_fund_name": _("Health fund"),
    "health_fund_member_number": _("Health fund member number"),
    "health_fund_reference_number": _("Health fund reference number"),
    "ndis_number": _("NDIS number"),
    "ndis_fund_management": _("NDIS fund management"),
    "ndis_plan_start": _("NDIS plan from"),
    "ndis_plan_end": _("NDIS plan until"),
    "concession_type": _("Concession"),
    "send_invoices_to": _("Send invoices to"),
    "invoice_recipient": _("Invoices are made out to"),
    "invoice_email": _("E-mail address for invoices"),
    "invoice_extra_information": _("Extra information on invoices"),
    "referring_doctor": _("Referring doctor"),
    "referral_source_text": _("How they found the practice"),
    "old_reference_id": _("Number in the system before"),
    "alerts": _("Shown with every appointment"),
    "notes": _("Notes"),
    "medications_and_allergies": _("Medications and allergies"),
    "diagnosis": _("Diagnosis"),
}


def groups_for(member: User) -> list[Group]:
    """The groups that this person may see."""
    return [group for group in GROUPS if may(member, group.needs)]
