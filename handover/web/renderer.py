"""How forms are drawn: as Django does it, but lists to choose from without a template per line."""

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.http import HttpRequest
from django.utils.safestring import SafeString, mark_safe

SELECT = "django/forms/widgets/select.html"
OPTION = "django/forms/widgets/select_option.html"
Widget = Mapping[str, Any]


class Renderer(DjangoTemplates):
    """Django's own; lists of practitioners and locations stand on many pages, twenty lines each,
    and two templates for each line took a tenth of such a page.
    """

    def render(
        self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None
    ) -> SafeString:
        """The markup of a widget."""
        if template_name != SELECT or not _is_plain(context["widget"]):
            return SafeString(super().render(template_name, context, request))
        return mark_safe("".join(_select(context["widget"])))  # noqa: S308  # escaped below


def _is_plain(widget: Widget) -> bool:
    """Whether its lines are drawn as Django's are."""
    return all(
        each["template_name"] == OPTION for _name, lines, _ in widget["optgroups"] for each in lines
    )


def _select(widget: Widget) -> Iterator[str]:
    yield f'<select name="{_text(widget["name"])}"{_attributes(widget["attrs"])}>'
    for group, lines, _number in widget["optgroups"]:
        if group:
            yield f'\n  <optgroup label="{_text(group)}">'
        for each in lines:
            value = _text(each["value"])
            yield f'\n  <option value="{value}"{_attributes(each["attrs"])}>'
            yield f"{_text(each['label'])}</option>\n"
        if group:
            yield "\n  </optgroup>"
    yield "\n</select>"


def _attributes(told: Mapping[str, object]) -> str:
    return "".join(
        f" {_text(name)}" + ("" if value is True else f'="{_text(value)}"')
        for name, value in told.items()
        if value is not False
    )


def _text(value: object) -> str:
    """As templates show it: markup stays, everything else is escaped."""
    return value if isinstance(value, SafeString) else escape(str(value))
