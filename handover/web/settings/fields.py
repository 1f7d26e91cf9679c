"""The fields of settings. What is there already and odd stays as long as nobody touches it."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext_lazy

from handover.core.zones import identifier

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

LONGEST_NAME, LONGEST_TEXT = 200, 10_000
#: Where practices of the product are; the rest of the world stands below them.
NEAR = ("Australia", "Pacific/Auckland", "Pacific/Chatham", "Europe/London")
REGIONS = (
    *("Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe"),
    *("Indian", "Pacific"),
)
COLOURS = (
    ("#d63939", gettext_lazy("Red")),
    ("#f76707", gettext_lazy("Orange")),
    ("#f59f00", gettext_lazy("Yellow")),
    ("#74b816", gettext_lazy("Lime")),
    ("#2fb344", gettext_lazy("Green")),
    ("#0ca678", gettext_lazy("Teal")),
    ("#17a2b8", gettext_lazy("Cyan")),
    ("#4299e1", gettext_lazy("Light blue")),
    ("#206bc4", gettext_lazy("Blue")),
    ("#4263eb", gettext_lazy("Indigo")),
    ("#ae3ec9", gettext_lazy("Purple")),
    ("#d6336c", gettext_lazy("Pink")),
    ("#667382", gettext_lazy("Grey")),
)


def name_field(label: "StrOrPromise") -> forms.CharField:
    """What a row is called."""
    widget = forms.TextInput(attrs={"autocomplete": "off"})
    return forms.CharField(label=label, max_length=LONGEST_NAME, widget=widget)


def line(label: "StrOrPromise", help_text: "StrOrPromise" = "") -> forms.CharField:
    """Text in one line, which may stay empty."""
    widget = forms.TextInput(attrs={"autocomplete": "off"})
    return forms.CharField(
        label=label, help_text=help_text, required=False, max_length=LONGEST_TEXT, widget=widget
    )


def lines(label: "StrOrPromise", help_text: "StrOrPromise" = "") -> forms.CharField:
    """Text in several lines, which may stay empty."""
    widget = forms.Textarea(attrs={"rows": 3})
    return forms.CharField(
        label=label, help_text=help_text, required=False, max_length=LONGEST_TEXT, widget=widget
    )


def minutes(label: "StrOrPromise") -> forms.IntegerField:
    """A length of time in whole minutes, up to a day."""
    return forms.IntegerField(label=label, required=False, min_value=1, max_value=24 * 60)


class PlainDecimal(forms.DecimalField):
    """A number with the decimals that it needs: 80 and not 80.000000."""

    def prepare_value(self, value: Any) -> Any:  # noqa: ANN401  # as Django has it
        """What stands in the field; money has two decimals at least."""
        if not isinstance(value, Decimal):
            return value
        fewest = 2 if "data-money" in self.widget.attrs else 0
        needed = value.normalize().as_tuple().exponent
        decimals = max(fewest, -needed if isinstance(needed, int) else 0)
        return f"{value:.{decimals}f}"


def money(label: "StrOrPromise", help_text: "StrOrPromise" = "") -> forms.DecimalField:
    """An amount in the practice's currency, with up to six decimals."""
    return PlainDecimal(
        label=label,
        help_text=help_text,
        required=False,
        min_value=0,
        max_digits=18,
        decimal_places=6,
        widget=forms.NumberInput(attrs={"data-money": "yes", "inputmode": "decimal"}),
    )


def percent(label: "StrOrPromise") -> forms.DecimalField:
    """A rate in percent."""
    return PlainDecimal(label=label, min_value=0, max_value=100, max_digits=18, decimal_places=6)


class Zone(forms.ChoiceField):
    """A time zone out of all that there are, those of Australia and New Zealand first."""

    def __init__(self, label: "StrOrPromise", help_text: "StrOrPromise" = "") -> None:
        super().__init__(
            label=label, help_text=help_text, required=False, choices=_zones(), initial=""
        )

    def keep(self, told: str) -> None:
        """Offer what a row has now, though nobody may know it."""
        if told and not identifier(told):
            self.choices = [*self.choices, (told, told)]  # type: ignore[misc]  # Django makes pairs of it

    def prepare_value(self, value: Any) -> Any:  # noqa: ANN401
        """The zone's identifier, though it may be kept under its usual name."""
        return identifier(str(value or "")) or value


def _zones() -> list[tuple[Any, Any]]:
    names = sorted(name for name in available_timezones() if name.partition("/")[0] in REGIONS)
    near = [name for name in names if name.startswith(NEAR)]
    far = [name for name in names if name not in near]
    return [
        ("", gettext_lazy("Not set")),
        (gettext_lazy("Near"), [(name, name) for name in near]),
        (gettext_lazy("Elsewhere"), [(name, name) for name in far]),
    ]


class Colour(forms.ChoiceField):
    """A colour by its name. One that came from elsewhere stays among the choices."""

    def __init__(self, label: "StrOrPromise") -> None:
        none = ("", gettext_lazy("None"))
        super().__init__(label=label, required=False, choices=[none, *COLOURS])

    def keep(self, told: str) -> None:
        """Offer what a row has now."""
        if told and told not in dict(COLOURS):
            self.choices = [*self.choices, (told, told)]  # type: ignore[misc]
