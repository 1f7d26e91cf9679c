"""A field for one client or contact among thousands: by name, as one types, or by number."""

import re
from collections.abc import Callable
from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from handover.clients.models import Client, Contact, Thing
from handover.clients.search import matching
from handover.core.choices import RowChoice

NUMBERED = re.compile(r"\[(\d{1,18})\]\s*$", re.ASCII)
MOST = 6

Rows = QuerySet[Client] | QuerySet[Contact]


def words_for(row: Client | Contact) -> str:
    """How a row stands in the field: with its number, which tells two of one name apart."""
    return f"{row} [{row.pk}]"


class NamedChoice(RowChoice):
    """One row of a short list, by its name."""

    def label_from_instance(self, obj: Any) -> str:  # noqa: ANN401  # as Django has it
        """What the list says."""
        return str(obj.name)


class Pick(forms.CharField):
    """Text that names one row of `rows()`; its value is the row, or None.

    Without script a name is typed and looked up when the form is sent; with it, names are proposed.
    """

    def __init__(self, thing: Thing, rows: Callable[[], Rows], **options: Any) -> None:  # noqa: ANN401  # Django's own
        page = "web:choose_client" if thing == Thing.CLIENT else "web:choose_contact"
        self.thing, self.rows, self.page = thing, rows, page
        super().__init__(**options, max_length=200)

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> forms.BoundField:
        """Say where proposals come from, and where they go."""
        bound = super().get_bound_field(form, field_name)
        self.widget.attrs |= {
            "list": f"{bound.auto_id}-choices",
            "autocomplete": "off",
            "hx-get": reverse(self.page),
            "hx-trigger": "input delay:250ms",
            "hx-target": f"#{bound.auto_id}-choices",
            "hx-swap": "innerHTML",
        }
        return bound

    def prepare_value(self, value: object) -> object:
        """Show a row by its name and number."""
        return words_for(value) if isinstance(value, (Client, Contact)) else value

    def clean(self, value: object) -> Any:  # noqa: ANN401  # as Django has it
        """The row that is meant; refused if there is none, or more than one."""
        typed = super().clean(value)
        if not typed:
            return None
        numbered = NUMBERED.search(typed)
        found = (
            self.rows().filter(pk=int(numbered[1]))
            if numbered
            else matching(self.rows(), self.thing, typed, timezone.now().date())
        )
        several = cast("list[Client | Contact]", list(found.order_by("pk")[:MOST]))
        if len(several) == 1:
            return several[0]
        if not several:
            raise forms.ValidationError(_("Nobody here agrees with this. Check the name."))
        named = ", ".join(words_for(row) for row in several)
        raise forms.ValidationError(
            _("Several agree with this; write one of them, with the number: %(named)s"),
            params={"named": named},
        )
