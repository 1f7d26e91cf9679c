"""Settings: what the account says of itself. One object; each section is kept whole besides."""

from handover.accounts.models import PracticeDetails
from handover.importing.cliniko.readings import Zone
from handover.importing.engine import Resource, fields


class Settings(Resource, endpoint="/settings", target=PracticeDetails, single=True):
    """The account's settings; a key that may not read them gets the public part."""

    name = fields.Text("account.name")
    subdomain = fields.Text("account.subdomain")
    country = fields.Text("account.country")
    country_code = fields.Text("account.country_code", longest=2)
    currency_symbol = fields.Text("account.currency_symbol")
    time_zone = Zone("account.time_zone", note="older accounts only")
    terminology = fields.Text("terminology.patient")
    titles = fields.Listed("terminology.titles")
    custom_field_sections = fields.Listed("patient_custom_fields_definition.sections")
    other_settings = fields.Several(
        "account",
        "calendar",
        "documents_and_printing",
        "integrations",
        "online_bookings",
        "online_payments",
        "patient_custom_fields_definition",
        "patient_privacy",
        "reminders",
        "sms",
        "terminology",
        "wait_list",
    )
