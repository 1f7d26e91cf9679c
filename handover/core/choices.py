"""Fields for one row of a list: the practice's locations, services, people."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django import forms
from django.forms.models import ModelChoiceIterator

if TYPE_CHECKING:
    _Choice = forms.ModelChoiceField[Any]
    _Rows = ModelChoiceIterator[Any]
else:  # generic for the type checker alone
    _Choice, _Rows = forms.ModelChoiceField, ModelChoiceIterator


class _AtOnce(_Rows):
    """The rows in one statement. Django's own reads them by a cursor of the server, which takes
    three and is for more rows than anybody chooses from."""

    def __iter__(self) -> Iterator[Any]:
        if self.field.empty_label is not None:
            yield ("", self.field.empty_label)
        yield from (self.choice(row) for row in self.queryset.all())


class RowChoice(_Choice):
    """One row of a short list: use it wherever Django has `ModelChoiceField`."""

    iterator = _AtOnce
