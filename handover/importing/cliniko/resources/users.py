"""Users: everybody who can sign in at Cliniko, or could. Here nobody signs in until invited."""

from handover.accounts.models import Role, User, UserPhone
from handover.importing.cliniko.readings import Zone, phone_rows
from handover.importing.cliniko.reasons import UPDATED
from handover.importing.engine import Resource, Same, fields

# Where two roles are near, the one with fewer rights is taken: an owner can give more.
ROLES = {
    "administrator": Role.PRACTICE_MANAGER,
    "power receptionist": Role.RECEPTIONIST,
    "receptionist": Role.RECEPTIONIST,
    "scheduler": Role.RECEPTIONIST,
    "practitioner": Role.PRACTITIONER,
    "bookkeeper": Role.ACCOUNTANT,
}


class Users(
    Resource,
    endpoint="/users",
    target=User,
    match=(Same("email"), Same("first_name", "last_name", unless_differs=("email",))),
    ignored={"updated_at": UPDATED},
):
    """The people of the team, active and not."""

    title = fields.Text("title")
    first_name = fields.Text("first_name")
    last_name = fields.Text("last_name")
    email = fields.Text("email")
    phones = phone_rows("phone_numbers", into=UserPhone)
    role = fields.Choice("role", ROLES, other=Role.UNKNOWN)
    time_zone = Zone("time_zone_identifier", "time_zone")
    active = fields.Flag("active", unknown=True)
    sign_in_active = fields.Flag("user_active")
    created_at = fields.Instant("created_at")
