"""The forms of Settings > E-mail templates and Follow-up rules."""

from collections.abc import Mapping
from datetime import date
from typing import Any, cast

from django import forms
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from handover.core.choices import RowChoice
from handover.core.tenancy import WorkspaceOwned
from handover.followups.letters import Draft
from handover.followups.models import (
    LONGEST_BODY,
    LONGEST_SUBJECT,
    EmailTemplate,
    FollowUpRule,
    FollowUpSettings,
)
from handover.followups.variables import WITH_INVOICE
from handover.web.clients.forms import RecordForm
from handover.web.settings import fields
from handover.web.settings.forms import SettingForm

FURTHEST = 365
HOURS = [(hour, f"{hour}:00") for hour in range(25)]


def _answers(label: Any) -> forms.CharField:  # noqa: ANN401  # words, translated later
    return forms.CharField(label=label, required=False, max_length=254, widget=forms.EmailInput())


class EmailTemplateForm(SettingForm):
    """An e-mail template; what is wrong with its gaps is said beside the field."""

    model = EmailTemplate
    kind = forms.ChoiceField(label=later("Type"), choices=EmailTemplate.Kind.choices)
    subject = forms.CharField(
        label=later("Subject"),
        max_length=LONGEST_SUBJECT,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    body = forms.CharField(
        label=later("Text"), max_length=LONGEST_BODY, widget=forms.Textarea(attrs={"rows": 16})
    )
    reply_to = _answers(later("Answers go to"))
    attach_pdf = forms.BooleanField(
        label=later("Attach the invoice as PDF"),
        required=False,
        help_text=later(
            "As it is when the e-mail goes. Only e-mails about an invoice have one;"
            " a test to yourself goes without."
        ),
    )

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, row: WorkspaceOwned | None = None
    ) -> None:
        super().__init__(data, row=row)
        self.fields["reply_to"].help_text = _(
            "If it stays empty: the address of the follow-up rules, else that of the location."
        )
        if row is not None:
            self.fields["kind"].disabled = True

    def draft(self) -> Draft:
        """What stands in the form, right or wrong."""
        told = self.data if self.is_bound else self.initial
        subject, body = str(told.get("subject", "")), str(told.get("body", ""))
        return Draft(subject[:LONGEST_SUBJECT], body[:LONGEST_BODY].replace("\r\n", "\n"))

    def chosen_kind(self) -> str:
        """The type that the template has, or is to have."""
        told = self.initial.get("kind") if self.row else self.data.get("kind")
        return str(told or EmailTemplate.Kind.INVOICE)

    def clean_subject(self) -> str:
        """A subject is one line."""
        return " ".join(str(self.cleaned_data["subject"]).split())

    def clean_body(self) -> str:
        """Lines end as they do everywhere."""
        return str(self.cleaned_data["body"]).replace("\r\n", "\n")

    def clean_reply_to(self) -> str:
        """Refuse what is no address."""
        return self.address("reply_to")

    def clean_attach_pdf(self) -> bool:
        """Where there is no invoice, none goes along."""
        return bool(self.cleaned_data["attach_pdf"]) and self.chosen_kind() in WITH_INVOICE

    def wants_pdf(self) -> bool:
        """Whether the invoice would go along, as the form stands."""
        told = self.data if self.is_bound else self.initial
        return bool(told.get("attach_pdf")) and self.chosen_kind() in WITH_INVOICE

    def clean(self) -> dict[str, Any]:
        """Refuse an e-mail with a mistake, and say where it is."""
        given = super().clean()
        draft = Draft(str(given.get("subject", "")), str(given.get("body", "")))
        for name, mistakes in draft.mistakes(self.chosen_kind()).items():
            for mistake in mistakes:
                self.add_error(name, str(mistake))
        return given


class RuleForm(RecordForm):
    """One step: when, which e-mail, and from which amount on."""

    WHEN = (("after", later("Days overdue")), ("before", later("Due in days")))
    number = forms.IntegerField(label=later("Days"), min_value=0, max_value=FURTHEST)
    when = forms.ChoiceField(label=later("Counted"), choices=WHEN)
    template = RowChoice(label=later("E-mail"), queryset=EmailTemplate.objects.none())
    minimum = fields.money(
        later("Not under"), later("Less than this is not asked for by this rule.")
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, row: FollowUpRule | None) -> None:
        self.row = row
        super().__init__(data, initial=self.now(row) if row else None)
        letters = EmailTemplate.objects.filter(kind=EmailTemplate.Kind.INVOICE, archived_at=None)
        cast("RowChoice", self.fields["template"]).queryset = letters.order_by("name")

    @staticmethod
    def now(row: FollowUpRule) -> dict[str, Any]:
        """What the fields show of a rule."""
        return {
            "number": abs(row.days),
            "when": "before" if row.days < 0 else "after",
            "template": row.template_id,
            "minimum": row.minimum,
            "revision": row.revision,
        }

    def clean(self) -> dict[str, Any]:
        """One rule for each day: of two, one would never be heard of."""
        given = super().clean()
        others = FollowUpRule.objects.filter(days=self._days(), archived_at=None)
        if self.row is not None:
            others = others.exclude(pk=self.row.pk)
        if "number" in given and others.exists():
            self.add_error("number", _("There is a rule for this day already."))
        return given

    def values(self, today: date) -> dict[str, Any]:
        """What the columns are to say. A rule on another day begins anew with today's steps."""
        told = {
            "days": self._days(),
            "template": self.cleaned_data["template"],
            "minimum": self.cleaned_data["minimum"] or 0,
        }
        if self.row is not None and self.row.active and self.row.days != told["days"]:
            told["since"] = today
        return told

    def _days(self) -> int:
        number = int(self.cleaned_data.get("number") or 0)
        return -number if self.cleaned_data.get("when") == "before" else number


class HoursForm(forms.Form):
    """When rules may write to people, and where answers go."""

    from_hour = forms.TypedChoiceField(label=later("From"), choices=HOURS[:-1], coerce=int)
    until_hour = forms.TypedChoiceField(label=later("Until"), choices=HOURS[1:], coerce=int)
    weekends = forms.BooleanField(label=later("On Saturdays and Sundays too"), required=False)
    reply_to = _answers(later("Answers go to"))

    def clean_reply_to(self) -> str:
        """Refuse what is no address."""
        value = str(self.cleaned_data["reply_to"]).strip()
        if value:
            validate_email(value)
        return value

    def clean(self) -> dict[str, Any]:
        """Refuse an end before the beginning."""
        given = super().clean() or self.cleaned_data
        if given.get("from_hour", 0) >= given.get("until_hour", 24):
            self.add_error("until_hour", _("This is not after the beginning."))
        return given

    @staticmethod
    def now(how: FollowUpSettings) -> dict[str, Any]:
        """What the fields show."""
        return {name: getattr(how, name) for name in HoursForm.base_fields}


class ImportedForm(forms.Form):
    """What has to be chosen and typed before imported invoices are followed up."""

    which = forms.ChoiceField(
        label=later("Who gets an e-mail"), widget=forms.RadioSelect, initial="from_now"
    )
    typed = forms.CharField(
        label=later("To confirm, type the number of e-mails that go first"),
        max_length=12,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
    )

    def __init__(self, data: Mapping[str, Any] | None, *, counts: Mapping[str, int]) -> None:
        super().__init__(data)
        self.counts = counts
        cast("forms.ChoiceField", self.fields["which"]).choices = [
            (
                "from_now",
                _("From today on: only who comes to a step today or later (%(count)s today)")
                % {"count": f"{counts['from_now']:,}"},
            ),
            (
                "overdue_too",
                _("Those who are overdue already, too: one e-mail for each invoice (%(count)s)")
                % {"count": f"{counts['overdue_too']:,}"},
            ),
        ]

    def clean(self) -> dict[str, Any]:
        """What is typed must be the number that belongs to the choice, as it is now."""
        given = super().clean() or self.cleaned_data
        typed = str(given.get("typed", "")).replace(",", "").replace(" ", "")
        wanted = self.counts.get(str(given.get("which")))
        if "typed" in given and typed != str(wanted):
            told = {"count": f"{wanted or 0:,}"}
            self.add_error("typed", _("This is not the number: %(count)s.") % told)
        return given
