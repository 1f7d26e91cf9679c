"""Communications: e-mails, SMS and memos of the past. Nothing that is read here is ever sent."""

import re

from handover.communications.models import Communication
from handover.core import html
from handover.core.json import Json, JsonObject
from handover.importing.cliniko.readings import ASSUMED, Code, CodeAndWords, Nowhere
from handover.importing.cliniko.reasons import UPDATED
from handover.importing.cliniko.resources.attendees import Attendees
from handover.importing.cliniko.resources.group_appointments import GroupAppointments
from handover.importing.cliniko.resources.individual_appointments import IndividualAppointments
from handover.importing.cliniko.resources.invoices import Invoices
from handover.importing.cliniko.resources.patients import Patients
from handover.importing.engine import Resource, Total, fields
from handover.importing.engine.errors import BadValue
from handover.importing.engine.values import Draft

Channel, Direction, Kind = Communication.Channel, Communication.Direction, Communication.Kind
CHANNELS = {
    1: ("SMS", Channel.SMS),
    2: ("Email", Channel.EMAIL),
    3: ("Phone call", Channel.PHONE_CALL),
    4: ("Other", Channel.OTHER),
}
DIRECTIONS = {1: ("Sent", Direction.SENT), 2: ("Received", Direction.RECEIVED)}
MEMO = 12
CATEGORIES = {
    1: "Appointment Reminder",
    2: "Patient Reply Forwarded",
    3: "Invoice",
    4: "Appointment Confirmation",
    5: "Letter",
    6: "Practitioner Appointment Notification",
    7: "SMS Message",
    8: "Reply from Patient",
    9: "Account Statement",
    10: "Cancelled appointment notification",
    11: "Auth Code",
    MEMO: "Memo",
    13: "Reply from Practitioner",
    14: "Payment Receipt",
    15: "Bulk Email",
    16: "Appointment Cancellation",
    17: "Patient Form",
    18: "Upcoming appointments",
    19: "Completed Patient Form",
    20: "Online payment request",
    21: "New user",
    22: "Referred user signed up",
    23: "Referring user bonus notification",
    24: "Referred user bonus notification",
    25: "Password changed",
    26: "Data export complete notification",
    27: "SMS credit purchase reminder",
    28: "SMS credit purchase failed",
    29: "SMS credit purchase requires confirmation",
    30: "SMS credit purchase receipt",
    31: "Xero sync error notification",
    32: "Xero OAuth error",
    33: "Mailchimp integration disconnected",
    34: "Card automatically updated notification",
    35: "Card expiring notification",
    36: "Upcoming yearly payment alert",
    37: "Trial payment failure",
    38: "Subscription payment failure",
    39: "Trial ending reminder",
    40: "Stripe receipt",
    41: "Today's appointments for practitioner",
    42: "User email confirmation instructions",
    43: "User email changed",
    44: "Unlock instructions",
    45: "Reset password instructions",
    46: "Account ownership information updated",
    47: "Email OTP code",
    48: "Appointment Follow Up Message",
    49: "Subscription initiation alert",
    50: "Patient form renewal",
}
SHAPE = ("category_code", "category", "type_code", "type")
MARKUP = re.compile(r"</?[a-z][a-z0-9]*(\s[^<>]*)?/?>", re.IGNORECASE)


def kind_of(record: JsonObject) -> Communication.Kind:
    """Tell Cliniko's three shapes apart: a memo by its category, the others by their type."""
    if str(record.get("category_code")) == str(MEMO) or record.get("category") == "Memo":
        return Kind.MEMO
    types = {str(record.get("type_code")).casefold(), str(record.get("type")).casefold()}
    for kind, words in ((Kind.EMAIL, {"2", "email"}), (Kind.SMS, {"1", "sms"})):
        if types & words:
            return kind
    return Kind.OTHER


def is_markup(record: JsonObject) -> bool:
    """Whether the content is formatted. An SMS never is: `<3` there is not a tag."""
    content = record.get("content")
    return isinstance(content, str) and kind_of(record) != Kind.SMS and bool(MARKUP.search(content))


class KindOf(fields.Field):
    """Which of the three shapes it is."""

    words = "a memo by its category, an e-mail or SMS by its type; other else"
    never_empty = True

    def __init__(self) -> None:
        super().__init__(*SHAPE)

    def read(self, payload: JsonObject, draft: Draft) -> object:  # noqa: ARG002  # one signature for all
        """Look at category and type."""
        return str(kind_of(payload))


class FormatOf(fields.Field):
    """Whether the content is formatted or plain."""

    words = "formatted, where there are tags in it and it is no SMS; plain else"
    never_empty = True

    def __init__(self) -> None:
        super().__init__("content", *SHAPE)

    def read(self, payload: JsonObject, draft: Draft) -> object:  # noqa: ARG002
        """Look for tags."""
        format_ = Communication.Format
        return str(format_.HTML if is_markup(payload) else format_.TEXT)


class Content(fields.Text):
    """What was said: formatted text is cleaned, plain text is left as it is."""

    words = "as it stands; formatted text is cleaned of everything that could run"

    def __init__(self) -> None:
        super().__init__("content", *SHAPE)

    def read(self, payload: JsonObject, draft: Draft) -> object:
        """Clean what is formatted."""
        text = super().read(payload, draft)
        return html.clean(str(text)) if is_markup(payload) else text


class Confidential(fields.Flag):
    """Whether only some may see it; where that cannot be read, only they may."""

    words = "yes, no; yes where it cannot be read"

    def convert(self, value: Json, draft: Draft) -> object:
        """Keep closed what cannot be told open."""
        try:
            return super().convert(value, draft)
        except BadValue as problem:
            draft.note(self.name, ASSUMED, f"{problem}: taken as confidential")
            return True


class Communications(
    Resource,
    endpoint="/communications",
    target=Communication,
    include=("archived",),
    totals=(Total("Communications", by=("channel", "direction")),),
    ignored={"updated_at": UPDATED},
):
    """One message or memo."""

    kind = KindOf()
    channel = CodeAndWords("type_code", "type", CHANNELS, other=Channel.UNKNOWN)
    direction = CodeAndWords(
        "direction_code", "direction_description", DIRECTIONS, other=Direction.UNKNOWN
    )
    category = fields.FirstOf(fields.Text("category"), Code("category_code", CATEGORIES))
    category_code = fields.Integer("category_code")
    subject = fields.Text("content_subject")
    content = Content()
    content_format = FormatOf()
    sender = fields.Text("from")
    recipient = fields.Text("to")
    delivery = fields.Constant(Communication.Delivery.NOT_KNOWN)
    confidential = Confidential("confidential", note="memos only")

    client = fields.Link("patient", to=Patients)
    appointment = fields.Link("booking", to=(IndividualAppointments, GroupAppointments))
    attendance = fields.Link("attendee", to=Attendees)
    invoice = fields.Link("invoice", to=Invoices)
    source_letter_id = Nowhere("letter")
    source_payment_id = Nowhere("payment")
    archived_at = fields.Instant("archived_at")
    created_at = fields.Instant("created_at")
