"""A practice's own fields in the form of a client."""

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from handover.accounts.definitions import KINDS
from handover.clients import custom_fields
from handover.clients.custom_fields import CHOOSING, OTHER, SEVERAL, Answer, Definition

LONGEST = 10_000


class CustomFields:
    """The fields of one client that a form shows, by their names in it.

    What stands in a field and is none of its kind, such as a day that no calendar has, is told
    beside the empty field, and stays as long as nobody writes something else there.
    """

    def __init__(self, form: forms.Form, told: object) -> None:
        self.form, self.told = form, told
        here = custom_fields.answers_in(told)
        self.shown: dict[str, Definition] = {}
        self.before: dict[str, Answer] = {}
        for each in custom_fields.definitions():
            if not each.archived_at and each.kind in KINDS:
                self._add(f"custom_{each.pk}", each, here.get(each.pk))

    def _add(self, name: str, each: Definition, there: dict[str, Any] | None) -> None:
        answer = custom_fields.answer_in(there)
        usual = _usual(each, answer)
        self.shown[name], self.before[name] = each, usual
        field = self.form.fields[name] = _field(each, there)
        if answer.value and not usual.value:
            field.required = False
            field.help_text = _("It says: %(value)s") % {"value": answer.value}
        self.form.initial[name] = _initial(each, usual)
        if OTHER in dict(getattr(field, "choices", ())):
            label = _("%(name)s: in your words") % {"name": each.name}
            words = forms.CharField(label=label, required=False, max_length=LONGEST)
            self.form.fields[_words(name)] = words
            self.form.initial[_words(name)] = usual.other

    def cards(self) -> Iterator[tuple[str, list[BoundField]]]:
        """The fields as they stand on the page, heading by heading."""
        headings: dict[str, list[BoundField]] = {}
        for name, each in self.shown.items():
            there = (one for one in (name, _words(name)) if one in self.form.fields)
            headings.setdefault(each.heading, []).extend(self.form[one] for one in there)
        yield from headings.items()

    def value(self) -> object:
        """What the client's column is to say; as it came where nobody has changed anything."""
        changed = {
            each: given
            for name, each in self.shown.items()
            if (given := self._given(name, each)) != self.before[name]
        }
        return custom_fields.with_answers(self.told, changed) if changed else self.told

    def _given(self, name: str, each: Definition) -> Answer:
        told = self.form.cleaned_data[name]
        if each.kind in CHOOSING:
            chosen = frozenset(told if each.kind in SEVERAL else [told]) - {""}
            other = str(self.form.cleaned_data.get(_words(name)) or "")
            return Answer(chosen=chosen, other=other if OTHER in chosen else "")
        if isinstance(told, Decimal):
            return Answer(_plain(told))
        return Answer("" if told is None else str(told))


def _words(name: str) -> str:
    return f"{name}_words"


def _usual(each: Definition, answer: Answer) -> Answer:
    """An answer as the form gives it back if nobody touches it."""
    if each.kind in CHOOSING:
        return Answer(chosen=answer.chosen, other=answer.other if OTHER in answer.chosen else "")
    if each.kind == "date":
        return Answer(str(_day(answer.value) or ""))
    if each.kind == "number":
        number = _number(answer.value)
        return Answer("" if number is None else _plain(number))
    return Answer(answer.value)


def _initial(each: Definition, usual: Answer) -> object:
    if each.kind in SEVERAL:
        return sorted(usual.chosen)
    if each.kind in CHOOSING:
        return next(iter(sorted(usual.chosen)), "")
    return usual.value


def _day(told: str) -> object:
    try:
        return parse_date(told)
    except ValueError:  # such as 31 February
        return None


def _number(told: str) -> Decimal | None:
    try:
        number = Decimal(told)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _plain(number: Decimal) -> str:
    return f"{number:f}"


def _field(each: Definition, there: dict[str, Any] | None) -> forms.Field:
    told: dict[str, Any] = {"label": each.name or _("Without a name"), "required": each.required}
    if each.kind in CHOOSING:
        return _choosing(each, there, told)
    if each.kind == "date":
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        return forms.DateField(widget=widget, **told)
    if each.kind == "number":
        number = forms.NumberInput(attrs={"step": "any", "inputmode": "decimal"})
        return forms.DecimalField(max_digits=30, decimal_places=10, widget=number, **told)
    text = forms.Textarea(attrs={"rows": 3}) if each.kind == "paragraph" else forms.TextInput()
    text.attrs["autocomplete"] = "off"
    return forms.CharField(max_length=LONGEST, widget=text, **told)


def _choosing(
    each: Definition, there: dict[str, Any] | None, told: dict[str, Any]
) -> forms.ChoiceField:
    choices: list[tuple[str, Any]] = list(_options(each, there))
    if each.kind in SEVERAL:
        return forms.MultipleChoiceField(
            choices=choices, widget=forms.CheckboxSelectMultiple, **told
        )
    choices.insert(0, ("", later("No answer")))
    widget = forms.Select() if each.kind == "dropdown" else forms.RadioSelect()
    return forms.ChoiceField(choices=choices, widget=widget, **told)


def _options(each: Definition, there: dict[str, Any] | None) -> Iterator[tuple[str, Any]]:
    """What may be chosen, and what this client has, though it may be offered no more."""
    chosen = custom_fields.answer_in(there).chosen
    names = {custom_fields.option_key(one): str(one.get("name", "")) for one in each.options}
    shut = {custom_fields.option_key(one) for one in each.options if one.get("archived")}
    for one in custom_fields.objects((there or {}).get("options")):
        key = custom_fields.option_key(one)
        if key not in names and key in chosen:
            names[key] = str(one.get("name", ""))
    yield from ((key, name) for key, name in names.items() if key not in shut or key in chosen)
    if each.other or OTHER in chosen:
        yield OTHER, later("Something else")
