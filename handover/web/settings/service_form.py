"""The form of a service or a support activity: what it is, what it costs, where and by whom."""

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.db.models import Q
from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from handover.core.tenancy import WorkspaceOwned
from handover.practice import operations
from handover.practice.models import Location, Practitioner, Service, Tax
from handover.web.clients.picking import NamedChoice
from handover.web.settings import fields
from handover.web.settings.forms import SettingForm

KIND_HELP = later(
    "An appointment is with clients. A support activity is work for a client without them, and"
    " sends no messages. This cannot be changed later."
)


class ServiceForm(SettingForm):
    """A service. Its price is that of its one line of the price list, if it has one."""

    model = Service
    kind = forms.ChoiceField(label=later("For"), choices=Service.Kind.choices, help_text=KIND_HELP)
    category = fields.line(later("Type"), later("Services of one type stand together in lists."))
    description = fields.lines(later("Description"))
    duration_minutes = fields.minutes(later("Length in minutes"))
    max_clients = forms.IntegerField(
        label=later("Most clients"), min_value=1, max_value=1000, initial=1,
        help_text=later("Two or more make it a group."),
    )  # fmt: skip
    colour = fields.Colour(later("Colour"))
    telehealth = forms.NullBooleanField(
        label=later("Telehealth"),
        required=False,
        widget=forms.Select(
            choices=[("unknown", later("Not said")), ("true", later("Yes")), ("false", later("No"))]
        ),
    )
    price = fields.money(later("Price"))
    code = fields.line(later("Item code"))
    tax = NamedChoice(
        Tax.objects.none(), label=later("Tax"), required=False, empty_label=later("None")
    )
    places = forms.MultipleChoiceField(
        label=later("Offered at"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, row: WorkspaceOwned | None = None
    ) -> None:
        self.service = row if isinstance(row, Service) else None
        self.items = operations.items_of(self.service) if self.service else []
        self.sites = list(Location.objects.filter(archived_at=None).order_by("name", "pk"))
        self.here = operations.places_of(self.service) if self.service else set[int]()
        self.givers = operations.givers_of(self.service) if self.service else {}
        super().__init__(data, row=row)
        self._about_kind()
        self._about_price()
        self._about_places()

    def _about_kind(self) -> None:
        if self.service is not None:
            self.fields["kind"].disabled = True

    def _about_price(self) -> None:
        if self.has_one_price:
            now = Q(pk=self.initial.get("tax"))
            tax = self.fields["tax"]
            assert isinstance(tax, NamedChoice)  # noqa: S101  # for mypy alone
            tax.queryset = Tax.objects.filter(Q(archived_at=None) | now).order_by("name")
            self.fields["price"].help_text = self._shared()
            return
        for name in ("price", "code", "tax"):
            del self.fields[name]

    @property
    def has_one_price(self) -> bool:
        """Whether one amount can say what this service costs."""
        return not self.items or (len(self.items) == 1 and self.items[0].billable_item is not None)

    def _shared(self) -> str:
        line = self.items[0].billable_item if self.items else None
        others = operations.also_priced_by(line, self.service) if line and self.service else []
        if not others:
            return ""
        return _("Also the price of: %(names)s.") % {"names": ", ".join(others)}

    def _about_places(self) -> None:
        sites = [(str(each.pk), each.name or each.display_name or "-") for each in self.sites]
        places = self.fields["places"]
        assert isinstance(places, forms.MultipleChoiceField)  # noqa: S101  # for mypy alone
        places.choices, places.initial = sites, sorted(str(each) for each in self.here)
        working = Practitioner.objects.order_by("last_name", "first_name", "pk")
        known = {number for each in self.givers.values() for number in each}
        working = working.filter(Q(former=False) | Q(pk__in=known))
        people = [(str(each.pk), str(each), each.former) for each in working]
        for number, name in sites:
            given = {str(each) for each in self.givers.get(int(number), ())}
            self.fields[f"at_{number}"] = forms.MultipleChoiceField(
                label=_("Given at %(location)s by") % {"location": name},
                required=False,
                initial=sorted(given),
                choices=[(pk, who) for pk, who, former in people if not former or pk in given],
                widget=forms.CheckboxSelectMultiple,
            )

    def now(self, row: WorkspaceOwned) -> dict[str, Any]:
        """What the fields show of a service."""
        line = self.items[0].billable_item if self.items and self.has_one_price else None
        prices = {"price": line.price, "code": line.code, "tax": line.tax_id} if line else {}
        return super().now(row) | prices

    def shown(self) -> Iterator[tuple[Any, list[BoundField]]]:
        """Three cards; the last has a group of boxes for each location."""
        what = ("kind", "name", "category", "duration_minutes", "max_clients", "colour")
        yield later("Service"), [self[name] for name in (*what, "telehealth", "description")]
        if self.has_one_price:
            yield later("Price"), [self[name] for name in ("price", "code", "tax")]
        if self.sites:
            at = [self[f"at_{each.pk}"] for each in self.sites if self._choices(f"at_{each.pk}")]
            yield later("Where, and by whom"), [self["places"], *at]

    def _choices(self, name: str) -> bool:
        return bool(list(getattr(self.fields[name], "choices", ())))

    def alike(self) -> Any:  # noqa: ANN401  # a query
        """An appointment and a support activity may have one name."""
        kind = self.service.kind if self.service else self.data.get("kind")
        return Service.objects.filter(archived_at=None, kind=kind)

    def save(self, workspace_id: int) -> tuple[WorkspaceOwned, list[str]]:
        """Save the service, its price, and where it is offered by whom."""
        row, changed = super().save(workspace_id)
        assert isinstance(row, Service)  # noqa: S101  # for mypy alone
        given = self.cleaned_data
        if self.has_one_price and operations.set_price(
            row, given["price"], given["code"], given["tax"]
        ):
            changed.append("price")
        givers = {
            each.pk: {int(number) for number in given[f"at_{each.pk}"]} for each in self.sites
        }
        shut = self.here - {each.pk for each in self.sites}  # archived: as they are
        open_ones = {int(number) for number in given["places"]}
        open_ones |= {place for place, people in givers.items() if people}
        return row, changed + operations.offer(row, open_ones | shut, givers)
