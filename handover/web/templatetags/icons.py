"""Icons without a component: for what every page shows, and for what stands in many lines."""

from functools import cache

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def icon(name: str, look: str = "") -> SafeString:
    """The icon of this name, as `<c-icon>` gives it: `{% icon "home" %}`; `look` are classes."""
    return _drawn(name, look)


@cache
def _drawn(name: str, look: str) -> SafeString:
    """Kept for good: names and classes stand in our templates, and are few."""
    return format_html(
        '<svg class="icon {}" aria-hidden="true" focusable="false"><use href="{}#{}" /></svg>',
        look,
        static("web/icons.svg"),
        name,
    )
