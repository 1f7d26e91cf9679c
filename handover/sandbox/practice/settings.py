"""The account's settings; the public part is a subset of them."""

from handover.sandbox.jsontypes import Json, Record
from handover.sandbox.practice.build import Build
from handover.sandbox.practice.custom_fields import custom_fields_definition

PRIVATE: dict[str, tuple[str, ...]] = {
    "account": ("compliance", "email_from", "first_name", "last_name"),
    "integrations": ("medipass",),
    "online_bookings": ("adroll", "google_analytics", "google_tag_manager"),
    "patient_privacy": (
        "anonymise_appointments_on_deletion",
        "anonymise_booking_notifications",
        "anonymise_invoices_and_payments_on_deletion",
        "baa_requested",
    ),
}


def account_settings(build: Build, *, name: str) -> Record:
    """Everything ``GET /settings`` gives."""
    return {
        "account": _account(name),
        "calendar": {
            "start_hour": 7,
            "end_hour": 20,
            "timeslot_size_in_minutes": 15,
            "timeslot_height_in_pixels": 20,
            "multiple_appointments_gap": True,
            "show_current_time_indicator": True,
        },
        "documents_and_printing": {"logo_height": 80, "logo_url": None},
        "integrations": {
            "mail_chimp": {"enabled": False},
            "medipass": {"enabled": False},
            "xero": {"enabled": False},
        },
        "online_bookings": _online_bookings(),
        "online_payments": {"activated": True},
        "patient_custom_fields_definition": custom_fields_definition(build),
        "patient_privacy": _privacy(),
        "reminders": {"default_reminder_type": "SMS & Email"},
        "sms": {
            "alphanumeric_source_number_required": False,
            "default_alphanumeric_source_number": "Riverbend",
            "max_message_length": 459,
            "number_of_usable_characters_per_message": 153,
            "replies_supported": True,
        },
        "terminology": {"patient": "client", "titles": ["Mr", "Mrs", "Ms", "Dr"]},
        "wait_list": {"default_wait_list_expiry_period": 28},
    }


def public_part(settings: Record) -> Record:
    """What any user may see of the settings."""
    public: Record = {}
    for section, content in settings.items():
        hidden = PRIVATE.get(section, ())
        public[section] = (
            {key: value for key, value in content.items() if key not in hidden}
            if isinstance(content, dict)
            else content
        )
    return public


def _account(name: str) -> Json:
    return {
        "id": "2410",
        "name": name,
        "subdomain": "riverbend",
        "country": "Australia",
        "country_code": "AU",
        "currency_symbol": "$",
        "email_from": "hello@riverbend.example.test",
        "first_name": "Margaret",
        "last_name": "Riverbend",
        "has_time_travelers": False,
        "time_zone_support": True,
        "compliance": {
            "has_hipaa_compliance_conflicts": False,
            "hipaa_compliance-conflict_messages": [],
        },
    }


def _online_bookings() -> Json:
    return {
        "enabled": True,
        "adroll": {"advertiser_id": None, "pixel_id": None},
        "google_analytics": {"tracking_id": None},
        "google_tag_manager": {"container_id": None},
        "allow_bookings_days_in_advance": 84,
        "allow_online_bookings_time_zone_choice": False,
        "booking_reservation_minutes": 10,
        "calendar_info": None,
        "daily_bookings_limit": 3,
        "disabled_text": None,
        "disabled_title": None,
        "logo_url": None,
        "max_appointments_per_day_segment": 5,
        "min_hours_advance_required_to_book": 2,
        "min_hours_notice_for_patient_cancellation": 24,
        "notice_enabled": False,
        "notice_text": None,
        "notice_title": None,
        "notify_practitioner_by_email": True,
        "notify_practitioner_by_sms": False,
        "policy": "Please give 24 hours' notice.",
        "practitioner_order": [],
        "privacy_policy_url": "https://riverbend.example.test/privacy",
        "require_patient_address": False,
        "show_appointment_duration": True,
        "show_prices": True,
    }


def _privacy() -> Json:
    return {
        "anonymise_appointments_on_deletion": False,
        "anonymise_booking_notifications": False,
        "anonymise_invoices_and_payments_on_deletion": True,
        "baa_requested": False,
        "browser_title_name_format": "initials",
        "ical_patient_name_option": "initials",
        "prevent_sending_financial_data_by_email": False,
        "requires_hipaa_compliance": False,
    }
