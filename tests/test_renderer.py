"""Lists to choose from are drawn without templates: the markup is the one that Django makes."""

from django import forms
from django.forms.renderers import DjangoTemplates
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as later

from handover.web.renderer import Renderer

CHOICES = [
    ("", later("Anybody")),
    (1, "O'Brien & <b>sons</b>"),
    (2, mark_safe("<i>Mary</i>")),
    ("group", [("a", "A"), (None, "nobody")]),
]


class Asking(forms.Form):
    who = forms.ChoiceField(choices=CHOICES)
    where = forms.MultipleChoiceField(choices=CHOICES, required=False, disabled=True)
    how = forms.ChoiceField(choices=CHOICES, widget=forms.RadioSelect)
    when = forms.DateField(widget=forms.SelectDateWidget(years=(2026,)))


def test_a_list_to_choose_from_is_drawn_as_django_draws_it() -> None:
    given = {"who": "1", "where": ["1", "a"], "how": "2", "when": "2026-11-23"}
    for data in (None, given):
        drawn = Asking(data, renderer=Renderer())
        plain = Asking(data, renderer=DjangoTemplates())
        for ours, django in zip(drawn, plain, strict=True):
            attributes: dict[str, str | bool] = {"data-say": '"<', "hidden": True, "title": False}
            assert ours.as_widget(attrs=attributes) == django.as_widget(attrs=attributes)
    assert "O&#x27;Brien &amp; &lt;b&gt;sons" in str(Asking(given, renderer=Renderer())["who"])
