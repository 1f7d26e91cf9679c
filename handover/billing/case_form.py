"""The question where debtors are collected: the wizard asks it, and so does Settings."""

from django import forms
from django.utils.translation import gettext_lazy as later

from handover.billing.models import Debtors


class CaseForm(forms.Form):
    """Where what clients owe is collected."""

    debtors = forms.ChoiceField(
        label=later("Where do you collect what clients owe you?"),
        choices=[(value, label) for value, label in Debtors.choices if value],
        widget=forms.RadioSelect,
    )
