"""What the components need of forms."""

from django import forms, template
from django.forms import BoundField
from django.forms.boundfield import BoundWidget
from django.utils.safestring import SafeString

register = template.Library()
CHECKED = (forms.CheckboxInput, forms.RadioSelect, forms.CheckboxSelectMultiple)


@register.filter
def control(field: BoundField) -> SafeString:
    """The field's own element, dressed, and marked if its value is refused."""
    widget = field.field.widget
    if isinstance(widget, CHECKED):
        kind = "form-check-input"
    else:
        kind = "form-select" if isinstance(widget, forms.Select) else "form-control"
    given = widget.attrs.get("class", "")
    names = f"{kind} {given}" + (" is-invalid" if field.errors else "")
    attributes: dict[str, str | bool] = {
        "class": names.strip(),
        "aria-describedby": _told_by(field),
    }
    if field.errors:
        attributes["aria-invalid"] = "true"
    attributes.update({} if attributes["aria-describedby"] else {"aria-describedby": False})
    attributes["placeholder"] = False  # a label says it, and stays
    return field.as_widget(attrs=attributes)


@register.filter
def box(choice: BoundWidget) -> SafeString:
    """The box or button of one choice in a group, dressed."""
    given = choice.data["attrs"]
    names = {"form-check-input", *str(given.get("class", "")).split()}
    choice.data["attrs"] = given | {"class": " ".join(sorted(names))}
    return SafeString(choice.tag())


def _told_by(field: BoundField) -> str:
    parts = [f"{field.auto_id}_helptext"] if field.help_text else []
    parts += [f"{field.auto_id}_error"] if field.errors else []
    return " ".join(parts)


@register.filter
def is_check(field: BoundField) -> bool:
    """Whether its label stands behind it."""
    return isinstance(field.field.widget, forms.CheckboxInput)


@register.filter
def is_choice_list(field: BoundField) -> bool:
    """Whether it is a group of boxes or buttons, with a label each."""
    return isinstance(field.field.widget, (forms.RadioSelect, forms.CheckboxSelectMultiple))
