"""What the pages about records ask for, and check."""

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from handover.clinical.models import NoteTemplate, ProgressNote
from handover.files.adding import LONGEST_DESCRIPTION
from handover.files.downloads import LONGEST_NAME
from handover.scheduling.models import Attendance

Choices = Sequence[tuple[int, str]]


class NoteFilter(forms.Form):
    """Which notes of a client to show."""

    author = forms.ChoiceField(label=_("Author"), required=False)
    case = forms.TypedChoiceField(label=_("Case"), required=False, coerce=int, empty_value=None)
    template = forms.TypedChoiceField(
        label=_("Template"), required=False, coerce=int, empty_value=None
    )
    state = forms.ChoiceField(
        label=_("Draft or final"),
        required=False,
        choices=[("", _("Both")), *ProgressNote.State.choices],
    )
    archived = forms.BooleanField(label=_("Archived notes too"), required=False)

    def __init__(
        self, data: object, *, authors: Sequence[str], cases: Choices, templates: Choices
    ) -> None:
        super().__init__(data)  # type: ignore[arg-type]  # a QueryDict
        self._offer("author", [(each, each) for each in authors], _("Everybody"))
        self._offer("case", _named(cases), _("All cases"))
        self._offer("template", _named(templates), _("All templates"))

    def _offer(self, name: str, choices: Sequence[tuple[object, str]], every: object) -> None:
        self.fields[name].choices = [("", every), *choices]  # type: ignore[attr-defined]  # a choice


def _named(choices: Choices) -> Choices:
    return [(number, name or str(number)) for number, name in choices]


_RADIOS = forms.RadioSelect(attrs={"class": "form-check-input"})


class BeginNote(forms.Form):
    """What a new note begins with, and what it is about. `begins` is `template:7` or `note:7`."""

    begins = forms.ChoiceField(label=_("Begin with"), required=False, widget=_RADIOS)
    attendance = forms.TypedChoiceField(
        label=_("Appointment"), required=False, coerce=int, empty_value=None
    )
    case = forms.TypedChoiceField(label=_("Case"), required=False, coerce=int, empty_value=None)

    def __init__(
        self,
        data: object,
        *,
        templates: Sequence[NoteTemplate],
        earlier: Sequence[tuple[int, str]],
        visits: Sequence[tuple[Attendance, str]],
        cases: Choices,
        initial: dict[str, object],
    ) -> None:
        super().__init__(data, initial=initial)  # type: ignore[arg-type]
        begins = [(f"template:{each.pk}", each.name or str(each.pk)) for each in templates]
        begins += [(f"note:{number}", words) for number, words in earlier]
        self._offer("begins", [*begins, ("", _("A blank page"))])
        none = ("", _("None"))
        self._offer("attendance", [none, *((each.pk, words) for each, words in visits)])
        self._offer("case", [none, *_named(cases)])

    def _offer(self, name: str, choices: Sequence[tuple[object, object]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]


class FileFilter(forms.Form):
    """Which files of a client to show."""

    name = forms.CharField(label=_("Name"), required=False)
    archived = forms.BooleanField(label=_("Archived files too"), required=False)


class FileForm(forms.Form):
    """What may be changed of a file."""

    name = forms.CharField(label=_("Name"), max_length=LONGEST_NAME)
    description = forms.CharField(
        label=_("Description"),
        max_length=LONGEST_DESCRIPTION,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
