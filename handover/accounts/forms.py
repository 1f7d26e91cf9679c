"""The forms of accounts and access."""

from typing import TYPE_CHECKING

from django import forms
from django.contrib.auth import password_validation
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext_lazy as later

from handover.accounts import team
from handover.accounts.doors import open_workspace
from handover.accounts.models import Account, Role, User
from handover.accounts.permissions import May, may
from handover.core.choices import RowChoice

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

LONGEST_NAME = 100
#: Nobody is made one of these by hand: support is let in on its own page.
NOT_GIVEN = {Role.UNKNOWN, Role.OWNER, Role.SUPPORT}
GIVEN_ROLES = [(role.value, role.label) for role in Role if role not in NOT_GIVEN]


def _name(label: "StrOrPromise", complete: str, *, required: bool = True) -> forms.CharField:
    widget = forms.TextInput(attrs={"autocomplete": complete})
    return forms.CharField(label=label, max_length=LONGEST_NAME, required=required, widget=widget)


class PracticeFields(forms.Form):
    """What sign-up asks for besides e-mail address and password; it makes the workspace."""

    practice = _name(later("Name of your practice"), "organization")
    first_name = _name(later("First name"), "given-name")
    last_name = _name(later("Last name"), "family-name")
    field_order = ("practice", "first_name", "last_name", "email", "password1")

    def signup(self, _request: HttpRequest, account: Account) -> None:
        """Make the workspace, and whoever signs up its owner."""
        self.open_for(account)

    def open_for(self, account: Account) -> int:
        """Make the workspace for this account; returns its number."""
        given = self.cleaned_data
        door = open_workspace(
            given["practice"],
            account,
            first_name=given["first_name"],
            last_name=given["last_name"],
        )
        return door.workspace_id


class InviteForm(forms.Form):
    """Who is invited, and as what."""

    first_name = _name(later("First name"), "off")
    last_name = _name(later("Last name"), "off")
    email = forms.EmailField(
        label=later("E-mail address"),
        max_length=255,
        help_text=later("The invitation goes there; it can be used once, within 7 days."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    role = forms.ChoiceField(label=later("Role"), choices=GIVEN_ROLES)


class UserForm(forms.Form):
    """What may be changed of a user's access."""

    role = forms.ChoiceField(label=later("Role"), choices=())
    own_clients_only = forms.BooleanField(
        label=later("Limited to their own clients"),
        help_text=later("They then see only clients whom they have seen, or written a note about."),
        required=False,
    )

    def __init__(self, data: QueryDict | None = None, *, member: User, user: User) -> None:
        now = {"role": user.role, "own_clients_only": user.own_clients_only}
        super().__init__(data, initial=now)
        self._role_field().choices = [
            (role.value, role.label)
            for role in Role
            if role.value == user.role
            or role not in NOT_GIVEN
            or (role == Role.OWNER and may(member, May.MAKE_OWNERS))
        ]

    def _role_field(self) -> forms.ChoiceField:
        field = self.fields["role"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  # for mypy alone
        return field


class HandOverForm(forms.Form):
    """Who becomes the account owner, and what one is afterwards."""

    to = RowChoice(
        User.objects.none(), label=later("New account owner"), empty_label=later("Choose somebody")
    )
    afterwards = forms.ChoiceField(
        label=later("You will be"),
        choices=[(role.value, role.label) for role in team.AFTERWARDS],
        help_text=later("A practitioner admin treats clients, a practice manager does not."),
    )

    def __init__(self, data: QueryDict | None = None, *, member: User) -> None:
        super().__init__(data)
        field = self.fields["to"]
        assert isinstance(field, RowChoice)  # noqa: S101
        field.queryset = team.can_own().exclude(pk=member.pk)


class JoinForm(forms.Form):
    """What somebody who was invited and has no account yet gives."""

    first_name = _name(later("First name"), "given-name")
    last_name = _name(later("Last name"), "family-name")
    password = forms.CharField(
        label=later("Password"),
        help_text=later("At least 12 characters. A few words in a row are easy to remember."),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, data: QueryDict | None = None, *, user: User) -> None:
        self.user = user
        known = {"first_name": user.first_name, "last_name": user.last_name}
        super().__init__(data, initial=known)

    def clean_password(self) -> str:
        """Refuse what is short, common or like the person's own data."""
        password = str(self.cleaned_data["password"])
        password_validation.validate_password(password, self.user)  # type: ignore[arg-type]  # reads names and e-mail
        return password


class AuditSearch(forms.Form):
    """What the audit log is searched for; everything may stay empty."""

    who = _name(later("Person"), "off", required=False)
    client = forms.IntegerField(label=later("Client's number"), required=False, min_value=1)
    action = forms.ChoiceField(label=later("Action"), required=False)
    day = forms.DateField(
        label=later("Day"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
