"""The forms of the wizard."""

import re

from django import forms
from django.utils.translation import gettext_lazy as _

from handover.core.zones import identifier
from handover.importing.cliniko.key import ApiKey
from handover.importing.cliniko.problems import BadKey
from handover.importing.retelling import retold

REGION = re.compile(r"[a-z]{2}[0-9]{1,2}")
ENDING = re.compile(r"-[a-z]{2}[0-9]{1,2}\Z", re.IGNORECASE)


class KeyForm(forms.Form):
    """A Cliniko API key as somebody pastes it, and its region if that is to be another one."""

    key = forms.CharField(
        label=_("API key"),
        max_length=600,
        help_text=_("Paste the whole of it. It is encrypted at once, and never shown again."),
        widget=forms.PasswordInput(
            attrs={
                "autocomplete": "off",
                "autocapitalize": "none",
                "spellcheck": "false",
                "data-key": "",
            }
        ),
    )
    region = forms.CharField(
        label=_("Region"),
        required=False,
        max_length=8,
        help_text=_(
            "Leave it empty: the key says it by its ending, such as -au2. Without an ending it is"
            " au1. Write another one here only if Cliniko support told you so."
        ),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )

    def clean_region(self) -> str:
        """A region as Cliniko writes them, or ""."""
        region = str(self.cleaned_data["region"]).strip().lower().removeprefix("-")
        if region and not REGION.fullmatch(region):
            raise forms.ValidationError(_("A region looks like au1, uk2 or ca1."))
        return region

    def clean(self) -> None:
        """Read the key: `parsed` in `cleaned_data`."""
        text, region = self.cleaned_data.get("key"), self.cleaned_data.get("region")
        if not text or region is None:
            return
        try:
            key = ApiKey.parse(text)
            if region and region != key.shard:
                key = ApiKey.parse(f"{ENDING.sub('', key.reveal())}-{region}")
        except BadKey as problem:
            self.add_error("key", retold(str(problem)))
        else:
            self.cleaned_data["parsed"] = key


class SubmitForm(forms.Form):
    """The last questions before a move begins."""

    notify = forms.EmailField(
        label=_("E-mail address to tell when it is over"),
        required=False,
        help_text=_("The mail has counts and a link in it, and no client's name."),
    )
    time_zone = forms.CharField(
        label=_("Time zone of the practice"),
        help_text=_("For places of which Cliniko does not say one, such as Australia/Perth."),
    )

    def clean_time_zone(self) -> str:
        """An IANA identifier."""
        zone = identifier(str(self.cleaned_data["time_zone"]).strip())
        if not zone:
            raise forms.ValidationError(_("This is no time zone. Write it as Australia/Perth."))
        return zone
